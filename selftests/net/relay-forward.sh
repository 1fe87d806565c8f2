#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Relays that rewrite packets: what the server sees, which clients may use them, and how they end.
# (Their errors, path MTUs, servers that are down, two uplinks: relay-errors.sh.)
#
# Topology: lib.sh. Relays listen on an address that only the firewall has:
#
#	outside .10 ---> 1.2.3.4,5190 router ---> inside .17,5190
#	inside .10  ---> 1.2.3.4,5190 router ---> inside .17,5190	(hairpin)

. "$(dirname -- "$0")/../lib.sh"
topology

listen4=1.2.3.4 listen6=2001:db8:4::4
ip -n "$router" address add $listen6/128 dev eth0 nodad

# relays TYPE <"PORT[-PORT] SERVER_PORT REST": both families, to the ICQ server.
relays() {
	local ports to rest

	while read -r ports to rest; do
		[ -n "$ports" ] || continue
		echo "relay $listen4:$ports $icq4:$to $1 $rest"
		echo "relay [$listen6]:$ports [$icq6]:$to $1 $rest"
	done
}
# fresh <rows: ends all sessions and loads the rows.
fresh() {
	fw session kill all >/dev/null
	policy
}
ends() { # of a family
	family
	listen=listen$f listen=${!listen}
	more=more$f more=${!more-}
}

# --- What the server sees -----------------------------------------------------------------

fresh < <(
	relays tcp-forward <<<"5190 5190 from Internet"
	relays semitransparent-tcp-forward <<<"5191 5191 from Internet"
	relays udp-forward <<<"5190 5190 from Internet"
	relays udp-relay <<<"5192 5192 from Internet"
	relays semitransparent-udp-forward <<<"5191 5191 from Internet"
)
for f in 4 6; do
	ends
	it "tcp-forward: the server sees the firewall (IPv$f)"
	p talk tcp outside "$out,4000" inside "$icq,5190" "via=$listen,5190" "as=$fwin,4000"
	p talk tcp outside "$out" inside "$icq,5190" "via=$listen,5190" "as=$fwin" 1000000

	it "semitransparent-tcp-forward: the server sees the client (IPv$f)"
	p talk tcp outside "$out,4000" inside "$icq,5191" "via=$listen,5191" "as=$out,4000"
	p talk tcp outside "$out,4001" inside "$icq,5191" "via=$listen,5191" 300000

	it "udp-forward and udp-relay: the server sees the firewall (IPv$f)"
	p talk udp outside "$out,4000" inside "$icq,5190" "via=$listen,5190" "as=$fwin,4000"
	p talk udp outside "$out,4000" inside "$icq,5192" "via=$listen,5192" "as=$fwin"

	it "semitransparent-udp-forward: the server sees the client (IPv$f)"
	p talk udp outside "$out,4000" inside "$icq,5191" "via=$listen,5191" "as=$out,4000"

	it "large datagrams pass relays both ways, as fragments (IPv$f)"
	p talk udp outside "$out,4002" inside "$icq,5190" "via=$listen,5190" "as=$fwin" 3000
	p talk udp outside "$out,4002" inside "$icq,5191" "via=$listen,5191" "as=$out" 20000

	it "a relay is for its port and protocol only, and its server stays hidden (IPv$f)"
	p refused silent tcp outside "$out" inside "$icq,5189" "via=$listen,5189"
	p refused silent tcp outside "$out" inside "$icq,5192" "via=$listen,5192"
	p refused silent tcp outside "$out" inside "$icq,5190" "via=$fwout,5190"
	p refused silent tcp outside "$out" inside "$icq,5190"
	p refused silent udp outside "$out" inside "$icq,5191"
done

