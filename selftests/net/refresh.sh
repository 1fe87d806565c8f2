#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# DNS names in networks and relays: resolved at load, and again by `fwtool refresh`.
#
# Topology: lib.sh. The firewall's names are those of a hosts file of its own.

. "$(dirname -- "$0")/../lib.sh"
topology

etc=/etc/netns/$router
mkdir -p "$etc"
echo "nameserver 127.0.0.1" >"$etc/resolv.conf"	# nobody is there, which is soon said
: >"$etc/hosts"

# hosts <lines: what names mean from now on.
hosts() { cat >"$etc/hosts"; }
fw() { ip netns exec "$router" fwtool "$@"; }
refreshed() { fw refresh 2>"$work/refresh.err"; }

hosts <<END
$icq4 server.test
$out4 partner.test
$other_out4 partner.test
2001:db8:2::10 partner.test
END

it "names mean all of their addresses, IPv4 and IPv6"
policy <<'END'
network Partner host partner.test
rule Partner Inside icq allow name partner
relay 1.2.3.4:5190 server.test:5190 tcp-forward from Internet
END
p talk tcp outside "$out4" inside "$in4,5190"
p talk tcp outside "$other_out4" inside "$in4,5190"
p talk tcp outside "$out6" inside "$in6,5190"
p refused silent tcp outside "$other_out6" inside "$in6,5190"
p talk tcp outside "$out4" inside "$icq4,5190" "via=$fwdoc4,5190"

it "show and save have the names"
must fw save "$work/saved"
is 1 grep -c '^network.*host partner.test' "$work/saved"
is 1 grep -c '^relay.* server.test:5190' "$work/saved"

it "a refresh that finds nothing new commits nothing"
before=$(status generation)
is '2 names resolved, 0 kept: nothing changed' refreshed
is "$before" status generation

it "a refresh commits the rows whose addresses changed, and sessions of the others live on"
p open stays tcp outside "$out4,4000" inside "$in4,5190"
p open goes tcp outside "$other_out4,4000" inside "$icq4,5190"
hosts <<END
$other_in4 server.test
$out4 partner.test
END
is "2 names resolved, 0 kept: 2 rows changed, policy $((before + 1)) runs" refreshed
p say stays
p lost goes
p forget goes
p refused silent tcp outside "$other_out4" inside "$icq4,5190"
p talk tcp outside "$out4" inside "$other_in4,5190" "via=$fwdoc4,5190"
p close stays

it "a name that does not resolve keeps its addresses, and is told of"
hosts <<<"$other_in4 server.test"
before=$(status generation)
is '1 name resolved, 1 kept: nothing changed' refreshed
grep -q 'partner.test' "$work/refresh.err" || fail "$(cat "$work/refresh.err")"
is "$before" status generation
p talk tcp outside "$out4" inside "$in4,5190"

it "when no name resolves nothing changes, and the exit status says so"
hosts </dev/null
refuses . fw refresh
is "$before" status generation
p talk tcp outside "$out4" inside "$other_in4,5190" "via=$fwdoc4,5190"

it "a policy that waits for its confirmation is not refreshed, unless with --confirm"
hosts <<<"$out4 partner.test server.test"
must fw load --confirm 60 "$work/saved"
hosts <<<"$other_out4 partner.test server.test"
before=$(status generation)
refuses "policy $before waits for confirmation: .*or commit with --confirm" fw refresh
is "$before" status generation
must fw refresh --confirm 60
is $((before + 1)) status generation
is true status confirm_pending
must fw revert

it "a file loads with the addresses that its names had, and not with a name that never had any"
hosts </dev/null
must fw load "$work/saved"
p talk tcp outside "$out4" inside "$in4,5190"
before=$(status generation)
sed 's/partner.test/stranger.test/' "$work/saved" >"$work/stranger"
refuses 'stranger.test' fw load "$work/stranger"
is "$before" status generation

it "who answers for a name takes no inside address away from its interface"
hosts <<<"$out4 partner.test"
policy <<'END'
network Partner eth0 host partner.test
rule Inside Internet any-udp allow
rule Partner Firewall any-udp allow
END
hosts <<<"$in4 partner.test"
is "1 name resolved, 0 kept: 1 row changed, policy $(status generation | awk '{print $1 + 1}') runs" refreshed
p talk udp inside "$in4,4102" outside "$other_out4,9"
mark spoofed
p send outside udp "$in4,4103" "$fwout4,9"
drops spoofed 1
