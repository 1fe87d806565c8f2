// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: nat rows become rules of a classifier of their own.
 *
 * A row becomes one rule: from is the client, to is the server, with every service. An end may be
 * an interface, a network, or a network on an interface. In the last case, ranges that are bound to
 * no interface are bound to that one, and ranges bound to others are left out. A row applies only
 * to the family that it translates to: masquerade to IPv4, source to the family of its addresses.
 * So IPv6 is translated only by rows with IPv6 addresses.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/sched.h>

#include "policy/judge.h"
#include "under_rcu.h"

#define nat_refuse(b, row, err, fmt, ...)					\
	umbra_refuse((b)->why, NULL, err, "nat row %u: " fmt, (row) + 1, ##__VA_ARGS__)

/* One end of a row: the name of its column, and the attributes of its interface and network. */
struct end {
	const char *column;
	int ifname;
	int network;
};

const struct umbra_port_range umbra_nat_ports = { .first = 1024, .last = 65535 };

static const struct end from = { "from", UMBRA_A_NAT_FROM_IFNAME, UMBRA_A_NAT_FROM };
static const struct end to = { "to", UMBRA_A_NAT_TO_IFNAME, UMBRA_A_NAT_TO };

static struct umbra_row *nat_row(const struct umbra_build *b, u32 i)
{
	return b->policy->rows[UMBRA_TABLE_NAT].row[i];
}

static int find_network(struct umbra_build *b, u32 i, const struct end *end, u32 *net)
{
	const struct nlattr *name = umbra_row_attr(nat_row(b, i), end->network);

	*net = name ? umbra_names_find(&b->networks, nla_data(name)) : UMBRA_NET_ANY;
	if (*net == UMBRA_NONE)
		return nat_refuse(b, i, -ENOENT,
			"%s \"%s\" is no network: add a network of that name", end->column,
			(char *)nla_data(name));
	return 0;
}

static u8 families_of(const struct umbra_row *row)
{
	const struct nlattr *first = umbra_row_attr(row, UMBRA_A_NAT_FIRST);

	if (first)
		return nla_len(first) == 4 ? UMBRA_CUT_IPV4 : UMBRA_CUT_IPV6;
	return umbra_row_u8(row, UMBRA_A_NAT_TYPE, 0) == UMBRA_NAT_TYPE_MASQUERADE ?
	       UMBRA_CUT_IPV4 : UMBRA_CUT_NONE;
}

/* Nothing is left of a network: report whether that is because of the family or the interface. */
static int refuse_empty(struct umbra_build *b, struct umbra_lookup *l, u32 i,
			const struct end *end, u32 net)
{
	const struct umbra_row *row = nat_row(b, i);
	u8 families = families_of(row);
	u32 number;
	int err = umbra_lookup_network(b, l, net, UMBRA_IFACE_ANY, families, &number);

	if (err == -ENODATA)
		return nat_refuse(b, i, -EINVAL,
			"%s \"%s\" has no %s address, and the row translates to these: name another network, or use source with addresses of the other family",
			end->column, b->networks.name[net],
			families == UMBRA_CUT_IPV4 ? "IPv4" : "IPv6");
	return err ?: nat_refuse(b, i, -EINVAL,
		"%s \"%s\" has nothing on \"%s\": it is bound to other interfaces",
		end->column, b->networks.name[net], umbra_row_text(row, end->ifname));
}

static int build_end(struct umbra_build *b, struct umbra_lookup *l, u32 i,
		     const struct end *end, u32 *number)
{
	const struct umbra_row *row = nat_row(b, i);
	const struct nlattr *ifname = umbra_row_attr(row, end->ifname);
	u32 iface = UMBRA_IFACE_ANY;
	u32 net;
	int err;

	err = find_network(b, i, end, &net);
	if (err || umbra_row_attr(row, UMBRA_A_NAT_DISABLED))
		return err;
	err = ifname ? umbra_iface_number(b, nla_data(ifname), &iface) : 0;
	err = err ?: umbra_lookup_network(b, l, net, iface, families_of(row), number);
	return err == -ENODATA ? refuse_empty(b, l, i, end, net) : err;
}

static void read_ports(struct umbra_nat *n, const struct umbra_row *row)
{
	const struct nlattr *ports = umbra_row_attr(row, UMBRA_A_NAT_PORTS);
	const struct nlattr *last;

	n->ports = umbra_nat_ports;
	if (!ports)
		return;
	n->ports.first = nla_get_u16(nla_find_nested(ports, UMBRA_A_RANGE_FIRST));
	last = nla_find_nested(ports, UMBRA_A_RANGE_LAST);
	n->ports.last = last ? nla_get_u16(last) : n->ports.first;
}

static void read_row(struct umbra_nat *n, struct umbra_row *row)
{
	const struct nlattr *first = umbra_row_attr(row, UMBRA_A_NAT_FIRST);
	const struct nlattr *last = umbra_row_attr(row, UMBRA_A_NAT_LAST) ?: first;

	n->row = row;
	n->type = umbra_row_u8(row, UMBRA_A_NAT_TYPE, 0);
	n->endpoint_independent = umbra_row_attr(row, UMBRA_A_NAT_ENDPOINT_INDEPENDENT);
	if (first) {
		memcpy(&n->first, nla_data(first), nla_len(first));
		memcpy(&n->last, nla_data(last), nla_len(last));
	}
	read_ports(n, row);
}

static int nat_build(struct umbra_build *b, struct umbra_lookup *l, u32 i)
{
	struct umbra_policy *p = b->policy;
	struct umbra_cls_rule rule = {};
	int err;

	err = build_end(b, l, i, &from, &rule.client);
	err = err ?: build_end(b, l, i, &to, &rule.server);
	if (err || umbra_row_attr(nat_row(b, i), UMBRA_A_NAT_DISABLED))
		return err;
	err = umbra_lookup_rule(b, l, &rule);
	if (!err)
		read_row(&p->nat[p->nr_nats++], nat_row(b, i));
	return err;
}

static int nats_build(struct umbra_build *b, struct umbra_lookup *l, u32 nr)
{
	int err = umbra_lookup_init(l, "nat rows", nr);
	u32 i;

	b->policy->nat = umbra_build_alloc(nr, sizeof(*b->policy->nat));
	if (!b->policy->nat)
		err = -ENOMEM;
	for (i = 0; !err && i < nr; i++) {
		err = nat_build(b, l, i);
		cond_resched();
	}
	if (err || !b->policy->nr_nats)
		return err;
	err = umbra_lookup_everything(l);
	return err ?: umbra_lookup_build(b, l, 1, &b->policy->nat_cls);
}

/* Context: process. Networks must be flat. Fills the policy's nat rows and their classifier. */
int umbra_nats_build(struct umbra_build *b)
{
	u32 nr = b->policy->rows[UMBRA_TABLE_NAT].nr;
	struct umbra_lookup l = {};
	int err;

	if (!nr)
		return 0;
	err = nats_build(b, &l, nr);
	umbra_lookup_exit(&l);
	return err;
}

const struct umbra_nat *umbra_policy_nat(const struct umbra_policy *p, const struct umbra_key *key,
					 int iif, int oif)
{
	u32 rule;

	umbra_assert_rcu();
	if (!p->nat_cls)
		return NULL;
	rule = umbra_judge_by(p, p->nat_cls, key, iif, oif, UMBRA_CLS_OPEN);
	if (rule == UMBRA_CLS_NO_RULE || p->nat[rule].type == UMBRA_NAT_TYPE_NONE)
		return NULL;
	return &p->nat[rule];
}
