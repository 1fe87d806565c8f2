#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A packet is judged, whatever devices it comes through. With everything discarded nothing is
# delivered to the router and nothing passes through it. With everything allowed both happen,
# and nothing is dropped as unjudged. (Bridges and translation: net/bridge.sh. Out of
# queues: net/gate.sh.)
#
# Topology: lib.sh, with devices between the inside's link and the router's inside addresses:
#
#	inside .66 ---> eth1 [br0] [device] router ---> outside .66

. "$(dirname -- "$0")/../lib.sh"
topology

ipr() { ip -n "$router" "$@"; }
ipi() { ip -n "$inside" "$@"; }
on "$router" sysctl -qw net.ipv4.conf.default.rp_filter=0
eth1_mac=02:00:00:00:01:01 bridge_mac=02:00:00:00:01:bb top_mac=02:00:00:00:01:cc

# load ACTION: ACTION for everything but the frames of a VXLAN.
load() {
	everything "$1" 'service vxlan udp dynamic any 4789
		rule Any Any vxlan allow'
	must fw session kill all
}

# Each function makes dev, the device where packets arrive, from base, and prints the address of their
# frames. It fails if something that it needs is missing here.
plain() { dev=$base mac=$base_mac; }
top() { ipr link add link "$base" name top0 "$@" && dev=top0 && ipr link set top0 up; }
macvlan_private() { mac=$top_mac; top address $top_mac type macvlan mode private; }
macvlan_passthru() { mac=$base_mac; top type macvlan mode passthru; }
macvlan_bridge() { mac=$top_mac; top address $top_mac type macvlan mode bridge; }
ipvlan_l2() { mac=$base_mac; top type ipvlan mode l2; }
vlan() {
	mac=$base_mac
	ipi link add link eth0 name eth0.10 type vlan id 10 && ipi link set eth0.10 up &&
		from=eth0.10 && top type vlan id 10
}
vrf() {
	mac=$base_mac dev=$base
	ipr link add red type vrf table 10 && ipr link set red up &&
		ipr link set "$base" master red && ipr link set eth0 master red &&
		ipr address replace "$fwout6/64" dev eth0 nodad
}
# port TYPE...: base becomes a port of such a device.
port() {
	mac=$base_mac dev=top0
	ipr link add name top0 address "$base_mac" "$@" && ipr link set "$base" down &&
		ipr link set "$base" master top0 && ipr link set "$base" up && ipr link set top0 up
}
bond() { [ "$base" = eth1 ] && port type bond mode active-backup; }
team() { [ "$base" = eth1 ] && port type team; }
vxlan() {
	mac=$top_mac dev=top0
	ipr address add 10.9.0.1/24 dev "$base" && ipi address add 10.9.0.2/24 dev eth0 &&
		ipi link add vx0 type vxlan id 5 remote 10.9.0.1 dstport 4789 &&
		ipi link set vx0 up && from=vx0 &&
		ipr link add top0 address $top_mac type vxlan id 5 remote 10.9.0.2 dstport 4789 &&
		ipr link set top0 up
}
ifb() {
	mac=$base_mac dev=$base
	ipr link add top0 type ifb && ipr link set top0 up &&
		on "$router" tc qdisc add dev "$base" clsact &&
		on "$router" tc filter add dev "$base" ingress matchall \
			action mirred egress redirect dev top0
}
# redirected: packets are redirected to the ingress of a device that has the addresses.
redirected() {
	[ "$base" = eth1 ] || return
	mac=$top_mac dev=top0
	ipr link add top0 address $top_mac type dummy && ipr link set top0 up &&
		on "$router" tc qdisc add dev "$base" clsact &&
		on "$router" tc filter add dev "$base" ingress matchall \
			action skbedit ptype host action mirred ingress redirect dev top0
}
netkit() {
	[ "$base" = eth1 ] || return
	mac=$top_mac dev=top0
	on "$router" "$selftests/net/devices.py" netkit top0 peer0 l2 && ipr link set top0 up &&
		ipr link set peer0 netns "$inside" && ipi link set peer0 up && from=peer0 &&
		mac=$(ipr -json link show top0 | gojq -r '.[0].address')
}

undo() {
	on "$router" tc qdisc del dev "$base" clsact
	ipr link del top0
	ipr link del red
	for link in eth0.10 vx0 peer0; do
		ipi link del $link
	done
	ipi address del 10.9.0.2/24 dev eth0
	ipr address flush dev "$base" scope global
	ipr link set "$base" up
	ipr address replace "$fwout6/64" dev eth0 nodad
	ipr neighbour replace "$ghost_out6" lladdr 02:00:00:00:02:10 dev eth0
	ipr neighbour replace "$ghost_out4" lladdr 02:00:00:00:02:10 dev eth0
} 2>/dev/null

# arrives MAC LEN: sends a datagram to the router, and one through it.
arrives() {
	p station frame "$inside" "$from" "$1"
	for f in 4 6; do
		family
		p send frame udp "$ghost_in,4000" "$fwin,5353" len="$2"
		p send frame udp "$ghost_in,4000" "$ghost_out,5353" len="$2"
	done
}

# tries KIND: every packet is judged, whatever its frame.
tries() {
	local kind=$1 before

	it "$kind on $where: nothing comes in or through that is discarded, and all that is allowed"
	from=eth0
	if ! $kind 2>/dev/null; then
		undo
		skip "not here"
		return
	fi
	ipr address add "$fwin4/24" dev $dev
	ipr address add "$fwin6/64" dev $dev nodad
	ipr neighbour replace "$ghost_out6" lladdr 02:00:00:00:02:10 dev eth0
	ipr neighbour replace "$ghost_out4" lladdr 02:00:00:00:02:10 dev eth0
	busywait has_carrier $dev
	load discard
	before=$(delivered)
	for to in "$mac" ff:ff:ff:ff:ff:ff 01:00:5e:00:00:fb $eth1_mac $bridge_mac $top_mac; do
		arrives $to 9
	done
	p none outside udp "$ghost_in4" any len=9
	p none outside udp "$ghost_in6" any len=9
	is "$before" delivered
	load allow
	mark unjudged
	before=$(delivered)
	arrives "$mac" 10
	p expect outside udp "$ghost_in4,4000" "$ghost_out4,5353" len=10
	p expect outside udp "$ghost_in6,4000" "$ghost_out6,5353" len=10
	is $((before + 2)) delivered
	drops unjudged 0
	undo
}
has_carrier() { ipr link show "$1" | grep -q LOWER_UP; }

kinds='plain macvlan_private macvlan_bridge macvlan_passthru ipvlan_l2 vlan vrf bond team vxlan
	ifb redirected netkit'
ipr address flush dev eth1 scope global
base=eth1 base_mac=$eth1_mac where=eth1
for kind in $kinds; do
	tries $kind
done

ipr -batch - <<-END
	link add br0 address $bridge_mac type bridge
	link set br0 up
	link set eth1 master br0
END
base=br0 base_mac=$bridge_mac where='a bridge'
for kind in $kinds; do
	tries $kind
done
if modprobe br_netfilter 2>/dev/null; then
	on "$router" sysctl -qw net.bridge.bridge-nf-call-ip{,6}tables=1
	where='a bridge with br_netfilter'
	for kind in $kinds; do
		tries $kind
	done
	modprobe -r br_netfilter
fi
