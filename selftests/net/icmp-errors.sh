#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors pass exactly when they belong to a session, and change nothing about it.
#
# Topology: lib.sh. Errors by hand from routers outside, about packets of sessions:
#
#	inside .66 ---> router ---> outside .66
#	            <--- error --- outside .11 or .66

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
rule Inside Internet any-tcp allow
rule Inside Internet any-udp allow
rule Inside Internet pings allow
rule Inside Firewall any-udp allow
rule Firewall Internet any-udp allow
service pf udp packet-filter any 33
rule Internet Inside pf allow
END

for f in 4 6; do
	family
	if [ $f = 4 ]; then
		errors=('type=3 code=0' 'type=3 code=1' 'type=3 code=3' 'type=3 code=4'
			'type=3 code=13' 'type=11 code=0' 'type=12 code=0')
	else
		errors=('type=1 code=0' 'type=1 code=3' 'type=1 code=4' 'type=2 code=0'
			'type=3 code=0' 'type=4 code=1')
	fi

	it "errors about a session's packets reach the sender, from whatever router (IPv$f)"
	p send inside udp "$ghost_in,3000" "$ghost_out,9"
	p send inside tcp "$ghost_in,3000" "$ghost_out,9" S seq=1
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=44 seq=1
	for kind in "${errors[@]}"; do
		# shellcheck disable=SC2086
		error $kind about udp "$ghost_in,3000" "$ghost_out,9"
		# shellcheck disable=SC2086
		p expect inside "$icmp" "$other_out" "$ghost_in" $kind about \
			udp "$ghost_in,3000" "$ghost_out,9"
	done
	error $no_port about tcp "$ghost_in,3000" "$ghost_out,9" S seq=1
	p expect inside "$icmp" "$other_out" "$ghost_in" $no_port about tcp any any
	error $no_port about "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=44 seq=1
	p expect inside "$icmp" "$other_out" "$ghost_in" $no_port about "$icmp" any any

	it "only the firewall's own errors about packets to the firewall pass (IPv$f)"
	p send inside udp "$ghost_in,3001" "$fwin,9"
	p expect inside "$icmp" "$fwin" "$ghost_in" $no_port about udp any "$fwin,9"
	mark icmp-stray
	error $no_host about udp "$ghost_in,3001" "$fwin,9"
	p none inside "$icmp" "$other_out" any
	drops icmp-stray 1

	it "an error about the server's packets reaches the server (IPv$f)"
	p send outside udp "$ghost_out,9" "$ghost_in,3000"
	p expect inside udp "$ghost_out,9" "$ghost_in,3000"
	p send inside "$icmp" "$ghost_in" "$ghost_out" $no_port \
		about udp "$ghost_out,9" "$ghost_in,3000"
	p expect outside "$icmp" "$ghost_in" "$ghost_out" $no_port about udp any any

	it "errors about no session do not pass, and are counted (IPv$f)"
	p clear
	mark icmp-stray
	error $no_port about udp "$ghost_in,3001" "$ghost_out,9"
	error $no_port about udp "$ghost_in,3000" "$ghost_out,10"
	error $no_port about udp "$ghost_in,3000" "$other_out,9"
	error $no_port about udp "$ghost_out,9" "$other_in,3000"
	error $no_port about tcp "$ghost_in,3001" "$ghost_out,9" S
	error $no_port about "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=45
	error $no_port about proto=47 "$ghost_in" "$ghost_out"
	p none inside "$icmp" "$other_out" any
	drops icmp-stray 7

	it "an error does not pass if its receiver did not send the quoted packet (IPv$f)"
	mark icmp-stray
	p send outside "$icmp" "$other_out" "$in" $no_port \
		about udp "$ghost_in,3000" "$ghost_out,9"
	p none inside "$icmp" "$other_out" any
	drops icmp-stray 1

	it "an error about an error does not pass (IPv$f)"
	error $no_port about "$icmp" "$ghost_in" "$ghost_out" $no_port \
		about udp "$ghost_out,9" "$ghost_in,3000"
	p none inside "$icmp" "$other_out" any

	it "an error that quotes too little of a packet does not pass (IPv$f)"
	header=20
	[ $f = 4 ] || header=40
	error $no_port cut=$((2 * header + 8 + 3)) about udp "$ghost_in,3000" "$ghost_out,9"
	error $no_port cut=$((header + 8 + 4)) about udp "$ghost_in,3000" "$ghost_out,9"
	p none inside "$icmp" "$other_out" any

	it "an error from a spoofed source does not pass (IPv$f)"
	mark spoofed
	p send outside "$icmp" "$other_in" "$ghost_in" $no_port \
		about udp "$ghost_in,3000" "$ghost_out,9"
	p none inside "$icmp" "$other_in" any
	drops spoofed 1

	it "errors neither end a session nor keep it alive (IPv$f)"
	must fw add set tcp-window liberal
	p open live tcp inside "$in,5000" outside "$out,80"
	for kind in "${errors[@]}"; do
		# shellcheck disable=SC2086
		p send outside "$icmp" "$other_out" "$in" $kind mtu=1400 \
			about tcp "$in,5000" "$out,80" A seq=1
	done
	must fw delete set tcp-window
	is 1 sessions client "$in" client-port 5000
	p say live
	p close live

	it "an error about TCP quotes a number that can have been sent (IPv$f)"
	# about FLAGS...: a segment that the client sent. from FLAGS...: one that the server sent.
	about() { error $no_port about tcp "$ghost_in,7000" "$ghost_out,80" "$@"; }
	told() { p expect inside "$icmp" "$other_out" "$ghost_in" $no_port about tcp "$ghost_in,7000" any; }
	untold() {
		mark tcp-window
		about "$@"
		p none inside "$icmp" "$other_out" any
		drops tcp-window 1
	}
	conversation() {
		p send inside tcp "$ghost_in,7000" "$ghost_out,80" "$@"
		p expect outside tcp "$ghost_in,7000" "$ghost_out,80" "$@"
	}
	answer() {
		p send outside tcp "$ghost_out,80" "$ghost_in,7000" "$@"
		p expect inside tcp "$ghost_out,80" "$ghost_in,7000" "$@"
	}
	conversation S seq=4000000
	about S seq=4000000
	told
	untold S seq=3999999
	untold S seq=4000002
	answer SA seq=9000000 ack=4000001
	conversation A seq=4000001 ack=9000001
	conversation PA seq=4000001 ack=9000001 len=100
	about PA seq=4000001 len=100
	told
	about A seq=4000101
	told
	untold A seq=4000102
	untold PA seq=2000000
	mark tcp-window
	p send inside "$icmp" "$ghost_in" "$ghost_out" $no_port \
		about tcp "$ghost_out,80" "$ghost_in,7000" A seq=9000002
	p none outside "$icmp" "$ghost_in" any
	drops tcp-window 1
	p send inside "$icmp" "$ghost_in" "$ghost_out" $no_port \
		about tcp "$ghost_out,80" "$ghost_in,7000" A seq=9000001
	p expect outside "$icmp" "$ghost_in" "$ghost_out" $no_port about tcp "$ghost_out,80" any

	it "only path-MTU errors about a stateless flow pass, because the others belong to no session (IPv$f)"
	p send outside udp "$ghost_out,4000" "$ghost_in,33"
	p expect inside udp "$ghost_out,4000" "$ghost_in,33"
	p send inside "$icmp" "$ghost_in" "$ghost_out" $no_port \
		about udp "$ghost_out,4000" "$ghost_in,33"
	p none outside "$icmp" "$ghost_in" any
	p send inside "$icmp" "$ghost_in" "$ghost_out" $too_big mtu=1300 \
		about udp "$ghost_out,4000" "$ghost_in,33"
	p expect outside "$icmp" "$ghost_in" "$ghost_out" $too_big mtu=1300 about udp any any
	p send inside "$icmp" "$ghost_in" "$ghost_out" $too_big mtu=1300 \
		about udp "$ghost_out,4000" "$ghost_in,34"
	p none outside "$icmp" "$ghost_in" any

	it "a client gets the error that a port outside is closed (IPv$f)"
	p send inside udp "$ghost_in,6000" "$out,77"
	p expect inside "$icmp" "$out" "$ghost_in" about udp "$ghost_in,6000" "$out,77"

	it "a packet to a closed port of the firewall is answered by the firewall's own error (IPv$f)"
	p send inside udp "$ghost_in,6001" "$fwin,77"
	p expect inside "$icmp" "$fwin" "$ghost_in" about udp "$ghost_in,6001" "$fwin,77"

	it "an error about the firewall's own session reaches it (IPv$f)"
	p refused closed udp router "$fwout" outside "$out,7777"
