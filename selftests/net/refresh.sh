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

# hosts <lines: the addresses that names have from now on.
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

it "show and save print the names"
must fw save "$work/saved"
is 1 grep -c '^network.*host partner.test' "$work/saved"
is 1 grep -c '^relay.* server.test:5190' "$work/saved"

it "a refresh that finds nothing new commits nothing"
before=$(status generation)
is '2 names resolved, 0 kept: nothing changed' refreshed
is "$before" status generation

it "a refresh commits the rows whose addresses changed; an address that a name has lost stays for now"
p open stays tcp outside "$out4,4000" inside "$in4,5190"
p open late tcp outside "$other_out4,4000" inside "$icq4,5190"
hosts <<END
$other_in4 server.test
$out4 partner.test
END
is "2 names resolved, 0 kept: 2 rows changed, policy $((before + 1)) runs" refreshed
p say stays
p say late
p close late
p talk tcp outside "$other_out4" inside "$icq4,5190"
is '2 names resolved, 0 kept: nothing changed' refreshed
p talk tcp outside "$out4" inside "$other_in4,5190" "via=$fwdoc4,5190"
p close stays

it "a name that does not resolve keeps its addresses, and is reported"
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

it "a file loads with the last addresses of its names, but not with a name that never had any"
hosts </dev/null
must fw load "$work/saved"
p talk tcp outside "$out4" inside "$in4,5190"
before=$(status generation)
sed 's/partner.test/stranger.test/' "$work/saved" >"$work/stranger"
refuses 'stranger.test' fw load "$work/stranger"
is "$before" status generation

it "the owner of a name cannot take an inside address away from its interface"
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

# --- Answers of DNS ------------------------------------------------------------------------

printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$etc/resolv.conf"
: >"$etc/hosts"
zone() { cat >"$work/zone"; }
zone </dev/null
mkfifo "$work/serves"
on "$router" python3 "$selftests/net/dns.py" "$work/zone" >"$work/serves" &
read -rt 60 <"$work/serves" || fail "no name server"

# has ADDRESS: how many items of a network are that address.
has() { fw --json show networks | grep -oF "\"$1\"" | wc -l; }
on_cdn() { fw --json show networks | grep -oE '"(10\.9\.0\.|198\.51\.100\.1)[0-9]*"' | wc -l; }
told() { grep -E "$1" "$work/refresh.err" || fail "not '$1' but $(cat "$work/refresh.err")"; }

for half in A:fails A:refused A:lost AAAA:fails AAAA:refused AAAA:lost; do
	type=${half%:*}
	it "half an answer does not take the other half away, and is reported: $half"
	zone <<-END
		partner.test A $out4
		partner.test AAAA $out6
	END
	must fw load "$work/policy"
	if [ $type = A ]; then
		zone <<<"partner.test A ${half#*:}"$'\n'"partner.test AAAA $other_out6"
	else
		zone <<<"partner.test A $other_out4"$'\n'"partner.test AAAA ${half#*:}"
	fi
	refreshed >/dev/null || fail "refresh ended with $?"
	told "cannot resolve the IPv$([ $type = A ] && echo 4 || echo 6) addresses of the DNS name: 'partner.test'" >/dev/null
	is 1 has "$out4"
	is 1 has "$out6"
	is 1 has "$([ $type = A ] && echo "$other_out6" || echo "$other_out4")"
done

it "a family that a name no longer has is no failure"
zone <<<"partner.test A $out4"
must fw load "$work/policy"
is '1 name resolved, 0 kept: nothing changed' refreshed
is '' cat "$work/refresh.err"

it "a name whose answers rotate keeps connections to all of its addresses"
zone <<<"cdn.test A $out4"
policy <<'END'
network Cdn eth0 host cdn.test
rule Inside Cdn any-tcp allow
END
p open first tcp inside "$in4,4300" outside "$out4,9000"
zone <<<"cdn.test A $other_out4"
refreshed >/dev/null
p say first
p open second tcp inside "$in4,4301" outside "$other_out4,9000"
zone <<<"cdn.test A $out4"
refreshed >/dev/null
p say first
p say second
p close first
p close second

it "of a rotating name the latest addresses stay, up to a bound"
for ((i = 1; i <= 40; i++)); do
	echo "cdn.test A 10.9.0.$i"
done | zone
refreshed >/dev/null
zone <<<"cdn.test A $out4"
refreshed >/dev/null
is 33 on_cdn
is 1 has "$out4"

# crowded NAME N NETWORK: the name has N addresses. That is reported, and the others are refreshed.
crowded() {
	local i

	for ((i = 1; i <= $2; i++)); do
		echo "10.9.$((i / 200)).$((i % 200 + 1)) $1"
	done | hosts
	refreshed >/dev/null || fail "refresh ended with $?"
	told "too many addresses in one row: '$3'" >/dev/null
	is 1 has "$other_out4"
}

it "a name with too many addresses keeps its old ones and is reported; the others are refreshed"
zone <<END
cdn.test A $out4
many.test A $in_dmz4
END
policy <<'END'
network Cdn eth0 host cdn.test
network Many eth2 host many.test
rule Inside Cdn any-udp allow
rule Inside Many any-udp allow
END
zone <<<"cdn.test A $other_out4"
crowded many.test 300 Many
p talk udp inside "$in4" outside "$other_out4,9"
p talk udp inside "$in4" dmz "$in_dmz4,9"

it "a long name with so many addresses that the kernel would refuse the row does not stop the others either"
label=$(printf 'a%.0s' {1..60})
long=$label.$label.$label.test
hosts <<<"$in_dmz4 $long"
zone <<<"cdn.test A $out4"
policy <<END
network Cdn eth0 host cdn.test
network Long eth2 host $long
rule Inside Cdn any-udp allow
rule Inside Long any-udp allow
END
zone <<<"cdn.test A $other_out4"
crowded "$long" 200 Long
p talk udp inside "$in4" dmz "$in_dmz4,9"

it "a relay keeps its server if its name leads where no relay may lead, and the others are refreshed"
: >"$etc/hosts"
zone <<<"cdn.test A $out4"$'\n'"server.test A $icq4"
policy <<'END'
network Cdn eth0 host cdn.test
rule Inside Cdn any-udp allow
relay 1.2.3.4:5190 server.test:5190 tcp-forward from Internet
END
for nowhere in 127.0.0.1 0.0.0.0 224.0.0.1 1.2.3.4; do
	zone <<<"cdn.test A $other_out4"$'\n'"server.test A $nowhere"
	refreshed >/dev/null || fail "refresh ended with $?"
	told "no address that the relay can lead to: 'server.test'" >/dev/null
done
is 1 has "$other_out4"
p talk tcp outside "$out4" inside "$icq4,5190" "via=$fwdoc4,5190"
