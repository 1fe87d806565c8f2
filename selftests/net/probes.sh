#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Dead-peer probes: what the ends of an idle TCP session are asked, what comes of their
# answers, and of having none.
#
# Topology: lib.sh. First hosts that do not answer, so that every number is this test's
# own, then the hosts' own kernels:
#
#	inside .66 (client) <---> router <---> outside .66 (server)

. "$(dirname -- "$0")/../lib.sh"
topology

here=$(dirname -- "$0")
# both CASE COMMAND: ends.py, for a connection from inside to a service that is probed.
both() { python3 "$here/ends.py" "$inside" "$outside" "$out,5191" "$@"; }
export router

nat4=10.9.9.1 nat6=2001:db8:9::1
rules='
service idle  tcp dynamic any 5191 timeout 1 tcp-probes on
service plain tcp dynamic any 5192 timeout 1
service never tcp dynamic any 5193 timeout 1 tcp-probes off
service older tcp dynamic any 5194 timeout 1 tcp-probes on pickup
rule Inside Internet idle allow name idle
rule Inside Internet plain allow
rule Inside Internet never allow
rule Inside Internet older allow
rule Any Firewall anything allow
rule Firewall Any anything allow
'
common=${common/set ends silent/}
# plain SECONDS [ROWS]: with so long to answer a probe.
plain() { policy <<<"$rules set timeout-tcp-probe $1"$'\n'"${2-}"; }
natted() {
	plain "$1" "nat eth1 eth0 source $nat4
		nat eth1 eth0 source $nat6"
}
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
# A connection in which both have said something, and then nothing more.
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
		masquerading6) continue ;;
		natted?) seen_as=nat$f seen_as=${!seen_as} text+=', translated' ;;
		masquerading4) seen_as=$fwout text+=', masquerade' ;;
		esac
		$how 60

		it "an idle connection's ends are asked, as from each other, for what they have ($text)"
		mark timeout ended
		begin
		probed_both
		no_more
		is 1 ours state probed

		it "an answer passes on; the second one makes it established, and idle again ($text)"
		client A seq=1101 ack=801 win=4000
		is 1 ours state probed
		server A seq=801 ack=1101 win=5000
		probed_both
		no_more
		drops timeout 0 ended

		it "while it is asked, data pass and are answered as ever ($text)"
		client PA seq=1101 ack=801 len=100
		server A seq=801 ack=1201
		client_hears A seq=800 ack=1201 len=0
		server_hears A seq=1200 ack=801 len=0
		no_more

		it "an end that lost it resets it, and the other end is told by that ($text)"
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

	it "who answers is asked once, who does not five times, and then both are reset (IPv$f)"
	must fw session kill client "$ghost_in"
	mark dead-peer ended
	mark timeout ended
	told=$(total told) probed=$(total probed)
	begin
	nobody=$port
	begin
	probed_both
	p send outside tcp "$ghost_out,$to" "$ghost_in,$port" A seq=801 ack=90000000
	p send outside tcp "$ghost_out,$to" "$ghost_in,$port" R seq=900
	p expect inside tcp "$ghost_out,$to" "$ghost_in,$port" R seq=900
	p send inside tcp "$ghost_in,$port" "$ghost_out,$to" A seq=1101 ack=801 win=9
	becomes 0 sessions client "$ghost_in"
	drops dead-peer 2 ended
	drops timeout 0 ended
	client_heard 0 A
	server_heard 4 A seq=1100 ack=801 len=0 win=4000
	client_heard 1 R seq=801
	server_heard 1 R seq=1101
	port=$nobody
	client_heard 5 A seq=800 ack=1101 len=0 win=5000
	server_heard 5 A seq=1100 ack=801 len=0 win=4000
	client_heard 1 R seq=801
	server_heard 1 R seq=1101
	is $((told + 2)) total told
	is $((probed + 10)) total probed

	it "what one end sends meanwhile passes, and keeps nothing alive (IPv$f)"
	begin
	probed_both
	sent=0
	until [ "$(ours)" = 0 ] || [ $sent = 1000 ]; do
		p send inside tcp "$ghost_in,$port" "$ghost_out,$to" PA seq=1101 ack=801 len=7
		nap
		sent=$((sent + 1))
	done
	is 0 ours
	client_hears R seq=801
	p expect outside tcp "$ghost_in,$port" "$ghost_out,$to" PA seq=1101 ack=801 len=7

	it "who comes back when it is over is told so again (IPv$f)"
	p send outside tcp "$ghost_out,$to" "$ghost_in,$port" A seq=801 ack=1101
	server_hears R seq=1101

	it "without probes it ends as ever, without a word (IPv$f)"
	mark timeout ended
	mark dead-peer ended
	for to in 5192 5193; do
		begin
		becomes 0 ours
		no_more
	done
	drops timeout 2 ended
	drops dead-peer 0 ended

	it "set tcp-probes on: for every service that does not say otherwise (IPv$f)"
	must fw add set tcp-probes on
	to=5193
	begin
	becomes 0 ours
	no_more
	to=5192
	begin
	probed_both

	it "a new word counts for idle sessions at once (IPv$f)"
	must fw replace set tcp-probes off
	p clear
	becomes 0 ours
	no_more
	drops dead-peer 0 ended
	to=5191

	it "what the policy does not allow any more is not asked (IPv$f)"
	begin
	must fw delete rule idle
	becomes 0 ours
	no_more
	plain 1

	it "neither end is asked when one of them may be told nothing (IPv$f)"
	must fw add set stealth Internet
	begin
	becomes 0 ours
	no_more
	must fw replace set stealth Inside
	begin
	becomes 0 ours
	no_more

	it "a connection picked up in mid-stream is asked once both ends have spoken (IPv$f)"
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
done

