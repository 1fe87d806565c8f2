#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a policy looks like to an operator and to a program: each column of each table.
#
# Topology: lib.sh, and no packet.
#
# Any kernel: all output comes from Umbra's own tables.

. "$(dirname -- "$0")/../lib.sh"
topology
policy_exactly <<'END'
network Lab eth1 10.0.0.0/8 10.9.0.1-10.9.0.9 192.0.2.1 2001:db8::/32 comment "a lab"
network Both network Lab 203.0.113.1
service web tcp dynamic 1024-65535 80,443 timeout 9000 pickup
service pings icmp dynamic type 8 code 0-3
service many group web pings
rule Lab Any web allow name n comment c sessions 5 rate 7 client-sessions 3 client-rate 2
rule Both Any many reject disabled
nat eth1:Lab eth0 source 198.51.100.1-198.51.100.9 endpoint-independent name pool
nat eth1 eth0 masquerade ports 2000-3000 disabled
relay 1.2.3.4:5190-5192 192.168.1.17:6190 tcp-relay from Lab Any timeout 60 lifetime 600 proxy-protocol v2 name icq
relay [2001:db8::1]:53 [2001:db8::2]:53 udp-forward from Lab disabled
set unmatched reject
set adopt 0
END

# rows TABLE: its rows without their ids, which differ, one line each.
rows() { fw --json show "$1" | gojq -c --arg table "$1" '.[$table | sub("^nat$"; "nats")][] | del(.id)'; }

# shows TABLE <ROWS: its rows in JSON are exactly ROWS.
shows() { is "$(gojq -c .)" rows "$1"; }

it "networks: an item is printed as what it is: a prefix, a range, an address or a network"
shows networks <<'END'
{ "position": 1, "name": "Lab", "items": [ { "interface": "eth1", "prefix": "10.0.0.0/8" }, { "first": "10.9.0.1", "last": "10.9.0.9" }, { "address": "192.0.2.1" }, { "prefix": "2001:db8::/32" } ], "comment": "a lab" }
{ "position": 2, "name": "Both", "items": [ { "network": "Lab" }, { "address": "203.0.113.1" } ] }
END

it "services: ports, types and members, by what the service is"
shows services <<'END'
{ "position": 1, "name": "web", "protocol": "tcp", "type": "dynamic", "client_ports": [ { "first": 1024, "last": 65535 } ], "server_ports": [ { "first": 80, "last": 80 }, { "first": 443, "last": 443 } ], "timeout": 9000, "pickup": true }
{ "position": 2, "name": "pings", "protocol": "icmp", "type": "dynamic", "icmp": [ { "type": 8, "code_first": 0, "code_last": 3 } ], "pickup": false }
{ "position": 3, "name": "many", "type": "group", "members": [ "web", "pings" ], "pickup": false }
END

it "rules: words, limits and counters"
shows rules <<'END'
{ "position": 1, "client": "Lab", "server": "Any", "service": "web", "action": "allow", "hits": 0, "sessions": 0, "name": "n", "comment": "c", "disabled": false, "sessions_max": 5, "rate_max": 7, "client_sessions_max": 3, "client_rate_max": 2 }
{ "position": 2, "client": "Both", "server": "Any", "service": "many", "action": "reject", "hits": 0, "sessions": 0, "disabled": true }
END

it "nat: both ends, addresses and ports"
shows nat <<'END'
{ "position": 1, "from": { "interface": "eth1", "network": "Lab" }, "to": { "interface": "eth0" }, "type": "source", "first": "198.51.100.1", "last": "198.51.100.9", "endpoint_independent": true, "disabled": false, "hits": 0, "name": "pool" }
{ "position": 2, "from": { "interface": "eth1" }, "to": { "interface": "eth0" }, "type": "masquerade", "ports": { "first": 2000, "last": 3000 }, "endpoint_independent": false, "disabled": true, "hits": 0 }
END

