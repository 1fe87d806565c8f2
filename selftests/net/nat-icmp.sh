#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors through NAT, traceroute, path-MTU discovery: RFC 5508, RFC 4787 REQ-12 and
# REQ-13. An error quotes to each end the packet that this end has sent.
#
# Topology: lib.sh, with one more network behind the outside, whose host routes:
#
#	inside --- router --- outside .10 --- 198.18.0.0/24, 2001:db8:18::/64 --- beyond .2, ::2

. "$(dirname -- "$0")/../lib.sh"
topology

beyond=$run-b
behind4=198.18.0.2 behind6=2001:db8:18::2
nat4=10.9.9.1 nat6=2001:db8:9::1
gone4=198.51.100.99 gone6=2001:db8:2::99

build_beyond() {
	add_netns "$beyond"
	on "$beyond" sysctl -qw "${quiet_sysctls[@]}"
	on "$outside" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
	ip -batch - <<-END || exit 1
		link add eth0 netns $beyond type veth peer name eth1 netns $outside
	END
	ip -n "$outside" -batch - <<-END || exit 1
		link set eth1 up
		address add 198.18.0.1/24 dev eth1
		address add 2001:db8:18::1/64 dev eth1 nodad
	END
	host "$beyond" 198.18.0 2001:db8:18 2
	ip -n "$router" route add default via "$out4"
	ip -n "$router" route add default via "$out6"
	# The outside routes now, but not packets to hosts that do not exist.
	ip -n "$outside" route add blackhole 198.51.100.64/29
	ip -n "$outside" route add blackhole 2001:db8:2::64/124
	p station beyond "$beyond"
}
build_beyond
# The kernel soon gives up a neighbour that does not answer.
on "$router" sysctl -qw net.ipv{4,6}.neigh.eth{0,1}.retrans_time_ms=100

nat_policy() {
	fw session kill all >/dev/null
	policy < <(echo 'rule Inside Internet anything allow'; cat)
}
fixed() {
	nat_policy <<-'END'
		nat eth1 eth0 source 10.9.9.1
		nat eth1 eth0 source 2001:db8:9::1
	END
}
ends() { # of a family
	family
	for name in behind nat gone; do
		eval "$name=\$$name$f"
	done
}
fixed

# --- From the outside ---------------------------------------------------------------------

