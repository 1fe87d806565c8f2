#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Time classes: rules and relays have effect in their hours; what happens to sessions when the
# hours end; the clock is set, local time moves, and rows are edited meanwhile.
#
# Topology: lib.sh. The clock of the machine is set, and put back at the end. A test that
# waits for a class counts the seconds since boot, which setting the clock does not change.
#
# Any kernel: the hours are Umbra's own; the kernel only counts the seconds.

. "$(dirname -- "$0")/../lib.sh"
topology

# --- The clock -------------------------------------------------------------------------

uptime() { cut -d. -f1 /proc/uptime; }
real=$(($(date +%s) - $(uptime)))
put_back() { date -s "@$((real + $(uptime)))" >/dev/null; }
trap 'put_back; cleanup' EXIT

# clock DATE TIME: sets the clock, in UTC. The kernel notices it within seconds.
clock() { date -u -s "$1 $2" >/dev/null || fail "the clock cannot be set"; }
# now DATE TIME: the same, and the kernel is told to look at once.
now() { clock "$@" && fw refresh >/dev/null 2>&1; }

# active CLASS: true or false.
active() { fw --json show times | gojq ".times[] | select(.name == \"$1\") | .active"; }
export -f clock active fail nap
# comes CLASS true|false: at last, by no clock that a test sets.
comes() {
	local i

	for ((i = 0; i < 25 * 20; i++)); do
		[ "$(active "$1")" != "$2" ] || return 0
		nap
	done
	fail "$1 is still $(active "$1")"
}

# Seconds of a minute that leave time for a look before the next one, on a busy machine too.
soon=$(some 57 50)
# A Monday, and the Saturday after it.
monday=2026-11-30 tuesday=2026-12-01 saturday=2026-12-05
export TZ=UTC0

office='
time office mon-fri 08:00-17:00 comment "when we work"
rule Inside Internet icq allow time office name icq
rule Inside Internet echo allow'
# Here the ends of a session that is cut are notified.
common=${common/set ends silent/}

allowed() { p talk tcp inside "$in" outside "$out,5190"; }
refused() { p refused silent tcp inside "$in" outside "$out,5190"; }
# of_rule COLUMN: of the rule icq, as JSON has it.
of_rule() { fw --json show rules | gojq ".rules[] | select(.name == \"icq\") | .$1"; }

# --- Rules -----------------------------------------------------------------------------

clock $monday 09:00:00
policy <<<"$office"
it "a rule has effect in its hours"
is true active office
for f in 4 6; do family; allowed; done

it "outside its hours a rule is as if disabled, and other rules are not affected"
now $monday 17:00:00
comes office false
for f in 4 6; do
	family
	refused
	p talk udp inside "$in" outside "$out,7"
done

it "a rule has no effect on other days, and again on its own"
now $saturday 09:00:00
is false active office
refused
now $tuesday 08:00:00
comes office true
allowed

it "row, id and hits stay the same meanwhile, without a commit"
policy <<<"$office"
id=$(of_rule id) saved=$(fw save)
allowed
hits=$(of_rule hits)
[ "$hits" -gt 0 ] || fail "$hits hits"
now $tuesday 18:00:00
comes office false
is "$id" of_rule id
is "$hits" of_rule hits
now $tuesday 08:30:00
comes office true
is "$id" of_rule id
is "$hits" of_rule hits
is "$saved" fw save

it "a class ends by the clock, a session with it, and both ends are notified"
now $tuesday 16:59:40
comes office true
mark policy ended
told=$(total told)
export router
here=$(dirname -- "$0")
must python3 "$here/ends.py" "$inside" "$outside" "$out4,5190" speaks \
	"clock $tuesday 16:59:58; until [ \"\$(active office)\" = false ]; do nap; done"
drops policy 1 ended
is $((told + 1)) total told

it "a class begins by the clock, and packets that were refused before pass"
now $tuesday 07:59:$soon
refused
comes office true
allowed

it "a session that another rule allows goes on under that one"
policy <<<"$office
rule Inside Internet any-tcp allow name any"
now $tuesday 16:59:$soon
p open stays tcp inside "$in4" outside "$out4,5190"
comes office false
p say stays
is 1 eval "fw --json show rules | gojq '.rules[] | select(.name == \"any\") | .sessions'"
p close stays

