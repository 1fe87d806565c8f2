#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Beside others: conntrack, nftables, IPsec policies, sysctls, SNMP counters, VRF, bridge.
#
# Topology: lib.sh.

. "$(dirname -- "$0")/../lib.sh"
topology

policy <<'END'
rule Inside Internet anything allow
rule Inside Firewall anything allow
END

# grows NAME BY COMMAND: COMMAND makes the counter NAME grow by exactly BY.
grows() {
	local name=$1 by=$2 before

	shift 2
	before=$(kernel_counter "$name")
	"$@"
	is $((before + by)) kernel_counter "$name"
}
list_tracked() { on "$router" conntrack -L 2>/dev/null; on "$router" conntrack -L -f ipv6 2>/dev/null; }
ten() { p send inside udp "$ghost_in,2000" "$ghost_out,7" times=10 "$@"; }

for f in 4 6; do
	family
	forwarded=IpForwDatagrams header_errors=IpInHdrErrors cut_failures=IpFragFails
	[ $f = 4 ] || forwarded=Ip6OutForwDatagrams header_errors=Ip6InHdrErrors \
		cut_failures=Ip6InTooBigErrors
	it "forwarded packets are counted as by the kernel's own forwarding (IPv$f)"
	grows $forwarded 10 ten
	grows $forwarded 10 ten

	it "a time to live that runs out is an error of the header (IPv$f)"
	grows $header_errors 10 ten ttl=1

	it "a packet that is too big is counted as by the kernel (IPv$f)"
	ip -n "$router" link set eth0 mtu 1300
	grows $cut_failures 10 ten len=1400 df=1
	ip -n "$router" link set eth0 mtu 1500

	it "with the forwarding sysctl off nothing is forwarded, sessions or not (IPv$f)"
	sysctl=net.ipv4.ip_forward
	[ $f = 4 ] || sysctl=net.ipv6.conf.all.forwarding
	p clear
	on "$router" sysctl -qw $sysctl=0
	ten
	p send inside udp "$ghost_in,2001" "$ghost_out,7"
	p none outside udp "$ghost_in" any
	on "$router" sysctl -qw $sysctl=1
	ten
	p count 10 outside udp "$ghost_in,2000" any

	it "an IPsec policy that blocks forwarding is honoured (IPv$f)"
	if ip -n "$router" xfrm policy add src "$ghost_in" dst "$ghost_out" dir fwd \
		action block 2>/dev/null; then
		ten
		p none outside udp "$ghost_in" any
		ip -n "$router" xfrm policy flush
		ten
		p count 10 outside udp "$ghost_in,2000" any
		ip -n "$router" xfrm policy add src "$ghost_in" dst "$ghost_out" dir out \
			action block
		ten
		p none outside udp "$ghost_in" any
		ip -n "$router" xfrm policy flush
	else
		skip "no IPsec here"
	fi
done

# tunnel NETNS ME PEER MY_NET PEER_NET SPI_OUT SPI_IN: one end of an ESP tunnel.
tunnel() {
	local keys dir

	keys="enc cbc(aes) 0x$(printf '%032d' 1) auth hmac(sha256) 0x$(printf '%064d' 2)"
	{
		echo "xfrm state add src $2 dst $3 proto esp spi $6 mode tunnel $keys"
		echo "xfrm state add src $3 dst $2 proto esp spi $7 mode tunnel $keys"
		echo "xfrm policy add src $4 dst $5 dir out tmpl src $2 dst $3 proto esp mode tunnel"
		for dir in fwd in; do
			echo "xfrm policy add src $5 dst $4 dir $dir tmpl src $3 dst $2 proto esp mode tunnel"
		done
	} | ip -n "$1" -batch - 2>/dev/null
}

it "an IPsec tunnel that ends here: ESP is judged, and so is the packet inside"
ip -n "$outside" address add 198.18.0.1/24 dev lo
ip -n "$router" route add 198.18.0.0/24 via "$out4"
if tunnel "$router" "$fwout4" "$out4" 192.168.1.0/24 198.18.0.0/24 1001 1002 &&
	tunnel "$outside" "$out4" "$fwout4" 198.18.0.0/24 192.168.1.0/24 1002 1001; then
	policy <<-'END'
		service esp esp dynamic
		rule Inside Internet icq allow
		rule Firewall Internet esp allow name esp
	END
	p talk tcp inside "$in4" outside 198.18.0.1,5190 100000
	p expect outside esp "$fwout4" "$out4"
	is 1 sessions proto esp client "$fwout4" server "$out4"
	p refused silent tcp inside "$in4" outside 198.18.0.1,80
	p refused silent tcp outside 198.18.0.1 inside "$in4,5190"
	must fw delete rule esp
	p refused silent tcp inside "$in4" outside 198.18.0.1,5190
	policy <<-'END'
		rule Inside Internet anything allow
		rule Inside Firewall anything allow
	END
else
	skip "no IPsec here"
fi
for ns in "$router" "$outside"; do
	ip -n "$ns" xfrm policy flush 2>/dev/null
	ip -n "$ns" xfrm state flush 2>/dev/null
done

# nft reads its own rules from stdin; has_nft says whether this kernel can.
nft() { on "$router" nft -f -; }
has_nft() { modprobe nf_tables 2>/dev/null; nft <<<'flush ruleset' 2>/dev/null; }

