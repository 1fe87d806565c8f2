#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Ports of the firewall's own: no client gets one that a socket of it has, and what the firewall
# sends itself passes whatever its clients have. Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

own() { on "$router" python3 "$selftests/net/own_ports.py" "$@"; }

# holding NR WORDS...: own_ports.py holds that many sockets, until let_go.
holding() {
	busybox nsenter --net="/run/netns/$router" python3 "$selftests/net/own_ports.py" "${@:2}" \
		>"$work/held" & holder=$!
	busywait grep -q "ready $1" "$work/held"
}
# holds SOCKET...: the firewall holds these sockets.
holds() { holding $# hold "$@"; }
let_go() { kill "$holder" && wait "$holder" 2>/dev/null; }

# leave PROTO PORT...: packets of $ghost_in from these ports go to $out.
leave() {
	local port flags='' proto=$1

	[ "$proto" != tcp ] || flags=S
	for port in "${@:2}"; do
		p send inside "$proto" "$ghost_in,$port" "$out,4404" $flags
	done
}
# outside_ports PROTO: "PORT OUTSIDE_PORT" of each session.
outside_ports() {
	fw --json session list proto "$1" client "$ghost_in" server "$out" |
		gojq -r '.sessions[].client | "\(.port) \((.translated // .).port)"' | sort -n
}
# kept PROTO PORT...: sessions keep these ports, and the others leave with other ports.
kept() {
	leave "$@"
	outside_ports "$1" | awk -v ports=" ${*:2} " '
		index(ports, " " $1 " ") { n++; if ($1 == $2) { printf "%s%s", space, $1; space = " " } }
		END { if (n != split(ports, all)) printf " and %d are there", n }'
}

# own_session PORT: the outside port of the firewall's UDP packets from PORT.
own_session() {
	fw --json session list proto udp client "$fwout" client-port "$1" | gojq --arg own "$fwout" \
		'.sessions[].client | select(.address == $own) | .translated.port'
}

# end ADDRESS PORT, as fwtool writes it.
end() { case $1 in *:*) echo "[$1]:$2" ;; *) echo "$1:$2" ;; esac; }

rows='
rule Inside Internet any-udp allow
rule Inside Internet any-tcp allow
rule Inside Internet pings allow
rule Inside Internet lite allow
rule Inside Internet gre allow
rule Firewall Any any-udp allow
rule Firewall Any any-tcp allow
rule Firewall Any pings allow
rule Firewall Any gre allow
service lite udplite dynamic any any
service gre gre dynamic
nat eth1 eth0 masquerade
nat eth1 eth0 source 2001:db8:2::1
'
policy <<<"$rows"

# --- A port that a socket has is no client's ------------------------------------------------

holds udp,0.0.0.0,6001 "udp,$fwout4,6002" "udp,$fwin4,6003" udp,::,6004 udp6only,::,6005 \
	"udp,$fwout6,6006" "connected,$out4,6007" udp,127.0.0.1,6008 udplite,0.0.0.0,6009 \
	tcp,0.0.0.0,6001 "listen,$fwout4,6012" "listen,$fwin4,6013" listen,::,6014 tcp6only,::,6015 \
	"tcp,$fwout6,6016"

f=4
family
it "no client gets a port that a UDP socket of the firewall has: bound to all, to the address, connected"
is "" kept udp 6001 6002 6004 6007
it "a socket with another address, without IPv4, or of another protocol blocks no port"
is "6003 6005 6008 6009 6012" kept udp 6003 6005 6008 6009 6012
it "no client gets a port of a TCP socket, whether it listens or not"
is "6002 6013 6015" kept tcp 6001 6002 6012 6013 6014 6015
it "no client gets a port of a UDP-Lite socket"
is 6001 kept udplite 6001 6009

f=6
family
it "no client gets a port of an IPv6 socket, translated to an address of the firewall's"
is 6001 kept udp 6001 6004 6005 6006
is 6012 kept tcp 6012 6014 6015 6016
let_go

it "a socket's port is free for clients again when the socket is gone"
f=4
family
must fw session kill all
is 6001 kept udp 6001
is 6012 kept tcp 6012

