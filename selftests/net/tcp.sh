#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP: what opens a session, its states until it closes or is reset, and its end.
#
# Topology: lib.sh. Hosts that do not answer, so that this test sends every packet:
#
#	inside .66 (client) <---> router <---> outside .66 (server)
#
# Any kernel: the states are Umbra's own, and every packet is made by this test.

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
service pick tcp dynamic any 999 pickup
rule Inside Internet icq allow
rule Inside Internet pick allow
set timeout-tcp-opening 3
set timeout-tcp-closing 3
set timeout-tcp-closed 4
END

port=10000
# client, server FLAGS [KEY=VALUE...]: a packet of the conversation, which must pass.
client() {
	p send inside tcp "$ghost_in,$port" "$ghost_out,5190" "$@"
	p expect outside tcp "$ghost_in,$port" "$ghost_out,5190" "$@"
}
server() {
	p send outside tcp "$ghost_out,5190" "$ghost_in,$port" "$@"
	p expect inside tcp "$ghost_out,5190" "$ghost_in,$port" "$@"
}
client_lost() {
	p send inside tcp "$ghost_in,$port" "$ghost_out,5190" "$@"
	p none outside tcp "$ghost_in,$port" "$ghost_out,5190"
}
server_lost() {
	p send outside tcp "$ghost_out,5190" "$ghost_in,$port" "$@"
	p none inside tcp "$ghost_out,5190" "$ghost_in,$port"
}
state() { is 1 sessions client "$ghost_in" client-port $port state "$1"; }
# The parts of a session that packets change.
numbers() { gojq -c '.sessions[] | [.state, .sent, .received]'; }
begin() {
	port=$((port + 1))
	client S seq=100
	server SA seq=500 ack=101
	client A seq=101 ack=501
}

