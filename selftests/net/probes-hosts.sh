#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Dead-peer probes and the hosts' own kernels: connections that are silent for longer than
# their timeout live on, and end when one end is cut off.
#
# Topology: lib.sh. A client inside (or on the router), a server outside (or there).

. "$(dirname -- "$0")/../lib.sh"
topology

here=$(dirname -- "$0")
# between CLIENT SERVER ADDRESS CASE COMMAND: ends.py, for the service that is probed.
between() { python3 "$here/ends.py" "$1" "$2" "$3,5191" "${@:4}"; }
export router

common=${common/set ends silent/}
# with SECONDS [ROW...]: loads a policy with the ROWs in which an end has SECONDS to answer a probe.
with() {
	policy <<-END
		set timeout-tcp-probe $1
		service idle tcp dynamic any 5191 timeout 1 tcp-probes on
		rule Any Any idle allow
		rule Any Firewall anything allow
		$(printf '%s\n' "${@:2}")
	END
}

# again: an idle session was probed twice more, so it was found alive at least once.
again() { [ "$(total probed)" -ge $((probed + 2)) ]; }
export -f again total busywait fail note nap
export patience probed
# lives CLIENT SERVER ADDRESS: a connection between them lives.
lives() {
	mark dead-peer ended
	probed=$(total probed)
	must between "$@" alive 'busywait again'
	drops dead-peer 0 ended
}

it "ends that live stay connected, however long both are silent"
with 5
for f in 4 6; do
	family
	lives "$inside" "$outside" "$out"
done

it "ends that live stay connected through translations, too"
with 5 'nat eth1 eth0 source 2001:db8:9::1' 'nat eth1 eth0 masquerade'
for f in 4 6; do
	family
	lives "$inside" "$outside" "$out"
done

it "the firewall's own connections are probed, too, and live"
for f in 4 6; do
	family
	lives "$inside" "$router" "$fwin"
	lives "$router" "$outside" "$out"
done

it "a server whose link is cut is dead: its client is reset"
with 1
for f in 4 6; do
	family
	mark dead-peer ended
	must between "$inside" "$outside" "$out" dead "ip -n $outside link set eth0 down"
	drops dead-peer 1 ended
	ip -n "$outside" link set eth0 up
	busywait is_up "$router" eth0
	ip -n "$outside" -batch - <<-END
		address replace $out6/64 dev eth0 nodad
		route replace default via $fwout4
		route replace default via $fwout6
	END
done

it "as many sessions ended as began"
balanced
