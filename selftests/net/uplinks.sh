#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A second uplink that goes while sessions of all kinds leave by it: whatever holds the device
# lets go, so that it is deleted at once. Its clients' answers leave by it although the
# routing table prefers eth0.
#
# Topology: lib.sh, and a host behind the second uplink, which is one kind of device after the
# other:
#
#	second 198.18.7.7 --- 192.0.2.10 up0 === up0 192.0.2.1 router 192.168.1.1 --- inside
#	    2001:db8:77::7 --- 2001:db8:20::10         ::1

. "$(dirname -- "$0")/../lib.sh"
topology

second=$run-s
add_netns "$second"
on "$second" sysctl -qw "${quiet_sysctls[@]}"
ip -n "$second" -batch - <<-END || exit 1
	link set lo up
	address add 198.18.7.7/32 dev lo
	address add 198.18.7.8/32 dev lo
	address add 2001:db8:77::7/128 dev lo
	address add 2001:db8:77::8/128 dev lo
END
ip -n "$router" -batch - <<-END || exit 1
	route add default via $out4 metric 100
	route add default via $out6 metric 100
	rule add from 192.0.2.1 lookup 100
END
ip -6 -n "$router" rule add from 2001:db8:20::1 lookup 100 || exit 1
p station second "$second"

policy_exactly <<END
network Everybody 0.0.0.0/0 ::/0
network Inside eth1 192.168.1.0/24 eth1 2001:db8:1::/64
service anything any dynamic
rule Inside Everybody anything allow
rule Everybody Firewall anything allow
nat eth1 up0 masquerade
relay 192.0.2.1:3001 $icq4:3001 semitransparent-udp-forward from Everybody
relay 192.0.2.1:3002 $icq4:3002 udp-forward from Everybody
relay 192.0.2.1:3003 $icq4:3003 semitransparent-tcp-forward from Everybody
relay 192.0.2.1:3004 $icq4:3004 tcp-relay from Everybody
relay [2001:db8:20::1]:3001 [$icq6]:3001 semitransparent-udp-forward from Everybody
relay [2001:db8:20::1]:3002 [$icq6]:3002 udp-forward from Everybody
relay [2001:db8:20::1]:3003 [$icq6]:3003 semitransparent-tcp-forward from Everybody
relay [2001:db8:20::1]:3004 [$icq6]:3004 tcp-relay from Everybody
END

# --- Kinds of uplinks: add_KIND makes up0 in both namespaces --------------------------------

# wire NAME NAME: a cable, by its names in the router and at the other end.
wire() {
	ip link add "$1" netns "$router" type veth peer name "$2" netns "$second" &&
		ip -n "$router" link set "$1" up && ip -n "$second" link set "$2" up
}
add_veth() { wire up0 up0; }
add_vlan() {
	wire wire wire && ip -n "$router" link add link wire name up0 type vlan id 5 &&
		ip -n "$second" link add link wire name up0 type vlan id 5
}
# The wire below would answer ARP for the address above it.
add_macvlan() {
	wire wire up0 && on "$router" sysctl -qw net.ipv4.conf.wire.arp_ignore=1 && ip -n "$router" link add link wire name up0 type macvlan mode bridge
}
add_bridge() {
	wire wire up0 && ip -n "$router" link add up0 type bridge &&
		ip -n "$router" link set wire master up0
}
add_bond() {
	modprobe bonding max_bonds=0 2>/dev/null
	wire wire up0 && ip -n "$router" link set wire down &&
		ip -n "$router" link add up0 type bond miimon 10 &&
		ip -n "$router" link set wire master up0
}
add_gre() {
	wire wire wire && ip -n "$router" address add 10.99.0.1/24 dev wire &&
		ip -n "$second" address add 10.99.0.2/24 dev wire &&
		ip -n "$router" link add up0 type gre local 10.99.0.1 remote 10.99.0.2 &&
		ip -n "$second" link add up0 type gre local 10.99.0.2 remote 10.99.0.1
}
# The device exists only while dialler.py runs, as a ppp device exists only while pppd runs.
dialler=''
add_tun() {
	modprobe tun 2>/dev/null	# it is built in, or a module that nobody else asks for
	mkfifo -m 600 "$work/dialled.$round" || return
	python3 "$selftests/net/dialler.py" "$router" "$second" up0 >"$work/dialled.$round" &
	dialler=$!
	read -rt 30 <"$work/dialled.$round"
}
hang_up() { kill "$dialler"; while kill -0 "$dialler" 2>/dev/null; do nap; done; }

