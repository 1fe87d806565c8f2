# SPDX-License-Identifier: GPL-2.0
#
# The parts of the demo's steps: three machines, conversations and refusals, and the
# verdict on each step. A step prints what should happen, and whether it happened.

inside4=192.168.1.17 inside6=2001:db8:1::17 other4=192.168.1.18
outside4=198.51.100.10 outside6=2001:db8:2::10
router4=1.2.3.4

if [ -n "${UMBRA_DEMO_COLOUR-}" ]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
	bold='' dim='' green='' red='' plain=''
fi

# --- Printing and verifying -----------------------------------------------------------

steps=0 failed=0 broken=''

heading() { printf '\n%s=== %s ===%s\n' "$bold" "$*" "$plain"; }
tell() { printf '%s\n' "$@"; }
indent() { sed "s/^/    /"; }
# shown COMMAND: prints it as typed on the router, and its output.
shown() {
	printf '  %s# %s%s\n' "$dim" "$*" "$plain"
	"$@" 2>&1 | indent
	return "${PIPESTATUS[0]}"
}

# wrong WHY: the present step failed.
wrong() { broken+="         $*"$'\n'; }
# step SENTENCE: ends a step with its verdict.
step() {
	steps=$((steps + 1))
	if [ -z "$broken" ]; then
		printf '  %s[ ok ]%s %s\n' "$green" "$plain" "$*"
	else
		failed=$((failed + 1))
		printf '  %s[FAIL]%s %s\n%s' "$red" "$plain" "$*" "$broken"
	fi
	broken=''
}
# expect WHAT WANTED GOT
expect() { [ "$2" = "$3" ] || wrong "$1: expected '$2', got '$3'"; }

nap() { read -rt 0.1 <> <(:) || :; }
# eventually COMMAND: COMMAND succeeds within a minute, because an emulated machine is slow.
eventually() {
	local end=$((SECONDS + 60))

	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { wrong "not within a minute: $*"; return 1; }
		nap
	done
}

# --- Three machines --------------------------------------------------------------------

# on MACHINE COMMAND
on() {
	local machine=$1

	shift
	nsenter --net="/run/netns/$machine" "$@"
}
fwtool() { on router /usr/sbin/fwtool "$@"; }

build_network() {
	local machine

	modprobe umbra || return
	for machine in inside router outside; do
		ip netns add $machine || return
		on $machine sysctl -qw net.ipv6.conf.{all,default}.accept_dad=0
		ip -n $machine link set lo up
	done
	# The address check that the demo shows is Umbra's, not the kernel's own.
	on router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.{all,default}.rp_filter=0
	ip link add eth0 netns inside type veth peer name eth1 netns router &&
		ip link add eth0 netns outside type veth peer name eth0 netns router || return

	ip -n inside -batch - <<-END || return
		address add $inside4/24 dev eth0
		address add $other4/24 dev eth0
		address add $inside6/64 dev eth0 nodad
		link set eth0 up
		route add default via 192.168.1.1
		route add default via 2001:db8:1::1
	END
	ip -n router -batch - <<-END || return
		address add 192.168.1.1/24 dev eth1
		address add 2001:db8:1::1/64 dev eth1 nodad
		address add $router4/24 dev eth0
		address add 2001:db8:2::1/64 dev eth0 nodad
		link set eth1 up
		link set eth0 up
		route add default via 1.2.3.1
	END
	ip -n outside -batch - <<-END || return
		address add 1.2.3.1/24 dev eth0
		address add $outside4/32 dev lo
		address add $outside6/64 dev eth0 nodad
		address add 192.168.1.99/32 dev lo
		link set eth0 up
		route add default via 2001:db8:2::1
	END
}

drawing() {
	cat <<-END
	       inside                       router                        outside
	  +----------------+       +-----------------------+       +--------------------+
	  | 192.168.1.17   |       | eth1             eth0 |       | 198.51.100.10      |
	  | 192.168.1.18   |-------| 192.168.1.1   1.2.3.4 |-------|                    |
	  | 2001:db8:1::17 |       | 2001:db8:1::1   2::1  |       | 2001:db8:2::10     |
	  +----------------+       +-----------------------+       +--------------------+
	   clients, a server               Umbra                    a server, clients
	END
}

# Does outside have a route to the addresses inside? Without NAT it needs one.
outside_knows() {
	if [ "$1" = yes ]; then
		ip -n outside route replace 192.168.1.0/24 via $router4
	else
		ip -n outside route del 192.168.1.0/24
	fi
}

start_servers() {
	local machine

	for machine in inside outside; do
		on $machine "$here/icq" serve 5190 >"$work/$machine" 2>&1 &
		eventually grep -q ready "$work/$machine"
	done
}

# --- What the router did, for a program -------------------------------------------------

query() { fwtool --json "${@:2}" | gojq -r "$1"; }
hits() { query "[.$1[].hits] | add // 0" show "$1"; }
counter() { query "[.reasons[] | select(.reason == \"$2\") | .$1] | add // 0" stats; }
dropped() { counter dropped "$1"; }
ended() { counter ended "$1"; }

# One line for each session: the row that let it in, both ends, each with the address by which the
# other end knows it, and the devices.
sessions() {
	query 'def side: .address + if (.translated.address // .address) == .address then ""
			else "=>" + .translated.address end;
		.sessions[] | "\(.rule.table) \(.rule.position): \(.client | side) to \(.server |
			side), \(.client.interface) to \(.server.interface)"' \
		session list state established | sort
}
sessions_are() { [ "$(sessions)" = "$1" ]; }

