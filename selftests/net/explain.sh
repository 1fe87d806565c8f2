#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# explain: its answer about a packet is what then happens to that packet, and asking
# changes nothing. Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

# with_port ADDRESS PORT
with_port() {
	case $1 in
	*:*) echo "[$1]:$2" ;;
	*) echo "$1:$2" ;;
	esac
}

# asks WORD...: runs explain, and stores its answer in $said.
asks() { said=$(fw explain "$@" 2>&1) || fail "explain $*: $said"; }

# line_of KEY: stores the value of that line in $value; fails without such a line. It is called some
# thousand times, so it starts no process.
line_of() {
	local line found=1

	value=''
	while IFS= read -r line; do
		[[ $line != "$1:"* ]] || found=0 value=${line#"$1:"}
	done <<<"$said"
	value=${value#"${value%%[! ]*}"}
	return $found
}

# says KEY PATTERN: the whole value of KEY fits PATTERN.
says() {
	local value

	line_of "$1" || fail "no line '$1'"
	[[ $value =~ ^($2)$ ]] || fail "$1 is '$value', not '$2'"
}

says_not() {
	local value

	! line_of "$1" || fail "$1 is '$value'"
}

# The refusals since `fresh`, by reason, as `agrees` finds them counted.
declare -A refused=() base=()
drops_by_reason() { fw stats --all | awk 'NF > 4 && $2 ~ /^[0-9,]+$/ { gsub(",", "", $2); print $1, $2 }'; }
fresh() {
	local reason dropped

	refused=()
	while read -r reason dropped; do
		base[$reason]=$dropped
	done < <(drops_by_reason)
}
agrees() {
	local reason dropped

	while read -r reason dropped; do
		[ -z "${refused[$reason]-}" ] ||
			[ $((dropped - base[$reason])) = "${refused[$reason]}" ] ||
			fail "$reason: $((dropped - base[$reason])), not ${refused[$reason]} dropped"
	done < <(drops_by_reason)
}

# flow VERDICT FROM IN PROTO SOURCE SPORT DESTINATION DPORT [TO SOURCE[,PORT]
# DESTINATION,PORT]: explains the packet, then sends it. VERDICT is ACTION:REASON. A packet that
# passes arrives at TO, with these addresses.
flow() {
	local verdict=$1 from=$2 in=$3 proto=$4 source=$5 sport=$6 dest=$7 dport=$8 flags=''
	local to=${9-} seen_source=${10-$5,$6} seen_dest=${11-$7,$8}

	[ "$proto" != tcp ] || flags=S
	asks "$proto" "$(with_port "$source" "$sport")" "$(with_port "$dest" "$dport")" in "$in"
	says verdict "${verdict%:*}, reason ${verdict#*:}: .*"
	p send "$from" "$proto" "$source,$sport" "$dest,$dport" $flags
	if [ -n "$to" ]; then
		p expect "$to" "$proto" "$seen_source" "$seen_dest"
		says 'far end sees' "$proto $(seen "$seen_source") > $(seen "$seen_dest")"
	else
		p none inside "$proto" any "$dest,$dport"
		p none outside "$proto" any "$dest,$dport"
		says_not 'far end sees'
		refused[${verdict#*:}]=$((${refused[${verdict#*:}]-0} + 1))
	fi
}

# ADDRESS,PORT as a pattern for explain's output; without a port, the port is yet to be chosen.
seen() {
	local end special

	case $1 in
	*,*) end=$(with_port "${1%,*}" "${1#*,}") ;;
	*) end=$(with_port "$1" '*') ;;
	esac
	for special in '[' ']' '.' '*'; do
		end=${end//"$special"/\\"$special"}
	done
	echo "$end"
}


port=2000
# flow with a client port of its own: VERDICT FROM IN PROTO SOURCE DESTINATION DPORT [TO ...]
next_flow() {
	port=$((port + 1))
	flow "${@:1:5}" $port "${@:6}"
}

it "without a policy explain is refused"
refuses 'no policy runs' fw explain udp "$in4:1" "$out4:9" in eth1

# One of each kind: LISTEN SERVER.
relays() {
	local type n=7000

	for type in tcp-forward semitransparent-tcp-forward udp-relay udp-forward \
		semitransparent-udp-forward tcp-relay; do
		n=$((n + 1))
		echo "relay $(with_port "$1" $n) $(with_port "$2" 80) $type from Internet"
	done
}
# Ages do not count as changes.
counters() {
	local table

	fw stats --all | grep -v '^neighbour'
	for table in rules nat relays; do
		fw show $table
	done | sed -E 's/ +[0-9]+[smhd][0-9smhd]*//; s/ +/ /g'
}

it "explain counts, opens and reports nothing"
policy <<END
rule Inside Internet any-udp allow sessions 1
rule Inside Internet any-tcp reject
nat eth1 eth0 masquerade
$(relays "$fwdoc4" "$ghost_in4")
END
before=$(counters)
on "$router" timeout 60 fwtool monitor >"$work/events" 2>&1 &
monitor=$!
for n in 1 2 3; do
	asks udp "$ghost_in4:$n" "$ghost_out4:9" in eth1
	says verdict 'allow, .*'
	asks tcp "$ghost_in4:$n" "$ghost_out4:9" in eth1
	asks udp "$ghost_in4:$n" "$ghost_out4:9" in eth0
	asks tcp "$ghost_out4:$n" "$fwdoc4:7001" in eth0
	asks tcp "$ghost_out4:$n" "$fwdoc4:7006" in eth0
	asks tcp "$fwout4:$n" "$ghost_out4:9"
done
after=$(counters)
kill $monitor
[ "$after" = "$before" ] || fail "$(diff <(echo "$before") <(echo "$after"))"
is '' cat "$work/events"
p none inside ip any "$ghost_out4"
p none inside ip any "$ghost_in4"
p none outside ip any "$ghost_out4"

policy <<'END'
service filtered udp packet-filter any 5000
service few udp dynamic any 5001
service no udp dynamic any 5002
service silent udp dynamic any 5003
rule Inside Internet icq allow name chat
rule Inside Internet filtered allow
rule Inside Internet few allow sessions 1
rule Inside Internet no reject name no
rule Inside Internet silent discard
rule Inside Internet pings allow
rule Inside Firewall ssh allow
rule Firewall Internet http allow
rule Firewall Inside http reject
END

for f in 4 6; do
	family
	it "the answer is the verdict: a rule allows, rejects, discards, or none fits (IPv$f)"
	fresh
	next_flow allow:rule inside eth1 tcp "$ghost_in" "$ghost_out" 5190 outside
	says rule '1, rule Inside Internet icq allow name chat'
	says route 'through the firewall, out eth0'
	says session 'none yet'
	next_flow reject:rule inside eth1 udp "$ghost_in" "$ghost_out" 5002
	says rule '4, rule .* name no'
	next_flow discard:rule inside eth1 udp "$ghost_in" "$ghost_out" 5003
	next_flow discard:unmatched inside eth1 udp "$ghost_in" "$ghost_out" 5004
	says_not rule
	next_flow discard:unmatched outside eth0 tcp "$ghost_out" "$ghost_in" 5190
	next_flow allow:rule inside eth1 udp "$ghost_in" "$ghost_out" 5000 outside
	agrees

	it "a spoofed source, from any side (IPv$f)"
	fresh
	next_flow discard:spoofed outside eth0 tcp "$ghost_in" "$in" 5190
	next_flow discard:spoofed dmz eth2 udp "$ghost_in" "$ghost_out" 5000
	next_flow discard:spoofed inside eth1 udp "$fwout" "$ghost_out" 5000
	agrees

	it "explain says that a rule's ceiling is reached (IPv$f)"
	must fw session kill all
	next_flow allow:rule inside eth1 udp "$ghost_in" "$ghost_out" 5001 outside
	next_flow discard:rule-sessions inside eth1 udp "$ghost_in" "$ghost_out" 5001

	it "explain says that there is no route (IPv$f)"
	nowhere=198.18.7.1
	[ $f = 4 ] || nowhere=2001:db8:9::1
	next_flow discard:no-route inside eth1 udp "$ghost_in" "$nowhere" 5000
	says route 'there is no route'

	it "packets to the firewall, and from it, are explained (IPv$f)"
	asks tcp "$(with_port "$in" 3000)" "$(with_port "$fwout" 22)" in eth1
	says verdict 'allow, reason rule: .*'
	says route 'to the firewall itself'
	p talk tcp inside "$in,3000" router "$fwout,22"
	asks tcp "$(with_port "$in" 3001)" "$(with_port "$fwout" 23)" in eth1
	says verdict 'discard, reason unmatched: .*'
	p refused silent tcp inside "$in,3001" router "$fwout,23"
	asks tcp "$(with_port "$fwout" 3002)" "$(with_port "$out" 80)"
	says verdict 'allow, reason rule: .*'
	p talk tcp router "$fwout,3002" outside "$out,80"
	asks tcp "$(with_port "$fwin" 3003)" "$(with_port "$in" 80)"
	says verdict 'reject, reason rule: .*'
	p refused reset tcp router "$fwin,3003" inside "$in,80"
	asks udp "$(with_port "$fwout" 3004)" "$(with_port "$nowhere" 80)"
	says verdict 'discard, reason no-route: .*'

	it "pings through the firewall, to it, and answers that nobody asked for (IPv$f)"
	asks "$icmp" "$ghost_in" "$ghost_out" in eth1
	says verdict 'allow, reason rule: .*'
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=0
	p expect outside "$icmp" "$ghost_in" "$ghost_out" "$ping"
	asks "$icmp" "$ghost_in" "$fwin" in eth1
	says verdict 'allow, reason ping: .*'
	p talk ping inside "$in" router "$fwin"
	asks "$icmp" "$ghost_out" "$fwin" in eth0
	says verdict 'discard, reason ping: .*'
	p refused silent ping outside "$out" router "$fwin"
	asks "$icmp" "$other_out" "$ghost_in" type "${pong#type=}" in eth0
	says verdict 'discard, reason icmp-stray: .*'

	it "an existing session is named, whichever end asks (IPv$f)"
	p open live tcp inside "$in,3100" outside "$out,5190"
	asks tcp "$(with_port "$in" 3100)" "$(with_port "$out" 5190)" in eth1
	says session '[1-9][0-9]*'
	says rule '1, .*'
	says verdict 'allow, reason rule: .*'
	session=$(sed -n 's/^session: *//p' <<<"$said")
	asks tcp "$(with_port "$out" 5190)" "$(with_port "$in" 3100)" in eth0
	says session "$session"
	says route 'through the firewall, out eth1'
	asks tcp "$(with_port "$out" 5190)" "$(with_port "$in" 3100)" in eth2
	says verdict 'discard, reason spoofed: .*'
	p say live

	it "an existing session is judged by the running policy, and does not end (IPv$f)"
	must fw add rule at 1 Inside Internet icq discard name stop
	asks tcp "$(with_port "$in" 3100)" "$(with_port "$out" 5190)" in eth1
	says session "$session"
	says verdict 'discard, reason policy: .*'
	must fw delete rule stop
	asks tcp "$(with_port "$in" 3100)" "$(with_port "$out" 5190)" in eth1
	says session "$session"
	says verdict 'allow, reason rule: .*'
	p say live
	p forget live
done

it "broadcasts, multicasts, DHCP, neighbours"
asks udp "$ghost_in4:1" 192.168.1.255:9 in eth1
says verdict 'discard, reason broadcast: .*'
asks udp "$ghost_in4:1" 224.0.0.251:9 in eth1
says verdict 'discard, reason multicast: .*'
asks udp "$ghost_out4:67" "$fwout4:68" in eth0
says verdict 'allow, reason dhcp: .*'
asks icmpv6 fe80::66 ff02::1 type 135 in eth1
says verdict 'allow, reason neighbour: .*'
asks icmpv6 fe80::66 ff02::16 type 143 in eth1
says verdict 'allow, reason neighbour: .*'
asks 2 "$ghost_in4" 224.0.0.22 in eth1
says verdict 'allow, reason neighbour: .*'

it "protocols of every kind"
for proto in sctp udplite; do
	asks $proto "$ghost_in4:1" "$ghost_out4:9" in eth1
	says verdict 'discard, reason unmatched: .*'
done
for proto in gre esp ah 4 253 0; do
	asks $proto "$ghost_in4" "$ghost_out4" in eth1
	says verdict 'discard, reason unmatched: .*'
done
asks 44 "$ghost_in6" "$ghost_out6" in eth1
says verdict 'discard, reason fragment: .*'

it "the next hop is named"
ip -n "$router" route add 198.18.0.0/24 via "$ghost_out4"
ip -n "$router" route add 2001:db8:18::/64 via "$ghost_out6"
asks tcp "$ghost_in4" 198.18.0.9:5190 in eth1
says route "through the firewall, out eth0 via $ghost_out4"
asks tcp "$ghost_in6" '[2001:db8:18::9]:5190' in eth1
says route "through the firewall, out eth0 via $ghost_out6"
ip -n "$router" route add 198.18.1.0/24 via inet6 "$ghost_out6"
asks tcp "$ghost_in4" 198.18.1.9:5190 in eth1
says route "through the firewall, out eth0 via $ghost_out6"

it "an impossible question is refused, with a hint what to do instead"
refuses 'name the interface' fw explain tcp "$ghost_in4:1" "$ghost_out4:9"
refuses 'name the interface' fw explain tcp "[$ghost_in6]:1" "[$ghost_out6]:9"
refuses 'to itself is not judged' fw explain tcp "$fwin4:1" "$fwout4:9"
refuses 'to itself is not judged' fw explain tcp "[$fwin6]:1" "[$fwout6]:9"
refuses 'name another interface' fw explain tcp 127.0.0.1:1 127.0.0.1:9 in lo
refuses 'about that packet' fw explain icmp "$ghost_in4" "$ghost_out4" type 3 in eth1
refuses 'about that packet' fw explain icmpv6 "$ghost_in6" "$ghost_out6" type 2 in eth1
refuses 'name the other' fw explain icmp "$ghost_in6" "$ghost_out6" in eth1
refuses 'before it is judged' fw explain udp '[::1]:1' "[$ghost_out6]:9" in eth1
ip -n "$router" link add br0 type bridge
ip -n "$router" link add port type dummy
ip -n "$router" link set port master br0
refuses 'name the bridge' fw explain udp "$ghost_in4:1" "$ghost_out4:9" in port
if ip -n "$router" link add vrf0 type vrf table 77 2>/dev/null; then
	refuses 'name an interface that belongs to it' fw explain udp "$ghost_in4:1" "$ghost_out4:9" in vrf0
	ip -n "$router" link delete vrf0
fi

# --- NAT ---------------------------------------------------------------------------------

policy <<'END'
rule Inside Internet any-udp allow
rule Inside Internet any-tcp allow
rule Inside Internet pings allow
rule Internet Inside any-udp allow
nat eth1 eth0 masquerade name hide
nat Inside eth0 source 2001:db8:2::1
END
must fw session kill all	# those that were not translated would be told of, and ended

for f in 4 6; do
	family
	it "a source translated: the far end sees the firewall, from a port yet to be chosen (IPv$f)"
	next_flow allow:rule inside eth1 udp "$ghost_in" "$ghost_out" 9 outside "$fwout"
	says nat '[12], nat .*'
	next_flow allow:rule inside eth1 tcp "$ghost_in" "$ghost_out" 9 outside "$fwout"
	asks "$icmp" "$ghost_in" "$ghost_out" in eth1
	says 'far end sees' "$icmp $fwout#\\* > $ghost_out#\\*"
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=7
	p expect outside "$icmp" "$fwout" "$ghost_out" "$ping"

	it "for a session the port is known, and packets are translated back (IPv$f)"
	p open live udp inside "$in,3200" outside "$out,9"
	asks udp "$(with_port "$in" 3200)" "$(with_port "$out" 9)" in eth1
	says session '[1-9][0-9]*'
	says 'far end sees' "udp $(seen "$fwout,3200") > $(seen "$out,9")"
	asks udp "$(with_port "$out" 9)" "$(with_port "$fwout" 3200)" in eth0
	says 'far end sees' "udp $(seen "$out,9") > $(seen "$in,3200")"
	says route 'through the firewall, out eth1'
	p say live
	p forget live

	it "the other way nothing is translated (IPv$f)"
	next_flow allow:rule outside eth0 udp "$ghost_out" "$ghost_in" 9 inside
	says_not nat
done

it "a pool: the far end sees one of its addresses, the same as explained"
policy <<'END'
rule Inside Internet any-udp allow
nat Inside Internet source 198.51.100.200-198.51.100.219
nat Inside Internet source 2001:db8:2::200-2001:db8:2::21f
END
for f in 4 6; do
	family
	asks udp "$(with_port "$ghost_in" 3300)" "$(with_port "$ghost_out" 9)" in eth1
	address=$(sed -n 's/^far end sees: *udp \(.*\):\* > .*/\1/p' <<<"$said" | tr -d '[]')
	next_flow allow:rule inside eth1 udp "$ghost_in" "$ghost_out" 9 outside "$address"
done

# --- Relays ------------------------------------------------------------------------------

policy <<END
$(relays "$fwdoc4" "$ghost_in4")
$(relays "$fwout6" "$ghost_in6")
END

for f in 4 6; do
	family
	listen=$fwdoc4
	[ $f = 4 ] || listen=$fwout6
	it "each kind of relay: what its server sees (IPv$f)"
	next_flow allow:relay outside eth0 tcp "$ghost_out" "$listen" 7001 inside "$fwin" "$ghost_in,80"
	says relay '[17], relay .* tcp-forward from Internet'
	says_not rule
	says route 'through the firewall, out eth1'
	next_flow allow:relay outside eth0 tcp "$ghost_out" "$listen" 7002 inside \
		"$ghost_out,$((port + 1))" "$ghost_in,80"
	next_flow allow:relay outside eth0 udp "$ghost_out" "$listen" 7003 inside "$fwin" "$ghost_in,80"
	next_flow allow:relay outside eth0 udp "$ghost_out" "$listen" 7004 inside "$fwin" "$ghost_in,80"
	next_flow allow:relay outside eth0 udp "$ghost_out" "$listen" 7005 inside \
		"$ghost_out,$((port + 1))" "$ghost_in,80"

	it "for a relayed session the relay is named, whichever end asks (IPv$f)"
	next_flow allow:relay outside eth0 tcp "$ghost_out" "$listen" 7001 inside "$fwin" "$ghost_in,80"
	asks tcp "$(with_port "$ghost_out" "$port")" "$(with_port "$listen" 7001)" in eth0
	says session '[1-9][0-9]*'
	says relay '[17], relay .* tcp-forward from Internet'
	line_of 'far end sees'
	own=${value#tcp } own=${own% > *}
	asks tcp "$(with_port "$ghost_in" 80)" "$own" in eth1
	says relay '[17], relay .* tcp-forward from Internet'
	says route 'through the firewall, out eth0'

	it "a tcp-relay: the firewall answers, and goes to the server itself (IPv$f)"
	asks tcp "$(with_port "$ghost_out" 3400)" "$(with_port "$listen" 7006)" in eth0
	says verdict 'allow, reason relay: .*'
	says route 'to the firewall itself'
	says 'far end sees' "tcp $(seen "$fwin") > $(seen "$ghost_in,80")"
	p send outside tcp "$ghost_out,3400" "$listen,7006" S
	p expect outside tcp "$listen,7006" "$ghost_out,3400" SA

	it "explain says that a client may not use a relay (IPv$f)"
	fresh
	next_flow discard:relay-access dmz eth2 tcp "$ghost_dmz" "$listen" 7001
	next_flow discard:relay-access inside eth1 udp "$ghost_in" "$listen" 7003
	says relay '.* udp-relay from Internet'
	next_flow discard:relay-access dmz eth2 tcp "$ghost_dmz" "$listen" 7006
	next_flow discard:spoofed outside eth0 tcp "$ghost_dmz" "$listen" 7001
	agrees
done

it "JSON has the same"
mapfile -t words < <(fw --json explain udp "$ghost_out4:9" "$fwdoc4:7003" in eth0 |
	python3 -c 'import json, sys
e = json.load(sys.stdin)["explain"]
print(e["action"], e["reason"], e["relay"]["position"], e["way"], sep="\n")
print(e["far_end_sees"]["source"]["port"])')
[ "${words[*]}" = "allow relay 3 forward 0" ] || fail "${words[*]}"
