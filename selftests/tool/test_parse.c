// SPDX-License-Identifier: GPL-2.0
/* Rows: what is read, how it is printed, and what is said when it is wrong. */
#include "tap.h"

#include <stdlib.h>
#include <string.h>

/* A row and its one canonical form; NULL where that is the row itself. */
static const struct {
	const char *row;
	const char *printed;
} good[] = {
	{ "network Inside eth1 192.168.1.0/24 eth1 2001:db8:1::/64", NULL },
	{ "network Internet eth0 0.0.0.0/0 eth0 ::/0", NULL },
	{ "network \"ICQ server\" 192.168.1.17", NULL },
	{ "network A 10.0.0.1-10.0.0.9 network B eth0 network C", NULL },
	{ "network A 2001:DB8:0:0::1-2001:db8::ff",
	  "network A 2001:db8::1-2001:db8::ff" },
	{ "network A host www.example.org eth0 host ntp", NULL },
	{ "network A 10.0.0.0/8 comment \"a # in it\"", NULL },
	{ "network A eth0.100 10.0.0.1", NULL },
	{ "network A \"network\" 10.0.0.1", NULL },
	{ "network A \"10.0.0.1\" 10.0.0.1", NULL },
	{ "network A 10.0.0.1/32 ::1/128", NULL },
	{ "network \"a \\\"b\\\" \\\\ c\" ::1", NULL },
	{ "network caf\xc3\xa9 ::1", NULL },
	{ "network A\\\n  10.0.0.1\\\n\t10.0.0.2 # end",
	  "network A 10.0.0.1 10.0.0.2" },
	{ "network A\\\r\n 10.0.0.1\r\n", "network A 10.0.0.1" },
	{ "\xef\xbb\xbfnetwork A 10.0.0.1", "network A 10.0.0.1" },
	{ "network \"A\" 10.0.0.1", "network A 10.0.0.1" },
	{ "service icq tcp dynamic 1024-65535 5190", NULL },
	{ "service dns udp dynamic 53,1024-65535 53", NULL },
	{ "service dns-reply udp packet-filter 53 53,1024-65535", NULL },
	{ "service ping icmp dynamic type 8", NULL },
	{ "service e icmp packet-filter type 3,4 code 0-3 type 11", NULL },
	{ "service e icmp dynamic type 3 code 0,2",
	  "service e icmp dynamic type 3 code 0 type 3 code 2" },
	{ "service e icmp dynamic type 3 type 4",
	  "service e icmp dynamic type 3,4" },
	{ "service e icmpv6 dynamic", NULL },
	{ "service web group http https", NULL },
	{ "service web group \"comment\" https comment \"x\"", NULL },
	{ "service s sctp dynamic any 0-65535", NULL },
	{ "service u udplite dynamic any 9 timeout 2678400", NULL },
	{ "service g gre dynamic", NULL },
	{ "service g 47 dynamic", "service g gre dynamic" },
	{ "service o 89 packet-filter", NULL },
	{ "service z 0 dynamic", NULL },
	{ "service a any dynamic pickup", NULL },
	{ "service t tcp dynamic any 22 timeout 60 pickup advisory \"x\" "
	  "comment \"y\"", NULL },
	{ "service t tcp dynamic any 22 tcp-window strict pickup",
	  "service t tcp dynamic any 22 pickup tcp-window strict" },
	{ "service t tcp dynamic any 22 comment y pickup",
	  "service t tcp dynamic any 22 pickup comment \"y\"" },
	{ "service t 6 dynamic 80-80 22", "service t tcp dynamic 80 22" },
	{ "rule Inside Internet icq allow", NULL },
	{ "rule Any Firewall ssh allow name admin disabled sessions 3 "
	  "rate 10 comment \"z\"", NULL },
	{ "rule A B C allow client-rate 4294967295 client-sessions 1 rate 2",
	  "rule A B C allow rate 2 client-sessions 1 "
	  "client-rate 4294967295" },
	{ "rule \"ICQ server\" Any any discard", "rule \"ICQ server\" Any "
	  "any discard" },
	{ "rule A B C allow name \"name\"", NULL },
	{ "set unmatched reject", NULL },
	{ "setting ping same-interface", "set ping same-interface" },
	{ "set broadcast judge", NULL },
	{ "set sessions-max 4294967295", NULL },
	{ "set timeout-tcp-established 7440", NULL },
	{ "set adopt 0", NULL },
	{ "set tcp-window liberal", NULL },
	{ "set tcp-window strict", NULL },
	{ "set management Inside", NULL },
	{ "set log-spoofed all", NULL },
	{ "set log-unmatched \"all others\"", "set log-unmatched \"all others\"" },
	{ "log all nflog 5", NULL },
	{ "log all nflog 65535 rate 4294967295 prefix a comment b",
	  "log all nflog 65535 prefix \"a\" rate 4294967295 comment \"b\"" },
	{ "log \"log\" nflog 0", "log \"log\" nflog 0" },
	{ "log all nflog 1 prefix \"\"", "log all nflog 1" },
	{ "log no none comment \"nothing\"", NULL },
	{ "rule A B C allow rate 2 log all", NULL },
	{ "rule A B C discard log all", NULL },
	{ "relay 1.2.3.4:80 192.168.1.17:80 tcp-relay from A log all", NULL },
	{ "set management \"the wardens' room\"", NULL },
	{ "set ends told", NULL },
	{ "set ends silent", NULL },
	{ "service q udp dynamic any 53 ends told timeout 9",
	  "service q udp dynamic any 53 timeout 9 ends told" },
	{ "nat Inside eth0 masquerade", NULL },
	{ "nat eth1 eth0 masquerade ports 20000-29999", NULL },
	{ "nat Any Any none", NULL },
	{ "nat eth1:Inside eth0:Any source 198.51.100.1", NULL },
	{ "nat A B source 198.51.100.1-198.51.100.4:1024-65535 "
	  "endpoint-independent name n disabled comment \"c\"", NULL },
	{ "nat A B source 198.51.100.1:7", NULL },
	{ "nat A B source 198.51.100.1-198.51.100.1:7-7",
	  "nat A B source 198.51.100.1:7" },
	{ "nat A B source 2001:db8::1", NULL },
	{ "nat A B source [2001:db8::1]", "nat A B source 2001:db8::1" },
	{ "nat A B source 2001:DB8::1-2001:db8::4",
	  "nat A B source 2001:db8::1-2001:db8::4" },
	{ "nat A B source [2001:db8::1-2001:db8::4]:1024-65535", NULL },
	{ "nat A B masquerade comment c endpoint-independent ports 9",
	  "nat A B masquerade ports 9 endpoint-independent comment \"c\"" },
	{ "nat \"ICQ server\" \"eth0:two words\" none", NULL },
	{ "nat \"Any\" ports masquerade", "nat Any ports masquerade" },
	{ "relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from Internet",
	  NULL },
	{ "relay 1.2.3.4:6000-6010 192.168.1.17:7000 "
	  "semitransparent-tcp-forward from Internet \"two words\" timeout 5 "
	  "name icq disabled comment \"c\"", NULL },
	{ "relay [2001:db8::1]:53 [2001:db8:1::53]:5353 udp-relay from Any",
	  NULL },
	{ "relay 1.2.3.4:80 www.example.org:8080 tcp-relay from A timeout 60 "
	  "lifetime 3600 proxy-protocol v2", NULL },
	{ "relay [2001:db8::1]:80 www.example.org:80 udp-forward from A",
	  NULL },
	{ "relay 1.2.3.4:80-80 localhost:80 semitransparent-udp-forward "
	  "from \"timeout\" from comment c",
	  "relay 1.2.3.4:80 localhost:80 semitransparent-udp-forward "
	  "from \"timeout\" from comment \"c\"" },
	{ "relay 1.2.3.4:1-65535 10.0.0.1:1 tcp-forward from A", NULL },
	{ "network \"relay\" 10.0.0.1", NULL },
	{ "# nothing\n\n   \n", "" },
};

