#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guard: a commit that would cut the SSH connection in which it is typed is refused.
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
	it "a policy that would cut the connection is refused, with a hint how to insist (IPv$f)"
	with_ssh
	p open "ssh$f" tcp inside "$in,$port" router "$fwin,22"
	refuses '--force' typed load "$work/without"
	refuses '--confirm' typed load "$work/without"
	p say "ssh$f"

	it "an edit that would cut the connection is refused, too (IPv$f)"
	refuses '--force' typed delete rule ssh
	refuses '--force' typed replace rule ssh Inside Firewall http allow name ssh
	refuses '--force' typed add rule at 1 Inside Any any-tcp discard
	p say "ssh$f"

	it "a policy that lets the connection live is accepted (IPv$f)"
	must typed add rule Inside Internet icq allow
	must typed add rule at 1 Inside Firewall ssh allow
	must typed delete rule 1
	p say "ssh$f"

	it "--confirm is enough, and the connection is back when it runs out (IPv$f)"
	must typed load --confirm "$(some 2 8)" "$work/without"
	p lost "ssh$f"
	becomes false status confirm_pending
	p say "ssh$f"

	it "--force commits, and the connection is cut (IPv$f)"
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

it "an SSH_CONNECTION that names no connection is ignored"
with_ssh
for text in '' 'x' '1.2.3.4 x 1.2.3.4 22' "$(printf '%0300d' 1)"; do
	SSH_CONNECTION=$text must fw load "$work/without"
done

it "the variable is found in a parent process if sudo has removed it"
with_ssh
f=4 family
p open ssh tcp inside "$in,3999" router "$fwin,22"
refuses '--force' env SSH_CONNECTION="$in 3999 $fwin 22" bash -c "
	env -u SSH_CONNECTION nsenter --net=/run/netns/$router \
		fwtool load '$work/without'; exit \$?"
p say ssh
p close ssh

# --- Connections that no session knows --------------------------------------------------

# first <ROWS: a connection that is older than any policy, and a first policy of these rows.
first() {
	[ "$(status policy)" = false ] || { modprobe -r umbra && modprobe umbra; }
	port=$((port + 1))
	p open ssh tcp inside "$in,$port" router "${everywhere-$fwin},22" "via=$fwin,22"
	p say ssh
	{ echo "$common"; cat; } >"$work/first"
}
previewed() { typed load --preview "$work/first" >/dev/null 2>&1; echo $?; }
lives() {
	is 0 previewed
	must typed load "$work/first"
	p say ssh
	p forget ssh
}
# cut PATTERN [WAY]: the commit is refused with this message, and it would really cut the connection.
cut() {
	is 4 previewed
	refuses "$1" typed load "$work/first"
	p say ssh
	must typed load --confirm 60 "$work/first"
	p "${2-lost}" ssh
	p forget ssh
	must typed revert
}

allow='rule Inside Firewall ssh allow'
for f in 4 6; do
	family
	client=$in server=$fwin port=$((3100 + 100 * f))
	[ $f = 4 ] && own=$fwin:22 to=$icq:22 || own=[$fwin]:22 to=[$icq]:22
	it "a first policy whose relay has the connection's address and port is refused (IPv$f)"
	for type in tcp-forward semitransparent-tcp-forward; do
		first <<<"$allow
			relay $own $to $type from Any"
		cut 'let the relay listen elsewhere'
	done
	first <<<"$allow
		relay $own $to tcp-forward from Dmz"
	cut 'let the relay listen elsewhere'
	first <<<"$allow
		relay $own $to tcp-relay from Any"
	is 4 previewed
	refuses 'let the relay listen elsewhere' typed load "$work/first"
	p say ssh
	p forget ssh

	it "a first policy with a relay elsewhere is accepted (IPv$f)"
	first <<<"$allow
		relay ${own/%22/23} $to tcp-forward from Any
		nat eth1 eth0 source $fwout
		nat Inside eth0 none
		set ping never"
	lives

	it "a first policy with adopt 0 is accepted, because the connection's socket vouches for it (IPv$f)"
	first <<<"$allow"
	lives

	it "a packet-filter service lets the connection live, if both ways pass (IPv$f)"
	first <<<'service far tcp packet-filter any 22
		rule Inside Firewall far allow'
	lives
	first <<<'service back tcp packet-filter 22 any
		service far tcp packet-filter any 22
		rule Firewall Inside back discard
		rule Inside Firewall far allow'
	cut 'would cut' lostback
	first <<<"service far tcp packet-filter any 22
		service stray tcp packet-filter any 22
		rule Inside Firewall stray discard
		$allow"
	cut 'would cut'

	it "a rule that is out of its hours, disabled or limited to others lets nobody in (IPv$f)"
	first <<<"$allow disabled"
	cut 'would cut'
	first <<<"time tomorrow $(date -u -d "+2 days" +%a | tr A-Z a-z) 00:00-24:00
		$allow time tomorrow"
	cut 'would cut'
	first <<<'rule Dmz Firewall ssh allow'
	cut 'would cut'
	first <<<'rule Firewall Inside any-tcp allow'
	is 4 previewed
	refuses 'would cut' typed load "$work/first"
	p forget ssh
