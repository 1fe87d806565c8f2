#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments: datagrams larger than the link, whole or not.
#
# Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
service small udp dynamic any 2000
rule Inside Internet small allow
rule Inside Internet pings allow
rule Inside Firewall small allow
rule Firewall Internet small allow
END

# timed_out NUMBER: the router's kernel has given up waiting for so many of this family.
timed_out() { [ "$(kernel_counter "$given_up")" -ge "$1" ]; }

for f in 4 6; do
	family
	if [ "$f" = 4 ]; then
		give_up=net.ipv4.ipfrag_time given_up=IpReasmTimeout late="type=11 code=1"
	else
		give_up=net.netfilter.nf_conntrack_frag6_timeout given_up=Ip6ReasmTimeout
		late="type=3 code=1"
	fi

	it "large datagrams pass both ways, as fragments (IPv$f)"
	p open big udp inside "$in" outside "$out,2000"
	p say big 3000
	p say big 9000
	p say big 60000
	p forget big

	it "a large ping passes (IPv$f)"
	p talk ping inside "$in" outside "$out" 4000
	p talk ping inside "$in" router "$fwin" 4000

	it "large datagrams to and from the firewall pass (IPv$f)"
	p open big udp inside "$in" router "$fwin,2000"
	p say big 20000
	p forget big
	p open big udp router "$fwout" outside "$out,2000"
	p say big 20000
	p forget big

	it "fragments in any order are one datagram, and go on as fragments (IPv$f)"
	p send inside udp "$ghost_in,3000" "$ghost_out,2000" len=2992 split=1000 reverse=1 id=77
	p expect outside udp "$ghost_in,3000" "$ghost_out,2000" frag=0 more=1
	p expect outside udp "$ghost_in" "$ghost_out" more=0
	is 1 sessions client "$ghost_in" client-port 3000

	it "a refused datagram is refused with all its fragments (IPv$f)"
	p clear
	p send inside udp "$ghost_in,3000" "$ghost_out,2001" len=2992 split=1000 id=78
	p none outside ip "$ghost_in" any
	is 0 sessions server-port 2001

	on "$router" sysctl -qw "$give_up=1"
	it "a datagram that lacks a fragment does not pass, nor its fragments (IPv$f)"
	p send inside udp "$ghost_in,3001" "$ghost_out,2000" len=2992 split=1000 skip=2 id=79
	p send inside udp "$ghost_in,3002" "$ghost_out,2000" len=2992 split=1000 skip=1 id=80
	p send inside udp "$ghost_in,3003" "$ghost_out,2000" len=2992 split=1000 skip=3 id=81
	p none outside ip "$ghost_in" any
	is 0 sessions client-port 3001
	busywait timed_out 3

	it "who sends half a datagram is told only of one that his session is waiting for (IPv$f)"
	p send inside udp "$ghost_in,3005" "$fwin,2000" len=10
	p send outside udp "$ghost_out,3004" "$fwout,2000" len=2992 split=1000 skip=2 id=85
	p send outside udp "$ghost_out,3004" "$ghost_in,2000" len=2992 split=1000 skip=2 id=86
	p send inside udp "$ghost_in,3005" "$fwin,2000" len=2992 split=1000 skip=2 id=87
	busywait timed_out 6
	p expect inside "$icmp" "$fwin" "$ghost_in" $late
	p none outside "$icmp" any "$ghost_out" $late
done

it "ports that hide in a tiny first fragment are seen all the same"
p send inside tcp "$ghost_in4,3000" "$ghost_out4,2000" S split=8 id=90
p send inside udp "$ghost_in4,3010" "$ghost_out4,2000" len=64 split=8 id=91
p expect outside udp "$ghost_in4,3010" "$ghost_out4,2000"
p none outside tcp "$ghost_in4" any

it "overlapping fragments are not put together"
p send inside udp "$ghost_in4,3020" "$ghost_out4,2000" more=1 len=1000 id=92
p send inside udp "$ghost_in4" "$ghost_out4" frag=504 len=800 id=92
p none outside ip "$ghost_in4" any
p send inside udp "$ghost_in6,3020" "$ghost_out6,2000" more=1 len=1000 id=92
p send inside udp "$ghost_in6" "$ghost_out6" frag=504 len=800 id=92
p none outside ip "$ghost_in6" any

it "don't-fragment is kept: small fragments with it go on with it"
p send inside udp "$ghost_in4,3030" "$ghost_out4,2000" len=100 df=1
p expect outside udp "$ghost_in4,3030" "$ghost_out4,2000" df=1
p send inside udp "$ghost_in4,3031" "$ghost_out4,2000" len=100 df=0
p expect outside udp "$ghost_in4,3031" "$ghost_out4,2000" df=0

it "a storm of lone fragments leaves the firewall alive"
p send inside udp "$ghost_in4" "$ghost_out4" frag=800 len=400 more=1 step=src times=2000
p send inside udp "$ghost_in6" "$ghost_out6" frag=800 len=400 more=1 step=src times=2000
p clear
p talk udp inside "$in4" outside "$out4,2000"