# --- The clock is set ------------------------------------------------------------------

it "the kernel notices that somebody sets the clock forward and back"
now $tuesday 12:00:00
policy <<<"$office"
is true active office
clock 2027-06-05 12:00:00
comes office false
refused
clock $tuesday 12:00:00
comes office true
allowed

it "1970 and 2100 have weeks as well"
now 1970-01-05 12:00:00
comes office true
now 2100-01-03 12:00:00
comes office false
now $tuesday 12:00:00
comes office true

# --- Over midnight ---------------------------------------------------------------------

it "a span over midnight belongs to the day on which it begins"
policy <<-END
	time night mon 22:00-06:00
	rule Inside Internet icq allow time night name icq
END
while read -r day time want; do
	now $day $time
	comes night "$want"
done <<-END
	$monday 03:00:00 false
	$monday 23:00:00 true
	$tuesday 05:59:30 true
	$tuesday 06:00:00 false
	$tuesday 23:00:00 false
END

# --- Relays ----------------------------------------------------------------------------

it "a relay listens in its hours only, and comes back"
now $tuesday 12:00:00
policy <<-END
	time office mon-fri 08:00-17:00
	relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from Internet time office
	relay 1.2.3.4:5191 192.168.1.17:5190 tcp-forward from Internet time office
END
is true active office
listening() { on "$router" ss -Hltn 'sport = 5190' | wc -l; }
relayed() {
	p talk tcp outside "$out4" inside "$icq4,5190" "via=$fwdoc4,5190" "as=$fwin4"
	p talk tcp outside "$out4" inside "$icq4,5190" "via=$fwdoc4,5191" "as=$fwin4"
}
is 1 listening
relayed
p open relayed tcp outside "$out4" inside "$icq4,5190" "via=$fwdoc4,5191" "as=$fwin4"
now $tuesday 17:00:00
comes office false
is 0 listening
p lost relayed
p forget relayed
p refused silent tcp outside "$out4" inside "$icq4,5190" "via=$fwdoc4,5190"
p refused silent tcp outside "$out4" inside "$icq4,5190" "via=$fwdoc4,5191"
now $tuesday 12:00:00
comes office true
is 1 listening
relayed

it "a relay that cannot listen when its hours begin does not keep rules from their hours"
now $tuesday 18:00:00
policy <<-END
	time office mon-fri 08:00-17:00
	rule Inside Internet icq allow time office name icq
	relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from Internet time office
END
on "$router" python3 -c 'import socket, time
s = socket.create_server(("1.2.3.4", 5190))
print("there", flush=True)
time.sleep(100)' >"$work/holder" &
holder=$!
busywait grep -q there "$work/holder"
now $tuesday 12:00:00
comes office true
allowed
kill $holder

# --- Local time ------------------------------------------------------------------------

it "local time is that of fwtool's time zone, summer time included, without another command"
export TZ=Europe/Berlin
clock 2026-12-01 12:00:00
policy <<-END
	time early sun 03:00-04:00
	time gone sun 02:00-03:00
	rule Inside Internet icq allow time early name icq
END
is '"+01:00"' status utc_offset
clock 2027-03-28 00:59:30
comes early false
is false active gone
clock 2027-03-28 00:59:58
comes early true
is false active gone
is '"+02:00"' status utc_offset
allowed
clock 2027-03-28 01:59:58
comes early false
refused

it "the hour that comes twice counts twice"
clock 2027-10-31 00:00:10
comes gone true
clock 2027-10-31 00:59:58
for ((i = 0; i < 60; i++)); do
	nap
done
is true active gone
is '"+01:00"' status utc_offset
clock 2027-10-31 01:59:58
comes gone false
is true active early

it "refresh tells the kernel of another time zone"
export TZ=America/New_York
must fw refresh
comes early false
is '"-04:00"' status utc_offset
export TZ=UTC0