it "a session that is asked is listed so, and a preview names it"
f=4; family
plain 60
must fw session kill all
begin
probed_both
is probed jq -r '.sessions[0].state' <(fw --json session list state probed)
is '["unmatched"]' jq -c '[.cut[].why]' <(fw --json delete rule idle --preview)
must fw session kill all

it "its end is an event, and as IPFIX has it idleness"
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
is '[1,"idle"]' jq -c 'select(.umbraReason == "dead-peer") | [.flowEndReason, .umbraRule.name]' \
	"$work/records"
kill $monitor

# --- The hosts' own kernels -------------------------------------------------------------

# again: a connection was probed, and found alive, some times more.
again() { [ "$(total probed)" -ge $((probed + 3)) ]; }
export -f again total busywait fail note nap
export patience probed
for how in plain natted masquerading; do
	for f in 4 6; do
		family
		[ $how$f != masquerading6 ] || continue
		it "real hosts that live stay connected, however long they are idle ($how, IPv$f)"
		$how 5
		mark dead-peer ended
		probed=$(total probed)
		must both alive 'busywait again'
		drops dead-peer 0 ended
	done
done

it "the firewall's own connections are asked likewise, and live"
for f in 4 6; do
	family
	plain 5
	probed=$(total probed)
	must fw add service own tcp dynamic any 5190 timeout 1 tcp-probes on
	must fw add rule at 1 Inside Firewall own allow
	must fw add rule at 1 Firewall Internet own allow
	must python3 "$here/ends.py" "$inside" "$router" "$fwin,5190" alive 'busywait again'
	probed=$(total probed)
	must python3 "$here/ends.py" "$router" "$outside" "$out,5190" alive 'busywait again'
done

it "a server whose link is cut is dead: its client is reset"
for f in 4 6; do
	family
	plain 1
	mark dead-peer ended
	must both dead "ip -n $outside link set eth0 down"
	drops dead-peer 1 ended
	ip -n "$outside" link set eth0 up
	busywait is_up "$router" eth0
	ip -n "$outside" -batch - <<-END
		address replace $out6/64 dev eth0 nodad
		route replace default via $fwout4
		route replace default via $fwout6
	END
	ip -n "$router" -batch - <<-END
		address replace $fwout6/64 dev eth0 nodad
		neighbour replace $ghost_out4 lladdr 02:00:00:00:02:10 dev eth0
		neighbour replace $ghost_out6 lladdr 02:00:00:00:02:10 dev eth0
	END
done

it "as many sessions ended as began"
balanced
