// SPDX-License-Identifier: GPL-2.0
/* Filters: words to attributes, and what is said about wrong words. */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "live/filter.h"
#include "base/fwtool.h"
#include "tap.h"

/* Split @text at blanks, as the shell does. */
static int parse(struct filter *filter, const char *text)
{
	static char copy[256];
	char *words[32];
	int count = 0;
	char *word;

	tap_error[0] = '\0';
	snprintf(copy, sizeof(copy), "%s", text);
	for (word = strtok(copy, " "); word && count < 31; word = strtok(NULL, " "))
		words[count++] = word;
	words[count] = NULL;
	return filter_parse(filter, words);
}

static void test_refused(struct tap *tap)
{
	static const struct {
		const char *words;
		const char *error;
	} cases[] = {
		{ "clint 10.0.0.1", "'clint' is not a filter of sessions, did you mean 'client'?" },
		{ "dst 10.0.0.1", "'dst' is not a filter of sessions, did you mean 'server'?" },
		{ "client", "'client' needs a value: an address or ADDRESS/PREFIX" },
		{ "client 10.0.0.256", "client '10.0.0.256': give an address or ADDRESS/PREFIX" },
		{ "host ::1/129", "host '::1/129': give an address or ADDRESS/PREFIX" },
		{ "host 10.0.0.0/", "host '10.0.0.0/': give an address or ADDRESS/PREFIX" },
		{ "client-port 65536", "client-port '65536': give a port from 0 to 65535" },
		{ "server-port -1", "server-port '-1': give a port from 0 to 65535" },
		{ "proto 256", "proto '256': give a protocol: tcp, udp, icmp, icmpv6, ... "
			       "or a number to 255" },
		{ "rule 0", "rule '0': give a rule's position, from 1, or its name" },
		{ "state open", "state 'open': give opening, answered, established, closing, "
				"closed, unreplied, replied, stream, probed" },
		{ "interface nowhere9", "interface 'nowhere9': give an interface of this machine" },
		{ "family 5", "family '5': give ipv4 (4) or ipv6 (6)" },
		{ "id x", "id 'x': give a session's id" },
		{ "id 1 id 2", "'id' is given twice" },
		{ "client 10.0.0.1 server ::1", "no session is IPv4 and IPv6: filter by one family" },
		{ "family ipv6 host 10.0.0.1", "no session is IPv4 and IPv6: filter by one family" },
		{ "all id 1", "'all' takes no other filter: leave one of them out" },
	};
	struct filter filter;
	char title[120];
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(title, sizeof(title), "the filter '%s' is refused", cases[i].words);
		tap_ok(tap, parse(&filter, cases[i].words) == FW_USAGE, title);
		snprintf(title, sizeof(title), "the error for the filter '%s'", cases[i].words);
		tap_is(tap, tap_error, cases[i].error, title);
	}
}

static struct nlattr *put(const struct filter *filter, struct nl_msg *msg,
			  struct nlattr **tb)
{
	struct nlattr *nest;

	filter_put(filter, msg);
	nest = nlmsg_find_attr(nlmsg_hdr(msg), 0, UMBRA_A_SESSION_FILTER);
	if (nest)
		nla_parse_nested(tb, UMBRA_A_FILTER_MAX, nest, NULL);
	return nest;
}

static void test_all_keywords(struct tap *tap)
{
	struct rule_ref web = { .id = 77, .position = 3, .name = "web" };
	struct nlattr *tb[UMBRA_A_FILTER_MAX + 1];
	struct nl_msg *msg = nlmsg_alloc_simple(0, 0);
	struct rulemap rules = { 0 };
	struct filter filter;

	rulemap_add(&rules, &web);
	tap_ok(tap, !parse(&filter, "client 10.1.0.0/16 server 10.2.0.1 host 10.0.0.0/8 "
			   "client-port 1024 server-port 0 proto 0 rule web state replied "
			   "interface lo family 4 id 18446744073709551615"),
	       "a filter of every keyword is read");
	tap_ok(tap, !filter_resolve(&filter, &rules), "the rule of a filter is found by its name");
	tap_ok(tap, put(&filter, msg, tb), "the filter is sent");
	tap_ok(tap, nla_len(tb[UMBRA_A_FILTER_CLIENT]) == 4 &&
	       nla_get_u8(tb[UMBRA_A_FILTER_CLIENT_PREFIX]) == 16 &&
	       nla_get_u8(tb[UMBRA_A_FILTER_SERVER_PREFIX]) == 32 &&
	       nla_get_u8(tb[UMBRA_A_FILTER_HOST_PREFIX]) == 8,
	       "a filter sends addresses and prefix lengths");
	tap_ok(tap, nla_get_u16(tb[UMBRA_A_FILTER_CLIENT_PORT]) == 1024 &&
	       tb[UMBRA_A_FILTER_SERVER_PORT] && !nla_get_u16(tb[UMBRA_A_FILTER_SERVER_PORT]),
	       "a filter sends ports in host byte order, port 0 included");
	tap_ok(tap, tb[UMBRA_A_FILTER_PROTOCOL] && !nla_get_u8(tb[UMBRA_A_FILTER_PROTOCOL]),
	       "a filter sends protocol 0");
	tap_ok(tap, nla_get_u32(tb[UMBRA_A_FILTER_RULE]) == 77 &&
	       nla_get_u8(tb[UMBRA_A_FILTER_STATE]) == UMBRA_STATE_REPLIED &&
	       nla_get_u32(tb[UMBRA_A_FILTER_IFINDEX]) == 1 &&
	       nla_get_u8(tb[UMBRA_A_FILTER_FAMILY]) == AF_INET &&
	       nla_get_u64(tb[UMBRA_A_FILTER_ID]) == UINT64_MAX,
	       "a filter sends its rule, state, interface, family and id");
	nlmsg_free(msg);
	rulemap_free(&rules);
}

static void test_few(struct tap *tap)
{
	struct nlattr *tb[UMBRA_A_FILTER_MAX + 1];
	struct nl_msg *msg = nlmsg_alloc_simple(0, 0);
	struct rulemap rules = { 0 };
	struct filter filter;

	tap_ok(tap, !parse(&filter, "") && filter_is_empty(&filter),
	       "a filter without words is empty");
	tap_ok(tap, !put(&filter, msg, tb), "an empty filter is not sent");
	tap_ok(tap, !parse(&filter, "all") && !filter_is_empty(&filter),
	       "the filter 'all' is not empty");
	parse(&filter, "host 2001:db8::/32 family 6");
	tap_ok(tap, put(&filter, msg, tb) && nla_len(tb[UMBRA_A_FILTER_HOST]) == 16 &&
	       nla_get_u8(tb[UMBRA_A_FILTER_HOST_PREFIX]) == 32, "a filter sends an IPv6 network");
	parse(&filter, "rule web");
	tap_ok(tap, filter_resolve(&filter, &rules) == FW_REFUSED,
	       "a filter for a rule that does not exist is refused");
	tap_is(tap, tap_error, "the running policy has no rule 'web': it has 0",
	       "the error for a rule that does not exist names the rule");
	nlmsg_free(msg);
}

int main(void)
{
	struct tap tap = { 0 };

	test_refused(&tap);
	test_all_keywords(&tap);
	test_few(&tap);
	return tap_end(&tap);
}
