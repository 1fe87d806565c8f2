#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Floods: the session table is full, and honest hosts do not notice.
#
# Topology: lib.sh. The table has 2,000 places. A second `play` sends the flood, of UMBRA_FLOOD
# packets (5,000), while the hosts of the first one talk. Forged sources take everybody's places. So
# a session without an answer keeps its place for as long as the flood takes to fill the table. A flood
# that fills it faster than a host answers needs a larger table: UMBRA_PLACES (2,000).
#
#	outside 11.x.x.x forged --+
#	        .66               +--> router ---> inside ICQ server
#	        .10 talks         +
#
# Any kernel: the session table is Umbra's own.

. "$(dirname -- "$0")/../lib.sh"
topology

places=2000
reserve=$((places / 64))
many=${UMBRA_PLACES:-$places}
flood=${UMBRA_FLOOD:-5000}
# Slow enough for a table of 2,000; a flood of millions is as fast as possible.
burst=$((flood < 100000 ? 250 : 1000))

# flooding HOST PACKET...: sends so many in the background. %s is where each burst begins: two
# bytes of an address; the third byte is counted up.
flooding() {
	local n

	{
		printf 'station %s %s eth0 %s\n' "$1" "${!1}" "02:00:00:00:0${links[$1]}:01"
		for ((n = 0; n < flood / burst; n++)); do
			# shellcheck disable=SC2059 # it is one
			printf "send $1 ${*:2} times=$burst\n" "$((n / 64)).$((n % 64 * 4))"
		done
	} | "$helpers/play" >"$work/flood" &
	flooder=$!
}
declare -A links=([inside]=1 [outside]=2)
still_flooding() { [ -n "$flooder" ] && kill -0 $flooder 2>/dev/null; }
flooder=

# meanwhile COMMAND: repeats COMMAND while the flood lasts, and at least ten times.
meanwhile() {
	local n began=$SECONDS

	for ((n = 0; n < 10 || wrong == 0; n++)); do
		still_flooding || [ $n -lt 10 ] || break
		"$@"
	done
	[ -z "$flooder" ] || wait $flooder || fail "the flood ended with $?"
	! grep -q fail "$work/flood" || fail "$(grep -m 1 -B 1 fail "$work/flood")"
	flooder=
	echo "# $sentence: $n times in $((SECONDS - began)) s"
}

never_more() {
	[ "$(sessions)" -le "$1" ] || fail "$(sessions) sessions, where $1 have a place"
}

policy <<END
set sessions-max $many
rule Internet Inside icq allow
rule Internet Firewall ssh allow
rule Inside Internet anything allow
END

everybody_gets_in() {
	p talk tcp outside "$out4" inside "$icq4,5190"
	p talk tcp outside "$out6" inside "$icq6,5190"
	p talk tcp outside "$out4" router "$fwout4,22"
	p talk tcp inside "$in4" outside "$out4,80"
	p talk udp inside "$in6" outside "$out6,53"
	never_more "$many"
}

it "SYNs from forged addresses fill the table, and keep nobody out"
mark evicted ended
mark sessions-full
p open before tcp outside "$other_out4" inside "$other_in4,5190"
flooding outside tcp "11.%s.0,1024" "$ghost_in4,5190" S seq=7 step=src
meanwhile everybody_gets_in
at_least evicted $((flood - many)) ended
drops sessions-full 0

it "a connection from before the flood goes on"
p say before
p close before
balanced

it "forged questions to a server that answers keep nobody out either"
must fw add rule Internet "ICQ server" echo allow
mark evicted ended
flooding outside udp "11.%s.0,1024" "$icq4,7" step=src
meanwhile everybody_gets_in
balanced

must fw replace set sessions-max $places
many=$places

it "one source holds half of the table at most, however many ports it has"
mark source-sessions
burst=$flood flooding outside tcp "$ghost_out4,1024" "$ghost_in4,5190" S seq=7 step=sport
meanwhile everybody_gets_in
held=$(sessions client "$ghost_out4")
[ "$held" -le $(((places - reserve) / 2)) ] || fail "it holds $held"
[ "$held" -ge $((places / 4)) ] || fail "it holds no more than $held"
must fw session kill all

it "UDP from every port of a host inside leaves room for the others"
mark evicted ended
all=$(some 65536 20000)
all=$((flood > all ? flood : all))
flood=$all burst=$all flooding inside udp "$ghost_in4,0" "$ghost_out4,7" step=sport
meanwhile everybody_gets_in
at_least evicted $((all / 2)) ended
held=$(sessions client "$ghost_in4")
[ "$held" -le $(((places - reserve) / 2)) ] || fail "it holds $held"
must fw session kill all

