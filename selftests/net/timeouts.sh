#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Timeouts: idle sessions end, by the settings, or by their service's own timeout.
# (Those of TCP's states: tcp.sh.)
#
# Topology: lib.sh. Packets by hand:
#
#	inside .66 <---> router <---> outside .66
#
# Any kernel: the kernel only counts the seconds.

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
set timeout-udp-unreplied 4
set timeout-other 4
service short-udp  udp  dynamic any 100 timeout 2
service short-icmp icmp dynamic type 13 timeout 2
service short-tcp  tcp  dynamic any 100 timeout 2
rule Inside Internet short-udp allow
rule Inside Internet short-icmp allow
rule Inside Internet short-tcp allow
rule Inside Internet anything allow
END

it "a UDP session without a reply ends first"
mark timeout ended
for f in 4 6; do
	family
	p send inside udp "$ghost_in,3000" "$ghost_out,7" times=50 step=sport
done
is 100 sessions state unreplied
becomes 0 sessions
drops timeout 100 ended

it "another protocol's session ends"
for f in 4 6; do
	family
	p send inside proto=47 "$ghost_in" "$ghost_out"
	p send inside proto=103 "$ghost_in" "$ghost_out"
done
is 4 sessions
becomes 0 sessions

it "a UDP session with a reply lives longer than one without"
for f in 4 6; do
	family
	p send inside udp "$ghost_in,3000" "$ghost_out,2007"
	p send outside udp "$ghost_out,2007" "$ghost_in,3000"
	p send inside udp "$ghost_in,3001" "$ghost_out,2007"
done
is 2 sessions state replied
becomes 0 sessions state unreplied
is 2 sessions state replied
expires=$(fw --json session list client "$ghost_in4" | gojq '[.sessions[].expires_ms] | max')
[ "${expires:-0}" -gt 100000 ] || fail "it expires in ${expires:-?} ms"
must fw session kill all

# left PORT: seconds until the session of this client's port expires.
left() { fw --json session list client-port "$1" | gojq '.sessions[0].expires_ms / 1000 | ceil'; }
# lasts PORT SECONDS: the session expires in SECONDS, or a few less that went by.
lasts() {
	local left

	left=$(left "$1")
	[ "$left" -le "$2" ] && [ "$left" -gt $(($2 - 20)) ] || fail "$1 expires in $left s, not $2"
}

it "UDP is a stream once its client goes on after an answer, and a stream lives longest"
for f in 4 6; do
	family
	# ask PORT, answer PORT: a packet of the client's, or one of the server's.
	ask() { p send inside udp "$ghost_in,30$f$1" "$ghost_out,2007"; }
	answer() { p send outside udp "$ghost_out,2007" "$ghost_in,30$f$1"; }
	ask 1; ask 1; answer 1; answer 1; answer 1
	ask 2; answer 2; ask 2
	ask 3; answer 3; ask 3; answer 3
	is 1 sessions client "$ghost_in" state replied
	is 2 sessions client "$ghost_in" state stream
	lasts "30${f}1" 180
	lasts "30${f}2" 300
	lasts "30${f}3" 300
done
must fw session list state stream
is 4 grep -cw stream <(fw session list proto udp)
must fw add set timeout-udp-replied 150
must fw add set timeout-udp-stream 120
for f in 4 6; do
	family
	answer 1
	answer 2
	lasts "30${f}1" 150
	lasts "30${f}2" 120
done
must fw delete set timeout-udp-replied
must fw delete set timeout-udp-stream
must fw session kill all

it "an exchange with a well-known port ends soon; a stream, or an exchange with another port, does not"
must fw add set timeout-udp-exchange 3
for f in 4 6; do
	family
	for port in 53 1023 1024; do
		p send inside udp "$ghost_in,3$port" "$ghost_out,$port"
		p send outside udp "$ghost_out,$port" "$ghost_in,3$port"
	done
	p send inside udp "$ghost_in,3099" "$ghost_out,53"
	p send outside udp "$ghost_out,53" "$ghost_in,3099"
	p send inside udp "$ghost_in,3099" "$ghost_out,53"
done
becomes 2 sessions state replied
is 2 sessions server-port 1024
is 2 sessions state stream server-port 53
must fw delete set timeout-udp-exchange
must fw session kill all

it "a service's own timeout overrides the settings"
for f in 4 6; do
	family
	p send inside udp "$ghost_in,3000" "$ghost_out,100"
	p send outside udp "$ghost_out,100" "$ghost_in,3000"
	p send inside tcp "$ghost_in,3000" "$ghost_out,100" S seq=1
	p send outside tcp "$ghost_out,100" "$ghost_in,3000" SA seq=1 ack=2
	p send inside tcp "$ghost_in,3000" "$ghost_out,100" A seq=2 ack=2
done
p send inside icmp "$ghost_in4" "$ghost_out4" type=13 ident=7
p send outside icmp "$ghost_out4" "$ghost_in4" type=14 ident=7
is 5 sessions
becomes 0 sessions

it "packets keep a session alive, in both directions"
f=4 family
p send inside udp "$ghost_in,3000" "$ghost_out,100"
p send outside udp "$ghost_out,100" "$ghost_in,3000"
id=$(fw --json session list | gojq '.sessions[0].id')
end=$((SECONDS + 5)) late=0
while [ $SECONDS -lt $end ]; do
	last=$SECONDS
	p send inside udp "$ghost_in,3000" "$ghost_out,100"
	nap
	p send outside udp "$ghost_out,100" "$ghost_in,3000"
	nap
	[ $((SECONDS - last)) -lt 2 ] || late=1	# a machine that stood still, and no session's fault
done
if [ $late = 0 ]; then
	is 1 sessions id "$id"
else
	skip "the machine was not there for two seconds"
fi
becomes 0 sessions

it "a ping's session lives for the time of its setting, not less than a minute"
for f in 4 6; do
	family
	p talk ping inside "$in" outside "$out"
	expires=$(fw --json session list client "$in" | gojq '[.sessions[].expires_ms] | max')
	[ "${expires:-0}" -gt 50000 ] && [ "$expires" -le 60000 ] ||
		fail "it expires in ${expires:-?} ms (IPv$f)"
done

it "an established TCP session lives for two hours and four minutes at least"
p open live tcp inside "$in4" outside "$out4,5190"
expires=$(fw --json session list proto tcp | gojq '[.sessions[].expires_ms] | max')
[ "${expires:-0}" -gt 7400000 ] || fail "it expires in ${expires:-?} ms"
p forget live

it "the timeouts that an RFC demands cannot be set lower"
refuses '120' fw add set timeout-udp-replied 119
refuses '120' fw add set timeout-udp-stream 119
refuses 'from 1' fw add set timeout-udp-exchange 0
refuses '7440' fw add set timeout-tcp-established 7439
refuses '60' fw add set timeout-icmp 59
refuses 'from 1' fw add set timeout-other 0

it "a changed setting applies to existing sessions from their next packet on"
p send inside udp "$ghost_in4,4000" "$ghost_out4,7"
p expect outside udp "$ghost_in4,4000" any
must fw replace set timeout-udp-unreplied 60
p send inside udp "$ghost_in4,4000" "$ghost_out4,7"
expires=$(fw --json session list client-port 4000 | gojq '[.sessions[].expires_ms] | max')
[ "${expires:-0}" -gt 30000 ] || fail "it expires in ${expires:-?} ms"
