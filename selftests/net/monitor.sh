#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# monitor reports every gap: the module goes and comes back, nobody reads, the output cannot be
# written, events come too fast. No other command loses output without an error either.
#
# Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

allowed='rule Inside Internet any-udp allow name out'
policy <<<"$allowed"
next_port=5000
new_session() { p send inside udp "$ghost_in4,$((next_port++))" "$ghost_out4,9"; }
declare -A monitor
# routed COMMAND: runs COMMAND on the router, in place of the shell that calls it.
routed() { exec busybox nsenter --net="/run/netns/$router" "$@"; }
# monitored NAME WORD...: runs monitor in the background, with its output in a file of that name.
monitored() {
	(routed fwtool "${@:2}") >>"$work/$1" 2>"$work/$1.err" &
	monitor[$1]=$!
}
# hears NAME PATTERN: until monitor listens it gets no event, so each try causes a new one.
hears() {
	more() {
		new_session
		must fw session kill all
		grep -q -- "$2" "$work/$1"
	}
	busywait more "$1" "$2"
}
stop() {
	kill "${monitor[@]}" 2>/dev/null
	wait "${monitor[@]}" 2>/dev/null
	monitor=()
}
# fails NAME SENTENCE: monitor ends by itself, with status 1, and prints SENTENCE.
fails() {
	local status

	ended() { ! kill -0 "${monitor[$1]}"; }
	busywait ended "$1"
	wait "${monitor[$1]}"
	status=$?
	unset "monitor[$1]"
	is 1 echo $status
	is "fwtool: $2" cat "$work/$1.err"
}

it "monitor reports an unload and a reload of the module and continues, as text, as JSON and with --ipfix"
monitored text monitor session
monitored json --json monitor drop session
monitored ipfix --json monitor --ipfix
hears text session-end
hears json session-end
hears ipfix flowId
must modprobe -r umbra
busywait grep -q 'module unloaded' "$work/text"
busywait grep -q unloaded "$work/json"
busywait grep -q unloaded "$work/ipfix"
must modprobe umbra
for name in text json ipfix; do
	busywait grep -qw loaded "$work/$name"
	cp "$work/$name" "$work/$name.before"
	: >"$work/$name"
done
is '["unloaded","loaded"]' gojq -sc '[.[] | select(.event == "module") | .what]' "$work/json.before"
policy <<<"$allowed"
hears text 'session-end .*rule 1/out'
hears json '"name": "out"'
hears ipfix '"name": "out"'
stop

it "monitor waits for a module that stays away, and ends when its time is over"
monitored text monitor session --timeout 3
hears text session-end
must modprobe -r umbra
busywait grep -q 'module unloaded' "$work/text"
wait "${monitor[text]}" || fail "monitor: status $?"
monitor=()
must modprobe umbra
policy <<<"$allowed"

it "monitor ends when nobody reads its output any more, without waiting for an event"
for how in '' --json; do
	mkfifo "$work/pipe"
	# shellcheck disable=SC2086 # an option or none
	(
		trap '' PIPE
		routed fwtool $how monitor policy
	) >"$work/pipe" 2>"$work/unread.err" &
	monitor[unread]=$!
	exec {reader}<"$work/pipe"
	exec {reader}<&-
	fails unread 'cannot write the output: Broken pipe'
	rm "$work/pipe"
done

it "monitor ends when the disk is full"
for how in '' --json; do
	# shellcheck disable=SC2086
	(routed fwtool $how monitor session) >/dev/full 2>"$work/full.err" &
	monitor[full]=$!
	grows() {
		new_session
		! kill -0 "${monitor[full]}"
	}
	busywait grows
	fails full 'cannot write the output: No space left on device'
done

it "monitor reports events as lost if they come faster than they are read"
monitored slow monitor session
hears slow session-end
must fw session kill all
kill -STOP "${monitor[slow]}"
p send inside udp "$ghost_in4,1024" "$ghost_out4,7" times=20000 step=sport
must fw session kill all
kill -CONT "${monitor[slow]}"
busywait grep -q ' lost ' "$work/slow"
: >"$work/slow"
hears slow "session-end .*$ghost_out4:9 "
stop

it "a command that cannot write its output says so, and exits with 1"
new_session
for command in status show 'show rules' 'show settings' stats 'stats --all' 'session list' \
	'session count' save help 'help --man' 'help --words' --version "check $work/policy" \
	"load $work/policy" "load --preview $work/policy" "explain udp $in4:5 $out4:9 in eth1" \
	'session kill all'; do
	for how in '' --json; do
		for to in full closed; do
			# shellcheck disable=SC2086 # words
			if [ $to = full ]; then
				fw $how $command >/dev/full 2>"$work/err"
			else
				fw $how $command >&- 2>"$work/err"
			fi
			status=$?
			[ $status = 1 ] || fail "$how $command: status $status"
			grep -q 'cannot write the output' "$work/err" ||
				fail "$how $command: says '$(cat "$work/err")'"
		done
	done
done

it "a file is saved whole, though the output is closed"
must fw save "$work/whole"
fw save "$work/saved" >&- 2>/dev/null
must cmp "$work/whole" "$work/saved"