done

it "unknown options cause an error only in a packet of a session (IPv6)"
p send outside udp "$ghost_out6,3006" "$fwout6,2000" extra=odd
p send outside udp "$ghost_out6,3006" "$ghost_in6,2000" extra=odd
p none outside icmpv6 any "$ghost_out6" type=4
p send inside udp "$ghost_in6,6001" "$fwin6,77" extra=odd
p expect inside icmpv6 "$fwin6" "$ghost_in6" type=4 code=2

# The monitor listens once it has reported an event that it should report.
heard() {
	p send outside "$icmp" "$other_out" "$ghost_in" $no_host about udp "$ghost_in,4999" "$other_out,1"
	gojq -c 'select(.icmp_error) | [.icmp_error.source, .icmp_error.destination,
		.icmp_error.type, .icmp_error.code, .source.address, .destination.address,
		.interface, .reason]' "$work/drops.json" | grep -F "$1"
}
it "the event of a refused error has its sender and its quotation"
(exec busybox nsenter --net="/run/netns/$router" fwtool --json monitor drop) >"$work/drops.json" &
json=$!
(exec busybox nsenter --net="/run/netns/$router" fwtool monitor drop) >"$work/drops.text" &
text=$!
for f in 4 6; do
	family
	[ $f = 4 ] && kind=3,1 || kind=1,3
	busywait heard "[\"$other_out\",\"$ghost_in\",$kind,\"$ghost_in\",\"$other_out\",\"eth0\",\"icmp-stray\"]"
	busywait grep -F "icmp-error ${kind/,//} from $other_out to $ghost_in about" "$work/drops.text"
done
kill $json $text
