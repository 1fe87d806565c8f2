#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Edits: which words name a row, where the row goes, and the error for a row that does not exist.
# The effect on traffic is in rules.sh and commit.sh.
#
# Topology: lib.sh, without traffic.
#
# Any kernel: the rows are Umbra's own, and no packet is sent.

. "$(dirname -- "$0")/../lib.sh"
topology

policy_exactly <<'END'
network Inside 192.168.1.0/24
network Outside 203.0.113.0/24
service web tcp dynamic any 80 advisory "in the clear"
service dns udp dynamic any 53
service both group web dns
rule Inside Outside web allow name web
rule Inside Outside dns allow
rule Outside Inside dns reject
rule Inside Outside dns allow name spare
END

# rules SERVICE...: the running rules have these services, in this order.
rules() { is "$*" services_in_order; }
services_in_order() { fw --json show rules | gojq -r '[.rules[].service] | join(" ")'; }
check_as_json() { fw --json check "$work/policy" 2>/dev/null | gojq -r "$1"; }
# refused STATUS SENTENCE WORD...: the edit fails with STATUS and SENTENCE. The caller checks that nothing changed.
refused() {
	local status=$1 sentence=$2 said

	shift 2
	said=$(fw "$@" 2>&1)
	[ $? = "$status" ] && [[ $said == *"$sentence"* ]] || fail "fwtool $*: $said"
}

it "a row is deleted by the words that it was written with"
must fw delete rule Outside Inside dns reject
rules web dns dns
must fw delete rule Inside Outside dns allow name spare
rules web dns

it "words that fit several rows, or none, delete nothing, and say what to do"
must fw add rule Inside Outside dns allow
refused 1 "2 rows of table rule match 'rule Inside Outside dns allow': give the position of one: 2, 3" \
	delete rule Inside Outside dns allow
refused 1 "no such row: 'rule Inside Outside both reject'" delete rule Inside Outside both reject
refused 1 "service expected after: 'Outside'" delete rule Inside Outside
rules web dns dns

it "for an unknown name or position the error lists the existing ones"
refused 1 "no rule named 'nosuch'" delete rule nosuch
refused 1 "no rule at position '9': give one from 1 to 3" delete rule 9
refused 1 "no rule at position '0': give one from 1 to 3" move rule 0 1
refused 1 "no rule named 'sideways'" move rule web sideways
refused 1 "no rule at position '9': give one from 1 to 3" add rule after 9 Inside Outside both reject
refused 2 "unknown table 'nosuch': network, service, rule" delete nosuch 1
rules web dns dns

it "a row that others need is not deleted"
refused 1 "rule 1: no such service: 'web'" delete service web
refused 1 "rule 1: no such network: 'Outside'" delete network Outside
rules web dns dns

it "a rule goes before or after another, or to a position"
must fw move rule web after 2
rules dns web dns
must fw move rule 3 before web
rules dns dns web
must fw move rule web to 1
rules web dns dns
must fw add rule before 2 Inside Outside both reject
rules web both dns dns

it "too few words are answered with the grammar of the row"
refused 2 "delete: too few words: delete TABLE NAME" delete rule
refused 2 "move: where to? Give N, before ROW or after ROW" move rule web after
refused 2 "move: too few words: move TABLE ROW [to] N" move rule web
refused 2 "replace: too few words: replace rule|nat|relay ROW COLUMNS" replace rule web
refused 2 "add: too few words: add TABLE [at N" add rule
rules web both dns dns

it "check prints what a file has, and the advisories of what it allows"
said=$(fw check "$work/policy" 2>&1)
grep -qF "$work/policy: ok, 2 networks, 3 services, 4 rules, 0 nat rows, 0 relays" <<<"$said" ||
	fail "$said"
grep -qF "advisory: rule 1 (web): in the clear" <<<"$said" || fail "$said"
is "true true 3 4" check_as_json '"\(.check.ok) \(.check.kernel) \(.check.services) \(.check.rules)"'
is "1 web in the clear" check_as_json '.advisories[] | "\(.rule) \(.service) \(.advisory)"'
refused 2 "check: which file? Give FILE, or - for standard input" check
refused 2 "check: one word too many: 'more'" check "$work/policy" more

it "with --json each command prints what it did, and which policy runs now"
# done_by FILTER WORD...: the JSON that the command prints.
done_by() { fw --json "${@:2}" 2>/dev/null | gojq -c "$1"; }
next=$(($(status generation) + 1))
is "[\"loaded $work/policy\",$next,null]" done_by '.commit | [.done, .generation, .confirm]' load "$work/policy"
is "[$((next + 1)),60]" done_by '.commit | [.generation, .confirm]' load --confirm 60 "$work/policy"
is "[\"confirmed, for good\",$((next + 1))]" done_by '.policy | [.done, .generation]' confirm
is "[\"added rule 5, last\",$((next + 2))]" done_by '.commit | [.done, .generation]' \
	add rule Outside Inside web allow name last
is "[\"deleted rule 5, last\",$((next + 3))]" done_by '.commit | [.done, .generation]' delete rule last
is '[0,0,0]' done_by '.refresh | [.resolved, .kept, .changed_rows]' refresh
is '[0,0,false]' done_by '.preview | [.sessions, .ends, .own_connection]' load --preview "$work/policy"
