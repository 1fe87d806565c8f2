#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nothing is forwarded or delivered without having been judged, however it came there: here, out of
# an nftables queue, by lo, or out of SRv6. (Bridges: bridge.sh. Other devices:
# long/paths.sh.)
#
# Topology: lib.sh
#
#	inside .66 ---> router, which queues what goes to port 7 ---> outside .66

. "$(dirname -- "$0")/../lib.sh"
topology

nft() { on "$router" nft -f -; }
if ! modprobe -a nf_conntrack nfnetlink_queue nft_queue nft_ct 2>/dev/null || ! nft <<<'flush ruleset' 2>/dev/null; then
	it "a packet that has waited in a queue since before the first policy does not pass"
	skip "no nftables queue here"
	exit
fi

# queue PRIORITY NUMBER: queues packets at PRE_ROUTING, until NUMBER are held. The kernel goes on after
# the position of the hook. After a load another hook may be there, so a packet may come here twice,
# and the mark says so. The rule about conntrack makes the defragmenter be there before the load.
queue() {
	must nft <<-END
		flush ruleset
		table inet t {
			chain c {
				type filter hook prerouting priority $1
				ct state established accept
				udp dport 7 meta mark 0 meta mark set 1 queue num 0
			}
		}
	END
	: >"$work/queue"	# the program before was ready, too
	mkfifo "$work/go" || exit 1
	on "$router" "$selftests/net/queue.py" "$2" <>"$work/go" >"$work/queue" &
	busywait grep -q ready "$work/queue"
}
held() { busywait grep -q held "$work/queue" || exit; }
# go: releases the packets.
go() {
	echo go >"$work/go"
	wait $!
	rm "$work/go"
}

# sends LEN: sends a packet of each family to the router, and one through it.
sends() {
	for f in 4 6; do
		family
		p send inside udp "$ghost_in,4000" "$fwin,7" len="$1"
		p send inside udp "$ghost_in,4000" "$ghost_out,7" len="$1"
	done
}

it "a packet that has waited in a queue since before the first policy does not pass"
before=$(delivered)
queue -300 4
sends 10
held
everything allow
go
p none outside udp "$ghost_in4" any len=10
p none outside udp "$ghost_in6" any len=10
is "$before" delivered
is 4 counted unjudged

it "a packet that waits in a queue behind Umbra goes on as it was judged"
mark unjudged
queue -300 4
sends 11
held
go
p expect outside udp "$ghost_in4,4000" "$ghost_out4,7" len=11
p expect outside udp "$ghost_in6,4000" "$ghost_out6,7" len=11
becomes $((before + 2)) delivered
drops unjudged 0

it "a packet that waits in a queue in front of Umbra is judged when it comes back"
queue -500 4
sends 12
held
go
p expect outside udp "$ghost_in4,4000" "$ghost_out4,7" len=12
p expect outside udp "$ghost_in6,4000" "$ghost_out6,7" len=12
becomes $((before + 4)) delivered
queue -500 4
sends 13
held
everything discard
must fw session kill all
mark rule
go
p none outside udp "$ghost_in4" any len=13
p none outside udp "$ghost_in6" any len=13
is $((before + 4)) delivered
drops rule 4
drops unjudged 0

# Like a packet that MPLS hands up by lo: it has no route. Packets of the firewall to itself have one.
it "a packet that comes by lo from outside is not taken for the firewall's own"
everything discard
must fw session kill all
nft <<<'flush ruleset'
on "$router" sysctl -qw net.ipv4.conf.{all,lo,eth1}.rp_filter=0
onto_lo() {
	ip netns exec "$router" tc qdisc add dev eth1 clsact &&
		ip netns exec "$router" tc filter add dev eth1 ingress matchall \
			action mirred ingress redirect dev lo
}
if onto_lo 2>/dev/null; then
	before=$(delivered)
	sends 14
	p none outside udp "$ghost_in4" any len=14
	p none outside udp "$ghost_in6" any len=14
	is "$before" delivered
	must on "$router" tc qdisc del dev eth1 clsact
else
	skip "no tc here that redirects"
fi

# Umbra leaves a packet untranslated that the kernel is going to refuse, so that the error is about
# what its sender sent. The chain runs after that.
it "a packet that was left untranslated, for the kernel to refuse, does not pass if a chain mends it"
policy <<-END
	rule Inside Internet anything allow
	nat Inside Internet source $fwout4
	nat Inside Internet source $fwout6
END
must nft <<-END
	flush ruleset
	table inet t {
		chain c {
			type filter hook prerouting priority -150;
			ip ttl set 64
			ip6 hoplimit set 64
			ip frag-off set 0
		}
	}
