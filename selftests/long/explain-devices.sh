#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# explain and the packet path agree about the first packet of a flow, whatever kind of
# interface it arrives at or leaves by, with br_netfilter and without.
#
# Topology: lib.sh, and a host "far" behind a device of each kind in turn:
#
#	far 10.7.0.2, 2001:db8:7::2 ----- 10.7.0.1, 2001:db8:7::1 $dev of the router
#
# A packet that the host's own kernel will send is first explained, then sent. What the firewall counts
# must be what explain said.

. "$(dirname -- "$0")/../lib.sh"
topology

far=$run-f
far4=10.7.0.2 far6=2001:db8:7::2 near4=10.7.0.1 near6=2001:db8:7::1

# Each address is resolved at its own interface only.
on "$router" sysctl -qw net.ipv4.conf.all.arp_ignore=1

with_port() { if [ "$f" = 4 ]; then echo "$1:$2"; else echo "[$1]:$2"; fi; }

# outcomes: how many sessions began, and how many packets were refused, by reason.
outcomes() {
	fw --json stats | gojq -r '"allow \(.stats.created)",
		(.reasons[] | select(.dropped > 0) | "\(.reason) \(.dropped)")' | sort
}
# happened BEFORE: the difference since BEFORE.
happened() { join -a 2 -e 0 -o 0,1.2,2.2 <(echo "$1") <(outcomes) | awk '$3 > $2 { print $1 }'; }

# same NETNS SOURCE DESTINATION PORT [in DEVICE]: what explain says is what happens.
same() {
	local ns=$1 source=$2 dest=$3 port=$4 said before

	shift 4
	said=$(fw --json explain udp "$(with_port "$source" 40000)" \
		"$(with_port "$dest" "$port")" "$@" 2>&1) || fail "explain: $said"
	said=$(gojq -r '.explain | if .action == "allow" then .action else .reason end' <<<"$said")
	before=$(outcomes)
	on "$ns" bash -c "echo >/dev/udp/$dest/$port" 2>/dev/null
	becomes "$said" happened "$before" ||
		note "of udp $source $dest $port $*"
	tally+="$said "
}

# compare: every kind of flow by $dev. The packets that carry a tunnel open no session, so that they
# are not counted with the packets inside.
compare() {
	local here there

	policy <<-END
		network Far $dev 10.7.0.0/24  $dev 2001:db8:7::/64
		network Far $through 10.7.0.0/24  $through 2001:db8:7::/64
		network Carrier port 10.8.0.0/24
		service vxlan udp packet-filter any 4789
		service tunnel gre packet-filter
		service carrier group vxlan tunnel
		rule Carrier Firewall carrier allow
		rule Firewall Carrier carrier allow
		rule Far Internet echo allow
		rule Far Firewall echo allow
		rule Inside Far echo allow
		rule Firewall Far echo allow
		rule Far Inside any-udp discard
	END
	for f in 4 6; do
		family
		[ $f = 4 ] && there=$far4 here=$near4 || there=$far6 here=$near6
		tally=''
		same "$far" "$there" "$out" 7 in "$through"
		same "$far" "$there" "$out" 9 in "$through"
		same "$far" "$there" "$in" 7 in "$through"
		same "$far" "$there" "$here" 7 in "$dev"
		same "$far" "$there" "$here" 9 in "$dev"
		same "$inside" "$in" "$there" 7 in eth1
		same "$inside" "$in" "$there" 9 in eth1
		[ $f = 6 ] || same "$far" 192.168.1.66 "$other_out4" 7 in "$through"
		[ -z "$vrf" ] || continue
		same "$router" "$here" "$there" 7
		same "$router" "$here" "$there" 9
		[ $f = 6 ] || tally=${tally/spoofed /}
		is 'allow unmatched rule allow unmatched allow unmatched allow unmatched ' \
			echo "$tally"
	done
}

