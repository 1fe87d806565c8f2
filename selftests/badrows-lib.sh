# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# bad_rows: the possible errors in each column of each table, a line each. Several rows that make
# one error have ";;" between them. tools/badfiles.c puts each line into a good policy.

# shellcheck disable=SC2054
addresses=(1.2.3 1.2.3.4.5 256.1.1.1 1.2.3.-4 1.2.3.x 0x1.2.3.4 1.2.3.4/33 1.2.3.4/-1
	1.2.3.4/x 1.2.3.4/ 1.2.3.4/8 10.0.0.0/8/8 1.2.3.4-1.2.3.3 1.2.3.4- -1.2.3.4
	1.2.3.4-1.2.3 1.2.3.4-2001:db8::1 2001:db8::1-1.2.3.4 2001:db8::/129 2001:db8::1/32
	2001:db8:::1 2001:db8::g 12345:: 2001:db8::2-2001:db8::1 ::ffff:1.2.3.4.5 : ::: /
	fe80::1%eth0 1.2.3.4:80 1.2.3.4,1.2.3.5)
# shellcheck disable=SC2054
ports=(65536 99999999999999999999 -1 80-79 80- -80 80,,81 ,80 80, 80-81-82 0x50 http 8o 1.5
	'"80 81"' 80:81)
protocols=(256 -1 tpc TCPP icmp4 ipv6 6x 1e1 '""')
types=(dynamik statefull packetfilter packet_filter Group stateless '""' ftp rtsp)
icmps=('type' 'type 256' 'type -1' 'type x' 'type 8 code' 'type 8 code 256' 'type 8 code 3-1'
	'type 8 code x' 'code 0' 'type 8,' 'type ,8' 'type 8-9' 'echo' '8' 'type 8 0')
actions=(alow accept drop deny '""' ALLOWED permit)
actions_and=('allow allow' 'allow name' 'allow name 7' 'allow name ""' 'allow comment'
	'allow name a name b' 'allow disabled disabled' 'allow sessions' 'allow sessions 0'
	'allow sessions -1' 'allow sessions x' 'allow sessions 4294967296' 'allow rate'
	'allow rate 0' 'allow rate 1/s' 'allow rate 99999999999' 'allow time office' 'allow time'
	'allow log all' 'allow blah' 'allow name "a" "b"' 'allow disable'
	'allow sessions 5 sessions 5' 'reject reject' 'discard rate'
	'allow client-sessions 0' 'allow client-rate' 'allow client-rate x'
	'reject client-sessions 5' 'discard client-rate 5')
settings=('' unmatched 'unmatched allow' 'unmatched drop' 'unmatched judge'
	'unmatched reject reject' ping 'ping yes' 'ping same_interface' 'broadcast reject'
	'broadcast allow' 'multicast yes' 'multicast reject' 'sessions-max 0' 'sessions-max -1'
	'sessions-max many' 'sessions-max 4294967296' 'timeout-tcp-opening 0'
	'timeout-tcp-established 7439' 'timeout-tcp-established 2h' 'timeout-tcp-closing 0'
	'timeout-tcp-closed 0' 'timeout-tcp-closed 2678401' 'timeout-udp-unreplied 0'
	'timeout-udp-replied 119' 'timeout-udp-stream 119' 'timeout-udp-exchange 0'
	'timeout-sctp-established 7439' 'timeout-sctp-path 119' 'timeout-sctp-opening 0'
	'timeout-sctp-closing 0' 'timeout-sctp-closed 0'
	'timeout-udp-replied x' 'timeout-icmp 59' 'timeout-other 0' 'timeout-other'
	'timeout-gre 5' 'adopt -1' 'adopt x' 'adopt 2678401' 'colour red'
	'pong any' '"" 1' tcp-window 'tcp-window on' 'tcp-window 1' 'tcp-window strict liberal'
	tcp-probes 'tcp-probes yes' 'tcp-probes 1' 'tcp-probes on off' 'tcp-probe on'
	'timeout-tcp-probe 0' 'timeout-tcp-probe on' 'timeout-tcp-probe 2678401')
