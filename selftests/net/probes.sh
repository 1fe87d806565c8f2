#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Dead-peer probes: what the ends of an idle TCP session get, and the effect of their
# answers and of silence. (With the hosts' own kernels: probes-hosts.sh.)
#
# Topology: lib.sh. Hosts that do not answer, so that this test chooses every number:
#
#	inside .66 (client) <---> router <---> outside .66 (server)
#
# Any kernel: the probes are Umbra's own, and every answer is made by this test.

. "$(dirname -- "$0")/../lib.sh"
topology

nat6=2001:db8:9::1
rules='
service idle  tcp dynamic any 5191 timeout 2 tcp-probes on
service plain tcp dynamic any 5192 timeout 4
service never tcp dynamic any 5193 timeout 4 tcp-probes off
service older tcp dynamic any 5194 timeout 2 tcp-probes on pickup
rule Inside Internet idle allow name idle
rule Inside Internet plain allow
rule Inside Internet never allow
rule Inside Internet older allow
rule Any Firewall anything allow
rule Firewall Any anything allow
'
common=${common/set ends silent/}
# plain SECONDS [ROWS]: ends have so many seconds to answer a probe.
plain() { policy <<<"$rules set timeout-tcp-probe $1"$'\n'"${2-}"; }
natted() { plain "$1" "nat eth1 eth0 source $nat6"; }
masquerading() { plain "$1" "nat eth1 eth0 masquerade"; }

port=20000 to=5191
as() { echo "${seen_as:-$ghost_in}"; }
# client, server FLAGS [KEY=VALUE...]: a packet of the conversation, which must pass.
client() {
	p send inside tcp "$ghost_in,$port" "$ghost_out,$to" "$@"
	p expect outside tcp "$(as),$port" "$ghost_out,$to" "$@"
}
server() {
	p send outside tcp "$ghost_out,$to" "$(as),$port" "$@"
	p expect inside tcp "$ghost_out,$to" "$ghost_in,$port" "$@"
}
client_hears() { p expect inside tcp "$ghost_out,$to" "$ghost_in,$port" "$@"; }
server_hears() { p expect outside tcp "$(as),$port" "$ghost_out,$to" "$@"; }
client_heard() { p count "$1" inside tcp "$ghost_out,$to" "$ghost_in,$port" "${@:2}"; }
server_heard() { p count "$1" outside tcp "$(as),$port" "$ghost_out,$to" "${@:2}"; }
no_more() {
	p none inside ip "$ghost_out" "$ghost_in"
	p none outside ip "$(as)" "$ghost_out"
}
# A connection in which both ends have sent something, and then nothing more.
begin() {
	port=$((port + 1))
	client S seq=100 win=4000
	server SA seq=500 ack=101 win=5000
	client A seq=101 ack=501 win=4000
	client PA seq=101 ack=501 len=1000 win=4000
	server PA seq=501 ack=1101 len=300 win=5000
	client A seq=1101 ack=801 win=4000
}
ours() { sessions client "$ghost_in" client-port $port "$@"; }
probed_both() {
	client_hears A seq=800 ack=1101 len=0 win=5000
	server_hears A seq=1100 ack=801 len=0 win=4000
}

for how in plain natted masquerading; do
	for f in 4 6; do
		family
		seen_as='' text="IPv$f"
		case $how$f in
		masquerading6 | natted4) continue ;;
		natted6) seen_as=$nat6 text+=', translated' ;;
		masquerading4) seen_as=$fwout text+=', masquerade' ;;
		esac
		$how 60

		it "the ends of an idle connection are probed, as from each other, with numbers that they know ($text)"
		mark timeout ended
		begin
		probed_both
		no_more
		is 1 ours state probed

		it "an answer passes on; with the second one the session is established again ($text)"
		client A seq=1101 ack=801 win=4000
		is 1 ours state probed
		server A seq=801 ack=1101 win=5000
		probed_both
		no_more
		drops timeout 0 ended

		it "while a session is probed, data pass and are answered as usual ($text)"
		client PA seq=1101 ack=801 len=100
		server A seq=801 ack=1201
		client_hears A seq=800 ack=1201 len=0
		server_hears A seq=1200 ack=801 len=0
		no_more

		it "an end that has lost the connection resets it, and the reset reaches the other end ($text)"
		server R seq=801
		is 1 ours state closed

		it "a FIN in place of an answer closes its half ($text)"
		begin
		probed_both
		client FA seq=1101 ack=801
		is 1 ours state closing
		must fw session kill client "$ghost_in"
	done
done

