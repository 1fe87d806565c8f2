#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Devices, addresses and routes that come, go and change while sessions live.
#
# Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

gone() { ! ip -n "$router" link show "$1"; }

policy <<'END'
network "Other way" eth2 0.0.0.0/0
rule Inside Any anything allow
network Late late0 10.8.0.0/24
rule Late Internet echo allow
END

it "a flow follows a route that changes"
p open live udp inside "$in4,2000" outside "$out4,7"
p clear
ip -n "$router" route add "$out4/32" via "$in_dmz4"
p send inside udp "$in4,2000" "$out4,7" len=5
p expect dmz udp "$in4,2000" "$out4,7" len=5
p none outside udp "$in4,2000" any len=5
ip -n "$router" route del "$out4/32" via "$in_dmz4"
p say live

it "a flow follows a neighbour whose hardware address changes"
ip -n "$router" neigh replace "$ghost_out4" lladdr 02:00:00:00:02:10 dev eth0
p send inside udp "$ghost_in4,2001" "$ghost_out4,7"
p expect outside udp "$ghost_in4,2001" any
ip -n "$router" neigh replace "$ghost_out4" lladdr 02:00:00:00:02:99 dev eth0
p send inside udp "$ghost_in4,2001" "$ghost_out4,7" len=1
ip -n "$router" neigh replace "$ghost_out4" lladdr 02:00:00:00:02:10 dev eth0
p send inside udp "$ghost_in4,2001" "$ghost_out4,7" len=2
p expect outside udp "$ghost_in4,2001" any len=2

it "no route: refused and counted, and the sender gets the error of any router"
ip -n "$router" route add unreachable 192.0.2.0/24
mark no-route
p send inside udp "$ghost_in4,2002" 192.0.2.1,7
drops no-route 1
p none outside udp "$ghost_in4,2002" any

it "a link that goes down and comes up again"
p open ssh tcp inside "$in4" outside "$out4,22"
ip -n "$router" link set eth0 down
p lost ssh
p lost live
{
	echo "link set eth0 up"
	echo "address add $fwout6/64 dev eth0 nodad"
	ghosts eth0 198.51.100 2001:db8:2 02:00:00:00:02:10
} | ip -n "$router" -batch -
p say live
p say ssh

it "a device that is removed takes its adjacencies with it, and its sessions stop"
p open dmz udp inside "$in4,2003" dmz "$in_dmz4,7"
p send inside udp "$ghost_in6,2003" "$ghost_dmz6,7" times=100 step=sport
p forget dmz
ip -n "$router" link del eth2
busywait gone eth2
p send inside udp "$ghost_in6,2003" "$ghost_dmz6,7" times=100 step=sport
p say live

it "a network may be bound to an interface that comes later"
ip link add late0 netns "$router" address 02:00:00:00:05:01 type veth peer name eth9 netns "$outside"
ip -n "$router" -batch - <<'END'
link set late0 up
address add 10.8.0.1/24 dev late0
END
ip -n "$outside" link set eth9 up
busywait is_up "$outside" eth9
busywait is_up "$router" late0
p station late "$outside" eth9 02:00:00:00:05:01
p send late udp 10.8.0.5,3000 "$ghost_out4,7"
p expect outside udp 10.8.0.5,3000 "$ghost_out4,7"
p send inside udp 10.8.0.5,3001 "$ghost_out4,7"
p none outside udp 10.8.0.5,3001 any

it "a binding goes by name: an interface that gets another name loses it"
ip -n "$router" link set late0 down
ip -n "$router" link set late0 name other0
ip -n "$router" link set other0 up
busywait is_up "$router" other0
p send late udp 10.8.0.5,3002 "$ghost_out4,7"
p none outside udp 10.8.0.5,3002 any
p say live

it "an interface that gets its name back gets its binding back"
ip -n "$router" link set other0 down
ip -n "$router" link set other0 name late0
ip -n "$router" link set late0 up
busywait is_up "$router" late0
p send late udp 10.8.0.5,3003 "$ghost_out4,7"
p expect outside udp 10.8.0.5,3003 "$ghost_out4,7"

it "the removal of an address of the firewall ends no session through the firewall"
ip -n "$router" address del "$fwdoc4/32" dev eth0
p say live
p say ssh
p close ssh

rounds=$(some 30 10)
it "devices that come and go during traffic, $rounds times"
for ((i = 0; i < rounds; i++)); do
	ip link add "t$i" netns "$router" type veth peer name t netns "$dmz"
	ip -n "$router" link set "t$i" up
	p send inside udp "$ghost_in4,$((4000 + i))" "$ghost_out4,7"
	ip -n "$router" link del "t$i"
done
p say live

it "VLAN devices are interfaces like others"
if ip -n "$router" link add link eth1 name eth1.5 type vlan id 5 2>/dev/null; then
	ip -n "$inside" link add link eth0 name eth0.5 type vlan id 5
	ip -n "$inside" -batch - <<-'END'
		link set eth0.5 up
		address add 10.5.0.10/24 dev eth0.5
	END
	ip -n "$router" -batch - <<-'END'
		link set eth1.5 up
		address add 10.5.0.1/24 dev eth1.5
	END
	must fw add network Five eth1.5 10.5.0.0/24
	must fw add rule Five Inside echo allow
	p send inside udp 10.5.0.10,1 "$ghost_out4,7"
	p none outside udp 10.5.0.10 any
	on "$inside" ping -c 1 -W 20 -I 10.5.0.10 10.5.0.1 >/dev/null || fail "no ping"
else
	skip "no VLAN devices here"
fi
