#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SCTP: what opens a session, the states of an association, and which packets can move them.
#
# Topology: lib.sh. Hosts that do not answer, so that this test sends every packet:
#
#	inside .66 (client) <---> router <---> outside .66 (server)
#
# Any kernel: the states are Umbra's own, and every packet is made by this test.

. "$(dirname -- "$0")/../lib.sh"
topology

nat4=10.9.9.1 nat6=2001:db8:9::1
rules='
service s sctp dynamic any 9
service pick sctp dynamic any 999 pickup
service loud sctp dynamic any 99 ends told
rule Inside Internet s allow
rule Inside Internet loud allow name loud
rule Inside Internet pick allow
rule Inside Internet pings allow
'
plain() { policy <<<"$rules"; }
natted() {
	policy <<-END
		$rules
		nat eth1 eth0 source $nat4
		nat eth1 eth0 source $nat6
	END
}

# The tags that each end chooses.
A=1000 B=2000
port=10000 to=9 seen_as=''
as() { echo "${seen_as:-$ghost_in}"; }
# client, server CHUNKS [KEY=VALUE...]: a packet of the association, which must pass.
client() {
	p send inside sctp "$ghost_in,$port" "$ghost_out,$to" "chunks=$1" "${@:2}"
	p expect outside sctp "$(as),$port" "$ghost_out,$to" "chunks=$1" "${@:2}"
}
server() {
	p send outside sctp "$ghost_out,$to" "$(as),$port" "chunks=$1" "${@:2}"
	p expect inside sctp "$ghost_out,$to" "$ghost_in,$port" "chunks=$1" "${@:2}"
}
# Packets that must not pass: one, or many and then a look at their effects.
client_sends() { p send inside sctp "$ghost_in,$port" "$ghost_out,$to" "chunks=$1" "${@:2}"; }
server_sends() { p send outside sctp "$ghost_out,$to" "$(as),$port" "chunks=$1" "${@:2}"; }
none_passes() {
	p none outside sctp "$(as),$port" "$ghost_out,$to"
	p none inside sctp "$ghost_out,$to" "$ghost_in,$port"
}
client_lost() {
	client_sends "$@"
	p none outside sctp "$(as),$port" "$ghost_out,$to"
}
server_lost() {
	server_sends "$@"
	p none inside sctp "$ghost_out,$to" "$ghost_in,$port"
}
state() { is 1 sessions client "$ghost_in" client-port $port state "$1"; }
# The parts of a session that packets change.
numbers() {
	fw --json session list client "$ghost_in" client-port $port |
		gojq -c '.sessions[] | [.state, .sent, .received]'
}
handshake() {
	client init "initiate=$A"
	server init-ack "tag=$A" "initiate=$B"
	client cookie-echo,data "tag=$B"
	server cookie-ack,sack "tag=$A"
}
begin() {
	port=$((port + 1))
	handshake
}

