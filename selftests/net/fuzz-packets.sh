#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bad packets come from inside and outside at the same time, while sessions are open and the policy
# changes. Nothing comes out that the policy does not allow, and nothing is left over.
# (The kernel's own checkers judge the rest: see the debug lane.)
#
# Environment: UMBRA_FUZZ_SECONDS (12), UMBRA_FUZZ_SEED (random; printed). Set one of them
# to run this in another lane than debug.
#
# Topology: lib.sh; what the packets are is in fuzz/, with the addresses below in plan.h.

. "$(dirname -- "$0")/../lib.sh"

if [ "${UMBRA_LANE-debug}" != debug ] && [ -z "${UMBRA_FUZZ_SECONDS-}${UMBRA_FUZZ_SEED-}" ]; then
	it "bad packets"
	skip "they are for the debug lane, whose kernel checks itself"
	exit 0
fi
seconds=${UMBRA_FUZZ_SECONDS:-12}
seed=${UMBRA_FUZZ_SEED:-$SRANDOM}

topology
listen4=1.2.3.4 listen6=2001:db8:4::4
# Room for packets larger than a page on one side, which must be cut up on the other.
ip -n "$inside" link set eth0 mtu 9000
ip -n "$router" link set eth1 mtu 9000
ip -n "$router" address add $listen6/128 dev eth0 nodad

# rows NAT: a quiet client outside the fuzzer's reach; everything else is in plan.h.
rows() {
	cat <<-END
		network Quiet $other_in4 $other_in6
		service f-tcp  tcp     dynamic any 2000-2003
		service f-udp  udp     dynamic any 2000-2003
		service f-sctp sctp    dynamic any 2000-2003
		service f-lite udplite dynamic any 2000-2003
		service f-gre  gre     dynamic
		service f-each udp     packet-filter any 2004
		service f-not  tcp     dynamic any 2005
		service f-nor  udp     dynamic any 2005
		rule Quiet  Internet icq    allow name quiet
		rule Inside Internet f-tcp  allow
		rule Inside Internet f-udp  allow
		rule Inside Internet f-sctp allow sessions 20
		rule Inside Internet f-lite allow rate 50
		rule Inside Internet f-gre  allow
		rule Inside Internet f-each allow
		rule Inside Internet pings  allow
		rule Inside Internet f-not  reject
		rule Inside Internet f-nor  reject
		rule Inside Firewall f-udp  allow
		nat eth1:Quiet eth0 source 10.9.9.9
		nat eth1:Quiet eth0 source 2001:db8:9::9
		$1
		nat eth1 eth0 source [2001:db8:9::1-2001:db8:9::2]:20000-20199
		set sessions-max 5000
		set ping same-interface
	END
	relays 2010 "$ghost_in4" "$ghost_in6" semitransparent-tcp-forward
	relays 2011 "$ghost_in4" "$ghost_in6" tcp-forward
	relays 2012 "$ghost_in4" "$ghost_in6" udp-forward
	relays 2013 "$ghost_in4" "$ghost_in6" semitransparent-udp-forward
	relays 2014 "$ghost_in4" "$ghost_in6" tcp-relay
	relays 2015 "$icq4" "$icq6" tcp-relay
}
# relays PORT SERVER_4 SERVER_6 TYPE: for both sides.
relays() {
	echo "relay $listen4:$1 $2:$1 $4 from Internet Inside"
	echo "relay [$listen6]:$1 [$3]:$1 $4 from Internet Inside"
}
pool() { rows "nat eth1 eth0 source 10.9.9.1-10.9.9.2:20000-20199"; }
masquerade() { rows "nat eth1 eth0 masquerade ports 20000-20199"; }
{ echo "$common"; masquerade; } >"$work/other"

# conversations: those of the quiet client, directly and by a relay.
conversations() {
	for f in 4 6; do
		family
		p talk tcp inside "$other_in" outside "$other_out,5190"
		p talk ping inside "$in" outside "$out"
		p talk udp inside "$in" outside "$out,2001"
		p talk tcp outside "$other_out" inside "$icq,2015" "via=$(listen),2015"
	done
}
listen() { local name=listen$f; echo "${!name}"; }
# count KEY: a number that the fuzzer printed.
count() { awk -v key="$1" '$1 == key { print $2 }' "$work/told"; }
# some_of KEY...: the fuzzer saw or sent more than a few of each; it goes on until then.
some_of() {
	local key

	for key; do
		[ "$(count "$key")" -ge 20 ] || fail "$key: $(count "$key")"
	done
}

pool | policy
cp "$work/policy" "$work/usual"

it "normal conversations pass before"
conversations
for f in 4 6; do
	family
	p open "quiet$f" tcp inside "$other_in,4000" outside "$other_out,5190"
done

# Loads two policies in turn, and ends the sessions of one host, while packets come.
churn() {
	while :; do
		fw load "$work/other"
		fw session kill client "$ghost_in4"
		fw load "$work/usual"
		fw session list
		fw session kill server-port 2001
		rest
	done
}
# A second, because the packets share the one processor.
rest() { for _ in {1..20}; do nap; done; }

it "only packets that the policy allows come out, whatever is sent (seed $seed, $seconds s)"
churn >/dev/null 2>&1 &
churn=$!
"$helpers/fuzz-packets" "$seconds" "$seed" "$inside" "$outside" "$dmz" >"$work/told" ||
	fail "the fuzzer ended with status $?"
kill $churn
wait $churn 2>/dev/null
is 0 count wrong
grep '^#' "$work/told"
echo "# $(grep -v '^#' "$work/told" | paste -sd' ')"

# What play has received of it does not matter.
p clear
notes=''

it "sessions, replies, errors and relays were all reached"
some_of inside outside pieces large damaged session reply error relayed relay-reply own

it "hosts that took no part still talk"
must fw load "$work/usual"
for f in 4 6; do
	p say "quiet$f"
	p close "quiet$f"
done

it "when the sessions are ended none is left, and as many have ended as began"
all_ended() { fw session kill all && [ "$(sessions)" = 0 ]; }
busywait all_ended
balanced
[ "$(total created)" -gt 20 ] || fail "only $(total created) sessions began"

it "each port of the nat row's addresses is free again"
for f in 4 6; do
	family
	p send inside udp "$ghost_in,1000" "$ghost_out,2000" times=400 step=sport
	p count 400 outside udp any "$ghost_out,2000"
	p send inside tcp "$ghost_in,1000" "$ghost_out,2000" S times=400 step=sport
	p count 400 outside tcp any "$ghost_out,2000"
done
must fw session kill all

it "normal conversations pass afterwards"
conversations
