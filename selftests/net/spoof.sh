#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets that are dropped before any rule: spoofed, source-routed, malformed, broadcast, multicast.
#
# Topology: lib.sh. The policy binds 192.168.1.0/24 to eth1, 203.0.113.0/24 to eth2 and
# everything else to eth0, and allows all.

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
set unmatched reject
rule Any Any anything allow
END

for f in 4 6; do
	family
	it "an inside address from outside is spoofed, and dropped in silence (IPv$f)"
	mark spoofed
	p send outside tcp "$ghost_in,1000" "$in,80" S
	p send outside udp "$ghost_in,1000" "$in_dmz,80"
	p send outside "$icmp" "$ghost_in" "$in" "$ping"
	p none inside ip "$ghost_in" any
	p none dmz ip "$ghost_in" any
	p none outside ip any "$ghost_in"
	drops spoofed 3

	it "an outside address from inside is spoofed (IPv$f)"
	mark spoofed
	p send inside tcp "$ghost_out,1000" "$out,80" S
	p send dmz tcp "$ghost_out,1000" "$out,80" S
	p send dmz tcp "$ghost_in,1000" "$out,80" S
	p none outside ip "$ghost_out" any
	p none outside ip "$ghost_in" any
	drops spoofed 3

	it "an inside address from outside is spoofed, too, in packets to the firewall (IPv$f)"
	mark spoofed
	p send outside tcp "$ghost_in,1000" "$fwout,22" S
	p send outside "$icmp" "$ghost_in" "$fwout" "$ping"
	p none inside ip any "$ghost_in"
	p none outside ip any "$ghost_in"
	drops spoofed 2

	it "the firewall's own address from anywhere is spoofed (IPv$f)"
	mark spoofed
	p send outside udp "$fwout,1000" "$in,80"
	p send inside udp "$fwin,1000" "$out,80"
	p send inside udp "$fwout,1000" "$out,80"
	p none inside udp any "$in,80"
	p none outside udp any "$out,80"
	drops spoofed 3

	it "a spoofed packet of a session that exists does not pass either (IPv$f)"
	p open live udp inside "$in,2000" outside "$out,2000"
	p clear
	p send dmz udp "$in,2000" "$out,2000" len=4
	p send dmz udp "$out,2000" "$in,2000" len=4
	p none outside udp "$in,2000" any len=4
	p none inside udp "$out,2000" any len=4
	p say live
	p forget live

	it "addresses where they belong are not spoofed (IPv$f)"
	p talk tcp inside "$in" outside "$out,80"
	p talk tcp dmz "$in_dmz" inside "$in,80"
	p send outside udp "$ghost_out,1000" "$ghost_dmz,80"
	p expect dmz udp "$ghost_out,1000" "$ghost_dmz,80"
done

it "an IPv4 source route is dropped, loose or strict, to and through the firewall"
mark source-route
p send inside udp "$ghost_in4,1" "$ghost_out4,9" extra=lsrr
p send inside udp "$ghost_in4,1" "$ghost_out4,9" extra=ssrr
p send inside udp "$ghost_in4,1" "$fwin4,9" extra=lsrr
p none outside udp "$ghost_in4" any
p none inside ip any "$ghost_in4"
drops source-route 3

it "an IPv6 routing header of type 0 is dropped"
mark source-route
p send inside udp "$ghost_in6,1" "$ghost_out6,9" extra=rh0
p none outside ip "$ghost_in6" any
drops source-route 1

it "other options and extension headers pass"
p send inside udp "$ghost_in4,1" "$ghost_out4,9" extra=nop
p expect outside udp "$ghost_in4,1" "$ghost_out4,9"
p send inside udp "$ghost_in6,1" "$ghost_out6,9" extra=dst
p expect outside udp "$ghost_in6,1" "$ghost_out6,9"
p send inside udp "$ghost_in6,2" "$ghost_out6,9" extra=hbh
p expect outside udp "$ghost_in6,2" "$ghost_out6,9"

for f in 4 6; do
	family
	header=20
	[ $f = 4 ] || header=40
	it "a packet whose headers are cut short is malformed (IPv$f)"
	mark malformed
	p send inside tcp "$ghost_in,1" "$ghost_out,9" S cut=$((header + 19))
	p send inside tcp "$ghost_in,1" "$ghost_out,9" S cut=$((header + 4))
	p send inside udp "$ghost_in,1" "$ghost_out,9" cut=$((header + 7))
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" cut=$((header + 3))
	p none outside ip "$ghost_in" any
	is 0 sessions client "$ghost_in" client-port 1 server-port 9 proto tcp

	it "a SYN with a wrong checksum opens no session (IPv$f)"
	p send inside tcp "$ghost_in,11" "$ghost_out,9" S badsum=1
	is 0 sessions client "$ghost_in" client-port 11
	p none inside ip any "$ghost_in"