for how in plain natted; do
	$how
	for f in 4 6; do
		family
		seen_as='' text="IPv$f"
		if [ $how = natted ]; then
			text+=', translated' nat=nat$f
			seen_as=${!nat}
		fi

		it "a handshake opens a session: opening, answered, established ($text)"
		port=$((port + 1))
		client init "initiate=$A"
		state opening
		server init-ack "tag=$A" "initiate=$B"
		state answered
		client cookie-echo,data "tag=$B"
		state answered
		server cookie-ack,sack "tag=$A"
		state established

		it "data and heartbeats pass both ways, with the right tags ($text)"
		client data,data "tag=$B"
		server sack,data "tag=$A"
		client heartbeat "tag=$B" info=5
		server heartbeat-ack "tag=$A" info=5
		state established

		it "a packet with another tag is refused, counted, and changes nothing ($text)"
		before=$(numbers)
		mark sctp-tag
		for chunks in data abort shutdown shutdown-ack shutdown-complete init-ack cookie-echo \
			cookie-ack heartbeat sack error; do
			server_sends "$chunks" "tag=$B"
			client_sends "$chunks" "tag=$((B + 1))"
		done
		server_sends abort/t "tag=$A"
		client_sends abort/t "tag=$B"
		server_sends shutdown-complete/t "tag=$A"
		none_passes
		drops sctp-tag 25
		is "$before" numbers

		it "a shutdown: closing, closed ($text)"
		client shutdown "tag=$B"
		state closing
		server shutdown-ack "tag=$A"
		state closing
		client shutdown-complete "tag=$B"
		state closed
		server shutdown-ack "tag=$A"
		client shutdown-complete/t "tag=$A"

		it "an abort closes, from the client or the server ($text)"
		begin
		client abort "tag=$B"
		state closed
		begin
		server error,abort "tag=$A"
		state closed

		it "a client that restarts has new tags once the cookie was accepted ($text)"
		begin
		client init initiate=3000
		server init-ack tag=3000 initiate=4000
		client cookie-echo,data tag=4000
		server data "tag=$A"
		state established
		server cookie-ack tag=3000
		client data tag=4000
		server data tag=3000
		client_lost data tag=3000
		server_lost abort tag=4000
		state established
		client abort tag=4000
		state closing

		it "the older tags stay beside the new ones of a restart, and only they end the session ($text)"
		begin
		client init initiate=666
		server init-ack tag=666 initiate=667
		client cookie-echo tag=667
		server cookie-ack tag=666
		client data "tag=$B"
		server data "tag=$A"
		client shutdown tag=667
		server shutdown-ack tag=666
		state established
		client init initiate=888
		server init-ack tag=888 initiate=889
		client_lost cookie-echo tag=889
		server_lost cookie-ack tag=888
		server abort tag=666
		client data "tag=$B"
		state established
		server data "tag=$A"
		client shutdown "tag=$B"
		server shutdown-ack "tag=$A"
		client shutdown-complete "tag=$B"
		state closed

		it "each end of a cut session gets an abort with the tag that it awaits ($text)"
		to=99
		begin
		must fw session kill client "$ghost_in" client-port $port
		p expect inside sctp "$ghost_out,$to" "$ghost_in,$port" chunks=abort "tag=$A"
		p expect outside sctp "$(as),$port" "$ghost_out,$to" chunks=abort "tag=$B"
		port=$((port + 1))
		client init "initiate=$A"
		must fw session kill client "$ghost_in" client-port $port
		p expect inside sctp "$ghost_out,$to" "$ghost_in,$port" chunks=abort "tag=$A"
		port=$((port + 1))
		client heartbeat "tag=$B" info=1
		server heartbeat-ack "tag=$A" info=1
		must fw session kill client "$ghost_in" client-port $port
		p none inside ip "$ghost_out" "$ghost_in"
		p none outside ip "$(as)" "$ghost_out"
		to=9

		it "an ICMP error quotes a tag that is right, or an INIT's ($text)"
		port=$((port + 1))
		client init "initiate=$A"
		mark sctp-tag
		for tag in 'tag=0 initiate=999' 'tag=2000 chunks=data' 'tag=0 cut=28'; do
			[[ $f = 6 && $tag = *cut* ]] && tag='tag=0 cut=48'
			# shellcheck disable=SC2086 # two words
			p send outside "$icmp" "$other_out" "$(as)" $no_port about \
				sctp "$(as),$port" "$ghost_out,$to" $tag
		done
		p none inside "$icmp" "$other_out" any
		p send outside "$icmp" "$other_out" "$(as)" $no_port about \
			sctp "$(as),$port" "$ghost_out,$to" "initiate=$A"
		p expect inside "$icmp" any "$ghost_in" $no_port about \
			sctp "$ghost_in,$port" "$ghost_out,$to" "initiate=$A"
		server init-ack "tag=$A" "initiate=$B"
		client cookie-echo "tag=$B"
		server cookie-ack "tag=$A"
		p send outside "$icmp" "$other_out" "$(as)" $no_port about \
			sctp "$(as),$port" "$ghost_out,$to" chunks=data "tag=$A"
		p none inside "$icmp" "$other_out" any
		drops sctp-tag 4
		p send outside "$icmp" "$other_out" "$(as)" $no_port about \
			sctp "$(as),$port" "$ghost_out,$to" chunks=data "tag=$B"
		p expect inside "$icmp" any "$ghost_in" $no_port about \
			sctp "$ghost_in,$port" "$ghost_out,$to" "tag=$B"
		state established

		# The rest has nothing to do with addresses.
		[ $how = plain ] || continue

		it "a new INIT on the ports of a closed session opens a new one ($text)"
		begin
		client abort "tag=$B"
		state closed
		client init initiate=77
		state opening
		server init-ack tag=77 initiate=88
		client cookie-echo tag=88
		server cookie-ack tag=77
		state established

		it "a shutdown that the server begins, with data still on their way ($text)"
		begin
		server shutdown "tag=$A"
		client data "tag=$B"
		server sack,shutdown "tag=$A"
		state closing
		client shutdown-ack "tag=$B"
		server shutdown-complete "tag=$A"
		state closed

		it "a SHUTDOWN COMPLETE that nobody awaits closes nothing ($text)"
		begin
		server shutdown-complete "tag=$A"
		state established

		it "an end without the association answers with the tag that it got ($text)"
		begin
		server abort/t "tag=$B"
		state closed
		begin
		client abort/t "tag=$A"
		state closed

		it "a server that refuses: its abort passes, and the session ends ($text)"
		port=$((port + 1))
		client init "initiate=$A"
		server_lost abort "tag=$B"
		server_lost abort/t "tag=$A"
		state opening
		server abort "tag=$A"
		state closed

		it "before the server has answered nothing else of it passes ($text)"
		port=$((port + 1))
		client init "initiate=$A"
		server_lost init-ack "tag=$B" "initiate=$B"
		server_lost cookie-ack "tag=$B"
		server_lost data "tag=$B"
		client_lost data "tag=$B"
		client_lost cookie-echo "tag=$B"
		state opening

		it "a COOKIE ACK that nobody has asked for establishes nothing ($text)"
		port=$((port + 1))
		client init "initiate=$A"
		server init-ack "tag=$A" "initiate=$B"
		server cookie-ack "tag=$A"
		client data "tag=$B"
		state answered

		it "an INIT that comes again may be answered with another tag ($text)"
		for tag in 2000 3000; do
			port=$((port + 1))
			client init "initiate=$A"
			client init "initiate=$A"
			server init-ack "tag=$A" initiate=2000
			server init-ack "tag=$A" initiate=3000
			client cookie-echo "tag=$tag"
			server cookie-ack "tag=$A"
			state established
			client data "tag=$tag"
			server data "tag=$A"
			client_lost data "tag=$((5000 - tag))"
		done

		it "an INIT within an association passes and moves nothing ($text)"
		begin
		client init initiate=666
		server init-ack tag=666 initiate=667
		state established
		server init initiate=668
		mark sctp-tag
		client_sends data tag=667
		server_sends data tag=666
		client_sends data tag=668
		server_sends abort/t tag=667
		server_sends shutdown tag=666
		none_passes
		drops sctp-tag 5
		client data "tag=$B"
		server data "tag=$A"
		state established

		it "an ABORT that refuses an INIT within an association ends nothing ($text)"
		begin
		client init initiate=666
		server abort tag=666
		client data "tag=$B"
		state established

		it "a server that restarts has new tags once the cookie was accepted ($text)"
		begin
		server init initiate=3000
		client init-ack tag=3000 initiate=4000
		server cookie-echo tag=4000
		client cookie-ack tag=3000
		server data tag=4000
		client data tag=3000
		server data "tag=$A"
		server_lost data tag=3000
		state established

		it "a client that has lost the association completes a shutdown by the tag that it got, and begins again ($text)"
		begin
		server shutdown "tag=$A"
		client init initiate=3000
		server shutdown-ack "tag=$A"
		client shutdown-complete/t "tag=$A"
		state closed
		client init initiate=3000
		state opening

		it "two ends that begin at the same time have one association ($text)"
		port=$((port + 1))
		client init "initiate=$A"
		server init "initiate=$B"
		client init-ack "tag=$B" "initiate=$A"
		server init-ack "tag=$A" "initiate=$B"
		client cookie-echo "tag=$B"
		server cookie-echo "tag=$A"
		server cookie-ack "tag=$A"
		client cookie-ack "tag=$B"
		state established
		is 1 sessions client "$ghost_in" client-port $port

		it "two ends have one association when the answer to the first INIT is late, with another tag ($text)"
		port=$((port + 1))
		client init "initiate=$A"
		server init "initiate=$B"
		client init-ack "tag=$B" "initiate=$A"
		server cookie-echo "tag=$A"
		client cookie-ack "tag=$B"
		state established
		server init-ack "tag=$A" initiate=3000
		client data "tag=$B"
		server data "tag=$A"
		state established

		it "without a session only INIT and HEARTBEAT open one ($text)"
		port=$((port + 1))
		mark sctp-stray
		for chunks in data sack init-ack cookie-echo cookie-ack abort abort/t shutdown \
			shutdown-ack shutdown-complete heartbeat-ack error auth; do
			client_sends "$chunks" "tag=$B"
		done
		server_sends data "tag=$A"
		none_passes
		drops sctp-stray 14
		is 0 sessions client-port $port

		it "a packet that contradicts itself, or has a wrong checksum, is malformed ($text)"
		port=$((port + 1))
		mark malformed
		client_sends init "tag=$B"
		client_sends init initiate=0
		client_sends init,data
		client_sends data tag=0
		client_sends init chunklen=3
		client_sends init chunklen=21
		client_sends init chunklen=16
		client_sends none "tag=$B"
		client_sends init badsum=1
		none_passes
		is 0 sessions client-port $port
		begin
		client_sends shutdown "tag=$B" badsum=1
		server_sends abort "tag=$A" badsum=1
		server_sends sack,init-ack "tag=$A"
		client_sends shutdown-complete,sack "tag=$B"
		client_sends data "tag=$B" chunklen=2000
		none_passes
		drops malformed 14
		state established

		it "a path begins with a heartbeat, and takes its acknowledgement ($text)"
		port=$((port + 1))
		client heartbeat "tag=$B" info=12345
		state unreplied
		mark sctp-tag
		client_lost data "tag=$A"
		server_lost heartbeat-ack tag=666 info=54321
		server_lost data "tag=$A"
		drops sctp-tag 3
		server heartbeat "tag=$A" info=9
		client heartbeat "tag=$B" info=777
		server_lost heartbeat-ack tag=666 info=12345
		state unreplied
		server heartbeat-ack "tag=$A" info=777
		state replied
		client data "tag=$B"
		server sack,data "tag=$A"
		server_lost heartbeat-ack tag=666 info=777
		state replied

		it "an end that does not know the association says so ($text)"
		port=$((port + 1))
		client heartbeat "tag=$B" info=12345
		server abort/t "tag=$B"
		state closed

	done
