// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: rules become rules of the classifier, with their verdicts.
 *
 * A row becomes one classifier rule for each part of its service. An allowed packet-filter part is
 * followed by its shadow: the networks exchanged, and TCP's answers only. All rules of a row come
 * before those of the next row, so the first rule that matches belongs to the first row that does.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/sched.h>

#define rule_refuse(b, row, err, fmt, ...)					\
	umbra_refuse((b)->why, NULL, err, "rule row %u: " fmt, (row) + 1, ##__VA_ARGS__)

static int rule_push(struct umbra_build *b, const struct umbra_cls_rule *rule,
		     const struct umbra_verdict *verdict)
{
	struct umbra_policy *p = b->policy;
	int err;

	if (b->nr_rules == UMBRA_BUILD_RULES)
		return umbra_refuse(b->why, NULL, -E2BIG,
			"the rules with their groups expand to more than %u: use fewer or smaller groups",
			UMBRA_BUILD_RULES);
	err = umbra_build_room(&b->rules, b->nr_rules, &b->room_rules, sizeof(*rule));
	err = err ?: umbra_build_room(&p->verdict, p->nr_verdicts, &b->room_verdicts,
				      sizeof(*verdict));
	if (err)
		return err;
	b->rules[b->nr_rules++] = *rule;
	p->verdict[p->nr_verdicts++] = *verdict;
	return 0;
}

static int part_push(struct umbra_build *b, const struct umbra_part *part,
		     struct umbra_cls_rule rule, struct umbra_verdict verdict)
{
	u32 client = rule.client;
	int err;

	rule.service = part->number;
	verdict.type = part->type;
	verdict.timeout = part->timeout;
	verdict.pickup = part->pickup;
	verdict.window = part->window;
	verdict.ends = part->ends;
	verdict.probes = part->probes;
	err = rule_push(b, &rule, &verdict);
	if (err || part->shadow == UMBRA_NONE || verdict.action != UMBRA_ACTION_ALLOW)
		return err;
	rule.service = part->shadow;
	rule.client = rule.server;
	rule.server = client;
	return rule_push(b, &rule, &verdict);
}

static int find_network(struct umbra_build *b, u32 i, int type, const char *column, u32 *net)
{
	const struct umbra_row *row = b->policy->rows[UMBRA_TABLE_RULE].row[i];
	const char *name = umbra_row_text(row, type);

	*net = umbra_names_find(&b->networks, name);
	if (*net == UMBRA_NONE)
		return rule_refuse(b, i, -ENOENT,
			"%s \"%s\" is no network: add a network of that name", column, name);
	if (*net == UMBRA_NET_ANY)
		*net = UMBRA_CLS_NET_ANY;
	return 0;
}

static int find_service(struct umbra_build *b, u32 i, u32 *service)
{
	const struct umbra_row *row = b->policy->rows[UMBRA_TABLE_RULE].row[i];
	const char *name = umbra_row_text(row, UMBRA_A_RULE_SERVICE);

	*service = umbra_names_find(&b->services, name);
	if (*service == UMBRA_NONE)
		return rule_refuse(b, i, -ENOENT,
			"service \"%s\" does not exist: add a service of that name", name);
	return 0;
}

static int find_log(struct umbra_build *b, u32 i, u16 *log)
{
	const struct umbra_row *row = b->policy->rows[UMBRA_TABLE_RULE].row[i];

	if (!umbra_log_find(b, row, UMBRA_A_RULE_LOG, log))
		return 0;
	return rule_refuse(b, i, -ENOENT, "log \"%s\" does not exist: add a log of that name",
			   umbra_row_text(row, UMBRA_A_RULE_LOG));
}

static int find_time(struct umbra_build *b, u32 i, bool *active)
{
	const struct umbra_row *row = b->policy->rows[UMBRA_TABLE_RULE].row[i];
	const struct nlattr *name = umbra_row_attr(row, UMBRA_A_RULE_TIME);

	*active = true;
	if (!name || umbra_time_find(b, nla_data(name), active))
		return 0;
	return rule_refuse(b, i, -ENOENT,
		"time \"%s\" does not exist: add a time class of that name",
		(char *)nla_data(name));
}

/* Limits count sessions, so the service must have a part that opens some. */
static int check_limits(struct umbra_build *b, u32 i, const struct umbra_verdict *v, u32 service)
{
	if (!v->sessions && !v->rate && !v->client_sessions && !v->client_rate)
		return 0;
	if (b->parts[b->part_first[service]].type == UMBRA_SERVICE_TYPE_DYNAMIC)
		return 0;
	return rule_refuse(b, i, -EINVAL,
		"sessions and rate limit sessions, and service \"%s\" opens none: leave them out, or make it dynamic",
		b->services.name[service]);
}

static int rule_build(struct umbra_build *b, u32 i)
{
	struct umbra_row *row = b->policy->rows[UMBRA_TABLE_RULE].row[i];
	struct umbra_verdict verdict = {
		.row = row,
		.action = umbra_row_u8(row, UMBRA_A_RULE_ACTION, 0),
		.sessions = umbra_row_u32(row, UMBRA_A_RULE_SESSIONS, 0),
		.rate = umbra_row_u32(row, UMBRA_A_RULE_RATE, 0),
		.client_sessions = umbra_row_u32(row, UMBRA_A_RULE_CLIENT_SESSIONS, 0),
		.client_rate = umbra_row_u32(row, UMBRA_A_RULE_CLIENT_RATE, 0),
		.number = i + 1,
	};
	struct umbra_cls_rule rule = {};
	u32 service, n;
	bool active;
	int err;

	err = find_network(b, i, UMBRA_A_RULE_CLIENT, "client", &rule.client);
	err = err ?: find_network(b, i, UMBRA_A_RULE_SERVER, "server", &rule.server);
	err = err ?: find_service(b, i, &service);
	err = err ?: umbra_service_parts(b, service, i);
	err = err ?: check_limits(b, i, &verdict, service);
	err = err ?: find_log(b, i, &verdict.log);
	err = err ?: find_time(b, i, &active);
	if (err || !active || umbra_row_attr(row, UMBRA_A_RULE_DISABLED))
		return err;
	for (n = 0; !err && n < b->part_count[service]; n++)
		err = part_push(b, &b->parts[b->part_first[service] + n], rule, verdict);
	return err;
}

/* Context: process. Fills @b->rules and the policy's verdicts. */
int umbra_rules_build(struct umbra_build *b)
{
	u32 nr = b->policy->rows[UMBRA_TABLE_RULE].nr;
	int err = 0;
	u32 i;

	for (i = 0; !err && i < nr; i++) {
		err = rule_build(b, i);
		cond_resched();
	}
	return err;
}