for f in 4 6; do
	family
	it "a handshake opens a session: opening, answered, established (IPv$f)"
	port=$((port + 1))
	client S seq=100
	state opening
	server SA seq=500 ack=101
	state answered
	client A seq=101 ack=501
	state established

	it "data and acknowledgements pass both ways (IPv$f)"
	client PA seq=101 ack=501 len=1000
	server A seq=501 ack=1101
	server PA seq=501 ack=1101 len=1400
	client A seq=1101 ack=1901
	state established

	it "a close by both ends: closing, closed, gone (IPv$f)"
	client FA seq=1101 ack=1901
	state closing
	server A seq=1901 ack=1102
	server FA seq=1901 ack=1102
	state closed
	client A seq=1102 ack=1902
	becomes 0 sessions client "$ghost_in" client-port $port

	it "packets after the end of a session are stray (IPv$f)"
	server_lost A seq=1902 ack=1102
	client_lost A seq=1102 ack=1902

	it "the server may close first (IPv$f)"
	begin
	server FA seq=501 ack=101
	state closing
	client PA seq=101 ack=502 len=100
	server A seq=502 ack=201
	client FA seq=201 ack=502
	state closed

	it "a reset closes, from the client or the server (IPv$f)"
	begin
	client RA seq=101 ack=501
	state closed
	begin
	server R seq=501
	state closed
	becomes 0 sessions client "$ghost_in" client-port $port

	it "a server that refuses: its reset passes, and the session ends (IPv$f)"
	port=$((port + 1))
	client S seq=100
	server RA seq=0 ack=101
	becomes 0 sessions client "$ghost_in" client-port $port

	it "a half-open session ends soon (IPv$f)"
	port=$((port + 1))
	client S seq=100
	client S seq=100
	state opening
	becomes 0 sessions client "$ghost_in" client-port $port

	it "a half-closed session ends when it is idle (IPv$f)"
	begin
	client FA seq=101 ack=501
	becomes 0 sessions client "$ghost_in" client-port $port

	it "only a SYN opens: not an ACK, a SYN+ACK, a FIN or a reset (IPv$f)"
	port=$((port + 1))
	mark tcp-stray
	client_lost A seq=1 ack=1
	client_lost SA seq=1 ack=1
	client_lost FA seq=1 ack=1
	client_lost R seq=1
	drops tcp-stray 4
	is 0 sessions client-port $port

	it "before the server has answered, the client cannot go on (IPv$f)"
	port=$((port + 1))
	client S seq=100
	client_lost A seq=101 ack=501
	client_lost PA seq=101 ack=501 len=10
	state opening

	it "two ends may open to each other at once (IPv$f)"
	port=$((port + 1))
	client S seq=100
	server S seq=500
	client SA seq=100 ack=501
	server SA seq=500 ack=101
	client A seq=101 ack=501
	state established

	it "every packet of a handshake may come twice (IPv$f)"
	port=$((port + 1))
	client S seq=100
	client S seq=100
	server SA seq=500 ack=101
	server SA seq=500 ack=101
	client A seq=101 ack=501
	server SA seq=500 ack=101
	client A seq=101 ack=501
	state established
	is 1 sessions client "$ghost_in" client-port $port

	it "a SYN may bring data, and be answered with data before the client goes on (IPv$f)"
	port=$((port + 1))
	client S seq=100 len=400
	server SA seq=500 ack=501
	server PA seq=501 ack=501 len=1000
	state answered
	client A seq=501 ack=1501
	state established

	it "a server that does not want such data acknowledges the SYN alone, and the data come again (IPv$f)"
	port=$((port + 1))
	client S seq=100 len=400
	server SA seq=500 ack=101
	client PA seq=101 ack=501 len=400
	server A seq=501 ack=501
	state established

	it "a keep-alive, with a byte of the past or none, is answered (IPv$f)"
	begin
	client A seq=100 ack=501
	server A seq=501 ack=101
	server A seq=500 ack=101 len=1
	client A seq=101 ack=501
	state established

	it "both ends may close at once (IPv$f)"
	begin
	client FA seq=101 ack=501
	server FA seq=501 ack=101
	client A seq=102 ack=502
	server A seq=502 ack=102
	state closed

	it "whichever end closed first, a SYN opens a new session on ports that wait for late packets (IPv$f)"
	client S seq=9000
	state opening
	server SA seq=7000 ack=9001
	client A seq=9001 ack=7001
	state established
	server FA seq=7001 ack=9001
	client FA seq=9001 ack=7002
	server A seq=7002 ack=9002
	state closed
	client S seq=30000
	server SA seq=20000 ack=30001
	client A seq=30001 ack=20001
	state established
	is 1 sessions client "$ghost_in" client-port $port

	it "a new SYN on the ports of a closed session opens a new one (IPv$f)"
	begin
	client RA seq=101 ack=501
	state closed
	client S seq=9000
	state opening
	server SA seq=700 ack=9001
	client A seq=9001 ack=701
	state established

	it "data that was acknowledged and comes again passes, and so does its answer (IPv$f)"
	begin
	client PA seq=101 ack=501 len=1000
	server A seq=501 ack=1101
	client PA seq=1101 ack=501 len=1000
	server A seq=501 ack=2101
	client PA seq=101 ack=501 len=1000
	server A seq=501 ack=2101
	state established

	it "where one end has closed, a reset has to be exact all the same, and a late one passes (IPv$f)"
	begin
	server FA seq=501 ack=101
	state closing
	client RA seq=1101 ack=502
	state closing
	client RA seq=101 ack=502
	state closed
	server R seq=450
	state closed

	it "a server may answer a SYN with data and its FIN at once (RFC 9293 3.10.7.3, IPv$f)"
	port=$((port + 1))
	client S seq=100 len=400
	server SFA seq=500 ack=501 len=300
	state closing
	client A seq=501 ack=802
	client FA seq=501 ack=802
	server A seq=802 ack=502
	state closed

	it "an acknowledgement that fits does not make a later reset exact (IPv$f)"
	begin
	client A seq=60001 ack=501
	client R seq=60001
	server A seq=45001 ack=101
	server R seq=45001
	state established
	client R seq=101
	state closed

	it "an acknowledgement with which the other end answers a forged segment does not make a later reset exact (IPv$f)"
	begin
	client A seq=60001 ack=501 len=100
	server A seq=501 ack=60101
	client R seq=60101
	state established
	client PA seq=101 ack=501 len=100
	server A seq=501 ack=201
	server PA seq=501 ack=201 len=100
	client A seq=201 ack=601
	state established

	it "a FIN far ahead counts once nothing in front of it is missing (IPv$f)"
	begin
	client FA seq=301 ack=501
	server FA seq=701 ack=101
	state established
	client A seq=101 ack=501 len=200
	state established
	server A seq=501 ack=302
	state closing
	server A seq=501 ack=302 len=200
	client A seq=302 ack=702
	state closed

	it "a reset that its receiver ignores cuts off no connection that goes on (IPv$f)"
	begin
	mark tcp-window
	server R seq=1
	server_lost R seq=1000501
	drops tcp-window 1
	state established
	client PA seq=101 ack=501 len=100
	server A seq=501 ack=201
	server PA seq=501 ack=201 len=100
	client A seq=201 ack=601
	is 1 sessions client "$ghost_in" client-port $port

	it "a segment that does not fit the windows is refused, counted, and changes nothing (IPv$f)"
	begin
	before=$(fw --json session list client "$ghost_in" client-port $port | numbers)
	mark tcp-window
	client_lost PA seq=900000 ack=501 len=10
	client_lost PA seq=101 ack=502 len=10
	client_lost FA seq=900000 ack=501
	client_lost R seq=900000
	server_lost FA seq=2000000000 ack=101
	server_lost RA seq=4000000000 ack=101
	server_lost SA seq=900000 ack=101
	server_lost S seq=900000
	drops tcp-window 8
	is "$before" eval 'fw --json session list client "$ghost_in" client-port $port | numbers'

	it "windows are scaled as both SYNs say, by 14 at most (IPv$f)"
	port=$((port + 1))
	client S seq=100 win=1000 scale=3
	server SA seq=500 ack=101 win=1000 scale=99
	client A seq=101 ack=501 win=1000
	server A seq=501 ack=101 win=1000
	server PA seq=7502 ack=101 win=1000 len=1000
	server_lost PA seq=7503 ack=101 len=1000
	client PA seq=16383102 ack=501 len=1000
	client_lost PA seq=16383103 ack=501 len=1000

	it "a scale that one SYN alone has does not count (IPv$f)"
	port=$((port + 1))
	client S seq=100 win=1000 scale=3
	server SA seq=500 ack=101 win=1000
	client A seq=101 ack=501 win=1000
	server_lost PA seq=501 ack=101 len=1002
	server PA seq=501 ack=101 len=1001

	it "a window that is closed is probed, and opens (IPv$f)"
	begin
	client A seq=101 ack=501 win=1000
	server PA seq=501 ack=101 len=1000
	client A seq=101 ack=1501 win=0
	server A seq=1500 ack=101
	client A seq=101 ack=1501 win=0
	server PA seq=1501 ack=101 len=1
	client A seq=101 ack=1502 win=1000
	server PA seq=1502 ack=101 len=1000
	state established

	it "a late copy of a closed connection's SYN is answered: its ends sort it out (IPv$f)"
	begin
	client FA seq=101 ack=501
	server FA seq=501 ack=102
	client A seq=102 ack=502
	state closed
	mark tcp-window
	client S seq=100
	server SA seq=900000 ack=101
	client A seq=102 ack=502
	server R seq=502
	state answered
	client R seq=101
	state closed
	drops tcp-window 0

	it "a server that has forgotten its connection answers a SYN, and the next one opens (IPv$f)"
	for numbers in '9000000 700' '150 600'; do	# the others fit the old windows
		begin
		read -r syn answer <<<"$numbers"
		client PA seq=101 ack=501 len=100
		server A seq=501 ack=201
		client S "seq=$syn"
		state established
		p send outside tcp "$ghost_out,5190" "$ghost_in,$port" SA "seq=$answer" ack=$((syn + 1))
		p expect inside tcp "$ghost_out,5190" "$ghost_in,$port" A seq=500 ack=201
		p none inside tcp "$ghost_out,5190" "$ghost_in,$port" SA
		state established
		client R seq=201
		state closed
		client S "seq=$syn"
		server SA "seq=$answer" ack=$((syn + 1))
		client A seq=$((syn + 1)) ack=$((answer + 1))
		state established
	done

	it "a server that has forgotten its connection refuses a SYN, and its reset reaches the client (IPv$f)"
	begin
	client S seq=9000000
	server RA seq=0 ack=9000001
	state established

	it "a forged SYN, its answer or its refusal, and a SYN again end nothing (IPv$f)"
	for answer in "SA seq=31337" "RA seq=31337"; do
		begin
		client S seq=777777
		p send outside tcp "$ghost_out,5190" "$ghost_in,$port" $answer ack=777778
		client S seq=999
		client PA seq=101 ack=501 len=50
		server A seq=501 ack=151
		state established
	done

	it "a server may challenge a SYN: a reset, the SYN again, and it opens (IPv$f)"
	port=$((port + 1))
	client S seq=100
	server A seq=145824453 ack=643160523
	state opening
	client R seq=643160523
	client S seq=100
	state opening
	server SA seq=500 ack=101
	client A seq=101 ack=501
	state established

	it "an old SYN+ACK keeps nobody from opening, whether it is reset or not (IPv$f)"
	for reset in '' 'R seq=643160523'; do
		port=$((port + 1))
		client S seq=100
		server SA seq=145824453 ack=643160523
		# shellcheck disable=SC2086
		[ -z "$reset" ] || client $reset
		client S seq=100
		server SA seq=500 ack=101
		client A seq=101 ack=501
		state established
	done

	it "a client that has forgotten its connection opens a new one on the same ports (IPv$f)"
	begin
	client PA seq=101 ack=501 len=100
	server A seq=501 ack=201
	client S seq=2000
	server A seq=501 ack=201
	client RA seq=201 ack=501
	state closed
	client S seq=2000
	state opening
	server SA seq=900 ack=2001
	client A seq=2001 ack=901
	state established

	it "the ECN bits of a handshake pass as they are (IPv$f)"
	port=$((port + 1))
	client SEC seq=100
	server SAE seq=500 ack=101
	client A seq=101 ack=501
	state established

	it "a pickup service lets a session begin in mid-stream (IPv$f)"
	p send inside tcp "$ghost_in,$port" "$ghost_out,999" A seq=5 ack=6
	p expect outside tcp "$ghost_in,$port" "$ghost_out,999" A seq=5 ack=6
	p send outside tcp "$ghost_out,999" "$ghost_in,$port" PA seq=6 ack=5 len=10
	p expect inside tcp "$ghost_out,999" "$ghost_in,$port" PA seq=6 ack=5 len=10
	is 1 sessions server-port 999 client "$ghost_in"

	it "such a session's windows are as wide as the announced ones can be, once both ends have spoken (IPv$f)"
	p send inside tcp "$ghost_in,$port" "$ghost_out,999" A seq=5 ack=16 win=500
	p expect outside tcp "$ghost_in,$port" "$ghost_out,999" A seq=5 ack=16
	mark tcp-window
	p send outside tcp "$ghost_out,999" "$ghost_in,$port" PA seq=100000000 ack=5 len=10
	drops tcp-window 1
	p none inside tcp "$ghost_out,999" "$ghost_in,$port" PA
	p send outside tcp "$ghost_out,999" "$ghost_in,$port" PA seq=16000000 ack=5 len=10
	p expect inside tcp "$ghost_out,999" "$ghost_in,$port" PA seq=16000000
	must fw session kill all

	it "a packet of the server begins no session in mid-stream that would be translated (IPv$f)"
	must fw add nat Inside eth0 source "$fwout" name hide
	mark tcp-stray
	p send outside tcp "$ghost_out,999" "$ghost_in,$port" A seq=6 ack=5
	drops tcp-stray 1
	p none inside tcp "$ghost_out,999" any
	must fw delete nat hide
	p send outside tcp "$ghost_out,999" "$ghost_in,$port" A seq=6 ack=5
	p expect inside tcp "$ghost_out,999" "$ghost_in,$port" A seq=6 ack=5
	must fw session kill all
