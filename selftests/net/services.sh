#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Services: port lists, groups, ICMP types and codes, protocols by name and number.
#
# Topology: lib.sh. Packets by hand between hosts that do not answer:
#
#	inside .66 ---> router ---> outside .66
#
# Any kernel: Umbra's classifier decides which packets a service covers.

. "$(dirname -- "$0")/../lib.sh"
topology

# passes, stops PACKET: a packet from inside to outside passes, or does not.
passes() {
	p send inside "$@"
	p expect outside "$@"
}
stops() {
	p send inside "$@"
	p none outside "$@"
}

policy <<'END'
service lists tcp dynamic 20,1000-1003,65535 80,8000-8010,65000-65535
service deep  udp dynamic any 100
service g1    group lists
service g2    group g1 deep
service g3    group g2 g1
rule Inside Internet g3 allow
END

for f in 4 6; do
	family
	it "a list of ports is all of its ports and ranges, ends included (IPv$f)"
	for ports in 20:80 1000:8000 1003:8010 65535:65535 1001:8005 20:65000; do
		passes tcp "$ghost_in,${ports%:*}" "$ghost_out,${ports#*:}" S
	done

	it "no other port fits a list of ports (IPv$f)"
	for ports in 19:80 21:80 999:80 1004:80 65534:80 20:79 20:81 20:7999 20:8011 20:64999; do
		p send inside tcp "$ghost_in,${ports%:*}" "$ghost_out,${ports#*:}" S
	done
	p none outside tcp "$ghost_in" any

	it "a group is the union of services, through groups in groups (IPv$f)"
	passes udp "$ghost_in,1" "$ghost_out,100"
	stops udp "$ghost_in,1" "$ghost_out,80"
done

it "ICMP services match by type and code"
policy <<'END'
service i1 icmp dynamic type 8 code 0
service i2 icmp dynamic type 13,15
service i3 icmp packet-filter type 40 code 1-3,7
service i4 icmpv6 dynamic type 128 code 0
service i5 icmpv6 packet-filter type 200 code 0-1
rule Inside Internet i1 allow
rule Inside Internet i2 allow
rule Inside Internet i3 allow
rule Inside Internet i4 allow
rule Inside Internet i5 allow
END
passes icmp "$ghost_in4" "$ghost_out4" type=8 code=0 ident=1
passes icmp "$ghost_in4" "$ghost_out4" type=13 code=0 ident=2
passes icmp "$ghost_in4" "$ghost_out4" type=40 code=1
passes icmp "$ghost_in4" "$ghost_out4" type=40 code=3
passes icmp "$ghost_in4" "$ghost_out4" type=40 code=7
passes icmpv6 "$ghost_in6" "$ghost_out6" type=128 code=0 ident=1
passes icmpv6 "$ghost_in6" "$ghost_out6" type=200 code=1
p send inside icmp "$ghost_in4" "$ghost_out4" type=8 code=1 ident=3
p send inside icmp "$ghost_in4" "$ghost_out4" type=17 code=0 ident=3
p send inside icmp "$ghost_in4" "$ghost_out4" type=40 code=0
p send inside icmp "$ghost_in4" "$ghost_out4" type=40 code=4
p send inside icmp "$ghost_in4" "$ghost_out4" type=40 code=8
p send inside icmpv6 "$ghost_in6" "$ghost_out6" type=200 code=2
p send inside icmpv6 "$ghost_in6" "$ghost_out6" type=201 code=0
p none outside icmp "$ghost_in4" any
p none outside icmpv6 "$ghost_in6" any

it "a dynamic ICMP query lets its own answer back, once for each identifier, and no other"
for f in 4 6; do
	family
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=77 seq=1
	p expect outside "$icmp" "$ghost_in" "$ghost_out" "$ping" ident=77
	p send outside "$icmp" "$ghost_out" "$ghost_in" "$pong" ident=78
	p send outside "$icmp" "$other_out" "$ghost_in" "$pong" ident=77
	p send outside "$icmp" "$ghost_out" "$ghost_in" "$ping" ident=77
	p none inside "$icmp" any "$ghost_in"
	p send outside "$icmp" "$ghost_out" "$ghost_in" "$pong" ident=77 seq=1
	p expect inside "$icmp" "$ghost_out" "$ghost_in" "$pong" ident=77 seq=1
done

