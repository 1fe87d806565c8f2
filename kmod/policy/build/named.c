// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: networks that settings name, such as that of management.
 *
 * Whether an address is in such a network is decided by a classifier with one rule: from the
 * network, to anywhere.
 */
#include "policy/build/build.h"

#include <linux/errno.h>

#include "policy/judge.h"
#include "under_rcu.h"

static int compile(struct umbra_build *b, struct umbra_lookup *l, u32 net,
		   struct umbra_classifier **out)
{
	struct umbra_cls_rule rule = { .server = UMBRA_CLS_NET_ANY };
	int err = umbra_lookup_init(l, "settings", 1);

	err = err ?: umbra_lookup_network(b, l, net, UMBRA_IFACE_ANY, UMBRA_CUT_NONE,
					  &rule.client);
	err = err ?: umbra_lookup_rule(b, l, &rule);
	err = err ?: umbra_lookup_everything(l);
	return err ?: umbra_lookup_build(b, l, 1, out);
}

static int named_build(struct umbra_build *b, u32 i)
{
	const struct umbra_row *row = b->policy->rows[UMBRA_TABLE_SETTING].row[i];
	const struct nlattr *name = umbra_row_attr(row, UMBRA_A_SETTING_NETWORK);
	struct umbra_lookup l = {};
	u32 net;
	int err;

	if (!name)
		return 0;
	net = umbra_names_find(&b->networks, nla_data(name));
	if (net == UMBRA_NONE)
		return umbra_refuse(b->why, NULL, -ENOENT,
			"setting row %u: \"%s\" is no network: add a network of that name",
			i + 1, (char *)nla_data(name));
	err = compile(b, &l, net, &b->policy->named[umbra_row_u8(row, UMBRA_A_SETTING_KEY, 0)]);
	umbra_lookup_exit(&l);
	return err;
}

/* Context: process. Networks must be flat, and each setting there only once. */
int umbra_named_build(struct umbra_build *b)
{
	u32 nr = b->policy->rows[UMBRA_TABLE_SETTING].nr;
	int err = 0;
	u32 i;

	for (i = 0; !err && i < nr; i++)
		err = named_build(b, i);
	return err;
}

bool umbra_policy_names(const struct umbra_policy *p, u8 setting, const struct umbra_key *key,
			int iif)
{
	const struct umbra_classifier *cls = p->named[setting];

	umbra_assert_rcu();
	return cls && umbra_judge_by(p, cls, key, iif, 0, UMBRA_CLS_OPEN) != UMBRA_CLS_NO_RULE;
}
