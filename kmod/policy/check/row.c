// SPDX-License-Identifier: GPL-2.0
/*
 * Checks of single rows: what all tables have in common, and rules.
 *
 * Netlink has already checked each attribute against the policy that is generated from the
 * specification: types, lengths, ranges, unknown attributes. Here follow the checks that such a
 * policy cannot express.
 */
#include "policy/row.h"
#include "policy/check/check.h"

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/string.h>

static int check_text(struct umbra_check *c, const struct nlattr *attr, const char *column)
{
	const unsigned char *text = nla_data(attr);
	u32 len = nla_len(attr);
	u32 i;

	if (!len || strnlen((const char *)text, len) != len - 1)
		return umbra_check_refuse(c, attr, -EINVAL,
			"%s must be one text ended by one 0", column);
	if (len == 1)
		return umbra_check_refuse(c, attr, -EINVAL,
			"%s is empty: give it or leave it out", column);
	for (i = 0; i < len - 1; i++)
		if (text[i] < ' ' || text[i] == 0x7f)
			return umbra_check_refuse(c, attr, -EINVAL,
				"%s has a control character: use printable text", column);
	return 0;
}

int umbra_check_columns(struct umbra_check *c, const struct nlattr *nest,
			const struct umbra_columns *cols, u32 *seen)
{
	const struct nlattr *attr;
	u32 missing;
	int rem;

	*seen = 0;
	nla_for_each_nested(attr, nest, rem) {
		int type = nla_type(attr);

		if (type <= 0 || type >= cols->nr)
			return umbra_check_refuse(c, attr, -EINVAL, "unknown column");
		if (*seen & ~cols->many & BIT(type))
			return umbra_check_refuse(c, attr, -EINVAL,
				"%s is given twice", cols->name[type]);
		if (cols->text & BIT(type) && check_text(c, attr, cols->name[type]))
			return -EINVAL;
		*seen |= BIT(type);
	}
	missing = cols->required & ~*seen;
	if (missing)
		return umbra_check_refuse(c, nest, -EINVAL, "%s is missing",
					  cols->name[__ffs(missing)]);
	return 0;
}

#define LIMITS	(BIT(UMBRA_A_RULE_SESSIONS) | BIT(UMBRA_A_RULE_RATE) |	\
		 BIT(UMBRA_A_RULE_CLIENT_SESSIONS) | BIT(UMBRA_A_RULE_CLIENT_RATE))

int umbra_check_rule(struct umbra_check *c, u32 seen)
{
	const struct nlattr *action = umbra_check_find(c->nest, UMBRA_A_RULE_ACTION);

	if (seen & LIMITS && nla_get_u8(action) != UMBRA_ACTION_ALLOW)
		return umbra_check_refuse(c, action, -EINVAL,
			"sessions and rate limit what is allowed: leave them out or allow");
	return 0;
}

static const char *const network_columns[] = {
	[UMBRA_A_NETWORK_NAME] = "name",
	[UMBRA_A_NETWORK_ADDRESS] = "address",
	[UMBRA_A_NETWORK_COMMENT] = "comment",
};

static const char *const service_columns[] = {
	[UMBRA_A_SERVICE_NAME] = "name",
	[UMBRA_A_SERVICE_TYPE] = "firewall type",
	[UMBRA_A_SERVICE_PROTOCOL] = "protocol",
	[UMBRA_A_SERVICE_CLIENT_PORTS] = "client ports",
	[UMBRA_A_SERVICE_SERVER_PORTS] = "server ports",
	[UMBRA_A_SERVICE_ICMP] = "type",
	[UMBRA_A_SERVICE_MEMBER] = "member",
	[UMBRA_A_SERVICE_TIMEOUT] = "timeout",
	[UMBRA_A_SERVICE_PICKUP] = "pickup",
	[UMBRA_A_SERVICE_ADVISORY] = "advisory",
	[UMBRA_A_SERVICE_COMMENT] = "comment",
	[UMBRA_A_SERVICE_TCP_WINDOW] = "tcp-window",
	[UMBRA_A_SERVICE_ENDS] = "ends",
	[UMBRA_A_SERVICE_TCP_PROBES] = "tcp-probes",
};

static const char *const rule_columns[] = {
	[UMBRA_A_RULE_CLIENT] = "client",
	[UMBRA_A_RULE_SERVER] = "server",
	[UMBRA_A_RULE_SERVICE] = "service",
	[UMBRA_A_RULE_ACTION] = "action",
	[UMBRA_A_RULE_NAME] = "name",
	[UMBRA_A_RULE_COMMENT] = "comment",
	[UMBRA_A_RULE_DISABLED] = "disabled",
	[UMBRA_A_RULE_SESSIONS] = "sessions",
	[UMBRA_A_RULE_RATE] = "rate",
	[UMBRA_A_RULE_CLIENT_SESSIONS] = "client-sessions",
	[UMBRA_A_RULE_CLIENT_RATE] = "client-rate",
	[UMBRA_A_RULE_LOG] = "log",
	[UMBRA_A_RULE_TIME] = "time",
};