it "an ICMP answer that nobody asked for opens nothing"
policy <<'END'
service all-icmp  icmp dynamic
service all-icmp6 icmpv6 dynamic
rule Any Any all-icmp allow
rule Any Any all-icmp6 allow
END
must fw session kill all
for f in 4 6; do
	family
	mark icmp-stray
	p send inside "$icmp" "$ghost_in" "$ghost_out" "$pong" ident=9
	p none outside "$icmp" "$ghost_in" any
	drops icmp-stray 1
	is 0 sessions
done

# protocol NAME NUMBER: a dynamic service: it passes, its replies come back, other protocols do not pass.
protocol() {
	local f

	policy <<-END
		service it $1 dynamic $3
		rule Inside Internet it allow
	END
	for f in 4 6; do
		family
		p send inside "proto=$2" "$ghost_in$4" "$ghost_out$5" len=16
		p expect outside "proto=$2" "$ghost_in$4" "$ghost_out$5"
		p send outside "proto=$2" "$ghost_out$5" "$ghost_in$4" len=16
		p expect inside "proto=$2" "$ghost_out$5" "$ghost_in$4"
		p send outside "proto=$2" "$other_out$5" "$ghost_in$4" len=16
		p none inside "proto=$2" "$other_out" "$ghost_in"
		p send inside proto=254 "$ghost_in" "$ghost_out" len=16
		p none outside proto=254 "$ghost_in" "$ghost_out"
		is 1 sessions proto "$1" server "$ghost_out"
	done
}

it "GRE is a session of two addresses"
protocol gre 47
it "ESP is a session of two addresses"
protocol esp 50
it "AH is a session of two addresses"
protocol ah 51
it "SCTP has ports"
protocol sctp 132 "any 9" ,3000 ,9
it "UDP-Lite has ports"
protocol udplite 136 "any 9" ,3000 ,9
it "any other protocol matches by its number"
protocol 103 103

it "SCTP and UDP-Lite to another port are refused"
policy <<'END'
service s sctp dynamic 3000 9
service u udplite dynamic 3000 9
rule Inside Internet s allow
rule Inside Internet u allow
END
for f in 4 6; do
	family
	for proto in sctp udplite; do
		stops $proto "$ghost_in,3000" "$ghost_out,10"
		stops $proto "$ghost_in,3001" "$ghost_out,9"
		passes $proto "$ghost_in,3000" "$ghost_out,9"
	done
done

it "SCTP: two ends that begin at the same time have one session, and late packets belong to it"
policy <<'END'
service s sctp dynamic 1234 1234
rule Inside Internet s allow
END
must fw session kill all
# chunk STATION TTL: it does not matter which chunk it is meant to be.
chunk() {
	if [ "$1" = inside ]; then
		p send inside sctp "$ghost_in,1234" "$ghost_out,1234" "ttl=$2"
		p expect outside sctp "$ghost_in,1234" "$ghost_out,1234" "ttl=$(($2 - 1))"
	else
		p send outside sctp "$ghost_out,1234" "$ghost_in,1234" "ttl=$2"
		p expect inside sctp "$ghost_out,1234" "$ghost_in,1234" "ttl=$(($2 - 1))"
	fi
}
for f in 4 6; do
	family
	chunk inside 20		# INIT, and the other's; INIT ACK, COOKIE ECHO, COOKIE ACK
	chunk outside 21
	chunk inside 22
	chunk outside 23
	chunk inside 24
	chunk outside 25	# INIT ACK, of the first INIT
	is 1 sessions proto sctp family $f
	is 1 sessions proto sctp client "$ghost_in" server "$ghost_out"
done

it "GRE packets with one key between two addresses are one session"
policy <<'END'
service gre gre dynamic
rule Inside Internet gre allow
END
must fw session kill all
for f in 4 6; do
	family
	passes gre "$ghost_in" "$ghost_out" seq=1 len=8
	passes gre "$ghost_in" "$ghost_out" seq=1 len=8
done
n=$(sessions proto gre)
[ "$n" = 2 ] || fail "$n sessions, not 2"

it "protocol any is TCP, UDP, ICMP and all others"
policy <<'END'
rule Inside Internet anything allow
END
for f in 4 6; do
	family
	p talk tcp inside "$in" outside "$out,999"
	p talk udp inside "$in" outside "$out,999"
	p talk ping inside "$in" outside "$out"
	passes proto=99 "$ghost_in" "$ghost_out" len=4
	p refused silent tcp outside "$out" inside "$in,999"
	p send outside proto=98 "$ghost_out" "$ghost_in" len=4
	p none inside proto=98 "$ghost_out" any
done

it "an ICMP service of one family does not match the other"
policy <<'END'
rule Inside Internet ping allow
END
p talk ping inside "$in4" outside "$out4"
p refused silent ping inside "$in6" outside "$out6"
