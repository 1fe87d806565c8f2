#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tcp-relay: two connections that end at the firewall, and all ways in which they can end.
#
# Topology: lib.sh.
#
#	outside (client) ---> 1.2.3.4:5190 router ---> 192.168.1.17:5190 (server) inside

. "$(dirname -- "$0")/../lib.sh"
topology

here=$(dirname -- "$0")
listen=$fwdoc4,5190 server=$icq4,5190
# ends CASE...: relay_ends.py, for the present relay.
ends() { python3 "$here/relay_ends.py" "$outside" "$inside" "$listen" "$server" "$@"; }
export router work common fwin4

# relays: the policy with these relay rows.
relays() { policy; }

relay='relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from Internet'
relays <<<"$relay
relay [$fwout6]:5190 [$icq6]:5190 tcp-relay from Internet"

it "a megabyte goes each way, and the server sees the firewall (IPv4)"
must ends both-ways
must ends peer-is "$fwin4"
it "small writes and urgent bytes arrive in order"
must ends pieces
it "two urgent bytes that come before either is read both arrive, from either end"
must ends urgent client
for i in {1..5}; do
	must ends urgent server
done
it "a client closes its half, and gets its answer"
must ends client-closes-first
it "a server closes its half, and gets the rest"
must ends server-closes-first
it "what a client sends before its server is connected is kept, its FIN as well"
must ends closes-before-server-answers
it "a client's reset reaches the server, and a server's reset the client"
must ends reset client
must ends reset server
it "a reader that stops stalls the sender, and loses nothing"
must ends reader-stops 60000000

it "bytes that each lie in a large page of their own do not keep these pages"
must ends crumbs 2000 16000000
it "writes of all sizes, from pages that others use as well, arrive in order"
must ends mixed 300

it "packets that GRO has chained arrive in order"
chained "$outside" eth0
must ends both-ways
must ends client-closes-first
must ends pieces
must ends mixed 100
unchained "$outside" eth0

it "a client in none of its networks gets no answer"
mark relay-access
on "$dmz" python3 -c 'import socket; socket.create_connection(("1.2.3.4", 5190), 2)' 2>/dev/null &&
	fail "it answers"
[ "$(counted relay-access)" -gt "${marks[relay-access]}" ] || fail "relay-access does not count"

it "a server that is down: the client is reset, and it is counted"
mark relay-server
must ends refused
drops relay-server 1

listen=$fwout6,5190 server=$icq6,5190
it "a megabyte goes each way, and the server sees the firewall (IPv6)"
must ends both-ways
must ends peer-is "$fwin6"
must ends client-closes-first
must ends server-closes-first
listen=$fwdoc4,5190 server=$icq4,5190

it "no connection is left"
becomes 0 sessions state established

it "a server that does not answer: the client is reset after ten seconds"
relays <<<"relay 1.2.3.4:5190 $ghost_in4:5190 tcp-relay from Internet"
mark relay-server
must ends refused
drops relay-server 1

it "an idle connection is reset after the relay's own timeout"
relays <<<"$relay timeout 2"
must ends times-out
it "a client that never reads is idle, because it acknowledges nothing new"
must ends never-reads
it "a client that reads slowly is not idle, though its server has been silent for the timeout"
relays <<<"$relay timeout 3"
must ends sips 40000 7
it "the connection of such a client is not cut when the session of a closed half is silent"
relays <<<"$relay
set timeout-tcp-closing 1
set timeout-tcp-closed 1"
must ends sips 40000 6 half
it "a connection ends with its lifetime though bytes move"
relays <<<"$relay lifetime 2"
must ends lives 2

it "a client that reads late gets all, though the session with its server is over"
relays <<<"$relay
set timeout-tcp-closed 1"
over() { [ "$(sessions client "$fwin4")" = 0 ]; }
export -f over sessions nap
must ends late-reader 'until over; do nap; done'

