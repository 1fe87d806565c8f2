#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Commits and live sessions: which sessions a new policy cuts, and which it keeps.
#
# Topology: lib.sh, with live conversations of real hosts inside and outside.
#
# Any kernel: Umbra's own tables decide which sessions a policy cuts.

. "$(dirname -- "$0")/../lib.sh"
topology

two_rules() {
	policy "$@" <<-'END'
		rule Inside Internet icq allow name icq
		rule Inside Internet echo allow name echo
	END
}
only_echo() {
	policy "$@" <<-'END'
		rule Inside Internet echo allow name echo
	END
}
open_all() {
	for f in 4 6; do
		family
		p open "tcp$f" tcp inside "$in" outside "$out,5190"
		p open "udp$f" udp inside "$in" outside "$out,7"
	done
}
forget_all() {
	for f in 4 6; do
		p forget "tcp$f"
		p forget "udp$f"
	done
}

ids_and_packets() {
	fw --json session list | gojq -c '[.sessions[] |
		{id, n: (.sent.packets + .received.packets)}] | sort_by(.id)'
}
rule_hits() {
	fw --json show rules | gojq --arg name "$1" '[.. | objects | select(.name? == $name) |
		.hits? // empty] | first'
}

two_rules
open_all

it "the same policy again keeps every session, with its id and counters"
before=$(ids_and_packets)
two_rules
for f in 4 6; do
	p say "tcp$f"
	p say "udp$f"
done
after=$(ids_and_packets)
is true gojq -n --argjson a "$before" --argjson b "$after" \
	'[$a, $b] | (map(map(.id)) | .[0] == .[1])
	and ([range(4) as $i | .[0][$i].n <= .[1][$i].n] | all)'

it "an unchanged rule keeps its hits over a commit"
hits=$(rule_hits echo)
[ "${hits:-0}" -gt 0 ] || fail "echo has '$hits' hits"
must fw add rule Dmz Internet icq allow
must fw add rule at 1 Dmz Internet http allow
is "$hits" rule_hits echo

it "unchanged rules in another order keep their sessions"
policy <<'END'
rule Inside Internet echo allow name echo
rule Inside Internet icq allow name icq
END
for f in 4 6; do
	p say "tcp$f"
	p say "udp$f"
done

it "a removed rule cuts its live sessions at their next packet, the client's"
only_echo
mark policy ended
for f in 4 6; do
	p lost "tcp$f"
	p say "udp$f"
done
drops policy 2 ended
is 0 sessions proto tcp
forget_all

it "a removed rule cuts its live sessions at the server's next packet, too"
two_rules
open_all
only_echo
for f in 4 6; do
	p lostback "tcp$f"
	p lost "tcp$f"
	p say "udp$f"
done
is 0 sessions proto tcp

it "the connection is not picked up again when the rule comes back"
two_rules
for f in 4 6; do
	p lost "tcp$f"
done
forget_all

it "--keep-sessions does not judge sessions again"
two_rules
open_all
only_echo --keep-sessions
for f in 4 6; do
	family
	p say "tcp$f"
	p say "udp$f"
	p refused silent tcp inside "$in" outside "$other_out,5190"
done

it "a later commit without --keep-sessions judges sessions again"
only_echo
for f in 4 6; do
	p lost "tcp$f"
	p say "udp$f"
done
forget_all

it "a session moves to another rule that allows it, and says so"
two_rules
open_all
policy <<'END'
rule Client Internet anything allow name wider
END
for f in 4 6; do
	p say "tcp$f"
	p say "udp$f"
done
is 4 sessions rule wider

it "an earlier rule that refuses cuts a session, whether it rejects or discards"
must fw add rule at 1 Client Internet icq reject
for f in 4 6; do
	p lost "tcp$f"
	p say "udp$f"
done
must fw add rule at 1 Client Internet echo discard
for f in 4 6; do
	p lost "udp$f"
done
forget_all

it "a disabled rule is like a removed one, and lets new sessions in when it is enabled again"
policy <<'END'
rule Inside Internet echo allow name echo
END
p open live udp inside "$in4,2000" outside "$out4,7"
must fw replace rule echo Inside Internet echo allow name echo disabled
p lost live
must fw replace rule echo Inside Internet echo allow name echo
p say live
p forget live

it "a network that shrinks cuts the sessions of hosts no longer in it"
policy <<'END'
network Few 192.168.1.10 192.168.1.11
rule Few Internet echo allow
END
p open one udp inside "$in4,2001" outside "$out4,7"
p open two udp inside "$other_in4,2001" outside "$other_out4,7"
must fw replace network Few 192.168.1.10
p say one
p lost two
p forget one
p forget two

it "sessions of the firewall itself are judged again, too"
policy <<'END'
rule Inside Firewall ssh allow name ssh
rule Firewall Internet http allow name http
END
for f in 4 6; do
	family
	p open "in$f" tcp inside "$in" router "$fwin,22"
	p open "out$f" tcp router "$fwout" outside "$out,80"
done
must fw delete rule ssh
for f in 4 6; do
	p lost "in$f"
	p say "out$f"
	p forget "in$f"
done
must fw delete rule http
for f in 4 6; do
	p lost "out$f"
	p forget "out$f"
done

it "a binding that makes a live session's source spoofed cuts it"
policy_exactly <<'END'
network Here 192.168.1.0/24 2001:db8:1::/64
service echo udp dynamic any 7
rule Here Any echo allow
END
p open live udp inside "$in4,2002" outside "$out4,7"
policy_exactly <<'END'
network Here 192.168.1.0/24 2001:db8:1::/64
network Elsewhere eth2 192.168.1.0/24
service echo udp dynamic any 7
rule Here Any echo allow
END
p lost live
p forget live

it "traffic of an allowed session never stops while policies are committed"
two_rules
p open live udp inside "$in4,2003" outside "$out4,7"
for ((i = 0; i < 30; i++)); do
	fw add rule Dmz Internet icq allow name "r$i" >/dev/null 2>&1 &
	p say live
	wait $!
done
p say live
is 32 status rules