# addresses: those of both ends; and a source of the far host that belongs elsewhere.
addresses() {
	ip -n "$router" -batch - <<-END || return
		link set $dev up
		address add $near4/24 dev $dev
		address add $near6/64 dev $dev nodad
	END
	ip -n "$far" -batch - <<-END
		link set lo up
		link set $peer up
		address add $far4/24 dev $peer
		address add $far6/64 dev $peer nodad
		address add 192.168.1.66/32 dev lo
		route add default via $near4
		route add ::/0 via $near6
		route add $other_out4 via $near4 src 192.168.1.66
	END
}

# begin: a far host, by a veth pair: port on the router, wire on the far host.
begin() {
	add_netns "$far"
	on "$far" sysctl -qw "${quiet_sysctls[@]}"
	ip link add port netns "$router" type veth peer name wire netns "$far"
	ip -n "$router" link set port up
	ip -n "$far" link set wire up
	dev=port peer=wire vrf='' through=''
}
finish() {
	local name

	for name in "$dev" br0 red port; do
		ip -n "$router" link del "$name" 2>/dev/null
	done
	ip netns del "$far"
}
r() { ip -n "$router" link "$@"; }
h() { ip -n "$far" link "$@"; }

# One function for each kind: it makes dev and peer from port and wire.
veth() { :; }
bridge() {
	r add br0 type bridge && r set port master br0 && r set br0 up && dev=br0
}
vlan() {
	r add link port name port.10 type vlan id 10 &&
		h add link wire name wire.10 type vlan id 10 && dev=port.10 peer=wire.10
}
vlan_on_bridge() {
	bridge && r add link br0 name br0.10 type vlan id 10 &&
		h add link wire name wire.10 type vlan id 10 && dev=br0.10 peer=wire.10
}
macvlan() { r add mac0 link port type macvlan mode bridge && dev=mac0; }
macvlan_on_bridge() { bridge && r add mac0 link br0 type macvlan mode bridge && dev=mac0; }
# The device takes from its lower interface only packets for its own addresses.
ipvlan() { r add ipv0 link port type ipvlan mode l2 && dev=ipv0 through=port; }
bond() {
	r add bond0 type bond mode active-backup && r set port down &&
		r set port master bond0 && r set bond0 up && dev=bond0
}
vxlan() {
	ip -n "$router" address add 10.8.0.1/24 dev port &&
		ip -n "$far" address add 10.8.0.2/24 dev wire &&
		r add vx0 type vxlan id 7 remote 10.8.0.2 local 10.8.0.1 dstport 4789 dev port &&
		h add vx0 type vxlan id 7 remote 10.8.0.1 local 10.8.0.2 dstport 4789 dev wire &&
		dev=vx0 peer=vx0
}
gre() {
	ip -n "$router" address add 10.8.0.1/24 dev port &&
		ip -n "$far" address add 10.8.0.2/24 dev wire &&
		r add gre7 type gre local 10.8.0.1 remote 10.8.0.2 &&
		h add gre7 type gre local 10.8.0.2 remote 10.8.0.1 && dev=gre7 peer=gre7
}
netkit() {
	on "$router" "$selftests/net/devices.py" netkit nk0 nk1 l3 &&
		r set nk1 netns "$far" && dev=nk0 peer=nk1
}
in_vrf() {
	r add red type vrf table 10 && r set red up && r set port master red && vrf=red
}

for kind in veth bridge vlan vlan_on_bridge macvlan macvlan_on_bridge ipvlan bond vxlan \
	gre netkit in_vrf; do
	for filter in without with; do
		case $kind-$filter in
		*bridge-with) modprobe br_netfilter 2>/dev/null || continue ;;
		*-with) continue ;;
		*-without) modprobe -r br_netfilter 2>/dev/null ;;
		esac
		it "explain and the packet path agree: ${kind//_/ } ($filter br_netfilter)"
		begin
		if $kind 2>/dev/null && addresses; then
			: "${through:=$dev}"
			compare
		else
			skip "no such device here"
		fi
		finish
	done
done
modprobe -r br_netfilter 2>/dev/null