it "a preview or a refused commit leaves local time as it was; a commit that takes effect sets it"
policy <<<"$office"
is '"+00:00"' status utc_offset
before=$(fw --json status; fw --json show times)
export TZ=Pacific/Auckland
must fw load --preview "$work/policy"
must fw add rule Dmz Internet http allow time office --preview
{ echo "$common$office"; echo 'rule Inside Nowhere icq allow'; } >"$work/bad"
refuses Nowhere fw load "$work/bad"
{ echo "$common$office"; echo 'relay 1.2.3.4:1 1.2.3.4:1 tcp-forward from Any'; } >"$work/bad"
refuses relay fw load "$work/bad"
SSH_CONNECTION="$in4 3000 $fwin4 22" refuses 'would cut' fw load "$work/policy"
SSH_CONNECTION="$in4 3000 $fwin4 22" refuses 'would cut' fw add rule Dmz Internet http allow
is "$before" eval 'fw --json status; fw --json show times'
must fw load --confirm 60 "$work/policy"
is '"+13:00"' status utc_offset
export TZ=UTC0
refuses 'waits for confirmation' fw load "$work/policy"
refuses 'waits for confirmation' fw refresh
is '"+13:00"' status utc_offset
must fw revert
must fw load "$work/policy"
is '"+00:00"' status utc_offset

# --- Edits -----------------------------------------------------------------------------

it "every edit and load succeeds while classes begin and end, and no edit is lost"
now $tuesday 12:00:00
policy <<<"$office"
before=$(status generation)
(
	for ((i = 0; ; i++)); do
		TZ="XXX$((i % 2 * 12))" on "$router" fwtool refresh
	done >/dev/null 2>&1
) &
zones=$!
for ((i = 0; i < $(some 4 2); i++)); do
	must fw add rule Inside Internet http allow name http
	must fw delete rule http
	must fw load "$work/policy"
done
kill $zones
wait $zones 2>/dev/null
[ "$(status generation)" -gt $((before + 3 * i)) ] || fail "no class has begun or ended meanwhile"
must fw refresh
comes office true
is 2 eval "fw save | grep -c ^rule"

# looks: the kernel is told to look at once where a refresh would be refused.
looks() {
	on "$router" env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$selftests/netlink" python3 -c '
from rawnl import *
assert Socket().ask(C["CMD_ZONE_SET"])[0] == 0'
}

it "a policy that waits for its confirmation still waits when a class ends, and can be confirmed"
policy <<<"$office"
must fw add rule Inside Internet http allow --confirm 100
clock $tuesday 17:00:00 && must looks
comes office false
is true status confirm_pending
must fw confirm
is 3 eval "fw save | grep -c ^rule"

it "a policy that returns is compiled for the present hour, not for that of its commit"
now $tuesday 12:00:00
policy <<<"$office"
allowed
must fw load --confirm 100 "$work/policy"
clock $tuesday 18:00:00 && must looks
comes office false
must fw revert
is false active office
refused
now $tuesday 12:00:00
comes office true
allowed

it "a class that is in use cannot be deleted, and one that is not there not be used"
refuses "no such time class: 'office'" fw delete time office
refuses "no such time class: 'offices': .*did you mean 'office'" \
	fw add rule Inside Internet http allow time offices
must fw replace time office mon-sun 00:00-24:00
is true active office
must fw delete rule icq
must fw delete time office
is 0 status times

it "load and preview spare a connection in the hours of its rule, and refuse to cut it outside of them"
now $tuesday 18:00:00
policy <<<'rule Inside Firewall ssh allow name ssh'
p open ssh tcp inside "$in4,3004" router "$fwin4,22"
{
	echo "$common"
	echo 'time office mon-fri 08:00-17:00'
	echo 'rule Inside Firewall ssh allow time office'
} >"$work/office"
typed() { SSH_CONNECTION="$in4 3004 $fwin4 22" fw "$@"; }
must fw check "$work/office"
refuses '--force' typed load "$work/office"
cuts() { fw --json load --preview "$work/office" | gojq '[.cut[] | select(.client.port == 3004)] | length'; }
is 1 cuts
now $tuesday 12:00:00
is 0 cuts
must typed load "$work/office"
p say ssh

it "the clock has no guard: when the hours of its rule end, the connection ends"
now $tuesday 17:00:00
comes office false
p lost ssh
p forget ssh

it "a namespace goes while its classes are watched"
ns=$run-n
add_netns "$ns"
on "$ns" fwtool load "$work/office" >/dev/null 2>&1 || fail "not loaded"
ip netns del "$ns"
