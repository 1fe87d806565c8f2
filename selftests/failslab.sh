# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # a test uses what it wants of this
#
# Slab caches that fail on demand, for tests that have sourced lib.sh. On a kernel that
# cannot make them fail, the script that sources this file ends as skipped.

debug=/sys/kernel/debug slab=/sys/kernel/slab
mountpoint -q $debug || mount -t debugfs debugfs $debug
[ -d $debug/failslab ] && [ -e $slab/kmalloc-64/failslab ] || {
	echo "# this kernel cannot fail allocations on demand"
	exit "$SKIP"
}

knob() { echo "$2" >"$debug/failslab/$1"; }

# exist NAME...: those of them that this kernel has.
exist() {
	local cache

	for cache; do
		[ ! -e "$slab/$cache/failslab" ] || echo "$cache"
	done
}

# failing CACHE [TIMES]: what cannot wait gets nothing of it, until `memory` or so often.
marked=
failing() {
	marked=$1
	echo 1 >"$slab/$marked/failslab" || fail "$marked cannot be marked"
	knob times "${2:--1}"
	knob probability 100
}
memory() {
	knob probability 0
	[ -z "$marked" ] || echo 0 >"$slab/$marked/failslab"
	marked=
}

knob probability 0
knob verbose 0
knob interval 1
knob space 0
knob cache-filter Y
knob task-filter N
knob ignore-gfp-wait Y

with_status() { return "$1"; }
end_with_memory() {
	local status=$?

	memory
	with_status $status
	cleanup
}
trap end_with_memory EXIT
