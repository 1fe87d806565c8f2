#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Routes are the kernel's own: policy routing by source, port and interface, for the first
# packet of a session and for all that follow; two VRFs with the same addresses.
#
# Topology: lib.sh, with a table 100 that leads to the dmz:
#
#	inside .66 ---> router ---> outside .66, or the dmz's .66

. "$(dirname -- "$0")/../lib.sh"
topology

ipr() { ip -n "$router" "$@"; }

policy_exactly <<'END'
network Inside 192.168.1.0/24 2001:db8:1::/64
service anything any dynamic
rule Inside Any anything allow
END

# goes_to STATION PACKET: from inside.
goes_to() {
	local station=$1

	shift
	p send inside "$@"
	p expect "$station" "$@"
}

for f in 4 6; do
	family
	ipr "-$f" route add default via "$ghost_dmz" dev eth2 table 100

	it "a rule by source that comes and goes is followed by a live session (IPv$f)"
	goes_to outside udp "$ghost_in,2000" "$ghost_out,7" len=1
	ipr "-$f" rule add from "$ghost_in" lookup 100
	goes_to dmz udp "$ghost_in,2000" "$ghost_out,7" len=2
	ipr "-$f" rule del from "$ghost_in" lookup 100
	goes_to outside udp "$ghost_in,2000" "$ghost_out,7" len=3

	it "a rule by port is asked with the packet's port (IPv$f)"
	ipr "-$f" rule add ipproto udp dport 99 lookup 100
	goes_to dmz udp "$ghost_in,2001" "$ghost_out,99" len=1
	goes_to dmz udp "$ghost_in,2001" "$ghost_out,99" len=2
	goes_to outside udp "$ghost_in,2001" "$ghost_out,98" len=3
	ipr "-$f" rule del ipproto udp dport 99 lookup 100

	it "a more specific route is followed by a live session (IPv$f)"
	goes_to outside udp "$ghost_in,2002" "$ghost_out,7" len=1
	ipr "-$f" route add "$ghost_out" via "$ghost_dmz" dev eth2
	goes_to dmz udp "$ghost_in,2002" "$ghost_out,7" len=2
	ipr "-$f" route del "$ghost_out"
	goes_to outside udp "$ghost_in,2002" "$ghost_out,7" len=3

	it "a rule by interface holds for a session that comes by that interface now (IPv$f)"
	goes_to outside udp "$ghost_in,2003" "$ghost_out,7" len=1
	ipr "-$f" route add default via "$ghost_in" dev eth1 table 101
	ipr "-$f" rule add iif eth2 lookup 101
	p send dmz udp "$ghost_in,2003" "$ghost_out,7" len=2
	p expect inside udp "$ghost_in,2003" "$ghost_out,7" len=2
	p none outside udp "$ghost_in,2003" any len=2
	ipr "-$f" rule del iif eth2 lookup 101
done

it "strict reverse-path filtering holds for a session that comes by another interface"
goes_to outside udp "$ghost_in4,2004" "$ghost_out4,7" len=1
on "$router" sysctl -qw net.ipv4.conf.eth2.rp_filter=1
p send dmz udp "$ghost_in4,2004" "$ghost_out4,7" len=2
p none outside udp "$ghost_in4,2004" any len=2
on "$router" sysctl -qw net.ipv4.conf.eth2.rp_filter=0

it "a bridge on the inside is an interface like others, with or without br_netfilter"
if ipr link add br0 type bridge 2>/dev/null; then
	ipr -batch - <<-END
		link set br0 address 02:00:00:00:01:01 up
		address flush dev eth1
		link set eth1 master br0
		address add $fwin4/24 dev br0
		address add $fwin6/64 dev br0 nodad
	END
	policy_exactly <<-'END'
		network Inside   br0 192.168.1.0/24  br0 2001:db8:1::/64
		network Internet eth0 0.0.0.0/0  eth0 ::/0
		service echo udp dynamic any 7
		rule Inside Internet echo allow
	END
	must fw session kill all
	busywait is_up "$router" br0
	for round in without with; do
		[ $round = without ] || modprobe br_netfilter 2>/dev/null || continue
		[ $round = without ] || on "$router" sysctl -qw \
			net.bridge.bridge-nf-call-iptables=1 \
			net.bridge.bridge-nf-call-ip6tables=1
		for f in 4 6; do
			family
			p talk udp inside "$in" outside "$out,7"
			p refused silent udp inside "$in" outside "$out,8"
			p refused silent tcp inside "$in" router "$fwin,80"
			p refused silent tcp outside "$out" inside "$in,80"
		done
	done
	ipr link set eth1 nomaster
	ipr link del br0
	ipr -batch - <<-END
		address add $fwin4/24 dev eth1
		address add $fwin6/64 dev eth1 nodad
	END
else
	skip "no bridge here"
fi

it "two VRFs with the same addresses: each flow stays in its own"
if ipr link add red type vrf table 10 2>/dev/null; then
	add_netns "$run-i2"
	add_netns "$run-o2"
	ip link add eth0 netns "$run-i2" address 02:00:00:00:04:10 type veth \
		peer name v1 netns "$router" address 02:00:00:00:04:01
	ip link add eth0 netns "$run-o2" address 02:00:00:00:05:10 type veth \
		peer name v2 netns "$router" address 02:00:00:00:05:01
	{
		echo "link add blue type vrf table 20"
		for dev in red blue v1 v2; do
			echo "link set $dev up"
		done
		for pair in eth1:red eth0:red v1:blue v2:blue; do
			echo "link set ${pair%:*} master ${pair#*:}"
		done
		for pair in eth1:$fwin6 eth0:$fwout6 v1:$fwin6 v2:$fwout6; do
			echo "address add ${pair#*:}/64 dev ${pair%%:*} nodad"
		done
		echo "address add $fwin4/24 dev v1"
		echo "address add $fwout4/24 dev v2"
	} | ipr -batch -
	{
		ghosts eth1 192.168.1 2001:db8:1 02:00:00:00:01:10
		ghosts eth0 198.51.100 2001:db8:2 02:00:00:00:02:10
		ghosts v1 192.168.1 2001:db8:1 02:00:00:00:04:10
		ghosts v2 198.51.100 2001:db8:2 02:00:00:00:05:10
	} | sed 's/ add / replace /' | ipr -batch -
	host "$run-i2" 192.168.1 2001:db8:1 10
	host "$run-o2" 198.51.100 2001:db8:2 10
	p station blue_inside "$run-i2" eth0 02:00:00:00:04:01
	p station blue_outside "$run-o2" eth0 02:00:00:00:05:01
	policy_exactly <<-'END'
		service anything any dynamic
		rule Any Any anything allow
	END
	for f in 4 6; do
		family
		goes_to outside udp "$ghost_in,5000" "$ghost_out,7" len=1
		p send blue_inside udp "$ghost_in,5000" "$ghost_out,7" len=2
		p expect blue_outside udp "$ghost_in,5000" "$ghost_out,7" len=2
		p none outside udp "$ghost_in,5000" any len=2
		p send blue_outside udp "$ghost_out,7" "$ghost_in,5000" len=3
		p expect blue_inside udp "$ghost_out,7" "$ghost_in,5000" len=3
		p none inside udp "$ghost_out,7" any len=3
	done
else
	skip "no VRF here"
fi
