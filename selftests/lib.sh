# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # a test uses the parts that it needs
#
# What the tests in net/ share. A test is a script:
#
#	. "$(dirname -- "$0")/../lib.sh"
#	topology			the hosts below, and `play` to act for them
#	policy <<-END			networks and services below, and these rows
#		rule Inside Internet icq allow
#	END
#	it "an inside client reaches a server outside"
#	p talk tcp inside "$in4" outside "$out4,5190"
#
# Each `it` begins one result: "ok SENTENCE", or "not ok SENTENCE" and what went wrong. It is
# printed when the next result begins or the script ends. After a failed check the test goes on.
#
#	  inside                    router                      outside
#	 +-------------------+     +-----------------------+     +---------------------+
#	 | eth0 192.168.1.10 |-----| eth1 192.168.1.1      |     |                     |
#	 |      .11 .17      |     |                  eth0 |-----| eth0 198.51.100.10  |
#	 |   2001:db8:1::10  |     |          198.51.100.1 |     |      .11            |
#	 |      ::11 ::17    |     |               1.2.3.4 |     |   2001:db8:2::10    |
#	 +-------------------+     |         2001:db8:2::1 |     |      ::11           |
#	                           | eth2 203.0.113.1      |     +---------------------+
#	  dmz                      |   2001:db8:3::1       |
#	 +-------------------+     |                       |
#	 | eth0 203.0.113.10 |-----|                       |
#	 |   2001:db8:3::10  |     +-----------------------+
#	 +-------------------+
#
# On each link .66 to .69 (::66 to ::69) have a hardware address, but no kernel that would
# answer: these are the ends of conversations made by hand.

export LC_ALL=C.UTF-8
selftests=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
build=${UMBRA_BUILD:-$selftests/../build}
helpers=${UMBRA_HELPERS:-$build/selftests}

# Exit status of a script that cannot run here.
SKIP=4

script=$(basename -- "$0" .sh)
run=$script-$$
router=$run-r inside=$run-i outside=$run-o dmz=$run-d
netns=()
work=$(mktemp -d "/tmp/$run.XXXXXX") || exit 1

in4=192.168.1.10 in6=2001:db8:1::10
other_in4=192.168.1.11 other_in6=2001:db8:1::11
icq4=192.168.1.17 icq6=2001:db8:1::17
out4=198.51.100.10 out6=2001:db8:2::10
other_out4=198.51.100.11 other_out6=2001:db8:2::11
in_dmz4=203.0.113.10 in_dmz6=2001:db8:3::10
fwin4=192.168.1.1 fwin6=2001:db8:1::1
fwout4=198.51.100.1 fwout6=2001:db8:2::1
fwdoc4=1.2.3.4
fwdmz4=203.0.113.1 fwdmz6=2001:db8:3::1
ghost_in4=192.168.1.66 ghost_in6=2001:db8:1::66
ghost_out4=198.51.100.66 ghost_out6=2001:db8:2::66
ghost_dmz4=203.0.113.66 ghost_dmz6=2001:db8:3::66

# family: sets each NAME to NAME4 or NAME6, depending on f. Also sets the words of the family's
# ICMP, and header, the bytes of its IP and UDP headers.
#	for f in 4 6; do family; it "... (IPv$f)"; p talk tcp inside "$in" ...; done
family() {
	local name

	for name in in other_in icq out other_out in_dmz fwin fwout fwdmz ghost_in ghost_out \
		ghost_dmz; do
		eval "$name=\$$name$f"
	done
	if [ "$f" = 4 ]; then
		icmp=icmp ping=type=8 pong=type=0 header=28
		no_host='type=3 code=1' no_port='type=3 code=3' too_big='type=3 code=4'
		prohibited='type=3 code=13' exceeded='type=11 code=0'
	else
		icmp=icmpv6 ping=type=128 pong=type=129 header=48
		no_host='type=1 code=3' no_port='type=1 code=4' too_big='type=2 code=0'
		prohibited='type=1 code=1' exceeded='type=3 code=0'
	fi
}

f=4
family

# error KIND... about PACKET: an ICMP error of a router outside to the client inside.
error() { p send outside "$icmp" "$other_out" "$ghost_in" "$@"; }

# --- Results ---------------------------------------------------------------------------

sentence='' wrong=0 notes='' any_wrong=0

