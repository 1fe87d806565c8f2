#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lossy links: packets are lost, duplicated and reordered on both sides of the firewall. Still every
# arrangement carries its bytes, and of everything that the hosts' TCP sends, not one segment has
# numbers that the firewall finds impossible.
# Topology: lib.sh, with netem on the hosts' and the router's links.

. "$(dirname -- "$0")/../lib.sh"
topology

here=$(dirname -- "$0")

# worse LOSS: on every link, both ways. Only few packets are lost, because a handshake has to cross
# four links.
worse() {
	local at

	for at in "$inside eth0" "$outside eth0" "$router eth0" "$router eth1"; do
		on "${at% *}" tc qdisc replace dev "${at#* }" root netem limit 1000 delay 4ms 2ms \
			reorder 75% 50% duplicate 3% loss "$1" || return
	done
}
ends() { python3 "$here/relay_ends.py" "$outside" "$inside" "$@"; }
# out SERVER... : a server outside, its clients behind NAT.
out() { python3 "$here/relay_ends.py" "$inside" "$outside" "$1" "$@"; }

it "links that lose packets"
modprobe sch_netem 2>/dev/null
worse 0% 2>/dev/null || { skip "no netem here"; exit; }

listen4=$fwdoc4 listen6=$fwout6
both() { # PORT TYPE
	echo "relay $listen4:$1 $icq4:$1 $2 from Internet"
	echo "relay [$listen6]:$1 [$icq6]:$1 $2 from Internet"
}
policy < <(
	echo "rule Inside Internet anything allow"
	echo "nat eth1 eth0 masquerade"
	echo "nat eth1 eth0 source 2001:db8:9::1"
	both 5190 tcp-forward
	both 5191 semitransparent-tcp-forward
	both 5192 tcp-relay
)
nat4=$fwout4 nat6=2001:db8:9::1
ip -n "$outside" route add 2001:db8:9::/64 via "$fwout6"
mark tcp-window
timeout 900 nsenter --net="/run/netns/$router" fwtool monitor drop >"$work/refused" 2>&1 &
monitor=$!

it "a datagram that arrives twice opens one session, and both are translated"
for at in "$inside eth0" "$outside eth0"; do
	must on "${at% *}" tc qdisc replace dev "${at#* }" root netem duplicate 100%
done
on "$router" tc qdisc del dev eth0 root
on "$router" tc qdisc del dev eth1 root
p send inside udp "$ghost_in4,3000" "$ghost_out4,9" len=20
p count 2 outside udp "$fwout4,3000" "$ghost_out4,9" len=20
p send outside udp "$ghost_out4,9" "$fwout4,3000" len=21
p count 2 inside udp "$ghost_out4,9" "$ghost_in4,3000" len=21
is 1 sessions client "$ghost_in4"
must worse 1%

for f in 4 6; do
	family
	nat=nat$f nat=${!nat} listen=listen$f listen=${!listen}
	it "through NAT: a conversation loses nothing (IPv$f)"
	p talk tcp inside "$in" outside "$out,80" "as=$nat" 200000
	it "through tcp-forward: a conversation loses nothing (IPv$f)"
	p talk tcp outside "$out" inside "$icq,5190" "via=$listen,5190" "as=$fwin" 200000
	it "through semitransparent-tcp-forward: a conversation loses nothing (IPv$f)"
	p talk tcp outside "$out" inside "$icq,5191" "via=$listen,5191" "as=$out" 200000
	it "through tcp-relay: a conversation loses nothing, and each half is closed on its own (IPv$f)"
	must ends "$listen,5192" "$icq,5192" both-ways 200000
	must ends "$listen,5192" "$icq,5192" client-closes-first
	must ends "$listen,5192" "$icq,5192" server-closes-first
done

# On a fast machine more than a window and 1 MiB could overtake a packet that netem delays, and a packet
# as late as that is rightly refused. So less than that is in flight.
# buffer BYTES: the most that senders may buffer.
buffer() {
	local at

	for at in "$inside" "$outside"; do
		on "$at" sysctl -q net.ipv4.tcp_wmem="4096 16384 $1" || return
	done
}

it "a reader that stops closes its window, which is probed, and nothing is lost"
must buffer 262144
must out "$out4,81" reader-stops 1000000
must ends "$listen6,5191" "$icq6,5191" reader-stops 1000000
must buffer 4194304

it "large windows both ways at once"
must out "$out4,83" both-ways 1000000
must ends "$listen6,5190" "$icq6,5190" both-ways 1000000

it "short conversations, many of them, with their handshakes and ends under loss"
must worse 2%
for n in {1..12}; do
	p talk tcp inside "$in4" outside "$out4,80" "as=$fwout4" 3000
	p talk tcp outside "$out4" inside "$icq4,5190" "via=$listen4,5190" "as=$fwin4" 3000
	p talk tcp outside "$out4" inside "$icq4,5192" "via=$listen4,5192" "as=$fwin4" 3000
done

it "a policy that is committed meanwhile cuts none of them"
must worse 1%
p open one tcp inside "$in4" outside "$out4,80" "as=$fwout4"
p open two tcp outside "$out4" inside "$icq4,5190" "via=$listen4,5190" "as=$fwin4"
p open three tcp outside "$out4" inside "$icq4,5192" "via=$listen4,5192" "as=$fwin4"
for n in 1 2 3; do
	must fw add rule Internet Dmz icq allow name "more $n"
	for talk in one two three; do
		p say $talk 20000
	done
done
for talk in one two three; do
	p close $talk
done

it "no segment of any conversation was refused for its numbers"
drops tcp-window 0
kill $monitor
[ $wrong = 0 ] || notes+=$(grep tcp-window "$work/refused" | tail -n 20 | sed 's/^/#   /')$'\n'
