// SPDX-License-Identifier: GPL-2.0
#include "kernel/attrs.h"

#include <stdio.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/umbra.h>

#define SET(attrs) { attrs, sizeof(attrs) / sizeof(attrs[0]) - 1 }

static const struct attr_info address_attrs[] = {
	[UMBRA_A_ADDRESS_IFNAME] = { "interface", NULL },
	[UMBRA_A_ADDRESS_FIRST] = { "first", NULL },
	[UMBRA_A_ADDRESS_LAST] = { "last", NULL },
	[UMBRA_A_ADDRESS_PREFIX_LEN] = { "prefix-len", NULL },
	[UMBRA_A_ADDRESS_NETWORK] = { "network", NULL },
	[UMBRA_A_ADDRESS_HOST] = { "host", NULL },
	[UMBRA_A_ADDRESS_UNTIL] = { "until", NULL },
};
static const struct attr_set address_set = SET(address_attrs);

static const struct attr_info range_attrs[] = {
	[UMBRA_A_RANGE_FIRST] = { "first", NULL },
	[UMBRA_A_RANGE_LAST] = { "last", NULL },
};
static const struct attr_set range_set = SET(range_attrs);

static const struct attr_info icmp_attrs[] = {
	[UMBRA_A_ICMP_TYPE] = { "type", NULL },
	[UMBRA_A_ICMP_CODE_FIRST] = { "code-first", NULL },
	[UMBRA_A_ICMP_CODE_LAST] = { "code-last", NULL },
};
static const struct attr_set icmp_set = SET(icmp_attrs);

static const struct attr_info network_attrs[] = {
	[UMBRA_A_NETWORK_NAME] = { "name", NULL },
	[UMBRA_A_NETWORK_ADDRESS] = { "address", &address_set },
	[UMBRA_A_NETWORK_COMMENT] = { "comment", NULL },
};
static const struct attr_set network_set = SET(network_attrs);

static const struct attr_info service_attrs[] = {
	[UMBRA_A_SERVICE_NAME] = { "name", NULL },
	[UMBRA_A_SERVICE_TYPE] = { "type", NULL },
	[UMBRA_A_SERVICE_PROTOCOL] = { "protocol", NULL },
	[UMBRA_A_SERVICE_CLIENT_PORTS] = { "client-ports", &range_set },
	[UMBRA_A_SERVICE_SERVER_PORTS] = { "server-ports", &range_set },
	[UMBRA_A_SERVICE_ICMP] = { "icmp", &icmp_set },
	[UMBRA_A_SERVICE_MEMBER] = { "member", NULL },
	[UMBRA_A_SERVICE_TIMEOUT] = { "timeout", NULL },
	[UMBRA_A_SERVICE_PICKUP] = { "pickup", NULL },
	[UMBRA_A_SERVICE_ADVISORY] = { "advisory", NULL },
	[UMBRA_A_SERVICE_COMMENT] = { "comment", NULL },
	[UMBRA_A_SERVICE_TCP_WINDOW] = { "tcp-window", NULL },
	[UMBRA_A_SERVICE_ENDS] = { "ends", NULL },
	[UMBRA_A_SERVICE_TCP_PROBES] = { "tcp-probes", NULL },
};
static const struct attr_set service_set = SET(service_attrs);

static const struct attr_info rule_attrs[] = {
	[UMBRA_A_RULE_CLIENT] = { "client", NULL },
	[UMBRA_A_RULE_SERVER] = { "server", NULL },
	[UMBRA_A_RULE_SERVICE] = { "service", NULL },
	[UMBRA_A_RULE_ACTION] = { "action", NULL },
	[UMBRA_A_RULE_NAME] = { "name", NULL },
	[UMBRA_A_RULE_COMMENT] = { "comment", NULL },
	[UMBRA_A_RULE_DISABLED] = { "disabled", NULL },
	[UMBRA_A_RULE_SESSIONS] = { "sessions", NULL },
	[UMBRA_A_RULE_RATE] = { "rate", NULL },
	[UMBRA_A_RULE_CLIENT_SESSIONS] = { "client-sessions", NULL },
	[UMBRA_A_RULE_CLIENT_RATE] = { "client-rate", NULL },
	[UMBRA_A_RULE_LOG] = { "log", NULL },
};
static const struct attr_set rule_set = SET(rule_attrs);

