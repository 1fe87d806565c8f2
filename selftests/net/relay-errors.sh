#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Relays that rewrite packets: ICMP errors, path MTUs, servers that are down, two uplinks.
#
# Topology: lib.sh, and a second uplink. The default route of its client is the router. The
# router's own default route is the first uplink:
#
#	outside .10 ---> 1.2.3.4 eth0 router eth1 ---> inside
#	second 198.18.7.7 ---> 192.0.2.1 eth3 router
#	       2001:db8:77::7 ---> 2001:db8:20::1

. "$(dirname -- "$0")/../lib.sh"
topology

second=$run-s
listen4=1.2.3.4 listen6=2001:db8:4::4
up4=192.0.2.1 up6=2001:db8:20::1
far4=198.18.7.7 far6=2001:db8:77::7
gone4=192.168.1.99 gone6=2001:db8:1::99

build_second() {
	add_netns "$second"
	on "$second" sysctl -qw "${quiet_sysctls[@]}"
	ip -batch - <<-END || exit 1
		link add eth0 netns $second address 02:00:00:00:04:10 type veth peer name eth3 netns $router address 02:00:00:00:04:01
	END
	ip -n "$router" -batch - <<-END || exit 1
		link set eth3 up
		address add $listen6/128 dev eth0 nodad
		address add $up4/24 dev eth3
		address add $up6/64 dev eth3 nodad
		route add default via $out4 metric 100
		route add default via $out6 metric 100
		route add default via 192.0.2.10 metric 200
		route add default via 2001:db8:20::10 metric 200
	END
	host "$second" 192.0.2 2001:db8:20 10
	ip -n "$second" address add $far4/32 dev lo
	ip -n "$second" address add $far6/128 dev lo nodad
	p station second "$second" eth0 02:00:00:00:04:01
}
build_second
on "$router" sysctl -qw net.ipv{4,6}.neigh.eth{0,1}.retrans_time_ms=100

networks='
network Everybody 0.0.0.0/0 ::/0
network Inside eth1 192.168.1.0/24 eth1 2001:db8:1::/64
'
fresh() {
	fw session kill all >/dev/null
	policy_exactly < <(echo "$networks"; cat)
}
ends() { # of a family
	family
	for name in listen up far gone; do
		eval "$name=\$$name$f"
	done
}
# both PORT SERVER4 SERVER6 PORT TYPE: a relay in each family.
both() {
	echo "relay $listen4:$1 $2:$4 $5 from Everybody"
	echo "relay [$listen6]:$1 [$3]:$4 $5 from Everybody"
}
by_hand() {
	both 3000 "$ghost_in4" "$ghost_in6" 9 udp-forward
	both 3001 "$ghost_in4" "$ghost_in6" 9 semitransparent-udp-forward
	both 3000 "$ghost_in4" "$ghost_in6" 9 semitransparent-tcp-forward
}

# --- Errors -------------------------------------------------------------------------------

fresh < <(by_hand)
for f in 4 6; do
	ends
	it "an error from the server quotes the address that the client used, and comes from it (IPv$f)"
	p send outside udp "$ghost_out,4000" "$listen,3000" len=30
	p expect inside udp "$fwin,4000" "$ghost_in,9" len=30
	p send inside "$icmp" "$ghost_in" "$fwin" "$no_port" about udp "$fwin,4000" "$ghost_in,9" len=30
	p expect outside "$icmp" "$listen" "$ghost_out" "$no_port" \
		about udp "$ghost_out,4000" "$listen,3000" len=30 sum=good
	p send outside udp "$ghost_out,4000" "$listen,3001" len=30
	p expect inside udp "$ghost_out,4000" "$ghost_in,9" len=30
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$no_port" \
		about udp "$ghost_out,4000" "$ghost_in,9" len=30
	p expect outside "$icmp" "$listen" "$ghost_out" "$no_port" \
		about udp "$ghost_out,4000" "$listen,3001" len=30 sum=good

	it "an error from a router on the way to the server does not show the router's address (IPv$f)"
	p send inside "$icmp" "$other_in" "$ghost_out" "$exceeded" \
		about udp "$ghost_out,4000" "$ghost_in,9" len=30
	p expect outside "$icmp" "$listen" "$ghost_out" "$exceeded" \
		about udp "$ghost_out,4000" "$listen,3001" len=30 sum=good
	p none outside "$icmp" "$other_in" any

	it "an error from the client, or a router before it, quotes what the server sent (IPv$f)"
	p send inside udp "$ghost_in,9" "$fwin,4000" len=31
	p expect outside udp "$listen,3000" "$ghost_out,4000" len=31
	for from in "$ghost_out" "$other_out"; do
		p send outside "$icmp" "$from" "$listen" "$no_port" \
			about udp "$listen,3000" "$ghost_out,4000" len=31
		p expect inside "$icmp" "$fwin" "$ghost_in" "$no_port" \
			about udp "$ghost_in,9" "$fwin,4000" len=31 sum=good
		p send outside "$icmp" "$from" "$listen" "$no_port" \
			about udp "$listen,3001" "$ghost_out,4000" len=31
		p expect inside "$icmp" "$from" "$ghost_in" "$no_port" \
			about udp "$ghost_in,9" "$ghost_out,4000" len=31 sum=good
	done

	it "an error about nothing that was relayed does not pass (IPv$f)"
	mark icmp-stray
	p send outside "$icmp" "$ghost_out" "$listen" "$no_port" \
		about udp "$listen,3000" "$ghost_out,4009"
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$no_port" \
		about udp "$ghost_out,4009" "$ghost_in,9"
	p none inside "$icmp" any "$ghost_in"
	p none outside "$icmp" any "$ghost_out"
	drops icmp-stray 2

	it "when the time to live runs out, each end gets an error about its own packet (IPv$f)"
	p send outside udp "$ghost_out,4000" "$listen,3000" ttl=1 len=32
	p expect outside "$icmp" any "$ghost_out" "$exceeded" \
		about udp "$ghost_out,4000" "$listen,3000" len=32 sum=good
	p send outside udp "$ghost_out,4100" "$listen,3001" ttl=1 len=32
	p expect outside "$icmp" any "$ghost_out" "$exceeded" \
		about udp "$ghost_out,4100" "$listen,3001" len=32 sum=good
	p send inside udp "$ghost_in,9" "$fwin,4000" ttl=1 len=33
	p expect inside "$icmp" "$fwin" "$ghost_in" "$exceeded" \
		about udp "$ghost_in,9" "$fwin,4000" len=33 sum=good