for f in 4 6; do
	ends
	it "RFC 5508 REQ-4: an error from outside is about what the client sent (IPv$f)"
	p send inside udp "$ghost_in,3000" "$ghost_out,9" len=30
	p send inside tcp "$ghost_in,3000" "$ghost_out,9" S seq=5
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=3000 seq=1
	for kind in "$no_port" "$too_big" "$exceeded"; do
		p send outside "$icmp" "$ghost_out" "$nat" "$kind" mtu=1300 \
			about udp "$nat,3000" "$ghost_out,9" len=30
		p expect inside "$icmp" "$ghost_out" "$ghost_in" "$kind" mtu=1300 \
			about udp "$ghost_in,3000" "$ghost_out,9" len=30 sum=good
	done
	p send outside "$icmp" "$ghost_out" "$nat" "$no_host" \
		about tcp "$nat,3000" "$ghost_out,9" S seq=5
	p expect inside "$icmp" "$ghost_out" "$ghost_in" "$no_host" \
		about tcp "$ghost_in,3000" "$ghost_out,9" S seq=5 sum=good
	p send outside "$icmp" "$ghost_out" "$nat" "$no_host" \
		about "$icmp" "$nat" "$ghost_out" "$ping" ident=3000 seq=1
	p expect inside "$icmp" "$ghost_out" "$ghost_in" "$no_host" \
		about "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=3000 seq=1 sum=good

	it "RFC 4787 REQ-12a: an error passes from any router, and the client sees which (IPv$f)"
	p send outside "$icmp" "$other_out" "$nat" "$exceeded" about udp "$nat,3000" "$ghost_out,9"
	p expect inside "$icmp" "$other_out" "$ghost_in" "$exceeded" \
		about udp "$ghost_in,3000" "$ghost_out,9" sum=good

	it "a port or identifier that NAT chose is translated back in errors (IPv$f)"
	p send inside udp "$ghost_in,3000" "$other_out,10"
	port=$(fw --json session list client "$ghost_in" server-port 10 |
		gojq '.sessions[0].client.translated.port')
	p send outside "$icmp" "$other_out" "$nat" "$no_port" about udp "$nat,$port" "$other_out,10"
	p expect inside "$icmp" "$other_out" "$ghost_in" "$no_port" \
		about udp "$ghost_in,3000" "$other_out,10" sum=good
	p send inside "$icmp" "$ghost_in" "$other_out" "$ping" ident=3000 seq=2
	port=$(fw --json session list client "$ghost_in" server "$other_out" proto "$icmp" |
		gojq '.sessions[0].client.translated.id')
	p send outside "$icmp" "$other_out" "$nat" "$exceeded" \
		about "$icmp" "$nat" "$other_out" "$ping" "ident=$port" seq=2
	p expect inside "$icmp" "$other_out" "$ghost_in" "$exceeded" \
		about "$icmp" "$ghost_in" "$other_out" "$ping" ident=3000 seq=2 sum=good

	it "an error that quotes eight bytes of a header is enough (IPv$f)"
	p send outside "$icmp" "$ghost_out" "$nat" "$no_port" \
		about tcp "$nat,3000" "$ghost_out,9" S seq=5 "cut=$header"
	p expect inside "$icmp" "$ghost_out" "$ghost_in" "$no_port" \
		about tcp "$ghost_in,3000" "$ghost_out,9" seq=5

	it "RFC 5508 REQ-4: an error about no mapping is dropped in silence (IPv$f)"
	mark icmp-stray
	p send outside "$icmp" "$ghost_out" "$nat" "$no_port" about udp "$nat,3999" "$ghost_out,9"
	p send outside "$icmp" "$ghost_out" "$nat" "$no_port" about udp "$nat,3000" "$ghost_out,99"
	p send outside "$icmp" "$ghost_out" "$ghost_in" "$no_port" \
		about udp "$ghost_in,3000" "$ghost_out,9"
	p none inside "$icmp" "$ghost_out" any
	p none outside "$icmp" "$nat" any
	drops icmp-stray 3

	it "RFC 5508 REQ-3: an error with a wrong checksum is dropped (IPv$f)"
	p send outside "$icmp" "$ghost_out" "$nat" "$no_port" badsum=1 \
		about udp "$nat,3000" "$ghost_out,9" len=30
	p none inside "$icmp" any "$ghost_in"

	it "RFC 5508 REQ-3c: the quoted packet's transport checksum is not judged (IPv$f)"
	p send outside "$icmp" "$ghost_out" "$nat" "$no_port" \
		about udp "$nat,3000" "$ghost_out,9" len=30 badsum=1
	p expect inside "$icmp" "$ghost_out" "$ghost_in" "$no_port" \
		about udp "$ghost_in,3000" "$ghost_out,9" sum=bad

	it "RFC 5508 REQ-6, 4787 REQ-12: errors neither end a mapping nor keep it (IPv$f)"
	p open live tcp inside "$in,5000" outside "$out,80" "as=$nat,5000"
	for kind in "$no_port" "$no_host" "$exceeded" "$too_big"; do
		p send outside "$icmp" "$other_out" "$nat" "$kind" mtu=1400 \
			about tcp "$nat,5000" "$out,80" A seq=1
	done
	is 1 sessions client "$in" client-port 5000
	p say live
	p close live

	# --- From the inside --------------------------------------------------------------

	it "RFC 5508 REQ-5: an error from inside is about what the server sent (IPv$f)"
	p send outside udp "$ghost_out,9" "$nat,3000" len=30
	p expect inside udp "$ghost_out,9" "$ghost_in,3000" len=30
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$no_port" \
		about udp "$ghost_out,9" "$ghost_in,3000" len=30
	p expect outside "$icmp" "$nat" "$ghost_out" "$no_port" \
		about udp "$ghost_out,9" "$nat,3000" len=30 sum=good

	it "RFC 5508 REQ-5c: no router inside shows its address (IPv$f)"
	p send inside "$icmp" "$other_in" "$ghost_out" "$exceeded" \
		about udp "$ghost_out,9" "$ghost_in,3000" len=30
	p expect outside "$icmp" "$nat" "$ghost_out" "$exceeded" \
		about udp "$ghost_out,9" "$nat,3000" len=30 sum=good
	p none outside "$icmp" "$other_in" any

	# --- The firewall's own -----------------------------------------------------------

	it "when the time to live runs out, each end gets an error about its own packet (IPv$f)"
	p send inside udp "$ghost_in,3000" "$ghost_out,9" ttl=1 len=7
	p expect inside "$icmp" "$fwin" "$ghost_in" "$exceeded" \
		about udp "$ghost_in,3000" "$ghost_out,9" len=7 sum=good
	p send inside udp "$ghost_in,3050" "$ghost_out,9" ttl=1 len=7
	p expect inside "$icmp" "$fwin" "$ghost_in" "$exceeded" \
		about udp "$ghost_in,3050" "$ghost_out,9" len=7 sum=good
	p send outside udp "$ghost_out,9" "$nat,3000" ttl=1 len=8
	p expect outside "$icmp" "$fwout" "$ghost_out" "$exceeded" \
		about udp "$ghost_out,9" "$nat,3000" len=8 sum=good

	it "traceroute from inside shows the firewall and the hops behind it (IPv$f)"
	if command -v traceroute >/dev/null; then
		on "$inside" traceroute "-$f" -n -q 1 -w 20 -m 5 "$behind" >"$work/route" 2>&1
		for hop in "1 +$fwin" "2 +($out|$other_out)" "3 +$behind"; do
			grep -qE "^ $hop " "$work/route" || fail "$(tr '\n' ';' <"$work/route")"
		done
	else
		skip "no traceroute here"
	fi

	it "a closed port of the server is reported to the client (IPv$f)"
	p refused closed udp inside "$in,6000" beyond "$behind,77"
	p send inside udp "$ghost_in,6000" "$out,77" len=9
	p expect inside "$icmp" "$out" "$ghost_in" "$no_port" \
		about udp "$ghost_in,6000" "$out,77" len=9 sum=good

	it "a server that is gone: the client gets the firewall's error about its own packet (IPv$f)"
	p send inside udp "$ghost_in,6001" "$gone,9" len=9
	p expect inside "$icmp" any "$ghost_in" "$no_host" \
		about udp "$ghost_in,6001" "$gone,9" len=9 sum=good
	p refused unreachable tcp inside "$in" outside "$gone,80" closed
