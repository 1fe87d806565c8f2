// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: whom the management setting trusts with the reserve of sessions.
 *
 * One rule in a classifier of its own: from the network, to anywhere.
 */
#include "policy_int.h"

#include <linux/errno.h>

#include "judge.h"

static const struct umbra_row *find_row(const struct umbra_build *b, u32 *position)
{
	const struct umbra_rows *rows = &b->policy->rows[UMBRA_TABLE_SETTING];
	u32 i;

	for (i = 0; i < rows->nr; i++)
		if (umbra_row_u8(rows->row[i], UMBRA_A_SETTING_KEY, 0) ==
		    UMBRA_SETTING_MANAGEMENT) {
			*position = i + 1;
			return rows->row[i];
		}
	return NULL;
}

static int trust_build(struct umbra_build *b, struct umbra_lookup *l, u32 net)
{
	struct umbra_cls_rule rule = { .server = UMBRA_CLS_NET_ANY };
	int err = umbra_lookup_init(l, "settings", 1);

	err = err ?: umbra_lookup_network(b, l, net, UMBRA_IFACE_ANY, UMBRA_CUT_NONE,
					  &rule.client);
	err = err ?: umbra_lookup_rule(b, l, &rule);
	err = err ?: umbra_lookup_everything(l);
	return err ?: umbra_lookup_build(b, l, 1, &b->policy->trust_cls);
}

/* Context: process. Networks are flat. */
int umbra_trust_build(struct umbra_build *b)
{
	struct umbra_lookup l = {};
	const struct umbra_row *row;
	const char *name;
	u32 position, net;
	int err;

	row = find_row(b, &position);
	if (!row)
		return 0;
	name = umbra_row_text(row, UMBRA_A_SETTING_NETWORK);
	net = umbra_names_find(&b->networks, name);
	if (net == UMBRA_NONE)
		return umbra_refuse(b->why, NULL, -ENOENT,
			"setting row %u: management \"%s\" is no network: add a network of that name",
			position, name);
	err = trust_build(b, &l, net);
	umbra_lookup_exit(&l);
	return err;
}

bool umbra_policy_trusts(const struct umbra_policy *p, const struct umbra_key *key, int iif)
{
	return p->trust_cls &&
	       umbra_judge_by(p, p->trust_cls, key, iif, 0, UMBRA_CLS_OPEN) != UMBRA_CLS_NO_RULE;
}
