#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The express lane: which packets go on before the IP layer sees them, that they leave
# unchanged, and that all other packets go on into the IP layer.
#
# Topology: lib.sh. Packets by hand, from and to addresses whose hosts do not answer.

. "$(dirname -- "$0")/../lib.sh"
topology

rows() {
	echo 'rule Inside Any anything allow'
	echo 'rule Internet Dmz anything allow'
}
policy < <(rows)

# express NUMBER COMMAND: NUMBER packets go by the lane while COMMAND runs.
express() {
	local number=$1 before

	shift
	before=$(total express)
	"$@"
	is $((before + number)) total express
}

# flow PORT: a UDP flow of the clients, with packets in both directions. go_on, back: one more packet.
flow() {
	port=$1
	p send inside udp "$ghost_in,$port" "$ghost_out,7"
	p send outside udp "$ghost_out,7" "$ghost_in,$port"
	p clear
}
go_on() { p send inside udp "$ghost_in,$port" "$ghost_out,7" "$@"; }
go_back() { p send outside udp "$ghost_out,7" "$ghost_in,$port" "$@"; }
comes() { p expect outside udp "$ghost_in,$port" "$ghost_out,7" "$@"; }
# lane WORDS...: the packet goes by the lane, and comes out. way WORDS...: it comes out, but not by the lane.
lane() { express 1 go_on "$@"; comes "$@"; }
way() { express 0 go_on "$@"; comes "$@"; }

# segment FROM FLAGS WORDS...: a segment of one TCP connection comes out unchanged.
segment() {
	local from=$1 flags=$2 to=outside ends=("$ghost_in,$port" "$ghost_out,80")

	shift 2
	[ "$from" = inside ] || { to=inside; ends=("${ends[1]}" "${ends[0]}"); }
	p send "$from" tcp "${ends[@]}" "$flags" "$@"
	p expect "$to" tcp "${ends[@]}" "$flags" "$@"
}

# moved COMMAND: how much each of the kernel's $counters grows while COMMAND runs, a line each.
counts() { on "$router" nstat -asz $counters | awk '!/^#/ { print $1, $2 }'; }	# a list of names
moved() {
	local before

	before=$(counts)
	"$@"
	join <(echo "$before") <(counts) | awk '{ print $1, $3 - $2 }'
}

