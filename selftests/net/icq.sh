#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICQ with TCP conversations of real hosts, by rules as in examples/icq-outgoing and
# examples/icq-incoming. Topology: lib.sh.
#
#	inside .10 ---> router ---> outside .10,5190		outgoing
#	inside .17,5190 <--- router <--- outside .10		incoming

. "$(dirname -- "$0")/../lib.sh"
topology

# --- Outgoing: rule Inside Internet icq allow ---------------------------------------------

policy_exactly <<'END'
network Inside    eth1 192.168.1.0/24  eth1 2001:db8:1::/64
network Internet  eth0 0.0.0.0/0  eth0 ::/0
service icq       tcp  dynamic  1024-65535  5190
rule Inside Internet icq allow
END

for f in 4 6; do
	family
	it "outgoing: a client inside talks to an ICQ server outside (IPv$f)"
	p talk tcp inside "$in" outside "$out,5190"
	p talk tcp inside "$in,1024" outside "$out,5190"
	p talk tcp inside "$other_in,65535" outside "$other_out,5190" 200000

	it "outgoing: replies come back without a rule, for as long as it lasts (IPv$f)"
	p open live tcp inside "$in" outside "$out,5190"
	p say live 50000
	p say live
	p close live

	it "outgoing: a client port below 1024 is not ICQ (IPv$f)"
	p refused silent tcp inside "$in,1023" outside "$out,5190"
	p refused silent tcp inside "$in,1" outside "$out,5190"

	it "outgoing: another server port is not ICQ (IPv$f)"
	p refused silent tcp inside "$in" outside "$out,5191"
	p refused silent tcp inside "$in" outside "$out,5189"
	p refused silent udp inside "$in,2000" outside "$out,5190"

	it "outgoing: nobody outside reaches a server inside (IPv$f)"
	p refused silent tcp outside "$out" inside "$icq,5190"
	p refused silent tcp outside "$out,5190" inside "$in,2000"

	it "outgoing: the server cannot open a connection back to the client's port (IPv$f)"
	p open live tcp inside "$in,2222" outside "$out,5190"
	p refused silent tcp outside "$out,5191" inside "$in,2222"
	p refused silent tcp outside "$other_out,5190" inside "$in,2222"
	p say live
	p close live
done

# --- Incoming: rule Internet "ICQ server" icq allow ---------------------------------------

policy_exactly <<'END'
network Inside        eth1 192.168.1.0/24  eth1 2001:db8:1::/64
network Internet      eth0 0.0.0.0/0  eth0 ::/0
network "ICQ server"  192.168.1.17  2001:db8:1::17
service icq           tcp  dynamic  1024-65535  5190
rule Internet "ICQ server" icq allow
END

for f in 4 6; do
	family
	it "incoming: a client outside talks to the ICQ server inside (IPv$f)"
	p talk tcp outside "$out" inside "$icq,5190"
	p talk tcp outside "$other_out,1024" inside "$icq,5190" 200000

	it "incoming: replies come back without a rule (IPv$f)"
	p open live tcp outside "$out" inside "$icq,5190"
	p say live 50000
	p close live

	it "incoming: other hosts inside are not the ICQ server (IPv$f)"
	p refused silent tcp outside "$out" inside "$in,5190"

	it "incoming: other ports of the ICQ server stay closed (IPv$f)"
	p refused silent tcp outside "$out" inside "$icq,80"
	p refused silent tcp outside "$out,1023" inside "$icq,5190"

	it "incoming: the ICQ server opens nothing to the outside (IPv$f)"
	p refused silent tcp inside "$icq" outside "$out,5190"
	p refused silent tcp inside "$icq,5190" outside "$out,2000"
done

it "before the last policy is gone, nothing else of these hosts was let through"
is 0 sessions proto udp