done

it "an IPv6 packet that has a payload, and says that it has none, is malformed"
mark malformed
p send inside udp "$ghost_in6,3" "$ghost_out6,9" nosize=1
p send inside udp "$ghost_in6,3" "$ghost_out6,9" nosize=1 extra=hbh
p none outside udp "$ghost_in6" any
drops malformed 2

it "a wrong IPv4 header checksum is dropped"
p send inside udp "$ghost_in4,12" "$ghost_out4,9" badipsum=1
p none outside ip "$ghost_in4,12" any

it "source addresses that nobody has are dropped, whatever the rules say"
for source in 127.0.0.1 224.0.0.1 255.255.255.255 240.0.0.1; do
	p send inside udp "$source,1000" "$ghost_out4,9"
done
p send inside udp ::1,1000 "$ghost_out6,9"
p send inside udp ff02::1,1000 "$ghost_out6,9"
p none outside udp any,1000 any,9

# --- Broadcast and multicast -----------------------------------------------------------

it "broadcasts are dropped by themselves, and counted"
mark broadcast
p send inside udp "$ghost_in4,1000" 192.168.1.255,2000 broadcast=1
p send inside udp "$ghost_in4,1000" 255.255.255.255,2000 broadcast=1
drops broadcast 2
p none inside ip any "$ghost_in4"

it "multicasts are dropped by themselves, and counted"
mark multicast
p send inside udp "$ghost_in4,1000" 224.0.0.251,2000
p send inside udp "$ghost_in6,1000" ff02::fb,2000
drops multicast 2

it "broadcasts and multicasts that the rules judge pass if a rule allows them, and are never answered"
policy <<'END'
set broadcast judge
set multicast judge
set unmatched reject
service b udp dynamic any 2000
service m udp packet-filter any 2000
network Groups 192.168.1.255 255.255.255.255 224.0.0.0/4 ff00::/8
rule Inside Groups m allow
rule Inside Firewall b allow
END
mark broadcast
mark unmatched
p send inside udp "$ghost_in4,1000" 192.168.1.255,2000 broadcast=1
p send inside udp "$ghost_in4,1000" 224.0.0.251,2000
p send inside udp "$ghost_in6,1000" ff02::fb,2000
drops broadcast 0
drops unmatched 0
p send inside udp "$ghost_in4,1000" 192.168.1.255,2001 broadcast=1
p send inside udp "$ghost_in4,1000" 224.0.0.251,2001
p none inside ip any "$ghost_in4"

explained() { fw --json explain udp "[$1]:1" "[$2]:7" in eth1 | gojq .explain.reason; }
it "a source that is valid on its own link only does not leave the link, neither translated nor relayed"
ip -n "$router" neighbour add fe80::66 lladdr 02:00:00:00:01:10 dev eth1
for nat in '' "nat eth1 eth0 source $fwout6" \
	"nat eth1 eth0 source $fwout6 endpoint-independent"; do
	policy <<-END
		set unmatched reject
		rule Any Any anything allow
		relay [$fwin6]:5190 [$out6]:7 udp-forward from Any
		relay [$fwin6]:5191 [$out6]:7 semitransparent-udp-forward from Any
		$nat
	END
	must fw session kill all
	mark source-scope
	for source in fe80::66 ::; do
		p send inside udp $source,4000 "$out6,7" len=33
		p send inside tcp $source,4000 "$out6,80" S
		p send inside udp $source,4000 "$fwin6,5190" len=33
		p send inside udp $source,4000 "$fwin6,5191" len=33
	done
	p count 4 inside icmpv6 any fe80::66 type=1 code=2
	p none outside udp any any len=33
	p none outside tcp any "$out6,80"
	drops source-scope 8
	is '"source-scope"' explained 'fe80::66' "$out6"
	is 0 sessions
done

it "such a source from outside does not get in, for a port that an inside socket has there"
p send inside udp "$ghost_in6,4000" "$out6,7" len=3
p expect outside udp "$fwout6,4000" "$out6,7" len=3
mark source-scope
p send outside udp fe80::66,7 "$fwout6,4000" len=34
p none inside udp any any len=34
drops source-scope 1

it "IPv4 has no route for 0.0.0.0"
mark no-route
p send inside udp 0.0.0.0,4000 "$out4,7" len=33
p none outside udp any "$out4,7" len=33
drops no-route 1
