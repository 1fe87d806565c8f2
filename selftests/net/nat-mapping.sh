#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Mappings: `endpoint-independent` gives an inside socket one outside port, whatever it
# talks to, and the rules say who may reach it by that. Topology: lib.sh.
#
# Any kernel: the mappings are Umbra's own.

. "$(dirname -- "$0")/../lib.sh"
topology

second4=198.51.100.67 second6=2001:db8:2::67
stranger4=198.51.100.68 stranger6=2001:db8:2::68
neighbour4=192.168.1.67 neighbour6=2001:db8:1::67

# IPv6 is translated by `source` only, to an address of the firewall.
policy <<END
rule Inside Internet any-udp allow
rule Inside Internet any-tcp allow
nat eth1 eth0 masquerade endpoint-independent
nat eth1 eth0 source [$fwout6]:5000-5999 endpoint-independent
END

# from INSIDE_PORT TO: the outside port with which a datagram of $ghost_in leaves.
from() {
	p clear
	p send inside udp "$ghost_in,$1" "$2,7"
	p expect outside udp "$fwout" "$2,7" || return
	fw --json session list client "$ghost_in" client-port "$1" server "$2" |
		gojq '.sessions[0].client.translated.port'
}

for f in 4 6; do
	family
	for name in second stranger neighbour; do eval "$name=\$$name$f"; done
	it "RFC 4787 REQ-1: an inside port has one outside port, whatever it talks to (IPv$f)"
	must fw session kill all
	port=$(from 5500 "$ghost_out")
	is "$port" from 5500 "$second"
	is "$port" from 5500 "$stranger"

	it "RFC 4787 REQ-3: another inside socket with that port has another (IPv$f)"
	p clear
	p send inside udp "$neighbour,5500" "$ghost_out,7"
	p expect outside udp "$fwout" "$ghost_out,7"
	other=$(fw --json session list client "$neighbour" | gojq '.sessions[0].client.translated.port')
	[ "$other" != "$port" ] || fail "both have $port"

	it "RFC 4787 REQ-8: a host to which the client has not talked gets in only if a rule says so (IPv$f)"
	p send outside udp "$stranger,9" "$fwout,$port"
	p none inside udp "$stranger,9" "$ghost_in,5500"
	must fw add rule Internet Inside any-udp allow name in
	p send outside udp "$stranger,9" "$fwout,$port"
	p expect inside udp "$stranger,9" "$ghost_in,5500"

	it "no host gets in to an inside socket without a route (IPv$f)"
	ip -n "$router" "-$f" route add unreachable "$ghost_in"
	p send outside udp "$stranger,10" "$fwout,$port"
	p none inside udp "$stranger,10" any
	ip -n "$router" "-$f" route del unreachable "$ghost_in"
	p send outside udp "$stranger,10" "$fwout,$port"
	p expect inside udp "$stranger,10" "$ghost_in,5500"

	it "the inside socket's answers leave with the same port (IPv$f)"
	p clear
	p send inside udp "$ghost_in,5500" "$stranger,9"
	p expect outside udp "$fwout,$port" "$stranger,9"

	it "a session that came in by a mapping is judged by the rule, and ends with it (IPv$f)"
	must fw delete rule in
	p send outside udp "$stranger,9" "$fwout,$port"
	p none inside udp "$stranger,9" "$ghost_in,5500"

	it "RFC 4787 REQ-9: inside hosts reach each other by their outside ports (IPv$f)"
	must fw add rule Inside Inside any-udp allow name across
	p clear
	p send inside udp "$neighbour,777" "$fwout,$port"
	p expect inside udp "$fwout" "$ghost_in,5500"
	hidden=$(fw --json session list client "$neighbour" server "$fwout" |
		gojq '.sessions[0].client.translated.port')

	it "RFC 5508 REQ-7: errors between them are translated both ways (IPv$f)"
	p send inside "$icmp" "$ghost_in" "$fwout" "$no_port" about udp "$fwout,$hidden" "$ghost_in,5500"
	p expect inside "$icmp" "$fwout" "$neighbour" "$no_port" \
		about udp "$neighbour,777" "$fwout,$port" sum=good
	p send inside udp "$ghost_in,5500" "$fwout,$hidden"
	p expect inside udp "$fwout,$port" "$neighbour,777"
	p send inside "$icmp" "$neighbour" "$fwout" "$no_port" about udp "$fwout,$port" "$neighbour,777"
	p expect inside "$icmp" "$fwout" "$ghost_in" "$no_port" \
		about udp "$ghost_in,5500" "$fwout,$hidden" sum=good
	must fw delete rule across

	it "a port is free again when the last of its sessions is over (IPv$f)"
	must fw session kill all
	must fw replace nat 1 eth1 eth0 masquerade ports 5500-5500 endpoint-independent
	must fw replace nat 2 eth1 eth0 source "[$fwout6]:5500-5500" endpoint-independent
	p clear
	mark nat-exhausted
	p send inside udp "$ghost_in,5500" "$ghost_out,7"
	p expect outside udp "$fwout,5500" "$ghost_out,7"
	p send inside udp "$neighbour,5500" "$ghost_out,7"
	p none outside udp "$fwout" "$ghost_out,7"
	drops nat-exhausted 1
	must fw session kill client "$ghost_in"
	p send inside udp "$neighbour,5500" "$ghost_out,7"
	p expect outside udp "$fwout,5500" "$ghost_out,7"
	must fw replace nat 1 eth1 eth0 masquerade endpoint-independent
	must fw replace nat 2 eth1 eth0 source "[$fwout6]:5000-5999" endpoint-independent
done

for f in 4 6; do
	family
	it "a service of the firewall's is reached, though a client has had its port before (IPv$f)"
	must fw session kill all
	must fw add rule Internet Inside any-udp allow name in
	must fw add rule Internet Firewall any-udp allow name service
	is 5600 from 5600 "$ghost_out"
	p talk udp outside "$other_out,9" router "$fwout,5600"
	must fw delete rule service
	p refused silent udp outside "$other_out,10" router "$fwout,5600"
	must fw delete rule in
	p clear
	p send outside udp "$ghost_out,7" "$fwout,5600"
	p expect inside udp "$ghost_out,7" "$ghost_in,5600"

	it "if the firewall itself talks from that port, a client has one more port to that server (IPv$f)"
	must fw add rule Firewall Internet any-udp allow name own
	is 5601 from 5601 "$ghost_out"
	p talk udp router "$fwout,5602" outside "$out,7" "as=$fwout,5602"
	is 5602 from 5602 "$ghost_out"
	port=$(from 5602 "$out")
	[[ $port =~ ^[0-9]+$ ]] && [ "$port" != 5602 ] || fail "it leaves with '$port'"
	p talk udp router "$fwout,5601" outside "$out,7" "as=$fwout,5601"
	must fw delete rule own
done

for f in 4 6; do
	family
	it "TCP conversations share the port as well (IPv$f)"
	p talk tcp inside "$in,5700" outside "$out,5190"
	p talk tcp inside "$in,5700" outside "$out,5191"
done

it "a session that came in by a masquerade's port ends with its address"
must fw session kill all
must fw add rule Internet Inside any-udp allow name in
f=4
family
port=$(from 5800 "$ghost_out")
p send outside udp "$stranger4,9" "$fwout,$port"
p expect inside udp "$stranger4,9" "$ghost_in,5800"
is 2 sessions host "$ghost_in"
mark nat-address ended
ip -n "$router" address del "$fwout/24" dev eth0
becomes 0 sessions host "$ghost_in"
drops nat-address 2 ended
