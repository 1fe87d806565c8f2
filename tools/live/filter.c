// SPDX-License-Identifier: GPL-2.0
/*
 * A filter is a list of keywords with one value each. Each row of the table below reads
 * one keyword.
 */
#include "live/filter.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/errno.h>

#include "base/fwtool.h"
#include "base/names.h"
#include "base/near.h"
#include "base/proto.h"


static bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && !errno && *number >= min &&
	       *number <= max;
}

/* ADDRESS or ADDRESS/PREFIX; without a prefix length, all bits must match. */
static bool end_parse(struct filter_end *end, const char *text)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	uint64_t prefix;

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!address_parse(address, &end->address))
		return false;
	prefix = address_bits(&end->address);
	if (slash && !number_parse(slash + 1, 0, prefix, &prefix))
		return false;
	end->prefix = prefix;
	return true;
}

static bool parse_client(struct filter *filter, const char *text)
{
	return end_parse(&filter->client, text);
}

static bool parse_server(struct filter *filter, const char *text)
{
	return end_parse(&filter->server, text);
}

static bool parse_host(struct filter *filter, const char *text)
{
	return end_parse(&filter->host, text);
}

static bool parse_client_port(struct filter *filter, const char *text)
{
	uint64_t port;

	if (!number_parse(text, 0, UINT16_MAX, &port))
		return false;
	filter->client_port = port;
	return true;
}

static bool parse_server_port(struct filter *filter, const char *text)
{
	uint64_t port;

	if (!number_parse(text, 0, UINT16_MAX, &port))
		return false;
	filter->server_port = port;
	return true;
}

static bool parse_proto(struct filter *filter, const char *text)
{
	return proto_parse(text, &filter->protocol);
}

static bool parse_rule(struct filter *filter, const char *text)
{
	filter->rule = text;
	filter->table = UMBRA_TABLE_RULE;
	return text[0] && strcmp(text, "0");
}

static bool parse_relay(struct filter *filter, const char *text)
{
	bool ok = parse_rule(filter, text);

	filter->table = UMBRA_TABLE_RELAY;
	return ok;
}

static bool parse_state(struct filter *filter, const char *text)
{
	filter->state = name_value(names_state, text);
	return filter->state;
}

static bool parse_interface(struct filter *filter, const char *text)
{
	filter->ifindex = if_nametoindex(text);
	return filter->ifindex;
}

static bool parse_family(struct filter *filter, const char *text)
{
	if (!strcmp(text, "4") || !strcmp(text, "ipv4"))
		filter->family = AF_INET;
	else if (!strcmp(text, "6") || !strcmp(text, "ipv6"))
		filter->family = AF_INET6;
	return filter->family;
}

static bool parse_id(struct filter *filter, const char *text)
{
	return number_parse(text, 0, UINT64_MAX, &filter->id);
}

enum {
	BY_CLIENT, BY_SERVER, BY_HOST, BY_CLIENT_PORT, BY_SERVER_PORT, BY_PROTO, BY_RULE,
	BY_RELAY, BY_STATE, BY_INTERFACE, BY_FAMILY, BY_ID, BY_MAX,
};

static const struct keyword {
	const char *word;
	const char *accepted;
	bool (*parse)(struct filter *filter, const char *text);
} keywords[BY_MAX] = {
	[BY_CLIENT] = { "client", "an address or ADDRESS/PREFIX", parse_client },
	[BY_SERVER] = { "server", "an address or ADDRESS/PREFIX", parse_server },
	[BY_HOST] = { "host", "an address or ADDRESS/PREFIX", parse_host },
	[BY_CLIENT_PORT] = { "client-port", "a port from 0 to 65535", parse_client_port },
	[BY_SERVER_PORT] = { "server-port", "a port from 0 to 65535", parse_server_port },
	[BY_PROTO] = { "proto", "a protocol: tcp, udp, icmp, icmpv6, ... or a number to 255",
		       parse_proto },
	[BY_RULE] = { "rule", "a rule's position, from 1, or its name", parse_rule },
	[BY_RELAY] = { "relay", "a relay's position, from 1, or its name", parse_relay },
	[BY_STATE] = { "state", NULL, parse_state },
	[BY_INTERFACE] = { "interface", "an interface of this machine", parse_interface },
	[BY_FAMILY] = { "family", "ipv4 (4) or ipv6 (6)", parse_family },
	[BY_ID] = { "id", "a session's id", parse_id },
};

static bool given(const struct filter *filter, int by)
{
	return filter->given & (1u << by);
}

static int keyword_find(const char *word)
{
	struct near near = { .typed = word };
	char hint[128];
	int i;

	for (i = 0; i < BY_MAX; i++) {
		if (!strcmp(keywords[i].word, word))
			return i;
		near_offer(&near, keywords[i].word);
	}
	near_offer(&near, "all");
	fw_usage("'%s' is not a filter of sessions%s", word, near_hint(&near, hint, sizeof(hint)));
	return -1;
}