static const struct {
	const char *row;
	const char *told;	/* part of the line */
} bad[] = {
	{ "network", "name expected after: 'network'" },
	{ "network A", "address expected after: 'A'" },
	{ "network A eth0", "nothing behind the interface: 'eth0'" },
	{ "network A eth0 eth1 10.0.0.1", "no address behind" },
	{ "network A 10.0.0.1/24", "10.0.0.0/24, or the address alone" },
	{ "network A 2001:db8::1/64", "2001:db8::/64" },
	{ "network A 10.0.0.0/33", "bad prefix length: '10.0.0.0/33'" },
	{ "network A 10.0.0.0/+8", "bad prefix length" },
	{ "network A 10.0.0.0/", "bad prefix length" },
	{ "network A 10.0.0.9-10.0.0.1", "last address below the first" },
	{ "network A 10.0.0.9-::1", "IPv4 and IPv6 in one range" },
	{ "network A 10.0.0.256", "bad address: '10.0.0.256'" },
	{ "network A 010.0.0.1", "bad address" },
	{ "network A ::g", "bad address: '::g'" },
	{ "network A 10.0.0.1-10.0.0.2-10.0.0.3", "bad last address" },
	{ "network A averyverylongname 10.0.0.1", "neither an interface" },
	{ "network A network", "network name expected after: 'network'" },
	{ "network A host 10.0.0.1", "bad DNS name: '10.0.0.1'" },
	{ "network A host a..b", "bad DNS name" },
	{ "network A comment x", "an address comes first" },
	{ "network A 10.0.0.1 comment x 10.0.0.2", "nothing may follow" },
	{ "network \"\" 10.0.0.1", "network name is empty" },
	{ "network A \"b", "no closing quote" },
	{ "network A \"b\\n\" 10.0.0.1", "unknown escape" },
	{ "network A b\"c\" 10.0.0.1", "no blank between word and quote" },
	{ "network A \"b\"c 10.0.0.1", "no blank between word and quote" },
	{ "network A\\B 10.0.0.1", "backslash outside quotes: 'A'" },
	{ "network A\x01 10.0.0.1", "control character" },
	{ "network A\xff 10.0.0.1", "not UTF-8" },
	{ "network 0123456789012345678901234567890123456789"
	  "012345678901234567890123 10.0.0.1", "network name too long" },
	{ "service s", "protocol expected after: 's'" },
	{ "service s tpc dynamic any 1", "did you mean 'tcp'?" },
	{ "service s 256 dynamic", "unknown protocol" },
	{ "service s tcp", "firewall type expected" },
	{ "service s tcp dynamc any 1", "did you mean 'dynamic'?" },
	{ "service s tcp dynamic", "client ports expected" },
	{ "service s tcp dynamic any", "server ports expected" },
	{ "service s tcp dynamic any 65536", "bad ports: '65536'" },
	{ "service s tcp dynamic any 9-1", "bad ports" },
	{ "service s tcp dynamic any 1,", "bad ports" },
	{ "service s tcp dynamic any ,1", "bad ports" },
	{ "service s tcp dynamic any 1x", "bad ports" },
	{ "service s tcp ftp any 21", "not yet supported: 'ftp'" },
	{ "service s tcp rtsp any 554", "not yet supported: 'rtsp'" },
	{ "service s tcp dynamic any 21 alg ftp", "not yet supported: 'alg'" },
	{ "service s tcp dynamic any 1 timeout 0", "timeout out of bounds" },
	{ "service s tcp dynamic any 1 timeout 2678401", "1 to 2678400" },
	{ "service s tcp packet-filter any 1 timeout 5", "has no sessions" },
	{ "service s tcp packet-filter any 1 pickup", "has no sessions" },
	{ "service s udp dynamic any 1 pickup", "only TCP" },
	{ "service s udp dynamic any 1 tcp-window liberal", "only TCP" },
	{ "service s tcp packet-filter any 1 tcp-window strict", "has no sessions" },
	{ "service s tcp dynamic any 1 tcp-window", "tcp-window" },
	{ "service s tcp dynamic any 1 tcp-window lax", "unknown tcp-window" },
	{ "service s tcp packet-filter any 1 ends silent", "has no sessions" },
	{ "service s tcp dynamic any 1 ends", "ends" },
	{ "service s tcp dynamic any 1 ends quiet", "unknown ends" },
	{ "set ends quiet", "unknown" },
	{ "service s tcp dynamic any 1 pickup pickup", "given twice" },
	{ "service s tcp dynamic any 1 advisry x", "'advisory'?" },
	{ "service s icmp dynamic type 256", "bad ICMP types: '256'" },
	{ "service s icmp dynamic type 1-3", "bad ICMP types" },
	{ "service s icmp dynamic type 3 code 300", "bad ICMP codes" },
	{ "service s icmp dynamic code 3", "code without a type" },
	{ "service s gre dynamic any any", "unknown option of a service" },
	{ "service s group", "member expected after: 'group'" },
	{ "service s group a timeout 5 comment", "comment expected" },
	{ "rule A B C", "action expected after: 'C'" },
	{ "rule A B C alow", "unknown action: 'alow'" },
	{ "rule A B C allow log", "log expected after: 'log'" },
	{ "rule A B C allow log all log all", "given twice" },
	{ "nat A B none log all", "unknown option of a nat row: 'log'" },
	{ "log all", "place to log to expected" },
	{ "log all syslog", "unknown place to log to: 'syslog'" },
	{ "log all nflog", "group expected" },
	{ "log all nflog 65536", "group out of bounds: '65536'" },
	{ "log all nflog 1 rate 0", "rate out of bounds: '0'" },
	{ "log all nflog 1 prefix 0123456789012345678901234567",
	  "prefix too long" },
	{ "log all nflog 1 size 5", "unknown option of a log" },
	{ "log all none rate 5", "none logs nothing: 'rate'" },
	{ "log all none prefix 5", "none logs nothing: 'prefix'" },
	{ "set log-spoofed", "log expected" },
	{ "set log-spoofed a b", "one word too many" },
	{ "rule A B C allow time", "time class expected after: 'time'" },
	{ "rule A B C allow time a time b", "given twice: 'time'" },
	{ "rule A B C allow name 3", "a number as a row's name" },
	{ "rule A B C allow rate 0", "rate out of bounds: '0'" },
	{ "rule A B C reject rate 5", "can be limited: 'rate'" },
	{ "rule A B C allow rate -1", "rate out of bounds" },
	{ "rule A B C allow client-rate 0", "client-rate out of bounds: '0'" },
	{ "rule A B C allow client-sessions 0", "client-sessions out of bounds" },
	{ "rule A B C discard client-rate 5", "can be limited: 'client-rate'" },
	{ "rule A B C reject client-sessions 5",
	  "can be limited: 'client-sessions'" },
	{ "rule A B C allow sessions 4294967296", "sessions out of bounds" },
	{ "rule A B C allow disable", "did you mean 'disabled'?" },
	{ "set", "setting expected after: 'set'" },
	{ "set pong any", "did you mean 'ping'?" },
	{ "set unmatched allow", "one of discard, reject" },
	{ "set unmatched judge", "one of discard, reject" },
	{ "set multicast reject", "one of discard, judge" },
	{ "set timeout-icmp 59", "from 60 (RFC 5508 REQ-1)" },
	{ "set timeout-udp-replied 119", "from 120 (RFC 4787 REQ-5)" },
	{ "set timeout-udp-stream 119", "from 120 (RFC 4787 REQ-5)" },
	{ "set timeout-udp-exchange 0", "from 1 to" },
	{ "set timeout-tcp-established 7439", "from 7440 (RFC 5382 REQ-5)" },
	{ "set management", "network" },
	{ "set management Inside Outside", "one word too many" },
	{ "set sessions-max 0", "value out of bounds: '0'" },
	{ "set ping any any", "one word too many: 'any'" },
	{ "nat", "FROM expected after: 'nat'" },
	{ "nat A", "TO expected after: 'A'" },
	{ "nat A B", "kind of translation expected after: 'B'" },
	{ "nat A B masq", "did you mean" },
	{ "nat A B snat 1.2.3.4", "unknown kind of translation: 'snat'" },
	{ "nat Firewall B masquerade", "is not translated: 'Firewall'" },
	{ "nat A Firewall none", "is not translated: 'Firewall'" },
	{ "nat \"\" B none", "neither a network nor an interface: ''" },
	{ "nat A B source", "outside address expected after: 'source'" },
	{ "nat A B source eth0", "bad address: 'eth0'" },
	{ "nat A B source 1.2.3", "bad address: '1.2.3'" },
	{ "nat A B source 1.2.3.4/32", "bad address: '1.2.3.4/32'" },
	{ "nat A B source 1.2.3.4-", "bad last address" },
	{ "nat A B source 1.2.3.4-1.2.3.3", "last address below the first" },
	{ "nat A B source 1.2.3.4-::1", "IPv4 and IPv6 in one range" },
	{ "nat A B source 1.2.3.4:", "bad ports: '1.2.3.4:'" },
	{ "nat A B source 1.2.3.4:0", "bad ports" },
	{ "nat A B source 1.2.3.4:9-1", "bad ports" },
	{ "nat A B source 1.2.3.4:1,2", "bad ports" },
	{ "nat A B source 1.2.3.4:65536", "bad ports" },
	{ "nat A B source [::1:1", "bad address: '[::1:1'" },
	{ "nat A B source [::1]1", "bad address" },
	{ "nat A B source []:1", "bad address: '[]:1'" },
	{ "nat A B source 1.2.3.4 ports 1-2", "stand behind its address" },
	{ "nat A B masquerade ports", "ports expected after: 'ports'" },
	{ "nat A B masquerade ports 0-9", "bad ports: '0-9'" },
	{ "nat A B masquerade ports any", "bad ports: 'any'" },
	{ "nat A B masquerade 1.2.3.4", "unknown option of a nat row" },
	{ "nat A B masquerade endpoint_independent",
	  "did you mean 'endpoint-independent'?" },
	{ "nat A B masquerade disabled disabled", "given twice: 'disabled'" },
	{ "nat A B masquerade name 7", "a number as a row's name: '7'" },
	{ "nat A B masquerade time noon", "not yet supported: 'time'" },
	{ "nat A B none ports 1-2", "only what is translated" },
	{ "nat A B none endpoint-independent", "only what is translated" },
	{ "relay", "listening address expected after: 'relay'" },
	{ "relay 1.2.3.4", "no port to listen on: '1.2.3.4'" },
	{ "relay 1.2.3.4:", "bad listening ports: '1.2.3.4:'" },
	{ "relay 1.2.3.4:0", "bad listening ports" },
	{ "relay 1.2.3.4:9-8", "bad listening ports" },
	{ "relay 1.2.3.4:icq", "bad listening ports" },
	{ "relay 1.2.3:80", "bad listening address: '1.2.3:80'" },
	{ "relay eth0:80", "bad listening address: 'eth0:80'" },
	{ "relay :80", "bad listening address" },
	{ "relay 2001:db8::1:80", "no port to listen on" },
	{ "relay [1.2.3.4:80", "bad listening address" },
	{ "relay 0.0.0.0:80", "listens on one address: '0.0.0.0:80'" },
	{ "relay [::]:80", "listens on one address" },
	{ "relay 1.2.3.4:80", "server expected after: '1.2.3.4:80'" },
	{ "relay 1.2.3.4:80 10.0.0.1", "no port of the server" },
	{ "relay 1.2.3.4:80 10.0.0.1:", "bad port of the server" },
	{ "relay 1.2.3.4:80 10.0.0.1:0", "bad port of the server" },
	{ "relay 1.2.3.4:80 10.0.0.1:80-81", "bad port of the server" },
	{ "relay 1.2.3.4:80 10.0.0.256:80", "bad server" },
	{ "relay 1.2.3.4:80 a..b:80", "bad server: 'a..b:80'" },
	{ "relay 1.2.3.4:80 0.0.0.0:80", "bad server: '0.0.0.0:80'" },
	{ "relay 1.2.3.4:80 [::1]:80", "IPv4 and IPv6 in one relay" },
	{ "relay [::1]:80 10.0.0.1:80", "IPv4 and IPv6 in one relay" },
	{ "relay 1.2.3.4:1-9 10.0.0.1:65528", "lead beyond 65535" },
	{ "relay 1.2.3.4:80 10.0.0.1:80", "relay type expected after" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcprelay", "'tcp-relay'?" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay", "from expected after" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay A", "from expected after" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from",
	  "client network expected after: 'from'" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from timeout 5",
	  "no network behind from: 'timeout'" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A A",
	  "given twice: 'A'" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from Firewall",
	  "is not relayed: 'Firewall'" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A timeout 0",
	  "timeout out of bounds: '0'" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A lifetime 2678401",
	  "lifetime out of bounds" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A proxy-protocol 1",
	  "unknown version: '1'" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 udp-relay from A proxy-protocol v1",
	  "only a tcp-relay has" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-forward from A lifetime 5",
	  "only a tcp-relay has" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A name 3",
	  "a number as a row's name" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A name a name b",
	  "given twice: 'name'" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A time",
	  "time class expected after: 'time'" },
	{ "relay 1.2.3.4:80 10.0.0.1:80 tcp-relay from A name a b",
	  "unknown option of a relay: 'b'" },
	{ "time", "time class expected after: 'time'" },
	{ "time T", "days expected after: 'T'" },
	{ "time T mon", "hours expected after: 'mon'" },
	{ "time T 08:00-17:00", "bad days: '08:00-17:00'" },
	{ "time T mo 08:00-17:00", "did you mean 'mon'?" },
	{ "time T mon-fry 08:00-17:00", "bad days: 'mon-fry': days such as" },
	{ "time T mon, 08:00-17:00", "bad days: 'mon,'" },
	{ "time T mon-tue-wed 08:00-17:00", "bad days" },
	{ "time T \"mon\" 08:00-17:00", "bad days" },
	{ "time T monday 08:00-17:00", "bad days" },
	{ "time T mon 8:00-17:00", "bad hours: '8:00-17:00'" },
	{ "time T mon 08:00", "bad hours" },
	{ "time T mon 08:00-", "bad hours" },
	{ "time T mon 08:00-17:60", "bad hours" },
	{ "time T mon 24:00-17:00", "bad hours" },
	{ "time T mon 08:00-24:01", "bad hours" },
	{ "time T mon 08:00-17:000", "bad hours" },
	{ "time T mon 08:00-08:00", "it ends when it begins" },
	{ "time T mon 08:00-17:00 tue", "hours expected after: 'tue'" },
	{ "time T mon 08:00-17:00 commnet x", "did you mean 'comment'?" },
	{ "time T mon 08:00-17:00 comment a comment b", "given twice" },
	{ "time \"\" mon 08:00-17:00", "time class is empty" },
	{ "time-class x", "unknown table: 'time-class'" },
	{ "log-class x", "unknown table: 'log-class'" },
	{ "netwrok A 10.0.0.1", "did you mean 'network'?" },
	{ "\"network\" A 10.0.0.1", "unknown table: 'network'" },
	{ "include", "no file to include" },
	{ "include a b", "one file an include: 'b'" },
	{ "include no-such-file", "cannot read the included file" },
};

