#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many: sessions up to the ceiling, a table that grows and shrinks, large policies.
#
# Topology: lib.sh. Floods by hand:
#
#	inside .66 ---> router ---> outside .66

. "$(dirname -- "$0")/../lib.sh"
topology

grown() { [ "$(total buckets)" -gt "$buckets" ]; }
shrunk() { [ "$(total buckets)" -le "$((buckets * 2))" ]; }
listed() { fw --json session list | gojq '.sessions | map(.id) | unique | length'; }

policy <<'END'
set sessions-max 1000
set timeout-udp-unreplied 600
rule Inside Internet any-udp allow
rule Inside Firewall ssh allow
END

it "a lower ceiling ends no session"
p send inside udp "$ghost_in4,10000" "$ghost_out4,7" times=100 step=sport
must fw replace set sessions-max 10
p clear
p send inside udp "$ghost_in4,10000" "$ghost_out4,7" times=100 step=sport
p count 100 outside udp "$ghost_in4" any
is 100 sessions

it "a higher ceiling lets new sessions in at once"
must fw replace set sessions-max 100000
p send inside udp "$ghost_in4,9001" "$ghost_out4,7"
p expect outside udp "$ghost_in4,9001" any
must fw session kill all

it "twenty thousand sessions: the table grows, and counts every one"
buckets=$(total buckets)
p send inside udp "$ghost_in4,1024" "$ghost_out4,7" times=10000 step=sport
p send inside udp "$ghost_in6,1024" "$ghost_out6,7" times=10000 step=sport
is 20000 sessions
is 10000 sessions family 6
p clear
p send inside udp "$ghost_in4,1024" "$ghost_out4,7" times=2000 step=sport
p count 2000 outside udp "$ghost_in4" "$ghost_out4,7"
is 20000 sessions
busywait grown
is 20000 listed

it "all of these sessions are found by one filter, and killed by it"
is 10000 fw session kill family 4
is 10000 sessions
is 10000 fw session kill family 6
is 0 sessions
mark no-memory
drops no-memory 0

it "twenty thousand sessions expire by themselves, and the table shrinks again"
must fw replace set timeout-udp-unreplied 3
p send inside udp "$ghost_in4,1024" "$ghost_out4,7" times=10000 step=sport
p send inside udp "$ghost_in6,1024" "$ghost_out6,7" times=10000 step=sport
becomes 0 sessions
busywait shrunk
p clear

it "a policy of five thousand rules loads, and its last rule works"
{
	echo "$common"
	for ((i = 0; i < 2500; i++)); do
		echo "network N$i 10.$((i / 250)).$((i % 250)).0/24 2001:db8:$((i + 1000))::/48"
	done
	for ((i = 0; i < 2500; i++)); do
		echo "rule N$i Internet http discard"
		echo "rule Inside N$i ssh reject"
	done
	echo "rule Inside Internet icq allow"
} >"$work/large"
ip -n "$router" route add 10.0.0.0/8 via "$out4"
must fw load "$work/large"
is 5001 status rules
for f in 4 6; do
	family
	p talk tcp inside "$in" outside "$out,5190"
	p refused silent tcp inside "$in" outside "$out,80"
done
p send inside tcp "$ghost_in4,1000" 10.9.249.1,22 S seq=1
p expect inside tcp 10.9.249.1,22 "$ghost_in4,1000" RA

it "that policy is saved, and loads as the same"
must fw save "$work/saved"
is 5001 grep -c '^rule' "$work/saved"
must fw load "$work/saved"
is 5001 status rules

it "adding a row to that policy takes only a moment"
begin=$SECONDS
must fw add rule Dmz Internet icq allow
[ $((SECONDS - begin)) -lt 30 ] || fail "it took $((SECONDS - begin)) s"