it "the kernel's own sockets are sockets, too: a VXLAN's"
if ip -n "$router" link add vx0 type vxlan id 7 dstport 6020 local "$fwout4" dev eth0 2>/dev/null; then
	ip -n "$router" link set vx0 up
	is "" kept udp 6020
	ip -n "$router" link del vx0
else
	skip "no VXLAN here"
fi

it "a socket in a VRF blocks no port outside of it"
if ip -n "$router" link add red type vrf table 10 2>/dev/null; then
	ip -n "$router" link set red up
	holds udp,0.0.0.0,6021,red tcp,0.0.0.0,6021,red udp,0.0.0.0,6022,eth0
	is 6021 kept udp 6021 6022
	is 6021 kept tcp 6021
	let_go
	ip -n "$router" link del red
else
	skip "no VRF here"
fi

it "20,000 sockets at the same place of the kernel's table hide no taken port, and block no free one"
must fw session kill all
holding 20004 crowd 6025 20000 udp,0.0.0.0,6025 "udp,$fwout4,22409" udp,::,38793 "udp,$fwin4,55177"
is 55177 kept udp 6025 22409 38793 55177
let_go
must fw session kill all
is 6025 kept udp 6025

it "no client gets a port where a relay listens"
policy <<<"$rows
relay $fwout4:6030-6039 $icq4:6030 semitransparent-tcp-forward from Internet
relay $fwdoc4:6040 $icq4:6040 udp-relay from Internet"
is 6029 kept tcp 6029 6030 6039
is "6030 6040" kept udp 6030 6040

it "ports are picked outside of ip_local_port_range, and of it when no other is free"
on "$router" sysctl -qw net.ipv4.ip_local_port_range="41005 41014"
policy < <(sed 's/masquerade$/& ports 41000-41019/' <<<"$rows")
holds udp,0.0.0.0,41003
must fw session kill all
# of_the_range: how many outside ports are from the kernel's range, and how many the socket has.
of_the_range() {
	outside_ports udp | awk '$2 >= 41005 && $2 <= 41014 { n++ } $2 == 41003 { held++ }
		END { print NR, n + 0, held + 0 }'
}
leave udp {1..9}
is "9 0 0" of_the_range
leave udp {10..19}
is "19 10 0" of_the_range
mark nat-exhausted
leave udp 20
drops nat-exhausted 1
let_go
on "$router" sysctl -qw net.ipv4.ip_local_port_range="32768 60999"

# --- What the firewall sends itself ----------------------------------------------------------

policy <<<"$rows"
must fw session kill all
mark duplicate
for f in 4 6; do
	family
	it "packets of the firewall pass from a port that a client has to the same server (IPv$f)"
	for port in 4701 4702; do
		p send inside udp "$ghost_in,$port" "$out,7"
		p send inside tcp "$ghost_in,$port" "$out,80" S
	done
	p talk udp router "$fwout,4701" outside "$out,7" "as=$fwout" 3000
	p talk tcp router "$fwout,4701" outside "$out,80" "as=$fwout" 100000

	it "the server's packets to that client still reach it (IPv$f)"
	p clear
	p send outside udp "$out,7" "$fwout,4701" len=9
	p expect inside udp "$out,7" "$ghost_in,4701" len=9

	it "packets of the firewall with a time to live of 1 pass so, too: traceroute (IPv$f)"
	p send inside udp "$ghost_in,4703" "$ghost_out,33434"
	p expect outside udp "$fwout,4703" "$ghost_out,33434" ttl=63
	p clear
	must own hop "$ghost_out,33434" 4703
	p expect outside udp "$fwout" "$ghost_out,33434" ttl=1
	p none outside udp "$fwout,4703" "$ghost_out,33434"
	port=$(own_session 4703)

	it "errors about such a packet reach the socket that sent it (IPv$f)"
	p send inside udp "$ghost_in,4704" "$out,4405"
	is refused own told "$out,4405" 4704
	it "errors of a router on the way reach that socket, too (IPv$f)"
	p send outside "$icmp" "$other_out" "$fwout" "$exceeded" \
		about udp "$fwout,$port" "$ghost_out,33434"
	mark related passed
	p send outside "$icmp" "$other_out" "$fwout" "$exceeded" \
		about udp "$fwout,$port" "$ghost_out,33434"
	drops related 1 passed

	it "the firewall's pings are answered, though a client's pings have their identifier (IPv$f)"
	p send inside "$icmp" "$ghost_in" "$out" "$ping" ident=4706 seq=1
	is answered own ping "$out" 4706

	it "a session shows its outside port, and explain says that one will be chosen (IPv$f)"
	p open kept udp router "$fwout,4702" outside "$out,7" "as=$fwout"
	port=$(own_session 4702)
	[[ $port =~ ^[0-9]+$ ]] && [ "$port" != 4702 ] || fail "it leaves with '$port'"
	p send inside udp "$ghost_in,4707" "$out,7"
	fw explain udp "$(end "$fwout" 4707)" "$(end "$out" 7)" >"$work/explained"
	grep -qF "$(end "$fwout" '*') > $(end "$out" 7)" "$work/explained" ||
		fail "explain says $(cat "$work/explained")"

	it "such a session goes on under a policy that allows it, and ends under one that does not (IPv$f)"
	policy <<<"$rows"
	p say kept
	must fw add rule before 1 Firewall Internet any-udp reject name no
	p lost kept
	p forget kept
	must fw delete rule no
