// SPDX-License-Identifier: GPL-2.0
/* explain: the words of its command line, and an answer in text and JSON. */
#define cmd_explain cmd_explain_tested
#include "cmd/explain.c"

#include "parse/parse.h"
#include "tap.h"

static int read_line(struct explained *e, const char *line)
{
	static char words[256], *argv[16];
	struct fw_args args = { .command = &cmd_explain, .argv = argv };
	char *next = NULL, *at = words;

	snprintf(words, sizeof(words), "%s", line);
	for (; (argv[args.argc] = strtok_r(at, " ", &next)); at = NULL)
		args.argc++;
	*e = (struct explained){ 0 };
	return parse(&args, e);
}

static void test_words(struct tap *tap)
{
	static const char *const bad[] = {
		"tcp 10.0.0.1", "tpc 10.0.0.1 10.0.0.2:80", "tcp 10.0.0.1 10.0.0.2",
		"tcp 10.0.0.1 10.0.0.2:0", "tcp 10.0.0.1:x 10.0.0.2:80",
		"tcp 10.0.0.1 10.0.0.2:80-81", "tcp 10.0.0.1 [2001:db8::1]:80",
		"tcp 10.0.0 10.0.0.2:80", "gre 10.0.0.1 10.0.0.2:80",
		"icmp 10.0.0.1 10.0.0.2 type", "icmp 10.0.0.1 10.0.0.2 type 256",
		"icmp 10.0.0.1 10.0.0.2 type 3 code x", "tcp 10.0.0.1 10.0.0.2:80 type 8",
		"tcp 10.0.0.1 10.0.0.2:80 in", "tcp 10.0.0.1 10.0.0.2:80 in nosuchif",
		"tcp 10.0.0.1 10.0.0.2:80 in lo lo", "tcp 10.0.0.1 10.0.0.2:80 lo",
	};
	struct explained e;
	char title[120];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(title, sizeof(title), "explain refuses '%s'", bad[i]);
		tap_ok(tap, read_line(&e, bad[i]) == FW_USAGE && *tap_error, title);
	}
	tap_ok(tap, !read_line(&e, "tcp 10.0.0.1 10.0.0.2:80 in lo") && e.ifindex &&
	       e.flow.source.port == 49152 && e.flow.destination.port == 80,
	       "TCP gets a source port if none is given");
	tap_ok(tap, !read_line(&e, "udp [2001:db8::1]:53 [2001:db8::2]:54") && !e.ifindex &&
	       e.flow.source.port == 53 && e.flow.destination.address.len == 16,
	       "UDP over IPv6 from the firewall is read");
	tap_ok(tap, !read_line(&e, "icmp 10.0.0.1 10.0.0.2 in lo") &&
	       e.flow.destination.port == 8 * 256, "ICMP without a type is an echo request");
	tap_ok(tap, !read_line(&e, "icmpv6 2001:db8::1 2001:db8::2 type 1 code 4") &&
	       e.flow.destination.port == 256 + 4, "ICMPv6 with a type and a code is read");
	tap_ok(tap, !read_line(&e, "50 10.0.0.1 10.0.0.2"), "a protocol without ports is read");
}

static char *answer(const struct explained *e, const struct policy *p, bool json)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	struct out *out = out_open(file, json);

	print_explained(out, e, p);
	out_close(out);
	fclose(file);
	return text;
}

static void test_answer(struct tap *tap)
{
	static const char rows[] = "rule A B s allow name r\nnat A lo masquerade\n";
	struct report report = { .to = stderr };
	struct policy p = { 0 };
	struct explained e;
	char *text;

	parse_text(&p, rows, strlen(rows), "f", &report);
	p.tables[UMBRA_TABLE_RULE].row[0].seen.id = 7;
	p.tables[UMBRA_TABLE_NAT].row[0].seen.id = 8;
	read_line(&e, "tcp 10.0.0.1:1024 10.0.0.2:80 in lo");
	e.rule = 7;
	e.nat = 8;
	e.relay = 9;
	e.action = UMBRA_ACTION_ALLOW;
	e.reason = UMBRA_REASON_RULE;
	e.way = UMBRA_WAY_FORWARD;
	e.oif = e.ifindex;
	e.leaves = e.flow;
	e.leaves.source.port = 0;
	address_parse("10.0.0.254", &e.gateway);
	text = answer(&e, &p, false);
	tap_ok(tap, strstr(text, "tcp 10.0.0.1:1024 > 10.0.0.2:80, in lo"),
	       "the answer has the packet");
	tap_ok(tap, strstr(text, "1, rule A B s allow name r\n"),
	       "the answer has the rule as written");
	tap_ok(tap, strstr(text, "1, nat A lo masquerade\n"),
	       "the answer has the nat row as written");
	tap_ok(tap, strstr(text, "gone meanwhile"), "the answer says that a row is gone");
	tap_ok(tap, strstr(text, "out lo via 10.0.0.254"), "the answer has the route");
	tap_ok(tap, strstr(text, "tcp 10.0.0.1:* > 10.0.0.2:80\n"),
	       "the answer has * for a port that is not chosen yet");
	tap_ok(tap, strstr(text, "allow, reason rule: a rule says so"),
	       "the answer has the verdict and its reason");
	free(text);
	text = answer(&e, &p, true);
	tap_ok(tap, strstr(text, "\"rule\": { \"id\": 7, \"position\": 1, \"name\": \"r\", "
				 "\"row\": \"rule A B s allow name r\" }"),
	       "the JSON answer has the rule as written");
	free(text);
	policy_free(&p);
}

int main(void)
{
	struct tap tap = { 0 };

	test_words(&tap);
	test_answer(&tap);
	return tap_end(&tap);
}
