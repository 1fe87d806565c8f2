# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The parts of a storm, for smp/storm.sh: processes that each repeat one thing until the time
# is over.
#
#	rain		packets of the same flows, from each CPU: new sessions, NAT, relays
#	talkers		conversations of the hosts' own kernels, whose bytes are compared
#	workers		commands: commits, edits, kills, questions, links, namespaces
#	monitors	who listens to the events

guest=$run-g guest4=10.77.0.2
nat4=10.9.9.1 nat6=2001:db8:9::1
second_in4=192.168.1.67 second_in6=2001:db8:1::67
second_out4=198.51.100.67 second_out6=2001:db8:2::67

# --- Policies ----------------------------------------------------------------------------

# policy_file NAME <rows. Timeouts are as short as allowed, so sessions expire all the time.
policy_file() {
	{
		echo "${common/set ends silent/}"
		cat <<-'END'
			set timeout-udp-unreplied 1
			set timeout-nat-udp-unreplied 2
			set timeout-tcp-opening 1
			set timeout-nat-tcp-opening 2
			set timeout-tcp-closing 2
			set timeout-tcp-closed 1
			set sessions-max 6000
		END
		cat
	} >"$work/$1"
}

# open_to SERVER: rules that allow most of the traffic, and a relay of each type to the server.
open_to() {
	cat <<-END
		rule Any Firewall any-udp allow sessions 20
		rule Any Firewall ping allow rate 20
		rule Inside Any anything allow name out
		rule Internet Inside any-udp allow name in
		relay $fwdoc4:5190-5197 $1:5190 tcp-relay from Internet Inside
		relay $fwdoc4:5290-5297 $1:5290 tcp-forward from Internet
		relay $fwdoc4:5390-5397 $1:5390 semitransparent-tcp-forward from Internet
		relay $fwdoc4:6000-6031 $1:6000 udp-forward from Internet
		relay $fwdoc4:6100-6131 $1:6100 semitransparent-udp-forward from Internet
	END
}

# There are few ports, so they run out, and each one soon gets another owner.
policy_files() {
	policy_file masquerade < <(
		echo 'nat eth1 eth0 masquerade ports 4000-4023'
		echo 'nat eth1 eth2 masquerade'
		echo "nat eth1 eth0 source [$nat6]:4000-4023"
		open_to "$icq4"
	)
	policy_file mapped < <(
		echo 'nat eth1 eth0 masquerade ports 4000-4023 endpoint-independent'
		echo 'nat eth1 eth2 masquerade endpoint-independent'
		echo "nat eth1 eth0 source [$nat6]:4000-4023 endpoint-independent"
		open_to "$icq4"
	)
	policy_file pool < <(
		echo "nat eth1 Any source $nat4-10.9.9.2:4000-4031"
		echo "nat eth1 Any source $nat6-2001:db8:9::2"
		open_to "$other_in4"
	)
	policy_file closed <<-'END'
		rule Inside Internet any-tcp reject
		rule Inside Dmz anything allow name out
	END
	policy_file guest <<<'rule Any Any anything allow'
}

# --- Packets and conversations --------------------------------------------------------------

# Packets of one family that open sessions, answer, close, reset, are errors, or belong to none.
flows_of() {
	local outside_of=$1 second=$2 host

	for host in "$ghost_in" "$second"; do
		echo "inside udp $host,4000 $ghost_out,7 times=16 step=sport"
		echo "inside udp $host,4010 $ghost_dmz,7 times=16 step=sport"
		echo "inside tcp $host,4000 $ghost_out,5190 S times=16 step=sport"
		echo "inside tcp $host,4000 $ghost_out,5190 A times=16 step=sport"
		echo "inside tcp $host,4000 $ghost_out,5190 R times=8 step=sport"
		echo "inside $icmp $host $ghost_out $ping ident=4000 times=8 step=sport"
	done
	echo "inside udp $ghost_in,4000 $ghost_out,8 len=2000 split=1000 times=2"
	echo "inside udp $ghost_in,4000 $ghost_out,7 ttl=1 times=2"
	echo "inside udp $ghost_in,4100 $fwin,77 times=8 step=sport"
	echo "inside $icmp $ghost_in $fwin $ping ident=5"
	echo "outside udp $ghost_out,7 $outside_of,4000 times=16 step=dport"
	echo "outside udp $other_out,9 $outside_of,4000 times=16 step=dport"
	echo "outside tcp $ghost_out,5190 $outside_of,4000 SA times=16 step=dport"
	echo "outside tcp $ghost_out,5190 $outside_of,4000 FA times=4 step=dport"
	echo "outside $icmp $ghost_out $outside_of $no_port about udp $outside_of,4000 $ghost_out,7"
}

