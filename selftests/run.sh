#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# selftests/run.sh [PATTERN...] - the black-box tests, in a virtual machine, as root
#
# Runs kunit/*.sh, net/*.sh, netlink/*.sh and smp/*.sh one after the other, or the scripts whose
# names contain a PATTERN, and prints TAP. The scripts in long/ take minutes: they run only
# if a PATTERN fits them or with UMBRA_LONG=1. A test that takes too long is stopped,
# and fails. Exits with 0 only if nothing failed.
#
#	scripts/vm --lane debug -- selftests/run.sh
#	scripts/vm --lane stock-6.1 -- selftests/run.sh icq confirm
#	scripts/vm --lane native --timeout 3600 -- selftests/run.sh long/
#
# Environment: UMBRA_TEST_TIMEOUT is the seconds for one script; those in long/ have ten times as
# many. UMBRA_LONG=1 also lets the storm take its time. UMBRA_QUEUE is an empty directory of the
# host's: the machines (User Mode Linux) that are given the same one share the scripts.
# UMBRA_ANY_KERNEL=no leaves out the scripts that say "Any kernel:" on top, and why: they test our
# own code, which uses nothing of the kernel that differs between versions.

cd -- "$(dirname -- "$0")" || exit
shopt -s extglob

# An emulated processor is some twenty times slower than a real one.
emulated=''
if [ "${UMBRA_LANE-}" = arm64 ] || grep -qs 'TCG' /proc/cpuinfo; then
	defaults=(UMBRA_WAIT_MS=30000 UMBRA_QUIET_MS=250 UMBRA_PATIENCE=60
		UMBRA_TEST_TIMEOUT=900)
	emulated=1
else
	defaults=(UMBRA_WAIT_MS=8000 UMBRA_QUIET_MS=150 UMBRA_PATIENCE=30
		UMBRA_TEST_TIMEOUT=300)
fi
for default in "${defaults[@]}"; do
	[ -v "${default%%=*}" ] || export "${default?}"
done

helpers=${UMBRA_HELPERS:-${UMBRA_BUILD:-$PWD/../build}/selftests}
# stale PROGRAM DIRECTORY: the program is missing, or older than a file in DIRECTORY.
stale() { [ ! -x "$helpers/$1" ] || [ -n "$(find "$2" -newer "$helpers/$1")" ]; }
if stale play tools || stale fuzz-packets fuzz; then
	helpers=$(mktemp -d /tmp/umbra-helpers.XXXXXX)
	make -s helpers O="$helpers" || exit 1
fi
export UMBRA_HELPERS=$helpers

number=0 failed=0
log=$(mktemp /tmp/umbra-log.XXXXXX) || exit 1

chosen() {
	local pattern

	if [ ${#patterns[@]} = 0 ]; then
		[ "${UMBRA_LONG-}" = 1 ] || [ "${1%%/*}" != long ]
		return
	fi
	for pattern in "${patterns[@]}"; do
		[[ $1 == *"$pattern"* ]] && return
	done
	return 1
}
patterns=("$@")

# The machines that share a queue see the same directory of the host. A script belongs to the machine
# that makes a directory of its name there, because only one can.
queue=''
join_queue() {
	[ -n "${UMBRA_QUEUE-}" ] || return 0
	queue=$(mktemp -d /run/umbra-queue.XXXXXX) && mount -t hostfs -o "$UMBRA_QUEUE" hostfs "$queue"
}
claim() { [ -z "$queue" ] || mkdir "$queue/${1//\//-}" 2>/dev/null; }

# ours SCRIPT: does SCRIPT run in this kernel, and in this machine?
ours() {
	[ "${UMBRA_ANY_KERNEL-}" != no ] || ! grep -q '^# Any kernel: ' "$1" || return
	claim "$1"
}

# tell OK NAME: prints one line of TAP.
tell() {
	number=$((number + 1))
	echo "$1 $number $2"
	[ "$1" = ok ] || failed=$((failed + 1))
}

# Prints a script's own lines, numbered, with its name in front; other lines become remarks.
# Sets results and bad. If bash finds a mistake of ours in a loop, it leaves the loop and goes
# on after it; without this check the assertions that did not run would look like successes.
relay() {
	local name=$1 line

	results=0 bad=0
	while IFS= read -r line; do
		case $line in
		"ok "*) tell ok "$name: ${line#ok }"; results=$((results + 1)) ;;
		"not ok "*)
			tell "not ok" "$name: ${line#not ok }"
			results=$((results + 1)) bad=$((bad + 1))
			;;
		"#"*) echo "$line" ;;
		*": line "+([0-9])": "*@(syntax error|not found|unbound|readonly|expected)*)
			tell "not ok" "$name: the script has no mistake: $line"
			bad=$((bad + 1))
			;;
		?*) echo "# $line" ;;
		esac
	done
}