it() {
	result
	sentence=$1 wrong=0 notes=''
	[ -z "${PLAY_PID-}" ] || p clear
}

result() {
	[ -n "$sentence" ] || return 0
	if [ $wrong = 0 ]; then
		echo "ok $sentence"
	else
		echo "not ok $sentence"
		printf '%s' "$notes"
		any_wrong=1
	fi
	sentence=''
}

# skip WHY: the present result cannot be tested here.
skip() {
	echo "ok $sentence # SKIP $1"
	sentence=''
}

note() { notes+="# $*"$'\n'; }

fail() {
	local i

	wrong=1
	for ((i = 1; i < ${#BASH_LINENO[@]} - 1; i++)); do
		[ "${BASH_SOURCE[i]}" = "${BASH_SOURCE[-1]}" ] && break
	done
	note "line ${BASH_LINENO[i - 1]}: $*"
	return 1
}

# must COMMAND: COMMAND succeeds.
must() {
	local said

	said=$("$@" 2>&1) && return
	fail "'$*' failed with status $?:"
	note "$said"
	return 1
}

# refuses PATTERN COMMAND: COMMAND fails, and its output fits PATTERN.
refuses() {
	local said pattern=$1

	shift
	if said=$("$@" 2>&1); then
		fail "'$*' succeeded"
		note "$said"
	elif ! grep -qE -- "$pattern" <<<"$said"; then
		fail "'$*' does not say '$pattern' but"
		note "$said"
	fi
}

# is WANTED COMMAND: the output of COMMAND is exactly WANTED.
is() {
	local said want=$1

	shift
	said=$("$@" 2>&1)
	[ "$said" = "$want" ] || fail "'$*' says '$said', not '$want'"
}

# becomes WANTED COMMAND: the output of COMMAND is exactly WANTED, now or in a while.
becomes() {
	local want=$1 said end=$((SECONDS + patience))

	shift
	while said=$("$@" 2>&1); [ "$said" != "$want" ]; do
		[ $SECONDS -lt $end ] || {
			fail "'$*' still says '$said', not '$want'"
			return 1
		}
		nap
	done
}

# busywait COMMAND: COMMAND succeeds, now or in a while.
busywait() {
	local end=$((SECONDS + patience))

	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { fail "'$*' did not succeed in time"; return 1; }
		nap
	done
}

patience=${UMBRA_PATIENCE:-20}
# Waits a twentieth of a second without a process: nobody writes to that pipe. It is opened once,
# because opening it in each nap would start a process, and `wait $!` would wait for that process,
# sometimes for ever.
exec {never}<> <(:)
nap() { read -rt 0.05 -u "$never" || :; }

# some MANY FEW: how often to repeat; FEW if every instruction is emulated.
some() { if emulated; then echo "$2"; else echo "$1"; fi; }
emulated() { [ "${UMBRA_LANE-}" = arm64 ] || grep -qs TCG /proc/cpuinfo; }

# --- Hosts -----------------------------------------------------------------------------

# on NETNS COMMAND: runs COMMAND there. busybox is static, so its nsenter starts in a fifth of the
# time. COMMAND is looked up first, so that it is the real one if busybox has one of that name too.
on() {
	local ns=$1

	shift
	hash "$1" 2>/dev/null
	busybox nsenter --net="/run/netns/$ns" "${BASH_CMDS[$1]-$1}" "${@:2}"
}
# fw WORD...: fwtool on the router.
fw() { on "$router" fwtool "$@"; }
export -f fw on

# p COMMAND: makes `play` do it; see tools/play.c.
p() {
	local line

	printf '%s\n' "$*" >&"${PLAY[1]}"
	while IFS= read -r -t 120 -u "${PLAY[0]}" line; do
		case $line in
		ok) return 0 ;;
		fail) fail "$*"; return 1 ;;
		*) notes+=$line$'\n' ;;
		esac
	done
	fail "play did not answer: $*"
}

add_netns() {
	ip netns add "$1" || exit 1
	netns+=("$1")
}

# Every host has no duplicate address detection, no privacy addresses, and
# no limit of its ICMP errors. The masks switch that limit off, because with any rate a new
# namespace sends no errors for a fiftieth of a second when the count of ticks passes zero, 300 s
# after boot (icmp_global_allow()).
quiet_sysctls=(net.ipv6.conf.{all,default}.{accept_dad=0,dad_transmits=0}
	net.ipv6.conf.default.router_solicitations=0
	net.ipv4.icmp_ratemask=0 net.ipv6.icmp.ratemask=)

