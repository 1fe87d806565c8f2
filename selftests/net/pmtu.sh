#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Path-MTU discovery, time to live, traceroute: what a router owes its hosts.
#
# Topology: lib.sh, with a smaller MTU on the outside link:
#
#	inside --- 1500 --- router --- 1300 --- outside

. "$(dirname -- "$0")/../lib.sh"
topology
ip -n "$router" link set eth0 mtu 1300
ip -n "$outside" link set eth0 mtu 1300
boasts "$outside" "$fwout4" "$fwout6"

policy <<'END'
rule Inside Internet any-tcp allow
rule Inside Internet any-udp allow
rule Inside Internet pings allow
END

for f in 4 6; do
	family

	it "too large for the next link: the sender gets its MTU (IPv$f)"
	p send inside udp "$ghost_in,3000" "$ghost_out,9" len=1400 df=1
	p expect inside "$icmp" "$fwin" "$ghost_in" $too_big mtu=1300 \
		about udp "$ghost_in,3000" "$ghost_out,9"
	p none outside udp "$ghost_in" any

	it "as large as the next link: it passes (IPv$f)"
	p send inside udp "$ghost_in,3001" "$ghost_out,9" len=$((1300 - header)) df=1
	p expect outside udp "$ghost_in,3001" "$ghost_out,9" len=$((1300 - header))

	it "one byte more than the next link takes does not pass (IPv$f)"
	p send inside udp "$ghost_in,3001" "$ghost_out,9" len=$((1301 - header)) df=1
	p expect inside "$icmp" any "$ghost_in" $too_big mtu=1300

	it "the first packet of a session and the hundredth get the same error (IPv$f)"
	p send inside udp "$ghost_in,3002" "$ghost_out,9" times=100
	p send inside udp "$ghost_in,3002" "$ghost_out,9" len=1400 df=1 times=2
	p count 2 inside "$icmp" "$fwin" "$ghost_in" $too_big mtu=1300

	it "a TCP conversation finds the path's MTU and gets through (IPv$f)"
	p talk tcp inside "$in" outside "$out,80" 300000
	p expect inside "$icmp" "$fwin" "$in" $too_big mtu=1300 about tcp "$in" "$out,80"

	it "a too big from a router beyond passes if it is about a session (IPv$f)"
	p send inside tcp "$ghost_in,3003" "$ghost_out,80" S seq=5
	p expect outside tcp "$ghost_in,3003" "$ghost_out,80" S
	p send outside "$icmp" "$other_out" "$ghost_in" $too_big mtu=1280 \
		about tcp "$ghost_in,3003" "$ghost_out,80" S seq=5
	p expect inside "$icmp" "$other_out" "$ghost_in" $too_big mtu=1280 \
		about tcp "$ghost_in,3003" "$ghost_out,80" seq=5

	it "every hop takes one from the time to live (IPv$f)"
	p send inside udp "$ghost_in,3004" "$ghost_out,9" ttl=2
	p expect outside udp "$ghost_in,3004" "$ghost_out,9" ttl=1
	p send outside udp "$ghost_out,9" "$ghost_in,3004" ttl=200
	p expect inside udp "$ghost_out,9" "$ghost_in,3004" ttl=199

	it "when the time to live runs out, the sender gets an error, for sessions and for first packets (IPv$f)"
	p send inside udp "$ghost_in,3004" "$ghost_out,9" ttl=1
	p expect inside "$icmp" "$fwin" "$ghost_in" $exceeded about udp "$ghost_in,3004" any
	p send inside udp "$ghost_in,3005" "$ghost_out,9" ttl=1
	p expect inside "$icmp" "$fwin" "$ghost_in" $exceeded about udp "$ghost_in,3005" any
	p none outside udp "$ghost_in" any

	it "to the firewall itself a time to live of 1 is enough (IPv$f)"
	p send inside "$icmp" "$ghost_in" "$fwin" "$ping" ttl=1 ident=8
	p expect inside "$icmp" "$fwin" "$ghost_in" "$pong" ident=8

	it "traceroute through the firewall shows it as a hop, and its end (IPv$f)"
	if command -v traceroute >/dev/null; then
		on "$inside" traceroute "-$f" -n -q 1 -w 20 -m 4 "$out" >"$work/route" 2>&1
		grep -qE "^ 1 +$fwin " "$work/route" && grep -qE "^ 2 +$out " "$work/route" ||
			fail "$(tr '\n' ';' <"$work/route")"
	else
		skip "no traceroute here"
	fi
done

it "a sender that takes a detour is redirected to the shorter way, and its packet arrives all the same"
policy <<'END'
rule Inside Any any-udp allow
END
for f in 4 6; do
	family
	# Two senders without an error so far, because the kernel sends each only one now and then.
	from=${ghost_in%66}67 to=${ghost_in%66}69
	redirect='type=5 code=1'
	[ $f = 4 ] || redirect='type=137 code=0'
	p send inside udp "$from,3020" "$to,9" len=9
	p expect inside udp "$from,3020" "$to,9" len=9 ttl=63
	# shellcheck disable=SC2086
	p expect inside "$icmp" any "$from" $redirect
done

it "the firewall fragments an IPv4 packet that may be fragmented"
p send inside udp "$ghost_in4,3006" "$ghost_out4,9" len=1400 df=0 id=5
p expect outside udp "$ghost_in4,3006" "$ghost_out4,9" frag=0 more=1 id=5
p expect outside udp "$ghost_in4" "$ghost_out4" more=0 id=5

it "a datagram that came in fragments goes out in fragments of the smaller link"
for f in 4 6; do
	family
	p send inside udp "$ghost_in,3007" "$ghost_out,9" len=2992 split=1000 id=6
	p expect outside udp "$ghost_in,3007" "$ghost_out,9" frag=0 more=1
	p expect outside udp "$ghost_in" "$ghost_out" more=0
done
p talk udp inside "$in4" outside "$out4,9" 5000

it "when the link's MTU changes, sessions follow"
p open live udp inside "$in4,4000" outside "$out4,9"
ip -n "$router" link set eth0 mtu 1500
ip -n "$outside" link set eth0 mtu 1500
p send inside udp "$in4,4000" "$out4,9" len=1400 df=1
p expect outside udp "$in4,4000" "$out4,9" len=1400
ip -n "$router" link set eth0 mtu 1280
p send inside udp "$in4,4000" "$out4,9" len=1400 df=1
p expect inside icmp "$fwin4" "$in4" type=3 code=4 mtu=1280
