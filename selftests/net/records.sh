#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the record of a session says about its end: `monitor --ipfix`, all reasons but dead-peer
# (probes.sh) and namespace, which nobody is there to read.
#
# Topology: lib.sh. Hosts that do not answer, so that this test sends every packet:
#
#	inside .66 (client) <---> router <---> outside .66 (server)
#
# Any kernel: the recorded ends are those of Umbra's own sessions.

. "$(dirname -- "$0")/../lib.sh"
topology

rules='
set timeout-tcp-opening 1
set timeout-tcp-closing 1
set timeout-tcp-closed 1
set timeout-udp-unreplied 1
set timeout-sctp-closed 1
set timeout-sctp-closing 1
service brief tcp dynamic any 100 timeout 1
service patient tcp dynamic any 200
service sctp sctp dynamic any 9
service brief-sctp sctp dynamic any 99 timeout 1
rule Inside Internet brief allow
rule Inside Internet patient allow
rule Inside Internet sctp allow
rule Inside Internet brief-sctp allow
rule Inside Internet any-udp allow
'
policy <<<"$rules"

on "$router" timeout 200 fwtool --json monitor --ipfix >"$work/records" 2>&1 &
heard() { # the monitor listens, which it says only by what it hears
	p send inside udp "$ghost_in,1000" "$ghost_out,9"
	must fw session kill all
	[ -s "$work/records" ]
}
busywait heard

# says NUMBER REASON: the first record of the present port must have that reason; a second record is of
# a session that began on the port later. all_say: all records have it.
recorded() {
	gojq -c "select(.sourceTransportPort == $1) | [.flowEndReason, .umbraReason]" \
		"$work/records" | head -n 1
}
declare -A wanted
says() { wanted[$port]="[$1,\"$2\"]"; }
all_say() {
	local port

	for port in "${!wanted[@]}"; do
		becomes "${wanted[$port]}" recorded "$port"
	done
	wanted=()
}

port=10000 to=100
client() { p send inside tcp "$ghost_in,$port" "$ghost_out,$to" "$@"; }
server() { p send outside tcp "$ghost_out,$to" "$ghost_in,$port" "$@"; }
state() { is 1 sessions client-port $port state "$1"; }
opening() { port=$((port + 1)) && client S seq=100; }
established() {
	opening
	server SA seq=500 ack=101
	client A seq=101 ack=501
	state established
}
closed() {
	established
	client FA seq=101 ack=501
	server FA seq=501 ack=102
	client A seq=102 ack=502
	state closed
}
reset() {
	established
	client R seq=101
	state closed
}

both_families() {
	for f in 4 6; do
		family
		"$@"
	done
	all_say
}

it "TCP that both ends closed has ended as closed"
closes() {
	closed
	says 3 closed
}
both_families closes

it "TCP that an end reset has ended as reset, whichever it was, and closing as well"
resets() {
	reset
	says 3 reset
	established
	server R seq=501
	says 3 reset
	established
	client FA seq=101 ack=501
	server R seq=501
	state closed
	says 3 reset
}
both_families resets

it "TCP that the server refused has ended as reset"
is_refused() {
	opening
	server RA seq=0 ack=101
	state closed
	says 3 reset
}
both_families is_refused

it "TCP whose ends fell silent has ended as timeout, in every other state"
falls_silent() {
	opening
	says 1 timeout
	opening
	server SA seq=500 ack=101
	state answered
	says 1 timeout
	established
	says 1 timeout
	established
	client FA seq=101 ack=501
	state closing
	says 1 timeout
}
both_families falls_silent

it "a new SYN on the ports of a closed or reset session does not change its recorded end"
closed
client S seq=9000
state opening
says 3 closed
reset
client S seq=9000
state opening
says 3 reset
all_say

it "killing a closed session while it lingers does not change its recorded end"
to=200
must fw replace set timeout-tcp-closed 600
closed
must fw session kill client-port $port
says 3 closed
must fw replace set timeout-tcp-closed 1
to=100
all_say

it "a UDP session ends as timeout, because the protocol has no end of its own"
port=$((port + 1))
p send inside udp "$ghost_in,$port" "$ghost_out,9"
says 1 timeout

A=1000 B=2000
sctp_client() { p send inside sctp "$ghost_in,$port" "$ghost_out,$to" "chunks=$1" "${@:2}"; }
sctp_server() { p send outside sctp "$ghost_out,$to" "$ghost_in,$port" "chunks=$1" "${@:2}"; }
associated() {
	port=$((port + 1))
	sctp_client init "initiate=$A"
	sctp_server init-ack "tag=$A" "initiate=$B"
	sctp_client cookie-echo,data "tag=$B"
	sctp_server cookie-ack,sack "tag=$A"
	state established
}
all_say

it "SCTP that was shut down has ended as closed, aborted as reset, else as timeout"
to=9
associated
sctp_client shutdown "tag=$B"
sctp_server shutdown-ack "tag=$A"
sctp_client shutdown-complete "tag=$B"
state closed
sctp_client abort "tag=$B"
says 3 closed
associated
sctp_server abort "tag=$A"
state closed
says 3 reset
associated
sctp_server shutdown "tag=$A"
state closing
says 1 timeout
to=99
associated
says 1 timeout
all_say

it "a session that is cut by hand has ended as killed, by a policy as policy"
to=200
established
must fw session kill client-port $port
says 4 killed
established
policy <<<'rule Inside Internet any-udp allow'
client A seq=101 ack=501
says 4 policy
all_say

it "a session that loses its translated address has ended as nat-address"
policy <<<"nat eth1 eth2 masquerade
rule Inside Dmz any-udp allow"
port=$((port + 1))
p send inside udp "$ghost_in4,$port" "$ghost_dmz4,9"
is 1 sessions client-port $port
ip -n "$router" address del $fwdmz4/24 dev eth2
says 4 nat-address
all_say

it "a session that makes room for others has ended as evicted"
must fw session kill all
policy <<<'rule Inside Internet any-udp allow
set timeout-udp-unreplied 600
set sessions-max 128'
port=$((port + 1))
p send inside udp "$ghost_in4,$port" "$ghost_out4,9"
p send inside udp 192.168.1.80,2000 "$ghost_out4,9" times=20 step=src
p send inside udp "$ghost_in4,3000" "$ghost_out4,9" times=200 step=sport
says 5 evicted
all_say

it "as many sessions ended as began"
balanced