# is_up NETNS INTERFACE: the interface has a carrier, and sends.
is_up() { ip -n "$1" -br link show "$2" | grep -qw UP; }

# host NETNS LINK_NUMBER_4 LINK_NUMBER_6 LAST...: sets its addresses and its default route.
host() {
	local ns=$1 net4=$2 net6=$3 last

	shift 3
	{
		echo "link set lo up"
		echo "link set eth0 up"
		for last; do
			echo "address add $net4.$last/24 dev eth0"
			echo "address add $net6::$last/64 dev eth0 nodad"
		done
		echo "route add default via $net4.1"
		echo "route add default via $net6::1"
	} | ip -n "$ns" -batch - || exit 1
}

# chained HOST DEVICE: GRO on the router's DEVICE merges what comes from that host. It makes chains
# of buffers, because the host's segments are in no pages. unchained: undoes that.
chained() {
	must on "$1" ethtool -K eth0 tx off sg off tso off gso off
	must on "$router" ethtool -K "$2" gro on
}
unchained() {
	must on "$router" ethtool -K "$2" gro off
	must on "$1" ethtool -K eth0 tx on sg on tso on gso on
}

# boasts NETNS VIA4 VIA6: its TCP announces segments of 1500 bytes, whatever its own link takes.
# Otherwise both ends of a conversation would know the size from the SYNs, and no error would be
# needed on the path.
boasts() {
	ip -n "$1" route replace default via "$2" advmss 1460 &&
		ip -n "$1" route replace default via "$3" advmss 1440
}

# ghosts INTERFACE NET4 NET6 MAC: hardware addresses for hosts that do not exist.
ghosts() {
	local last

	for last in 66 67 68 69; do
		echo "neighbour add $2.$last lladdr $4 dev $1"
		echo "neighbour add $3::$last lladdr $4 dev $1"
	done
}

need_module() {
	modprobe umbra 2>/dev/null || [ -d /sys/module/umbra ] || [ -n "${UMBRA_NO_MODULE-}" ] || {
		echo "# no module umbra"
		exit $SKIP
	}
}

# Hardware addresses are chosen here: reading them back would cost a process each.
topology() {
	local ns

	need_module
	for ns in "$router" "$inside" "$outside" "$dmz"; do
		add_netns "$ns"
		on "$ns" sysctl -qw "${quiet_sysctls[@]}"
	done
	on "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	ip -batch - <<-END || exit 1
		link add eth0 netns $inside address 02:00:00:00:01:10 type veth peer name eth1 netns $router address 02:00:00:00:01:01
		link add eth0 netns $outside address 02:00:00:00:02:10 type veth peer name eth0 netns $router address 02:00:00:00:02:01
		link add eth0 netns $dmz address 02:00:00:00:03:10 type veth peer name eth2 netns $router address 02:00:00:00:03:01
	END
	{
		echo "link set lo up"
		for ns in 1 0 2; do
			echo "link set eth$ns up"
		done
		echo "address add $fwin4/24 dev eth1"
		echo "address add $fwin6/64 dev eth1 nodad"
		echo "address add $fwout4/24 dev eth0"
		echo "address add $fwdoc4/32 dev eth0"
		echo "address add $fwout6/64 dev eth0 nodad"
		echo "address add $fwdmz4/24 dev eth2"
		echo "address add $fwdmz6/64 dev eth2 nodad"
		ghosts eth1 192.168.1 2001:db8:1 02:00:00:00:01:10
		ghosts eth0 198.51.100 2001:db8:2 02:00:00:00:02:10
		ghosts eth2 203.0.113 2001:db8:3 02:00:00:00:03:10
	} | ip -n "$router" -batch - || exit 1
	host "$inside" 192.168.1 2001:db8:1 10 11 17
	host "$outside" 198.51.100 2001:db8:2 10 11
	host "$dmz" 203.0.113 2001:db8:3 10 11
	stations
}

# stations: play the hosts of the topology.
stations() {
	coproc PLAY { exec "$helpers/play"; }
	p station inside "$inside" eth0 02:00:00:00:01:01
	p station outside "$outside" eth0 02:00:00:00:02:01
	p station dmz "$dmz" eth0 02:00:00:00:03:01
	p station router "$router"
	[ $wrong = 0 ] || { printf '%s' "$notes"; exit 1; }
}