done

# --- Servers that are down ----------------------------------------------------------------

fresh < <(
	both 80 "$icq4" "$icq6" 8080 tcp-forward
	both 81 "$icq4" "$icq6" 8080 semitransparent-tcp-forward
	both 80 "$icq4" "$icq6" 8080 udp-forward
	both 81 "$icq4" "$icq6" 8080 semitransparent-udp-forward
	both 90 "$gone4" "$gone6" 8080 tcp-forward
	both 91 "$gone4" "$gone6" 8080 semitransparent-tcp-forward
	both 90 "$gone4" "$gone6" 8080 udp-forward
	both 91 "$gone4" "$gone6" 8080 semitransparent-udp-forward
)
for f in 4 6; do
	ends
	it "when nobody listens on the server's port, the client gets the server's reset or error (IPv$f)"
	for port in 80 81; do
		p refused reset tcp outside "$out" inside "$icq,8080" "via=$listen,$port" closed
		p refused closed udp outside "$out" inside "$icq,8080" "via=$listen,$port"
		p refused reset tcp inside "$in" inside "$icq,8080" "via=$listen,$port" closed
		p refused closed udp inside "$in" inside "$icq,8080" "via=$listen,$port"
	done

	it "when somebody listens on the server's port, the same client is served (IPv$f)"
	p refused reset tcp outside "$out,4000" inside "$icq,8080" "via=$listen,80" closed
	p talk tcp outside "$out,4000" inside "$icq,8080" "via=$listen,80" "as=$fwin"

	it "when the server is gone, the client gets the error that the server cannot be reached (IPv$f)"
	for port in 90 91; do
		p refused unreachable tcp outside "$out" inside "$gone,8080" "via=$listen,$port" closed
		p refused unreachable tcp inside "$in" inside "$gone,8080" "via=$listen,$port" closed
		p send outside udp "$ghost_out,4001" "$listen,$port" len=9
		p expect outside "$icmp" "$listen" "$ghost_out" "$no_host" \
			about udp "$ghost_out,4001" "$listen,$port" len=9 sum=good
	done
done

# --- Two uplinks --------------------------------------------------------------------------

