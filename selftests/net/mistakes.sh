#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mistakes that show only on the machine: `fwtool check` compares a policy with the present addresses,
# ports and routes of the firewall. (Mistakes in the file itself: selftests/tool/.)
#
# Topology: lib.sh. 10.50.0.0/16 is behind another router, inside .10.

. "$(dirname -- "$0")/../lib.sh"
topology
ip -n "$router" route add 10.50.0.0/16 via "$in4"
ip -n "$router" route add 2001:db8:50::/48 via "$in6"

# checked <rows: check finds no error in the rows, which follow the common ones; its output is kept.
checked() {
	{ echo "$common"; cat; } >"$work/checked"
	fw check "$work/checked" >"$work/said" 2>&1 || fail "check: status $?"
}
# warns PATTERN ROW: check warns about that row, with its line, and about nothing else.
warns() {
	local line

	checked <<<"$2"
	line=$(grep -nxF "$2" "$work/checked" | cut -d: -f1)
	[ "$(grep -c warning "$work/said")" = 1 ] && grep -qE "checked:$line: warning: .*$1" "$work/said" ||
		fail "'$2' says: $(cat "$work/said")"
}
# silent ROW: check prints no warning.
silent() {
	checked <<<"$1"
	! grep warning "$work/said" || fail "'$1' is warned of"
}

it "a relay that listens on an address which the firewall does not have"
warns 'does not have the address now.*192\.0\.2\.9:5190.*ip address add' \
	"relay 192.0.2.9:5190 $icq4:5190 tcp-relay from Internet"
warns 'does not have the address now' \
	"relay [2001:db8:77::1]:5190 [$icq6]:5190 udp-forward from Internet"
silent "relay 192.0.2.9:5190 $icq4:5190 tcp-relay from Internet disabled"
silent "relay $fwdoc4:5190 $icq4:5190 tcp-relay from Internet"

it "a relay whose port a program of the firewall holds"
on "$router" ncat -lk "$fwdoc4" 5193 &
holder=$!
is_held() { [ -n "$(on "$router" ss -Hltn "sport = :$1")" ]; }
busywait is_held 5193
warns 'a program of the firewall listens there already.*5193' \
	"relay $fwdoc4:5190-5195 $icq4:5190 tcp-relay from Internet"
silent "relay $fwdoc4:5190-5192 $icq4:5190 tcp-relay from Internet"
silent "relay $fwdoc4:5193 $icq4:5190 tcp-forward from Internet"
kill $holder
wait $holder 2>/dev/null

it "a running relay is no conflict with itself"
policy <<<"relay $fwdoc4:5190 $icq4:5190 tcp-relay from Internet"
is_held 5190 || fail "nobody listens"
silent "relay $fwdoc4:5190 $icq4:5190 tcp-relay from Internet"
silent "relay $fwdoc4:5190 $other_in4:5190 tcp-relay from Internet"

it "a semitransparent relay whose server may answer around the firewall"
warns "server may answer around the firewall.*behind the router $in4.*tcp-forward" \
	"relay $fwdoc4:5190 10.50.0.5:5190 semitransparent-tcp-forward from Internet"
warns "server may answer around the firewall.*behind the router $in6.*udp-forward" \
	"relay [$fwout6]:5190 [2001:db8:50::5]:5190 semitransparent-udp-forward from Internet"
silent "relay $fwdoc4:5190 10.50.0.5:5190 tcp-forward from Internet"
silent "relay $fwdoc4:5190 $icq4:5190 semitransparent-tcp-forward from Internet"

it "an error that only the kernel can find is reported with its line"
{ echo "$common"; echo "relay $fwdoc4:5190 $icq4:5190 udp-forward from Internet"
	echo "relay $fwdoc4:5190 $icq4:5191 udp-forward from Internet"; } >"$work/two"
before=$(status generation)
refuses 'two:[0-9]+: ' fw check "$work/two"
is "$before" status generation
