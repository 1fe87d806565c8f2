#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Networks: every kind of row, and the union of them.
#
# Topology: lib.sh. Packets by hand from inside; those that pass are seen outside.
#
# Any kernel: Umbra's classifier decides which addresses a network covers.

. "$(dirname -- "$0")/../lib.sh"
topology

# Whether an echo (UDP 7) from one address to another passes. A packet that
# must not pass has a port of its own, and `nothing_else` looks for all of these once.
passes_from() {
	p send inside udp "$1,3000" "$2,7"
	p expect outside udp "$1,3000" "$2,7"
}
stops_from() { p send inside udp "$1,4000" "$2,7"; }
nothing_else() { p none outside ip any,4000 any; }

it "an address, a prefix and a range are exactly their addresses"
policy <<'END'
network N1 192.168.1.66
network N2 192.168.1.128/30
network N3 192.168.1.200-192.168.1.202
network N4 2001:db8:1::66 2001:db8:1::8000/126 2001:db8:1::9000-2001:db8:1::9002
rule N1 Internet echo allow
rule N2 Internet echo allow
rule N3 Internet echo allow
rule N4 Internet echo allow
END
for last in 66 128 131 200 201 202; do
	passes_from "192.168.1.$last" "$ghost_out4"
done
for last in 65 67 127 132 199 203; do
	stops_from "192.168.1.$last" "$ghost_out4"
done
for last in 66 8000 8003 9000 9001 9002; do
	passes_from "2001:db8:1::$last" "$ghost_out6"
done
for last in 65 67 7fff 8004 8fff 9003; do
	stops_from "2001:db8:1::$last" "$ghost_out6"
done
nothing_else

it "a range may cross prefixes, and a prefix may be all or one"
policy <<'END'
network Wide   192.168.1.3-192.168.1.130  2001:db8:1::3-2001:db8:1::1:2
network All    0.0.0.0/0  ::/0
network One    198.51.100.66/32  2001:db8:2::66/128
rule Wide One echo allow
END
for address in 192.168.1.3 192.168.1.63 192.168.1.64 192.168.1.130; do
	passes_from $address "$ghost_out4"
done
for address in 2001:db8:1::3 2001:db8:1::ffff 2001:db8:1::1:0 2001:db8:1::1:2; do
	passes_from $address "$ghost_out6"
done
for address in 192.168.1.2 192.168.1.131; do
	stops_from $address "$ghost_out4"
done
for address in 2001:db8:1::2 2001:db8:1::1:3; do
	stops_from $address "$ghost_out6"
done
stops_from 192.168.1.3 198.51.100.67
stops_from 2001:db8:1::3 2001:db8:2::67
nothing_else

it "rows of one name, on one line or on several, are one network"
policy <<'END'
network N  192.168.1.66 192.168.1.67
network N  192.168.1.69
network N  2001:db8:1::66
rule N Internet echo allow
END
for address in 192.168.1.66 192.168.1.67 192.168.1.69; do
	passes_from $address "$ghost_out4"
done
passes_from 2001:db8:1::66 "$ghost_out6"
stops_from 192.168.1.68 "$ghost_out4"
stops_from 2001:db8:1::67 "$ghost_out6"
nothing_else

it "a network may be made of networks, deep, in any order of the rows"
policy <<'END'
rule Top Internet echo allow
network Top    network Middle  192.168.1.69
network Middle network Low     2001:db8:1::66
network Low    192.168.1.66
END
passes_from 192.168.1.66 "$ghost_out4"
passes_from 192.168.1.69 "$ghost_out4"
passes_from 2001:db8:1::66 "$ghost_out6"
stops_from 192.168.1.67 "$ghost_out4"
nothing_else

it "a row bound to an interface fits only packets that come from it"
policy <<'END'
network Here   eth1 192.168.1.66  eth1 2001:db8:1::66
network There  eth2 192.168.1.67  eth2 2001:db8:1::67
rule Here  Internet echo allow
rule There Internet echo allow
END
passes_from 192.168.1.66 "$ghost_out4"
passes_from 2001:db8:1::66 "$ghost_out6"
stops_from 192.168.1.67 "$ghost_out4"
stops_from 2001:db8:1::67 "$ghost_out6"
nothing_else

it "a row bound to an interface fits only packets that leave by it"
policy <<'END'
network "Other way"  eth2 0.0.0.0/0  eth2 ::/0
rule Inside "Other way" http allow
rule Inside Internet echo allow
END
for f in 4 6; do
	family
	passes_from "$ghost_in" "$ghost_out"
	p send inside tcp "$ghost_in,4000" "$ghost_out,80" S
	p send inside tcp "$ghost_in,4000" "$ghost_dmz,80" S
	p expect dmz tcp "$ghost_in,4000" "$ghost_dmz,80" S
	p send inside udp "$ghost_in,4000" "$ghost_dmz,7"
	p none dmz udp "$ghost_in" any
done
nothing_else

it "a bound network that is made of an unbound one binds it"
policy <<'END'
network Hosts   192.168.1.66 2001:db8:1::66
network Bound   eth1 network Hosts
network Astray  eth2 network Hosts
rule Astray Internet http allow
rule Bound  Internet echo allow
END
passes_from "$ghost_in4" "$ghost_out4"
passes_from "$ghost_in6" "$ghost_out6"
p send inside tcp "$ghost_in4,4000" "$ghost_out4,80" S
p send inside tcp "$ghost_in6,4000" "$ghost_out6,80" S
nothing_else

it "Firewall is every address of the firewall, and the rule sees it on either side"
policy <<'END'
rule Inside Firewall icq allow
rule Firewall Internet icq allow
END
for f in 4 6; do
	family
	p talk tcp inside "$in" router "$fwin,5190"
	p talk tcp inside "$in" router "$fwout,5190"
	p talk tcp router "$fwout" outside "$out,5190"
	p refused silent tcp inside "$in" outside "$out,5190"
	p refused silent tcp outside "$out" router "$fwout,5190"
	p refused silent tcp router "$fwin" inside "$in,5190"
done
p talk tcp inside "$in4" router "$fwdoc4,5190"

it "Firewall follows an address that is added after the commit"
ip -n "$router" address add 192.0.2.7/32 dev lo
p talk tcp inside "$in4" router 192.0.2.7,5190
ip -n "$router" address del 192.0.2.7/32 dev lo

it "a network of both families in one rule covers both"
policy <<'END'
network Server  198.51.100.10 2001:db8:2::10
rule Inside Server icq allow
END
for f in 4 6; do
	family
	p talk tcp inside "$in" outside "$out,5190"
	p refused silent tcp inside "$in" outside "$other_out,5190"
done

it "names may be quoted and hold blanks; a comment changes nothing"
policy <<'END'
network "Two words, a # and \"quotes\"" 192.168.1.10 2001:db8:1::10 comment "who # is this"
service "a service" tcp dynamic any 5190 comment "ends here"	# a remark
rule "Two words, a # and \"quotes\"" Any "a service" allow name "a rule" comment "x"
END
p talk tcp inside "$in4" outside "$out4,5190"
p talk tcp inside "$in6" outside "$out6,5190"

it "show and save give the policy as it was written, and it loads again"
must fw save "$work/saved"
must fw load "$work/saved"
p talk tcp inside "$in4" outside "$out4,5190"
fw save "$work/again"
must cmp "$work/saved" "$work/again"
must grep -qF 'Two words, a # and \"quotes\"' "$work/saved"