static int keyword_parse(struct filter *filter, int by, const char *value)
{
	const struct keyword *keyword = &keywords[by];
	const char *accepted = keyword->accepted;
	char words[256];

	if (!accepted)
		accepted = name_list(names_state, words, sizeof(words));
	if (!value)
		return fw_usage("'%s' needs a value: %s", keyword->word, accepted);
	if (given(filter, by))
		return fw_usage("'%s' is given twice", keyword->word);
	if (!keyword->parse(filter, value))
		return fw_usage("%s '%s': give %s", keyword->word, value, accepted);
	filter->given |= 1u << by;
	return FW_OK;
}

/* Refuse a filter with both families: no session would match it. */
static int filter_families(const struct filter *filter)
{
	const struct filter_end *const ends[] = {
		&filter->client, &filter->server, &filter->host,
	};
	unsigned int len = filter->family == AF_INET ? 4 : filter->family ? 16 : 0;
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (!ends[i]->address.len)
			continue;
		if (len && ends[i]->address.len != len)
			return fw_usage("no session is IPv4 and IPv6: filter by one family");
		len = ends[i]->address.len;
	}
	return FW_OK;
}

int filter_parse(struct filter *filter, char *const *words)
{
	int by, ret;

	memset(filter, 0, sizeof(*filter));
	while (*words) {
		if (!strcmp(*words, "all")) {
			filter->all = true;
			words++;
			continue;
		}
		by = keyword_find(*words);
		if (by < 0)
			return FW_USAGE;
		ret = keyword_parse(filter, by, words[1]);
		if (ret)
			return ret;
		words += 2;
	}
	if (given(filter, BY_RULE) && given(filter, BY_RELAY))
		return fw_usage("no session belongs to a rule and a relay: filter by one of them");
	if (filter->all && filter->given)
		return fw_usage("'all' takes no other filter: leave one of them out");
	return filter_families(filter);
}

int filter_resolve(struct filter *filter, const struct rulemap *rules)
{
	const struct rule_ref *rule;

	if (!filter->rule)
		return FW_OK;
	rule = rulemap_match(rules, filter->table, filter->rule);
	if (!rule) {
		fw_error("the running policy has no %s '%s': it has %zu",
			 name_word(names_table, filter->table), filter->rule,
			 rulemap_count(rules, filter->table));
		return FW_REFUSED;
	}
	filter->rule_id = rule->id;
	return FW_OK;
}

static int end_put(struct nl_msg *msg, const struct filter_end *end, int address, int prefix)
{
	int err;

	if (!end->address.len)
		return 0;
	err = nla_put(msg, address, end->address.len, end->address.bytes);
	if (!err)
		err = nla_put_u8(msg, prefix, end->prefix);
	return err;
}

static int filter_put_values(const struct filter *filter, struct nl_msg *msg)
{
	int err = 0;

	err |= end_put(msg, &filter->client, UMBRA_A_FILTER_CLIENT,
		       UMBRA_A_FILTER_CLIENT_PREFIX);
	err |= end_put(msg, &filter->server, UMBRA_A_FILTER_SERVER,
		       UMBRA_A_FILTER_SERVER_PREFIX);
	err |= end_put(msg, &filter->host, UMBRA_A_FILTER_HOST, UMBRA_A_FILTER_HOST_PREFIX);
	if (filter->family)
		err |= nla_put_u8(msg, UMBRA_A_FILTER_FAMILY, filter->family);
	if (given(filter, BY_PROTO))
		err |= nla_put_u8(msg, UMBRA_A_FILTER_PROTOCOL, filter->protocol);
	if (given(filter, BY_CLIENT_PORT))
		err |= nla_put_u16(msg, UMBRA_A_FILTER_CLIENT_PORT, filter->client_port);
	if (given(filter, BY_SERVER_PORT))
		err |= nla_put_u16(msg, UMBRA_A_FILTER_SERVER_PORT, filter->server_port);
	if (given(filter, BY_RULE) || given(filter, BY_RELAY))
		err |= nla_put_u32(msg, UMBRA_A_FILTER_RULE, filter->rule_id);
	if (given(filter, BY_STATE))
		err |= nla_put_u8(msg, UMBRA_A_FILTER_STATE, filter->state);
	if (given(filter, BY_INTERFACE))
		err |= nla_put_u32(msg, UMBRA_A_FILTER_IFINDEX, filter->ifindex);
	if (given(filter, BY_ID))
		err |= nla_put_u64(msg, UMBRA_A_FILTER_ID, filter->id);
	return err;
}

int filter_put(const struct filter *filter, struct nl_msg *msg)
{
	struct nlattr *nest;
	int err;

	if (!msg || (!filter->given && !filter->family))
		return 0;
	nest = nla_nest_start(msg, UMBRA_A_SESSION_FILTER);
	if (!nest)
		return -NLE_NOMEM;
	err = filter_put_values(filter, msg);
	return err ? err : nla_nest_end(msg, nest);
}

bool filter_is_empty(const struct filter *filter)
{
	return !filter->all && !filter->given;
}
