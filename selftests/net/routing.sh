#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Routes are the kernel's own: policy routing by source, port and interface, for the first
# packet of a session and for all that follow; bridges; two VRFs with the same addresses.
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

is_own() { ipr route get "$1" | grep -q ^local; }

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

	it "without a route a live session's packets are refused, and with one it goes on (IPv$f)"
	goes_to outside udp "$ghost_in,2004" "$ghost_out,7" len=1
	mark no-route
	ipr "-$f" route add unreachable "$ghost_out"
	p send inside udp "$ghost_in,2004" "$ghost_out,7" len=2
	drops no-route 1
	p none outside udp "$ghost_in,2004" any len=2
	ipr "-$f" route del unreachable "$ghost_out"
	goes_to outside udp "$ghost_in,2004" "$ghost_out,7" len=3

	it "an address that was the firewall's and is another's now: its sessions are over (IPv$f)"
	own=10.77.0.1 bits=32
	[ $f = 4 ] || own=2001:db8:77::1 bits=128
	ipr "-$f" route add "$own" via "$ghost_out" dev eth0
	ipr address add "$own/$bits" dev lo
	busywait is_own "$own"	# IPv6 has the route a moment later
	p send inside udp "$ghost_in,2005" "$own,7" len=1
	is 1 sessions client "$ghost_in" server "$own"
	ipr address delete "$own/$bits" dev lo
	mark own-address
	p send inside udp "$ghost_in,2005" "$own,7" len=2
	drops own-address 1
	p none outside udp "$ghost_in,2005" any
	goes_to outside udp "$ghost_in,2005" "$own,7" len=3
	ipr "-$f" route del "$own"

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

	it "broadcasts on a bridge open no session, with br_netfilter and a macvlan on top"
	ipr link add link br0 name mac0 type macvlan mode private 2>/dev/null && ipr link set mac0 up
	on "$router" sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0
	policy_exactly <<-'END'
		network Inside   br0 192.168.1.0/24  br0 2001:db8:1::/64
		network Internet eth0 0.0.0.0/0  eth0 ::/0
		service echo udp dynamic any 7
		rule Inside Any echo allow
		set broadcast judge
	END
	must fw session kill all
	p send inside icmp "$ghost_in4" 192.168.1.255 type=8 broadcast=1 ident=7 times=100
	p send inside udp "$ghost_in4,3000" 255.255.255.255,7 broadcast=1 times=100
	p none outside ip "$ghost_in4" any
	is 0 sessions
	p talk udp inside "$in4" outside "$out4,7"
	ipr link del mac0 2>/dev/null

	it "a VLAN below the bridge, and a masquerade: conversations pass"
	on "$router" sysctl -qw net.bridge.bridge-nf-call-ip{,6}tables=0 2>/dev/null
	if ipr link add link eth1 name eth1.10 type vlan id 10 2>/dev/null; then
		ipr -batch - <<-END
			link set eth1 nomaster
			link set eth1.10 up
			link set eth1.10 master br0
			address add 10.10.0.1/24 dev br0
		END
		ip -n "$inside" -batch - <<-END
			link add link eth0 name eth0.10 type vlan id 10
			link set eth0.10 up
			address add 10.10.0.10/24 dev eth0.10
			route add 198.51.100.0/24 via 10.10.0.1
		END
		busywait is_up "$router" br0
		policy_exactly <<-'END'
			network Inside   br0 10.10.0.0/24
			network Internet eth0 0.0.0.0/0
			service anything any dynamic
			rule Inside Internet anything allow
			nat br0 eth0 masquerade
		END
		p talk udp inside 10.10.0.10,4000 outside "$out4,7" "as=$fwout4,4000" 3000
		p talk tcp inside 10.10.0.10,4000 outside "$out4,80" "as=$fwout4,4000" 100000
		p refused silent tcp outside "$out4" inside 10.10.0.10,80
		ip -n "$inside" link del eth0.10
		ipr link del eth1.10
	else
		skip "no VLAN devices here"
	fi
	ipr link set eth1 nomaster
	ipr link del br0
	ipr -batch - <<-END
		address add $fwin4/24 dev eth1
		address add $fwin6/64 dev eth1 nodad
	END
else
	skip "no bridge here"
fi