# sends NETNS: its up0 has a carrier, and its queueing discipline is no longer noop, which drops
# everything until the kernel has noticed the carrier. A tunnel's state is never UP.
sends() { ip -n "$1" link show up0 | grep LOWER_UP | grep -qvw 'qdisc noop'; }
is_running() { sends "$router" && sends "$second"; }

# dial KIND: up0, with its addresses and routes.
dial() {
	"add_$1" || { fail "no $1 device"; return 1; }
	ip -n "$second" -batch - <<-END || fail "addresses of second"
		link set up0 up
		address add 192.0.2.10/24 dev up0
		address add 2001:db8:20::10/64 dev up0 nodad
		route add default via 192.0.2.1 dev up0
		route add default via 2001:db8:20::1 dev up0
	END
	ip -n "$router" -batch - <<-END || fail "addresses of the router"
		link set up0 up
		address add 192.0.2.1/24 dev up0
		address add 2001:db8:20::1/64 dev up0 nodad
		route add default via 192.0.2.10 dev up0 metric 200
		route add default via 2001:db8:20::10 dev up0 metric 200
		route add 198.18.7.8/32 via 192.0.2.10 dev up0
		route add 2001:db8:77::8/128 via 2001:db8:20::10 dev up0
		route add default via 192.0.2.10 dev up0 table 100
		route add default via 2001:db8:20::10 dev up0 table 100
	END
	busywait is_running
}

conversations=(udp1 udp2 tcp1 tcp2 own out)
# talk_all: a session of each kind by up0.
talk_all() {
	local f c

	for f in 4 6; do
		family
		icq=icq$f icq=${!icq} far=198.18.7.7 to=198.18.7.8 up=192.0.2.1 as=192.0.2.1
		[ $f = 4 ] || far=2001:db8:77::7 to=2001:db8:77::8 up=2001:db8:20::1 as=$in6
		p open "udp1$f" udp second "$far,4001" inside "$icq,3001" "via=$up,3001"
		p open "udp2$f" udp second "$far,4002" inside "$icq,3002" "via=$up,3002" "as=$fwin"
		p open "tcp1$f" tcp second "$far,4003" inside "$icq,3003" "via=$up,3003"
		p open "tcp2$f" tcp second "$far,4004" inside "$icq,3004" "via=$up,3004" "as=$fwin"
		p open "own$f" udp second "$far,4005" router "$up,3005"
		p open "out$f" tcp inside "$in,4006" second "$to,3006" "as=$as"
		for c in "${conversations[@]}"; do
			p say "$c$f"
		done
	done
}
forget_all() {
	local f c

	for f in 4 6; do
		for c in "${conversations[@]}"; do
			p forget "$c$f"
		done
	done
	fw session kill all >/dev/null
}

gone() { ! ip -n "$1" link show up0; }
# goes COMMAND: it takes up0 away, in time; else it is left to hang.
goes() {
	local begun=$SECONDS pid

	"$@" & pid=$!
	busywait gone "$router"
	while kill -0 $pid 2>/dev/null; do
		[ $((SECONDS - begun)) -lt "$patience" ] || {
			fail "'$*' still waits for somebody who holds the device"
			return 1
		}
		nap
	done
	wait $pid || fail "'$*' failed"
}
clear_wires() {
	ip -n "$router" link del wire 2>/dev/null
	ip -n "$second" link del up0 2>/dev/null
	busywait gone "$second"
}

# --- They go ------------------------------------------------------------------------------

for kind in veth vlan macvlan bridge bond gre; do
	it "a second uplink is deleted at once while all kinds of sessions leave by it: $kind"
	if dial $kind && talk_all; then
		goes ip -n "$router" link del up0
		forget_all
	fi
	clear_wires
done

it "a second uplink that hangs up and dials again is as good as new: ppp or tun"
for round in 1 2; do
	dial tun && talk_all || break
	goes hang_up
	forget_all
done

it "a second uplink is deleted at once where it was moved: another namespace"
dial veth && talk_all
must ip -n "$router" link set up0 netns "$dmz"
forget_all
goes ip -n "$dmz" link del up0
clear_wires

it "a second uplink is deleted at once after its addresses and routes: the routes of sessions are gone"
dial veth && talk_all
must ip -n "$router" address flush dev up0
must ip -n "$router" link set up0 down
forget_all
goes ip -n "$router" link del up0
clear_wires

it "a namespace goes at once while all kinds of sessions leave by its second uplink"
dial veth && talk_all
kill "$PLAY_PID" && wait "$PLAY_PID"	# it has the namespaces open
unset PLAY_PID
must ip netns del "$router"
busywait gone "$second"
