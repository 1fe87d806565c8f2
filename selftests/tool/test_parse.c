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
	{ "service t tcp dynamic any 22 comment y pickup",
	  "service t tcp dynamic any 22 pickup comment \"y\"" },
	{ "service t 6 dynamic 80-80 22", "service t tcp dynamic 80 22" },
	{ "rule Inside Internet icq allow", NULL },
	{ "rule Any Firewall ssh allow name admin disabled sessions 3 "
	  "rate 10 comment \"z\"", NULL },
	{ "rule \"ICQ server\" Any any discard", "rule \"ICQ server\" Any "
	  "any discard" },
	{ "rule A B C allow name \"name\"", NULL },
	{ "set unmatched reject", NULL },
	{ "setting ping same-interface", "set ping same-interface" },
	{ "set broadcast judge", NULL },
	{ "set sessions-max 4294967295", NULL },
	{ "set timeout-tcp-established 7440", NULL },
	{ "set adopt 0", NULL },
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
	{ "rule A B C allow time noon", "not yet supported: 'time'" },
	{ "rule A B C allow log all", "not yet supported: 'log'" },
	{ "rule A B C allow name 3", "a number as a rule's name" },
	{ "rule A B C allow rate 0", "rate out of bounds: '0'" },
	{ "rule A B C reject rate 5", "can be limited: 'rate'" },
	{ "rule A B C allow rate -1", "rate out of bounds" },
	{ "rule A B C allow sessions 4294967296", "sessions out of bounds" },
	{ "rule A B C allow disable", "did you mean 'disabled'?" },
	{ "set", "setting expected after: 'set'" },
	{ "set pong any", "did you mean 'ping'?" },
	{ "set unmatched allow", "one of discard, reject" },
	{ "set unmatched judge", "one of discard, reject" },
	{ "set multicast reject", "one of discard, judge" },
	{ "set timeout-icmp 59", "from 60 (RFC 5508 REQ-1)" },
	{ "set timeout-udp-replied 119", "from 120 (RFC 4787 REQ-5)" },
	{ "set timeout-tcp-established 7439", "from 7440 (RFC 5382 REQ-5)" },
	{ "set sessions-max 0", "value out of bounds: '0'" },
	{ "set ping any any", "one word too many: 'any'" },
	{ "nat eth1 eth0 masquerade", "not yet supported: 'nat'" },
	{ "relay 1.2.3.4:5190", "not yet supported: 'relay'" },
	{ "time-class x", "not yet supported: 'time-class'" },
	{ "log-class x", "not yet supported: 'log-class'" },
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