it "relays: where they listen, where they lead, and for which clients"
shows relays <<'END'
{ "position": 1, "listen": "1.2.3.4", "ports": { "first": 5190, "last": 5192 }, "target": "192.168.1.17", "target_port": 6190, "from": [ "Lab", "Any" ], "timeout": 60, "lifetime": 600, "proxy_protocol": "v2", "disabled": false, "type": "tcp-relay", "hits": 0, "sessions": 0, "name": "icq" }
{ "position": 2, "listen": "2001:db8::1", "ports": { "first": 53, "last": 53 }, "target": "2001:db8::2", "target_port": 53, "from": [ "Lab" ], "disabled": true, "type": "udp-forward", "hits": 0, "sessions": 0 }
END

# settings FILTER: the rows of `show settings` that it chooses, without what they mean.
settings() { rows settings | gojq -c "select($1) | del(.help)"; }

it "settings: what is set, and for every other its default"
is '{"default":"discard","name":"unmatched","position":1,"set":true,"value":"reject"}
{"default":"300","name":"adopt","position":2,"set":true,"unit":"seconds","value":"0"}' settings .set
is '{"default":"60","name":"timeout-icmp","set":false,"unit":"seconds","value":"60"}' \
	settings '.name == "timeout-icmp"'
is '{"default":"same-interface","name":"ping","set":false,"value":"same-interface"}' \
	settings '.name == "ping"'
is '{"name":"management","set":false}' settings '.name == "management"'
is "$(grep -c '^- { name: ' "$(dirname -- "$0")/../../Documentation/netlink/settings.yaml")" \
	eval 'fw --json show settings | gojq ".settings | map(select(.help)) | length"'

it "settings: the default that is shown is the one that the kernel uses"
is "$(fw --json stats | gojq .stats.sessions_max)" \
	eval 'settings ".name == \"sessions-max\"" | gojq ".value | tonumber"'

it "the whole policy in JSON has the settings that are set, and no other"
is '[{"name":"unmatched","position":1,"value":"reject"},{"name":"adopt","position":2,"value":"0"}]' \
	eval 'fw --json show | gojq -c .settings'

# words TABLE: as text, with one space between columns.
words() { fw show "$1" | sed '1d; s/  */ /g; s/ $//'; }

it "as text each row has its columns, and the same words as in a file"
is '1 Lab eth1 10.0.0.0/8 10.9.0.1-10.9.0.9 192.0.2.1 2001:db8::/32 a lab
2 Both network Lab 203.0.113.1 -' words networks
is '1 web tcp dynamic 1024-65535 80,443 timeout 9000 pickup -
2 pings icmp dynamic type 8 code 0-3 - -
3 many - group web pings - -' words services
is '1 Lab Any web allow 0 - 0 n sessions 5 rate 7 client-sessions 3 client-rate 2 c
2 Both Any many reject 0 - 0 - disabled -' words rules
[[ $(fw show rules) == *"client-rate 2 c"* ]] || fail "a column is wider than what is in it"
is '1 eth1:Lab eth0 source 198.51.100.1-198.51.100.9 0 - pool endpoint-independent -
2 eth1 eth0 masquerade ports 2000-3000 0 - - disabled -' words nat
is '1 1.2.3.4:5190-5192 192.168.1.17:6190 tcp-relay Lab Any 0 - 0 icq timeout 60 lifetime 600 proxy-protocol v2 -
2 [2001:db8::1]:53 [2001:db8::2]:53 udp-forward Lab 0 - 0 - disabled -' words relays
words settings >"$work/settings"
for row in 'unmatched reject - discard yes what happens to a packet that no rule fits' \
	'adopt 0 seconds 300 yes ' 'timeout-icmp 60 seconds 60 no ' 'management - - - no '; do
	grep -q "^$row" "$work/settings" || fail "no '$row' in: $(cat "$work/settings")"
done

it "the whole of it loads again as it was"
fw show >"$work/shown"
before=$(fw --json show)
must fw load "$work/shown"
is "$before" fw --json show

