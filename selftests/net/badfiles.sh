#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bad policy files: each is refused with lines "FILE:LINE: what is wrong", and the running
# policy stays. The kernel has little part in this, so this script takes one in four of the
# bad rows; host/badfiles.sh takes all of them.
#
# Topology: lib.sh, of which only the router is used.
#
# Any kernel: it is the tool that refuses a file.

. "$(dirname -- "$0")/../lib.sh"
. "$selftests/badrows-lib.sh"
topology

policy <<'END'
rule Inside Internet icq allow name a
rule Inside Internet http allow
END
cp "$work/policy" "$work/context"
must fw save "$work/before"
generation=$(status generation)
bad_rows | sed -n '1~4p' >"$work/rows"

it "bad policy files are refused, each with FILE:LINE: and what is wrong"
on "$router" "$helpers/badfiles" 1 "$work/rows" "$work/context" "$work" fwtool load \
	>"$work/said" 2>&1 || fail "$(tail -n 1 "$work/said")"
[ $wrong = 0 ] || note "$(grep -v '^[0-9]* files' "$work/said" | head -n 60)"
files=$(sed -n 's/ files.*//p' "$work/said" | tail -n 1)
[ "${files:-0}" -ge 100 ] || fail "only ${files:-0} files"

it "after bad files the running policy is what it was"
is "$generation" status generation
must fw save "$work/after"
must cmp "$work/before" "$work/after"

it "check refuses with the same words, and touches nothing"
{ cat "$work/context"; echo 'rule Inside Nobody icq allow'; } >"$work/one"
refuses "^$work/one:[0-9]+: .*Nobody" fw load "$work/one"
is "$(fw load "$work/one" 2>&1)" fw check "$work/one"

it "an error in an included file names that file and its line"
printf '\n\nrule Inside Internet icq alow\n' >"$work/included"
{ cat "$work/context"; echo "include $work/included"; } >"$work/one"
refuses "^$work/included:3: .*alow" fw load "$work/one"
printf 'include %s\n' "$work/loop" >"$work/loop"
refuses "^$work/loop:1: " fw load "$work/loop"

it "a file that is not there, a directory, binary, an endless line: one error, no crash"
head -c 100000 /dev/urandom >"$work/random"
head -c 300000 /dev/zero | tr '\0' x >"$work/line"
for file in "$work/none" "$work" "$work/random" "$work/line" /dev/null/x; do
	fw load "$file" >"$work/said" 2>&1
	status=$?
	[ $status -gt 0 ] && [ $status -lt 4 ] || fail "$file: status $status"
	[ -s "$work/said" ] || fail "$file: no word"
done