seen_as=''
for f in 4 6; do
	family
	plain 1

	# Three connections at the same time, because this takes a while. In the first nobody answers.
	# In the second the client sends data, and the server sends what does not fit. In the third
	# the client answers.
	it "an end that answers is probed once, a silent one five times; then both are reset (IPv$f)"
	must fw session kill client "$ghost_in"
	mark dead-peer ended
	mark timeout ended
	told=$(total told) probed=$(total probed)
	nobody=$((port + 1)) talks=$((port + 2)) answers=$((port + 3))
	begin; begin; begin
	probed_both
	p send inside tcp "$ghost_in,$answers" "$ghost_out,$to" A seq=1101 ack=801 win=9
	port=$talks
	becomes 1 ours state probed
	p send outside tcp "$ghost_out,$to" "$ghost_in,$talks" A seq=801 ack=90000000
	p send outside tcp "$ghost_out,$to" "$ghost_in,$talks" R seq=900
	p expect inside tcp "$ghost_out,$to" "$ghost_in,$talks" R seq=900
	client PA seq=1101 ack=801 len=7
	sent=0
	until [ "$(sessions client "$ghost_in")" = 0 ] || [ $sent = 1000 ]; do
		p send inside tcp "$ghost_in,$talks" "$ghost_out,$to" PA seq=1101 ack=801 len=7
		nap
		sent=$((sent + 1))
	done
	is 0 sessions client "$ghost_in"
	drops dead-peer 3 ended
	drops timeout 0 ended
	is $((told + 3)) total told
	is $((probed + 15)) total probed
	port=$nobody
	client_heard 5 A seq=800 ack=1101 len=0 win=5000
	server_heard 5 A seq=1100 ack=801 len=0 win=4000
	client_heard 1 R seq=801
	server_heard 1 R seq=1101
	port=$answers
	client_heard 0 A
	server_heard 4 A seq=1100 ack=801 len=0 win=4000
	client_heard 1 R seq=801
	server_heard 1 R seq=1101
	port=$talks
	server_heard 5 A seq=1100 ack=801 len=0
	client_hears R seq=801

	it "an end that comes back after that is reset again (IPv$f)"
	p send outside tcp "$ghost_out,$to" "$ghost_in,$port" A seq=801 ack=1101
	server_hears R seq=1101
done

# The policy decides about probes in the same way in both families.
f=6; family
it "without probes an idle session ends without notice"
mark timeout ended
mark dead-peer ended
for to in 5192 5193; do
	begin
done
becomes 0 sessions client "$ghost_in"
no_more
drops timeout 2 ended
drops dead-peer 0 ended

it "set tcp-probes on: for every service that does not say otherwise"
must fw add set tcp-probes on
to=5193
begin
never=$port to=5192
begin
probed_both
becomes 0 sessions client-port $never
p none inside tcp any "$ghost_in,$never"
p none outside tcp "$ghost_in,$never" any

it "a changed setting takes effect on idle sessions at once"
must fw replace set tcp-probes off
p clear
becomes 0 ours
no_more
drops dead-peer 0 ended
to=5191

it "a session that the policy does not allow any more is not probed"
begin
must fw delete rule idle
becomes 0 ours
no_more
plain 1

it "neither end is probed if one of them is in the stealth network"
for whom in Inside Internet; do
	must fw add set stealth $whom
	begin
	becomes 0 ours
	no_more
	must fw delete set stealth
done

it "a connection picked up in mid-stream is probed once both ends have spoken"
plain 60
port=$((port + 1)) to=5194
p send inside tcp "$ghost_in,$port" "$ghost_out,$to" A seq=7000 ack=9000
p expect outside tcp "$ghost_in,$port" "$ghost_out,$to" A seq=7000
becomes 0 ours
no_more
port=$((port + 1))
client A seq=7000 ack=9000
server PA seq=9000 ack=7000 len=10
client A seq=7000 ack=9010
client_hears A seq=9009 ack=7000 len=0
server_hears A seq=6999 ack=9010 len=0
must fw session kill client "$ghost_in"
to=5191

it "a probed session is listed as such, and a preview names it"
plain 60
must fw session kill all
begin
probed_both
is probed gojq -r '.sessions[0].state' <(fw --json session list state probed)
is '["unmatched"]' gojq -c '[.cut[].why]' <(fw --json delete rule idle --preview)
must fw session kill all

it "the end of a probed session is an event, and idleness for IPFIX"
plain 1
on "$router" timeout 120 fwtool --json monitor --ipfix >"$work/records" 2>&1 &
monitor=$!
heard() { # the monitor listens, which it says only by what it hears
	must fw session kill all
	p send inside tcp "$ghost_in,$((next_port++))" "$ghost_out,$to" S seq=1
	[ -s "$work/records" ]
}
next_port=1000
busywait heard
begin
becomes 0 ours
busywait grep -q dead-peer "$work/records"
is '[1,"idle"]' gojq -c 'select(.umbraReason == "dead-peer") | [.flowEndReason, .umbraRule.name]' \
	"$work/records"
kill $monitor

it "as many sessions ended as began"
balanced
