#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets that others on the router send on in ways of their own: IPVS, ipvlan in modes l3 and l3s, a
# VRF's device. No session is opened that could not follow them, the refusal gives the reason, and no
# packet bypasses the policy.
#
# Topology: lib.sh, and a guest on the router's eth1.

. "$(dirname -- "$0")/../lib.sh"
topology

guest=$run-g guest4=192.168.1.50 guest6=2001:db8:1::50
add_netns "$guest"
on "$guest" sysctl -qw "${quiet_sysctls[@]}"

# ipvlan MODE: puts the guest on eth1 in that mode.
ipvlan() {
	ip -n "$router" link add ipv0 link eth1 netns "$guest" type ipvlan mode "$1" 2>/dev/null &&
		ip -n "$guest" -batch - <<-END || return
			link set lo up
			link set ipv0 up
			address add $guest4/24 dev ipv0
			address add $guest6/64 dev ipv0 nodad
			route add default dev ipv0
			route add ::/0 dev ipv0
		END
	p station guest "$guest" ipv0 02:00:00:00:01:01
}

# family_and_guest: does what family does, and sets me to the guest's address of that family.
family_and_guest() {
	family
	me=guest$f
	me=${!me}
}

all_allowed() { policy <<<'rule Any Any anything allow'; }
filtered() {
	policy <<-'END'
		service all-tcp tcp packet-filter any any
		service all-udp udp packet-filter any any
		rule Any Any all-tcp allow
		rule Any Any all-udp allow
	END
}
bracket() { if [ "$f" = 4 ]; then echo "$1:$2"; else echo "[$1]:$2"; fi; }

for mode in l3 l3s; do
	it "a guest on ipvlan $mode is refused as not-followed, and has no session"
	all_allowed
	if ! ipvlan $mode; then
		skip "no ipvlan here"
		continue
	fi
	for f in 4 6; do
		family_and_guest
		mark not-followed
		p refused silent tcp guest "$me" inside "$in,80"
		at_least not-followed 1
		is 0 sessions client "$me"
	done

	it "a packet-filter service lets a guest out (ipvlan $mode)"
	filtered
	for f in 4 6; do
		family_and_guest
		mark not-followed
		# From a socket: ipvlan of 6.1 takes no packets that are made by hand.
		must on "$guest" ncat -u --send-only -p 4000 "$in" 4007 <<<hello
		p expect inside udp "$me,4000" "$in,4007"
		drops not-followed 0
	done

	if [ $mode = l3s ]; then
		it "a packet for a guest on ipvlan l3s neither goes in unjudged nor back out"
		all_allowed
		for f in 4 6; do
			family_and_guest
			mark not-followed
			p send inside udp "$ghost_in,4000" "$me,7"
			p send inside udp "$ghost_in,4000" "$me,7"
			p none inside udp "$ghost_in,4000" any
			drops not-followed 2
			is 0 sessions server "$me"
			said=$(fw explain udp "$(bracket "$ghost_in" 4000)" "$(bracket "$me" 7)" in eth1)
			grep -q not-followed <<<"$said" || fail "explain says $said"
		done
	fi

	it "others on the guest's link are served as ever (ipvlan $mode)"
	all_allowed
	for f in 4 6; do
		family
		p talk tcp inside "$in" outside "$out,80"
		p talk tcp inside "$in" router "$fwin,80"
		p talk udp router "$fwin" inside "$in,7"
	done
	ip -n "$guest" link del ipv0
done

f=4
family
it "a packet that IPVS sends on is refused as not-followed, and no session ends as policy without a new policy"
all_allowed
if modprobe -a ip_vs ip_vs_rr 2>/dev/null && 
	on "$router" "$selftests/net/ipvs.py" "$fwdoc4" 80 "$icq4"; then
	mark not-followed
	mark policy ended
	p refused silent tcp outside "$out4" inside "$icq4,80" "via=$fwdoc4,80"
	at_least not-followed 1
	drops policy 0 ended
	is 0 sessions server "$icq4"

	it "with a packet-filter service IPVS works"
	filtered
	p talk tcp outside "$out4" inside "$icq4,80" "via=$fwdoc4,80" 20000