# Shortly before a script's time is over: prints where each process of its group is.
late() {
	local pid

	read -rt $((patience - 5)) <> <(:)
	for pid in $(pgrep -g "$1"); do
		echo "# late: $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"
		sed 's/^/#   /' "/proc/$pid/stack" 2>/dev/null
	done
}

# Runs a script in a process group of its own, which ends with it. Its status goes to $log.
alone() {
	local group watcher

	timeout -k 10 "$patience" "$1" &
	group=$!
	late $group &
	watcher=$!
	wait $group
	echo $? >"$log"
	kill $watcher 2>/dev/null
	kill -KILL -- -$group 2>/dev/null
}

# When the first hook is added, or the last one removed, the kernel patches code that other
# processors run. For a moment there is a breakpoint. An emulated processor may still meet it
# when it is gone: then the kernel dies, or that processor takes the breakpoint again and again
# (QEMU 7.2). So some hooks stay registered, those of devices as well.
kept_hooks() {
	local family hook

	for family in ip ip6; do
		echo "add table $family umbra_selftests"
		for hook in prerouting input forward output postrouting; do
			echo "add chain $family umbra_selftests $hook { type filter hook $hook priority 0; }"
		done
	done
	echo "add table netdev umbra_selftests"
	for hook in ingress egress; do
		echo "add chain netdev umbra_selftests $hook { type filter hook $hook device lo priority 0; }"
	done
}
keep_hooks() {
	[ -n "$emulated" ] || return
	kept_hooks | nft -f - || echo "# the kernel's hooks come and go"
}

run() {
	local script=$1 name status start=$SECONDS patience=$UMBRA_TEST_TIMEOUT

	name=$(basename "$script" .sh)
	[ "${script%%/*}" = net ] || name=${script%%/*}/$name
	[ "${script%%/*}" != long ] || patience=$((patience * 10))
	relay "$name" < <(alone "$script" 2>&1 </dev/null)
	status=$(cat "$log")
	case $status in
	0) [ $results -gt 0 ] || tell "not ok" "$name: it says nothing" ;;
	4) [ $results -gt 0 ] || tell ok "$name # SKIP it cannot run here" ;;
	124 | 137) tell "not ok" "$name: it ends within $patience s" ;;
	*) [ $bad -gt 0 ] || tell "not ok" "$name: it ends with status $status" ;;
	esac
	echo "# $name took $((SECONDS - start)) s"
}

# After all tests the module must still unload.
unload() {
	[ -d /sys/module/umbra ] || return
	if rmmod umbra; then
		tell ok "module: it unloads after all tests"
	else
		tell "not ok" "module: it unloads after all tests"
	fi
}

join_queue || { echo "Bail out! no queue in $UMBRA_QUEUE"; exit 1; }
keep_hooks
# The suites unload the module, so they come first. In a queue the scripts that take longest come next,
# so that no machine still has one of them when the others are done.
longest=(net/{ends,relay-tcp,express,probes,times,tcp,sctp,preview,flood,guard}.sh
	net/{module,explain,nomem,probes-hosts,clients}.sh)
[ -n "$queue" ] || longest=()
for script in kunit/*.sh "${longest[@]}" net/*.sh netlink/*.sh smp/*.sh long/*.sh; do
	[ -x "$script" ] && chosen "$script" && ours "$script" && run "$script"
done
unload
rm -f "$log"
echo "1..$number"
# Who comes late to a queue may find it empty.
[ $failed = 0 ] && { [ $number -gt 0 ] || [ -n "$queue" ]; }