static const struct attr_info setting_attrs[] = {
	[UMBRA_A_SETTING_KEY] = { "key", NULL },
	[UMBRA_A_SETTING_VALUE] = { "value", NULL },
	[UMBRA_A_SETTING_NETWORK] = { "network", NULL },
	[UMBRA_A_SETTING_LOG] = { "log", NULL },
};
static const struct attr_set setting_set = SET(setting_attrs);

static const struct attr_info nat_attrs[] = {
	[UMBRA_A_NAT_FROM_IFNAME] = { "from-interface", NULL },
	[UMBRA_A_NAT_FROM] = { "from", NULL },
	[UMBRA_A_NAT_TO_IFNAME] = { "to-interface", NULL },
	[UMBRA_A_NAT_TO] = { "to", NULL },
	[UMBRA_A_NAT_TYPE] = { "type", NULL },
	[UMBRA_A_NAT_FIRST] = { "first", NULL },
	[UMBRA_A_NAT_LAST] = { "last", NULL },
	[UMBRA_A_NAT_PORTS] = { "ports", &range_set },
	[UMBRA_A_NAT_ENDPOINT_INDEPENDENT] = { "endpoint-independent", NULL },
	[UMBRA_A_NAT_NAME] = { "name", NULL },
	[UMBRA_A_NAT_COMMENT] = { "comment", NULL },
	[UMBRA_A_NAT_DISABLED] = { "disabled", NULL },
};
static const struct attr_set nat_set = SET(nat_attrs);

static const struct attr_info relay_attrs[] = {
	[UMBRA_A_RELAY_LISTEN] = { "listen", NULL },
	[UMBRA_A_RELAY_PORTS] = { "ports", &range_set },
	[UMBRA_A_RELAY_TARGET] = { "target", NULL },
	[UMBRA_A_RELAY_HOST] = { "host", NULL },
	[UMBRA_A_RELAY_TARGET_PORT] = { "target-port", NULL },
	[UMBRA_A_RELAY_TYPE] = { "type", NULL },
	[UMBRA_A_RELAY_FROM] = { "from", NULL },
	[UMBRA_A_RELAY_TIMEOUT] = { "timeout", NULL },
	[UMBRA_A_RELAY_LIFETIME] = { "lifetime", NULL },
	[UMBRA_A_RELAY_PROXY_PROTOCOL] = { "proxy-protocol", NULL },
	[UMBRA_A_RELAY_NAME] = { "name", NULL },
	[UMBRA_A_RELAY_COMMENT] = { "comment", NULL },
	[UMBRA_A_RELAY_DISABLED] = { "disabled", NULL },
	[UMBRA_A_RELAY_LOG] = { "log", NULL },
};
static const struct attr_set relay_set = SET(relay_attrs);

static const struct attr_info log_attrs[] = {
	[UMBRA_A_LOG_NAME] = { "name", NULL },
	[UMBRA_A_LOG_GROUP] = { "group", NULL },
	[UMBRA_A_LOG_PREFIX] = { "prefix", NULL },
	[UMBRA_A_LOG_RATE] = { "rate", NULL },
	[UMBRA_A_LOG_COMMENT] = { "comment", NULL },
};
static const struct attr_set log_set = SET(log_attrs);

static const struct attr_info row_attrs[] = {
	[UMBRA_A_ROW_TABLE] = { "table", NULL },
	[UMBRA_A_ROW_POSITION] = { "position", NULL },
	[UMBRA_A_ROW_NETWORK] = { "network", &network_set },
	[UMBRA_A_ROW_SERVICE] = { "service", &service_set },
	[UMBRA_A_ROW_RULE] = { "rule", &rule_set },
	[UMBRA_A_ROW_SETTING] = { "setting", &setting_set },
	[UMBRA_A_ROW_ID] = { "id", NULL },
	[UMBRA_A_ROW_GENERATION] = { "generation", NULL },
	[UMBRA_A_ROW_HITS] = { "hits", NULL },
	[UMBRA_A_ROW_LAST_HIT] = { "last-hit", NULL },
	[UMBRA_A_ROW_SESSIONS] = { "sessions", NULL },
	[UMBRA_A_ROW_NAT] = { "nat", &nat_set },
	[UMBRA_A_ROW_RELAY] = { "relay", &relay_set },
	[UMBRA_A_ROW_LOG] = { "log", &log_set },
};
static const struct attr_set row_set = SET(row_attrs);