static void test_good(const char *row, const char *printed)
{
	struct policy p = { 0 };
	struct told told;
	char expected[512], *text;
	bool ok;

	told_open(&told);
	snprintf(expected, sizeof(expected), "%s%s", printed ? printed : row,
		 printed && !*printed ? "" : "\n");
	ok = !parse_string(&p, row, &told);
	text = rows_text(&p);
	ok = ok && !strcmp(text, expected);
	policy_free(&p);
	/* What was printed must read the same again. */
	ok = ok && !parse_string(&p, expected, &told);
	tap(ok, "read: %.60s", *row == '\xef' ? "a byte order mark" :
	    strchr(row, '\n') ? "lines" : row);
	if (!ok)
		tap_note("%s%s", text, told_text(&told));
	free(text);
	policy_free(&p);
	told_close(&told);
}

static void test_bad(const char *row, const char *expected)
{
	struct policy p = { 0 };
	struct told told;
	const char *text;
	int err;

	told_open(&told);
	err = parse_string(&p, row, &told);
	text = told_text(&told);
	tap(err && !policy_rows(&p) && strstr(text, expected) &&
	    !strncmp(text, "f:1: ", 5) && told.report.errors == 1 &&
	    strchr(text, '\n') == text + strlen(text) - 1,
	    "refuse: %s", expected);
	if (!strstr(text, expected))
		tap_note("%s", text);
	policy_free(&p);
	told_close(&told);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		test_good(good[i].row, good[i].printed);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		test_bad(bad[i].row, bad[i].told);
	return tap_end();
}