it "packets by hand: addresses, checksums, time to live"
fresh <<END
relay $listen4:5190 $ghost_in4:5000 udp-forward from Internet
relay [$listen6]:5190 [$ghost_in6]:5000 udp-forward from Internet
relay $listen4:5190 $ghost_in4:5000 semitransparent-tcp-forward from Internet
relay [$listen6]:5190 [$ghost_in6]:5000 semitransparent-tcp-forward from Internet
END
for f in 4 6; do
	ends
	p send outside udp "$ghost_out,3000" "$listen,5190" len=77
	p expect inside udp "$fwin,3000" "$ghost_in,5000" len=77 ttl=63 sum=good
	p send inside udp "$ghost_in,5000" "$fwin,3000" len=78
	p expect outside udp "$listen,5190" "$ghost_out,3000" len=78 ttl=63 sum=good
	p send outside tcp "$ghost_out,3000" "$listen,5190" S seq=7
	p expect inside tcp "$ghost_out,3000" "$ghost_in,5000" S seq=7 ttl=63
	p send inside tcp "$ghost_in,5000" "$ghost_out,3000" SA seq=9 ack=8
	p expect outside tcp "$listen,5190" "$ghost_out,3000" SA seq=9 ack=8
	p send inside udp "$ghost_in,5000" "$fwin,3001"
	p send inside udp "$ghost_in,5001" "$fwin,3000"
	p none outside udp any "$ghost_out"
done
p send outside udp "$ghost_out4,3001" "$listen4,5190" sum=none
p expect inside udp "$fwin4,3001" "$ghost_in4,5000" sum=none
p send inside udp "$ghost_in4,5000" "$fwin4,3001" sum=none
p expect outside udp "$listen4,5190" "$ghost_out4,3001" sum=none

it "two clients with one port are told apart"
for f in 4 6; do
	ends
	p send outside udp "$ghost_out,3005" "$listen,5190" len=11
	p expect inside udp "$fwin,3005" "$ghost_in,5000" len=11
	p send outside udp "$other_out,3005" "$listen,5190" len=12
	p expect inside udp "$fwin" "$ghost_in,5000" len=12
	port=$(fw --json session list client "$other_out" |
		gojq '.sessions[0].client.translated.port')
	[ "$port" != 3005 ] || fail "both have port 3005"
	p send inside udp "$ghost_in,5000" "$fwin,$port" len=13
	p expect outside udp "$listen,5190" "$other_out,3005" len=13
	p send inside udp "$ghost_in,5000" "$fwin,3005" len=14
	p expect outside udp "$listen,5190" "$ghost_out,3005" len=14
done

it "fragments in any order are relayed"
for f in 4 6; do
	ends
	for reverse in 0 1; do
		p send outside udp "$ghost_out,3002" "$listen,5190" len=2992 split=1000 \
			reverse=$reverse id=$((70 + reverse))
		p expect inside udp "$fwin,3002" "$ghost_in,5000" frag=0 more=1
		p expect inside udp "$fwin" "$ghost_in" more=0
	done
done

it "one client talks by two ports of the firewall, from one port, to one port of the server"
fresh <<END
relay $listen4:5202 $ghost_in4:5201 tcp-forward from Internet
relay $listen4:5203 $ghost_in4:5201 tcp-forward from Internet
relay [$listen6]:5202 [$ghost_in6]:5201 tcp-forward from Internet
relay [$listen6]:5203 [$ghost_in6]:5201 tcp-forward from Internet
END
for f in 4 6; do
	ends
	p send outside tcp "$ghost_out,3000" "$listen,5202" S seq=1
	p expect inside tcp "$fwin,3000" "$ghost_in,5201" S seq=1
	p send outside tcp "$ghost_out,3000" "$listen,5203" S seq=2
	p expect inside tcp "$fwin" "$ghost_in,5201" S seq=2
	port=$(fw --json session list client "$ghost_out" server-port 5203 |
		gojq '.sessions[0].client.translated.port')
	[ "$port" != 3000 ] || fail "both have port 3000"
	p send inside tcp "$ghost_in,5201" "$fwin,$port" SA seq=8 ack=3
	p expect outside tcp "$listen,5203" "$ghost_out,3000" SA seq=8 ack=3
	p send inside tcp "$ghost_in,5201" "$fwin,3000" SA seq=9 ack=2
	p expect outside tcp "$listen,5202" "$ghost_out,3000" SA seq=9 ack=2
done

# --- Ports --------------------------------------------------------------------------------