cleanup() {
	local ns status=$?

	trap - EXIT INT TERM HUP
	result
	# shellcheck disable=SC2046 # one word each
	kill $(jobs -p) 2>/dev/null
	for ns in "${netns[@]}"; do
		ip netns del "$ns" 2>/dev/null
		rm -rf "/etc/netns/$ns"
	done
	rm -rf "$work"
	[ $status != 0 ] || status=$any_wrong
	exit $status
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- Policies --------------------------------------------------------------------------

common='
network Inside       eth1 192.168.1.0/24  eth1 2001:db8:1::/64
network Internet     eth0 0.0.0.0/0       eth0 ::/0
network Dmz          eth2 203.0.113.0/24  eth2 2001:db8:3::/64
network "ICQ server" 192.168.1.17  2001:db8:1::17
network Client       192.168.1.10  2001:db8:1::10
service icq      tcp  dynamic  1024-65535  5190
service http     tcp  dynamic  any  80
service ssh      tcp  dynamic  any  22
service any-tcp  tcp  dynamic  any  any
service any-udp  udp  dynamic  any  any
service echo     udp  dynamic  any  7
service ping     icmp dynamic  type 8
service ping6    icmpv6 dynamic  type 128
service pings    group ping ping6
service anything any  dynamic
set adopt 0
set ends silent
'

# policy [OPTION...] <rows: loads them after the common networks and services. Only ends.sh
# has the ends of cut sessions notified: elsewhere every packet that comes was sent by a host.
policy() { policy_exactly "$@" < <(echo "$common"; cat); }

policy_exactly() {
	cat >"$work/policy"
	must fw load "$@" "$work/policy"
}

# everything ACTION [ROWS]: ACTION for every packet, broadcast and multicast as well, except for
# the ROWS that come first.
everything() {
	policy_exactly <<-END
		service anything any dynamic
		set adopt 0
		set ends silent
		set broadcast judge
		set multicast judge
		${2-}
		rule Any Any anything $1
	END
}

# --- What the firewall counts ----------------------------------------------------------

# sessions [FILTER]: how many there are.
sessions() { fw session count "$@" | tr -cd '0-9\n'; }

# counted REASON [COLUMN]: packets dropped for REASON (or passed, or sessions ended).
counted() {
	fw stats --all | awk -v reason="$1" -v column="${2:-dropped}" '
		$1 == "REASON" { for (i = 1; i <= NF; i++) if (tolower($i) == column) at = i }
		$1 == reason && at { gsub(",", "", $at); value = $at }
		END { print value + 0 }'
}

# status NAME: a field of fwtool status, as JSON.
status() { fw --json status | gojq ".status.$1"; }

# kernel_counter NAME: a counter of the router's kernel, with the name that nstat has.
kernel_counter() { on "$router" nstat -asz "$1" | awk -v name="$1" '$1 == name { print $2 }'; }

# delivered: datagrams that reached the router's sockets, counted if no socket waits for them.
delivered() { echo $(($(kernel_counter UdpNoPorts) + $(kernel_counter Udp6NoPorts))); }

# total NAME: a number of fwtool stats.
total() { fw --json stats | gojq ".stats.$1"; }

# balanced: when all sessions have ended, as many ended as began, and no row counts a live
# one.
balanced() {
	must fw session kill all
	is 0 sessions
	is "$(total created)" total ended
	is 0 row_sessions rules
	is 0 row_sessions relays
}
row_sessions() { fw --json show "$1" | gojq '[.. | objects | .sessions? // 0 | numbers] | add // 0'; }

declare -A marks
# mark REASON [COLUMN] ... drops REASON NUMBER [COLUMN]: exactly NUMBER were counted since the
# mark; at_least: NUMBER or more.
mark() { marks[$1]=$(counted "$@"); }
since() { echo $(($(counted "$@") - marks[$1])); }
at_least() {
	local now

	now=$(since "$1" "${3-}")
	[ "$now" -ge "$2" ] || fail "$1 counted $now ${3:-dropped}, not $2 or more"
}
drops() {
	local now

	now=$(since "$1" "${3-}")
	[ "$now" = "$2" ] && return
	fail "$1 counted $now ${3:-dropped}, not $2"
	notes+=$(fw stats | sed -n '/^REASON/,$s/^/#   /p')$'\n'
}
