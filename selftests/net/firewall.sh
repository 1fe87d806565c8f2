#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# To and from the firewall itself: rules, pings, and traffic that works without rules.
#
# Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

it "until a policy is committed, a namespace's traffic is untouched"
for f in 4 6; do
	family
	p talk tcp inside "$in" outside "$out,80"
	p talk tcp outside "$out" router "$fwout,22"
	p talk udp outside "$out" inside "$in,53"
	p talk ping outside "$out" router "$fwin"
done
is 0 sessions

policy <<'END'
rule Inside Firewall ssh allow
rule Firewall Internet http allow
rule Firewall Inside anything reject
END

for f in 4 6; do
	family
	it "a rule lets a client reach the firewall, on any of its addresses (IPv$f)"
	p talk tcp inside "$in" router "$fwin,22"
	p talk tcp inside "$in" router "$fwout,22" 100000

	it "nobody else reaches it, nor another port (IPv$f)"
	p refused silent tcp outside "$out" router "$fwout,22"
	p refused silent tcp dmz "$in_dmz" router "$fwdmz,22"
	p refused silent tcp inside "$in" router "$fwin,80"
	p refused silent udp inside "$in" router "$fwin,53"

	it "the firewall's own connections go by the rules (IPv$f)"
	p talk tcp router "$fwout" outside "$out,80" 100000
	p refused reset tcp router "$fwin" inside "$in,80"
	p refused silent tcp router "$fwout" outside "$out,81"

	it "the firewall to itself is never judged (IPv$f)"
	p talk tcp router "$fwin" router "$fwout,999"
	p talk udp router "$fwin" router "$fwin,999"
	p talk ping router "$fwin" router "$fwout"
done

it "the firewall to itself on loopback"
p talk tcp router 127.0.0.1 router 127.0.0.1,999
p talk tcp router ::1 router ::1,999

# --- Pings -----------------------------------------------------------------------------

# pings YES|NO...: from inside to the inside address, to the outside address, and from
# outside to the outside and the inside address.
pings() {
	local how

	for f in 4 6; do
		family
		set -- "$@" "$@"
		for ends in "inside $in router $fwin" "inside $in router $fwout" \
			"outside $out router $fwout" "outside $out router $fwin"; do
			how=$1
			shift
			# shellcheck disable=SC2086
			if [ "$how" = yes ]; then
				p talk ping $ends
			else
				p refused silent ping $ends
			fi
		done
	done
}

it "by default a ping is answered by the interface on which it arrives"
pings yes no yes no
it "ping same-interface is the same"
must fw add set ping same-interface
pings yes no yes no
it "ping any is answered on every address"
must fw replace set ping any
pings yes yes yes yes
it "with ping never a ping is not answered, and counted"
must fw replace set ping never
mark ping
pings no no no no
drops ping 8
it "a rule may allow a ping that the setting does not allow"
must fw add rule Inside Firewall pings allow
pings yes yes no no

it "a running ping is judged again when the setting changes"
must fw replace set ping any
for f in 4 6; do
	family
	p open "ping$f" ping outside "$out" router "$fwout"
done
must fw replace set ping never
for f in 4 6; do
	p lost "ping$f"
	p forget "ping$f"
done

it "the ping setting does not apply to pings through the firewall"
policy <<'END'
set ping any
END
for f in 4 6; do
	family
	p refused silent ping inside "$in" outside "$out"
done
policy <<'END'
set ping never
rule Inside Internet pings allow
END
for f in 4 6; do
	family
	p talk ping inside "$in" outside "$out"
done

ping_link_local() { on "$inside" ping -6 -c 1 -W 20 fe80::ff:fe00:101%eth0; }

# --- Out of the box ----------------------------------------------------------------------

it "neighbour discovery and ARP work with a policy of no rules"
policy </dev/null
ip -n "$router" neigh flush all >/dev/null 2>&1
ip -n "$inside" neigh flush all >/dev/null 2>&1
for f in 4 6; do
	family
	p talk ping inside "$in" router "$fwin"
done

it "neighbours of the firewall's link-local address are found and answered"
p send inside icmpv6 2001:db8:1::10 ff02::1:ff00:1 type=135 ttl=255
must ping_link_local

it "a host learns its router from the firewall's advertisements, and it from theirs"
p send inside icmpv6 fe80::ff:fe00:110 ff02::2 type=133 ttl=255
p send inside icmpv6 fe80::ff:fe00:110 ff02::1 type=134 ttl=255 len=8
passed=$(counted neighbour passed)
[ "$passed" -ge 2 ] || fail "neighbour passed only $passed"

it "discovery must come from the link: a hop limit below 255 is refused"
mark unmatched
p send inside icmpv6 "$ghost_in6" "$fwin6" type=135 ttl=254
p none inside icmpv6 "$fwin6" "$ghost_in6" type=136
drops unmatched 1

it "the firewall's own DHCP client works out of the box"
p send outside udp 198.51.100.66,67 "$fwout4,68" len=200
p send outside udp 198.51.100.66,67 255.255.255.255,68 len=200 broadcast=1
p send outside udp fe80::66,547 "$fwout6,546" len=60
is 3 counted dhcp passed

# asks ADDRESS OPTIONS: sends a datagram of the firewall's own, from a socket.
asks() { on "$router" socat -u EXEC:'echo x' "$1,$2" 2>"$work/asks" || fail "$(cat "$work/asks")"; }

it "the DHCP client's packets pass: to everybody, to the server that it knows, to all relays and servers"
p clear
asks UDP4-DATAGRAM:255.255.255.255:67 bind=:68,broadcast,so-bindtodevice=eth0
p expect outside udp any,68 255.255.255.255,67
asks UDP4-DATAGRAM:"$ghost_out4":67 bind="$fwout4":68
p expect outside udp "$fwout4,68" "$ghost_out4,67"
asks "UDP6-DATAGRAM:[ff02::1:2]:547" "bind=[::]:546,so-bindtodevice=eth0"
p expect outside udp any,546 ff02::1:2,547

it "packets from DHCP's ports to other ports are judged"
mark unmatched
p send outside udp "$ghost_out4,67" "$fwout4,69" len=20
p send outside udp "$ghost_out4,68" "$fwout4,67" len=20
p send outside udp "$ghost_out6,547" "$fwout6,547" len=20
drops unmatched 3

it "DHCP of others does not pass through"
p send outside udp "$ghost_out4,67" "$ghost_in4,68" len=200
p none inside udp any any,68

it "multicast membership works out of the box, and other multicast does not"
p send inside proto=2 "$ghost_in4" 224.0.0.1 len=8 ttl=1
p send inside icmpv6 fe80::66 ff02::1 type=130 len=16 ttl=1 extra=hbh
mark multicast
p send inside udp "$ghost_in4,9" 224.0.0.251,5353
p send inside udp fe80::66,9 ff02::fb,5353
drops multicast 2

it "IGMP from the firewall leaves it"
p clear
nsenter --net="/run/netns/$router" \
	socat -u UDP-RECV:9999,ip-add-membership=239.1.2.3:eth1 /dev/null >/dev/null 2>&1 &
listener=$!
p expect inside proto=2 "$fwin4" any
kill $listener