it "a range of ports is shifted as a whole"
fresh < <(
	relays semitransparent-tcp-forward <<<"6000-6009 7000 from Internet"
	relays udp-forward <<<"6000-6009 5900 from Internet"
)
for f in 4 6; do
	ends
	for n in 0 3 9; do
		p talk tcp outside "$out,4000" inside "$icq,700$n" "via=$listen,600$n" "as=$out,4000"
		p talk udp outside "$out,4000" inside "$icq,590$n" "via=$listen,600$n" "as=$fwin"
	done
	p refused silent tcp outside "$out" inside "$icq,7010" "via=$listen,6010"
	p refused silent tcp outside "$out" inside "$icq,6999" "via=$listen,5999"
	p refused silent udp outside "$out" inside "$icq,5910" "via=$listen,6010"
done

# --- Whom it is for -----------------------------------------------------------------------

for action in discard reject; do
	it "a client that is not in from is refused like an unmatched packet: $action"
	fresh < <(
		echo "set unmatched $action"
		echo "network Friends $out4 $out6"
		relays tcp-forward <<<"5190 5190 from Friends Dmz"
		relays semitransparent-udp-forward <<<"5190 5190 from Friends Dmz"
	)
	for f in 4 6; do
		ends
		p talk tcp outside "$out" inside "$icq,5190" "via=$listen,5190" "as=$fwin"
		p talk udp outside "$out" inside "$icq,5190" "via=$listen,5190" "as=$out"
		p talk tcp dmz "$in_dmz" inside "$icq,5190" "via=$listen,5190" "as=$fwin"
		p clear
		mark relay-access
		for port in 5190 5195; do	# the relay's, and one that is nobody's
			p send outside tcp "$ghost_out,4000" "$listen,$port" S seq=5
			p send outside udp "$ghost_out,4000" "$listen,$port"
			if [ $action = discard ]; then
				p none outside ip "$listen" "$ghost_out"
				p none outside "$icmp" any "$ghost_out"
				continue
			fi
			p expect outside tcp "$listen,$port" "$ghost_out,4000" RA seq=0 ack=6
			# shellcheck disable=SC2086
			p expect outside "$icmp" "$listen" "$ghost_out" $prohibited \
				about udp "$ghost_out,4000" "$listen,$port"
		done
		p none inside ip "$ghost_out" any
		drops relay-access 2
	done
done

it "rules neither allow nor forbid the use of a relay"
fresh < <(
	echo "network Friends $out4 $out6"
	echo "rule Any Firewall any-udp allow"
	echo "rule Any Inside any-udp allow"
	echo "rule Any Any any-tcp reject"
	relays udp-forward <<<"5190 5190 from Friends"
	relays tcp-forward <<<"5190 5190 from Friends"
)
for f in 4 6; do
	ends
	p refused silent udp outside "$other_out" inside "$icq,5190" "via=$listen,5190"
	p talk tcp outside "$out" inside "$icq,5190" "via=$listen,5190"
done

it "a client with a spoofed address is not served"
fresh < <(relays udp-forward <<<"5190 5190 from Any")
for f in 4 6; do
	ends
	mark spoofed
	p send outside udp "$ghost_in,4000" "$listen,5190"
	p send inside udp "$ghost_out,4000" "$listen,5190"
	p none inside udp any "$icq,5190"
	drops spoofed 2
done

it "a disabled relay does not listen"
fresh < <(relays udp-forward <<<"5190 5190 from Any disabled")
for f in 4 6; do
	ends
	p refused silent udp outside "$out" inside "$icq,5190" "via=$listen,5190"
done

# --- From inside, and elsewhere -----------------------------------------------------------

