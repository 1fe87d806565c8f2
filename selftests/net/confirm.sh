#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --confirm: the previous policy returns by the kernel's own timer unless it is confirmed.
#
# Topology: lib.sh.
#
# Any kernel: the kernel only counts the seconds.

. "$(dirname -- "$0")/../lib.sh"
topology

echo_only() { policy "$@" <<<'rule Inside Internet echo allow'; }
icq_only() { policy "$@" <<<'rule Inside Internet icq allow'; }

# The running policy shows in the packets that pass.
echo_runs() {
	for f in 4 6; do
		family
		p talk udp inside "$in" outside "$out,7"
		p refused silent tcp inside "$in" outside "$out,5190"
	done
}
icq_runs() {
	for f in 4 6; do
		family
		p talk tcp inside "$in" outside "$out,5190"
		p refused silent udp inside "$in" outside "$out,7"
	done
}

# So many seconds that a look comes before they are over, on a busy machine too.
soon=$(some 3 8)

rules_saying() { fw save | grep '^rule' | grep -c -- "$1"; }

it "a first policy that nobody confirms leaves no policy, and traffic untouched"
echo_only --confirm $soon
is true status confirm_pending
p refused silent tcp inside "$in4" outside "$out4,5190"
becomes false status confirm_pending
p talk tcp inside "$in4" outside "$out4,5190"
p talk tcp outside "$out6" inside "$in6,80"

it "a policy that nobody confirms is replaced by the one before, with the tool long gone"
echo_only
icq_only --confirm $soon
is true status confirm_pending
icq_runs
becomes false status confirm_pending
echo_runs

it "show prints the rows of the policy that returned"
is 0 rules_saying ' icq '
is 1 rules_saying ' echo '

it "confirm keeps the policy"
icq_only --confirm $soon
must fw confirm
is false status confirm_pending
end=$((SECONDS + soon + 1))
while [ $SECONDS -lt $end ]; do nap; done
icq_runs

it "revert returns at once"
echo_only --confirm 60
echo_runs
must fw revert
icq_runs
is false status confirm_pending

it "confirm and revert say so when no policy waits for them"
refuses 'fwtool: ' fw confirm
refuses 'fwtool: ' fw revert
icq_runs

it "sessions are judged by the policy that returned"
p open live tcp inside "$in4" outside "$out4,5190"
policy --confirm 60 <<<'rule Inside Internet anything allow'
p open other udp inside "$in4" outside "$out4,7"
p say live
must fw revert
p say live
p lost other
p forget live
p forget other

it "after a commit with --confirm while another waits, the way back is to the last confirmed policy"
icq_only
echo_only --confirm 60
must fw add rule Dmz Internet http allow --confirm 2
becomes false status confirm_pending
icq_runs

it "a commit without --confirm is refused while a policy waits, by every command, and may be previewed"
icq_only
echo_only --confirm 60
waiting=$(status generation)
sentence="policy $waiting waits for confirmation: confirm or revert it first, or commit with --confirm"
refuses "$sentence" fw load "$work/policy"
refuses "$sentence" fw load --force "$work/policy"
refuses "$sentence" fw add rule Dmz Internet http allow
refuses "$sentence" fw replace rule 1 Dmz Internet http allow
refuses "$sentence" fw delete rule 1
refuses "$sentence" fw refresh
must fw add rule Dmz Internet http allow --preview
is "$waiting" status generation
is true status confirm_pending
echo_runs
must fw revert

it "confirm and revert act on the policy that is named, and on no other"
echo_only --confirm 60
first=$(status generation)
must fw add rule Dmz Internet http allow --confirm 60
for word in confirm revert; do
	refuses 'another generation runs now' fw $word "$first"
	refuses "'x' is not the number of a policy" fw $word x
	refuses 'one word too many' fw $word "$first" "$first"
done
is true status confirm_pending
must fw confirm $((first + 1))
is false status confirm_pending
for word in confirm revert; do
	refuses 'no commit waits' fw $word $((first + 1))
done
is 1 rules_saying ' http '

# by ADDRESS WORD...: fwtool, typed in an SSH connection from ADDRESS.
by() { SSH_CONNECTION="$1 4000 $fwin4 22" fw "${@:2}"; }
it "without a number they act only on a policy that was committed from here"
echo_only
{ echo "$common"; echo 'rule Inside Internet icq allow'; } >"$work/icq"
must by "$in4" load --confirm 60 "$work/icq"
next=$(status generation)
for word in confirm revert; do
	refuses "policy $next, .* committed from $in4: .*'fwtool $word $next'" by "$other_in4" $word
	refuses "committed from $in4: .*'fwtool $word $next'" fw $word
done
is "\"$in4\"" status confirm_from.address
grep -q "committed from $in4; " <(fw status) || fail "$(fw status)"
is true status confirm_pending
must by "$in4" confirm
icq_runs
{ echo "$common"; echo 'rule Inside Internet echo allow'; } >"$work/echo"
must fw load --confirm 60 "$work/echo"
refuses "committed on this machine: " by "$in4" confirm
must by "$in4" revert $((next + 1)) --force
icq_runs

it "status says whether no policy runs or an empty one, and so does revert"
modprobe -r umbra && modprobe umbra
grep -q '0, no policy yet: traffic is untouched' <(fw status) || fail "$(fw status)"
is false status policy
echo '# nothing' >"$work/empty"
must fw load --confirm 60 "$work/empty"
is true status policy
grep -q 'generation: *1$' <(fw status) || fail "$(fw status)"
is 'there was none before: no policy runs, and traffic is untouched' fw revert
is false status policy
grep -q '2, no policy any more: traffic is untouched' <(fw status) || fail "$(fw status)"
must fw load "$work/empty"
is true status policy
grep -q 'generation: *3$' <(fw status) || fail "$(fw status)"

it "commits with --confirm and reverts may follow each other at once"
icq_only
for ((i = 0; i < 10; i++)); do
	echo_only --confirm 60
	must fw revert
done
icq_runs

it "editing commands take --confirm too"
must fw add rule Inside Internet echo allow --confirm $soon
is true status confirm_pending
p talk udp inside "$in4" outside "$out4,7"
becomes false status confirm_pending
icq_runs

it "--confirm wants seconds from 1 to 86400"
for seconds in 0 86401 x -1 ''; do
	refuses 'fwtool: ' fw load --confirm "$seconds" "$work/policy"
done
icq_runs

it "the generation never goes back, whatever returns"
before=$(status generation)
echo_only --confirm 60
must fw revert
after=$(status generation)
[ "$after" -ge "$before" ] || fail "generation $before, then $after"
