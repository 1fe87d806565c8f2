#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module comes and goes: unload and reload under traffic, and hundreds of times.
#
# Topology: lib.sh. There is traffic in both families all the time:
#
#	inside ---> router (rmmod, modprobe, policy) ---> outside

. "$(dirname -- "$0")/../lib.sh"
topology

has_sessions() { [ "$(sessions)" -gt 0 ]; }

load() {
	policy <<-'END'
		rule Inside Internet anything allow
		rule Internet Inside icq reject
		rule Inside Firewall any-udp allow
	END
}

# noise: a process of its own sends packets of every kind until `quiet`.
noise() {
	while :; do
		for f in 4 6; do
			family
			echo "send inside udp $ghost_in,2000 $ghost_out,7 times=50 step=sport"
			echo "send outside udp $ghost_out,7 $ghost_in,2000 times=50 step=dport"
			echo "send inside tcp $ghost_in,2000 $ghost_out,5190 S times=20 step=sport"
			echo "send outside tcp $ghost_out,5190 $ghost_in,2000 RA times=10 step=dport"
			echo "send outside tcp $ghost_out,9 $ghost_in,5190 S times=10 step=sport"
			echo "send inside $icmp $ghost_in $fwin $ping times=5"
			echo "send inside udp $ghost_in,2000 $fwin,77 times=5 step=sport"
			echo "send inside udp $ghost_in,2001 $ghost_out,7 len=2000 split=1000 times=5"
			echo "send inside udp $ghost_in,2002 $ghost_out,7 ttl=1 times=5"
		done
		nap
	done
}
lines_of() { "$@" 2>&1 | wc -l; }
start_noise() {
	exec {pipe}> >(exec "$helpers/play" >/dev/null 2>&1)
	{
		echo "station inside $inside eth0 02:00:00:00:01:01"
		echo "station outside $outside eth0 02:00:00:00:02:01"
		noise
	} >&"$pipe" &
	noise=$!
	exec {pipe}>&-
}
stop_noise() {
	kill "$noise" 2>/dev/null
	wait "$noise" 2>/dev/null
}

it "the module unloads under traffic with a policy and sessions, and traffic goes on"
load
start_noise
busywait has_sessions
must rmmod umbra
p talk tcp inside "$in4" outside "$out4,80"
p talk tcp outside "$out6" inside "$in6,80"

it "it loads again, and a policy takes hold of what runs"
must modprobe umbra
p talk tcp outside "$out4" inside "$in4,80"
load
p refused reset tcp outside "$out4" inside "$in4,5190"
p refused silent tcp outside "$out4" inside "$in4,80"
p talk tcp inside "$in6" outside "$out6,80"

it "a commit at every moment of the traffic, twenty times"
for ((i = 0; i < 20; i++)); do
	load
done
[ $wrong = 0 ] && has_sessions || fail "no sessions"

rounds=$(some 10 5) loads=$(some 100 40)
it "unload and reload with policy and traffic, $rounds times"
for ((i = 0; i < rounds; i++)); do
	must rmmod umbra
	must modprobe umbra
	load
done
p refused reset tcp outside "$out4" inside "$in4,5190"
stop_noise

it "unload and reload without a policy, $loads times"
rmmod umbra
for ((i = 0; i < loads; i++)); do
	modprobe umbra && rmmod umbra || { fail "round $i"; break; }
done
must modprobe umbra

it "the tool says that the module is not there, in one line"
modprobe_path=$(sysctl -n kernel.modprobe)
sysctl -qw kernel.modprobe=/bin/false
must rmmod umbra
refuses 'modprobe umbra' fw status
is 1 lines_of fw show
sysctl -qw kernel.modprobe="$modprobe_path"

it "the tool has the kernel load the module, where it may"
must fw load "$work/policy"
must [ -d /sys/module/umbra ]

it "an unload while tools commit does no harm"
{ echo "$common"; echo 'rule Inside Internet icq allow'; } >"$work/policy"
(for ((i = 0; i < 30; i++)); do fw load "$work/policy"; done) >/dev/null 2>&1 &
loader=$!
unloaded=0
while kill -0 $loader 2>/dev/null; do
	rmmod umbra 2>/dev/null && unloaded=$((unloaded + 1))
	modprobe umbra
done
[ $unloaded -gt 0 ] || fail "it was always busy"
must fw load "$work/policy"
p talk tcp inside "$in4" outside "$out4,5190"

it "an unload while events are listened to does no harm"
fw monitor >"$work/heard" 2>&1 &
monitor=$!
heard() { # the monitor listens, and asks no more: then the module is not in use by it
	p send inside udp "$ghost_in4,1" "$ghost_out4,9"
	[ -s "$work/heard" ]
}
busywait heard
p send inside udp "$ghost_in4,1" "$ghost_out4,9" times=100 step=sport
must rmmod umbra
kill $monitor 2>/dev/null
must modprobe umbra
