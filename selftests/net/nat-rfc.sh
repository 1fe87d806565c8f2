#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The requirements of the RFCs for a NAT: 4787 (UDP), 5382 (TCP), 5508 (ICMP), and 7857, which amends
# them. Each title names its requirement. (More about ICMP errors: nat-icmp.sh.)
#
# Topology: lib.sh. Packets by hand, between hosts that do not answer:
#
#	inside .66 .67 ---> router ---> outside .66 .67, who see 10.9.9.x, 2001:db8:9::x

. "$(dirname -- "$0")/../lib.sh"
topology

second_in4=192.168.1.67 second_out4=198.51.100.67
second_in6=2001:db8:1::67 second_out6=2001:db8:2::67
nat4=10.9.9.1 nat6=2001:db8:9::1

ends() { # of a family
	family
	for name in second_in second_out nat; do
		eval "$name=\$$name$f"
	done
}

nat_policy() {
	fw session kill all >/dev/null
	policy < <(echo 'rule Inside Internet anything allow'; cat)
}
# outside JQ [FILTER]: JQ on the outside ends of sessions, {address, port or id}.
outside() { fw --json session list "${@:2}" | gojq "[.sessions[].client.translated // empty] | $1"; }
outside_port() { outside '.[0] | .port // .id' "$@"; }
addresses() { outside 'map(.address) | unique | length' "$@"; }
sockets() { outside 'unique | length' "$@"; }
expires() { fw --json session list "$@" | gojq '.sessions[0].expires_ms'; }
no_less() { [ "${2:-0}" -ge "$1" ] || fail "${3-it} is ${2:-nothing}, not $1 or more"; }
between() {
	[[ ${3-} =~ ^[0-9]+$ ]] && [ "$3" -ge "$1" ] && [ "$3" -le "$2" ] ||
		fail "'${3-}' is not from $1 to $2"
}

# --- Addresses ----------------------------------------------------------------------------

it "RFC 4787 REQ-2, 7857 section 4: a client has one address of a pool, in all protocols"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1-10.9.9.64
nat eth1 eth0 source 2001:db8:9::1-2001:db8:9::40
END
for f in 4 6; do
	ends
	p send inside udp "$ghost_in,3000" "$ghost_out,1000" times=20 step=dport
	p send inside tcp "$ghost_in,3000" "$ghost_out,1000" S times=20 step=sport
	p send inside udp "$ghost_in,3000" "$second_out,1000" times=20 step=sport
	p send inside "$icmp" "$ghost_in" "$second_out" "$ping" ident=5
	is 61 sessions client "$ghost_in"
	is 1 addresses client "$ghost_in"
done

it "clients are spread over a pool"
p send inside udp 192.168.1.100,3000 "$ghost_out4,9" times=50 step=src
p send inside udp 2001:db8:1::100,3000 "$ghost_out6,9" times=50 step=src
no_less 10 "$(addresses client 192.168.1.0/24)" "the number of addresses"
no_less 10 "$(addresses client 2001:db8:1::/64)" "the number of addresses"

it "a client whose own address has no port left gets another of the pool"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1-10.9.9.2:3000-3003
END
p send inside udp "$ghost_in4,3000" "$ghost_out4,1000" times=8 step=sport
p count 8 outside udp any "$ghost_out4"
is 2 addresses client "$ghost_in4"
is 8 sockets client "$ghost_in4"

it "a pool may go over any boundary of its addresses"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.254-10.9.10.1
nat eth1 eth0 source 2001:db8:9::ffff:fffe-2001:db8:9::1:0:1
END
p send inside udp 192.168.1.100,3000 "$ghost_out4,9" times=60 step=src
p send inside udp 2001:db8:1::100,3000 "$ghost_out6,9" times=60 step=src
which() { outside 'map(.address) | unique | join(" ")' "$@" | tr -d '"'; }
is '10.9.10.0 10.9.10.1 10.9.9.254 10.9.9.255' which family 4
is '2001:db8:9::1:0:0 2001:db8:9::1:0:1 2001:db8:9::ffff:fffe 2001:db8:9::ffff:ffff' \
	which family 6

