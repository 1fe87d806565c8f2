#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sessions, seen and ended by hand: list, count, kill, every filter.
#
# Topology: lib.sh.
#
# Any kernel: the session table is Umbra's own.

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
set timeout-udp-unreplied 600
set timeout-udp-exchange 600
set timeout-tcp-opening 600
set timeout-icmp 600
rule Inside Internet any-tcp allow name tcp-out
rule Inside Internet any-udp allow name udp-out
rule Dmz Internet any-udp allow name dmz-out
rule Inside Internet pings allow name pings
rule Inside Firewall any-udp allow name to-firewall
END

# Twelve sessions: in each family two of TCP, three of UDP, one of ICMP.
open_all() {
	local f

	for f in 4 6; do
		family
		p open "tcp$f" tcp inside "$in,4000" outside "$out,80"
		p send inside tcp "$ghost_in,4001" "$ghost_out,81" S
		p open "udp$f" udp inside "$in,4002" outside "$out,7"
		p send dmz udp "$ghost_dmz,4003" "$ghost_out,8"
		p send inside udp "$ghost_in,4004" "$fwin,9"
		p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=4005
	done
}
open_all

it "count counts all"
is 12 sessions

it "each filter fits its sessions and no other"
is 6 sessions family 4
is 6 sessions family 6
is 4 sessions proto tcp
is 6 sessions proto udp
is 1 sessions proto icmp
is 1 sessions proto icmpv6
is 4 sessions proto 6
is 2 sessions client "$in4"
is 2 sessions client "$in6"
is 5 sessions client 192.168.1.0/24
is 5 sessions client 2001:db8:1::/64
is 2 sessions server "$out4"
is 0 sessions server "$in4"
is 5 sessions server 198.51.100.0/24
is 2 sessions host "$in6"
is 2 sessions host "$out6"
is 1 sessions host "$fwin4"
is 2 sessions client-port 4000
is 2 sessions server-port 80
is 0 sessions server-port 4000
is 2 sessions state established
is 2 sessions state opening
is 2 sessions state replied
is 6 sessions state unreplied
is 2 sessions rule dmz-out
is 4 sessions rule tcp-out
is 4 sessions rule 1
is 2 sessions interface eth2
is 10 sessions interface eth0
is 10 sessions interface eth1

it "filters together must all fit"
is 1 sessions family 4 proto tcp state established
refuses "fwtool: " fw session count family 4 client "$in6"
is 1 sessions client "$in4" server "$out4" proto udp client-port 4002 server-port 7
is 0 sessions interface eth2 proto tcp

it "an id is one session"
ids=$(fw --json session list | gojq '.sessions[].id')
for id in $ids; do
	is 1 sessions id "$id"
done
is 12 wc -l <<<"$ids"
is 0 sessions id 999999

list_lines() { fw session list "$@" | grep -cE '^ *[0-9]'; }
rule_counters() {
	fw --json show rules | gojq -c '[.. | objects | select(.name? == "counted") |
		[.hits, .sessions]] | first'
}
next_port=5200
new_session() { p send inside udp "$ghost_in4,$((next_port++))" "$ghost_out4,9"; }
new_refusal() { p send inside tcp "$ghost_in4,5100" "$ghost_out4,99" S; }
# Until monitor listens it gets no event, so cause one each time.
monitor_hears() {
	new_session
	grep -q "$1" "$work/events"
}

it "list prints the sessions that a filter fits, one a line, with the rule's name"
is 12 list_lines
is 2 list_lines rule dmz-out
must grep -q 'tcp-out' <(fw session list proto tcp)

it "as JSON, a session has its ends, state, counters and times"
json=$(fw --json session list family 4 proto tcp state established)
is 1 gojq '.sessions | length' <<<"$json"
is true gojq '.sessions[0] | tostring | (contains("192.168.1.10") and contains("198.51.100.10")
	and contains("established") and contains("4000"))' <<<"$json"

it "counters of both directions grow with the traffic"
before=$(fw --json session list client-port 4002 family 4 | gojq -c '.sessions[0]')
p say udp4 500
p say udp4 500
after=$(fw --json session list client-port 4002 family 4 | gojq -c '.sessions[0]')
is '[2,2]' gojq -nc --argjson a "$before" --argjson b "$after" \
	'[$b.sent.packets - $a.sent.packets, $b.received.packets - $a.received.packets]'
is '[1056,1056]' gojq -nc --argjson a "$before" --argjson b "$after" \
	'[$b.sent.bytes - $a.sent.bytes, $b.received.bytes - $a.received.bytes]'

it "kill ends the sessions that its filter fits and no others, and prints how many"
is 1 fw session kill client "$in4" proto tcp
is 11 sessions
is 0 sessions client "$in4" proto tcp
p say tcp6
p say udp4

it "the killed flow stops at once, both ways"
p lost tcp4
p lostback tcp4
p say tcp6
p forget tcp4

it "a killed UDP flow begins again with its client's next packet, but not with its server's"
is 2 fw session kill client-port 4002
p lostback udp4
p lostback udp6
p say udp4
p say udp6

it "kill by rule, by interface, by family, and of all"
is 2 fw session kill rule dmz-out
is 0 sessions rule dmz-out
is 1 fw session kill server-port 9 family 4
is 0 sessions server-port 9 family 4
n=$(sessions family 6)
is "$n" fw session kill family 6
is 0 sessions family 6
must fw session kill all
is 0 sessions

it "kill without a filter is refused"
p forget tcp6
p talk udp inside "$in4" outside "$out4,7"
n=$(sessions)
refuses 'all' fw session kill
is "$n" sessions

