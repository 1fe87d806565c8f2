#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Strays: packets of a session that come by another interface than before. A packet that certainly
# belongs to the session moves it there; a packet that somebody may have forged does not.
#
# Topology: lib.sh, and a second uplink whose host does not answer:
#
#	inside .66 <---> router <---> outside      eth0
#	                        <---> second       eth3
#
# Any kernel: Umbra's session table decides what a stray may do.

. "$(dirname -- "$0")/../lib.sh"
topology

second=$run-s
add_netns "$second"
on "$second" sysctl -qw "${quiet_sysctls[@]}"
ip link add eth0 netns "$second" address 02:00:00:00:04:10 type veth \
	peer name eth3 netns "$router" address 02:00:00:00:04:01
ip -n "$router" -batch - <<-END
	link set eth3 up
	address add 192.0.2.1/24 dev eth3
	route add default via $out4 metric 100
	route add default via 192.0.2.10 metric 200
END
host "$second" 192.0.2 2001:db8:20 10
p station second "$second" eth0 02:00:00:00:04:01

policy_exactly <<END
network Everybody 0.0.0.0/0
service any-tcp tcp dynamic any any
service any-sctp sctp dynamic any any
set adopt 0
relay 1.2.3.4:80 $ghost_in4:8080 semitransparent-tcp-forward from Everybody
relay 1.2.3.4:53 $ghost_in4:5353 semitransparent-udp-forward from Everybody
rule Everybody Everybody any-tcp allow
rule Everybody Everybody any-sctp allow
END

c=198.18.9.9	# a client on the Internet
port=4000
# by UPLINK FLAGS...: a segment of the client that passes; relay UPLINK FLAGS...: the answer to the client.
by() {
	local uplink=$1
	shift
	p send "$uplink" tcp "$c,$port" 1.2.3.4,80 "$@"
	p expect inside tcp "$c,$port" "$ghost_in4,8080" "$@"
}
relay() {
	local uplink=$1
	shift
	p clear
	p send inside tcp "$ghost_in4,8080" "$c,$port" "$@"
	p expect "$uplink" tcp 1.2.3.4,80 "$c,$port" "$@"
}
comes_by() { fw --json session list client-port $port | gojq -r '.sessions[0].client.interface'; }
# Any change of routes makes the kernel look up all routes again.
routes=0
routes_change() {
	routes=$((routes + 1))
	ip -n "$router" route add 10.77.$routes.0/24 via "$out4"
}
begin() {
	port=$((port + 1))
	by outside S seq=1000
	relay outside SA seq=5000 ack=1001
	by outside A seq=1001 ack=5001
}

it "a segment that is refused does not move the session, and diverts no answer of a relay"
begin
mark tcp-window
p send second tcp "$c,$port" 1.2.3.4,80 A seq=3000000000 ack=12
drops tcp-window 1
is eth0 comes_by
routes_change
relay outside A seq=5001 ack=1001 len=10
is eth0 comes_by

it "a reset with a wrong checksum does not move the session"
mark malformed
p send second tcp "$c,$port" 1.2.3.4,80 R seq=1001 badsum=1
drops malformed 1
is eth0 comes_by
is 1 sessions client-port $port state established

it "a segment that merely fits passes, but does not move the session either"
by second A seq=31001 ack=5001 len=10
by second A seq=1000 ack=5011
by second S seq=777
by second R seq=31001
is eth0 comes_by
routes_change
relay outside A seq=5011 ack=1001 len=10

it "a client whose way has changed is answered by the new way from its next segment on"
by second A seq=1001 ack=5021 len=10
is eth3 comes_by
relay second A seq=5021 ack=1011 len=10
by outside A seq=1011 ack=5031 len=10
is eth0 comes_by
relay outside A seq=5031 ack=1021 len=10

it "a client's SYN may come by both ways"
port=$((port + 1))
by outside S seq=1000
by second S seq=7777
is eth0 comes_by
by second S seq=7777
is eth3 comes_by
relay second SA seq=5000 ack=7778
by second A seq=7778 ack=5001
is 1 sessions client-port $port state established

asks() {
	p send "$1" udp "$c,$port" 1.2.3.4,53 len=10
	p expect inside udp "$c,$port" "$ghost_in4,5353" len=10
}
answered_by() {
	p clear
	p send inside udp "$ghost_in4,5353" "$c,$port" len=20
	p expect "$1" udp 1.2.3.4,53 "$c,$port" len=20
}

it "a datagram by another interface passes, but does not move the session while the client still sends by the first one"
port=$((port + 1))
asks outside
answered_by outside
for _ in 1 2 3; do
	asks second
	is eth0 comes_by
	asks outside
done
routes_change
answered_by outside

it "a client that comes only by the other interface is answered by that one after two seconds"
moves() {
	asks second
	[ "$(comes_by)" = eth3 ]
}
began=$SECONDS
busywait moves
[ $((SECONDS - began)) -ge 1 ] || fail "it moved at once"
answered_by second

it "a client is answered at once by the interface where it began, when it comes back"
asks outside
is eth0 comes_by
answered_by outside

it "an association is moved by its tag, and not by an INIT, nor by a whole exchange"
port=$((port + 1))
sctp() { p send "$1" sctp "$c,$port" "$ghost_in4,$port" "${@:2}"; }
sctp outside chunks=init initiate=11
p expect inside sctp "$c,$port" "$ghost_in4,$port" chunks=init
p send inside sctp "$ghost_in4,$port" "$c,$port" chunks=init-ack tag=11 initiate=22
p expect outside sctp "$ghost_in4,$port" "$c,$port" chunks=init-ack
sctp outside chunks=cookie-echo tag=22
p expect inside sctp "$c,$port" "$ghost_in4,$port" chunks=cookie-echo
p send inside sctp "$ghost_in4,$port" "$c,$port" chunks=cookie-ack tag=11
p expect outside sctp "$ghost_in4,$port" "$c,$port" chunks=cookie-ack
sctp second chunks=init initiate=33
p expect inside sctp "$c,$port" "$ghost_in4,$port" chunks=init initiate=33
is eth0 comes_by
p send inside sctp "$ghost_in4,$port" "$c,$port" chunks=init-ack tag=33 initiate=44
p expect outside sctp "$ghost_in4,$port" "$c,$port" chunks=init-ack tag=33
sctp second chunks=cookie-echo tag=44
p expect inside sctp "$c,$port" "$ghost_in4,$port" chunks=cookie-echo tag=44
p send inside sctp "$ghost_in4,$port" "$c,$port" chunks=cookie-ack tag=33
p expect outside sctp "$ghost_in4,$port" "$c,$port" chunks=cookie-ack tag=33
sctp second chunks=heartbeat tag=44
p expect inside sctp "$c,$port" "$ghost_in4,$port" chunks=heartbeat tag=44
is eth0 comes_by
sctp second chunks=heartbeat tag=22
p expect inside sctp "$c,$port" "$ghost_in4,$port" chunks=heartbeat
is eth3 comes_by