else
	skip "no IPVS here"
fi

# proxy: a transparent proxy listens at port 3129, for both families.
proxy() {
	on "$router" /usr/bin/python3 -c '
import socket, time
s = socket.socket(socket.AF_INET6)
s.setsockopt(socket.IPPROTO_IP, 19, 1)		# IP_TRANSPARENT
s.setsockopt(socket.IPPROTO_IPV6, 75, 1)	# IPV6_TRANSPARENT
s.bind(("::", 3129))
s.listen()
time.sleep(1000)' &
	proxy=$!
	busywait listens
}
listens() { on "$router" ss -Hltn 'sport = :3129' | grep -q 3129; }

it "a forwarded packet that tproxy gives to a socket is refused as not-followed"
all_allowed
modprobe -a nft_tproxy nf_tproxy_ipv4 nf_tproxy_ipv6 2>/dev/null
if on "$router" nft -f - 2>/dev/null <<'END'
table inet t {
	chain c {
		type filter hook prerouting priority mangle;
		tcp dport 80 meta mark set 1 tproxy to :3129
	}
}
END
then
	proxy
	for f in 4 6; do
		family
		mark not-followed
		p refused silent tcp inside "$in" outside "$out,80"
		at_least not-followed 1
		mark not-followed
		p talk tcp inside "$in" outside "$out,81"
		drops not-followed 0
	done
	kill $proxy
	on "$router" nft flush ruleset
else
	skip "no tproxy here"
fi
f=4
family

it "a session to an address that ceases to be the firewall's ends as own-address"
all_allowed
p send inside udp "$ghost_in,4100" "$fwdoc4,7"
is 1 sessions client "$ghost_in" server "$fwdoc4"
ip -n "$router" address del "$fwdoc4/32" dev eth0
ip -n "$router" route add "$fwdoc4" via "$ghost_out4"
mark own-address
p send inside udp "$ghost_in,4100" "$fwdoc4,7"
drops own-address 1
is 0 sessions client "$ghost_in" server "$fwdoc4"
p send inside udp "$ghost_in,4100" "$fwdoc4,7"
p expect outside udp "$ghost_in,4100" "$fwdoc4,7"

# in_red DEVICE...: puts the devices into the VRF red, with their addresses.
in_red() {
	local dev

	ip -n "$router" link add red type vrf table 10 2>/dev/null || return
	{
		echo "link set red up"
		for dev; do
			echo "link set $dev master red"
			[ "$dev" = eth0 ] || echo "address replace $fwin6/64 dev eth1 nodad"
			[ "$dev" = eth1 ] || echo "address replace $fwout6/64 dev eth0 nodad"
		done
		ghosts eth1 192.168.1 2001:db8:1 02:00:00:00:01:10
		ghosts eth0 198.51.100 2001:db8:2 02:00:00:00:02:10
	} | sed 's/^neighbour add/neighbour replace/' | ip -n "$router" -batch -
}
# explained REASON ADDRESS: the reason that explain gives for a packet from inside to ADDRESS.
explained() {
	is "$1" said_of "$2"
}
said_of() {
	fw --json explain udp "$(bracket "$ghost_in" 4000)" "$(bracket "$1" 7)" in eth1 |
		gojq -r .explain.reason
}

