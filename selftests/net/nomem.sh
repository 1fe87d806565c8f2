#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No memory while packets pass: a flow without memory is refused and counted, nothing
# is lost for good, and the same flow works once there is memory.
#
# failslab fails allocations from the caches that are marked for it: the cache of sessions,
# then one after the other the general ones, which port maps, mappings, ways out and
# events come from. The test does not care which comes from which. Netlink: netlink/nomem.sh.
# Relays: nomem-relay.sh. Topology: lib.sh.

here=$(dirname -- "$0")
. "$here/../lib.sh"
. "$here/../failslab.sh"
topology

# --- The session ----------------------------------------------------------------------------

policy <<'END'
rule Inside Internet anything allow
rule Inside Firewall any-udp allow
END
balanced

# First packets of six flows; those to the outside are from $ghost_in.
first_packets() {
	p send inside udp "$ghost_in,3000" "$ghost_out,9" times=3 step=sport
	p send inside tcp "$ghost_in,3000" "$ghost_out,9" S
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=3000
	p send inside udp "$ghost_in,3000" "$fwin,9"
}

for f in 4 6; do
	family
	it "without memory for a session its packet is refused and counted (IPv$f)"
	created=$(total created)
	mark no-memory
	failing umbra_session
	first_packets
	memory
	p none outside ip "$ghost_in" any
	drops no-memory 6
	is 0 sessions
	is "$created" total created
	is 0 row_sessions rules

	it "with memory the same packets pass (IPv$f)"
	first_packets
	p count 5 outside ip "$ghost_in" any
	is 6 sessions
	drops no-memory 6
	balanced
done

# --- What else a new flow takes ----------------------------------------------------------------

# New flows allocate objects of these sizes, or may do so one day.
caches=$(exist kmalloc-{64,96,128,192,8k})

# sessions_and_refusals: the number of sessions, and of refusals so far.
sessions_and_refusals() {
	fw --json stats | gojq -r '[.stats.sessions,
		(.reasons | map(select(.reason == "no-memory") | .dropped) | first // 0)] | @tsv'
}

# from_cache CACHE: a flow's first packet comes while CACHE fails. It is refused, or the
# flow is known and passes. refused counts the first case, lacked the failures. Afterwards the
# packet passes in any case.
refused=0 lacked=0
from_cache() {
	local there now left

	p clear
	failing "$1" 1000
	a_datagram
	memory
	read -r left <$debug/failslab/times
	lacked=$((lacked + 1000 - left))
	read -r there now < <(sessions_and_refusals)
	case "$there $((now - so_far))" in
	"1 0") arrives ;;
	"0 1") refused=$((refused + 1)); arrives_not ;;
	*) fail "$1: $there sessions, $((now - so_far)) refusals of one packet" ;;
	esac
	so_far=$now
	p clear
	fw session kill all >/dev/null
	a_datagram
	arrives
	fw session kill all >/dev/null
}

# sweep: does this for each cache.
sweep() {
	local cache

	refused=0 lacked=0
	read -r _ so_far < <(sessions_and_refusals)
	for cache in $caches; do
		from_cache "$cache"
	done
}

# There is only this port: it is either free or lost for ever.
a_datagram() { p send inside udp "$ghost_in,5500" "$ghost_out,9"; }
arrives() { p expect outside udp "$fwout,5500" "$ghost_out,9"; }
arrives_not() { p none outside udp any "$ghost_out,9"; }

# sweep_keeps_the_port MANY: at least MANY caches take part in the flow.
sweep_keeps_the_port() {
	family
	mark nat-exhausted
	sweep
	[ $refused -ge "$1" ] || fail "only $refused caches had a part in it"
	drops nat-exhausted 0
	balanced
}

f=4
it "whichever allocation fails, a translated flow is refused, and loses no port"
policy <<-'END'
	rule Inside Internet any-udp allow
	nat eth1 eth0 masquerade ports 5500-5500
END
sweep_keeps_the_port 2	# a port map has two

f=6
it "whichever allocation of a mapping fails, its flow is refused, and loses no port"
policy <<-END
	rule Inside Internet any-udp allow
	nat eth1 eth0 source [$fwout6]:5500-5500 endpoint-independent
END
sweep_keeps_the_port 3	# a mapping has three

f=4
it "whichever allocation fails, the flow of a limited client is refused, and loses no place"
policy <<-'END'
	rule Inside Internet any-udp allow client-sessions 1 client-rate 100
	nat eth1 eth0 masquerade ports 5500-5500
END
mark client-sessions
sweep_keeps_the_port 3	# it has one more
drops client-sessions 0

it "a session that cannot become a limited client's without memory stays as it was, and moves later"
hidden='nat eth1 eth0 masquerade ports 5500-5500'
stays=0
for cache in $caches; do
	policy <<<"rule Inside Internet any-udp allow name free"$'\n'"$hidden"
	a_datagram
	policy <<<"rule Inside Internet any-udp allow client-sessions 1 name limited"$'\n'"$hidden"
	p clear
	failing "$cache"
	a_datagram
	memory
	arrives
	stays=$((stays + 1 - $(sessions rule limited)))
	a_datagram
	is 1 sessions rule limited
	balanced
done
[ $stays -gt 0 ] || fail "nothing failed"

it "without memory to remember its way out a flow looks it up, and passes"
policy <<-'END'
	rule Inside Internet any-udp allow
END
f=4
family
# Makes remembered ways out invalid, each time.
a_datagram() {
	ip -n "$router" route "${next:=add}" blackhole 10.99.0.0/16
	[ $next = add ] && next=del || next=add
	p send inside udp "$ghost_in,5500" "$ghost_out,9"
}
arrives() { p expect outside udp "$ghost_in,5500" "$ghost_out,9"; }
sweep
[ $refused = 0 ] || fail "$refused were refused"
[ $lacked -gt 0 ] || fail "nothing failed"
balanced

# --- Events -------------------------------------------------------------------------------------

heard() {
	p send inside udp "$ghost_in,4999" "$ghost_out,9"
	fw session kill all >/dev/null
	grep -q . "$work/events"
}

it "an event without memory is counted as lost, and neither session nor refusal is"
fw --json monitor >"$work/events" &
monitor=$!
busywait heard
mark unmatched
lost=$(total events_lost)
port=5000
for cache in $(exist skbuff_head_cache skbuff_small_head kmalloc-{512,1k,2k}); do
	port=$((port + 1))
	failing "$cache"
	p send inside udp "$ghost_in,$port" "$ghost_out,9"
	p send outside udp "$ghost_out,$port" "$ghost_in,9"
	memory
	is 1 sessions client-port $port
done
drops unmatched $((port - 5000))
# Two kinds of events, and a message has a head and a body.
[ "$(total events_lost)" -ge $((lost + 4)) ] || fail "lost: $lost, then $(total events_lost)"
balanced
must kill -0 $monitor
kill $monitor
wait $monitor 2>/dev/null

# --- The firewall's own -------------------------------------------------------------------------

policy <<'END'
rule Firewall Internet any-udp allow
END
knob cache-filter N
knob ignore-gfp-wait N
for f in 4 6; do
	family
	it "whichever allocation fails a datagram of the firewall's own, it counts as it should (IPv$f)"
	mark no-memory
	must eval "on $router python3 $here/nomem_send.py $ghost_out 9 >$work/sent"
	note "$(sort "$work/sent" | uniq -c | tr '\n' ',')"
	refused=$(grep -c EPERM "$work/sent")
	[ "$refused" -gt 0 ] || fail "the firewall refused none"
	drops no-memory "$refused"
	balanced
done