fresh < <(
	relays tcp-forward <<<"5190 5190 from Any"
	relays semitransparent-tcp-forward <<<"5191 5191 from Any"
	relays udp-forward <<<"5190 5190 from Any"
	relays semitransparent-udp-forward <<<"5191 5191 from Any"
	echo "relay $listen4:80 $in_dmz4:8080 semitransparent-tcp-forward from Any"
	echo "relay [$listen6]:80 [$in_dmz6]:8080 semitransparent-tcp-forward from Any"
	echo "relay $fwin4:80 $out4:8080 tcp-forward from Inside"
	echo "relay [$fwin6]:80 [$out6]:8080 tcp-forward from Inside"
)
for f in 4 6; do
	ends
	it "a client inside that connects to the outside address is served, and the server sees the firewall (IPv$f)"
	p talk tcp inside "$in,4000" inside "$icq,5190" "via=$listen,5190" "as=$fwin,4000" 50000
	p talk tcp inside "$in,4001" inside "$icq,5191" "via=$listen,5191" "as=$fwin,4001" 50000
	p talk udp inside "$in,4000" inside "$icq,5190" "via=$listen,5190" "as=$fwin,4000"
	p talk udp inside "$in,4001" inside "$icq,5191" "via=$listen,5191" "as=$fwin,4001"

	it "the server itself may ask the outside address too (IPv$f)"
	p talk tcp inside "$icq,4002" inside "$icq,5191" "via=$listen,5191" "as=$fwin,4002"

	it "a server in the dmz sees clients of outside and inside as they are (IPv$f)"
	p talk tcp outside "$out,4000" dmz "$in_dmz,8080" "via=$listen,80" "as=$out,4000"
	p talk tcp inside "$in,4000" dmz "$in_dmz,8080" "via=$listen,80" "as=$in,4000"

	it "a relay on an inside address leads out (IPv$f)"
	p talk tcp inside "$in,4000" outside "$out,8080" "via=$fwin,80" "as=$fwout,4000"
done

it "relays on several addresses of one interface, each to its own server"
more4=198.51.100.5 more6=2001:db8:2::5
ip -n "$router" address add $more4/24 dev eth0
ip -n "$router" address add $more6/64 dev eth0 nodad
fresh <<END
relay $listen4:80 $icq4:80 semitransparent-tcp-forward from Internet
relay $more4:80 $in4:80 semitransparent-tcp-forward from Internet
relay $fwout4:80 $in_dmz4:80 semitransparent-tcp-forward from Internet
relay [$listen6]:80 [$icq6]:80 semitransparent-tcp-forward from Internet
relay [$more6]:80 [$in6]:80 semitransparent-tcp-forward from Internet
relay [$fwout6]:80 [$in_dmz6]:80 semitransparent-tcp-forward from Internet
END
for f in 4 6; do
	ends
	p talk tcp outside "$out,4000" inside "$icq,80" "via=$listen,80" "as=$out,4000"
	p talk tcp outside "$out,4000" inside "$in,80" "via=$more,80" "as=$out,4000"
	p talk tcp outside "$out,4000" dmz "$in_dmz,80" "via=$fwout,80" "as=$out,4000"
done

it "relays and nat rows work beside each other"
fresh < <(
	echo "rule Inside Internet any-tcp allow"
	echo "nat eth1 eth0 source 10.9.9.1"
	echo "nat Any eth1 source 10.9.9.2"
	relays semitransparent-tcp-forward <<<"5190 5190 from Any"
)
p talk tcp outside "$out4,4000" inside "$icq4,5190" "via=$listen4,5190" "as=$out4,4000"
p talk tcp inside "$icq4,5190" outside "$out4,80" "as=10.9.9.1,5190"

# --- Sessions and commits -----------------------------------------------------------------

two() {
	echo "network Friends $out4 $out6 $other_out4 $other_out6"
	relays tcp-forward <<<"5190 5190 ${1-from Friends}"
	relays semitransparent-udp-forward <<<"5190 5190 ${1-from Friends}"
}
open_four() {
	for f in 4 6; do
		ends
		p open "tcp$f" tcp outside "$out,4000" inside "$icq,5190" "via=$listen,5190"
		p open "udp$f" udp outside "$other_out,4000" inside "$icq,5190" "via=$listen,5190"
	done
}
all_live() { for f in 4 6; do p say "tcp$f"; p say "udp$f"; done; }