for f in 4 6; do
	family
	it "UDP goes by the lane from its first packet on, and its answers from their second (IPv$f)"
	port=3000
	express 1 go_on len=29 ttl=9
	comes len=29 ttl=8
	lane len=30
	express 0 go_back
	express 1 go_on len=31 ttl=9
	comes len=31 ttl=8
	express 1 go_back len=32 ttl=9
	p expect inside udp "$ghost_out,7" "$ghost_in,$port" len=32 ttl=8
	is 1 sessions client "$ghost_in" client-port "$port"

	it "TCP goes by the lane at its beginning, and between its handshake and its end (IPv$f)"
	port=3001
	express 1 segment inside S seq=1000
	express 0 segment outside SA seq=2000 ack=1001
	express 0 segment inside A seq=1001 ack=2001
	express 1 segment inside PA seq=1001 ack=2001 len=100
	express 1 segment outside A seq=2001 ack=1101
	express 1 segment outside PA seq=2001 ack=1101 len=1000
	express 0 segment outside FA seq=3001 ack=1101
	express 0 segment inside A seq=1101 ack=3002

	it "a segment that does not fit is refused and counted once (IPv$f)"
	port=3002
	segment inside S seq=1000
	segment outside SA seq=2000 ack=1001
	segment inside A seq=1001 ack=2001
	mark tcp-window
	express 0 p send inside tcp "$ghost_in,$port" "$ghost_out,80" A seq=900000000 ack=2001
	drops tcp-window 1
	p none outside tcp "$ghost_in,$port" any seq=900000000
	express 1 segment inside A seq=1001 ack=2001

	it "a packet is counted alike by the lane and by the IP layer (IPv$f)"
	flow 3003
	if [ $f = 4 ]; then
		counters='IpInReceives IpForwDatagrams IpOutRequests IpExtInOctets'
		counters+=' IpExtOutOctets IpExtInNoECTPkts IpExtInECT0Pkts'
	else
		counters='Ip6InReceives Ip6OutForwDatagrams Ip6OutRequests Ip6InOctets'
		counters+=' Ip6OutOctets Ip6InNoECTPkts Ip6InECT0Pkts'
	fi
	by_lane=$(moved express 4 go_on times=4 tos=2 len=60)
	must fw load "$work/policy"	# each session's next packet is judged
	go_on
	extra=$([ $f = 4 ] && echo nop || echo dst)
	long_way=$(moved express 0 go_on times=4 tos=2 len=60 extra="$extra")
	[ $f = 4 ] && longer=4 || longer=8
	[ -n "$by_lane" ] || fail "no counters"
	octets() { awk -v name="$1" '$1 ~ name "Octets" { print $2 }' <<<"$2" | sort -un; }
	others() { awk '!/Octets/ { print $1, $2 }' <<<"$1"; }
	is "$(others "$long_way")" others "$by_lane"
	is "$((4 * (header + 60)))" octets . "$by_lane"
	# 6.1 counts twice the packets that it forwards itself.
	is "$((4 * (header + 60 + longer)))" octets In "$long_way"

	it "a link's padding is taken off (IPv$f)"
	flow 3004
	express 1 go_on len=2 pad=18
	comes len=2 pad=0

	it "packets that need an ICMP error, have options or are fragments go on into the IP layer (IPv$f)"
	flow 3005
	express 0 go_on ttl=1
	p expect inside "$icmp" any "$ghost_in" $exceeded
	express 0 go_on len=1000 split=512
	p expect outside udp "$ghost_in" "$ghost_out" frag=512
	way extra="$extra" len=3
	ip -n "$router" link set eth0 mtu 1300
	express 0 go_on len=1400 df=1
	p expect inside "$icmp" any "$ghost_in" $too_big
	lane len=1200
	ip -n "$router" link set eth0 mtu 1500

	it "after a commit the next packet is judged, and then the lane is open again (IPv$f)"
	flow 3006
	lane len=4
	must fw load "$work/policy"
	way len=5
	lane len=6

	it "a session that no rule allows any more is cut (IPv$f)"
	flow 3007
	lane len=4
	policy <<<'rule Inside Dmz anything allow'
	mark policy
	express 0 go_on len=5
	drops policy 1
	p none outside udp "$ghost_in,$port" any len=5
	policy < <(rows)

	it "a session that is killed is over (IPv$f)"
	flow 3008
	lane len=4
	must fw session kill client-port "$port"
	mark unmatched
	express 1 go_back
	drops unmatched 1
	p none inside udp "$ghost_out,7" "$ghost_in,$port"

	it "a packet is refused in the lane, counted once, and answered if the policy says so (IPv$f)"
	policy < <(echo 'rule Inside Internet ssh reject'; rows)
	port=3020
	mark rule
	express 1 p send inside tcp "$ghost_in,$port" "$ghost_out,22" S seq=1000
	drops rule 1
	p expect inside tcp "$ghost_out,22" "$ghost_in,$port" RA ack=1001
	p none outside tcp "$ghost_in,$port" any
	mark unmatched
	express 1 p send outside udp "$ghost_out,7" "$ghost_in,$port"
	drops unmatched 1
	p none outside "$icmp" any "$ghost_out"
	policy < <(rows)

	it "a precedent that the first of two like flows leaves holds for the second while it is true (IPv$f)"
	like() { port=$1; express "$2" go_on len="$1"; }
	like 301 1; comes len=301
	like 302 1; comes len=302
	ip -n "$router" route add "$ghost_out" via "$ghost_dmz"
	like 303 1
	p expect dmz udp "$ghost_in,303" "$ghost_out,7" len=303
	ip -n "$router" route del "$ghost_out" via "$ghost_dmz"
	like 304 1; comes len=304
	[ $f = 4 ] && own=$ghost_in/32 by_lane=0 || own=$ghost_in/128 by_lane=1
	ip -n "$router" address add "$own" dev eth0
	mark spoofed
	like 305 $by_lane	# to IPv4 it is no route
	drops spoofed 1
	ip -n "$router" address del "$own" dev eth0
	like 306 1; comes len=306
	policy <<<'rule Inside Dmz anything allow'
	mark unmatched
	like 307 1
	drops unmatched 1
	policy < <(rows)

	it "each of two like flows has its own place in the rule's limits (IPv$f)"
	policy <<<'rule Inside Internet echo allow sessions 2'
	like 311 1; comes len=311
	like 312 1; comes len=312
	mark rule-sessions
	like 313 1
	drops rule-sessions 1
	policy < <(rows)

	it "a session follows another route and a route that goes, but no other interface (IPv$f)"
	flow 3009
	ip -n "$router" route add "$ghost_out" via "$ghost_dmz"
	express 0 go_on len=7
	p expect dmz udp "$ghost_in,$port" "$ghost_out,7" len=7
	express 1 go_on len=8
	p expect dmz udp "$ghost_in,$port" "$ghost_out,7" len=8
	ip -n "$router" route del "$ghost_out" via "$ghost_dmz"
	way len=9
	lane len=10
	mark spoofed
	express 0 p send dmz udp "$ghost_in,$port" "$ghost_out,7"
	drops spoofed 1
done

f=4
family
it "a packet with a wrong IPv4 checksum is refused and counted by the kernel"
flow 3010
before=$(kernel_counter IpExtInCsumErrors)
express 0 go_on badipsum=1 len=3
is $((before + 1)) kernel_counter IpExtInCsumErrors
p none outside udp "$ghost_in,$port" any len=3

it "translated packets go by the lane too, both ways"
policy < <(rows; echo 'nat eth1 eth0 masquerade')
port=3011
go_on
p expect outside udp "$fwout4,$port" "$ghost_out,7"
p send outside udp "$ghost_out,7" "$fwout4,$port"
p clear
express 1 go_on len=21
p expect outside udp "$fwout4,$port" "$ghost_out,7" len=21 sum=good
express 1 p send outside udp "$ghost_out,7" "$fwout4,$port" len=22
p expect inside udp "$ghost_out,7" "$ghost_in,$port" len=22 sum=good
policy < <(rows)

