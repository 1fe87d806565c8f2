#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that was booted without IPv6 (ipv6.disable=1) has no routes and no addresses of that
# family, and IPv6 crosses it only inside frames. Questions about IPv6 get an error that says so.
#
# Topology: a client, and the router with a bridge beside. Runs only in such a kernel:
#
#	scripts/vm --lane native --boot ipv6.disable=1 -- selftests/run.sh no-ipv6

. "$(dirname -- "$0")/../lib.sh"
if [ -d /proc/sys/net/ipv6 ]; then
	it "without IPv6 in the kernel fwtool says so when it is asked about IPv6"
	skip "this kernel has IPv6: see scripts/vm --boot"
	exit
fi
need_module
for ns in "$router" "$inside" "$outside"; do
	add_netns "$ns"
done
ip -batch - <<-END
	link add eth0 netns $inside address 02:00:00:00:01:10 type veth peer name eth1 netns $router
	link add eth0 netns $outside address 02:00:00:00:02:10 type veth peer name eth0 netns $router
END
ip -n "$router" -batch - <<-END
	link set lo up
	link set eth1 address 02:00:00:00:01:01 up
	address add 192.168.1.1/24 dev eth1
END
ip -n "$inside" -batch - <<-END
	link set eth0 up
	address add 192.168.1.10/24 dev eth0
END
policy_exactly <<'END'
service all any dynamic
rule Any Any all allow
END

# frame TO: the client sends an IPv6 SYN in a frame to that hardware address.
frame() {
	on "$inside" /usr/bin/python3 - "$1" <<-'END'
		import socket, sys
		to = bytes.fromhex(sys.argv[1].replace(":", ""))
		tcp = bytes.fromhex("c001 0050 00000001 00000000 5002 ffff 0000 0000")
		ip = bytes.fromhex("60000000 0014 06 40") + socket.inet_pton(socket.AF_INET6, "2001:db8::1") \
			+ socket.inet_pton(socket.AF_INET6, "2001:db8::2")
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("eth0", 0))
		s.send(to + bytes.fromhex("020000000110 86dd") + ip + tcp)
	END
}
# heard HOST DEVICE: the number of frames that it received.
heard() { ip -n "$1" -j -s link show "$2" | gojq '.[0].stats64.rx.packets'; }
hears() { [ "$(heard "$1" "$2")" -gt "$3" ]; }

it "without IPv6 in the kernel IPv4 is judged as with it"
must on "$inside" ping -c 1 -W 5 192.168.1.1
is 1 sessions

it "explain refuses an IPv6 packet from the firewall or an interface: the kernel began without IPv6"
refuses 'began without IPv6' fw explain tcp '[2001:db8::1]:1024' '[2001:db8::2]:80'
refuses 'began without IPv6' fw explain tcp '[2001:db8::1]:1024' '[2001:db8::2]:80' in eth1

it "a commit that guards a connection of IPv6 finds none to cut"
must on "$router" env PYTHONPATH="$selftests/netlink" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 - <<'END'
import socket
from rawnl import *
s = Socket()
s.ask(C["CMD_CANDIDATE_NEW"])
six = lambda kind, a: Attr(kind, socket.inet_pton(socket.AF_INET6, a))
guard = Attr(C["A_POLICY_GUARD"], [six(C["A_TUPLE_SOURCE"], "2001:db8::1"),
    six(C["A_TUPLE_DESTINATION"], "2001:db8::2"), u8(C["A_TUPLE_PROTOCOL"], 6),
    u16(C["A_TUPLE_SOURCE_PORT"], 1024), u16(C["A_TUPLE_DESTINATION_PORT"], 22)])
error, said, _ = s.ask(C["CMD_COMMIT"], [Attr(C["A_POLICY_CHECK"]), guard])
raise SystemExit(said if error else 0)
END

it "a tcp-relay that is to listen at an IPv6 address is refused, with its row"
echo 'relay [2001:db8::1]:80 [2001:db8::2]:80 tcp-relay from Any' >"$work/relay"
refuses 'relay:1: the firewall cannot listen on port 80 of 2001:db8::1' fw load "$work/relay"

it "a frame with IPv6 that comes to the router opens no session"
before=$(heard "$router" eth1)
must frame 02:00:00:00:01:01
busywait hears "$router" eth1 "$before"
is 0 sessions family ipv6

it "a frame with IPv6 crosses a bridge of the router"
ip -n "$router" -batch - <<-END
	address flush dev eth1
	link add br0 type bridge
	link set eth1 master br0
	link set eth0 master br0 up
	link set br0 up
END
ip -n "$outside" link set eth0 up
before=$(heard "$outside" eth0)
busywait eval 'frame 02:00:00:00:02:10; hears "$outside" eth0 "$before"'
is 0 counted unjudged
