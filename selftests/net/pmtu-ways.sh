#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Path-MTU discovery through every kind of translation and relay. The firewall's own link is
# smaller, and a still smaller link behind it has a router that sends the error. Each sender
# gets both errors, about a packet that it has sent, and what fits arrives.
#
# Topology: lib.sh; inside and outside are routers with a host behind each. The hosts' own
# links have the usual size, so nobody knows the MTU before the first packet that does not fit:
#
#	near .2 -- 1300 -- inside -- W -- firewall -- W -- outside -- 1300 -- far .2
#	192.168.9.0/24, 2001:db8:19::/64      198.18.0.0/24, 2001:db8:18::/64
#
# W is 1400 on one side of the firewall and 1500 on the other, then the other way round. Near
# is the client of a translation, far the client of a relay.

. "$(dirname -- "$0")/../lib.sh"
topology

near_host=$run-n far_host=$run-f
near4=192.168.9.2 near6=2001:db8:19::2
far4=198.18.0.2 far6=2001:db8:18::2
listen4=$fwdoc4 listen6=$fwout6
nat4=10.9.9.1 nat6=2001:db8:9::1
networks='
network Near eth1 192.168.0.0/16  eth1 2001:db8:1::/64  eth1 2001:db8:19::/64
network Far  eth0 0.0.0.0/0       eth0 ::/0
service anything any dynamic
set ends silent
'

# behind HOST ROUTER MAC NET4 NET6: the last link, whose MTU is 1300.
behind() {
	add_netns "$1"
	on "$1" sysctl -qw "${quiet_sysctls[@]}"
	on "$2" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip link add eth0 netns "$1" type veth peer name eth1 netns "$2" address "$3" || exit 1
	ip -n "$2" -batch - <<-END || exit 1
		link set eth1 up
		address add $4.1/32 dev eth1
		address add $5::1/128 dev eth1 nodad
		route add $4.0/24 dev eth1 mtu lock 1300
		route add $5::/64 dev eth1 mtu lock 1300
	END
	host "$1" "$4" "$5" 2
}
behind "$near_host" "$inside" 02:00:00:00:05:01 192.168.9 2001:db8:19
behind "$far_host" "$outside" 02:00:00:00:06:01 198.18.0 2001:db8:18
p station near "$near_host" eth0 02:00:00:00:05:01
p station far "$far_host" eth0 02:00:00:00:06:01

# routes add|del: the firewall's routes to the last links. A new route knows nothing of its path.
routes() {
	local verb=$1 route

	for route in "192.168.9.0/24 via $in4" "2001:db8:19::/64 via $in6" \
		"198.18.0.0/24 via $out4" "2001:db8:18::/64 via $out6"; do
		echo "route $verb $route"
	done | ip -n "$router" -batch -
}
routes add
# forget: removes what the hosts have learnt.
forget() {
	local host

	for host in "$near_host 192.168.9.1 2001:db8:19::1" "$far_host 198.18.0.1 2001:db8:18::1"; do
		# shellcheck disable=SC2086 # three words
		set -- $host
		printf 'route %s default via %s\n' del "$2" del "$3" add "$2" add "$3" |
			ip -n "$1" -batch -
	done
}

# narrow INTERFACE HOST MTU: sets the MTU of the firewall's link to that host.
narrow() { ip -n "$router" link set "$1" mtu "$3"; ip -n "$2" link set eth0 mtu "$3"; }

ends() { # of a family
	family
	for name in near far listen nat; do
		eval "$name=\$$name$f"
	done
}

# fresh <ROWS: loads the rows; nobody knows a path or has a session.
fresh() {
	fw session kill all >/dev/null
	policy_exactly < <(echo "$networks"; cat)
}

# hears STATION ADDRESS FROM MTU PROTO PACKET: the station gets an error of FROM about a packet of its own.
hears() {
	p expect "$1" "$icmp" "$3" "$2" "$too_big" "mtu=$4" about "${@:5}"
}

# The firewall's own error, to the sender of packets that leave by the narrow link.
narrow_at=eth0
near_hears() {
	hears near "$near" "$1" 1300 "${@:2}"
	[ $narrow_at = eth1 ] || hears near "$near" "$fwin" 1400 "${@:2}"
}
far_hears() {
	hears far "$far" "$1" 1300 "${@:2}"
	[ $narrow_at = eth0 ] || hears far "$far" any 1400 "${@:2}"
}

# large STATION SOURCE DESTINATION: one datagram that is too large for the firewall's link, and
# one that is too large only for the link behind it.
large() {
	p send "$1" udp "$2" "$3" len=1400 df=1
	p send "$1" udp "$2" "$3" len=1340 df=1
}

# outwards SEEN PORT [FROM]: near talks to far, which sees near as SEEN. The error about near's last
# link comes to far from FROM; SEEN by default.
outwards() {
	local port=$2 seen=$1 from=${3-$1}

	[ "$seen" != "$near" ] || from=any
	p talk tcp near "$near" far "$far,80" "as=$seen" 60000
	near_hears any tcp "$near" "$far,80"
	far_hears "$from" tcp "$far,80" "$seen"
	p send near udp "$near,$port" "$far,9" len=9
	p expect far udp "$seen,$port" "$far,9" len=9
	large near "$near,$port" "$far,9"
	large far "$far,9" "$seen,$port"
	near_hears any udp "$near,$port" "$far,9"
	far_hears "$from" udp "$far,9" "$seen,$port"
}