END
must ip -n "$inside" link set eth0 mtu 9000
must ip -n "$router" link set eth1 mtu 9000
mark untranslated
for f in 4 6; do
	family
	p send inside udp "$ghost_in,4000" "$ghost_out,7" len=17 ttl=1
	p none outside udp any "$ghost_out,7" len=17
done
p send inside udp "$ghost_in4,4000" "$ghost_out4,7" len=1600 df=1
p none outside udp any "$ghost_out4,7"
drops untranslated 3
for f in 4 6; do
	family
	p send inside udp "$ghost_in,4000" "$ghost_out,7" len=18
	p expect outside udp "$fwout,4000" "$ghost_out,7" len=18
done
nft <<<'flush ruleset'

# Packets to 198.18.0.0/24 and 2001:db8:18::/64 go into SRv6, to the segment fc00::1 outside.
# Packets to fc01::1 are unpacked here, and go on to the inside whatever their address.
srv6() {
	ip -n "$router" -batch - 2>/dev/null <<-END && ip -n "$outside" -batch - 2>/dev/null <<-END2
		route add 198.18.0.0/24 encap seg6 mode encap segs fc00::1 dev eth0
		route add 2001:db8:18::/64 encap seg6 mode encap segs fc00::1 dev eth0
		route add fc00::/64 via $ghost_out6 dev eth0
		route add fc01::1/128 encap seg6local action End.DX4 nh4 $ghost_in4 dev eth0
		route add fc01::2/128 encap seg6local action End.DX6 nh6 $ghost_in6 dev eth0
	END
		route add 198.18.1.0/24 encap seg6 mode encap segs fc01::1 dev eth0
		route add 2001:db8:19::/64 encap seg6 mode encap segs fc01::2 dev eth0
		route add fc01::/64 via $fwout6 dev eth0
	END2
}
# into_srv6 LEN: from inside.
into_srv6() {
	p send inside udp "$ghost_in4,4000" 198.18.0.7,7 len="$1"
	p send inside udp "$ghost_in6,4000" 2001:db8:18::7,7 len="$1"
}
explained() { fw --json explain udp "$1" "$2" in "$3" | gojq -r .explain.reason; }

if srv6; then
	modprobe nf_conntrack
	for hooks in 0 1; do
		name="nf_hooks_lwtunnel=$hooks"
		must on "$router" sysctl -qw net.netfilter.nf_hooks_lwtunnel=$hooks
		everything allow
		must fw session kill all

		it "a packet that a rule allows goes into SRv6, IPv4 and IPv6 ($name)"
		mark unjudged
		mark source-route
		into_srv6 15
		p count 2 outside ip "$fwout6" fc00::1
		is 2 sessions
		drops unjudged 0
		drops source-route 0

		it "a packet that no rule allows does not go into SRv6 ($name)"
		everything discard
		must fw session kill all
		mark rule
		into_srv6 16
		p none outside ip "$fwout6" fc00::1
		drops rule 2

		it "a packet for an SRv6 endpoint is refused as not-followed, and nothing comes out of it ($name)"
		everything allow
		must fw session kill all
		mark not-followed
		mark unjudged
		on "$outside" bash -c "echo >/dev/udp/198.18.1.7/7; echo >/dev/udp/2001:db8:19::7/7"
		p none inside udp "$out4" any
		p none inside udp "$out6" any
		drops not-followed 2
		drops unjudged 0
		is not-followed explained "[$out6]:4000" "[fc01::1]:7" eth0
	done

	it "a packet goes into SRv6 translated though its time to live is over, because it is wrapped first"
	policy <<-END
		rule Inside Internet anything allow
		nat Inside Internet source $fwout4
	END
	on "$outside" python3 -u - >"$work/wrapped" <<-'END' &
		import socket

		s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x86dd))
		s.settimeout(20)
		print("ready")
		while True:
		    packet = s.recv(2000)
		    if packet[6] == 43 and packet[40] == 4: # a routing header, and IPv4 behind it
		        inner = packet[40 + 8 * (packet[41] + 1):]
		        print(socket.inet_ntoa(inner[12:16]), inner[8])
		        break
	END
	busywait grep -q ready "$work/wrapped"
	p send inside udp "$ghost_in4,4000" 198.18.0.7,7 ttl=1
	wait $!
	is "$fwout4 1" tail -n 1 "$work/wrapped"
else
	it "a packet that a rule allows goes into SRv6, IPv4 and IPv6"
	skip "no SRv6 here"
fi
