#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ends are notified: what each end of a session gets when it is cut, and when it gets nothing.
#
# Topology: lib.sh. First hosts that do not answer, so that this test chooses every number;
# then the hosts' own kernels:
#
#	inside .66 (client) <---> router <---> outside .66 (server)

. "$(dirname -- "$0")/../lib.sh"
topology

here=$(dirname -- "$0")
# ends CASE...: relay_ends.py, for a connection from inside without a relay.
ends() { python3 "$here/relay_ends.py" "$inside" "$outside" "$out,5190" "$out,5190" "$@"; }
# both CASE COMMAND: ends.py, for the same.
both() { python3 "$here/ends.py" "$inside" "$outside" "$out,5190" "$@"; }
export router

nat4=10.9.9.1 nat6=2001:db8:9::1
rules='
service quiet tcp dynamic any 5191 ends silent
service loud  tcp dynamic any 5192 ends told
service gre   gre dynamic
service pim   103 dynamic
service esp   esp dynamic
service others group gre pim esp
rule Inside Internet icq allow name icq
rule Inside Internet quiet allow name quiet
rule Inside Internet loud allow name loud
rule Inside Internet any-udp allow name udp
rule Inside Internet pings allow name pings
rule Inside Internet others allow name others
rule Any Firewall anything allow
rule Firewall Any anything allow
'
common=${common/set ends silent/}
plain() { policy "$@" <<<"$rules"; }
natted() {
	policy "$@" <<-END
		$rules
		nat eth1 eth0 source $nat4
		nat eth1 eth0 source $nat6
	END
}

port=20000 to=5190
as() { echo "${seen_as:-$ghost_in}"; }
# client, server FLAGS [KEY=VALUE...]: a packet of the conversation, which must pass.
client() {
	p send inside tcp "$ghost_in,$port" "$ghost_out,$to" "$@"
	p expect outside tcp "$(as),$port" "$ghost_out,$to" "$@"
}
server() {
	p send outside tcp "$ghost_out,$to" "$(as),$port" "$@"
	p expect inside tcp "$ghost_out,$to" "$ghost_in,$port" "$@"
}
begin() {
	port=$((port + 1))
	client S seq=100
	server SA seq=500 ack=101
	client A seq=101 ack=501
}
cut() { must fw session kill client "$ghost_in" client-port $port; }
# What each end gets, and nothing else.
client_hears() { p expect inside tcp "$ghost_out,$to" "$ghost_in,$port" "$@"; }
server_hears() { p expect outside tcp "$(as),$port" "$ghost_out,$to" "$@"; }
no_more() {
	p none inside ip "$ghost_out" "$ghost_in"
	p none outside ip "$(as)" "$ghost_out"
}

it "when no policy is left no connection is cut, and all go on without it"
plain --confirm 600
begin
told=$(total told)
must fw revert
is 0 sessions
no_more
is "$told" total told

