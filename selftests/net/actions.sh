#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Actions: what allow, reject and discard do, and exactly what is sent.
#
# Topology: lib.sh. The packets come from and go to addresses whose hosts do not answer,
# so that every packet seen is the sender's or the firewall's.
#
#	inside .66 ---> router ---> outside .66

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
service allowed   tcp dynamic any 1000
service rejected  tcp dynamic any 2000
service discarded tcp dynamic any 3000
service u-allowed   udp dynamic any 1000
service u-rejected  udp dynamic any 2000
service u-discarded udp dynamic any 3000
rule Inside Internet allowed   allow
rule Inside Internet rejected  reject
rule Inside Internet discarded discard
rule Inside Internet u-allowed   allow
rule Inside Internet u-rejected  reject
rule Inside Internet u-discarded discard
rule Inside Internet pings reject
END

for f in 4 6; do
	family
	it "allow passes a SYN as it is, with one hop less to live (IPv$f)"
	p send inside tcp "$ghost_in,40000" "$ghost_out,1000" S seq=7000 win=512 ttl=33
	p expect outside tcp "$ghost_in,40000" "$ghost_out,1000" S seq=7000 ack=0 win=512 ttl=32
	p none inside tcp "$ghost_out" "$ghost_in"

	it "reject answers a SYN with RST and ACK of that SYN (IPv$f)"
	p send inside tcp "$ghost_in,40001" "$ghost_out,2000" S seq=7000
	p expect inside tcp "$ghost_out,2000" "$ghost_in,40001" RA seq=0 ack=7001 len=0
	p none inside ip "$ghost_out" "$ghost_in"
	p none outside tcp "$ghost_in,40001" any

	it "reject counts a SYN's data in what the RST acknowledges (IPv$f)"
	p send inside tcp "$ghost_in,40002" "$ghost_out,2000" S seq=4294967290 len=10
	p expect inside tcp "$ghost_out,2000" "$ghost_in,40002" RA seq=0 ack=5

	it "reject answers UDP with administratively prohibited, from the firewall (IPv$f)"
	p send inside udp "$ghost_in,40003" "$ghost_out,2000" len=64
	p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited \
		about udp "$ghost_in,40003" "$ghost_out,2000"
	p none outside udp "$ghost_in,40003" any

	it "reject answers a ping with administratively prohibited (IPv$f)"
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=5 seq=6
	p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited \
		about "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=5 seq=6

	it "discard is silent (IPv$f)"
	p send inside tcp "$ghost_in,40004" "$ghost_out,3000" S seq=7000
	p send inside udp "$ghost_in,40004" "$ghost_out,3000" len=64
	p none inside ip any "$ghost_in"
	p none outside ip "$ghost_in" any

	it "a real client sees reset, prohibited or nothing (IPv$f)"
	p refused reset tcp inside "$in" outside "$out,2000"
	p refused silent tcp inside "$in" outside "$out,3000"
	p refused prohibited udp inside "$in" outside "$out,2000"
	p refused silent udp inside "$in" outside "$out,3000"
	p refused prohibited ping inside "$in" outside "$out"

	it "a packet that no rule fits is discarded by default (IPv$f)"
	mark unmatched
	p send inside tcp "$ghost_in,40005" "$ghost_out,4000" S
	p send inside udp "$ghost_in,40005" "$ghost_out,4000"
	p none inside ip any "$ghost_in"
	p none outside ip "$ghost_in" any
	drops unmatched 2

	it "refusals by a rule are counted as such (IPv$f)"
	mark rule
	p send inside tcp "$ghost_in,40006" "$ghost_out,3000" S
	p send inside udp "$ghost_in,40006" "$ghost_out,2000"
	p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited
	drops rule 2
done

it "every unmatched packet is answered when the policy says reject"
must fw add set unmatched reject
for f in 4 6; do
	family
	p send inside tcp "$ghost_in,40010" "$ghost_out,4000" S seq=90
	p expect inside tcp "$ghost_out,4000" "$ghost_in,40010" RA seq=0 ack=91
	p send inside udp "$ghost_in,40010" "$ghost_out,4000"
	p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited
	p send inside proto=103 "$ghost_in" "$ghost_out" len=8
	p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited
	p send outside tcp "$ghost_out,40010" "$ghost_in,80" S seq=90
	p expect outside tcp "$ghost_in,80" "$ghost_out,40010" RA seq=0 ack=91
done

it "stray TCP is not answered even then, and counted as stray"
for f in 4 6; do
	family
	mark tcp-stray
	p send inside tcp "$ghost_in,40011" "$ghost_out,1000" A seq=1 ack=2
	p send inside tcp "$ghost_in,40011" "$ghost_out,1000" RA seq=1 ack=2
	p send inside tcp "$ghost_in,40011" "$ghost_out,1000" FA seq=1 ack=2
	p send inside tcp "$ghost_in,40011" "$ghost_out,1000" SA seq=1 ack=2
	p none inside ip any "$ghost_in"
	p none outside tcp "$ghost_in" "$ghost_out"
	drops tcp-stray 4
done

it "flags that no TCP sends together open nothing"
for f in 4 6; do
	family
	p send inside tcp "$ghost_in,40012" "$ghost_out,1000" noflags
	p send inside tcp "$ghost_in,40012" "$ghost_out,1000" SF
	p send inside tcp "$ghost_in,40012" "$ghost_out,1000" SR
	p send inside tcp "$ghost_in,40012" "$ghost_out,1000" FPU
	p send inside tcp "$ghost_in,40012" "$ghost_out,1000" F
	p none outside tcp "$ghost_in,40012" any
	is 0 sessions client "$ghost_in" client-port 40012
done

it "an ICMP error about a broadcast or a fragment's tail is never sent"
p send inside udp "$ghost_in4,40013" 198.51.100.255,2000 len=8
p send inside udp "$ghost_in4,40013" "$ghost_out4,2000" frag=64 len=64
p none inside icmp any "$ghost_in4"
