#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The limits of one client of a rule: client-sessions and client-rate. Topology: lib.sh.
# In IPv6 a client is a network of 64 bits. A second such network is routed inside, where nobody
# has to answer.
#
# Any kernel: the counts of clients are Umbra's own.

. "$(dirname -- "$0")/../lib.sh"
topology

next4=192.168.1.67 next6=2001:db8:1::67
far6=2001:db8:7::66 far_next6=2001:db8:7::67
ip -n "$router" route add 2001:db8:7::/64 via 2001:db8:1::66 dev eth1

# flows FROM PORT NUMBER: sends the first packets of NUMBER flows, one port after the other.
flows() { p send inside udp "$1,$2" "$ghost_out,7" times="$3" step=sport; }

# has NUMBER CLIENT: the client has exactly so many sessions.
has() { is "$1" sessions client "$2"; }

fresh() {
	fw session kill all >/dev/null
	policy
}

it "a client gets as many sessions of a rule as its limit allows, and another client as many of its own"
fresh <<'END'
rule Inside Internet echo allow client-sessions 3
END
f=4 family
mark client-sessions
p clear
flows $ghost_in4 3000 5
p count 3 outside udp $ghost_in4 "$ghost_out4,7"
drops client-sessions 2
has 3 $ghost_in4
flows $next4 3000 3
p count 3 outside udp $next4 "$ghost_out4,7"
has 3 $next4
drops client-sessions 2

it "packets of existing sessions are not limited"
p send inside udp "$ghost_in4,3000" "$ghost_out4,7" times=20
p count 20 outside udp $ghost_in4 "$ghost_out4,7"
drops client-sessions 2

it "a session that ends gives back exactly one place"
must fw session kill client $ghost_in4 client-port 3001
flows $ghost_in4 3010 3
has 3 $ghost_in4
drops client-sessions 4
has 3 $next4

it "explain gives the same answer, and takes no place"
for n in 1 2 3; do
	refused=$(fw explain udp "$ghost_in4:3333" "$ghost_out4:7" in eth1 2>&1)
	grep -q "reason client-sessions" <<<"$refused" || fail "explain says: $refused"
	allowed=$(fw explain udp "$in4:3333" "$ghost_out4:7" in eth1 2>&1)
	grep -q "reason rule:" <<<"$allowed" || fail "explain says: $allowed"
done
has 0 $in4
drops client-sessions 4

it "the sessions of another rule do not count"
must fw add rule Inside Internet icq allow client-sessions 1
f=4 family
p send inside tcp "$ghost_in4,3000" "$ghost_out4,5190" S
has 4 $ghost_in4
p send inside tcp "$ghost_in4,3001" "$ghost_out4,5190" S
has 4 $ghost_in4
drops client-sessions 5
balanced

it "the hosts of one IPv6 network of 64 bits are one client"
f=6 family
mark client-sessions
flows $ghost_in6 3000 2
flows $next6 3000 3
has 2 $ghost_in6
has 1 $next6
drops client-sessions 2
flows $other_in6 3000 1
drops client-sessions 3

it "hosts of another IPv6 network are another client"
must fw replace network Inside eth1 192.168.1.0/24 eth1 2001:db8:1::/64 \
	eth1 2001:db8:7::/64
flows $far6 3000 2
flows $far_next6 3000 2
has 2 $far6
has 1 $far_next6
drops client-sessions 4
balanced

for f in 4 6; do
	family
	it "a connection that is over makes room for the next (IPv$f)"
	fresh <<-'END'
	rule Inside Internet icq allow client-sessions 1
	set timeout-tcp-closed 1
	END
	mark client-sessions
	p open one tcp inside "$in" outside "$out,5190"
	p send inside tcp "$in,50000" "$out,5190" S
	drops client-sessions 1
	p say one
	p close one
	becomes 0 sessions
	p talk tcp inside "$in" outside "$out,5190"
	balanced
done
f=4 family

it "a raised limit lets more sessions in, and existing ones count"
fresh <<'END'
rule Inside Internet echo allow client-sessions 2 name limited
END
mark client-sessions
flows $ghost_in4 3000 3
drops client-sessions 1
must fw replace rule limited Inside Internet echo allow client-sessions 4 name limited
# Each session belongs to the new rule once it is judged again.
flows $ghost_in4 3000 2
flows $ghost_in4 3100 4
has 4 $ghost_in4
drops client-sessions 3

it "a lowered limit ends no session, and lets none in until enough have ended"
must fw replace rule limited Inside Internet echo allow client-sessions 1 name limited
flows $ghost_in4 3000 2
flows $ghost_in4 3100 2
has 4 $ghost_in4
flows $ghost_in4 3200 1
drops client-sessions 4
for port in 3000 3001 3100; do
	must fw session kill client-port $port
done
has 1 $ghost_in4
flows $ghost_in4 3200 1
drops client-sessions 5
must fw session kill all
flows $ghost_in4 3200 1
has 1 $ghost_in4