it "a flow like another is masqueraded with the present address"
policy < <(rows; echo 'nat eth1 eth0 masquerade')
masqueraded() {
	port=$1
	express 1 go_on
	p expect outside udp "$2,$port" "$ghost_out,7"
}
other=${fwout4%.*}.77
masqueraded 3321 "$fwout4"
masqueraded 3322 "$fwout4"
on "$router" sysctl -qw net.ipv4.conf.eth0.promote_secondaries=1
ip -n "$router" address add "$other/24" dev eth0
masqueraded 3323 "$fwout4"
ip -n "$router" address del "$fwout4/24" dev eth0
masqueraded 3324 "$other"
masqueraded 3325 "$other"
ip -n "$router" address add "$fwout4/24" dev eth0
ip -n "$router" address del "$other/24" dev eth0
masqueraded 3326 "$fwout4"
policy < <(rows)

it "other hooks at PRE_ROUTING or FORWARD see every packet, and the lane is back when they go"
flow 3012
lane len=1
if on "$router" nft -f - 2>/dev/null; then
	for hook in prerouting forward; do
		on "$router" nft -f - <<-END
			table ip others {
				chain watch { type filter hook $hook priority 0; udp length 20 counter; }
			}
		END
		way len=12
		on "$router" nft list table ip others | grep -q 'packets 1 ' ||
			fail "nothing was counted at $hook"
		on "$router" nft delete table ip others
		lane len=2
	done
else
	skip "no nftables here"
fi </dev/null

# captured: which of five packets each kind of capture sees.
captured() {
	rm -f "$work/go"
	: >"$work/taps"	# the capture before was ready, too
	mkfifo "$work/go" || exit 1
	on "$router" "$selftests/net/taps.py" eth1 4567 <>"$work/go" >"$work/taps" &
	busywait grep -q ready "$work/taps"
	p send inside udp "$ghost_in,$1" "$ghost_out,4567" times=5
	echo go >"$work/go"
	wait $!
	tail -1 "$work/taps"
}

it "a capture for every protocol sees packets of the lane, one bound to ETH_P_IP does not"
is 'all 5 ip 0' captured 3030
on "$router" nft -f - 2>/dev/null <<'END'
table ip others { chain watch { type filter hook forward priority 0; }; }
END
if [ "$(on "$router" nft list tables 2>/dev/null)" = 'table ip others' ]; then
	is 'all 5 ip 5' captured 3031	# the lane is closed
	on "$router" nft delete table ip others
fi

it "the lane does not take packets from a bridge's port that are for the bridge"
flow 3013
# br_netfilter, which a test before may have loaded, has a hook at PRE_ROUTING where a bridge is. That
# would close the lane.
modprobe -r br_netfilter 2>/dev/null
if grep -qw ^br_netfilter /proc/modules; then
	skip "br_netfilter is loaded, and cannot be unloaded"
elif ip -n "$router" link add br0 type bridge 2>/dev/null; then
	ip -n "$router" link set br0 up
	ip -n "$router" link set eth1 master br0
	express 0 go_on len=3
	ip -n "$router" link set eth1 nomaster
	ip -n "$router" link del br0
	p clear
	way len=4
	lane len=5
else
	skip "no bridge here"
fi

it "a device that comes later has the lane, and the hook of a device that goes is removed"
ip link add late0 netns "$router" address 02:00:00:00:05:01 type veth peer name eth9 netns "$dmz"
ip -n "$router" -batch - <<'END'
link set late0 up
address add 10.8.0.1/24 dev late0
neighbour add 10.8.0.5 lladdr 02:00:00:00:05:05 dev late0
END
ip -n "$dmz" link set eth9 up
busywait is_up "$dmz" eth9
busywait is_up "$router" late0
p station late "$dmz" eth9 02:00:00:00:05:01
policy < <(rows; echo 'network Late late0 10.8.0.0/24'; echo 'rule Late Any anything allow')
p send late udp 10.8.0.5,1 "$ghost_out4,7"
p send outside udp "$ghost_out4,7" 10.8.0.5,1
express 1 p send late udp 10.8.0.5,1 "$ghost_out4,7" len=8
p expect outside udp 10.8.0.5,1 "$ghost_out4,7" len=8
ip -n "$router" link del late0
flow 3014
lane len=4

it "when a first policy is not confirmed, the lane is closed"
add_netns "$run-x"
on "$run-x" ip link set lo up
on "$run-x" ip link add d0 type dummy 2>/dev/null || on "$run-x" ip link add d0 type veth peer name d1
{ echo "$common"; echo 'rule Any Any anything allow'; } >"$work/any"
must on "$run-x" fwtool load --confirm 60 --force "$work/any"
hooks() { on "$run-x" nft list hooks netdev device d0 2>/dev/null; }
if [ -n "$(hooks)" ]; then
	hooks | grep -q umbra || fail "none is listed"
	must on "$run-x" fwtool revert
	is '' hooks
else
	skip "no nft that lists hooks here"
fi