it "logs, times, and rows that name them; a service that differs from the settings"
policy_exactly <<'END'
network Lab 10.0.0.0/8
log all nflog 5 rate 7 prefix "p: " comment "of it"
log nowhere none
time always mon-sun 00:00-24:00 comment "hours"
service fine tcp dynamic any 25 tcp-window liberal ends silent tcp-probes on advisory "mind it"
rule Lab Any fine allow log all time always
relay 1.2.3.4:53 10.0.0.2:53 udp-forward from Lab log nowhere time always
set log-spoofed all
END
shows logs <<'END'
{ "position": 1, "name": "all", "group": 5, "rate": 7, "hits": 0, "prefix": "p: ", "comment": "of it" }
{ "position": 2, "name": "nowhere", "hits": 0 }
END
shows times <<'END'
{ "position": 1, "name": "always", "spans": [ { "days": [ "mon", "tue", "wed", "thu", "fri", "sat", "sun" ], "begin": "00:00", "end": "24:00" } ], "active": true, "comment": "hours" }
END
shows services <<'END'
{ "position": 1, "name": "fine", "protocol": "tcp", "type": "dynamic", "client_ports": [], "server_ports": [ { "first": 25, "last": 25 } ], "pickup": false, "tcp_window": "liberal", "ends": "silent", "tcp_probes": "on", "advisory": "mind it" }
END
shows rules <<'END'
{ "position": 1, "client": "Lab", "server": "Any", "service": "fine", "action": "allow", "hits": 0, "sessions": 0, "disabled": false, "log": "all", "time": "always" }
END
shows relays <<'END'
{ "position": 1, "listen": "1.2.3.4", "ports": { "first": 53, "last": 53 }, "target": "10.0.0.2", "target_port": 53, "from": [ "Lab" ], "log": "nowhere", "disabled": false, "time": "always", "type": "udp-forward", "hits": 0, "sessions": 0 }
END
is '1 all 5 7 0 - p: of it
2 nowhere - - 0 - - -' words logs
is '1 always mon-sun 00:00-24:00 yes hours' words times
is '1 fine tcp dynamic any 25 tcp-window liberal ends silent tcp-probes on -' words services
is '1 Lab Any fine allow 0 - 0 - log all time always -' words rules
is '{"name":"log-spoofed","position":1,"set":true,"value":"all"}' settings .set

it "for an unknown table the error lists the existing ones"
refuses "unknown table 'polcy': .*or policy" fw show polcy

it "status says whether a policy waits, and for how long"
is false status confirm_pending
is null status confirm_seconds
must fw load --confirm 60 "$work/shown"
is true status confirm_pending
is true status 'confirm_seconds > 0'
[[ $(fw status) == *"waits for 'fwtool confirm "[1-9]*"', committed on this machine"* ]] || fail "$(fw status)"
is '"confirmed, for good"' eval 'fw --json confirm | gojq .policy.done'

it "save writes what a link leads to, keeps its mode, owner and group, and says where it cannot"
touch "$work/file"
chown 13:42 "$work/file"
chmod 2640 "$work/file"
ln -s file "$work/link"
must fw save "$work/link"
is symbolic\ link stat -c %F "$work/link"
is '2640 13 42' stat -c '%a %u %g' "$work/file"
is "$(cat "$work/shown")" cat "$work/file"
is "$(cat "$work/shown")" fw save -
refuses "cannot write '/nonexistent/x'" fw save /nonexistent/x
# attribute set|get: an extended attribute of the file, stored like an ACL.
attribute() {
	python3 -c 'import os, sys
name = "user.umbra"
if sys.argv[1] == "set": os.setxattr(sys.argv[2], name, b"kept")
else: print(os.getxattr(sys.argv[2], name).decode())' "$1" "$work/file"
}
if attribute set 2>/dev/null; then
	must fw save "$work/link"
	is kept attribute get
fi