flows() {
	f=6
	family
	flows_of "$nat6" "$second_in6"
	f=4
	family
	flows_of "$fwout4" "$second_in4"
	echo "outside udp $ghost_out4,7 $nat4,4000 times=16 step=dport"
	echo "outside udp $ghost_out4,3000 $fwdoc4,6000 times=16 step=dport"
	echo "outside udp $ghost_out4,3000 $fwdoc4,6100 times=16 step=dport"
	echo "outside tcp $ghost_out4,3000 $fwdoc4,5190 S times=8 step=sport"
	echo "outside tcp $ghost_out4,3000 $fwdoc4,5190 A times=8 step=sport"
	echo "outside tcp $ghost_out4,3000 $fwdoc4,5290 S times=8 step=sport"
	echo "inside udp $ghost_in4,4000 $guest4,9 times=16 step=sport"
	echo "inside udp $ghost_in4,4020 $fwout4,4000 times=8 step=dport"
}

# openers: packets that only open sessions, 896 in all.
openers() {
	local host

	for f in 4 6; do
		family
		second_in=second_in$f second_out=second_out$f
		for host in "$ghost_in" "${!second_in}"; do
			echo "inside udp $host,4000 $ghost_out,7 times=64 step=sport"
			echo "inside udp $host,4000 ${!second_out},7 times=64 step=sport"
			echo "inside tcp $host,4000 $ghost_out,5190 S times=64 step=sport"
			echo "inside $icmp $host $ghost_out $ping ident=4000 times=32 step=sport"
		done
	done
}

# rain N: one rain sends enough at once for the table to grow and to fill. The table shrinks
# again when the sessions expire.
rain() {
	flows
	[ "$1" != 0 ] ||
		echo "inside udp $ghost_in4,10000 $ghost_dmz4,9 times=2500 step=sport"
}

# talks N: the conversations of one talker; no two talkers share a server.
talks() {
	local n=$1

	echo "tcp inside $in4 outside $out4,$((5190 + n))"
	echo "tcp inside $in6 outside $out6,$((5190 + n)) 20000"
	echo "udp inside $in4 outside $out4,$((7000 + n))"
	echo "tcp outside $out4 inside $icq4,$((5190 + n)) via=$fwdoc4,$((5190 + n)) 20000"
	echo "tcp inside $other_in4 inside $icq4,$((5194 + n)) via=$fwdoc4,$((5194 + n))"
	echo "tcp outside $out4 inside $icq4,$((5290 + n)) via=$fwdoc4,$((5290 + n))"
	echo "tcp outside $out4 inside $icq4,$((5390 + n)) via=$fwdoc4,$((5390 + n))"
	echo "udp outside $out4 inside $icq4,$((6000 + n)) via=$fwdoc4,$((6000 + n))"
}

# storms NAME CPU COMMAND <ARGUMENTS: a `play` of its own that takes the ARGUMENTS in turn.
storms() {
	local name=$1 cpu=$2

	{
		echo "station inside $inside eth0 02:00:00:00:01:01"
		echo "station outside $outside eth0 02:00:00:00:02:01"
		sed "s/^/turn $3 /"
		echo "storm $((end - SECONDS)) $cpu"
	} >"$work/$name.turns"
	UMBRA_WAIT_MS=1000 "$helpers/play" <"$work/$name.turns" >>"$work/$name.said" &
	children[$!]=$name
}

# --- Commands --------------------------------------------------------------------------------

# works NAME MAY COMMAND...: repeats COMMAND; when it fails, its message must fit MAY.
works() {
	local name=$1 may=$2

	shift 2
	(
		trap - EXIT
		renice -n -5 $BASHPID >/dev/null	# beginning a process takes longest
		rounds=0
		until [ $rounds -gt 0 ] && [ $SECONDS -ge "$end" ]; do
			said=$("$@" 2>&1 >/dev/null) || [[ $said =~ $may ]] || echo "$said"
			rounds=$((rounds + 1))
		done >>"$work/$name.wrong"
		echo $rounds >>"$work/$name.rounds"
	) &
	children[$!]=$name
}

# For two seconds in five nothing is committed for good, so that a revert can happen.
calm() { [ $((SECONDS % 5)) -gt 2 ]; }
after_calm() { while calm; do nap; done; }

commits() {
	local files=(masquerade mapped pool closed masquerade mapped)
	local file=$work/${files[RANDOM % 6]}

	if calm; then
		fw load --confirm 1 "$file" && after_calm
	else
		fw load "$file"
	fi
}

edits() {
	after_calm
	case $((RANDOM % 7)) in
	0) fw add rule at 1 Inside Dmz icq allow name edited sessions 5 rate 10 ;;
	1) fw delete rule edited ;;
	2) fw replace nat 1 eth1 eth0 masquerade ports 4000-4127 ;;
	3) fw replace nat 1 eth1 eth0 none ;;
	4) fw add relay "$fwdoc4:7000-7007" "$icq4:7000" tcp-relay from Internet ;;
	5) fw replace set sessions-max 100 ;;
	6) fw revert ;;
	esac
}

