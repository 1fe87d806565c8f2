#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With adopt 0 connections older than the policy are strays. But a live socket
# of the firewall's own vouches for its connection.
#
# Topology: lib.sh, with conversations that begin before there is a policy.

. "$(dirname -- "$0")/../lib.sh"
topology

for f in 4 6; do
	family
	p open "icq$f" tcp inside "$in" outside "$out,5190"
	p open "ssh$f" tcp inside "$in" router "$fwin,22"
	p open "up$f" tcp router "$fwout" outside "$other_out,5190"
done
policy <<'END'
rule Inside Internet icq allow
rule Inside Firewall ssh allow name ssh
rule Firewall Internet icq allow
END

it "with adopt 0 nothing older than the policy passes through the firewall"
for f in 4 6; do
	p lost "icq$f"
	p lostback "icq$f"
	p forget "icq$f"
done

it "a connection to or from the firewall with a live socket goes on, if a rule allows it"
for f in 4 6; do
	p say "ssh$f"
	p say "up$f"
done

it "a connection whose session is killed comes back with its next packet, if its socket lives"
must fw session kill all
for f in 4 6; do
	p say "ssh$f"
	p say "up$f"
done

it "without its rule the connection does not come back"
must fw delete rule ssh
for f in 4 6; do
	p lost "ssh$f"
	p forget "ssh$f"
	p say "up$f"
	p close "up$f"
done

it "a socket vouches for its own connection only"
for f in 4 6; do
	family
	must fw add rule at 1 Inside Firewall ssh allow name "ssh$f"
	p open "ssh$f" tcp inside "$in,4000" router "$fwin,22"
	must fw session kill all
	mark tcp-stray
	p send inside tcp "$in,4001" "$fwin,22" A seq=1 ack=1
	p send inside tcp "$other_in,4000" "$fwin,22" A seq=1 ack=1
	p none inside tcp "$fwin" "$in,4001"
	p none inside tcp "$fwin" "$other_in"
	drops tcp-stray 2
	p say "ssh$f"
	p forget "ssh$f"
done