it "a wrong filter is refused with one line that says what is accepted"
refuses 'fwtool: ' fw session list colour red
refuses 'fwtool: ' fw session count client 1.2.3
refuses 'fwtool: ' fw session count client-port 70000
refuses 'fwtool: ' fw session count state happy
refuses 'fwtool: ' fw session list client
for words in 'list colour red' 'count client 1.2.3' 'count state happy' 'kill'; do
	# shellcheck disable=SC2086
	[ "$(fw session $words 2>&1 | wc -l)" = 1 ] || fail "'$words' gets more than a line"
done

it "a rule counts its sessions: hits, live ones, and the time of the last"
policy <<'END'
rule Inside Internet any-udp allow name counted
END
must fw session kill all
p send inside udp "$ghost_in4,5000" "$ghost_out4,9" times=7 step=sport
p count 7 outside udp "$ghost_in4" any
is 7 sessions rule counted
is '[7,7]' rule_counters
must fw session kill client-port 5000
is '[7,6]' rule_counters

it "monitor prints sessions, refusals and commits as they happen"
timeout 60 nsenter --net="/run/netns/$router" fwtool monitor >"$work/events" 2>&1 &
monitor=$!
busywait monitor_hears session
new_refusal
busywait monitor_hears 'unmatched'
must fw add rule Inside Internet icq allow
busywait monitor_hears 'commit'
kill $monitor

# one_event WORD... -- COMMAND...: the first event that monitor gets, once the command has caused one.
# monitor then ends by itself.
one_event() {
	local words=()

	while [ "$1" != -- ]; do words+=("$1"); shift; done
	shift
	rm -f "$work/event"	# who is in the background opens it when he comes to it
	on "$router" timeout 60 fwtool "${words[@]}" --count 1 >"$work/event" 2>&1 &
	monitor=$!
	happened() { "$@" >"$work/said" 2>&1; [ -s "$work/event" ]; }
	busywait happened "$@"
	wait $monitor || fail "monitor: status $?: $(cat "$work/event")"
	is 1 grep -c . "$work/event"
}
says_event() { grep -qE -- "$1" "$work/event" || fail "$(cat "$work/event")"; }
is_event() { is true gojq "$1" "$work/event"; }

it "monitor ends after the given number of events of the requested kinds"
policy <<'END'
rule Inside Internet any-udp allow name out
END
one_event monitor session -- new_session
says_event 'session-(new|end) .*udp 192\.168\.1\.66:[0-9]+ > 198\.51\.100\.66:9 .*rule 1/out'
one_event monitor drop -- new_refusal
says_event 'drop .*tcp 192\.168\.1\.66:5100 > 198\.51\.100\.66:99 +in eth1 .*reason unmatched'
one_event monitor policy -- fw load "$work/policy"
says_event 'policy commit generation [0-9]+'

it "monitor prints the same as JSON"
one_event --json monitor session -- new_session
is_event '(.event | startswith("session-")) and .time_ms > 1600000000000 and .rule.name == "out"'
one_event --json monitor drop -- new_refusal
is_event '.event == "drop" and .reason == "unmatched" and .protocol == "tcp" and
	.destination.port == 99 and .interface == "eth1"'
one_event --json monitor policy -- fw load "$work/policy"
is_event '.event == "policy" and .generation > 0'

it "monitor ends when its time is over, and says which events did not come"
must fw monitor --timeout 1 policy
refuses 'timeout before 2 more events came' fw monitor --timeout 1 --count 2 policy

# records FILTER: FILTER of gojq on the records so far.
records() { gojq -c "$1" "$work/records"; }

it "monitor --ipfix writes a record of each session that ends, with the names of IPFIX"
policy <<'END'
nat eth1 eth0 masquerade
rule Inside Internet any-udp allow name out
END
must fw session kill all
refuses 'add --json' fw monitor --ipfix
refuses 'leave .drop. out' fw --json monitor --ipfix drop
renewed() { must fw session kill all; new_session; }
one_event --json monitor --ipfix -- renewed
is_event '.umbraReason == "killed" and .umbraRule.name == "out"'
on "$router" timeout 60 fwtool --json monitor --ipfix >"$work/records" 2>&1 &
monitor=$!
begun=$(date +%s%3N)
p talk udp inside "$in4" outside "$out4,7" "as=$fwout4"
recorded() { # the monitor listens, which it says only by what it hears
	renewed
	[ -s "$work/records" ]
}
busywait recorded
p send inside udp "$ghost_in4,5200" "$ghost_out4,53" len=8
must fw session kill all
busywait eval '[ "$(records "select(.sourceTransportPort == 5200)" | wc -l)" = 1 ]'
is "[17,\"$ghost_in4\",\"$ghost_out4\",53,\"$fwout4\",\"$ghost_out4\",53,1,36,0,0,4,\"killed\",\"out\"]" \
	records 'select(.sourceTransportPort == 5200) | [.protocolIdentifier,
	.sourceIPv4Address, .destinationIPv4Address, .destinationTransportPort,
	.postNATSourceIPv4Address, .postNATDestinationIPv4Address,
	.postNAPTDestinationTransportPort, .initiatorPackets, .initiatorOctets,
	.responderPackets, .responderOctets, .flowEndReason, .umbraReason, .umbraRule.name]'
is true records "select(.sourceTransportPort == 5200) | .flowStartMilliseconds >= $begun and
	.flowEndMilliseconds - .flowStartMilliseconds == .flowDurationMilliseconds"
kill $monitor
