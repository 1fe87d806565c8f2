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

# timed_out NUMBER: the router's kernel has given up waiting for NUMBER datagrams of this family.
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

	it "a sender of half a datagram gets an error only if the datagram belongs to a session (IPv$f)"
	p send inside udp "$ghost_in,3005" "$fwin,2000" len=10
	p send outside udp "$ghost_out,3004" "$fwout,2000" len=2992 split=1000 skip=2 id=85
	p send outside udp "$ghost_out,3004" "$ghost_in,2000" len=2992 split=1000 skip=2 id=86
	p send inside udp "$ghost_in,3005" "$fwin,2000" len=2992 split=1000 skip=2 id=87
	busywait timed_out 6
	p expect inside "$icmp" "$fwin" "$ghost_in" $late
	p none outside "$icmp" any "$ghost_out" $late
done

for f in 4 6; do
	family
	it "ports that hide in a tiny first fragment are seen all the same (IPv$f)"
	p send inside tcp "$ghost_in,3000" "$ghost_out,2000" S split=8 id=90
	p send inside udp "$ghost_in,3010" "$ghost_out,2000" len=64 split=8 id=91
	p expect outside udp "$ghost_in,3010" "$ghost_out,2000"
	p none outside tcp "$ghost_in" any

	it "overlapping fragments are not put together, whichever comes first (IPv$f)"
	for port in 3020 3021; do
		tail=(udp "$ghost_in" "$ghost_out" frag=504 len=800 "id=$port")
		[ $port = 3020 ] || p send inside "${tail[@]}"
		p send inside udp "$ghost_in,$port" "$ghost_out,2000" more=1 len=1000 id=$port
		[ $port = 3021 ] || p send inside "${tail[@]}"
	done
	p none outside ip "$ghost_in" any
	is 0 sessions client-port 3020

	it "a second first fragment with other ports does not help a refused datagram (IPv$f)"
	p send inside udp "$ghost_in,3022" "$ghost_out,2001" more=1 len=1000 id=95
	p send inside udp "$ghost_in,3022" "$ghost_out,2000" more=1 len=1000 id=95
	p send inside udp "$ghost_in" "$ghost_out" frag=1008 len=100 id=95
	p none outside ip "$ghost_in" any

	it "a datagram that came in fragments leaves in fragments that are no larger (IPv$f)"
	p send inside udp "$ghost_in,3040" "$ghost_out,2000" len=2992 split=1000 id=96
	p expect outside udp "$ghost_in,3040" "$ghost_out,2000" frag=0 more=1 len=992
	p expect outside udp "$ghost_in" "$ghost_out" frag=1000 more=1 len=1000
	p expect outside udp "$ghost_in" "$ghost_out" frag=2000 more=0 len=1000
done

it "flags behind a tiny first fragment are seen, or the datagram does not pass (RFC 7112)"
must fw add service hidden tcp dynamic any 2002
must fw add rule Inside Internet hidden allow
mark tcp-stray
mark fragment
for f in 4 6; do
	family
	p send inside tcp "$ghost_in,3050" "$ghost_out,2002" A split=8 id=93
	p none outside tcp "$ghost_in" any
	p send inside tcp "$ghost_in,3051" "$ghost_out,2002" S split=8 reverse=1 id=94
done
drops tcp-stray 1
at_least fragment 2
f=4
family
p expect outside tcp "$ghost_in" "$ghost_out" frag=8 more=1 len=8
p none outside ip "$ghost_in6" any
is 1 sessions server-port 2002 state opening family 4
is 1 sessions server-port 2002

it "the don't-fragment bit is kept, both of whole datagrams and of those that came in fragments"
for df in 1 0; do
	p send inside udp "$ghost_in4,303$df" "$ghost_out4,2000" len=100 df=$df
	p expect outside udp "$ghost_in4,303$df" "$ghost_out4,2000" df=$df
	p send inside udp "$ghost_in4,303$df" "$ghost_out4,2000" len=2992 split=1000 df=$df id=98
	for at in 0 1000 2000; do
		p expect outside udp "$ghost_in4" "$ghost_out4" frag=$at df=$df
	done
done

it "the sender of fragments that are too large and must not be cut gets the MTU"
ip -n "$router" link set eth0 mtu 1300
p send inside udp "$ghost_in4,3030" "$ghost_out4,2000" len=2992 split=1400 df=1 id=99
p expect inside icmp "$fwin4" "$ghost_in4" type=3 code=4 mtu=1300
p none outside ip "$ghost_in4" any
p send inside udp "$ghost_in4,3030" "$ghost_out4,2000" len=2992 split=1400 df=0 id=99
p expect outside udp "$ghost_in4,3030" "$ghost_out4,2000" frag=0 more=1
ip -n "$router" link set eth0 mtu 1500

it "a storm of lone fragments leaves the firewall alive"
p send inside udp "$ghost_in4" "$ghost_out4" frag=800 len=400 more=1 step=src times=2000
p send inside udp "$ghost_in6" "$ghost_out6" frag=800 len=400 more=1 step=src times=2000
p clear
p talk udp inside "$in4" outside "$out4,2000"