it "PROXY protocol, version 1"
relays <<<"$relay proxy-protocol v1
relay [$fwout6]:5190 [$icq6]:5190 tcp-relay from Internet proxy-protocol v1"
must ends proxy-v1
listen=$fwout6,5190 server=$icq6,5190
must ends proxy-v1
# An ISATAP address, which the kernel would print with dots.
must ip -n "$outside" address add 2001:db8:2::5efe:c633:640b/64 dev eth0 nodad
must ends proxy-v1 2001:db8:2::5efe:c633:640b
it "PROXY protocol, version 2"
relays <<<"$relay proxy-protocol v2
relay [$fwout6]:5190 [$icq6]:5190 tcp-relay from Internet proxy-protocol v2"
must ends proxy-v2
listen=$fwdoc4,5190 server=$icq4,5190
must ends proxy-v2

it "a range of ports is shifted to the server's"
relays <<<'relay 1.2.3.4:6000-6003 192.168.1.17:7000 tcp-relay from Internet'
listen=$fwdoc4,6002 server=$icq4,7002
must ends both-ways 1000
listen=$fwdoc4,5190 server=$icq4,5190

it "an address that the firewall does not have yet is listened on"
relays <<<'relay 1.2.3.5:5190 192.168.1.17:5190 tcp-relay from Internet'
must ip -n "$router" address add 1.2.3.5/32 dev eth0
listen=1.2.3.5,5190
must ends both-ways 1000
listen=$fwdoc4,5190

# written NAME <rows: a file that `fw load` takes.
written() { { echo "$common"; cat; } >"$work/$1"; }
written same <<<"$relay"
written other <<<"rule Any Dmz icq allow
$relay"
written longer <<<"$relay timeout 1000"
written elsewhere <<<"relay 1.2.3.4:5190 $other_in4:5190 tcp-relay from Internet"
written none </dev/null
# A connection takes longest if every access to memory is checked. Of the emulated
# kernels, one with so many connections is enough.
number=1000 crowd=10000
case ${UMBRA_LANE-} in
debug) number=500 crowd=1000 ;;
stock-6.1) crowd=2000 ;;
esac

it "connections survive policies that keep their relay"
must fw load "$work/same"
must ends keep 10 "fw load '$work/other' && fw load '$work/longer' && fw load '$work/same'"
it "a client gets in by a SYN cookie during a flood"
# The speed of a flood decides when the kernel begins with cookies. Here it does so at once.
on "$router" sysctl -qw net.ipv4.tcp_syncookies=2
p send outside tcp "$ghost_out4,1024" "$fwdoc4,5190" S seq=5 times=500 step=sport
must ends both-ways 1000
is 1 kernel_counter TcpExtSyncookiesRecv
on "$router" sysctl -qw net.ipv4.tcp_syncookies=1
must fw session kill client "$ghost_out4"
it "killing a session ends its connection, whichever end it belongs to"
must ends lose 2 "fw session kill host $icq4"
must ends lose 2 "fw session kill server $fwdoc4"
it "a policy whose relay leads to another server resets the connections"
must ends lose 10 "fw load '$work/elsewhere'"
it "a policy without the relay resets the connections, and nobody listens"
must fw load "$work/same"
must ends lose "$number" "fw load '$work/none'"
is "" on "$router" ss -Hltn
it "a revert brings the relay back"
must fw load "$work/same"
must fw load --confirm 60 "$work/none"
must fw revert
must ends both-ways 1000

it "a policy that needs a port that a program holds is refused, and nothing changes"
must fw load "$work/none"
nsenter --net="/run/netns/$router" python3 -c 'if True:
	import socket, time
	s = socket.socket()
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	s.bind(("1.2.3.4", 5190))
	s.listen()
	print(flush=True)
	time.sleep(1000)' >"$work/holds" &
holder=$!
busywait test -s "$work/holds"
refuses '(row 1|same:[0-9]+): port 5190 of 1.2.3.4 is held by a program' fw load "$work/same"
kill $holder
wait $holder 2>/dev/null
must fw load "$work/same"

it "$crowd connections move bytes while policies are committed"
must ends busy $crowd "for i in {1..$(some 10 3)}; do
	fw load '$work/other'; fw load '$work/same'; done"

it "the module goes with connections open"
must ends lose "$number" "modprobe -r umbra"
must modprobe umbra
must fw load "$work/same"
must ends both-ways 1000

it "a namespace goes with connections open, and takes its sockets along"
must ends hold "$number" "ip netns del $router && modprobe -r umbra"