for how in plain natted; do
	$how
	for f in 4 6; do
		family
		seen_as='' text="IPv$f"
		if [ $how = natted ]; then
			text+=', translated' nat=nat$f
			seen_as=${!nat}
		fi

		it "killed by hand: each end is reset with the number that it awaits ($text)"
		begin
		cut
		client_hears R seq=501
		server_hears R seq=101
		no_more

		it "after data both ways the numbers are those that were acknowledged last ($text)"
		begin
		client PA seq=101 ack=501 len=1000
		server PA seq=501 ack=1101 len=300
		client A seq=1101 ack=801
		cut
		client_hears R seq=801
		server_hears R seq=1101
		no_more

		it "data not acknowledged yet: a reset with the number before them, and one with the number after ($text)"
		begin
		client PA seq=101 ack=501 len=1000
		server PA seq=501 ack=101 len=300
		cut
		client_hears R seq=501
		client_hears R seq=801
		server_hears R seq=101
		server_hears R seq=1101
		no_more

		it "a SYN without an answer: the client is refused, the server reset ($text)"
		port=$((port + 1))
		client S seq=100
		cut
		client_hears RA seq=0 ack=101
		server_hears R seq=101
		no_more

		it "a handshake that is not complete: both are reset ($text)"
		port=$((port + 1))
		client S seq=100
		server SA seq=500 ack=101
		cut
		client_hears R seq=501
		server_hears R seq=101
		no_more

		it "half closed: a FIN counts one ($text)"
		begin
		client FA seq=101 ack=501
		server A seq=501 ack=102
		cut
		client_hears R seq=501
		server_hears R seq=102
		no_more

		it "the ends of a closed or reset session are not notified ($text)"
		begin
		client RA seq=101 ack=501
		cut
		begin
		client FA seq=101 ack=501
		server FA seq=501 ack=102
		client A seq=102 ack=502
		cut
		no_more

		it "UDP: each end gets an error about its own packets ($text)"
		port=$((port + 1))
		p send inside udp "$ghost_in,$port" "$ghost_out,9" len=20
		p expect outside udp "$(as),$port" "$ghost_out,9"
		cut
		p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited \
			about udp "$ghost_in,$port" "$ghost_out,9"
		p expect outside "$icmp" any "$ghost_out" $prohibited \
			about udp "$ghost_out,9" "$(as),$port"
		no_more

		it "ping: the end that asks is notified, the end that answers is not ($text)"
		p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=7
		p expect outside "$icmp" "$(as)" "$ghost_out" "$ping"
		must fw session kill client "$ghost_in"
		p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited \
			about "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=7
		p none outside "$icmp" any "$ghost_out"

		it "other protocols: each end gets an error about its own packets, except ESP ($text)"
		for proto in proto=103 'gre seq=7'; do
			number=${proto#* } proto=${proto% *}
			[ $proto = gre ] || number=len=9
			p send inside $proto "$ghost_in" "$ghost_out" $number
			p expect outside $proto "$(as)" "$ghost_out"
			must fw session kill client "$ghost_in"
			p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited \
				about $proto "$ghost_in" "$ghost_out"
			p expect outside "$icmp" any "$ghost_out" $prohibited \
				about $proto "$ghost_out" "$(as)"
		done
		p send inside esp "$ghost_in" "$ghost_out" seq=7
		p expect outside esp "$(as)" "$ghost_out"
		must fw session kill client "$ghost_in"
		p none inside "$icmp" any "$ghost_in"
		p none outside "$icmp" any "$ghost_out"
	done
done

plain
seen_as=''
for f in 4 6; do
	family
	it "cut by a policy, at a packet of the client: the client's reset has the number that this packet acknowledges (IPv$f)"
	begin
	server PA seq=501 ack=101 len=300
	must fw delete rule icq
	p send inside tcp "$ghost_in,$port" "$ghost_out,5190" PA seq=101 ack=801 len=50
	client_hears R seq=801
	server_hears R seq=101
	no_more
	plain

	it "cut by a policy, at a packet of the server: the server's reset has the number that this packet acknowledges (IPv$f)"
	begin
	client PA seq=101 ack=501 len=300
	must fw delete rule icq
	p send outside tcp "$ghost_out,5190" "$ghost_in,$port" A seq=501 ack=401
	server_hears R seq=401
	client_hears R seq=501
	no_more
	plain

	it "a forged packet moves no number (IPv$f)"
	begin
	must fw delete rule icq
	p send inside tcp "$ghost_in,$port" "$ghost_out,5190" PA seq=101 ack=90000801 len=50
	client_hears R seq=501
	server_hears R seq=101
	no_more
	plain

	it "a session picked up in mid-stream: the resets have the numbers of its segments (IPv$f)"
	policy <<<"${rules/service loud  tcp dynamic any 5192/service loud tcp dynamic any 5192 pickup}"
	port=$((port + 1)) to=5192
	client A seq=7000 ack=9000
	server PA seq=9000 ack=7000 len=10
	client A seq=7000 ack=9010
	cut
	client_hears R seq=9010
	server_hears R seq=7000
	no_more
	plain
	to=5190

	it "a service may be set to ends silent (IPv$f)"
	to=5191
	begin
	cut
	no_more

	it "a service may be set to ends told where the setting is silent (IPv$f)"
	must fw add set ends silent
	to=5190
	begin
	cut
	no_more
	to=5192
	begin
	cut
	client_hears R seq=501
	server_hears R seq=101
	to=5190
	must fw delete set ends

	it "a host of a stealth network is not notified, the other end is (IPv$f)"
	must fw add set stealth Internet
	begin
	cut
	client_hears R seq=501
	no_more
	must fw replace set stealth Inside
	begin
	cut
	server_hears R seq=101
	no_more
	must fw delete set stealth

	it "an edited service takes effect with the next packet (IPv$f)"
	begin
	must fw replace service icq tcp dynamic any 5190 ends silent
	client PA seq=101 ack=501 len=10
	cut
	no_more
	plain

	it "an end that missed its reset and sends on gets one with the number that it awaits (IPv$f)"
	begin
	client PA seq=101 ack=501 len=1000
	cut
	client_hears R seq=501
	server_hears R seq=101
	server_hears R seq=1101
	p send outside tcp "$ghost_out,5190" "$ghost_in,$port" A seq=501 ack=601
	server_hears R seq=601
	p send inside tcp "$ghost_in,$port" "$ghost_out,5190" PA seq=101 ack=501 len=500
	client_hears R seq=501
	no_more

	it "an end that was not notified gets no answer, and a reset gets none either (IPv$f)"
	p send inside tcp "$ghost_in,$port" "$ghost_out,5190" R seq=101
	p send outside tcp "$ghost_out,5191" "$ghost_in,$port" A seq=501 ack=601
	p send inside tcp "$ghost_in,9" "$ghost_out,5190" PA seq=101 ack=501 len=500
	p none inside ip "$ghost_out" "$ghost_in"
	p none outside ip "$ghost_in" "$ghost_out"

	it "a new connection on the same ports is not taken for the one that was cut (IPv$f)"
	port=$((port - 1))
	begin
	client PA seq=101 ack=501 len=100
	server A seq=501 ack=201
	cut
	client_hears R seq=501
	server_hears R seq=201

	it "the ends of a session that times out are not notified (IPv$f)"
	policy <<<"$rules set timeout-tcp-opening 1"
	port=$((port + 1))
	client S seq=100
	becomes 0 sessions client "$ghost_in" client-port $port
	no_more
	plain
done

# --- The hosts' own kernels -------------------------------------------------------------

for how in plain natted; do
	$how
	for f in 4 6; do
		family
		it "real hosts, killed by hand: both see a reset ($how, IPv$f)"
		told=$(total told)
		must ends lose 3 'fw session kill proto tcp'
		is $((told + 3)) total told
	done
done

it "cut by a policy: both see a reset as soon as one of them sends"
for f in 4 6; do
	family
	plain
	must both speaks 'fw delete rule icq'
done

it "with ends silent neither end gets anything"
for f in 4 6; do
	family
	plain
	must fw add set ends silent
	must both silence 'fw delete rule icq'
done

it "twenty connections with bytes in flight: all ends are reset, whatever was lost"
for f in 4 6; do
	family
	[ $f = 4 ] && natted || plain
	must both busy 'fw session kill proto tcp'
done

it "a client that waits for its server is refused"
for f in 4 6; do
	family
	plain
	must python3 "$here/ends.py" "$inside" "$outside" "$ghost_out,5190" opening \
		'fw session kill proto tcp'
done

it "a ping that goes on prints at once that it is prohibited"
on "$inside" sysctl -qw net.ipv4.ping_group_range='0 0'
for f in 4 6; do
	family
	plain
	must both pings 'fw session kill server '"$out"
done

it "UDP: both sockets get the error"
for f in 4 6; do
	family
	for how in plain natted; do
		$how
		must python3 "$here/ends.py" "$inside" "$outside" "$out,7" datagrams \
			'fw session kill proto udp'
	done
done

it "an end on the firewall itself is notified like any other"
plain
for f in 4 6; do
	family
	must python3 "$here/relay_ends.py" "$inside" "$router" "$fwin,5190" "$fwin,5190" \
		lose 2 'fw session kill proto tcp'
	must python3 "$here/relay_ends.py" "$router" "$outside" "$out,5190" "$out,5190" \
		lose 2 'fw session kill proto tcp'
	must python3 "$here/ends.py" "$inside" "$router" "$fwin,7" datagrams \
		'fw session kill proto udp'
	must python3 "$here/ends.py" "$router" "$outside" "$out,7" datagrams \
		'fw session kill proto udp'
done

it "the masquerade's address goes: both ends are reset at once, the server by a reset from the old address"
policy <<<"$rules
nat eth1 eth0 masquerade"
told=$(total told)
on "$router" sysctl -qw net.ipv4.conf.eth0.promote_secondaries=1
f=4; family
must ends lose 3 "ip -n $router address add 198.51.100.2/24 dev eth0
	ip -n $router address del $fwout4/24 dev eth0"
is $((told + 3)) total told

it "UDP goes on from the new address, so its ends are not notified"
ip -n "$outside" route replace default via 198.51.100.2
p open udp udp inside "$in,4000" outside "$out,7"
ip -n "$router" address add $fwout4/24 dev eth0
ip -n "$router" address del 198.51.100.2/24 dev eth0
becomes 0 sessions proto udp
p none inside "$icmp" any "$in"
p forget udp
is $((told + 3)) total told
ip -n "$outside" route replace default via $fwout4

it "when no address is left, the client is notified and the server cannot be"
untold=$(total untold)
must python3 "$here/ends.py" "$inside" "$outside" "$ghost_out,5190" opening \
	"ip -n $router link set eth0 down"
is $((untold + 1)) total untold
ip -n "$router" link set eth0 up
busywait is_up "$router" eth0
ip -n "$router" -batch - <<-END
	address replace $fwout6/64 dev eth0 nodad
	neighbour replace $ghost_out4 lladdr 02:00:00:00:02:10 dev eth0
	neighbour replace $ghost_out6 lladdr 02:00:00:00:02:10 dev eth0
END

it "a tcp-relay resets its ends itself, and they get no second reset"
policy <<<"$rules
relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from Internet"
told=$(total told)
must python3 "$here/relay_ends.py" "$outside" "$inside" "$fwdoc4,5190" "$icq4,5190" \
	lose 3 'fw session kill proto tcp'
is "$told" total told

it "the ends of a thousand sessions a second are notified, the others counted"
plain
told=$(total told) untold=$(total untold)
p send inside udp "$ghost_in,10000" "$ghost_out,9" times=2500 step=sport
becomes 2500 sessions server-port 9
began=$SECONDS
must fw session kill server-port 9
most=$((1000 * (SECONDS - began + 2)))
told=$(($(total told) - told)) untold=$(($(total untold) - untold))
is 2500 echo $((told + untold))
[ $told -ge 1000 ] && [ $told -le $most ] || fail "$told told, not 1000 to $most"

it "both ends of an evicted session are notified, if it was established"
policy <<<"$rules
set sessions-max 64"
for n in {1..63}; do
	begin
done
is 63 sessions state established
told=$(total told)
p clear
p talk tcp inside "$in" outside "$out,5190"
p count 1 inside tcp "$ghost_out,5190" "$ghost_in" R seq=501
p count 1 outside tcp "$ghost_in" "$ghost_out,5190" R seq=101
is $((told + 1)) total told

it "as many sessions ended as began"
balanced
