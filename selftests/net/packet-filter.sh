#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packet-filter services: every packet is judged alone, without a session.
# TCP has a fixed shadow rule; other protocols need a service for the replies in a rule of their own.
#
# Topology: lib.sh. Packets by hand between hosts that do not answer:
#
#	inside .66 ---> router ---> outside .66

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
service dns        udp packet-filter 53,1024-65535 53
service dns-reply  udp packet-filter 53 53,1024-65535
service time       udp packet-filter any 123
service telnet     tcp packet-filter 1024-65535 23
service echo-req   icmp packet-filter type 8
service echo-rep   icmp packet-filter type 0
service echo-req6  icmpv6 packet-filter type 128
service echo-rep6  icmpv6 packet-filter type 129
rule Inside Internet dns allow
rule Internet Inside dns-reply allow
rule Inside Internet time allow
rule Inside Internet telnet allow name telnet
rule Inside Internet echo-req allow
rule Inside Internet echo-req6 allow
END

for f in 4 6; do
	family
	it "UDP with a rule for its replies passes both ways (IPv$f)"
	p talk udp inside "$in,1024" outside "$out,53"
	p talk udp inside "$in,53" outside "$out,53"
	is 0 sessions

	it "the rule for replies also lets in replies that nobody asked for (IPv$f)"
	p send outside udp "$ghost_out,53" "$ghost_in,1024" len=9
	p expect inside udp "$ghost_out,53" "$ghost_in,1024" len=9
	p send outside udp "$ghost_out,53" "$ghost_in,1023" len=9
	p send outside udp "$ghost_out,54" "$ghost_in,1024" len=9
	p none inside udp "$ghost_out" any

	it "UDP without a rule for its replies is one-way (IPv$f)"
	p refused oneway udp inside "$in" outside "$out,123"
	is 0 sessions

	it "a TCP conversation passes by its shadow rule, without a session (IPv$f)"
	p talk tcp inside "$in" outside "$out,23" 100000
	is 0 sessions

	it "TCP's shadow rule passes SYN+ACK, ACK and RST from the server port (IPv$f)"
	p send outside tcp "$ghost_out,23" "$ghost_in,1024" SA seq=1 ack=2
	p expect inside tcp "$ghost_out,23" "$ghost_in,1024" SA seq=1 ack=2
	p send outside tcp "$ghost_out,23" "$ghost_in,65535" A
	p expect inside tcp "$ghost_out,23" "$ghost_in,65535" A
	p send outside tcp "$ghost_out,23" "$ghost_in,1024" R
	p expect inside tcp "$ghost_out,23" "$ghost_in,1024" R
	p send outside tcp "$ghost_out,23" "$ghost_in,1024" FA
	p expect inside tcp "$ghost_out,23" "$ghost_in,1024" FA

	it "TCP's shadow rule does not pass a bare SYN, or any packet without ACK (IPv$f)"
	p send outside tcp "$ghost_out,23" "$ghost_in,1024" S
	p send outside tcp "$ghost_out,23" "$ghost_in,1024" F
	p send outside tcp "$ghost_out,23" "$ghost_in,1024" noflags
	p send outside tcp "$ghost_out,23" "$ghost_in,1024" P
	p none inside tcp "$ghost_out" "$ghost_in"

	it "TCP's shadow rule keeps to the service's ports (IPv$f)"
	p send outside tcp "$ghost_out,24" "$ghost_in,1024" A
	p send outside tcp "$ghost_out,23" "$ghost_in,1023" A
	p send outside tcp "$ghost_out,2323" "$ghost_in,1024" RA
	p none inside tcp "$ghost_out" "$ghost_in"

	it "a stateless rule judges every TCP packet of the client, in mid-stream too (IPv$f)"
	p send inside tcp "$ghost_in,2000" "$ghost_out,23" A seq=5 ack=6
	p expect outside tcp "$ghost_in,2000" "$ghost_out,23" A seq=5 ack=6
	p send inside tcp "$ghost_in,1023" "$ghost_out,23" S
	p send inside tcp "$ghost_in,2000" "$ghost_out,24" S
	p none outside tcp "$ghost_in" any

	it "ICMP without a rule for its replies is one-way (IPv$f)"
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=3
	p expect outside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=3
	p send outside "$icmp" "$ghost_out" "$ghost_in" "$pong" ident=3
	p none inside "$icmp" "$ghost_out" any
	p refused silent ping inside "$in" outside "$out"
done

