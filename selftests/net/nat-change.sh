#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# NAT when things change under it: addresses, devices, routes, policies, the module.
#
# Topology: lib.sh, and one address that can be reached by two ways:
#
#	inside --- router --- outside .10 --- 192.0.2.50, 2001:db8:50::50 (of both)
#	                  `-- dmz .10 ------'

. "$(dirname -- "$0")/../lib.sh"
topology

nat4=10.9.9.1 nat6=2001:db8:9::1
twice4=192.0.2.50 twice6=2001:db8:50::50
for ns in "$outside" "$dmz"; do
	ip -n "$ns" address add $twice4/32 dev lo
	ip -n "$ns" address add $twice6/128 dev lo nodad
done
by() { # outside or dmz
	local next4=$out4 next6=$out6

	[ "$1" = outside ] || next4=$in_dmz4 next6=$in_dmz6
	ip -n "$router" route replace $twice4/32 via "$next4"
	ip -n "$router" route replace $twice6/128 via "$next6"
}
by outside

allow='rule Inside Internet anything allow name out'
nat_policy() { policy "$@" < <(echo "$allow"; cat); }
fresh() {
	fw session kill all >/dev/null
	nat_policy "$@"
}
outside_ends() {
	fw --json session list "$@" |
		gojq -r '.sessions[].client.translated // empty | "\(.address) \(.port // .id)"'
}

# --- Policies -----------------------------------------------------------------------------

both='
nat eth1 eth0 source 10.9.9.1
nat eth1 eth0 source 2001:db8:9::1
'
open_both() {
	for f in 4 6; do
		family
		nat=nat$f
		p open "tcp$f" tcp inside "$in,4000" outside "$out,80" "as=${!nat},4000"
		p open "udp$f" udp inside "$in,4000" outside "$out,7" "as=${!nat},4000"
	done
}
all_live() { for f in 4 6; do p say "tcp$f"; p say "udp$f"; done; }
all_forgotten() { for f in 4 6; do p forget "tcp$f"; p forget "udp$f"; done; }

it "the same rows again, or a comment at one: sessions go on, with their addresses"
fresh <<<"$both"
open_both
nat_policy <<<"$both"
all_live
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1 comment "of all the house"
nat eth1 eth0 source 2001:db8:9::1 name house
END
all_live
is 2 grep -c "^$nat4 4000" < <(outside_ends client "$in4")

it "an edited row that still has a session's address and port takes it over"
nat_policy <<'END'
nat Client eth0 source 10.9.9.0-10.9.9.7:1024-65535
nat Any Any source 2001:db8:9::-2001:db8:9::7 name pool
END
all_live
must grep -q pool <(fw session list client "$in6")

it "a new row in front that does not cover a session leaves the session alone"
nat_policy <<<"nat eth1 eth2 none $both"
all_live

it "a new row of type none in front ends the sessions that it covers, and no others"
mark policy ended
nat_policy <<<"
network Partner 198.51.100.11  2001:db8:2::11
network Server6 $out6
nat Inside Partner none
nat Inside Server6 none $both"
p say tcp4
p say udp4
p lost tcp6
p lost udp6
at_least policy 2 ended
is '' outside_ends client "$in6"
p forget tcp6
p forget udp6
p talk tcp inside "$in6,4000" outside "$out6,80" "as=$in6,4000"
p forget tcp4
p forget udp4

it "a row that is removed: its sessions end at their next packet, whoever sends it"
fresh <<<"$both"
open_both
mark policy ended
nat_policy </dev/null
for f in 4 6; do
	p lostback "tcp$f"
	p lost "udp$f"
done
at_least policy 4 ended
all_forgotten

it "conversations after that go by the running policy"
p talk tcp inside "$in4,4001" outside "$out4,80" "as=$in4,4001"
p talk udp inside "$in6,4001" outside "$out6,7" "as=$in6,4001"

it "a row that is new ends the sessions that it would have translated"
fresh </dev/null
p open live udp inside "$in4,4002" outside "$out4,7" "as=$in4,4002"
nat_policy <<<"$both"
p lost live
p say live
p seen live "$nat4,4002"
p forget live

it "another address in a row: sessions end, and begin with the new one"
fresh <<<"$both"
p open live udp inside "$in4,4003" outside "$out4,7" "as=$nat4,4003"
nat_policy <<<"nat eth1 eth0 source 10.9.9.2"
p lost live
p say live
p seen live "10.9.9.2,4003"
p forget live

it "with --keep-sessions they go on as they are"
fresh <<<"$both"
open_both
nat_policy --keep-sessions </dev/null
all_live
p talk udp inside "$in4,4004" outside "$out4,7" "as=$in4,4004"
p close tcp4
p close tcp6
p forget udp4
p forget udp6

