#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The preview of a policy names the sessions that the policy then cuts, and changes nothing.
#
# Topology: lib.sh, with datagrams by hand and conversations of real hosts.
#
# Any kernel: the sessions, and what cuts them, are in Umbra's own tables.

. "$(dirname -- "$0")/../lib.sh"
topology

common+='
set timeout-udp-unreplied 600
set timeout-udp-exchange 600
set timeout-nat-udp-unreplied 600
set timeout-icmp 600
'

# everything [rows]: all that the firewall prints about itself, except for what changes with time,
# and the counters of neighbours.
everything() {
	on "$router" sh -c "fwtool --json status; fwtool --json session list; fwtool --json stats
		${1+fwtool --json show; fwtool --json show rules}" |
		gojq -c 'walk(if type == "object" then
			del(.age_ms, .idle_ms, .expires_ms, .last_hit, .last_hit_ms, .reasons)
		else . end) | if .stats then .stats | {created, ended, rejudged} else . end'
}
# settled: the same, once real hosts have nothing left to send.
settled() {
	local now end=$((SECONDS + patience))

	until now=$(everything rows) && [ "$now" = "$(everything rows)" ]; do
		[ $SECONDS -lt $end ] || break
	done
	echo "$now"
}

# said FILTER: FILTER on the output of the last preview.
said() { gojq -c "$1" "$work/said"; }
ids() { fw --json session list | gojq -c '[.sessions[].id] | sort'; }
named() { said '[.cut[].id] | sort'; }

# foretell [OPTION...] <rows: a preview of the rows, which changes nothing.
foretell() {
	local before

	{ echo "$common"; cat; } >"$work/candidate"
	before=$(everything)
	fw --json load --preview --limit 100000 "$@" "$work/candidate" >"$work/said" ||
		fail "no preview: status $?"
	[ "$(everything)" = "$before" ] || fail "it changed something: $(
		diff <(echo "$before") <(everything))"
	is true said '.preview.ends == (.cut | length)'
}

# comes_true [OPTION...]: the same policy is loaded, packets come, and exactly the sessions that were
# named are gone.
comes_true() {
	local before gone

	before=$(ids)
	must fw load "$@" "$work/candidate"
	flows
	gone=$(gojq -cn --argjson a "$before" --argjson b "$(ids)" '$a - $b')
	[ "$gone" = "$(named)" ] || fail "gone are $gone, and named were $(named)"
}

# reasons: why the named sessions would end, and how many for each reason.
reasons() { said '[.cut[].why] | group_by(.) | map("\(length) \(.[0])") | join(", ")'; }

# blamed: which rows of the candidate refuse them, and how many for each row.
blamed() {
	said '[.cut[].by | if . then "\(.table) \(.position) \(.name)" else "none" end] |
		group_by(.) | map("\(length) \(.[0])") | join(", ")'
}

# Sends a packet of each session; the first time this opens the sessions.
flows() {
	for f in 4 6; do
		family
		p send inside udp "$ghost_in,4000" "$ghost_out,7"
		p send inside udp "$ghost_in,4001" "$ghost_out,9"
		p send inside udp "$ghost_in,4002" "$ghost_dmz,7"
		p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=5 seq=6
		p send inside "$icmp" "$ghost_in" "$fwin" "$ping" ident=7 seq=6
	done
}
fresh() {
	fw session kill all >/dev/null
	policy "$@"
	flows
}
all='rule Inside Any any-udp allow name udp
rule Inside Any pings allow name pings'
# typed WORDS...: fwtool, typed in an SSH connection of a host inside.
typed() { SSH_CONNECTION="$in 300$f $fwin 22" fw "$@"; }

it "a first policy would cut only what it does not allow"
echo "$common" >"$work/candidate"
is 'none of 0 sessions would end; nothing was changed' fw load --preview "$work/candidate"
typed load --preview "$work/candidate" >"$work/text"
is 4 echo $?
must grep -q '^YOUR OWN SSH' "$work/text"
is 0 status generation

it "the running policy would end no session"
fresh <<<"$all"
is 10 sessions
foretell <<<"$all"
is '[]' named
comes_true
is 0 said .preview.ends
is 'none of 10 sessions would end; nothing was changed' fw load --preview "$work/candidate"

it "sessions of a rule that is missing are named"
foretell <<<'rule Inside Any pings allow'
is '"6 unmatched"' reasons
is '"6 none"' blamed
comes_true

