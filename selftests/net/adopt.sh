#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The first commit cuts no connection that a rule allows: connections older than the commit are
# picked up for a while. (After that: adopt-none.sh.)
#
# Topology: lib.sh, with conversations that begin before there is a policy.

. "$(dirname -- "$0")/../lib.sh"
topology

open_all() {
	for f in 4 6; do
		family
		p open "icq$f" tcp inside "$in" outside "$out,5190"
		p open "web$f" tcp inside "$in" outside "$out,80"
		p open "ssh$f" tcp inside "$in" router "$fwin,22"
		p open "up$f" tcp router "$fwout" outside "$other_out,5190"
	done
}
# Everything but http. Nothing is sent at its end, so a session can be killed without its connection.
rows() {
	policy_exactly <<-END
		network Inside   eth1 192.168.1.0/24  eth1 2001:db8:1::/64
		network Internet eth0 0.0.0.0/0  eth0 ::/0
		service icq tcp dynamic any 5190
		service ssh tcp dynamic any 22
		rule Inside Internet icq allow
		rule Inside Firewall ssh allow
		rule Firewall Internet icq allow
		set ends silent
	END
}

open_all
rows

it "a connection older than the first policy goes on, if a rule allows it"
for f in 4 6; do
	p say "icq$f"
	p say "ssh$f"
	p say "up$f"
done
must grep -q '"adopted"' <(fw --json session list)

it "the server may be the end that sends first"
rows
must fw session kill all
for f in 4 6; do
	family
	p clear
	is 0 sessions proto tcp server-port 5190 client "$in"
	p say "icq$f"
	p say "ssh$f"
done

it "its client is the end that the rule names, and replies belong to the session"
for f in 4 6; do
	family
	is 1 sessions client "$in" server "$out" server-port 5190
	is 1 sessions client "$in" server "$fwin" server-port 22
done

it "a connection that no rule allows is cut by the first policy"
for f in 4 6; do
	p lost "web$f"
done

it "an adopted connection closes like any other"
for f in 4 6; do
	p close "icq$f"
	p forget "web$f"
	p close "ssh$f"
	p forget "up$f"
done