# --- Ports --------------------------------------------------------------------------------

it "RFC 4787 REQ-3, 5382 REQ-7: no two sessions have one outside port, whatever their servers"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1
nat eth1 eth0 source 2001:db8:9::1
END
for f in 4 6; do
	ends
	for proto in udp tcp; do
		flags=
		[ $proto = udp ] || flags=S
		# shellcheck disable=SC2086
		p send inside $proto "$ghost_in,4000" "$ghost_out,9" $flags times=30 step=dport
		# shellcheck disable=SC2086
		p send inside $proto "$second_in,4000" "$second_out,9" $flags times=30 step=dport
		p count 60 outside $proto "$nat" any
		is 60 sockets family $f proto $proto
	done
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=4000
	p send inside "$icmp" "$second_in" "$ghost_out" "$ping" ident=4000
	p send inside "$icmp" "$ghost_in" "$second_out" "$ping" ident=4000
	p count 3 outside "$icmp" "$nat" any "$ping"
	is 3 sockets client-port 4000 family $f proto $icmp
done

it "the port of a client is kept when it is free, and another one of the range if not"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1:4000-4999
nat eth1 eth0 source [2001:db8:9::1]:4000-4999
END
for f in 4 6; do
	ends
	p send inside udp "$ghost_in,4321" "$ghost_out,9"
	p expect outside udp "$nat,4321" "$ghost_out,9"
	p send inside udp "$second_in,4321" "$ghost_out,9"
	between 4000 4999 "$(outside_port client "$second_in")"
	p send inside udp "$second_in,40000" "$ghost_out,9"
	between 4000 4999 "$(outside_port client "$second_in" client-port 40000)"
	p send inside "$icmp" "$second_in" "$ghost_out" "$ping" ident=40000
	between 4000 4999 "$(outside_port client "$second_in" proto $icmp)"
done

it "answers to clients with one port each find the right one"
for f in 4 6; do
	ends
	p send outside udp "$ghost_out,9" "$nat,4321" len=5
	p expect inside udp "$ghost_out,9" "$ghost_in,4321" len=5
	port=$(outside_port client "$second_in" client-port 4321)
	p send outside udp "$ghost_out,9" "$nat,$port" len=6
	p expect inside udp "$ghost_out,9" "$second_in,4321" len=6
done

it "RFC 4787 REQ-3a: a port of 1024 or more stays there, a lower one may if the row says so"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1
END
p send inside udp "$ghost_in4,1024" "$ghost_out4,9" times=3 step=dport
is true outside 'map(.port >= 1024) | all' client-port 1024
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1:1-65535
END
p send inside udp "$ghost_in4,123" "$ghost_out4,9"
p expect outside udp "$nat4,123" "$ghost_out4,9"

it "RFC 7857 section 9: a port that cannot be kept is chosen at random"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1
END
p send inside udp "$ghost_in4,5000" "$ghost_out4,1000" times=30 step=dport
spread=$(outside 'map(.port) | max - min' client "$ghost_in4")
no_less 10000 "$spread" "the spread of 30 ports"

it "when every port of the range is taken, it is counted and reported, and no other port is used"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1:2000-2003
END
timeout 120 nsenter --net="/run/netns/$router" fwtool monitor >"$work/events" 2>&1 &
monitor=$!
p send inside udp "$ghost_in4,2000" "$ghost_out4,1000" times=4 step=dport
p count 4 outside udp "$nat4" "$ghost_out4"
mark nat-exhausted
p send inside udp "$ghost_in4,2000" "$ghost_out4,1004"
p none outside udp any "$ghost_out4,1004"
drops nat-exhausted 1
is 4 sessions client "$ghost_in4"
hears_exhausted() {
	p send inside udp "$ghost_in4,2000" "$ghost_out4,1004"
	grep -q 'nat-exhausted' "$work/events"
}
busywait hears_exhausted
kill $monitor

