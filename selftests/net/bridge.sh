#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A bridge on the inside, with br_netfilter, which Docker loads: a packet that the bridge hands up is
# judged where it then arrives, and may be translated. (Other devices: long/paths.sh.)
#
# Topology: lib.sh, but between inside and router is a bridge: br0, or a VLAN on top of one
#
#	inside .10 .17 .66 ---> [eth1 in br0] router ---> outside .10 .66

. "$(dirname -- "$0")/../lib.sh"
topology

if ! modprobe br_netfilter 2>/dev/null; then
	it "a bridge with br_netfilter: what it hands up is judged"
	skip "no br_netfilter here"
	exit
fi
bridge_mac=02:00:00:00:01:bb other_mac=02:00:00:00:01:cc
listen4=1.2.3.4 listen6=2001:db8:4::4
ip -n "$router" address add $listen6/128 dev eth0 nodad
ip -n "$router" -batch - <<-END
	address flush dev eth1
	link add br0 address $bridge_mac type bridge
	link set br0 up
	link set eth1 master br0
END

# nf_calls ON [TAGGED]: whether br_netfilter shows frames, and tagged frames, to IP hooks.
nf_calls() {
	on "$router" sysctl -qw net.bridge.bridge-nf-call-ip{,6}tables="$1" \
		net.bridge.bridge-nf-filter-vlan-tagged="${2-0}"
}
# addresses DEVICE: moves the router's inside addresses there.
addresses() {
	{
		echo "address add $fwin4/24 dev $1"
		echo "address add $fwin6/64 dev $1 nodad"
		ghosts "$1" 192.168.1 2001:db8:1 02:00:00:00:01:10
	} | ip -n "$router" -batch - || fail "no addresses at $1"
	busywait is_up "$router" "$1"
}
# The inside still has neighbour entries from a device that is gone.
forget_neighbours() { ip -n "$inside" neighbour flush all; }

# --- What a bridge hands up ---------------------------------------------------------------

addresses br0
p station bridge "$inside" eth0 $bridge_mac
p station port "$inside" eth0 02:00:00:00:01:01
p station all "$inside" eth0 ff:ff:ff:ff:ff:ff
p station group "$inside" eth0 01:00:5e:00:00:01
p station other "$inside" eth0 $other_mac
ip -n "$router" -batch - <<-END
	link add mac0 link br0 address $other_mac type macvlan mode private
	link set mac0 up
	address add 192.168.1.2/32 dev mac0
	address add 2001:db8:1::2/128 dev mac0 nodad
END
busywait is_up "$router" mac0

# arrives STATION: sends a datagram to each of the router's addresses, and one through the router.
arrives() {
	p send "$1" udp "$ghost_in,4000" "$fwin,5353" len=5
	p send "$1" udp "$ghost_in,4000" "$fwout,5353" len=6
	p send "$1" udp "$ghost_in,4000" "$ghost_out,5353" len=7
	p send "$1" tcp "$ghost_in,4000" "$ghost_out,80" S seq=1
}
everything discard
for calls in 1 0; do
	nf_calls $calls
	name="br_netfilter $([ $calls = 1 ] && echo on || echo off)"

	for frame in "bridge:the bridge itself" "all:everybody" "group:a group" \
		"other:a macvlan on it"; do
		it "with everything discarded, nothing gets in or through by a frame to ${frame#*:} ($name)"
		before=$(delivered)
		mark rule
		for f in 4 6; do
			family
			arrives "${frame%%:*}"
		done
		p none outside ip "$ghost_in4" any
		p none outside ip "$ghost_in6" any
		is "$before" delivered
		at_least rule 4
	done
done

nf_calls 1
it "with everything allowed, packets for the router are delivered, and packets through it pass"
everything allow
before=$(delivered)
for f in 4 6; do
	family
	arrives bridge
	p expect outside udp "$ghost_in,4000" "$ghost_out,5353" len=7
	p expect outside tcp "$ghost_in,4000" "$ghost_out,80" S
done
is $((before + 4)) delivered

it "chains at PRE_ROUTING see a packet once if it is for the bridge, or for the port by which it comes"
if modprobe nf_tables 2>/dev/null && on "$router" nft -f - 2>/dev/null <<-'END'
	table inet t {
		chain c {
			type filter hook prerouting priority 0
			udp dport 5353 udp length 13 counter
		}
	}
END
then
	before=$(delivered)
	for station in bridge port; do
		for f in 4 6; do
			family
			p send $station udp "$ghost_in,4000" "$fwin,5353" len=5
		done
	done
	is $((before + 4)) delivered
	must grep -q 'packets 4' <(on "$router" nft list ruleset)
	on "$router" nft flush ruleset
else
	skip "no nftables here"
fi

it "frames that the bridge passes from port to port are not judged, before and after"
ip -n "$router" -batch - <<-END
	link set eth2 master br0
	address flush dev eth2