done
drops duplicate 0

it "what the firewall sends by a packet-filter service does not lose its answers to a client"
policy <<END
rule Inside Internet any-udp allow
service asks udp packet-filter any 7
service answers udp packet-filter 7 any
rule Firewall Internet asks allow
rule Internet Firewall answers allow
nat eth1 eth0 masquerade
nat eth1 eth0 source $fwout6
END
for f in 4 6; do
	family
	p send inside udp "$ghost_in,4711" "$out,7"
	p talk udp router "$fwout,4711" outside "$out,7" "as=$fwout"
	p open kept udp router "$fwout,4711" outside "$out,7" "as=$fwout"
	must fw add rule Dmz Internet any-udp allow
	p say kept
	p forget kept
	p talk udp router "$fwout,4712" outside "$out,7" "as=$fwout,4712"
	is 0 sessions client-port 4712
done

it "a tcp-relay connects to its server, whatever ports clients have there, and goes on"
policy <<<"$rows
nat eth1 eth2 masquerade
rule Inside Dmz any-tcp allow
relay $fwout4:5190 $in_dmz4:5190 tcp-relay from Internet"
f=4
family
on "$router" sysctl -qw net.ipv4.ip_local_port_range="42000 42003"
for port in {42000..42003}; do
	p send inside tcp "$ghost_in,$port" "$in_dmz,5190" S
done
p open kept tcp outside "$out" dmz "$in_dmz,5190" "via=$fwout,5190" "as=$fwdmz"
must fw add rule Dmz Internet any-udp allow
p say kept
p close kept
on "$router" sysctl -qw net.ipv4.ip_local_port_range="32768 60999"

it "where there is no port to change, the client's session ends, and the firewall's does not"
policy <<<"$rows"
must fw session kill all
p send inside gre "$ghost_in" "$ghost_out"
p expect outside gre "$fwout" "$ghost_out"
is 1 sessions client "$ghost_in"
mark duplicate ended
must own raw 47 "$ghost_out" 00000800
p expect outside gre "$fwout" "$ghost_out"
drops duplicate 1 ended
is 0 sessions client "$ghost_in"
is 1 sessions client "$fwout"
mark duplicate
p send inside gre "$ghost_in" "$ghost_out"
drops duplicate 1
must own raw 47 "$ghost_out" 00000800
is 1 sessions client "$fwout"

it "none of the firewall's own queries is lost, with clients at every port that it may use"
must fw session kill all
mark duplicate
on "$router" sysctl -qw net.ipv4.ip_local_port_range="43000 43099"
for port in {43000..43099}; do
	p send inside udp "$ghost_in,$port" "$out,53"
done
for ((i = 0; i < $(some 50 10); i++)); do
	p talk udp router "$fwout" outside "$out,53" "as=$fwout"
done
drops duplicate 0
balanced