done

it "a server that is gone: the same with masquerade"
nat_policy <<'END'
nat eth1 eth0 masquerade
END
p send inside udp "$ghost_in4,6002" "$gone4,9" len=9
p expect inside icmp any "$ghost_in4" type=3 code=1 \
	about udp "$ghost_in4,6002" "$gone4,9" len=9 sum=good
p refused unreachable tcp inside "$in4" outside "$gone4,80" closed

it "RFC 5508 REQ-3a: an error that quotes a wrong IPv4 checksum is dropped"
p send inside udp "$ghost_in4,6003" "$ghost_out4,9"
p send outside icmp "$ghost_out4" "$fwout4" type=3 code=3 \
	about udp "$fwout4,6003" "$ghost_out4,9" badipsum=1
p none inside icmp any "$ghost_in4"

it "RFC 5508 REQ-3b: a quoted packet may have IP options"
p send outside icmp "$ghost_out4" "$fwout4" type=3 code=3 \
	about udp "$fwout4,6003" "$ghost_out4,9" extra=nop
p expect inside icmp "$ghost_out4" "$ghost_in4" type=3 code=3 \
	about udp "$ghost_in4,6003" "$ghost_out4,9" sum=good

it "RFC 5508 REQ-8: a client that gets no port gets administratively prohibited"
nat_policy <<'END'
nat eth1 eth0 source 10.9.9.1:2000-2000
nat eth1 eth0 source [2001:db8:9::1]:2000-2000
END
for f in 4 6; do
	ends
	p send inside udp "$ghost_in,2000" "$ghost_out,9"
	p expect outside udp "$nat,2000" "$ghost_out,9"
	p send inside udp "$ghost_in,2001" "$ghost_out,9" len=9
	# shellcheck disable=SC2086
	p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited \
		about udp "$ghost_in,2001" "$ghost_out,9" len=9 sum=good
	p send inside tcp "$ghost_in,2000" "$ghost_out,9" S
	p send inside tcp "$ghost_in,2001" "$ghost_out,9" S seq=5
	# shellcheck disable=SC2086
	p expect inside "$icmp" "$fwin" "$ghost_in" $prohibited \
		about tcp "$ghost_in,2001" "$ghost_out,9" seq=5 sum=good