# inwards PORT SEEN FROM: far talks to near by a relay's PORT. Near sees far as SEEN. The error about
# far's last link comes to near from FROM.
inwards() {
	p talk tcp far "$far" near "$near,8080" "via=$listen,$1" "as=$2" 60000
	near_hears "$3" tcp "$near,8080" "$2"
	far_hears "$listen" tcp "$far" "$listen,$1"
}
inwards_udp() {
	local port=$((4000 + $1))

	p send far udp "$far,$port" "$listen,$1" len=9
	p expect near udp "$2,$port" "$near,9" len=9
	large near "$near,9" "$2,$port"
	large far "$far,$port" "$listen,$1"
	near_hears "$3" udp "$near,9" "$2,$port"
	far_hears "$listen" udp "$far,$port" "$listen,$1"
}

# knows ADDRESS: the firewall knows that only 1300 bytes get there.
knows() { ip -n "$router" route get "$1" | grep -q 'mtu 1300'; }

both() { # PORT SERVER_PORT TYPE
	echo "relay $listen4:$1 $near4:$2 $3 from Far"
	echo "relay [$listen6]:$1 [$near6]:$2 $3 from Far"
}

# families SENTENCE COMMAND...: for each of families ("4 6" by default), with nothing known before.
families() {
	forget
	for f in $families; do
		ends
		it "$1 ($where, IPv$f)"
		"${@:2}"
	done
}
families='4 6'
# seen NAME PORT [FROM]: as outwards; SEEN is the value of the variable NAME, of this family.
seen() { outwards "${!1}" "${@:2}"; }

relayed() {
	p talk tcp far "$far" near "$near,8080" "via=$listen,82" "as=$fwin" 60000
	must knows "$near"
	must knows "$far"
}

every_way() {
	local where=$1 option

	fresh <<<'rule Near Far anything allow'
	families "without a translation" seen near 3000

	for option in '' endpoint-independent; do
		fresh <<-END
			rule Near Far anything allow
			nat Near Far masquerade $option
			nat Near Far source $nat6 $option
		END
		families=4 families "masquerade${option:+, $option}" seen fwout 3001
		families=6 families "source${option:+, $option}" seen nat 3002
		fresh <<-END
			rule Near Far anything allow
			nat Near Far source $nat4 $option
		END
		families=4 families "source${option:+, $option}" seen nat 3002
	done

	fresh < <(
		both 80 8080 tcp-forward
		both 81 8080 semitransparent-tcp-forward
		both 82 8080 tcp-relay
		both 90 9 udp-relay
		both 91 9 udp-forward
		both 92 9 semitransparent-udp-forward
	)
	families "tcp-forward" hidden inwards 80
	families "semitransparent-tcp-forward" shown inwards 81
	routes del
	routes add
	families "tcp-relay: the firewall itself is told, for each end" relayed
	families "udp-relay" hidden inwards_udp 90
	families "udp-forward" hidden inwards_udp 91
	families "semitransparent-udp-forward" shown inwards_udp 92
	watched
}

# segments PORT SOURCE DESTINATION: a packet of three segments, as offload makes them. Two are too
# large for the path, and the last one is not.
segments() {
	on "$near_host" python3 - "$@" <<-'END'
		import socket, sys

		port, source, destination = sys.argv[1:]
		s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		s.setsockopt(socket.IPPROTO_IPV6, 23, 3)    # IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE
		s.setsockopt(socket.IPPROTO_UDP, 103, 1340) # UDP_SEGMENT
		s.bind((source, int(port)))
		s.sendto(bytes(2 * 1340 + 100), (destination, 9))
	END
}

# With a chain at FORWARD the kernel forwards. After translation its IPv6 checks once more whether
# the packet is too large for the path MTU that the firewall has learnt, as a tcp-relay's end.
watched() {
	if ! modprobe nf_tables 2>/dev/null ||
		! on "$router" nft 'table inet t { chain c { type filter hook forward priority 0; }; }' 2>/dev/null; then
		it "source, while the firewall knows the path and others look on ($where)"
		skip "no nftables here"
		return
	fi
	fresh <<-END
		rule Near Far anything allow
		nat Near Far source $nat6
		nat Near Far source $nat4
	END
	must knows "$far6"
	families "source, while the firewall knows the path and others look on" seen nat 3003 any
	f=6
	ends
	it "no segment of a large packet is sent untranslated, while the firewall knows the path and others look on ($where)"
	segments 9000 "$near" "$far"
	hears near "$near" any 1300 udp "$near,9000" "$far,9"
	p none far udp "$near" any
	on "$router" nft flush ruleset
	routes del
	routes add
}
# Does the server see the firewall, or the client?
hidden() { "$@" "$fwin" "$fwin"; }
shown() { "$@" "$far" any; }

narrow eth0 "$outside" 1400
every_way "the outside is narrow"
narrow eth0 "$outside" 1500
narrow eth1 "$inside" 1400
narrow_at=eth1
every_way "the inside is narrow"