it "the ports of another protocol, or to the same server, are no more and no fewer"
p send inside tcp "$ghost_in4,2000" "$ghost_out4,1000" S times=4 step=sport
p count 4 outside tcp "$nat4" "$ghost_out4,1000" S
mark nat-exhausted
p send inside tcp "$second_in4,2000" "$second_out4,1000" S
p none outside tcp any "$second_out4"
drops nat-exhausted 1

it "a port is free again as soon as its session ends"
must fw session kill client "$ghost_in4" server-port 1001 proto udp
p send inside udp "$second_in4,7" "$second_out4,7"
p expect outside udp "$nat4" "$second_out4,7"
must fw session kill proto udp
p send inside udp "$second_in4,7" "$second_out4,8" times=4 step=dport
p count 4 outside udp "$nat4" "$second_out4"

it "ports that sessions had come back when these run out of time, again and again"
nat_policy <<'END'
set timeout-nat-udp-unreplied 1
nat eth1 eth0 source 10.9.9.1:2000-2003
END
for round in 1 2 3; do
	p send inside udp "$ghost_in4,2000" "$ghost_out4,1000" times=4 step=dport
	p count 4 outside udp "$nat4" "$ghost_out4"
	becomes 0 sessions client "$ghost_in4"
done

# --- Timers -------------------------------------------------------------------------------

it "RFC 4787 REQ-5: a UDP mapping lasts two minutes or more, answered or not"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1
END
p send inside udp "$ghost_in4,6000" "$ghost_out4,9"
p expect outside udp "$nat4,6000" "$ghost_out4,9"
no_less 110000 "$(expires client-port 6000)" "its time"
p send outside udp "$ghost_out4,9" "$nat4,6000"
p expect inside udp "$ghost_out4,9" "$ghost_in4,6000"
no_less 120000 "$(expires client-port 6000)" "its time"

it "RFC 4787 REQ-6: what the client sends keeps its mapping alive"
p send inside udp "$ghost_in4,6001" "$ghost_out4,9"
id=$(fw --json session list client-port 6001 | gojq '.sessions[0].id')
has_aged() { [ "$(expires id "$id")" -lt 117000 ]; }
busywait has_aged
before=$(expires id "$id")
p send inside udp "$ghost_in4,6001" "$ghost_out4,9"
no_less $((before + 1000)) "$(expires id "$id")" "its time"

it "RFC 5382 REQ-5: an established TCP connection lasts 2 hours 4 minutes in silence"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1
END
p open live tcp inside "$in4" outside "$out4,80" "as=$nat4"
no_less 7430000 "$(expires server-port 80)" "its time"
p close live

it "RFC 5382 REQ-5: a TCP connection that is not yet open lasts four minutes"
p send inside tcp "$ghost_in4,6004" "$ghost_out4,80" S seq=5
no_less 230000 "$(expires client-port 6004)" "its time"

it "RFC 7857 section 2.2: an open connection keeps its port four minutes after a reset; a refused one does not"
p send inside tcp "$ghost_in4,6005" "$ghost_out4,80" S seq=5
p send outside tcp "$ghost_out4,80" "$nat4,6005" SA seq=7 ack=6
p send inside tcp "$ghost_in4,6005" "$ghost_out4,80" A seq=6 ack=8
p send outside tcp "$ghost_out4,80" "$nat4,6005" R seq=8
p expect inside tcp "$ghost_out4,80" "$ghost_in4,6005" R
no_less 230000 "$(expires client-port 6005 state closed)" "its time"
p send inside tcp "$ghost_in4,6006" "$ghost_out4,80" S seq=5
p send outside tcp "$ghost_out4,80" "$nat4,6006" RA seq=0 ack=6
between 1 11000 "$(expires client-port 6006 state closed)"