END
p station across "$inside" eth0 02:00:00:00:03:10
everything discard
mark unjudged
mark rule
for f in 4 6; do
	family
	p send across udp "$ghost_in,4000" "$ghost_out,5353" len=7
	p expect dmz udp "$ghost_in,4000" "$ghost_out,5353" len=7
done
drops unjudged 0
drops rule 0
ip -n "$router" link set eth2 nomaster
ip -n "$router" link del mac0

# --- How it may be translated -------------------------------------------------------------

explained() { fw --json explain udp $in4:4003 $out4:7 in "$1" | gojq .explain.reason; }
# converses DEVICE [BYTES]: conversations as of hosts behind that device.
converses() {
	local dev=$1 bytes=${2-3000}

	policy_exactly <<-END
		network Inside   $dev 192.168.1.0/24  $dev 2001:db8:1::/64
		network Internet eth0 0.0.0.0/0  eth0 ::/0
		service anything any dynamic
		set adopt 0
		rule Inside Internet anything allow
		rule Inside Firewall anything allow
		nat $dev eth0 masquerade
		nat $dev eth0 source $fwout6
		relay $listen4:5190 $icq4:5190 tcp-forward from Any
		relay [$listen6]:5190 [$icq6]:5190 tcp-forward from Any
		relay $listen4:5191 $icq4:5190 semitransparent-udp-forward from Any
		relay [$listen6]:5191 [$icq6]:5190 semitransparent-udp-forward from Any
		relay $listen4:5192 $icq4:5190 tcp-relay from Any
		relay [$listen6]:5192 [$icq6]:5190 tcp-relay from Any
	END
	[ $wrong = 0 ] || return
	must fw session kill all
	forget_neighbours
	for f in 4 6; do
		family
		listen=listen$f listen=${!listen}
		p talk udp inside "$in,4000" outside "$out,7" "as=$fwout,4000" "$bytes"
		p talk tcp inside "$in,4000" outside "$out,80" "as=$fwout,4000" 100000
		p talk ping inside "$in" outside "$out"
		p talk ping inside "$in" router "$fwin"
		p talk tcp inside "$in" router "$fwin,80"
		p talk tcp outside "$out,4001" inside "$icq,5190" "via=$listen,5190" "as=$fwin,4001"
		p talk udp outside "$out,4001" inside "$icq,5190" "via=$listen,5191" "as=$out,4001"
		p talk tcp outside "$out" inside "$icq,5190" "via=$listen,5192" "as=$fwin"
		p talk tcp inside "$in,4002" inside "$icq,5190" "via=$listen,5190" "as=$fwin,4002"
		p talk tcp inside "$in" inside "$icq,5190" "via=$listen,5192" "as=$fwin"
		p refused silent udp outside "$out" inside "$in,7"
		p refused silent udp outside "$out" router "$fwout,7"
	done
	is '"rule"' explained "$dev"
	is '"spoofed"' explained eth0
}

it "behind a bridge hosts are masqueraded and served by relays"
nf_calls 1
converses br0
it "behind a bridge hosts are masqueraded and served by relays, without br_netfilter's calls"
nf_calls 0
converses br0

it "behind an access port of a bridge that knows VLANs hosts are masqueraded and served by relays"
ip -n "$router" -batch - <<-END
	address flush dev br0
	link set br0 type bridge vlan_filtering 1
	link add link br0 name br0.10 type vlan id 10
	link set br0.10 up
END
if on "$router" bridge vlan add dev eth1 vid 10 pvid untagged &&
	on "$router" bridge vlan add dev br0 vid 10 self; then
	addresses br0.10
	nf_calls 0
	converses br0.10
	nf_calls 1
	converses br0.10
	nf_calls 1 1
	on "$router" sysctl -qw net.bridge.bridge-nf-pass-vlan-input-dev=1
	converses br0.10
	on "$router" sysctl -qw net.bridge.bridge-nf-pass-vlan-input-dev=0
else
	skip "no VLAN-aware bridge here"
fi

it "behind a VLAN on top of a bridge that passes tags hosts are masqueraded and served by relays"
ip -n "$router" -batch - <<-END
	link set br0 type bridge vlan_filtering 0
END
{
	echo "address flush dev eth0"
	echo "link add link eth0 name eth0.10 type vlan id 10"
	echo "link set eth0.10 up"
	for last in 10 11 17; do
		echo "address add 192.168.1.$last/24 dev eth0.10"
		echo "address add 2001:db8:1::$last/64 dev eth0.10 nodad"
	done
	echo "route replace default via $fwin4"
	echo "route replace default via $fwin6"
} | ip -n "$inside" -batch - || fail "no VLAN inside"
nf_calls 1
converses br0.10
# A tagged datagram that br_netfilter has put together does not go on: Linux 6.12.117.
nf_calls 1 1
converses br0.10 300
drops unjudged 0

# The hook of br_netfilter stays as long as the namespace, and closes the express lane to other tests.
must modprobe -r br_netfilter