fresh < <(
	for type in tcp-forward udp-forward; do
		echo "relay $up4:80 $icq4:8080 $type from Everybody"
		echo "relay $up4:81 $icq4:8080 semitransparent-$type from Everybody"
		echo "relay [$up6]:80 [$icq6]:8080 $type from Everybody"
		echo "relay [$up6]:81 [$icq6]:8080 semitransparent-$type from Everybody"
	done
	echo "relay $up4:82 $icq4:8080 tcp-relay from Everybody"
	echo "relay [$up6]:82 [$icq6]:8080 tcp-relay from Everybody"
	both 80 "$icq4" "$icq6" 8080 semitransparent-tcp-forward
	echo "relay $up4:3001 $ghost_in4:9 semitransparent-udp-forward from Everybody"
	echo "relay [$up6]:3001 [$ghost_in6]:9 semitransparent-udp-forward from Everybody"
)
for f in 4 6; do
	ends
	it "answers leave by the uplink that the client came in by, not by the default route (IPv$f)"
	p talk tcp second "$far,4000" inside "$icq,8080" "via=$up,80" "as=$fwin,4000" 50000
	p talk tcp second "$far,4000" inside "$icq,8080" "via=$up,81" "as=$far,4000" 50000
	p talk tcp second "$far,4000" inside "$icq,8080" "via=$up,82" "as=$fwin" 50000
	p talk udp second "$far,4000" inside "$icq,8080" "via=$up,80" "as=$fwin"
	p talk udp second "$far,4000" inside "$icq,8080" "via=$up,81" "as=$far,4000"
	p none outside ip any "$far"

	it "the first uplink works beside it (IPv$f)"
	p talk tcp outside "$out,4000" inside "$icq,8080" "via=$listen,80" "as=$out,4000"

	it "errors about the client's packets leave by that uplink, too (IPv$f)"
	p send second udp "$far,4002" "$up,3001" len=9
	p expect inside udp "$far,4002" "$ghost_in,9" len=9
	p send inside "$icmp" "$ghost_in" "$far" "$no_port" about udp "$far,4002" "$ghost_in,9" len=9
	p expect second "$icmp" "$up" "$far" "$no_port" about udp "$far,4002" "$up,3001" sum=good
	p none outside "$icmp" any "$far"
done

# --- Path MTU -----------------------------------------------------------------------------

fresh < <(
	by_hand
	both 80 "$in4" "$in6" 8080 tcp-forward
	both 81 "$in4" "$in6" 8080 semitransparent-tcp-forward
)
boasts "$inside" "$fwin4" "$fwin6"
boasts "$outside" "$fwout4" "$fwout6"
ip -n "$router" link set eth1 mtu 1280
ip -n "$inside" link set eth0 mtu 1280
for f in 4 6; do
	ends
	it "when a packet is too large for the server's link, the client gets an error about its own packet (IPv$f)"
	p send outside udp "$ghost_out,5000" "$listen,3000" len=1400 df=1
	p expect outside "$icmp" any "$ghost_out" "$too_big" mtu=1280 \
		about udp "$ghost_out,5000" "$listen,3000"
	p send outside udp "$ghost_out,5000" "$listen,3000" len=$((1280 - header)) df=1
	p expect inside udp "$fwin,5000" "$ghost_in,9" len=$((1280 - header))
	p send outside udp "$ghost_out,5000" "$listen,3001" len=$((1281 - header)) df=1
	p expect outside "$icmp" any "$ghost_out" "$too_big" mtu=1280 \
		about udp "$ghost_out,5000" "$listen,3001"

	it "the error of a router on the way to the client, that a packet is too big, reaches the server (IPv$f)"
	p send inside udp "$ghost_in,9" "$fwin,5000" len=100
	p expect outside udp "$listen,3000" "$ghost_out,5000" len=100
	p send outside "$icmp" "$other_out" "$listen" "$too_big" mtu=1280 \
		about udp "$listen,3000" "$ghost_out,5000" len=100
	p expect inside "$icmp" any "$ghost_in" "$too_big" mtu=1280 \
		about udp "$ghost_in,9" "$fwin,5000" sum=good

	it "TCP through relays finds the MTU of the server's link (IPv$f)"
	p talk tcp outside "$out" inside "$in,8080" "via=$listen,80" "as=$fwin" 200000
	p talk tcp outside "$out" inside "$in,8080" "via=$listen,81" "as=$out" 200000
	p expect outside "$icmp" any "$out" "$too_big" mtu=1280 about tcp "$out" "$listen,81"
done
ip -n "$router" link set eth1 mtu 1500
ip -n "$inside" link set eth0 mtu 1500
ip -n "$router" link set eth0 mtu 1280
ip -n "$outside" link set eth0 mtu 1280
for f in 4 6; do
	ends
	it "when a packet is too large for the client's link, the server gets an error about its own packet (IPv$f)"
	p send outside udp "$ghost_out,5001" "$listen,3000"
	p expect inside udp "$fwin,5001" "$ghost_in,9"
	p send inside udp "$ghost_in,9" "$fwin,5001" len=1400 df=1
	p expect inside "$icmp" "$fwin" "$ghost_in" "$too_big" mtu=1280 \
		about udp "$ghost_in,9" "$fwin,5001"

	it "TCP through relays finds the MTU of the client's link (IPv$f)"
	p talk tcp outside "$out" inside "$in,8080" "via=$listen,80" "as=$fwin" 200000
	p expect inside "$icmp" "$fwin" "$in" "$too_big" mtu=1280 about tcp "$in,8080" "$fwin"
	p talk tcp outside "$out" inside "$in,8080" "via=$listen,81" "as=$out" 200000
	p expect inside "$icmp" "$fwin" "$in" "$too_big" mtu=1280 about tcp "$in,8080" "$out"
done