kills() {
	case $((RANDOM % 6)) in
	0) fw session kill client "$ghost_in4" ;;
	1) fw session kill family 6 ;;
	2) fw session kill relay 1 ;;
	3) fw session kill rule out ;;
	4) fw session kill state established ;;
	5) fw session kill all ;;
	esac
}

asks() {
	case $((RANDOM % 10)) in
	0) fw session list proto udp ;;
	1) fw --json session list family 6 ;;
	2) fw session count host "$icq4" ;;
	3) fw show ;;
	4) fw --json show relays ;;
	5) fw stats --all ;;
	6) fw explain tcp "$in4" "$out4:5190" in eth1 ;;
	7) fw explain udp "$ghost_out4:9" "$fwout4:4000" in eth0 ;;
	8) fw load --preview "$work/closed" ;;
	9) fw --json load --preview --keep-sessions "$work/mapped" ;;
	esac
}

masqueraded() { fw session list family 4 interface eth0 | grep -c "=>$fwout4:"; }

# The address of eth0 goes, and ends the sessions that left with it, while others
# are beginning. eth2 goes down, which ends more.
links() {
	local tries=0

	ip -n "$router" address delete "$fwout4/24" dev eth0
	while [ "$(masqueraded)" != 0 ]; do
		[ $((tries++)) -lt 20 ] || { echo "a session keeps an address that is gone" >&2; break; }
		nap
	done
	ip -n "$router" -batch - <<-END && [ $tries -lt 20 ]
		link set eth2 down
		address delete $fwdoc4/32 dev eth0
		address add $fwout4/24 dev eth0
		address add $fwdoc4/32 dev eth0
		link set eth2 up
		address add $fwdmz6/64 dev eth2 nodad
		$(ghosts eth2 203.0.113 2001:db8:3 02:00:00:00:03:10 | sed s/add/replace/)
	END
}

no_guest() { ! ip -n "$router" link show x0 >/dev/null 2>&1; }

# A namespace with a policy goes while it has sessions. Every other time its link goes
# at the same moment.
guests() {
	ip netns add "$guest" || return
	ip link add eth0 netns "$guest" type veth peer name x0 netns "$router" || return
	ip -n "$guest" -batch - <<-END || return
		link set eth0 up
		address add $guest4/24 dev eth0
		route add default via 10.77.0.1
	END
	ip -n "$router" -batch - <<-END || return
		link set x0 up
		address add 10.77.0.1/24 dev x0
	END
	on "$guest" fwtool load "$work/guest" || return
	nap
	ip netns delete "$guest" || return
	[ $((RANDOM % 2)) = 0 ] || ip -n "$router" link delete x0 2>/dev/null
	while ! no_guest && [ $SECONDS -lt "$end" ]; do nap; done
}

reloads() {
	rmmod umbra && echo once >>"$work/unloads"
	modprobe umbra
	fw load "$work/mapped" && nap
}

kills_all() { fw session kill all; }

# --- The storm -------------------------------------------------------------------------------

# listens NAME WORD...: writes events into a file of that name.
listens() {
	local name=$1

	shift
	busybox nsenter --net="/run/netns/$router" fwtool monitor "$@" \
		>>"$work/$name.events" 2>>"$work/$name.wrong" &
	monitors[$!]=$name
}

# storm SECONDS MAY WORKER...: runs all of it, and the workers named. MAY is what may go wrong.
# Their output is appended to that of an earlier storm of this test.
storm() {
	local seconds=$1 may=$2 cpu worker

	shift 2
	end=$((SECONDS + seconds))
	declare -gA children=() monitors=()
	listens all
	listens policies policy
	for ((cpu = 0; cpu < $(nproc) && cpu < 4; cpu++)); do
		storms "rain$cpu" $cpu send < <(rain $cpu)
		storms "talk$cpu" $cpu talk < <(talks $cpu)
	done
	for worker; do
		works "$worker" "$may" "$worker"
	done
	works kills "$may" kills
	works asks "$may" asks
	works links "$may" links
}

# race SECONDS: all CPUs open the same sessions, while another process ends them all, until the
# last two seconds.
race() {
	local cpu

	declare -gA children=() monitors=()
	end=$((SECONDS + $1))
	for ((cpu = 0; cpu < $(nproc) && cpu < 4; cpu++)); do
		storms "race$cpu" $cpu send < <(openers)
	done
	end=$((end - 2))
	works kills_all none kills_all
	calmed
	[ ! -s "$work/kills_all.wrong" ] || fail "$(cat "$work/kills_all.wrong")"
	# What has not had its turn since the last of them.
	while read -r line; do
		p send "$line"
	done < <(openers)
}

# The end of the storm: each child ends by itself, monitors are stopped, a waiting policy is reverted.
calmed() {
	local pid

	for pid in "${!children[@]}"; do
		wait "$pid" || fail "${children[$pid]} ended with status $?"
	done
	for pid in "${!monitors[@]}"; do
		kill "$pid" 2>/dev/null
		wait "$pid"
	done
	[ ! -d /sys/module/umbra ] || becomes false status confirm_pending
}