it "ICMP with a rule for its replies passes both ways"
must fw add rule Internet Inside echo-rep allow
must fw add rule Internet Inside echo-rep6 allow
for f in 4 6; do
	family
	p talk ping inside "$in" outside "$out"
	is 0 sessions
done

it "without its rule the shadow rule is gone at once, for open connections too"
for f in 4 6; do
	family
	p open "live$f" tcp inside "$in" outside "$out,23"
	p say "live$f"
done
must fw delete rule telnet
for f in 4 6; do
	p lost "live$f"
	p lostback "live$f"
	p forget "live$f"
done

it "a stateless reject answers each packet"
policy <<'END'
service telnet tcp packet-filter any 23
service time   udp packet-filter any 123
rule Inside Internet telnet reject
rule Inside Internet time reject
END
for f in 4 6; do
	family
	p send inside tcp "$ghost_in,2000" "$ghost_out,23" S seq=8
	p expect inside tcp "$ghost_out,23" "$ghost_in,2000" RA seq=0 ack=9
	p send inside udp "$ghost_in,2000" "$ghost_out,123" times=3
	p count 3 inside "$icmp" "$fwin" "$ghost_in" $prohibited
done

it "a packet-filter service works to and from the firewall itself"
policy <<'END'
service telnet    tcp packet-filter any 23
service time      udp packet-filter any 123
service time-back udp packet-filter 123 any
rule Inside Firewall telnet allow
rule Firewall Internet time allow
rule Internet Firewall time-back allow
END
for f in 4 6; do
	family
	p talk tcp inside "$in" router "$fwin,23"
	p talk udp router "$fwout" outside "$out,123"
	is 0 sessions
done

it "packets of a dynamic service's session are not judged by a stateless rule"
policy <<'END'
service reply udp packet-filter 7 any
rule Internet Inside reply discard
rule Inside Internet echo allow
END
for f in 4 6; do
	family
	p talk udp inside "$in,3000" outside "$out,7"
	p send outside udp "$ghost_out,7" "$ghost_in,3001"
	p none inside udp "$ghost_out" any
done

# A policy in which SERVICE is of another type: dynamic, or packet-filter.
becoming() { policy <<<"service far $1
rule Inside Internet far allow name far
${2-}"; }

it "a connection that goes on when its service becomes packet-filter is not cut, and loses its session"
common=${common/set ends silent/}
fw session kill all >/dev/null
becoming 'tcp dynamic any 23'
for f in 4 6; do
	family
	p open "live$f" tcp inside "$in" outside "$out,23"
	p say "live$f"
done
is 2 sessions
becoming 'tcp packet-filter any 23'
for f in 4 6; do
	family
	p say "live$f"
	p say "live$f" 30000
done
is 0 sessions
is 0 total told

it "a UDP conversation with a rule for its answers is not cut either, when its service becomes packet-filter"
for f in 4 6; do
	family
	p forget "live$f"
	becoming 'udp dynamic any 9'
	p send inside udp "$ghost_in,4000" "$ghost_out,9"
	is 1 sessions
	becoming 'udp packet-filter any 9' 'service back udp packet-filter 9 any
rule Internet Inside back allow'
	p clear
	p send inside udp "$ghost_in,4000" "$ghost_out,9"
	p expect outside udp "$ghost_in,4000" "$ghost_out,9"
	p send outside udp "$ghost_out,9" "$ghost_in,4000"
	p expect inside udp "$ghost_out,9" "$ghost_in,4000"
	is 0 sessions
done

it "a connection is cut, and both ends are notified, if only one way would pass, or a relay or nat row applies"
for f in 4 6; do
	family
	for more in 'service deny tcp packet-filter 23 any
rule Internet Inside deny discard' "nat eth1 eth0 source $fwout" 'relay [::]:0 x'; do
		case $more in
		relay*) more="relay $([ $f = 4 ] && echo "$out:23" || echo "[$out]:23") $(
			[ $f = 4 ] && echo "$icq:23" || echo "[$icq]:23") tcp-forward from Inside" ;;
		esac
		becoming 'tcp dynamic any 23'
		p open live tcp inside "$in" outside "$out,23"
		p say live
		# A discard must come first, because the service's shadow rule comes after its rule.
		{ echo "$common"; echo "$more"; echo 'service far tcp packet-filter any 23
rule Inside Internet far allow'; } >"$work/policy"
		is 1 eval 'fw --json load --preview "$work/policy" | gojq .preview.ends'
		must fw load "$work/policy"
		p lost live
		p forget live
	done
done