# Keys have 16 bits for a VRF. The low 16 bits of the indices of these two are the same.
it "two VRFs with the same addresses: each flow stays in its own"
if ipr link add red index 4000 type vrf table 10 2>/dev/null; then
	add_netns "$run-i2"
	add_netns "$run-o2"
	ip link add eth0 netns "$run-i2" address 02:00:00:00:04:10 type veth \
		peer name v1 netns "$router" address 02:00:00:00:04:01
	ip link add eth0 netns "$run-o2" address 02:00:00:00:05:10 type veth \
		peer name v2 netns "$router" address 02:00:00:00:05:01
	{
		echo "link add blue index 69536 type vrf table 20"
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

	it "the ends of a cut flow are notified in the VRF of the flow"
	for f in 4 6; do
		family
		p send blue_inside tcp "$ghost_in,5001" "$ghost_out,80" S seq=100
		p expect blue_outside tcp "$ghost_in,5001" "$ghost_out,80" S seq=100
		must fw session kill client-port 5001
		p expect blue_inside tcp "$ghost_out,80" "$ghost_in,5001" RA seq=0 ack=101
		p expect blue_outside tcp "$ghost_in,5001" "$ghost_out,80" R seq=101
		p none inside tcp any "$ghost_in,5001"
		p none outside tcp "$ghost_in,5001" any
		must fw session kill client-port 5000
		p expect blue_inside "$icmp" any "$ghost_in" $prohibited
		p expect inside "$icmp" any "$ghost_in" $prohibited
	done

	it "the ends of an idle connection are probed in its VRF"
	policy_exactly <<-'END'
		service anything any dynamic timeout 1 tcp-probes on
		rule Any Any anything allow
	END
	for f in 4 6; do
		family
		p send blue_inside tcp "$ghost_in,5002" "$ghost_out,80" S seq=100
		p send blue_outside tcp "$ghost_out,80" "$ghost_in,5002" SA seq=500 ack=101
		p send blue_inside tcp "$ghost_in,5002" "$ghost_out,80" A seq=101 ack=501
		p expect blue_inside tcp "$ghost_out,80" "$ghost_in,5002" A seq=500 ack=101
		p expect blue_outside tcp "$ghost_in,5002" "$ghost_out,80" A seq=100 ack=501
		p none inside tcp any "$ghost_in,5002"
		p none outside tcp "$ghost_in,5002" any
	done
	must fw session kill all

	it "both translated: each VRF has the client's port, and its own answers"
	policy_exactly <<-'END'
		service anything any dynamic
		rule Any Any anything allow
		nat eth1 eth0 masquerade
		nat v1 v2 masquerade
		nat eth1 eth0 source 2001:db8:9::1
		nat v1 v2 source 2001:db8:9::1
	END
	must fw session kill all
	nat4=$fwout4 nat6=2001:db8:9::1
	for f in 4 6; do
		family
		nat=nat$f nat=${!nat}
		p send inside udp "$ghost_in,5000" "$ghost_out,7" len=1
		p expect outside udp "$nat,5000" "$ghost_out,7" len=1
		p send blue_inside udp "$ghost_in,5000" "$ghost_out,7" len=2
		p expect blue_outside udp "$nat,5000" "$ghost_out,7" len=2
		p send outside udp "$ghost_out,7" "$nat,5000" len=3
		p expect inside udp "$ghost_out,7" "$ghost_in,5000" len=3
		p send blue_outside udp "$ghost_out,7" "$nat,5000" len=4
		p expect blue_inside udp "$ghost_out,7" "$ghost_in,5000" len=4
	done

	it "a packet to the firewall itself in a VRF is judged once, by its real interface"
	policy_exactly <<-'END'
		network Inside eth1 192.168.1.0/24  eth1 2001:db8:1::/64
		service anything any dynamic
		rule Inside Firewall anything allow
	END
	must fw session kill all
	p clear		# of what their ends are told
	for f in 4 6; do
		family
		mark spoofed
		p send inside "$icmp" "$ghost_in" "$fwin" "$ping" ident=5
		p expect inside "$icmp" "$fwin" "$ghost_in" "$pong" ident=5
		p send inside tcp "$ghost_in,3000" "$fwin,80" S seq=5
		p expect inside tcp "$fwin,80" "$ghost_in,3000" RA ack=6
		p send inside udp "$ghost_in,3000" "$fwin,7"
		# shellcheck disable=SC2086
		p expect inside "$icmp" "$fwin" "$ghost_in" $no_port about udp any "$fwin,7"
		is 3 sessions client "$ghost_in" server "$fwin"
		drops spoofed 0
		p send blue_inside udp "$ghost_in,3000" "$fwin,7"
		p none blue_inside "$icmp" "$fwin" any
		drops spoofed 1
	done

	it "a mapping of a VRF's client is found by its port outside of that VRF"
	ipr link set eth0 nomaster
	ipr address replace "$fwout6/64" dev eth0 nodad
	ghosts eth0 198.51.100 2001:db8:2 02:00:00:00:02:10 | sed 's/ add / replace /' | ipr -batch -
	for to in 198.51.100.0/24 2001:db8:2::/64; do
		ipr route add "$to" dev eth0 table 10
	done
	for to in 192.168.1.0/24 2001:db8:1::/64; do
		ipr route add "$to" dev eth1
	done
	policy_exactly <<-END
		service anything any dynamic
		rule Any Any anything allow
		nat eth1 eth0 masquerade endpoint-independent
		nat eth1 eth0 source [2001:db8:9::1]:5000-5999 endpoint-independent
	END
	must fw session kill all
	p clear
	for f in 4 6; do
		family
		nat=nat$f nat=${!nat}
		p send inside udp "$ghost_in,5500" "$ghost_out,7" len=1
		p expect outside udp "$nat,5500" "$ghost_out,7" len=1
		p send outside udp "$other_out,9" "$nat,5500" len=2
		p expect inside udp "$other_out,9" "$ghost_in,5500" len=2
	done
else
	skip "no VRF here"
fi
