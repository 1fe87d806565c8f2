#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Namespaces are separate: each has its policy, its sessions, its counters and its end.
#
# Topology: lib.sh, where the dmz's host becomes a router of its own with another policy:
#
#	inside --- router (policy A) --- outside
#	              |
#	             dmz (policy B) --- far

. "$(dirname -- "$0")/../lib.sh"
topology

far_ns=$run-f
at_dmz_dropped() { at_dmz stats --all | awk -v r="$1" '$1 == r { print $2 }'; }
# The namespace ends when nothing uses it: not even a socket of ours.
kill_hosts() {
	kill "$PLAY_PID"
	wait "$PLAY_PID" 2>/dev/null
	ip netns del "$1"
}
gone() { ! ip -n "$router" link show "$1"; }
stations_left() {
	coproc PLAY { exec "$helpers/play"; }
	p station inside "$inside" eth0 02:00:00:00:01:01
	p station outside "$outside" eth0 02:00:00:00:02:01
}
at_dmz() { on "$dmz" fwtool "$@"; }

add_netns "$far_ns"
ip link add eth0 netns "$far_ns" address 02:00:00:00:04:10 type veth \
	peer name eth1 netns "$dmz" address 02:00:00:00:04:01
on "$dmz" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip -n "$dmz" -batch - <<'END'
link set eth1 up
address add 10.9.0.1/24 dev eth1
address add 2001:db8:9::1/64 dev eth1 nodad
END
ip -n "$dmz" -6 route replace default via 2001:db8:3::1
host "$far_ns" 10.9.0 2001:db8:9 10
ip -n "$router" route add 10.9.0.0/24 via "$in_dmz4"
ip -n "$router" route add 2001:db8:9::/64 via "$in_dmz6"
p station far "$far_ns" eth0 02:00:00:00:04:01

far4=10.9.0.10 far6=2001:db8:9::10

policy <<'END'
rule Inside Any icq allow
rule Inside Any echo allow
END
cat >"$work/b" <<'END'
network Far eth1 10.9.0.0/24 eth1 2001:db8:9::/64
service icq tcp dynamic any 5190
rule Any Far icq allow
set adopt 0
END
must at_dmz load "$work/b"

for f in 4 6; do
	family
	eval "far=\$far$f"
	it "two namespaces with different policies: a flow must be allowed by both (IPv$f)"
	p talk tcp inside "$in" far "$far,5190"
	p refused silent udp inside "$in" far "$far,7"
	p refused silent tcp inside "$in" far "$far,80"
	p talk tcp inside "$in" outside "$out,5190"
	p refused silent tcp far "$far" inside "$in,5190"
done

it "each has its own sessions"
must fw session kill all
must at_dmz session kill all
p open both tcp inside "$in4" far "$far4,5190"
p open one tcp inside "$in4" outside "$out4,5190"
is 2 sessions
is 1 at_dmz session count
is 1 at_dmz session kill all
is 2 sessions
p lost both
p say one
p forget both
p forget one

it "each has its own counters and generation"
mark spoofed
p send dmz udp "$ghost_in4,1" "$out4,9"
drops spoofed 1
is 0 at_dmz_dropped spoofed
at_dmz load "$work/b" >/dev/null
is false gojq -n --argjson a "$(status generation)" \
	--argjson b "$(at_dmz --json status | gojq .status.generation)" '$a == $b'

it "a namespace without a policy is untouched by its neighbours' policies"
for f in 4 6; do
	family
	p talk tcp inside "$in" inside "$other_in,80"
done
is 0 on "$inside" fwtool session count

it "the module's names stay with it when a namespace ends with sessions in it"
p open live tcp inside "$in4" far "$far4,5190"
p send inside tcp "$ghost_in4,2000" "$far4,5190" S times=200 step=sport
n=$(sessions)
kill_hosts "$dmz"
busywait gone eth2
stations_left
[ "$(sessions)" -ge "$n" ] || fail "$(sessions) sessions, not $n"
p talk tcp inside "$in4" outside "$out4,5190"

rounds=$(some 50 15)
it "namespaces with a policy come and go, $rounds times"
for ((i = 0; i < rounds; i++)); do
	ip netns add "$run-x"
	nsenter --net="/run/netns/$run-x" fwtool load "$work/b" || { fail "round $i"; break; }
	ip netns del "$run-x"
done
p talk tcp inside "$in4" outside "$out4,5190"

it "a user namespace's root may not read or change a policy"
if unshare -Urn true 2>/dev/null; then
	refuses 'fwtool: ' unshare -Urn fwtool load "$work/b"
	refuses 'fwtool: ' unshare -Urn fwtool show
	refuses 'fwtool: ' unshare -Urn fwtool session list
else
	skip "no user namespaces here"
fi
