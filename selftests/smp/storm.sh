#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A storm: everything at the same time, from every processor, for UMBRA_STORM_SECONDS: two minutes with
# UMBRA_LONG=1, else less. After that it checks whether all is as it should be. Races show only if there
# are several processors: scripts/check runs it with two and with four, and
#
#	UMBRA_STORM_SECONDS=300 scripts/vm --cpus 4 --timeout 1800 -- selftests/run.sh storm
#
# is a longer one on four. What it is made of: storm-lib.sh. Topology: lib.sh, and a
# namespace with a policy of its own that comes and goes, at 10.77.0.2.

. "$(dirname -- "$0")/../lib.sh"
. "$(dirname -- "$0")/../storm-lib.sh"
topology
policy_files

# With one processor it is short, because it is meant for several.
usual() {
	if [ "$(nproc)" = 1 ]; then
		some 6 40
	elif [ "${UMBRA_LONG-}" = 1 ]; then
		echo 120
	else
		echo 40
	fi
}
seconds=${UMBRA_STORM_SECONDS:-$(usual)}
slab=/sys/kernel/slab/umbra_session

# --- Everything at the same time --------------------------------------------------------------

# What commands may print if their row is gone, or another command has replaced their policy meanwhile.
may='no (rule|nat|relay|setting|such)|nothing reverted|another commit came first'
may+='|waits for confirmation|another generation runs now|policy changed since generation|two relays listen there|the name is taken: .edited.'
# Messages about a table that was resized while a list was read.
may+='|rearranged meanwhile|kept changing'

# lacks N COUNT WHAT: prints WHAT if COUNT is less than N.
lacks() { [ "${2:-0}" -ge "$1" ] || echo "$3: ${2:-none}, not $1 or more"; }

# lacking: what a storm should cause and has not caused yet, a line each.
lacking() {
	local reason

	lacks 100 "$(wc -l <"$work/all.events")" "events of all kinds"
	lacks 1 "$(grep -c revert "$work/policies.events")" "reverts"
	lacks 1000 "$(total created)" "sessions"
	lacks 2 "$(total resizes)" "sizes of the table"
	for reason in policy timeout closed killed nat-address; do
		lacks 1 "$(counted $reason ended)" "sessions that ended for $reason"
	done
	for reason in nat-exhausted sessions-full rule-sessions; do
		lacks 1 "$(counted $reason)" "refusals for $reason"
	done
}

# How much happens in a time depends on the machine: a slow one has up to four storms. One
# processor, or a short storm, does not cause everything.
tries=4
[ "$(nproc)" -gt 1 ] && [ "$seconds" -ge 20 ] || tries=

it "everything at the same time: nothing dies, and no command fails in a way that it may not"
must fw load "$work/masquerade"
for ((try = 1; try <= ${tries:-1}; try++)); do
	storm "$seconds" "$may" commits edits guests
	calmed
	missing=$(lacking)
	[ -n "$missing" ] || break
	echo "# storm $try: $missing"
done
for name in "${children[@]}" "${monitors[@]}"; do
	[ ! -s "$work/$name.wrong" ] || fail "$name: $(sort "$work/$name.wrong" | uniq -c | head -5)"
done

it "all of that has happened"
did=
if [ -z "$tries" ]; then
	skip "one processor, or a short storm"
elif [ -n "$missing" ] && [[ ${UMBRA_LANE-} == qemu-* ]]; then
	skip "a kernel that watches is too slow for all of it here: ${missing//$'\n'/; }"
elif [ -n "$missing" ]; then
	fail "$missing"
fi
for name in "${children[@]}"; do
	[ ! -e "$work/$name.rounds" ] || did+=" $name $(paste -sd+ "$work/$name.rounds")"
done
echo "# $(total created) sessions;$did"

it "conversations get through meanwhile, and no byte is lost"
for name in "${children[@]}"; do
	[[ $name == rain* ]] && grep -E '^(fail|# else)' "$work/$name.said" &&
		fail "$name did not send all"
	[[ $name == talk* ]] || continue
	! grep -hE '^fail|another conversation' "$work/$name.said" >&2 || fail "see above"
	grep -qE '^# [1-9][0-9]* of' "$work/$name.said" || fail "$name: none got through"
done

# --- Now that it is calm ---------------------------------------------------------------------

# calm_policy <rows: nothing expires.
calm_policy() {
	policy < <(
		for name in udp-unreplied nat-udp-unreplied tcp-opening nat-tcp-opening icmp; do
			echo "set timeout-$name 900"
		done
		echo 'rule Inside Any anything allow'
		cat
	)
	must fw session kill all
}

