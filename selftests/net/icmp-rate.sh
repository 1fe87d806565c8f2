#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors about a flow pass at a rate that is enough for its sender, and a flood
# about one flow keeps out no errors about others.
#
# Topology: lib.sh. The test makes errors about packets of sessions, as if from routers outside:
#
#	inside .66 ---> router ---> outside .66
#	            <--- error --- outside .11
#
# The rate is a hundred a second for each flow, and "too big" has a rate of its own. A bucket is
# full again after a second. Flows share a thousand buckets, so two of the flows below may
# share one. After a flood of one sort of errors about a flow, no more errors of that sort are sent
# about it.
#
# Any kernel: the counts of errors are Umbra's own.

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
rule Inside Internet any-tcp allow
rule Inside Internet any-udp allow
rule Inside Internet pings allow
END

rate=100

# flood NUMBER KIND... about PACKET: sends NUMBER of these errors; sets the
# variables passed and dropped.
flood() {
	local began=$SECONDS nr=$1

	shift
	mark icmp-rate
	mark related passed
	error "times=$nr" "$@"
	passed=$(since related passed) dropped=$(since icmp-rate)
	most=$((rate * (SECONDS - began + 2)))
	is "$nr" echo $((passed + dropped))
	p clear
}

# cut_off: the flow got a second's worth of errors, and those that the time allowed since.
cut_off() {
	[ "$passed" -ge $rate ] || fail "only $passed passed"
	[ "$passed" -le $most ] || fail "$passed passed, and no more than $most may"
	[ "$dropped" -gt 0 ] || fail "all of them passed"
}

for f in 4 6; do
	family

	it "of a flood of errors about one flow, a second's worth passes (IPv$f)"
	p send inside udp "$ghost_in,3000" "$ghost_out,9"
	p send inside udp "$ghost_in,3001" "$ghost_out,9"
	flood 1000 $no_port about udp "$ghost_in,3000" "$ghost_out,9"
	cut_off

	it "too big passes when other errors have used up their rate, and has a rate of its own (IPv$f)"
	error $too_big mtu=1400 about udp "$ghost_in,3000" "$ghost_out,9"
	p expect inside "$icmp" "$other_out" "$ghost_in" $too_big about \
		udp "$ghost_in,3000" "$ghost_out,9"
	flood 1000 $too_big mtu=1400 about udp "$ghost_in,3000" "$ghost_out,9"
	cut_off

	it "another flow of the same hosts gets errors of both sorts meanwhile (IPv$f)"
	for kind in "$no_host" "$too_big"; do
		error $kind about udp "$ghost_in,3001" "$ghost_out,9"
		p expect inside "$icmp" "$other_out" "$ghost_in" $kind about \
			udp "$ghost_in,3001" "$ghost_out,9"
	done

	it "the other direction of the flow gets them meanwhile (IPv$f)"
	p send outside udp "$ghost_out,9" "$ghost_in,3000"
	p send inside "$icmp" "$ghost_in" "$ghost_out" $no_port \
		about udp "$ghost_out,9" "$ghost_in,3000"
	p expect outside "$icmp" "$ghost_in" "$ghost_out" $no_port about udp any any

	it "the errors neither end the session nor make it live longer (IPv$f)"
	is 1 sessions client-port 3000 client "$ghost_in"

	it "a traceroute of 30 hops, three probes each, hears of them all (IPv$f)"
	mark icmp-rate
	for probe in {1..90}; do
		p send inside udp "$ghost_in,4000" "$ghost_out,$((33433 + probe))"
		error $exceeded about udp "$ghost_in,4000" "$ghost_out,$((33433 + probe))"
	done
	p count 90 inside "$icmp" "$other_out" "$ghost_in"
	drops icmp-rate 0

	it "a traceroute by a single flow hears of all hops, too (IPv$f)"
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=77 seq=1
	error times=90 $exceeded about "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=77 seq=1
	p count 90 inside "$icmp" "$other_out" "$ghost_in"

	it "a burst of packets that are all too big gets an error for each (IPv$f)"
	p send inside udp "$ghost_in,3002" "$ghost_out,443"
	error times=45 $too_big mtu=1280 about udp "$ghost_in,3002" "$ghost_out,443"
	p count 45 inside "$icmp" "$other_out" "$ghost_in"

	it "guesses at a TCP connection's numbers use up nothing (IPv$f)"
	mark tcp-window
	p send inside tcp "$ghost_in,7000" "$ghost_out,80" S seq=4000000
	error times=300 $no_host about tcp "$ghost_in,7000" "$ghost_out,80" S seq=3999999
	drops tcp-window 300
	error $no_host about tcp "$ghost_in,7000" "$ghost_out,80" S seq=4000000
	p expect inside "$icmp" "$other_out" "$ghost_in" $no_host about tcp any any

	it "a forged SYN does not make its number the connection's (IPv$f)"
	p send outside tcp "$ghost_out,80" "$ghost_in,7000" SA seq=5000 ack=4000001
	p send inside tcp "$ghost_in,7000" "$ghost_out,80" A seq=4000001 ack=5001
	p send inside tcp "$ghost_in,7000" "$ghost_out,80" S seq=77777777
	p expect outside tcp "$ghost_in,7000" "$ghost_out,80" S seq=77777777
	p clear
	mark tcp-window
	error times=300 $no_host about tcp "$ghost_in,7000" "$ghost_out,80" S seq=77777777
	drops tcp-window 300
	error $no_host about tcp "$ghost_in,7000" "$ghost_out,80" A seq=4000001
	p expect inside "$icmp" "$other_out" "$ghost_in" $no_host about tcp any any
done