it "a packet to a host behind a VRF's device is refused as not-followed, one to the firewall's own address there is the firewall's"
if in_red eth0; then
	ip -n "$router" -batch - <<-END
		route add 198.51.100.0/24 dev red
		route add 2001:db8:2::/64 dev red
		route add table 10 192.168.1.0/24 dev eth1
		route add table 10 2001:db8:1::/64 dev eth1
	END
	on "$router" sysctl -qw net.ipv4.{tcp,udp}_l3mdev_accept=1
	behind='network Behind red 0.0.0.0/0  red ::/0'
	policy <<-END
		$behind
		rule Inside Behind anything allow
	END
	must fw session kill all
	before=$(delivered)
	for f in 4 6; do
		family
		mark unmatched
		mark not-followed
		p send inside udp "$ghost_in,4000" "$fwout,7"
		is "$before" delivered
		drops unmatched 1
		explained unmatched "$fwout"
		p send inside udp "$ghost_in,4000" "$ghost_out,7"
		p none outside udp "$ghost_in" any
		drops not-followed 1
		explained not-followed "$ghost_out"
		is 0 sessions client "$ghost_in"
	done
	policy <<-END
		$behind
		rule Inside Firewall anything allow
	END
	for f in 4 6; do
		family
		explained rule "$fwout"
		p send inside udp "$ghost_in,4000" "$fwout,7"
		is 1 sessions client "$ghost_in" server "$fwout"
	done
	is $((before + 2)) delivered
	ip -n "$router" link del red
else
	skip "no VRF here"
fi

# transports NETNS DIRECTION: UDP from the inside to the router goes in ESP.
transports() {
	local keys

	keys="enc cbc(aes) 0x$(printf '%032d' 1) auth hmac(sha256) 0x$(printf '%064d' 2)"
	for f in 4 6; do
		family
		echo "xfrm state add src $in dst $fwin proto esp spi 1000 mode transport $keys"
		echo "xfrm policy add src $in dst $fwin proto udp dir $2 tmpl src $in dst $fwin proto esp mode transport"
	done | ip -n "$1" -batch - 2>/dev/null
}

# ESP is delivered to be unwrapped, and the packet inside comes to PRE_ROUTING at the VRF's device.
it "in a VRF a packet in IPsec's transport mode is judged when it is unwrapped"
if in_red eth0 eth1 && transports "$router" in && transports "$inside" out; then
	unwrapped='network Inside red 192.168.1.0/24  red 2001:db8:1::/64'
	policy <<-END
		$unwrapped
		service esp esp dynamic
		rule Inside Firewall esp allow
	END
	before=$(delivered)
	for f in 4 6; do
		family
		mark unmatched
		must on "$inside" ncat -u --send-only -s "$in" "$fwin" 7 <<<hello
		drops unmatched 1
		is 1 sessions proto esp client "$in"
	done
	is "$before" delivered
	policy <<-END
		$unwrapped
		rule Inside Firewall anything allow
	END
	for f in 4 6; do
		family
		must on "$inside" ncat -u --send-only -s "$in" "$fwin" 7 <<<hello
	done
	is $((before + 2)) delivered
else
	skip "no VRF or IPsec here"
fi
for ns in "$router" "$inside"; do
	ip -n "$ns" xfrm policy flush 2>/dev/null
	ip -n "$ns" xfrm state flush 2>/dev/null
done

# Packets of a slave belong to the VRF, and the kernel does not ask ipvlan whose they are.
it "a guest on ipvlan l3s does not change what its VRF forwards and delivers"
if ip -n "$router" link show red >/dev/null 2>&1 && ipvlan l3s; then
	policy <<-'END'
		rule Inside Internet icq allow
		rule Inside Firewall echo allow
	END
	before=$(delivered)
	for f in 4 6; do
		family
		p talk tcp inside "$in" outside "$out,5190"
		explained unmatched "$out"
		mark unmatched
		p send inside udp "$ghost_in,4000" "$ghost_out,7"
		drops unmatched 1
		p send inside udp "$ghost_in,4000" "$fwin,7"
	done
	is $((before + 2)) delivered
	ip -n "$guest" link del ipv0
	ip -n "$router" link del red
else
	skip "no VRF or ipvlan here"
fi