# shellcheck disable=SC2054
sources=('' 1.2.3 1.2.3.256 1.2.3.4/32 1.2.3.4/24 1.2.3.4- -1.2.3.4 1.2.3.4-1.2.3.3
	1.2.3.4-2001:db8::1 2001:db8::2-2001:db8::1 1.2.3.4: 1.2.3.4:0 1.2.3.4:x 1.2.3.4:9-1
	1.2.3.4:1,2 1.2.3.4:65536 1.2.3.4:1024- '[1.2.3.4' '[2001:db8::1' '[2001:db8::1]1024'
	'[2001:db8::1]:' '[]:1024' '[2001:db8::1]:1024-1023' eth0 Internet any '"1.2.3.4 "'
	'1.2.3.4 ports 1-2' '1.2.3.4 1.2.3.5')
nat_options=('ports' 'ports 0' 'ports 0-9' 'ports 9-1' 'ports any' 'ports 1,2' 'ports 70000'
	'ports 1-2 ports 3-4' 'port 1-2' 'endpoint_independent'
	'endpoint-independent endpoint-independent' 'name' 'name 7' 'name ""' 'name a name b'
	'comment' 'comment a b' 'disabled disabled' 'disable' 'log all' 'time office' 'random'
	'to 1.2.3.4' '1.2.3.4' 'allow')
nat_ends=('""' Firewall eth0:Firewall eth0:Nobody eth0: :Inside 'eth0/1' abcdefghijklmnop
	'"no such"' . ..)
# shellcheck disable=SC2054
listens=('' 1.2.3.4 1.2.3.4: 1.2.3.4:0 1.2.3.4:65536 1.2.3.4:x 1.2.3.4:9-8 1.2.3.4:1,2
	1.2.3.4:1-2-3 1.2.3:80 256.1.1.1:80 :80 80 eth0:80 any:80 Firewall:80 0.0.0.0:80
	'[::]:80' 2001:db8::1:80 '[2001:db8::1]' '[2001:db8::1]:' '[2001:db8::1:80'
	'[2001:db8::g]:80' 1.2.3.4/32:80 1.2.3.4-1.2.3.5:80)
# shellcheck disable=SC2054
targets=('' 192.168.1.17 192.168.1.17: 192.168.1.17:0 192.168.1.17:65536 192.168.1.17:x
	192.168.1.17:1-2 192.168.1:80 192.168.1.256:80 0.0.0.0:80 '[2001:db8:1::17]:80'
	'[192.168.1.17:80' a..b:80 -a:80 '"a b:80"' :80 192.168.1.0/24:80 www.example.org)
relay_types=('' tcp udp relay tcp_relay TCP-relay forward transparent-tcp-forward
	semitransparent-forward proxy allow masquerade)
relay_options=('timeout' 'timeout 0' 'timeout 2678401' 'timeout x' 'timeout 5 timeout 6'
	'lifetime' 'lifetime 0' 'lifetime 2678401' 'lifetime -1' 'proxy-protocol'
	'proxy-protocol 1' 'proxy-protocol v3' 'proxy-protocol v1 proxy-protocol v2' 'name'
	'name 5' 'name ""' 'name a name b' 'comment' 'comment a b' 'disabled disabled'
	'log all' 'time office' 'time' 'Nobody' 'Firewall' 'Internet' '"timeout"' 'rate 5')
# shellcheck disable=SC2054
times=('' mon 08:00-17:00 'mo 08:00-17:00' 'Mon 08:00-17:00' 'mon- 08:00-17:00' '-mon 08:00-17:00'
	'mon-fry 08:00-17:00' 'mon,,tue 08:00-17:00' 'mon, 08:00-17:00' 'mon;tue 08:00-17:00'
	'1-5 08:00-17:00' 'daily 08:00-17:00' 'mon tue 08:00-17:00' '"mon" 08:00-17:00'
	'mon 8:00-17:00' 'mon 8-17' 'mon 08:00' 'mon 08:00-' 'mon -17:00' 'mon 0800-1700'
	'mon 08:00-17:60' 'mon 24:00-01:00' 'mon 08:00-24:01' 'mon 08:00-25:00' 'mon 08:00-08:00'
	'mon 08:00-17:00,18:00-19:00' 'mon 08:00-17:00 tue' 'mon 08:00-17:00 x'
	'mon 08:00:00-17:00:00' 'mon 08:00-17:00-18:00' 'mon "08:00-17:00"' 'mon 8am-5pm'
	'mon 08:00-17:00 comment' 'mon 08:00-17:00 comment a b' 'mon 08:00-17:00 disabled'
	'mon 08:00-17:00 comment a comment b' 'mon 08:00-17:00 name x'
	"mon$(printf ' %02d:00-%02d:30' {0..23}{,} {0..23}{,} {0..23}{,} | cut -c-800)")