static const struct attr_info tuple_attrs[] = {
	[UMBRA_A_TUPLE_SOURCE] = { "source", NULL },
	[UMBRA_A_TUPLE_DESTINATION] = { "destination", NULL },
	[UMBRA_A_TUPLE_PROTOCOL] = { "protocol", NULL },
	[UMBRA_A_TUPLE_SOURCE_PORT] = { "source-port", NULL },
	[UMBRA_A_TUPLE_DESTINATION_PORT] = { "destination-port", NULL },
};
static const struct attr_set tuple_set = SET(tuple_attrs);

static const struct attr_info policy_attrs[] = {
	[UMBRA_A_POLICY_GENERATION] = { "generation", NULL },
	[UMBRA_A_POLICY_BASE] = { "base", NULL },
	[UMBRA_A_POLICY_CONFIRM] = { "confirm", NULL },
	[UMBRA_A_POLICY_KEEP_SESSIONS] = { "keep-sessions", NULL },
	[UMBRA_A_POLICY_CHECK] = { "check", NULL },
	[UMBRA_A_POLICY_GUARD] = { "guard", &tuple_set },
	[UMBRA_A_POLICY_CLONE] = { "clone", NULL },
};
static const struct attr_set policy_set = SET(policy_attrs);

static const struct attr_info filter_attrs[] = {
	[UMBRA_A_FILTER_FAMILY] = { "family", NULL },
	[UMBRA_A_FILTER_PROTOCOL] = { "protocol", NULL },
	[UMBRA_A_FILTER_CLIENT] = { "client", NULL },
	[UMBRA_A_FILTER_CLIENT_PREFIX] = { "client-prefix", NULL },
	[UMBRA_A_FILTER_SERVER] = { "server", NULL },
	[UMBRA_A_FILTER_SERVER_PREFIX] = { "server-prefix", NULL },
	[UMBRA_A_FILTER_HOST] = { "host", NULL },
	[UMBRA_A_FILTER_HOST_PREFIX] = { "host-prefix", NULL },
	[UMBRA_A_FILTER_CLIENT_PORT] = { "client-port", NULL },
	[UMBRA_A_FILTER_SERVER_PORT] = { "server-port", NULL },
	[UMBRA_A_FILTER_RULE] = { "rule", NULL },
	[UMBRA_A_FILTER_STATE] = { "state", NULL },
	[UMBRA_A_FILTER_IFINDEX] = { "interface", NULL },
	[UMBRA_A_FILTER_ID] = { "id", NULL },
};
static const struct attr_set filter_set = SET(filter_attrs);

static const struct attr_info session_attrs[] = {
	[UMBRA_A_SESSION_FILTER] = { "filter", &filter_set },
	[UMBRA_A_SESSION_BASE] = { "base", NULL },
	[UMBRA_A_SESSION_KEEP_SESSIONS] = { "keep-sessions", NULL },
	[UMBRA_A_SESSION_GUARD] = { "guard", &tuple_set },
};
static const struct attr_set session_set = SET(session_attrs);

static const struct attr_info explain_attrs[] = {
	[UMBRA_A_EXPLAIN_FLOW] = { "flow", &tuple_set },
	[UMBRA_A_EXPLAIN_IFINDEX] = { "interface", NULL },
};
static const struct attr_set explain_set = SET(explain_attrs);

static const struct attr_info stats_attrs[] = {
	[UMBRA_A_STATS_SESSIONS] = { "sessions", NULL },
};
static const struct attr_set stats_set = SET(stats_attrs);

