#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guard: a commit that would cut the SSH connection it is typed in is refused.
#
# Topology: lib.sh, with a real connection to port 22 of the firewall, and
# SSH_CONNECTION set as sshd does.

. "$(dirname -- "$0")/../lib.sh"
topology

with_ssh() { policy "$@" <<<'rule Inside Firewall ssh allow name ssh'; }
write_without() {
	{ echo "$common"; echo 'rule Inside Internet icq allow'; } >"$work/without"
}
# typed WORDS...: fwtool, typed in that connection.
typed() { SSH_CONNECTION="$client $port $server 22" fw "$@"; }

with_ssh
write_without
for f in 4 6; do
	family
	client=$in server=$fwin port=$((3000 + f))
	it "a policy that would cut it is refused, and says how to insist (IPv$f)"
	with_ssh
	p open "ssh$f" tcp inside "$in,$port" router "$fwin,22"
	refuses '--force' typed load "$work/without"
	refuses '--confirm' typed load "$work/without"
	p say "ssh$f"

	it "so is an edit that would (IPv$f)"
	refuses '--force' typed delete rule ssh
	refuses '--force' typed replace rule ssh Inside Firewall http allow name ssh
	refuses '--force' typed add rule at 1 Inside Any any-tcp discard
	p say "ssh$f"

	it "a policy that lets it live is not refused (IPv$f)"
	must typed add rule Inside Internet icq allow
	must typed add rule at 1 Inside Firewall ssh allow
	must typed delete rule 1
	p say "ssh$f"

	it "--confirm is enough, and the connection is back when it runs out (IPv$f)"
	must typed load --confirm "$(some 2 8)" "$work/without"
	p lost "ssh$f"
	becomes false status confirm_pending
	p say "ssh$f"

	it "--force cuts it (IPv$f)"
	must typed load --force "$work/without"
	p lost "ssh$f"
	p forget "ssh$f"

	it "without SSH_CONNECTION nothing is guarded (IPv$f)"
	with_ssh
	must fw load "$work/without"

	it "a connection to somewhere else guards nothing (IPv$f)"
	with_ssh
	server=$out
	must typed load "$work/without"

	it "a spoofed source cuts as well as a missing rule (IPv$f)"
	with_ssh
	server=$fwin
	{
		echo 'network Moved eth2 192.168.1.0/24 eth2 2001:db8:1::/64'
		echo 'service ssh tcp dynamic any 22'
		echo 'rule Any Firewall ssh allow'
	} >"$work/moved"
	refuses '--force' typed load "$work/moved"
done

it "a SSH_CONNECTION that is none is ignored, not a reason to fail"
with_ssh
for text in '' 'x' '1.2.3.4 x 1.2.3.4 22' "$(printf '%0300d' 1)"; do
	SSH_CONNECTION=$text must fw load "$work/without"
done

it "the variable is found in a parent process, where sudo has taken it away"
with_ssh
f=4 family
p open ssh tcp inside "$in,3999" router "$fwin,22"
refuses '--force' env SSH_CONNECTION="$in 3999 $fwin 22" bash -c "
	env -u SSH_CONNECTION nsenter --net=/run/netns/$router \
		fwtool load '$work/without'; exit \$?"
p say ssh
p close ssh