static const char *const setting_columns[] = {
	[UMBRA_A_SETTING_KEY] = "key",
	[UMBRA_A_SETTING_VALUE] = "value",
	[UMBRA_A_SETTING_NETWORK] = "network",
	[UMBRA_A_SETTING_LOG] = "log",
};

static const char *const nat_columns[] = {
	[UMBRA_A_NAT_FROM_IFNAME] = "from interface",
	[UMBRA_A_NAT_FROM] = "from",
	[UMBRA_A_NAT_TO_IFNAME] = "to interface",
	[UMBRA_A_NAT_TO] = "to",
	[UMBRA_A_NAT_TYPE] = "type",
	[UMBRA_A_NAT_FIRST] = "address",
	[UMBRA_A_NAT_LAST] = "last address",
	[UMBRA_A_NAT_PORTS] = "ports",
	[UMBRA_A_NAT_ENDPOINT_INDEPENDENT] = "endpoint-independent",
	[UMBRA_A_NAT_NAME] = "name",
	[UMBRA_A_NAT_COMMENT] = "comment",
	[UMBRA_A_NAT_DISABLED] = "disabled",
};

static const char *const relay_columns[] = {
	[UMBRA_A_RELAY_LISTEN] = "listen",
	[UMBRA_A_RELAY_PORTS] = "ports",
	[UMBRA_A_RELAY_TARGET] = "target",
	[UMBRA_A_RELAY_HOST] = "host",
	[UMBRA_A_RELAY_TARGET_PORT] = "target port",
	[UMBRA_A_RELAY_TYPE] = "type",
	[UMBRA_A_RELAY_FROM] = "from",
	[UMBRA_A_RELAY_TIMEOUT] = "timeout",
	[UMBRA_A_RELAY_LIFETIME] = "lifetime",
	[UMBRA_A_RELAY_PROXY_PROTOCOL] = "proxy-protocol",
	[UMBRA_A_RELAY_NAME] = "name",
	[UMBRA_A_RELAY_COMMENT] = "comment",
	[UMBRA_A_RELAY_DISABLED] = "disabled",
	[UMBRA_A_RELAY_LOG] = "log",
	[UMBRA_A_RELAY_TIME] = "time",
};

static const char *const log_columns[] = {
	[UMBRA_A_LOG_NAME] = "name",
	[UMBRA_A_LOG_GROUP] = "group",
	[UMBRA_A_LOG_PREFIX] = "prefix",
	[UMBRA_A_LOG_RATE] = "rate",
	[UMBRA_A_LOG_COMMENT] = "comment",
};

static const char *const time_columns[] = {
	[UMBRA_A_TIME_NAME] = "name",
	[UMBRA_A_TIME_SPAN] = "span",
	[UMBRA_A_TIME_COMMENT] = "comment",
};