done

it "set tcp-window liberal: what does not fit passes, and a reset still has to be exact"
must fw add set tcp-window liberal
mark tcp-window
for f in 4 6; do
	family
	begin
	client PA seq=900000 ack=501 len=10
	server A seq=501 ack=900010
	server R seq=800000
	server R seq=502
	state established
	server R seq=501
	state closed
done
drops tcp-window 0

it "set tcp-window strict: as by default, for existing sessions as well"
begin
must fw replace set tcp-window strict
client_lost PA seq=900000 ack=501 len=10
drops tcp-window 1

it "a service's own tcp-window overrides the setting, from the next commit on"
begin
must fw replace service icq tcp dynamic any 5190 tcp-window liberal
client PA seq=900000 ack=501 len=10
must fw replace set tcp-window liberal
must fw replace service icq tcp dynamic any 5190 tcp-window strict
mark tcp-window
client_lost PA seq=900000 ack=501 len=10
drops tcp-window 1
must fw replace service icq tcp dynamic any 5190
client PA seq=900000 ack=501 len=10
must fw replace set tcp-window strict

it "real hosts: a reset by the client reaches the server, and the session ends"
for f in 4 6; do
	family
	p open live tcp inside "$in" outside "$out,5190"
	p say live
	p reset live
	becomes 0 sessions client "$in"
done

# real CASE: tcp_ends.py, from inside to outside.
here=$(dirname -- "$0")
real() { python3 "$here/tcp_ends.py" "$inside" "$outside" "$out,5190" "$1"; }

it "real hosts: data in a SYN, with a cookie, are there before the handshake is complete"
for ns in "$inside" "$outside"; do
	on "$ns" sysctl -qw net.ipv4.tcp_fastopen=3
done
mark tcp-window
for f in 4 6; do
	family
	must real fast_open
done
drops tcp-window 0

it "real hosts: a server in TIME-WAIT is called from the same port again, at once"
created=$(total created)
for f in 4 6; do
	family
	must real time_wait
done
is $((created + 6)) total created

it "real hosts: a reset that fits is challenged by its receiver, and only an exact one closes"
mark tcp-window
for f in 4 6; do
	family
	must real resets
done
drops tcp-window 2

it "real hosts: a client that has lost its connection connects again from the same port"
for f in 4 6; do
	family
	must real client_forgets
	must real both_forget
done
