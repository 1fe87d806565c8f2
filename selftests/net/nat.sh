#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Source NAT: which row translates which session, to which address and port.
#
# Topology: lib.sh. The outside's default route is the router, so pools need no addresses:
#
#	inside .10 ---> router ---> outside .10, who sees 198.51.100.1, 10.9.9.x, 2001:db8:9::x

. "$(dirname -- "$0")/../lib.sh"
topology

nat4=10.9.9.1 nat6=2001:db8:9::1

allow='
rule Inside Internet any-tcp allow name tcp-out
rule Inside Internet any-udp allow name udp-out
rule Inside Internet pings allow name ping-out
'
# fresh <rows: loads the rows, without the sessions of the policy before.
fresh() {
	fw session kill all >/dev/null
	policy
}
nat_policy() { fresh < <(echo "$allow"; cat); }

# outside_ends [FILTER]: the clients as the servers see them, one "ADDRESS PORT" a line.
outside_ends() {
	fw --json session list "$@" |
		gojq -r '.sessions[].client.translated // empty | "\(.address) \(.port // .id)"'
}
# port_within FIRST LAST [FILTER]: there is one session, and its outside port is in that range.
port_within() {
	local ends port

	ends=$(outside_ends "${@:3}")
	port=${ends#* }
	[[ $port =~ ^[0-9]+$ ]] && [ "$port" -ge "$1" ] && [ "$port" -le "$2" ] ||
		fail "the outside is '$ends', not a port from $1 to $2"
}

# --- Masquerade ---------------------------------------------------------------------------

nat_policy <<'END'
nat eth1 eth0 masquerade
END

it "masquerade: a server sees the firewall's address, with the client's port"
p talk tcp inside "$in4,4000" outside "$out4,5190" "as=$fwout4,4000"
p talk udp inside "$in4,4001" outside "$out4,7" "as=$fwout4,4001"
p talk ping inside "$in4" outside "$out4"

it "masquerade: a megabyte each way arrives"
p talk tcp inside "$in4" outside "$out4,80" "as=$fwout4" 1000000

it "masquerade: packets that GRO has chained arrive, too"
chained "$inside" eth1
chained "$outside" eth0
p talk tcp inside "$in4" outside "$out4,80" "as=$fwout4" 1000000
unchained "$inside" eth1
unchained "$outside" eth0

it "masquerade: packets both ways have right checksums"
p send inside tcp "$ghost_in4,3000" "$ghost_out4,9" S seq=5 len=33
p expect outside tcp "$fwout4,3000" "$ghost_out4,9" S seq=5 len=33 ttl=63
p send outside tcp "$ghost_out4,9" "$fwout4,3000" SA seq=8 ack=6
p expect inside tcp "$ghost_out4,9" "$ghost_in4,3000" SA seq=8 ack=6 ttl=63
p send inside udp "$ghost_in4,3001" "$ghost_out4,9" len=1
p expect outside udp "$fwout4,3001" "$ghost_out4,9" len=1
p send outside udp "$ghost_out4,9" "$fwout4,3001" len=1001
p expect inside udp "$ghost_out4,9" "$ghost_in4,3001" len=1001
p send inside icmp "$ghost_in4" "$ghost_out4" type=8 ident=1077 seq=3 len=51
p expect outside icmp "$fwout4" "$ghost_out4" type=8 ident=1077 seq=3 len=51
p send outside icmp "$ghost_out4" "$fwout4" type=0 ident=1077 seq=3 len=51
p expect inside icmp "$ghost_out4" "$ghost_in4" type=0 ident=1077 seq=3 len=51

it "masquerade: a packet's traffic class stays as it came, both ways"
for tos in 96 3; do
	p send inside udp "$ghost_in4,3005" "$ghost_out4,9" tos=$tos
	p expect outside udp "$fwout4,3005" "$ghost_out4,9" tos=$tos
	p send outside udp "$ghost_out4,9" "$fwout4,3005" tos=$tos
	p expect inside udp "$ghost_out4,9" "$ghost_in4,3005" tos=$tos
done

it "masquerade: UDP without a checksum stays without one, both ways"
p send inside udp "$ghost_in4,3002" "$ghost_out4,9" sum=none
p expect outside udp "$fwout4,3002" "$ghost_out4,9" sum=none
p send outside udp "$ghost_out4,9" "$fwout4,3002" sum=none
p expect inside udp "$ghost_out4,9" "$ghost_in4,3002" sum=none

it "masquerade: a wrong checksum is not made right"
p send inside udp "$ghost_in4,3003" "$ghost_out4,9" badsum=1 len=20
p none outside udp "$fwout4,3003" any

it "masquerade: datagrams of 3000 bytes and more pass both ways, as fragments"
p open big udp inside "$in4,4002" outside "$out4,7" "as=$fwout4,4002"
p say big 3000
p say big 20000
p forget big
p talk ping inside "$in4" outside "$out4" 4000

it "masquerade leaves IPv6 alone"
p talk tcp inside "$in6,4000" outside "$out6,80" "as=$in6,4000"
p talk udp inside "$in6,4000" outside "$out6,7" "as=$in6,4000"

it "only the server that a client talks to reaches it, and nobody else gets in"
p send inside udp "$ghost_in4,3010" "$ghost_out4,9"
p expect outside udp "$fwout4,3010" "$ghost_out4,9"
p send outside udp "$ghost_out4,10" "$fwout4,3010"
p send outside udp "198.51.100.67,9" "$fwout4,3010"
p send outside tcp "$ghost_out4,9" "$fwout4,3010" S
p none inside ip any "$ghost_in4"

it "a client's port is for the server that it talks to: all others reach the firewall's service there"
nat_policy <<'END'
rule Internet Firewall any-udp allow
nat eth1 eth0 masquerade
END
p send inside udp "$ghost_in4,1405" "$ghost_out4,4404"
p expect outside udp "$fwout4,1405" "$ghost_out4,4404"
p send outside udp "$ghost_out4,4404" "$fwout4,1405" len=5
p expect inside udp "$ghost_out4,4404" "$ghost_in4,1405" len=5
p talk udp outside "$out4,4404" router "$fwout4,1405"

it "a row with ports keeps clients away from the ports of the firewall's services"
nat_policy <<'END'
rule Internet Firewall any-udp allow
nat eth1 eth0 masquerade ports 2000-65535
END
p send inside udp "$in4,1405" "$out4,4404"
p none outside udp "$fwout4,1405" any
port_within 2000 65535 client "$in4"
p talk udp outside "$out4,4404" router "$fwout4,1405"

it "two ends that begin at the same time keep their ports if no row fits, though their sessions end"
nat_policy <<'END'
rule Internet Inside any-udp allow
nat eth1 eth2 masquerade
END
for n in {1..5}; do
	p send inside udp "$ghost_in4,5000" "$ghost_out4,5001"
	p send outside udp "$ghost_out4,5001" "$ghost_in4,5000"
	is 1 fw session kill all
	p send outside udp "$ghost_out4,5001" "$ghost_in4,5000"
	p send inside udp "$ghost_in4,5000" "$ghost_out4,5001"
	is 1 fw session kill all
done
p count 10 outside udp "$ghost_in4,5000" "$ghost_out4,5001"
p count 10 inside udp "$ghost_out4,5001" "$ghost_in4,5000"
is "" outside_ends

it "packets from the firewall, and packets to it, are not translated"
fresh <<'END'
rule Inside Firewall any-udp allow
rule Firewall Internet any-udp allow
nat Any eth0 masquerade
nat eth1 Any masquerade
END
p talk udp inside "$in4,4000" router "$fwin4,9" "as=$in4,4000"
p talk udp router "$fwdoc4,4000" outside "$out4,9" "as=$fwdoc4,4000"
is "" outside_ends

it "a client whose port the firewall itself uses gets another port"
nat_policy <<'END'
nat eth1 eth0 masquerade
rule Firewall Internet any-udp allow
END
p talk udp router "$fwout4,4700" outside "$out4,7"
p talk udp inside "$in4,4700" outside "$out4,7" "as=$fwout4"
ends=$(outside_ends client "$in4" client-port 4700)
[ "${ends% *}" = "$fwout4" ] && [ "${ends#* }" != 4700 ] || fail "the client is '$ends'"
p talk udp router "$fwout4,4700" outside "$out4,7" "as=$fwout4,4700"

# --- Rules --------------------------------------------------------------------------------

it "NAT never allows anything"
fresh <<'END'
network "As seen" 198.51.100.1
rule "As seen" Any anything allow
rule Inside Internet http allow
nat eth1 eth0 masquerade
END
p refused silent tcp inside "$in4" outside "$out4,5190"
p refused silent udp inside "$in4" outside "$out4,7"
p refused silent tcp outside "$out4" inside "$in4,80"
p refused silent tcp outside "$out4" inside "$in4,80" "via=$fwout4,80"
p talk tcp inside "$in4" outside "$out4,80" "as=$fwout4"

it "rules judge the real addresses of a client and its server"
fresh <<'END'
network Outside 198.51.100.1
rule Client Outside http reject
rule Client Internet http allow
nat eth1 eth0 masquerade
END
p talk tcp inside "$in4" outside "$out4,80" "as=$fwout4"
p refused silent tcp inside "$other_in4" outside "$out4,80"

it "packet-filter services get their replies through NAT, and only there"
fresh <<'END'
service dns    udp packet-filter any 53
service telnet tcp packet-filter any 23
service echo-req icmp packet-filter type 8
rule Inside Any dns allow
rule Inside Any telnet allow
rule Inside Any echo-req allow
nat eth1 eth0 masquerade
END
p talk udp inside "$in4,5000" outside "$out4,53" "as=$fwout4,5000"
p talk tcp inside "$in4,5000" outside "$out4,23" "as=$fwout4,5000" 50000
p talk ping inside "$in4" outside "$out4"
is 3 sessions client "$in4"
p refused oneway udp inside "$in4" dmz "$in_dmz4,53"
p refused silent ping inside "$in4" dmz "$in_dmz4"

# --- Rows ---------------------------------------------------------------------------------

it "one fixed address, for all protocols"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1
nat eth1 eth0 source 2001:db8:9::1
END
for f in 4 6; do
	family
	nat=nat$f nat=${!nat}
	p talk tcp inside "$in,4000" outside "$out,80" "as=$nat,4000" 50000
	p talk udp inside "$in,4000" outside "$out,7" "as=$nat,4000" 3000
	p talk ping inside "$in" outside "$out"
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=9009 seq=1
	p expect outside "$icmp" "$nat" "$ghost_out" "$ping" ident=9009 seq=1
	p send outside "$icmp" "$ghost_out" "$nat" "$pong" ident=9009 seq=1
	p expect inside "$icmp" "$ghost_out" "$ghost_in" "$pong" ident=9009 seq=1
done

it "a protocol without ports gets another address, one client to one server"
fresh <<'END'
service gre gre dynamic
rule Inside Internet gre allow
nat eth1 eth0 source 10.9.9.1
END
p send inside gre "$ghost_in4" "$ghost_out4" seq=7 len=40
p expect outside gre "$nat4" "$ghost_out4" seq=7 len=40
p send outside gre "$ghost_out4" "$nat4" seq=7 len=41
p expect inside gre "$ghost_out4" "$ghost_in4" seq=7 len=41

it "the first row that fits decides, and none means none"
nat_policy <<'END'
network Partner 198.51.100.11  2001:db8:2::11
nat Any Partner none
nat Client eth0 source 10.9.9.1
nat Client eth0 source 2001:db8:9::1
nat eth1 eth0 source 10.9.9.2
nat eth1 eth0 source 2001:db8:9::2
END
for f in 4 6; do
	family
	nat=nat$f nat=${!nat}
	p talk udp inside "$in,4000" outside "$out,7" "as=$nat,4000"
	p talk udp inside "$other_in,4000" outside "$out,7" "as=${nat%1}2,4000"
	p talk udp inside "$in,4000" outside "$other_out,7" "as=$in,4000"
	p talk tcp inside "$other_in,4000" outside "$other_out,80" "as=$other_in,4000"
done

it "an end may be an interface, a network, a network on an interface, or Any"
nat_policy <<'END'
rule Inside Dmz any-udp allow
rule Dmz Internet any-udp allow
network Ten 192.168.1.10
network Eleven 192.168.1.11
network Other 198.51.100.11
nat Ten eth2 source 10.9.9.1
nat eth2:Eleven Any source 10.9.9.2
nat eth1:Eleven eth0:Other source 10.9.9.3
nat Ten Other source 10.9.9.4
nat eth2 Any source 10.9.9.5
nat Inside eth0 source 10.9.9.6
END
p talk udp inside "$in4,4000" dmz "$in_dmz4,7" "as=10.9.9.1,4000"
p talk udp inside "$other_in4,4000" dmz "$in_dmz4,7" "as=$other_in4,4000"
p talk udp inside "$other_in4,4000" outside "$other_out4,7" "as=10.9.9.3,4000"
p talk udp inside "$in4,4000" outside "$other_out4,7" "as=10.9.9.4,4000"
p talk udp dmz "$in_dmz4,4000" outside "$out4,7" "as=10.9.9.5,4000"
p talk udp inside "$in4,4001" outside "$out4,7" "as=10.9.9.6,4001"

it "a disabled row is as if it were not there"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1 disabled
nat eth1 eth0 source 10.9.9.2
END
p talk udp inside "$in4,4000" outside "$out4,7" "as=10.9.9.2,4000"

# --- Sessions, seen and ended -------------------------------------------------------------

it "a session is found by either side's addresses and ports"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1:2000-2999 name hidden
END
p open live tcp inside "$in4,4000" outside "$out4,80" "as=10.9.9.1"
is 1 sessions client "$in4"
is 1 sessions client 10.9.9.1
is 1 sessions host 10.9.9.1
is 1 sessions client-port 4000
port=$(outside_ends)
port=${port#* }
is 1 sessions client 10.9.9.1 client-port "$port"
is 0 sessions client 10.9.9.1 client-port 4000
is 0 sessions server 10.9.9.1
must grep -q "192.168.1.10:4000=>10.9.9.1:$port.*hidden" <(fw session list)

it "a session that is killed by its outside address is lost both ways"
is 1 fw session kill client 10.9.9.1 client-port "$port"
p lost live
p lostback live
p forget live
