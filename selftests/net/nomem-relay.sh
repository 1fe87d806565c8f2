#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No memory while a tcp-relay makes its connections: a client that cannot be served is reset, or
# waits, and nothing is left of him. Topology: lib.sh.

here=$(dirname -- "$0")
. "$here/../lib.sh"
. "$here/../failslab.sh"
topology

ends() {
	python3 "$here/relay_ends.py" "$outside" "$inside" "$fwdoc4,5190" "$icq4,5190" "$@"
}

# The kernel's workers do the relay's work: only their allocations fail.
workers_fail() {
	local comm name

	for comm in /proc/[0-9]*/comm; do
		read -r name <"$comm" && [[ $name == kworker/* ]] &&
			echo 1 >"${comm%/comm}/make-it-fail"
	done 2>/dev/null
}
knob task-filter Y
knob ignore-gfp-wait N

policy <<'END'
relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from Internet
END

it "a client that cannot be accepted without memory is accepted once there is some"
workers_fail
failing sock_inode_cache 1
must ends both-ways 1000
is 0 cat $debug/failslab/times
memory

it "whichever allocation fails, the client of a relayed connection is reset, and the failure is counted"
unmet=0
for cache in $(exist TCP kmalloc-{1k,2k,4k}); do
	mark no-memory
	mark relay-server
	workers_fail
	failing "$cache" 1
	# Nobody listens at the server, so a connection that lacks no memory is reset too.
	must ends refused
	memory
	lacked=$(($(counted no-memory) - marks[no-memory]))
	refused=$(($(counted relay-server) - marks[relay-server]))
	unmet=$((unmet + lacked))
	[ $((lacked + refused)) = 1 ] || fail "$cache: $lacked and $refused were counted"
done
[ $unmet -gt 0 ] || fail "no connection was refused as no-memory"

it "with memory the relay works, and nothing is left of refused clients"
knob task-filter N
must ends both-ways 1000
becomes "" on "$router" ss -Htn state established
balanced