done

plain
to=999 seen_as=''
for f in 4 6; do
	family
	it "a pickup service lets an association begin in mid-stream, and holds to its tags (IPv$f)"
	port=$((port + 1))
	mark sctp-tag
	mark sctp-stray
	for chunks in init-ack cookie-echo cookie-ack abort abort/t shutdown-complete; do
		client_sends "$chunks" "tag=$B"
	done
	none_passes
	drops sctp-stray 6
	client_lost data "tag=$B" badsum=1
	is 0 sessions client-port $port
	client data "tag=$B"
	state established
	client_lost data "tag=$((B + 1))"
	server data "tag=$A"
	server sack,data "tag=$A"
	server_lost sack "tag=$((A + 1))"
	server_lost abort "tag=$B"
	drops sctp-tag 3
	client shutdown "tag=$B"
	state closing

	it "a pickup service lets an association begin with the server's packet, too (IPv$f)"
	port=$((port + 1))
	server sack "tag=$A"
	is 1 sessions client "$ghost_in" client-port $port server-port 999 state established
	client sack "tag=$B"
	client_lost data "tag=$A"
	server abort/t "tag=$B"
	state closed
done
to=9

it "an older association is picked up for a while after the first commit"
must fw session kill all
must fw replace set adopt 2678400
for f in 4 6; do
	family
	port=$((port + 1))
	client sack,data "tag=$B"
	server sack "tag=$A"
	state established
