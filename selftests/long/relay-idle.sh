#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tcp-relay: silence of more than a minute, and what comes after it.
#
# Topology: lib.sh, as in net/relay-tcp.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

net=$(dirname -- "$0")/../net
ends() { # PORT CASE...
	python3 "$net/relay_ends.py" "$outside" "$inside" "$fwdoc4,$1" "$icq4,$1" "${@:2}"
}

policy <<<'relay 1.2.3.4:5190-5192 192.168.1.17:5190 tcp-relay from Internet'
# A second and a half each way: the last FIN is in flight for longer than the watch takes.
must on "$outside" tc qdisc add dev eth0 root netem delay 1500ms

# All cases wait at the same time.
cases=('pauses 66 half' 'pauses 66' 'closes-late 62')
sentences=('a half-closed client that pauses for more than a minute gets all'
	'a client that pauses for more than a minute when its server is gone gets all'
	'both ends close after more than a minute of silence, and neither is reset')
pids=()
for i in "${!cases[@]}"; do
	# shellcheck disable=SC2086 # words
	ends $((5190 + i)) ${cases[i]} >"$work/said$i" 2>&1 &
	pids+=($!)
done
resets=$(kernel_counter TcpOutRsts)
for i in "${!cases[@]}"; do
	it "${sentences[i]}"
	wait "${pids[i]}" || fail "$(tail -n 3 "$work/said$i")"
done
# What comes after the end of what was read no reader sees.
becomes 0 sessions
is "$resets" kernel_counter TcpOutRsts