long=$(printf 'n%.0s' {1..64})
longer=$(printf 't%.0s' {1..256})

bad_rows() {
	local it

	for it in "${addresses[@]}"; do
		echo "network N $it"
		echo "network N 10.0.0.1 eth0 $it"
	done
	printf 'network %s\n' '' N '"" 1.2.3.4' 'N eth0' 'N eth0 eth1' 'N eth0 comment x' \
		'N network' 'N network Nobody' 'N eth0 network Nobody' 'N network N' \
		'N host' 'N host ..' 'N host a..b' 'N host -a' 'N host "a b"' 'N comment x' \
		'N 1.2.3.4 comment' 'N 1.2.3.4 comment a b' "$long 1.2.3.4" \
		"N 1.2.3.4 comment $longer" 'N abcdefghijklmnop 1.2.3.4' 'Any 1.2.3.4' \
		'Firewall 1.2.3.4' 'N "1.2.3.4' 'N 1.2.3.4 "' 'N network network' \
		'A network B;;network B network A' \
		'A network B;;network B network C;;network C 1.1.1.1 network A' \
		'A 1.2.3.4 network A' 'N eth0/1 1.2.3.4'
	for it in "${ports[@]}"; do
		echo "service s tcp dynamic $it 80"
		echo "service s udp packet-filter any $it"
		echo "service s sctp dynamic 1-2,$it 80"
	done
	for it in "${protocols[@]}"; do
		echo "service s $it dynamic any 80"
		echo "service s $it packet-filter"
	done
	for it in "${types[@]}"; do
		echo "service s tcp $it any 80"
		echo "service s icmp $it type 8"
	done
	for it in "${icmps[@]}"; do
		echo "service s icmp dynamic $it"
		echo "service s icmpv6 packet-filter $it"
	done
	printf 'service %s\n' '' s 's tcp' 's tcp dynamic' 's tcp dynamic any' \
		's tcp dynamic any 80 81' 's tcp dynamic any 80 pickup pickup' \
		's udp dynamic any 80 pickup' 's tcp packet-filter any 80 pickup' \
		's sctp dynamic any 80 tcp-window strict' \
		's udp dynamic any 80 tcp-window strict' 's tcp dynamic any 80 tcp-window 1' \
		's tcp packet-filter any 80 ends told' 's udp dynamic any 80 ends quiet' \
		's udp dynamic any 80 tcp-probes on' 's tcp packet-filter any 80 tcp-probes on' \
		's tcp dynamic any 80 tcp-probes' 's tcp dynamic any 80 tcp-probes 1' \
		's tcp packet-filter any 80 timeout 5' 's tcp dynamic any 80 timeout' \
		's tcp dynamic any 80 timeout 0' 's tcp dynamic any 80 timeout 2678401' \
		's tcp dynamic any 80 timeout x' 's tcp dynamic any 80 timeout 5 timeout 6' \
		's tcp dynamic any 80 alg ftp' 's tcp dynamic any 80 advisory' \
		's tcp dynamic any 80 comment' "s tcp dynamic any 80 comment $longer" \
		's gre dynamic 5' 's esp dynamic any any' 's 50 dynamic any' \
		's icmp dynamic type 8 timeout 0' "$long tcp dynamic any 80" \
		'"" tcp dynamic any 80' 's group' 's group nobody' 's group s' \
		's group http nobody' 's group "http' 's group http timeout 5' \
		's group http advisory' 's tcp dynamic any 80;;service s tcp dynamic any 81' \
		'a group b;;service b group a' 'a group b http;;service b group c;;service c group a' \
		's tcp dynamic any 80 colour red'
	for it in "${actions[@]}"; do
		echo "rule Inside Internet icq $it"
		echo "rule Any Firewall anything $it name x"
	done
	for it in "${actions_and[@]}"; do
		echo "rule Inside Internet icq $it"
	done
	printf 'rule %s\n' '' Inside 'Inside Internet' 'Inside Internet icq' \
		'Nobody Internet icq allow' 'Inside Nobody icq allow' \
		'Inside Internet nothing allow' 'inside Internet icq allow' \
		'Inside Internet ICQ allow' '"" Internet icq allow' 'Inside "" icq allow' \
		'Inside Internet "" allow' 'Inside Internet icq "allow' \
		'Inside Internet tcp allow' '192.168.1.0/24 Internet icq allow' \
		'Inside Internet icq allow name "x;;rule y"' \
		'Inside Internet icq allow name n;;rule Inside Internet http allow name n' \
		"Inside Internet icq allow name $long" "Inside Internet icq allow comment $longer" \
		'Inside, Internet icq allow' 'Inside -> Internet icq allow' \
		'Firewall Firewall icq allow extra'
	for it in "${times[@]}"; do
		echo "time t $it"
	done
	printf 'time %s\n' '"" mon 08:00-17:00' "$long mon 08:00-17:00" \
		"t mon 08:00-17:00 comment $longer" \
		't mon 08:00-17:00;;time t tue 08:00-17:00' \
		't mon 08:00-17:00;;rule Inside Internet icq allow time T'
	for it in "${settings[@]}"; do
		echo "set $it"
	done
	for it in "${sources[@]}"; do
		echo "nat Inside eth0 source $it"
	done
	for it in "${nat_options[@]}"; do
		echo "nat Inside eth0 masquerade $it"
		echo "nat Inside Internet none $it"
	done
	for it in "${nat_ends[@]}"; do
		echo "nat $it eth0 masquerade"
		echo "nat Inside $it source 1.2.3.4"
	done
	printf 'nat %s\n' '' Inside 'Inside eth0' 'Inside eth0 masq' 'Inside eth0 ""' \
		'Inside eth0 dnat 1.2.3.4' 'Inside eth0 none ports 1-2' \
		'Inside eth0 none endpoint-independent' "Inside eth0 none name $long" \
		"Inside eth0 none comment $longer" \
		'Inside eth0 none name n;;nat Inside eth0 none name n'
	for it in "${listens[@]}"; do
		echo "relay $it 192.168.1.17:80 tcp-relay from Internet"
		echo "relay $it 192.168.1.17:80 semitransparent-udp-forward from Internet"
	done
	for it in "${targets[@]}"; do
		echo "relay 1.2.3.4:80 $it tcp-relay from Internet"
		echo "relay 1.2.3.4:80 $it udp-forward from Internet"
	done
	for it in "${relay_types[@]}"; do
		echo "relay 1.2.3.4:80 192.168.1.17:80 $it from Internet"
	done
	for it in "${relay_options[@]}"; do
		echo "relay 1.2.3.4:80 192.168.1.17:80 tcp-relay from Internet $it"
	done
	printf 'relay 1.2.3.4:%s\n' 80 '80 192.168.1.17:80' '80 192.168.1.17:80 tcp-relay' \
		'80 192.168.1.17:80 tcp-relay Internet' '80 192.168.1.17:80 tcp-relay from' \
		'80 192.168.1.17:80 tcp-relay from Nobody' \
		'80 192.168.1.17:80 tcp-relay from Internet Nobody' \
		'80 192.168.1.17:80 tcp-relay from timeout 5' \
		'80 192.168.1.17:80 udp-relay from Internet lifetime 5' \
		'80 192.168.1.17:80 tcp-forward from Internet proxy-protocol v1' \
		'80-90 192.168.1.17:65530 tcp-forward from Internet' \
		"80 192.168.1.17:80 tcp-relay from Internet name $long" \
		"80 192.168.1.17:80 tcp-relay from Internet comment $longer"
	printf '%s\n' 'rules Inside Internet icq allow' 'Rule Inside Internet icq allow' \
		'networks N 1.2.3.4' 'allow all' '{' '}' '"' '"rule' '\x' '[rules]' '---' ';' \
		'include' 'include /nowhere/at/all' 'include "/nowhere' 'include a b' \
		'set ping any;;set ping any' 'time office mon-fri 8-17' 'log' 'log all' \
		'log all nflog' 'log all nflog -1' 'log all nflog 65536' 'log all nflog x' \
		'log all syslog 5' 'log all nflog 5 rate 0' 'log all nflog 5 rate x' \
		'log all nflog 5 prefix' 'log all nflog 5 prefix 0123456789012345678901234567' \
		'log all nflog 5 prefix a b' 'log all nflog 5 6' 'log all none rate 5' \
		'log all none none' 'log all none;;log all none' 'set log-spoofed' \
		'set log-spoofed nobody' 'set log-invalid ""' 'set unmatched all' \
		'rule Inside Internet icq allow name "\x"'
	printf 'network N \001\n'
	printf 'rule Inside Internet icq allow comment "\033[31m"\n'
	printf 'rule Inside Internet icq allow comment "\377\376"\n'
	printf 'network N%s 1.2.3.4\n' "$(printf '\177')"
}
