#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An attacker who sees nothing of a connection learns nothing about it by guessing, and nothing that a
# client is made to send lets the attacker in.
#
# Topology: lib.sh. The attacker is outside .67, and forges any source:
#
#	inside .66 (client) <---> router (NAT) <---> outside .66 (server)
#	                                             outside .67 (attacker)
#
# Any kernel: the windows are Umbra's own, and every packet is made by this test.

. "$(dirname -- "$0")/../lib.sh"
topology

here=$(dirname -- "$0")
attacker4=198.51.100.67 attacker6=2001:db8:2::67
nat4=$fwout4 nat6=$fwout6
ends() { # of a family
	family
	for name in attacker nat; do
		eval "$name=\$$name$f"
	done
}
natted() {
	fw session kill all >/dev/null
	policy <<-END
		rule Inside Internet anything allow
		nat eth1 eth0 source $nat4
		nat eth1 eth0 source $nat6
		$*
	END
}
begin() {
	p send inside tcp "$ghost_in,3000" "$ghost_out,80" S seq=100
	p send outside tcp "$ghost_out,80" "$nat,3000" SA seq=500 ack=101
	p send inside tcp "$ghost_in,3000" "$ghost_out,80" A seq=101 ack=501
	p send inside udp "$ghost_in,3000" "$ghost_out,53" len=20
	p expect outside udp "$nat,3000" "$ghost_out,53" len=20
	p clear
}
nobody_hears() {
	p none inside ip any "$ghost_in"
	p none outside ip "$nat" any
	p none outside ip "$ghost_in" any
}
numbers() { fw --json session list proto tcp | gojq -c '.sessions[] | [.state, .sent, .received]'; }

natted
for f in 4 6; do
	ends
	it "guesses at a connection's numbers reach nobody, and nobody answers them (IPv$f)"
	begin
	before=$(numbers)
	mark tcp-window
	for guess in {1..9}; do
		for flags in A PA R RA S SA; do
			p send outside tcp "$ghost_out,80" "$nat,3000" $flags \
				seq=$((guess * 400000000)) ack=$((guess * 300000000))
		done
	done
	nobody_hears
	drops tcp-window 54
	is "$before" numbers

	it "guesses at what an error may quote reach nobody either (IPv$f)"
	mark tcp-window
	for guess in {1..9}; do
		p send outside "$icmp" "$attacker" "$nat" $too_big mtu=1300 \
			about tcp "$nat,3000" "$ghost_out,80" A seq=$((guess * 400000000))
	done
	nobody_hears
	drops tcp-window 9
	is "$before" numbers
done

# asks PORT: everything that a stranger may try at an outside port.
asks() {
	local flags

	for flags in S SA A FA R; do
		p send outside tcp "$attacker,9" "$nat,$1" $flags seq=1 ack=1
	done
	p send outside udp "$attacker,9" "$nat,$1" len=9
	p send outside "$icmp" "$attacker" "$nat" $no_port about udp "$nat,$1" "$attacker,9"
}
# answers: what the stranger gets back, without the port.
hears() {
	p count "$1" outside tcp "$nat" "$attacker,9" RA
	p count "$2" outside "$icmp" any "$attacker"
	p none outside ip any "$attacker"
}

for how in discard reject; do
	natted "set unmatched $how"
	for f in 4 6; do
		ends
		it "an outside port that is taken answers as one that is not ($how, IPv$f)"
		begin
		for port in 3000 3001; do
			asks $port
			if [ $how = reject ]; then
				hears 1 1
			else
				hears 0 0
			fi
		done
		p none inside ip any "$ghost_in"
		is 2 sessions client "$ghost_in"
	done
done

it "nothing that a client says opens a port: FTP, SIP, H.323, RTSP, IRC arrive as they were sent"
for helper in ftp sip h323 irc; do
	modprobe "nf_conntrack_$helper" 2>/dev/null
done
natted
for f in 4 6; do
	ends
	must python3 "$here/slipstream.py" "$inside" "$outside" "$in" "$out" "$nat"
done

it "nothing that a client says opens a port without translation either"
policy <<'END'
rule Inside Internet anything allow
END
for f in 4 6; do
	ends
	must python3 "$here/slipstream.py" "$inside" "$outside" "$in" "$out" "$in"
done