static const struct attr_set *const command_sets[] = {
	[UMBRA_CMD_POLICY_GET] = &policy_set,
	[UMBRA_CMD_CANDIDATE_NEW] = &policy_set,
	[UMBRA_CMD_CANDIDATE_DEL] = &policy_set,
	[UMBRA_CMD_ROW_ADD] = &row_set,
	[UMBRA_CMD_ROW_DEL] = &row_set,
	[UMBRA_CMD_ROW_GET] = &row_set,
	[UMBRA_CMD_COMMIT] = &policy_set,
	[UMBRA_CMD_CONFIRM] = &policy_set,
	[UMBRA_CMD_REVERT] = &policy_set,
	[UMBRA_CMD_SESSION_GET] = &session_set,
	[UMBRA_CMD_SESSION_COUNT] = &session_set,
	[UMBRA_CMD_SESSION_DEL] = &session_set,
	[UMBRA_CMD_STATS_GET] = &stats_set,
	[UMBRA_CMD_EXPLAIN] = &explain_set,
	[UMBRA_CMD_CANDIDATE_PREVIEW] = &session_set,
};

const struct attr_set *attrs_of_command(unsigned int command)
{
	if (command >= sizeof(command_sets) / sizeof(command_sets[0]))
		return NULL;
	return command_sets[command];
}

/* A path under construction. */
struct path {
	char *text;
	size_t size;
	size_t used;
};

static void path_add(struct path *path, const struct attr_set *set, unsigned int type,
		     unsigned int index)
{
	const char *name = set && type <= set->max ? set->attrs[type].name : NULL;
	const char *blank = path->used ? " " : "";
	char number[16];
	int len;

	snprintf(number, sizeof(number), index ? " %u" : "", index);
	if (name)
		len = snprintf(path->text + path->used, path->size - path->used, "%s%s%s",
			       blank, name, number);
	else
		len = snprintf(path->text + path->used, path->size - path->used,
			       "%sattribute %u%s", blank, type, number);
	path->used += len;
	if (path->used >= path->size)
		path->used = path->size - 1;
}

/* The attributes inside another one, or inside the message. */
struct span {
	const char *message;
	unsigned int begin;
	unsigned int end;
};

static const struct nlattr *span_attr(const struct span *span, unsigned int at)
{
	const struct nlattr *attr = (const void *)(span->message + at);

	if (at + NLA_HDRLEN > span->end || attr->nla_len < NLA_HDRLEN ||
	    at + attr->nla_len > span->end)
		return NULL;
	return attr;
}

static unsigned int attr_type(const struct nlattr *attr)
{
	return attr->nla_type & NLA_TYPE_MASK;
}

/* The position, from 1, of the attribute at @wanted among those of its type; 0 if it is alone. */
static unsigned int span_index(const struct span *span, unsigned int wanted)
{
	const struct nlattr *there = span_attr(span, wanted);
	unsigned int at, all = 0, index = 0;
	const struct nlattr *attr;

	for (at = span->begin; (attr = span_attr(span, at)); at += NLA_ALIGN(attr->nla_len)) {
		if (attr_type(attr) != attr_type(there))
			continue;
		all++;
		if (at == wanted)
			index = all;
	}
	return all > 1 ? index : 0;
}

void attrs_path(const struct nlmsghdr *message, unsigned int offset, unsigned int missing,
		char *text, size_t size)
{
	const struct genlmsghdr *generic = (const void *)((const char *)message + NLMSG_HDRLEN);
	struct path path = { text, size, 0 };
	struct span span = { (const void *)message, NLMSG_HDRLEN + GENL_HDRLEN,
			     message->nlmsg_len };
	const struct attr_set *set;
	const struct nlattr *attr;
	unsigned int at;

	text[0] = '\0';
	if (span.end < span.begin)
		return;
	set = attrs_of_command(generic->cmd);
	at = span.begin;
	while (offset && (attr = span_attr(&span, at))) {
		if (offset >= at + NLA_ALIGN(attr->nla_len)) {
			at += NLA_ALIGN(attr->nla_len);
			continue;
		}
		path_add(&path, set, attr_type(attr), span_index(&span, at));
		set = set && attr_type(attr) <= set->max ?
		      set->attrs[attr_type(attr)].nested : NULL;
		if (offset == at || !set)
			break;
		span.begin = at + NLA_HDRLEN;
		span.end = at + attr->nla_len;
		at = span.begin;
	}
	if (missing)
		path_add(&path, set, missing, 0);
}