many() {
	p send inside udp "$ghost_in4,10000" "$ghost_dmz4,9" times=3000 step=sport
	p send inside udp "$ghost_in6,10000" "$ghost_dmz6,9" times=3000 step=sport
}

it "packets find their sessions in a table that has grown so often"
calm_policy <<<'nat eth1 eth2 masquerade'
many
is 6000 sessions
created=$(total created)
many
is "$created" total created
is 6000 fw session kill interface eth2

# A list reports if the table was resized meanwhile, which may go on for a while.
listed() { [ -z "$(fw --json session list 2>&1 >"$work/list")" ]; }

# outside_ends JQ: JQ on [protocol, inside address, port, outside address, port] of sessions.
outside_ends() {
	busywait listed
	gojq "[.sessions[] | .client as \$c | [.protocol, \$c.address, \$c.port // \$c.id] as \$in |
		\$c.translated as \$t | [.protocol, \$t.address, \$t.port // \$t.id] as \$out |
		{in: \$in, out: \$out}] | $1" "$work/list"
}

it "CPUs that open the same flows at once open each once, with a port of its own"
calm_policy <<END
nat eth1 eth0 masquerade
nat eth1 eth0 source $nat6
END
race "$(some 3 5)"
is 896 sessions
is 896 outside_ends 'map(.out) | unique | length'
is 896 gojq '.sessions | map(.id) | unique | length' "$work/list"

it "with endpoint-independent mapping each inside socket has one outside, and no other has it"
calm_policy <<END
nat eth1 eth0 masquerade endpoint-independent
nat eth1 eth0 source $nat6 endpoint-independent
END
race "$(some 3 5)"
is 896 sessions
is 640 outside_ends 'map(.in) | unique | length'
is 640 outside_ends 'map(.out) | unique | length'
is 640 outside_ends 'unique | length'

it "as many sessions ended as began, and no row counts one any more"
must fw load "$work/masquerade"
balanced

# all_ports OPTION: takes, for each protocol, the 24 ports of the rows that the storm used.
all_ports() {
	calm_policy <<-END
		nat eth1 eth0 masquerade ports 4000-4023 $1
		nat eth1 eth0 source [$nat6]:4000-4023 $1
	END
	for f in 4 6; do
		family
		mark nat-exhausted
		p send inside udp "$ghost_in,30000" "$ghost_out,7" times=25 step=sport
		p send inside tcp "$ghost_in,30000" "$ghost_out,7" S times=25 step=sport
		p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=30000 times=25 step=sport
		drops nat-exhausted 3
		is 72 sessions family $f
	done
}

it "every outside port is free again"
all_ports
all_ports endpoint-independent

it "no session's memory is left behind"
must fw session kill all
objects() { echo 1 >$slab/shrink && cut -d' ' -f1 $slab/objects; }
if [ ! -e $slab/objects ] || [ -L $slab ]; then
	skip "this kernel has no count of them by themselves"
else
	becomes 0 objects
fi

pass() {
	must fw load "$work/masquerade"
	p talk tcp inside "$in4" outside "$out4,5190" "as=$fwout4" 100000
	p talk udp inside "$in4" dmz "$in_dmz4,7" "as=$fwdmz4"
	p talk tcp inside "$in6" outside "$out6,5190" "as=$nat6"
	p talk tcp outside "$out4" inside "$icq4,5190" "via=$fwdoc4,5190" "as=$fwin4" 100000
	p talk tcp outside "$out4" inside "$icq4,5390" "via=$fwdoc4,5390" "as=$out4"
	p talk udp outside "$out4" inside "$icq4,6000" "via=$fwdoc4,6000" "as=$fwin4"
}

it "conversations pass as before"
pass

# --- And without the module --------------------------------------------------------------------

# The kernel patches its own code when the first hook of a kind is added and the last one removed,
# with a trap in that place for a moment. An emulated processor that runs there meanwhile may
# take the trap for ever (QEMU's TCG with several threads: both processors were seen in it, although
# the code was right). So somebody else has a hook of each kind here all the time.
if emulated; then
	nft -f - <<-'END' || fail "no hooks to keep the kernel's code as it is"
		table inet keep {
			chain in { type filter hook prerouting priority 0; }
			chain out { type filter hook output priority 0; }
		}
		table netdev keep {
			chain in { type filter hook ingress device lo priority 0; }
		}
	END
fi

it "the module goes and comes in the storm"
: >"$work/unloads"
storm $((seconds / 4 + 4)) . reloads
calmed
[ -s "$work/unloads" ] || fail "it was never unloaded"
modprobe umbra
# Connections whose ends were missed keep their few ports until they time out.
must fw load "$work/masquerade"
must fw session kill all
pass
balanced
[ ! -e $slab/objects ] || [ -L $slab ] || becomes 0 objects