static const struct row_kind {
	const char *word;
	int name;			/* column that names the row in messages */
	int (*check)(struct umbra_check *c, u32 seen);
	struct umbra_columns columns;
} kinds[UMBRA_TABLE_MAX + 1] = {
	[UMBRA_TABLE_NETWORK] = {
		.word = "network", .name = UMBRA_A_NETWORK_NAME,
		.check = umbra_check_network,
		.columns = {
			.name = network_columns, .nr = ARRAY_SIZE(network_columns),
			.required = BIT(UMBRA_A_NETWORK_NAME) | BIT(UMBRA_A_NETWORK_ADDRESS),
			.many = BIT(UMBRA_A_NETWORK_ADDRESS),
			.text = BIT(UMBRA_A_NETWORK_NAME) | BIT(UMBRA_A_NETWORK_COMMENT),
		},
	},
	[UMBRA_TABLE_SERVICE] = {
		.word = "service", .name = UMBRA_A_SERVICE_NAME,
		.check = umbra_check_service,
		.columns = {
			.name = service_columns, .nr = ARRAY_SIZE(service_columns),
			.required = BIT(UMBRA_A_SERVICE_NAME) | BIT(UMBRA_A_SERVICE_TYPE),
			.many = BIT(UMBRA_A_SERVICE_CLIENT_PORTS) |
				BIT(UMBRA_A_SERVICE_SERVER_PORTS) |
				BIT(UMBRA_A_SERVICE_ICMP) | BIT(UMBRA_A_SERVICE_MEMBER),
			.text = BIT(UMBRA_A_SERVICE_NAME) | BIT(UMBRA_A_SERVICE_MEMBER) |
				BIT(UMBRA_A_SERVICE_ADVISORY) | BIT(UMBRA_A_SERVICE_COMMENT),
		},
	},
	[UMBRA_TABLE_RULE] = {
		.word = "rule", .name = UMBRA_A_RULE_CLIENT,
		.check = umbra_check_rule,
		.columns = {
			.name = rule_columns, .nr = ARRAY_SIZE(rule_columns),
			.required = BIT(UMBRA_A_RULE_CLIENT) | BIT(UMBRA_A_RULE_SERVER) |
				    BIT(UMBRA_A_RULE_SERVICE) | BIT(UMBRA_A_RULE_ACTION),
			.text = BIT(UMBRA_A_RULE_CLIENT) | BIT(UMBRA_A_RULE_SERVER) |
				BIT(UMBRA_A_RULE_SERVICE) | BIT(UMBRA_A_RULE_NAME) |
				BIT(UMBRA_A_RULE_COMMENT) | BIT(UMBRA_A_RULE_LOG) |
				BIT(UMBRA_A_RULE_TIME),
		},
	},
	[UMBRA_TABLE_SETTING] = {
		.word = "setting",
		.check = umbra_check_setting,
		.columns = {
			.name = setting_columns, .nr = ARRAY_SIZE(setting_columns),
			.required = BIT(UMBRA_A_SETTING_KEY),
			.text = BIT(UMBRA_A_SETTING_NETWORK) | BIT(UMBRA_A_SETTING_LOG),
		},
	},
	[UMBRA_TABLE_NAT] = {
		.word = "nat", .name = UMBRA_A_NAT_NAME,
		.check = umbra_check_nat,
		.columns = {
			.name = nat_columns, .nr = ARRAY_SIZE(nat_columns),
			.required = BIT(UMBRA_A_NAT_TYPE),
			.text = BIT(UMBRA_A_NAT_FROM_IFNAME) | BIT(UMBRA_A_NAT_FROM) |
				BIT(UMBRA_A_NAT_TO_IFNAME) | BIT(UMBRA_A_NAT_TO) |
				BIT(UMBRA_A_NAT_NAME) | BIT(UMBRA_A_NAT_COMMENT),
		},
	},
	[UMBRA_TABLE_RELAY] = {
		.word = "relay", .name = UMBRA_A_RELAY_NAME,
		.check = umbra_check_relay,
		.columns = {
			.name = relay_columns, .nr = ARRAY_SIZE(relay_columns),
			.required = BIT(UMBRA_A_RELAY_LISTEN) | BIT(UMBRA_A_RELAY_PORTS) |
				    BIT(UMBRA_A_RELAY_TARGET) | BIT(UMBRA_A_RELAY_TYPE) |
				    BIT(UMBRA_A_RELAY_FROM),
			.many = BIT(UMBRA_A_RELAY_FROM),
			.text = BIT(UMBRA_A_RELAY_HOST) | BIT(UMBRA_A_RELAY_FROM) |
				BIT(UMBRA_A_RELAY_NAME) | BIT(UMBRA_A_RELAY_COMMENT) |
				BIT(UMBRA_A_RELAY_LOG) | BIT(UMBRA_A_RELAY_TIME),
		},
	},
	[UMBRA_TABLE_LOG] = {
		.word = "log", .name = UMBRA_A_LOG_NAME,
		.check = umbra_check_log,
		.columns = {
			.name = log_columns, .nr = ARRAY_SIZE(log_columns),
			.required = BIT(UMBRA_A_LOG_NAME),
			.text = BIT(UMBRA_A_LOG_NAME) | BIT(UMBRA_A_LOG_PREFIX) |
				BIT(UMBRA_A_LOG_COMMENT),
		},
	},
	[UMBRA_TABLE_TIME] = {
		.word = "time", .name = UMBRA_A_TIME_NAME,
		.check = umbra_check_time,
		.columns = {
			.name = time_columns, .nr = ARRAY_SIZE(time_columns),
			.required = BIT(UMBRA_A_TIME_NAME) | BIT(UMBRA_A_TIME_SPAN),
			.many = BIT(UMBRA_A_TIME_SPAN),
			.text = BIT(UMBRA_A_TIME_NAME) | BIT(UMBRA_A_TIME_COMMENT),
		},
	},
};

int umbra_row_check(const struct nlattr *attr, u8 table, struct umbra_refusal *why)
{
	const struct row_kind *kind = &kinds[table];
	struct umbra_check c = { .nest = attr, .why = why, .word = kind->word, .name = "" };
	const struct nlattr *name;
	u32 seen;
	int err;

	err = umbra_check_columns(&c, attr, &kind->columns, &seen);
	if (err)
		return err;
	name = kind->name ? umbra_check_find(attr, kind->name) : NULL;
	if (name)
		c.name = nla_data(name);
	if (nla_len(attr) > UMBRA_ROW_BYTES)
		return umbra_check_refuse(&c, attr, -E2BIG,
			"the row is larger than %u bytes: split it into several rows",
			UMBRA_ROW_BYTES);
	return kind->check(&c, seen);
}