it "a limit that is removed and set again has not lost its count"
must fw replace rule limited Inside Internet echo allow name limited
flows $ghost_in4 3200 3
has 3 $ghost_in4
must fw replace rule limited Inside Internet echo allow client-sessions 3 name limited
flows $ghost_in4 3200 3
flows $ghost_in4 3300 1
has 3 $ghost_in4
drops client-sessions 6
balanced

it "sessions of a deleted rule give back their places"
fresh <<'END'
rule Inside Internet echo allow client-sessions 2 name first
rule Inside Internet any-udp allow client-sessions 3 name second
END
mark client-sessions
flows $ghost_in4 3000 2
must fw delete rule first
flows $ghost_in4 3000 2
flows $ghost_in4 3100 2
has 3 $ghost_in4
drops client-sessions 1
must fw delete rule second
balanced

it "a client is limited by its own address, not by the translated one"
fresh <<'END'
rule Inside Internet echo allow client-sessions 2
rule Internet Inside echo allow client-sessions 2
nat eth1 eth0 masquerade
END
mark client-sessions
p clear
flows $ghost_in4 3000 3
flows $next4 3000 3
p count 4 outside udp $fwout4 "$ghost_out4,7"
drops client-sessions 2
must fw session kill client $next4
flows $ghost_in4 3100 1
flows $next4 3100 2
has 2 $next4
drops client-sessions 3
balanced

it "each outside host that talks to a client's outside port is a client of its own"
fresh <<'END'
rule Inside Internet any-udp allow
rule Internet Inside any-udp allow client-sessions 1 name in
nat eth1 eth0 masquerade endpoint-independent
END
mark client-sessions
flows $ghost_in4 3000 1
port=$(fw --json session list client $ghost_in4 | gojq '.sessions[0].client.translated.port')
p send outside udp "198.51.100.67,9" "$fwout4,$port"
p send outside udp "198.51.100.67,10" "$fwout4,$port"
p send outside udp "198.51.100.68,9" "$fwout4,$port"
has 1 198.51.100.67
has 1 198.51.100.68
drops client-sessions 1
balanced

it "a flow that gets no outside port takes no place and no token of its client"
fresh <<'END'
rule Inside Internet echo allow client-sessions 2 client-rate 2
nat eth1 eth0 source 198.51.100.1:4000
END
mark nat-exhausted
flows $next4 3000 1
p clear
flows $ghost_in4 3000 10
drops nat-exhausted 10
has 0 $ghost_in4
must fw session kill all
flows $ghost_in4 3000 1
has 1 $ghost_in4
balanced

it "a client's rate lets one second's worth pass at once, and other clients have rates of their own"
fresh <<'END'
rule Inside Internet echo allow client-rate 5
END
mark client-rate
p send inside udp "$ghost_in4,3000" "$ghost_out4,7" times=40 step=sport
more=$(sessions)
[ "$more" -ge 5 ] && [ "$more" -le 15 ] || fail "$more sessions, not about 5"
drops client-rate $((40 - more))
flows $next4 3000 5
has 5 $next4
drops client-rate $((40 - more))

it "the rate fills again, and is the same when its sessions have ended"
next_port=3200
rate_filled() {
	flows $ghost_in4 $((next_port++)) 1
	[ "$(sessions client $ghost_in4)" -gt "$more" ]
}
busywait rate_filled
must fw session kill all
mark client-rate
p send inside udp "$ghost_in4,4000" "$ghost_out4,7" times=40 step=sport
is 40 eval 'echo $(($(sessions) + $(since client-rate)))'
[ "$(sessions)" -le 15 ] || fail "$(sessions) sessions, not about 5"

it "explain says that a client is too fast"
p send inside udp "$ghost_in4,5000" "$ghost_out4,7" times=100 step=sport
refused=$(fw explain udp "$ghost_in4:3333" "$ghost_out4:7" in eth1 2>&1)
# After a fifth of a second the next one may come.
grep -qE 'reason (client-rate|rule):' <<<"$refused" || fail "explain says: $refused"
balanced

it "a client at its own limit does not use up the rule's rate"
fresh <<'END'
rule Inside Internet echo allow rate 20 client-sessions 1
END
mark rule-rate
mark client-sessions
flows $ghost_in4 3000 200
drops client-sessions 199
flows $next4 3000 1
has 1 $next4
drops rule-rate 0
balanced

it "forged clients are refused when there are twice as many as sessions, and soon forgotten"
fresh <<'END'
rule Inside Internet echo allow client-rate 1
network Forged eth1 10.0.0.0/8
rule Forged Internet echo allow client-rate 1
set sessions-max 200
END
mark sessions-full
p send inside udp "10.0.0.0,3000" "$ghost_out4,7" times=600 step=src
at_least sessions-full 100
must fw session kill all
again() {
	flows $ghost_in4 $((next_port++)) 1
	[ "$(sessions)" = 1 ]
}
busywait again
balanced