it "the addresses of an IPv6 network of 64 bits are one source"
burst=$flood flooding inside udp "2001:db8:1::1:0,1024" "$ghost_out6,7" step=src
meanwhile p talk tcp inside "$in4" outside "$out4,80"
held=$(sessions client 2001:db8:1::/64)
[ "$held" -le $(((places - reserve) / 2)) ] || fail "it holds $held"
must fw session kill all

# established HOST: opens connections that then stay silent, until the host gets no more of them.
established() {
	local port

	for ((port = 1024; port < 1024 + places; port += 100)); do
		p send outside tcp "$1,$port" "$ghost_in4,5190" S seq=100 times=100 step=sport
		p send inside tcp "$ghost_in4,5190" "$1,$port" SA seq=900 ack=101 times=100 step=dport
		p send outside tcp "$1,$port" "$ghost_in4,5190" A seq=101 ack=901 times=100 step=sport
	done
}
talking() { sessions state established client 198.51.100.64/29; }

it "connections that are opened and left leave room for others"
mark source-sessions
for host in 66 67 68 69; do
	established "198.51.100.$host"
done
at_least source-sessions 1000
held=$(talking)
[ "$held" -ge $((places * 3 / 4)) ] || fail "they hold no more than $held"
meanwhile everybody_gets_in

it "none of the connections that were left is ended"
is "$held" talking

it "explain says that a source has its share"
refused=$(fw explain tcp "$ghost_out4:30000" "$ghost_in4:5190" in eth0 2>&1)
grep -q source-sessions <<<"$refused" || fail "explain says: $refused"
must fw session kill all

it "sessions that nobody answered end sooner when the table is nearly full"
must fw add set timeout-udp-unreplied 20
mark evicted ended
for host in 66 67 68 69; do
	p send inside udp "192.168.1.$host,1024" "$ghost_out4,7" times=460 step=sport
done
[ "$(sessions)" -ge $((places * 3 / 4)) ] || fail "only $(sessions) sessions"
ended_early() { [ "$(since evicted ended)" -ge "$1" ]; }
patience=12 busywait ended_early 50
balanced

it "sessions of an administrator keep their whole timeout when those of others have a part of it"
policy <<END
set sessions-max $places
set management Wardens
network Wardens $other_in4
rule Inside Internet anything allow
END
p send inside udp "$other_in4,1024" "$ghost_out4,7" times=20 step=sport
mark evicted ended
for port in {1024..1042}; do
	p send inside udp "192.168.1.100,$port" "$ghost_out4,7" times=100 step=src
done
[ "$(sessions)" -ge $((places * 9 / 10)) ] || fail "only $(sessions) sessions"
patience=15 busywait ended_early 60
is 20 sessions client "$other_in4"
must fw session kill all
balanced

it "a host of the management network gets a place when no other session can be evicted"
policy <<END
set sessions-max 128
set management Wardens
network Wardens $out4 $out6
rule Internet Inside icq allow
rule Internet Firewall ssh allow
END
ip -n "$router" route add 11.0.0.0/8 via "$out4"
p send outside tcp 11.0.0.1,1024 "$ghost_in4,5190" S seq=100 times=126 step=src
p send inside tcp "$ghost_in4,5190" 11.0.0.1,1024 SA seq=900 ack=101 times=126 step=dst
p send outside tcp 11.0.0.1,1024 "$ghost_in4,5190" A seq=101 ack=901 times=126 step=src
is 126 sessions state established
mark sessions-full
p refused silent tcp outside "$other_out4" router "$fwout4,22"
at_least sessions-full 1
p open warden tcp outside "$out4" router "$fwout4,22"
p open second tcp outside "$out6" router "$fwout6,22"

it "nobody takes the place of a host of the management network, once others can be evicted"
must fw session kill state established client 11.0.0.0/8
p send outside tcp 12.0.0.1,1024 "$ghost_in4,5190" S seq=100 times=1000 step=src
p say warden
p say second
is 2 sessions server-port 22

it "the management network has to exist"
refuses "no such network: 'Nobody'" fw replace set management Nobody
refuses "no such network" fw delete network Wardens
must fw add set timeout-icmp 61
is "set management Wardens" grep management <(fw save)
balanced