it "TCP whose numbers do not fit its session gets through neither translated nor as it came"
p send inside tcp "$ghost_in4,6007" "$ghost_out4,80" S seq=5
p send outside tcp "$ghost_out4,80" "$nat4,6007" SA seq=7 ack=6
p send inside tcp "$ghost_in4,6007" "$ghost_out4,80" A seq=6 ack=8
p expect outside tcp "$nat4,6007" "$ghost_out4,80" A seq=6 ack=8
p clear
p send inside tcp "$ghost_in4,6007" "$ghost_out4,80" PA seq=900000 ack=8 len=10
p send inside tcp "$ghost_in4,6007" "$ghost_out4,80" RA seq=900000 ack=8
p send outside tcp "$ghost_out4,80" "$nat4,6007" R seq=900000
p none outside tcp any "$ghost_out4"
p none inside tcp any "$ghost_in4"
is 1 sessions client-port 6007 state established

it "RFC 7857 section 2.2: a reset that is not exact leaves it open, and its time as it is"
p send outside tcp "$ghost_out4,80" "$nat4,6007" R seq=9
p expect inside tcp "$ghost_out4,80" "$ghost_in4,6007" R seq=9
is 1 sessions client-port 6007 state established
no_less 7430000 "$(expires client-port 6007)" "its time"

it "RFC 5508 REQ-2: a query's mapping lasts a minute in silence"
p send inside icmp "$ghost_in4" "$ghost_out4" type=8 ident=1
no_less 55000 "$(expires proto icmp)" "its time"

# --- Filtering and determinism -------------------------------------------------------------

it "RFC 5382 REQ-4: a SYN from outside that was not asked for gets no answer"
p send inside tcp "$ghost_in4,6002" "$ghost_out4,80" S seq=5
p expect outside tcp "$nat4,6002" "$ghost_out4,80" S seq=5
p send outside tcp "$second_out4,80" "$nat4,6002" S
p send outside tcp "$ghost_out4,81" "$nat4,6002" S
p send outside tcp "$ghost_out4,80" "$nat4,6003" S
p none outside ip "$nat4" any
p none inside tcp any "$ghost_in4"

it "RFC 4787 REQ-11: a mapping stays as it is, however full the range becomes"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1:2000-2031
END
p send inside udp "$ghost_in4,2007" "$ghost_out4,9"
p expect outside udp "$nat4,2007" "$ghost_out4,9"
p send inside udp "$second_in4,2007" "$second_out4,1000" times=40 step=dport
p clear
p send inside udp "$ghost_in4,2007" "$ghost_out4,9" times=3
p count 3 outside udp "$nat4,2007" "$ghost_out4,9"
p send outside udp "$ghost_out4,9" "$nat4,2007" times=3
p count 3 inside udp "$ghost_out4,9" "$ghost_in4,2007"

# --- Fragments ----------------------------------------------------------------------------

for f in 4 6; do
	ends
	it "RFC 4787 REQ-14: fragments in any order are translated, both ways (IPv$f)"
	[ $f = 6 ] || nat_policy <<-'END'
		nat eth1 eth0 source 10.9.9.1
		nat eth1 eth0 source 2001:db8:9::1
	END
	for reverse in 0 1; do
		p send inside udp "$ghost_in,6100" "$ghost_out,9" len=2992 split=1000 \
			reverse=$reverse id=$((7 + reverse))
		p expect outside udp "$nat,6100" "$ghost_out,9" frag=0 more=1
		p expect outside udp "$nat" "$ghost_out" more=0
		p send outside udp "$ghost_out,9" "$nat,6100" len=2992 split=1000 \
			reverse=$reverse id=$((17 + reverse))
		p expect inside udp "$ghost_out,9" "$ghost_in,6100" frag=0 more=1
		p expect inside udp "$ghost_out" "$ghost_in" more=0
	done
	is 1 sessions client "$ghost_in" client-port 6100

	it "a datagram of which a fragment is missing is not translated (IPv$f)"
	p send inside udp "$ghost_in,6101" "$ghost_out,9" len=2992 split=1000 skip=2 id=27
	p none outside ip any "$ghost_out"
	is 0 sessions client-port 6101
done