it "sessions outside of a service that is narrower are named"
fresh <<<"$all"
foretell <<<'rule Inside Any echo allow
rule Inside Any pings allow'
is '"2 unmatched"' reasons
comes_true

it "sessions that an earlier rule refuses, or whose rule is disabled, are named"
fresh <<<"$all"
foretell <<<"rule Inside Any any-tcp allow
rule Inside Dmz any-udp reject disabled
rule Inside Dmz any-udp reject name no-dmz
$all"
is '"2 rule"' reasons
is '"2 rule 3 no-dmz"' blamed
fw load --preview "$work/candidate" >"$work/text"
is 2 grep -c ' rule  *3/no-dmz$' "$work/text"
comes_true
fresh <<<"$all"
foretell <<<'rule Inside Any any-udp allow
rule Inside Any pings allow disabled'
is '"2 unmatched"' reasons
comes_true

it "sessions whose service opens none any more are named"
fresh <<<"$all"
foretell <<<'service udp-once udp packet-filter any any
rule Inside Dmz udp-once allow
rule Inside Any any-udp allow
rule Inside Any pings allow'
is '"2 packet-filter"' reasons
is '"2 rule 1 null"' blamed
comes_true

it "a packet-filter service that lets both ways pass cuts nothing"
fresh <<<"$all"
foretell <<<'service udp-once udp packet-filter any any
rule Inside Dmz udp-once allow
rule Dmz Inside udp-once allow
rule Inside Any any-udp allow
rule Inside Any pings allow'
is '[]' named
must fw load "$work/candidate"
flows
is 8 sessions

it "pings that the ping setting refuses are named"
fresh <<<"$all"
foretell <<<"${all/Any pings/Internet pings}
set ping never"
is '"2 ping"' reasons
comes_true
fresh <<<"$all"
foretell <<<"$all
set ping same-interface"
is '[]' named
comes_true