it "a rule that is removed ends its translated sessions"
fresh <<<"$both"
open_both
mark policy ended
must fw delete rule out
for f in 4 6; do
	p lost "tcp$f"
	p lostback "udp$f"
done
at_least policy 4 ended
all_forgotten

# --- The module ---------------------------------------------------------------------------

it "when the module is replaced, TCP in mid-stream goes on with the same outside port"
common=${common/set adopt 0/set adopt 300}
fresh <<<"nat eth1 eth0 masquerade
nat eth1 eth0 source 2001:db8:9::1"
p open tcp4 tcp inside "$in4,4005" outside "$out4,80" "as=$fwout4,4005"
p open tcp6 tcp inside "$in6,4005" outside "$out6,80" "as=$nat6,4005"
p say tcp4 100000
if rmmod umbra 2>/dev/null && modprobe umbra; then
	nat_policy <<<"nat eth1 eth0 masquerade
nat eth1 eth0 source 2001:db8:9::1"
	p say tcp4 100000
	p say tcp6 100000
	p close tcp4
	p close tcp6
else
	p forget tcp4
	p forget tcp6
	skip "the module cannot be replaced here"
fi

# --- Addresses, devices, routes -----------------------------------------------------------

open_masqueraded() {
	p open tcp tcp inside "$in4,$1" outside "$out4,80" "as=$2,$1"
	p open udp udp inside "$in4,$1" outside "$out4,7" "as=$2,$1"
}

it "a masquerade's address goes: its sessions end at once, without a packet"
fresh <<<"nat eth1 eth0 masquerade
nat eth1 eth0 source 2001:db8:9::1"
open_masqueraded 4010 "$fwout4"
p open udp6 udp inside "$in6,4010" outside "$out6,7" "as=$nat6,4010"
mark nat-address ended
ip -n "$router" address del $fwout4/24 dev eth0
becomes 0 sessions client "$in4"
at_least nat-address 2 ended
p forget tcp
p forget udp

it "sessions with addresses of other kinds are left alone"
is 1 sessions client "$in6"
p say udp6
p forget udp6

it "new sessions have the new address"
ip -n "$router" address add 198.51.100.2/24 dev eth0
ip -n "$outside" route replace default via 198.51.100.2
open_masqueraded 4011 198.51.100.2

it "another address on the device ends nothing"
ip -n "$router" address add 198.51.100.3/24 dev eth0
ip -n "$router" address del 198.51.100.3/24 dev eth0
p say tcp
p say udp

it "when the device goes down its sessions end at once, and it works again when it is up"
mark nat-address ended
ip -n "$router" link set eth0 down
becomes 0 sessions client "$in4"
at_least nat-address 2 ended
p forget tcp
p forget udp
ip -n "$router" link set eth0 up
busywait is_up "$router" eth0
ip -n "$router" address replace 198.51.100.2/24 dev eth0
p talk tcp inside "$in4,4012" outside "$out4,80" "as=198.51.100.2,4012"

it "an interface without an address does not show the client's own"
ip -n "$router" address flush dev eth0 scope global
ip -n "$router" route replace $out4/32 dev eth0
p send inside udp "$ghost_in4,4013" "$out4,9"
p none outside udp "$ghost_in4" any
ip -n "$router" route del $out4/32 dev eth0
ip -n "$router" address add $fwout4/24 dev eth0
ip -n "$outside" route replace default via $fwout4
ip -n "$router" address add $fwout6/64 dev eth0 nodad

it "the route to a server moves to another interface: new sessions have its address"
fw session kill all >/dev/null
policy_exactly <<'END'
network Inside 192.168.1.0/24 2001:db8:1::/64
service any-udp udp dynamic any any
rule Inside Any any-udp allow
nat eth1 Any masquerade
END
by outside
p open live udp inside "$in4,4014" outside "$twice4,7" "as=$fwout4,4014"
p say live
by dmz
p lost live
p talk udp inside "$in4,4015" dmz "$twice4,7" "as=$fwdmz4,4015"
p forget live
p talk udp inside "$in4,4014" dmz "$twice4,7" "as=$fwdmz4,4014"

it "a session with a fixed address goes on by the other interface if its row fits there"
policy_exactly <<'END'
network Inside 192.168.1.0/24 2001:db8:1::/64
service any-udp udp dynamic any any
rule Inside Any any-udp allow
nat eth1 Any source 10.9.9.1
nat eth1 Any source 2001:db8:9::1
END
for f in 4 6; do
	family
	twice=twice$f nat=nat$f
	by outside
	p send inside udp "$ghost_in,4016" "${!twice},9"
	p expect outside udp "${!nat},4016" "${!twice},9"
	by dmz
	p send inside udp "$ghost_in,4016" "${!twice},9"
	p expect dmz udp "${!nat},4016" "${!twice},9"
done