# The rows of a policy, without comments, headings and layout.
rows() { sed -e ':a;/\\$/{N;s/\\\n//;ba}' | sed 's/#.*//' | tr -s ' \t' ' ' | sed 's/ $//;/^$/d'; }

# load_policy FILE: checks it, loads it, shows the running policy.
load_policy() {
	shown fwtool check "$1" || wrong "the check failed"
	shown fwtool load "$1" || wrong "the load failed"
	shown fwtool show
	expect "what runs is what the file says" "$(rows <"$1" | sort)" \
		"$(fwtool save | rows | sort)"
}

# --- Conversations -------------------------------------------------------------------------

chats=() inputs=() chat_number=0

# open_chat MACHINE CLIENT PORT SERVER: opens a conversation and prints it, up to where it stays open.
# $heard is the address that the server saw.
open_chat() {
	local line='' in out

	in=$work/in$((++chat_number)) out=$work/out$chat_number
	heard=nobody
	tell '' "  $1, $2 port $3, calls $4 port 5190:"
	mkfifo "$in" "$out"
	on "$1" "$here/icq" talk "$2" "$3" "$4" 5190 <"$in" >"$out" 2>&1 &
	chats+=($!)
	exec {in}>"$in" {out}<"$out"
	inputs+=("$in")
	while IFS= read -r -t 60 -u "$out" line && [ "$line" != open ]; do
		tell "    $line"
		[[ $line != *'I see you at '* ]] || heard=${line##*I see you at }
	done
	[ "$line" = open ] || wrong "the conversation did not get through"
	exec {out}<&-
}

# Ends the last conversation, which waits for the end of its input.
hang_up() {
	local in=${inputs[-1]}

	exec {in}>&-
	unset 'inputs[-1]'
}
close_chat() {
	local chat=${chats[-1]}

	hang_up
	unset 'chats[-1]'
	wait "$chat" || wrong "not every byte arrived"
}

# forget PORT: both ends forget the conversation of that client port. Otherwise the
# goodbye without an answer is sent again and again, until some later policy lets it in.
forget() {
	local machine

	for machine in inside outside; do
		on $machine ss -tKH "( sport = :$1 or dport = :$1 )" >/dev/null
		expect "sockets of it $machine" '' \
			"$(on $machine ss -tH "( sport = :$1 or dport = :$1 )")"
	done
}

# saw PATTERN: what the server must have seen as its client.
saw() {
	# shellcheck disable=SC2053
	[[ $heard == $1 ]] || wrong "the server saw $heard, not $1"
}

# look TABLE SESSION...: exactly these sessions exist.
look() {
	local wanted

	wanted=$(printf '%s\n' "$@" | sort)
	eventually sessions_are "$wanted" || wrong "sessions: $(sessions)"
	shown fwtool session list state established
}

# converse TABLE MACHINE CLIENT PORT SERVER SEEN SESSION...: a conversation that the
# only row of TABLE lets in, the client that the server sees, and the sessions meanwhile.
converse() {
	local table=$1 machine=$2 client=$3 port=$4 server=$5 seen=$6 before

	shift 6
	before=$(hits "$table")
	open_chat "$machine" "$client" "$port" "$server"
	saw "$seen"
	look "$@"
	expect "hits of the row" $((before + 1)) "$(hits "$table")"
	close_chat
}

seen_list=''
# record ARRANGEMENT: adds a line to the table at the end.
record() { seen_list+=$(printf '  %-43s %s' "$1" "$heard")$'\n'; }

# --- Refusals ------------------------------------------------------------------------------

# A generic netlink socket that listens to a group belongs to the monitor.
listening() { on router awk '$2 == 16 && $4 != "00000000" { n++ } END { exit !n }' /proc/self/net/netlink; }
# Listens from before the first attempt on, so that no event is missed.
watch() {
	fwtool monitor drop >"$work/drops" 2>&1 &
	eventually listening
}

ends() { [[ $1 == *:* ]] && echo "[$1]:$2" || echo "$1:$2"; }
attempt() { on "$1" "$here/icq" try "${@:2}" 2>&1; }

declare -A counted
# refused MACHINE FROM PORT TO PORT IN REASON SEEN: an attempt that must fail.
refused() {
	local machine=$1 source=$2 sport=$3 target=$4 port=$5 in=$6 reason=$7 seen=$8
	local flow event got now

	flow="tcp $(ends "$source" "$sport") > $(ends "$target" "$port")"
	got=$(attempt "$machine" "$source" "$sport" "$target" "$port")
	eventually grep -qF "drop $flow" "$work/drops"
	event=$(grep -F "drop $flow" "$work/drops" | head -n 1)
	tell '' "    event  ${event:-none}" "    sender $got"
	[[ $event == *" in $in "*"reason $reason"* ]] ||
		wrong "no event with interface $in and reason $reason"
	now=$(dropped "$reason")
	[ "$now" -gt "${counted[$reason]-0}" ] || wrong "$reason was not counted"
	counted[$reason]=$now
	expect "what the sender sees" "$seen" "$got"
	expect "sessions of it" 0 "$(fwtool session count client "$source" client-port "$sport" server "$target")"
}