done

# --- Connections that have one ------------------------------------------------------------

for f in 4 6; do
	family
	client=$in server=$fwin port=$((3300 + f))
	[ $f = 4 ] && own=$fwin:22 to=$icq:22 || own=[$fwin]:22 to=[$icq]:22
	it "a service that becomes packet-filter lets the connection live, if both ways pass (IPv$f)"
	with_ssh
	p open ssh tcp inside "$in,$port" router "$fwin,22"
	p say ssh
	{
		sed 's/^service ssh .*/service ssh tcp packet-filter any 22/' <<<"$common"
		echo 'rule Inside Firewall ssh allow'
	} >"$work/first"
	is 0 previewed
	{ echo "service back tcp packet-filter 22 any
		rule Firewall Inside back discard"; cat "$work/first"; } >"$work/oneway"
	typed load --preview "$work/oneway" >"$work/text"
	is 4 echo $?
	refuses 'would cut' typed load "$work/oneway"
	p say ssh
	must typed load "$work/first"
	p say ssh
	p say ssh 3000
	is 0 sessions

	it "the connection is guarded even when it has no session any more (IPv$f)"
	refuses 'would cut' typed load "$work/without"
	refuses 'would cut' typed load "$work/oneway"
	with_ssh
	p say ssh
	is 1 sessions

	it "with a new relay, or with --keep-sessions, the client must be able to connect again, too (IPv$f)"
	refuses 'let the relay listen elsewhere' typed add relay "$own" "$to" tcp-forward from Any
	refuses 'would cut' typed load --keep-sessions "$work/without"
	p say ssh

	it "a refresh is guarded as well (IPv$f)"
	echo "$in admin.test" >>/etc/hosts
	policy <<<'network Admin host admin.test
		rule Admin Firewall ssh allow'
	p say ssh
	sed -i '$d' /etc/hosts
	echo "$other_in admin.test" >>/etc/hosts
	must typed refresh
	p say ssh
	# An hour later the old address of the name will go.
	date -s "@$(($(date +%s) + 3660))" >/dev/null
	refuses 'would cut' typed refresh
	date -s "@$(($(date +%s) - 3660))" >/dev/null
	p say ssh
	sed -i '$d' /etc/hosts

	it "a revert that would cut the connection is refused, with a hint how to insist (IPv$f)"
	must fw load --force "$work/without"
	p lost ssh
	p forget ssh
	with_ssh --confirm 60
	port=$((port + 10))
	p open ssh tcp inside "$in,$port" router "$fwin,22"
	waiting=$(status generation)
	refuses '--force' typed revert "$waiting"
	is true status confirm_pending
	p say ssh
	must typed revert "$waiting" --force
	p lost ssh
	p forget ssh
done

# guarded_in_vrf: by a policy before the first, by the first, and by the next one.
guarded_in_vrf() {
	for f in 4 6; do
		family
		client=$in server=$fwin
		[ $f = 4 ] && everywhere=0.0.0.0 || everywhere=::
		first <<<'rule Dmz Firewall ssh allow'
		cut 'would cut'
		first <<<"$allow"
		is 0 previewed
		must typed load "$work/first"
		p say ssh
		is 1 sessions
		refuses 'would cut' typed load "$work/without"
		p say ssh
		p forget ssh
	done
}

# The VRF device's index, 70000, does not fit into a key, so keys have another number for it.
it "a connection in a VRF is guarded, too"
if ip -n "$router" link add red index 70000 type vrf table 10 2>/dev/null; then
	ip -n "$router" link set red up
	ip -n "$router" link set eth1 master red
	ip -n "$router" address add "$fwin6/64" dev eth1 nodad
	on "$router" sysctl -qw net.ipv4.tcp_l3mdev_accept=1
	guarded_in_vrf
	it "if two VRFs have its address, a connection is guarded in the VRF of its socket"
	ip -n "$router" address add "$fwin4/32" dev lo
	ip -n "$router" address add "$fwin6/128" dev lo nodad
	guarded_in_vrf
else
	skip "no VRF here"
fi
