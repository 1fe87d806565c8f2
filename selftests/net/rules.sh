#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rules: order, disabled rows, ceilings and rates, and the commands that edit them.
# Topology: lib.sh.
#
# Any kernel: Umbra's classifier decides which rule a packet fits.

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
service one tcp dynamic any 1001
service two tcp dynamic any 1002
service three tcp dynamic any 1003
service ones group one two
rule Inside Internet one reject name first
rule Inside Internet ones allow name second
rule Inside Internet three allow name third disabled
END

# verdicts HOW...: the verdicts on ports 1001, 1002, 1003, from inside to outside.
verdicts() {
	local port=1001 how

	for f in 4 6; do
		family
		port=1001
		for how; do
			if [ "$how" = passed ]; then
				p talk tcp inside "$in" outside "$out,$port"
			else
				p refused "$how" tcp inside "$in" outside "$out,$port"
			fi
			port=$((port + 1))
		done
	done
}

it "the first rule that fits decides, and a disabled one is not there"
verdicts reset passed silent

it "move changes the order, and with it the verdict"
must fw move rule second 1
verdicts passed passed silent

it "moved back, the first is first again"
must fw move rule first 1
verdicts reset passed silent

it "delete takes a rule away"
must fw delete rule first
verdicts passed passed silent

it "replace puts a row in another's place"
must fw replace rule third Inside Internet three allow
verdicts passed passed passed

it "add puts a rule at the end, where an earlier one goes first"
must fw add rule Inside Internet any-tcp reject
verdicts passed passed passed
f=4 family
p refused reset tcp inside "$in" outside "$out,1004"

it "add can put a rule in front"
must fw add rule at 1 Inside Internet two discard
verdicts passed silent passed

it "a rule for one host goes before one for its network"
policy <<'END'
rule Client Internet icq discard
rule Inside Internet icq allow
END
for f in 4 6; do
	family
	p refused silent tcp inside "$in" outside "$out,5190"
	p talk tcp inside "$other_in" outside "$out,5190"
done

it "Any is everyone, on either side"
policy <<'END'
rule Any Any icq allow
END
for f in 4 6; do
	family
	p talk tcp inside "$in" outside "$out,5190"
	p talk tcp outside "$out" inside "$in,5190"
	p talk tcp dmz "$in_dmz" outside "$out,5190"
	p talk tcp inside "$in" router "$fwin,5190"
	p talk tcp router "$fwin" inside "$in,5190"
	p refused silent tcp inside "$in" outside "$out,80"
done

it "a rule's own ceiling refuses one session more, and says why in its counter"
policy <<'END'
rule Inside Internet echo allow sessions 3
END
for f in 4 6; do
	family
	must fw session kill all
	mark rule-sessions
	p send inside udp "$ghost_in,3000" "$ghost_out,7" times=5 step=sport
	p count 3 outside udp "$ghost_in" "$ghost_out,7"
	drops rule-sessions 2
	is 3 sessions
done

it "sessions that end make room under the ceiling"
must fw session kill all
p send inside udp "$ghost_in4,3010" "$ghost_out4,7" times=3 step=sport
must fw session kill client-port 3011
p send inside udp "$ghost_in4,3020" "$ghost_out4,7"
p count 4 outside udp "$ghost_in4" "$ghost_out4,7"
is 3 sessions

more_than_four() { [ "$(sessions)" -ge 5 ]; }
next_port=3200
rate_filled() {
	local before

	before=$(sessions)
	p send inside udp "$ghost_in4,$((next_port++))" "$ghost_out4,7"
	[ "$(sessions)" -gt "$before" ]
}

it "a rule's rate lets one second's worth pass at once, and no more"
policy <<'END'
rule Inside Internet echo allow rate 5
END
must fw session kill all
mark rule-rate
p send inside udp "$ghost_in4,3100" "$ghost_out4,7" times=40 step=sport
busywait more_than_four
more=$(sessions)
[ "$more" -ge 5 ] && [ "$more" -le 15 ] || fail "$more sessions, not about 5"
drops rule-rate $((40 - more))

it "the rate fills again, and packets of open sessions do not count"
busywait rate_filled
p send inside udp "$ghost_in4,3100" "$ghost_out4,7" times=50
p count 50 outside udp "$ghost_in4,3100" "$ghost_out4,7"

it "the two ends of a session are the client and the server, whoever speaks next"
policy <<'END'
rule Inside Internet any-udp allow
END
p open live udp inside "$in4,4000" outside "$out4,7"
p say live
p refused silent udp outside "$out4,8" inside "$in4,4000"
p say live