it "sessions whose networks are bound elsewhere are named"
fresh <<<"$all"
common_now=$common
common=${common//eth1 192.168.1.0/eth2 192.168.1.0}
foretell <<<'rule Any Any any-udp allow
rule Any Any pings allow'
is '"4 spoofed"' reasons
is '"4 none"' blamed
comes_true
common=$common_now

it "rules in another order, other names and comments would end no session"
fresh <<<"$all"
foretell <<<'rule Inside Any pings allow comment "first"
rule Client Any any-tcp allow
rule Inside Any any-udp allow name other'
is '[]' named
comes_true

it "sessions that would get another translation are named"
nats='nat eth1 eth0 source 10.9.9.1
nat eth1 eth0 source 2001:db8:9::1'
fresh <<<"$all
$nats"
foretell <<<"$all
nat eth1 eth0 source 10.9.9.2
nat eth1 eth0 source 2001:db8:9::-2001:db8:9::9 name pool"
is '"3 nat"' reasons
is '"3 nat 1 null"' blamed
comes_true
fresh <<<"$all
$nats"
foretell <<<"$all"
is '"6 nat"' reasons
is '"6 none"' blamed
comes_true
fresh <<<"$all"
foretell <<<"$all
nat eth1 eth2 source 10.9.9.1"
is '"1 nat"' reasons
comes_true

it "with --keep-sessions only sessions that an earlier policy has not judged yet are named"
fresh <<<"$all"
foretell --keep-sessions </dev/null
is '[]' named
policy <<<'rule Inside Any pings allow'
foretell --keep-sessions <<<'rule Inside Any pings allow'
is '"6 pending"' reasons
is '"6 none"' blamed
comes_true --keep-sessions

it "sessions of rewriting relays are named: relay gone, another server, other clients"
relays='relay 1.2.3.4:5190 192.168.1.66:5190 udp-forward from Internet
relay 1.2.3.4:5191 192.168.1.66:5191 semitransparent-udp-forward from Internet
relay 1.2.3.4:5192 192.168.1.66:5192 udp-relay from Internet'
inward() {
	for port in 5190 5191 5192; do
		p send outside udp "$ghost_out4,4000" "1.2.3.4,$port"
	done
}
fw session kill all >/dev/null
policy <<<"$relays"
inward
is 3 sessions
foretell <<<'relay 1.2.3.4:5191 192.168.1.67:5191 semitransparent-udp-forward from Internet
relay 1.2.3.4:5192 192.168.1.66:5192 udp-relay from Dmz'
is '["relay","relay","relay-access"]' said '[.cut[].why] | sort'
is '"2 none, 1 relay 2 null"' blamed
must fw load "$work/candidate"
inward
is 0 sessions server-port 5190
is "$(named)" gojq -cn --argjson a "$(named)" --argjson b "$(ids)" '$a - $b'

it "both sessions of a tcp-relay's connection are named, or none"
relay='relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from Internet'
fw session kill all >/dev/null
policy <<<"$relay"
p open relayed tcp outside "$out4" inside "$icq4,5190" via=1.2.3.4,5190
is 2 sessions
settled >/dev/null
foretell <<<"$relay timeout 100 comment \"the same\""
is '[]' named
foretell <<<"${relay/Internet/Dmz}"
is '"2 relay-access"' reasons
is '"2 relay 1 null"' blamed
foretell </dev/null
is '"2 relay"' reasons
foretell <<<"${relay/.17:5190/.17:5191}"
is '"2 relay"' reasons
is '["relay","relay"]' said '[.cut[].why]'
p say relayed
settled >/dev/null
foretell --keep-sessions <<<"$relay proxy-protocol v2"
is '"2 relay"' reasons
must fw load --keep-sessions "$work/candidate"
becomes 0 sessions state established
p forget relayed

it "TCP of real hosts is named with its rule, service and bytes, most bytes first"
fw session kill all >/dev/null
policy <<<'rule Inside Internet icq allow name talk
rule Inside Internet http allow'
p open small tcp inside "$in4" outside "$out4,5190"
p open large tcp inside "$in6" outside "$out6,80"
p say large 30000
settled >/dev/null
foretell </dev/null
is '[80,5190]' said '[.cut[].server.port]'
is '["http","icq"]' said '[.cut[].service]'
is '[2,1]' said '[.cut[].rule.position]'
is true said '[.cut[] | .bytes == .sent.bytes + .received.bytes and .bytes > 0] | all'
is true said '.preview.bytes == ([.cut[].bytes] | add)'
fw load --preview "$work/candidate" >"$work/text"
must grep -q '^1/talk *icq .*:5190 .*established .*unmatched' "$work/text"
must grep -q '^2 of 2 sessions would end' "$work/text"
fw load --preview --limit 1 "$work/candidate" >"$work/text"
must grep -q 'and 1 more' "$work/text"
must test "$(grep -c established "$work/text")" = 1
must fw load "$work/candidate"
p lost small
p lost large
p forget small
p forget large

it "an edit can be previewed as well"
policy <<<'rule Inside Internet icq allow name talk
rule Inside Internet echo allow name echo'
p open talk tcp inside "$in4" outside "$out4,5190"
before=$(settled)
is 1 gojq .preview.ends <(fw --json delete rule talk --preview)
fw --json add rule at 1 Client Any any-tcp reject name first --preview >"$work/said"
is 1 said .preview.ends
is '"1 rule 1 first"' blamed
fw --json add rule at 1 Client Any any-tcp reject --preview >"$work/said"
is '"1 rule 1 null"' blamed
is 0 gojq .preview.ends <(fw --json replace rule echo Inside Any echo allow --preview)
is 0 gojq .preview.ends <(fw --json move rule talk 2 --preview)
is "$before" everything rows
p say talk
before=$(settled)

it "errors of a policy are reported as by load, with the same status"
for row in 'rule Inside Nowhere icq allow' 'rule Inside Internet' \
	'relay 1.2.3.4:1 1.2.3.4:1 tcp-forward from Any' 'service icq tcp dynamic any 1' \
	'nat Inside eth0 source 10.0.0.9-10.0.0.1'; do
	{ echo "$common"; echo "$row"; } >"$work/refused"
	as_load=$(fw load "$work/refused" 2>&1; echo "status $?")
	must test "${as_load##* }" = 1
	is "$as_load" eval 'fw load --preview "$work/refused"; echo "status $?"'
done
refuses 'limit is for --preview' fw load --limit 5 "$work/candidate"
refuses 'confirm' fw load --preview --confirm 5 "$work/candidate"
is "$before" everything rows

it "one's own SSH connection comes first, and cannot be missed"
with_ssh='rule Inside Firewall ssh allow name ssh
rule Inside Internet icq allow name talk'
policy <<<"$with_ssh"
for f in 4 6; do
	family
	p open "ssh$f" tcp inside "$in,300$f" router "$fwin,22"
done
p say talk 30000
for f in 4 6; do
	family
	{ echo "$common"; echo 'rule Inside Internet echo allow'; } >"$work/candidate"
	typed --json load --preview "$work/candidate" >"$work/said"
	is 4 echo $?
	is "[300$f,true,true]" said '[.cut[0].client.port, .cut[0].own, .preview.own_connection]'
	is 1 said '[.cut[] | select(.own)] | length'
	typed load --preview --limit 1 "$work/candidate" >"$work/text"
	is 4 echo $?
	must grep -q '^YOUR OWN SSH CONNECTION, from .*300'$f <(head -1 "$work/text")
	must grep -q "300$f .*YOUR SSH" "$work/text"
	typed --json delete rule talk --preview >"$work/said"
	is 0 echo $?
	is 'false' said .preview.own_connection
	typed --json delete rule ssh --preview >"$work/said"
	is 4 echo $?
	p say "ssh$f"
	p close "ssh$f"
done

it "a preview while others commit is of one policy, or says that another runs"
fw session kill all >/dev/null
policy <<<"$all"
flows
(for _ in $(seq "$(some 15 4)"); do
	fw add rule Dmz Internet icq allow name other
	fw delete rule other
done) >/dev/null &
editor=$!
for _ in $(seq "$(some 15 4)"); do
	must fw replace rule pings Inside Any pings discard name pings --preview
	if ! fw load --preview "$work/candidate" >/dev/null 2>"$work/text"; then
		grep -q 'policy changed' "$work/text" || fail "$(<"$work/text")"
	fi
done
wait $editor
is 10 sessions

it "thousands of sessions are named, whatever happens to the candidate; closing the socket ends the dump"
fw session kill all >/dev/null
policy <<<"$all
set sessions-max 100000"
p send inside udp "$ghost_in4,10000" "$ghost_out4,7" times=3000 step=sport
p clear
p forget talk
on "$router" env PYTHONDONTWRITEBYTECODE=1 NETLINK="$selftests/netlink" python3 - >"$work/text" <<'END' ||
import os, struct, sys
sys.path.insert(0, os.environ["NETLINK"])
from rawnl import *

PREVIEW = C["CMD_CANDIDATE_PREVIEW"]
number = lambda answer: struct.unpack("=Q", dict(parse(answer[1]))[C["A_SESSION_ID"]])[0]


def began():
    """A socket with an empty candidate, in the middle of its preview."""
    s = Socket()
    s.ask(C["CMD_CANDIDATE_NEW"])
    s.send(PREVIEW, [], NLM_F_DUMP)
    return s, [(body[0], body[4:]) for kind, _, _, body in s.messages() if kind > 3]


def rest(s, replies):
    """The dump's end: (errno, whether it was interrupted, the sessions)."""
    interrupted = False
    while True:
        for kind, flags, _, body in s.messages():
            interrupted |= bool(flags & NLM_F_DUMP_INTR)
            if kind == 3:
                return struct.unpack_from("=i", body)[0], interrupted, replies
            replies.append((body[0], body[4:]))


s = Socket()
s.ask(C["CMD_CANDIDATE_NEW"])
error, said, replies = s.ask(PREVIEW, [], NLM_F_DUMP)
assert not error and len({number(r) for r in replies}) == len(replies) == 3000, (error, said)
assert all(dict(parse(r[1]))[C["A_SESSION_OBSTACLE"]] ==
           bytes([C["OBSTACLE_UNMATCHED"]]) for r in replies)

s, some = began()
assert 0 < len(some) < 3000, len(some)
s.sock.close()

s, some = began()
other = Socket()
s.send(C["CMD_CANDIDATE_DEL"])
error, interrupted, replies = rest(s, some)
assert not error and not interrupted, (error, interrupted)

s, some = began()
other.ask(C["CMD_CANDIDATE_NEW"], [Attr(C["A_POLICY_CLONE"])])
error, said, _ = other.ask(C["CMD_COMMIT"])
assert not error, said
error, interrupted, replies = rest(s, some)
assert not error and interrupted and len(replies) == 3000, (error, interrupted, len(replies))

s = Socket()
error, said, _ = s.ask(PREVIEW, [], NLM_F_DUMP)
assert error == 2 and "no candidate" in said, (error, said)
error, said, _ = s.ask(PREVIEW)
assert error == 2 and "no candidate" in said, (error, said)
s.ask(C["CMD_CANDIDATE_NEW"])
error, said, _ = s.ask(PREVIEW, [u32(C["A_SESSION_BASE"], 77777)], NLM_F_DUMP)
assert error and "policy changed" in said, (error, said)
END
	fail "$(tail -3 "$work/text")"
foretell </dev/null
is 3000 said .preview.ends
