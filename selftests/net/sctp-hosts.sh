#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SCTP between the hosts' own kernels, if these have it: see sctp.sh for the rest.
#
# Topology: lib.sh:
#
#	inside .10 .11 (client) <---> router <---> outside .10 .11 (server)

. "$(dirname -- "$0")/../lib.sh"
modprobe -q sctp || :
topology

rules='
service s sctp dynamic any 9
service loud sctp dynamic any 99 ends told
rule Inside Internet s allow
rule Inside Internet loud allow
set timeout-sctp-closed 600
'
plain() { policy <<<"$rules"; }
natted() {
	policy <<-END
		$rules
		nat eth1 eth0 source 10.9.9.1
		nat eth1 eth0 source 2001:db8:9::1
	END
}

export router
here=$(dirname -- "$0")
port=10000 to=9
# ends CASE ARGUMENT...: see sctp_ends.py; on new ports, because a used one lingers.
ends() {
	local status

	port=$((port + 1))
	python3 "$here/sctp_ends.py" "$inside" "$outside" "$in,$port" "$out,$to" "$@"
	status=$?
	[ $status != $SKIP ] || skip "this kernel has no SCTP"
	return $status
}
hosts() {
	local status

	ends "$@"
	status=$?
	case $status in
	0 | "$SKIP") ;;
	*) fail "$1 failed with status $status" ;;
	esac
}
# one STATE: a command: the hosts that come next have one session, in that state.
one() { echo "[ \$(fw session count client $in client-port $((port + 1)) state $1 | tr -cd 0-9) = 1 ]"; }

for how in plain natted; do
	$how
	for f in 4 6; do
		family
		must fw session kill all

		it "real hosts talk, and shut down ($how, IPv$f)"
		hosts talk "$(one established)"
		[ -z "$sentence" ] || becomes 1 sessions proto sctp client "$in" state closed

		it "real hosts: an abort reaches the other end ($how, IPv$f)"
		hosts abort "$(one closed)"

		it "real hosts, cut by hand: both see an abort ($how, IPv$f)"
		to=99
		hosts cut 'fw session kill proto sctp'
		to=9
	done
done

plain
for f in 4 6; do
	family
	must fw session kill all
	it "real hosts with two addresses each: their heartbeats open the other paths (IPv$f)"
	# Otherwise their kernels would answer from any address, whichever was asked.
	must ip -n "$inside" route add "$out" via "$fwin" src "$in"
	must ip -n "$inside" route add "$other_out" via "$fwin" src "$other_in"
	must ip -n "$outside" route add "$in" via "$fwout" src "$out"
	must ip -n "$outside" route add "$other_in" via "$fwout" src "$other_out"
	hosts paths "$other_in" "$other_out" "for i in {1..100}; do
		fw session count client $other_in server $other_out state replied |
			grep -q '[1-9]' && exit
		read -rt 0.05 <> <(:)
		done; exit 1"
	[ -z "$sentence" ] || is 1 sessions client "$other_in" server "$other_out" state replied
	[ -z "$sentence" ] || becomes 1 sessions client "$in" server "$out" state closed
done

it "real hosts: a packet-filter service lets them talk too"
f=4 family
policy <<'END'
service pf sctp packet-filter any 9
service back sctp packet-filter 9 any
rule Inside Internet pf allow
rule Internet Inside back allow
END
must fw session kill all
hosts talk true
[ -z "$sentence" ] || is 0 sessions proto sctp