done
must fw replace set adopt 0

it "a packet-filter service has no sessions: any chunk passes"
policy <<'END'
service pf sctp packet-filter any 9
service back sctp packet-filter 9 any
rule Inside Internet pf allow
rule Internet Inside back allow
END
must fw session kill all
for f in 4 6; do
	family
	client data "tag=$B"
	server abort "tag=$A"
	is 0 sessions
done

it "timeouts: half-open sessions, paths without an answer and closed sessions end soon"
plain
must fw session kill all
must fw add set timeout-sctp-opening 1
must fw add set timeout-sctp-closing 1
must fw add set timeout-sctp-closed 1
for f in 4 6; do
	family
	port=$((port + 1))
	client init "initiate=$A"
	port=$((port + 1))
	client heartbeat "tag=$B" info=1
done
becomes 0 sessions
must fw delete set timeout-sctp-opening
for f in 4 6; do
	family
	begin
	server abort "tag=$A"
	begin
	server shutdown "tag=$A"
done
becomes 0 sessions

it "an established association lives for two hours and four minutes, a path for some minutes"
for f in 4 6; do
	family
	begin
	expires=$(fw --json session list client-port $port | gojq '[.sessions[].expires_ms] | max')
	[ "${expires:-0}" -gt 7400000 ] || fail "it expires in ${expires:-?} ms"
	port=$((port + 1))
	client heartbeat "tag=$B" info=1
	server heartbeat-ack "tag=$A" info=1
	expires=$(fw --json session list client-port $port | gojq '[.sessions[].expires_ms] | max')
	[ "${expires:-0}" -gt 180000 ] && [ "$expires" -le 210000 ] ||
		fail "the path expires in ${expires:-?} ms"
done
refuses '7440' fw add set timeout-sctp-established 7439
refuses '120' fw add set timeout-sctp-path 119
refuses 'from 1' fw add set timeout-sctp-opening 0

it "a service's own timeout overrides the setting"
must fw replace service s sctp dynamic any 9 timeout 900
for f in 4 6; do
	family
	begin
	expires=$(fw --json session list client-port $port | gojq '[.sessions[].expires_ms] | max')
	[ "${expires:-0}" -gt 800000 ] && [ "$expires" -le 900000 ] ||
		fail "it expires in ${expires:-?} ms"
done
