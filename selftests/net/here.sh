#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Other programs on this machine that handle packets: `fwtool check` and `fwtool load` print one line
# for each kind, and nothing if there are none.
#
# Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

{ echo "$common"; echo 'rule Inside Internet icq allow'; } >"$work/file"

nft() { on "$router" nft -f - 2>/dev/null; }
load() { fw load "$work/file" 2>&1; }
check() { fw check "$work/file" 2>&1; }
warnings() { check | sed -n 's/^fwtool: warning: //p'; }

# names PATTERN: both commands print it; quiet: neither prints anything.
names() {
	local command said

	for command in check load; do
		said=$($command) || fail "$command failed: $said"
		grep -q "^fwtool: warning: $1" <<<"$said" ||
			fail "$command does not say '$1' but: $said"
	done
}
quiet() {
	is '' warnings
	is "fwtool: loaded $work/file, generation $(($(status generation) + 1))" load
}

it "on a router with nothing beside Umbra neither command prints a warning"
is '' warnings
load | grep -q warning && fail "$(load)"

it "a flowtable is reported"
modprobe -a nf_tables nf_flow_table nft_flow_offload nft_chain_nat nft_masq nft_tproxy 2>/dev/null
if nft <<<'table inet t { flowtable f { hook ingress priority 0; devices = { eth0 }; }; }'; then
	names "a flowtable of nftables forwards nothing: 'inet t f'"
	on "$router" nft flush ruleset
	is '' warnings

	it "a chain of type nat is reported when it has rules, and not when it is empty"
	nft <<<'table ip t { chain c { type nat hook postrouting priority 100; }; }'
	is '' warnings
	nft <<<'add rule ip t c oifname "eth0" masquerade'
	names "chains of type nat do nothing: 'ip t c'"
	on "$router" nft flush ruleset

	it "a rule that proxies transparently is reported"
	if nft <<<'table ip t { chain c { type filter hook prerouting priority mangle; tcp dport 80 tproxy to :3129; }; }'; then
		names "connections that tproxy takes will hang: 'ip t c'"
		on "$router" nft flush ruleset
	else
		skip "no tproxy here"
	fi
else
	skip "no nftables here, or no flowtable"
fi

it "a redirection of tc's at ingress is reported, and no other action"
if on "$router" tc qdisc add dev eth0 clsact 2>/dev/null; then
	on "$router" tc filter add dev eth0 ingress matchall action drop
	is '' warnings
	on "$router" tc filter del dev eth0 ingress
	on "$router" tc filter add dev eth0 ingress protocol ip matchall \
		action mirred egress redirect dev eth1
	names "tc redirects packets at ingress: 'eth0'"
	on "$router" tc qdisc del dev eth0 clsact
	is '' warnings
else
	skip "no tc here"
fi

it "a program of tc's at ingress is reported"
if on "$router" tc qdisc add dev eth0 clsact 2>/dev/null &&
	on "$router" tc filter add dev eth0 egress bpf da bytecode '1,6 0 0 0,' 2>/dev/null; then
	is '' warnings
	must on "$router" tc filter add dev eth0 ingress bpf da bytecode '1,6 0 0 0,'
	names "a program of tc sees packets first: 'eth0'"
else
	skip "no tc here that runs programs"
fi
on "$router" tc qdisc del dev eth0 clsact 2>/dev/null

it "an XDP program is reported"
if on "$router" "$selftests/net/devices.py" xdp eth0 on 2>/dev/null; then
	names "an XDP program sees packets first: 'eth0'"
	must on "$router" "$selftests/net/devices.py" xdp eth0 off
	is '' warnings
else
	skip "no XDP here"
fi

it "guests on ipvlan in mode l3 are reported, in another namespace too; guests in mode l2 are not"
add_netns "$run-g"
if ip -n "$router" link add ipv0 link eth1 netns "$run-g" type ipvlan mode l2 2>/dev/null; then
	is '' warnings
	ip -n "$run-g" link set ipv0 type ipvlan mode l3
	names "ipvlan in mode l3 or l3s cannot be followed: 'eth1'"
	ip -n "$run-g" link set ipv0 type ipvlan mode l3s
	names "ipvlan in mode l3 or l3s cannot be followed: 'eth1'"
	is '' on "$outside" fwtool check "$work/file" </dev/null 2>&1 >/dev/null | grep ipvlan
	ip -n "$run-g" link del ipv0
	is '' warnings
else
	skip "no ipvlan here"
fi

it "a macvlan on an interface that rows name is reported until rows name the macvlan"
if ip -n "$router" link add vrrp.1 link eth1 type macvlan mode bridge 2>/dev/null; then
	is '' warnings
	ip -n "$router" link set vrrp.1 up
	names "packets arrive at an interface that no row names: 'vrrp.1 on eth1'"
	echo 'network Inside vrrp.1 192.168.1.0/24' >>"$work/file"
	is '' warnings
	sed -i '$d' "$work/file"
	ip -n "$router" link del vrrp.1
else
	skip "no macvlan here"
fi

it "a service of IPVS is reported"
if modprobe -a ip_vs ip_vs_rr 2>/dev/null && on "$router" "$selftests/net/ipvs.py" "$fwdoc4" 80; then
	names "IPVS needs packet-filter services: 'TCP 1.2.3.4:80'"
else
	skip "no IPVS here"
fi

it "an alternative name of an interface is refused, in networks and in nat rows"
if ip -n "$router" link property add dev eth1 altname enp1s0lan 2>/dev/null; then
	sed 's/eth1/enp1s0lan/' "$work/file" >"$work/other"
	for command in check load; do
		refuses "an alternative name of an interface: 'enp1s0lan': use its own name, eth1" \
			fw $command "$work/other"
	done
	{ cat "$work/file"; echo 'nat enp1s0lan eth0 masquerade'; } >"$work/other"
	refuses "an alternative name of an interface: 'enp1s0lan': use its own name, eth1" \
		fw load "$work/other"
else
	skip "no alternative names here"
fi

it "a port of Open vSwitch is reported"
modprobe openvswitch 2>/dev/null
if on "$router" "$selftests/net/devices.py" switch ovs0 eth2 2>/dev/null; then
	names "the interface is a port of an Open vSwitch: 'eth2'"
else
	skip "no Open vSwitch here"
fi
