#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Nothing is forwarded or delivered that was not judged, however it came to where that is
# done: here, out of an nftables queue, or by lo. (Bridges: bridge.sh. Other devices: long/paths.sh.)
#
# Topology: lib.sh
#
#	inside .66 ---> router, which queues what goes to port 7 ---> outside .66

. "$(dirname -- "$0")/../lib.sh"
topology

nft() { on "$router" nft -f -; }
if ! modprobe -a nf_conntrack nfnetlink_queue nft_queue nft_ct 2>/dev/null || ! nft <<<'flush ruleset' 2>/dev/null; then
	it "what waited in a queue since before the first policy does not pass it"
	skip "no nftables queue here"
	exit
fi

# queue PRIORITY NUMBER: at PRE_ROUTING, until so many are held. The kernel goes on behind the
# place where the hook was, where after a load there is another: so it may come here twice, and
# the mark says that. The question to conntrack has the defragmenter there before the load.
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
	mkfifo "$work/go" || exit 1
	on "$router" "$selftests/net/queue.py" "$2" <>"$work/go" >"$work/queue" &
	busywait grep -q ready "$work/queue"
}
held() { busywait grep -q held "$work/queue" || exit; }
# go: let them go on.
go() {
	echo go >"$work/go"
	wait $!
	rm "$work/go"
}
delivered() { echo $(($(kernel_counter UdpNoPorts) + $(kernel_counter Udp6NoPorts))); }

# sends LEN: of each family, to the router and through it.
sends() {
	for f in 4 6; do
		family
		p send inside udp "$ghost_in,4000" "$fwin,7" len="$1"
		p send inside udp "$ghost_in,4000" "$ghost_out,7" len="$1"
	done
}
allow() {
	policy_exactly <<-END
		service anything any dynamic
		set adopt 0
		rule Any Any anything ${1-allow}
	END
}

it "what waited in a queue since before the first policy does not pass it"
before=$(delivered)
queue -300 4
sends 10
held
allow
go
p none outside udp "$ghost_in4" any len=10
p none outside udp "$ghost_in6" any len=10
is "$before" delivered
is 4 counted unjudged

it "what waits in a queue behind Umbra goes on, as it was judged"
mark unjudged
queue -300 4
sends 11
held
go
p expect outside udp "$ghost_in4,4000" "$ghost_out4,7" len=11
p expect outside udp "$ghost_in6,4000" "$ghost_out6,7" len=11
becomes $((before + 2)) delivered
drops unjudged 0

it "what waits in a queue in front of Umbra is judged when it comes back"
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
allow discard
must fw session kill all
mark rule
go
p none outside udp "$ghost_in4" any len=13
p none outside udp "$ghost_in6" any len=13
is $((before + 4)) delivered
drops rule 4
drops unjudged 0

# As what MPLS hands up by lo: it has no route, which what the firewall sends to itself has.
it "what comes by lo from outside is no traffic of the firewall's own"
allow discard
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