it "conntrack beside it tracks nothing: the packets are untracked"
if modprobe -a nf_conntrack nf_conntrack_netlink 2>/dev/null && has_nft; then
	must nft <<-'END'
		table inet t {
			chain f {
				type filter hook forward priority 0
				ct state established,related,new,untracked accept
			}
		}
	END
	for f in 4 6; do
		family
		p talk tcp inside "$in" outside "$out,80"
		p talk udp inside "$in" outside "$out,7"
		p talk ping inside "$in" router "$fwin"
		p talk tcp inside "$in" router "$fwin,80"
	done
	is '' list_tracked
else
	skip "no conntrack or nftables here"
fi

for hook in prerouting forward; do
	it "an nftables rule at the $hook hook that drops still drops"
	if has_nft; then
		must nft <<-END
			table inet t {
				chain c {
					type filter hook $hook priority 0
					udp dport 7 counter drop
				}
			}
		END
		for f in 4 6; do
			family
			ten
			p none outside udp "$ghost_in" any
		done
		must grep -q 'packets 20' <(on "$router" nft list ruleset)
		p talk tcp inside "$in4" outside "$out4,80"
		nft <<<'flush ruleset'
		ten
		p count 10 outside udp "$ghost_in" any
	else
		skip "no nftables here"
	fi
done

it "an nftables rule behind the route sees forwarded packets, and their priority by TOS"
if has_nft; then
	must nft <<-'END'
		table inet t {
			chain p {
				type filter hook postrouting priority 0
				udp dport 7 meta priority 0:6 counter
				udp dport 8 drop
			}
		}
	END
	for f in 4 6; do
		family
		ten tos=16
		p count 10 outside udp "$ghost_in" any
		p send inside udp "$ghost_in,2000" "$ghost_out,8" times=10
		p none outside udp "$ghost_in" any,8
	done
	must grep -q 'packets 10' <(on "$router" nft list ruleset)	# of IPv4 only
	nft <<<'flush ruleset'
else
	skip "no nftables here"
fi

# nftables queues packets to port 7, and a program holds ten of them.
queue() {
	must nft <<-'END'
		table inet t {
			chain p {
				type filter hook postrouting priority 0
				udp dport 7 queue num 0
			}
		}
	END
	: >"$work/queue"	# the program before was ready, too
	mkfifo "$work/go" || exit 1
	on "$router" "$selftests/net/queue.py" 10 <>"$work/go" >"$work/queue" &
	busywait grep -q ready "$work/queue"
}

it "a packet that an nftables rule queues goes on once, when it is let go"
if modprobe -a nfnetlink_queue nft_queue 2>/dev/null && has_nft; then
	for f in 4 6; do
		family
		queue
		ten
		busywait grep -q held "$work/queue"
		p none outside udp "$ghost_in" any
		echo go >"$work/go"
		wait $!
		p count 10 outside udp "$ghost_in" any ttl=63
		nft <<<'flush ruleset'
		rm "$work/go"
	done
else
	skip "no nftables here, or no queue"
fi

it "an nftables rule that accepts opens nothing that the policy refuses"
if has_nft; then
	must nft <<-'END'
		table inet t {
			chain f {
				type filter hook forward priority -500
				accept
			}
			chain p {
				type filter hook prerouting priority -300
				accept
			}
		}
	END
	p refused silent tcp outside "$out4" inside "$in4,80"
	p refused silent tcp outside "$out6" inside "$in6,80"
	nft <<<'flush ruleset'
else
	skip "no nftables here"
fi

it "an nftables masquerade beside a nat row does nothing, whatever its port range"
if modprobe -a nft_chain_nat nft_masq 2>/dev/null && has_nft; then
	must fw add nat eth1 eth0 masquerade ports 5000-5999 name ours
	must nft <<-'END'
		table ip t {
			chain p {
				type nat hook postrouting priority 100
				oifname "eth0" meta l4proto { tcp, udp } masquerade to :7000-7999
			}
		}
	END
	p talk tcp inside "$in4" outside "$out4,80" "as=$fwout4"
	p send inside udp "$ghost_in4,5432" "$ghost_out4,7"
	p expect outside udp "$fwout4,5432" "$ghost_out4,7"
	is '' list_tracked
	nft <<<'flush ruleset'
	must fw delete nat ours
else
	skip "no nftables here"
fi

it "the kernel's own reverse-path filter and martian checks stay in force"
on "$router" sysctl -qw net.ipv4.conf.eth1.rp_filter=1
p send inside udp 203.0.113.66,1000 "$ghost_out4,7"
p send inside udp 127.0.0.1,1000 "$ghost_out4,7"
p none outside udp any,1000 any
on "$router" sysctl -qw net.ipv4.conf.eth1.rp_filter=0

it "a bridge's frames are not the router's"
if ip -n "$dmz" link add br0 type bridge 2>/dev/null; then
	ip -n "$dmz" link set br0 up
	must on "$dmz" fwtool load "$work/policy"
	ip -n "$dmz" link del br0
else
	skip "no bridge here"
fi

it "inside a VRF a policy works"
if ip -n "$router" link add red type vrf table 10 2>/dev/null; then
	ip -n "$router" -batch - <<-END
		link set red up
		link set eth1 master red
		link set eth0 master red
		address add $fwin6/64 dev eth1 nodad
		address add $fwout6/64 dev eth0 nodad
	END
	policy <<-'END'
		rule Inside Internet icq allow
	END
	for f in 4 6; do
		family
		p talk tcp inside "$in" outside "$out,5190" 20000
		p refused silent tcp inside "$in" outside "$out,80"
		p refused silent tcp outside "$out" inside "$in,5190"
	done
else
	skip "no VRF here"
fi
