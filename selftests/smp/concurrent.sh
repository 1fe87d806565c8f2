#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two tools, or eight, at the same time: no row is lost, and nobody sees half a policy.
#
# Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

names() { fw save | grep -c " name $1"; }
adds=$(some 10 4) tools=4

it "tools that add rows at the same time lose none"
policy <<'END'
rule Inside Internet icq allow name first
END
before=$(status rules)
add_many() {
	local i

	for ((i = 0; i < adds; i++)); do
		fw add rule Inside Internet echo allow name "r-$1-$i" || return
	done
}
pids=()
for ((tool = 0; tool < tools; tool++)); do
	add_many $tool >"$work/add-$tool" 2>&1 &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid" || fail "an add failed: $(cat "$work"/add-*)"
done
is $((before + tools * adds)) status rules
is $((tools * adds)) names r-

it "tools that delete at the same time delete each its own"
delete_many() {
	local i

	for ((i = 0; i < adds; i++)); do
		fw delete rule "r-$1-$i" || return
	done
}
pids=()
for ((tool = 0; tool < tools; tool++)); do
	delete_many $tool >"$work/delete-$tool" 2>&1 &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid" || fail "a delete failed: $(cat "$work"/delete-*)"
done
is "$before" status rules

it "of two tools that delete the same row one gets the error that it is gone"
must fw add rule Inside Internet echo allow name once
fw delete rule once >"$work/one" 2>&1 &
one=$!
fw delete rule once >"$work/two" 2>&1
two=$?
wait $one
one=$?
[ $((one == 0)) != $((two == 0)) ] || fail "statuses $one and $two: $(cat "$work/one" "$work/two")"

it "an add and a load at the same time take effect one after the other, never as a mixture"
policy <<'END'
rule Inside Internet icq allow name a
rule Inside Internet echo allow name b
END
cp "$work/policy" "$work/small"
for ((i = 0; i < 8; i++)); do
	fw load "$work/small" >/dev/null 2>&1 &
	fw add rule Inside Internet http allow name c >/dev/null 2>&1
	wait $!
	n=$(status rules)
	[ "$n" = 2 ] || [ "$n" = 3 ] || fail "$n rules"
	is 1 names "a$"
	is 1 names "b$"
	fw load "$work/small" >/dev/null 2>&1
done

it "show during commits prints whole policies"
{ cat "$work/small"; for i in {1..40}; do echo "rule Dmz Internet icq allow name x$i"; done; } \
	>"$work/large"
(for i in {1..10}; do fw load "$work/large"; fw load "$work/small"; done) >/dev/null 2>&1 &
loader=$!
while kill -0 $loader 2>/dev/null; do
	fw --json show rules >"$work/shown" || fail "show failed"
	n=$(gojq '[.. | objects | select(.action?)] | length' "$work/shown")
	[ "$n" = 2 ] || [ "$n" = 42 ] || fail "show has $n rules"
done

it "traffic is judged by one policy or the other while they change"
p open live udp inside "$in4,2000" outside "$out4,7"
(for i in {1..10}; do fw load "$work/large"; fw load "$work/small"; done) >/dev/null 2>&1 &
loader=$!
while kill -0 $loader 2>/dev/null; do
	p say live
	p talk tcp inside "$in4" outside "$out4,5190"
done

it "sessions are listed while they come and go"
(for i in {1..10}; do fw session list; fw session count; done) >/dev/null 2>"$work/said" &
lister=$!
while kill -0 $lister 2>/dev/null; do
	p send inside udp "$ghost_in4,10000" "$ghost_out4,7" times=200 step=sport
	fw session kill client "$ghost_in4" >/dev/null
done
wait $lister || fail "$(head -3 "$work/said")"