it "a relay's session is found by either side's addresses, and by its relay"
fresh < <(two "from Friends name icq-relay" | sed '/udp/s/icq-relay/icq-udp/; /\[/s/ name.*//')
open_four
is 4 sessions
is 2 sessions server $listen4
is 2 sessions server "$icq4"
is 2 sessions server "$icq6"
is 1 sessions client "$out4"
is 1 sessions client "$fwin4"
is 1 sessions client "$other_out4" server "$icq4"
is 0 sessions client "$fwin4" server $listen4
is 1 sessions relay icq-relay
is 1 sessions relay icq-udp
must grep -q "1.2.3.4:5190=>192.168.1.17:5190" <(fw session list client "$out4")

it "a relay's session that is killed by its server's address is lost both ways, and can begin again"
is 2 fw session kill server "$icq4"
p lost tcp4
p lostback udp4
p say udp4
p say tcp6
p forget tcp4
p talk tcp outside "$out4,4001" inside "$icq4,5190" "via=$listen4,5190" "as=$fwin4"
for name in udp4 tcp6 udp6; do p forget $name; done

it "a comment, a longer timeout, more clients: a relay's sessions go on"
fresh < <(two)
open_four
must policy < <(two "from Friends comment same")
all_live
must policy < <(two "from Friends Inside timeout 600")
all_live

it "if the clients after from change, the sessions of those that are left out end, and no others"
mark policy ended
policy < <(two | sed "s/ $other_out4 $other_out6//")
for f in 4 6; do
	p say "tcp$f"
	p lost "udp$f"
done
at_least policy 2 ended

it "a relay that is removed takes its sessions along"
mark policy ended
policy </dev/null
for f in 4 6; do
	p lostback "tcp$f"
	p forget "tcp$f"
	p forget "udp$f"
done
at_least policy 2 ended

it "if a relay gets another server, or another port of its server, its sessions end"
for edit in "s/$icq4:5190/$in4:5190/; s/$icq6\]/$in6]/" 's/:5190 tcp/:5191 tcp/'; do
	fresh < <(two)
	for f in 4 6; do
		ends
		p open "tcp$f" tcp outside "$out,4000" inside "$icq,5190" "via=$listen,5190"
	done
	policy < <(two | sed "$edit")
	for f in 4 6; do
		p lost "tcp$f"
		p forget "tcp$f"
	done
done

it "where clients are hidden from now on, sessions that show them end"
fresh < <(two)
open_four
policy < <(two | sed 's/semitransparent-udp/udp/')
for f in 4 6; do
	ends
	p say "tcp$f"
	p lost "udp$f"
	p forget "tcp$f"
	p forget "udp$f"
	p talk udp outside "$out,4001" inside "$icq,5190" "via=$listen,5190" "as=$fwin,4001"
done

it "with --keep-sessions they go on without their relay"
fresh < <(two)
open_four
policy --keep-sessions </dev/null
all_live
for f in 4 6; do
	ends
	p close "tcp$f"
	p forget "udp$f"
	p refused silent tcp outside "$out" inside "$icq,5190" "via=$listen,5190"
done

it "a client without an answer is served once there is a relay"
fresh <<'END'
rule Internet Dmz any-tcp allow
END
for f in 4 6; do
	family
	p send outside tcp "$ghost_out,3100" "$ghost_dmz,80" S seq=1 times=3
	p count 3 dmz tcp "$ghost_out,3100" "$ghost_dmz,80" S seq=1
	is 1 sessions client "$ghost_out" server-port 80 state opening
done
ip -n "$router" address add "$ghost_dmz4/32" dev eth2
ip -n "$router" address add "$ghost_dmz6/128" dev eth2 nodad
policy <<END
relay $ghost_dmz4:80 $ghost_in4:8080 tcp-forward from Internet
relay [$ghost_dmz6]:80 [$ghost_in6]:8080 tcp-forward from Internet
END
for f in 4 6; do
	family
	p send outside tcp "$ghost_out,3100" "$ghost_dmz,80" S seq=1 times=2
	p expect inside tcp "$fwin,3100" "$ghost_in,8080" S seq=1
	p none dmz tcp "$ghost_out,3100" any
done