done

# --- Path MTU -----------------------------------------------------------------------------

fixed
boasts "$outside" "$fwout4" "$fwout6"
ip -n "$router" link set eth0 mtu 1300
ip -n "$outside" link set eth0 mtu 1300
for f in 4 6; do
	ends
	it "RFC 4787 REQ-13: the sender of a packet too large for the next link gets its MTU (IPv$f)"
	p send inside udp "$ghost_in,7000" "$ghost_out,9" len=1400 df=1
	p expect inside "$icmp" "$fwin" "$ghost_in" "$too_big" mtu=1300 \
		about udp "$ghost_in,7000" "$ghost_out,9"
	p send inside udp "$ghost_in,7001" "$ghost_out,9" len=$((1300 - header)) df=1
	p expect outside udp "$nat,7001" "$ghost_out,9" len=$((1300 - header))
	p send inside udp "$ghost_in,7001" "$ghost_out,9" len=$((1301 - header)) df=1
	p expect inside "$icmp" "$fwin" "$ghost_in" "$too_big" mtu=1300 \
		about udp "$ghost_in,7001" "$ghost_out,9"

	it "TCP through NAT finds the MTU of the firewall's link (IPv$f)"
	p talk tcp inside "$in" outside "$out,80" "as=$nat" 300000
	p expect inside "$icmp" "$fwin" "$in" "$too_big" mtu=1300 about tcp "$in" "$out,80"
done

it "RFC 4787 REQ-13a: a packet that may be fragmented is, after its translation"
p send inside udp "$ghost_in4,7002" "$ghost_out4,9" len=1400 df=0 id=5
p expect outside udp "$nat4,7002" "$ghost_out4,9" frag=0 more=1
p expect outside udp "$nat4" "$ghost_out4" more=0

it "TCP that may be fragmented gets through a smaller link between, both ways, in fragments"
for ns in "$inside" "$beyond"; do
	on "$ns" sysctl -qw net.ipv4.ip_no_pmtu_disc=1
done
before=$(kernel_counter IpReasmOKs)
p talk tcp inside "$in4" beyond "$behind4,80" "as=$nat4" 300000
p expect outside tcp "$nat4" "$behind4,80" frag=0 more=1
[ "$(kernel_counter IpReasmOKs)" -gt "$before" ] || fail "no fragment came from beyond"
p none inside icmp any "$in4"
for ns in "$inside" "$beyond"; do
	on "$ns" sysctl -qw net.ipv4.ip_no_pmtu_disc=0
done

ip -n "$router" link set eth0 mtu 1500
ip -n "$outside" link set eth0 mtu 1500
ip -n "$outside" link set eth1 mtu 1280
ip -n "$beyond" link set eth0 mtu 1280
boasts "$beyond" 198.18.0.1 2001:db8:18::1
for f in 4 6; do
	ends
	it "TCP through NAT finds the MTU of a link beyond (IPv$f)"
	p talk tcp inside "$in" beyond "$behind,80" "as=$nat" 300000
	p expect inside "$icmp" any "$in" "$too_big" mtu=1280 about tcp "$in" "$behind,80"
done

ip -n "$router" link set eth1 mtu 1280
for f in 4 6; do
	ends
	it "too large for the client's link: the server gets an error about its own packet (IPv$f)"
	p send inside udp "$ghost_in,7003" "$ghost_out,9"
	p expect outside udp "$nat,7003" "$ghost_out,9"
	p send outside udp "$ghost_out,9" "$nat,7003" len=1400 df=1
	p expect outside "$icmp" "$fwout" "$ghost_out" "$too_big" mtu=1280 \
		about udp "$ghost_out,9" "$nat,7003"
done
