// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: relays become rules of a classifier of their own.
 *
 * A relay becomes one rule for each of its from networks, with its listening address as the server
 * and its protocol and ports as the service. A last rule refuses all other clients. No two relays
 * may listen on the same address, protocol and port, so the rules of one relay never hide those of
 * another. That holds whatever their time classes are, because a policy with time classes is first
 * compiled with all of them active.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/in.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sort.h>

#include "policy/judge.h"
#include "under_rcu.h"

#define relay_refuse(b, row, err, fmt, ...)					\
	umbra_refuse((b)->why, NULL, err, "relay row %u: " fmt, (row) + 1, ##__VA_ARGS__)

/**
 * struct relays - relays that are being built
 * @lookup: input of the classifier
 * @number: row of each relay in the policy's order
 * @sorted: indices, sorted by address, protocol and port
 * @room_of: number that the policy's @relay_of has room for
 */
struct relays {
	struct umbra_lookup lookup;
	u32 *number;
	u32 *sorted;
	u32 room_of;
};

static struct umbra_row *relay_row(const struct umbra_build *b, u32 i)
{
	return b->policy->rows[UMBRA_TABLE_RELAY].row[i];
}

static u8 proto_of(u8 type)
{
	switch (type) {
	case UMBRA_RELAY_TYPE_TCP_RELAY:
	case UMBRA_RELAY_TYPE_TCP_FORWARD:
	case UMBRA_RELAY_TYPE_SEMITRANSPARENT_TCP_FORWARD:
		return IPPROTO_TCP;
	}
	return IPPROTO_UDP;
}

static void read_ports(struct umbra_relay *r, const struct umbra_row *row)
{
	const struct nlattr *ports = umbra_row_attr(row, UMBRA_A_RELAY_PORTS);
	const struct nlattr *last = nla_find_nested(ports, UMBRA_A_RANGE_LAST);

	r->first = nla_get_u16(nla_find_nested(ports, UMBRA_A_RANGE_FIRST));
	r->last = last ? nla_get_u16(last) : r->first;
	r->target_port = umbra_row_u16(row, UMBRA_A_RELAY_TARGET_PORT, r->first);
}

static void read_row(struct umbra_relay *r, struct umbra_row *row)
{
	const struct nlattr *listen = umbra_row_attr(row, UMBRA_A_RELAY_LISTEN);
	const struct nlattr *target = umbra_row_attr(row, UMBRA_A_RELAY_TARGET);

	r->verdict.row = row;
	r->verdict.timeout = umbra_row_u32(row, UMBRA_A_RELAY_TIMEOUT, 0);
	r->verdict.action = UMBRA_ACTION_ALLOW;
	r->verdict.type = UMBRA_SERVICE_TYPE_DYNAMIC;
	r->family = nla_len(listen) == 4 ? AF_INET : AF_INET6;
	memcpy(&r->listen, nla_data(listen), nla_len(listen));
	memcpy(&r->target, nla_data(target), nla_len(target));
	r->type = umbra_row_u8(row, UMBRA_A_RELAY_TYPE, 0);
	r->proto = proto_of(r->type);
	r->lifetime = umbra_row_u32(row, UMBRA_A_RELAY_LIFETIME, 0);
	r->proxy_protocol = umbra_row_u8(row, UMBRA_A_RELAY_PROXY_PROTOCOL, 0);
	read_ports(r, row);
}

static int find_network(struct umbra_build *b, u32 i, const char *name, u32 *net)
{
	*net = umbra_names_find(&b->networks, name);
	if (*net == UMBRA_NONE)
		return relay_refuse(b, i, -ENOENT,
			"from \"%s\" is no network: add a network of that name", name);
	return 0;
}

static int rule_push(struct umbra_build *b, struct relays *rs, const struct umbra_cls_rule *rule,
		     u32 relay)
{
	struct umbra_policy *p = b->policy;
	int err = umbra_lookup_rule(b, &rs->lookup, rule);

	err = err ?: umbra_build_room(&p->relay_of, p->nr_relay_of, &rs->room_of,
				      sizeof(*p->relay_of));
	if (!err)
		p->relay_of[p->nr_relay_of++] = relay;
	return err;
}

/* Add the address as a network, and protocol and ports as a service. */
static int push_listen(struct umbra_build *b, struct umbra_lookup *l,
		       const struct umbra_relay *r, struct umbra_cls_rule *rule)
{
	struct umbra_cls_addr a = {
		.first = r->listen, .last = r->listen, .family = r->family,
		.network = l->nr_networks, .iface = UMBRA_IFACE_ANY,
	};
	struct umbra_cls_term t = {
		.service = l->nr_terms, .proto = r->proto, .kinds = UMBRA_CLS_ALL,
		.src = { 0, 65535 }, .dst = { r->first, r->last },
	};
	int err;

	rule->server = a.network;
	rule->service = t.service;
	l->nr_networks++;
	err = umbra_lookup_addr(b, l, &a);
	return err ?: umbra_lookup_term(l, &t);
}

/* Add the rules of the policy's last relay, which is row @i. */
static int push_rules(struct umbra_build *b, struct relays *rs, u32 i)
{
	u32 relay = b->policy->nr_relays - 1;
	struct umbra_cls_rule rule = {};
	const struct nlattr *attr;
	u32 net;
	int rem, err;

	err = push_listen(b, &rs->lookup, &b->policy->relay[relay], &rule);
	umbra_row_for_each(attr, relay_row(b, i), rem) {
		if (nla_type(attr) != UMBRA_A_RELAY_FROM)
			continue;
		err = err ?: find_network(b, i, nla_data(attr), &net);
		err = err ?: umbra_lookup_network(b, &rs->lookup, net, UMBRA_IFACE_ANY,
						  UMBRA_CUT_NONE, &rule.client);
		err = err ?: rule_push(b, rs, &rule, relay);
		if (err)
			return err;
	}
	rule.client = UMBRA_CLS_NET_ANY;
	return err ?: rule_push(b, rs, &rule, relay | UMBRA_RELAY_REFUSED);
}

static int find_time(struct umbra_build *b, u32 i, bool *active)
{
	const struct nlattr *name = umbra_row_attr(relay_row(b, i), UMBRA_A_RELAY_TIME);

	*active = true;
	if (!name || umbra_time_find(b, nla_data(name), active))
		return 0;
	return relay_refuse(b, i, -ENOENT,
		"time \"%s\" does not exist: add a time class of that name",
		(char *)nla_data(name));
}

/* The networks of a row must exist, even if the row is left out. */
static int check_names(struct umbra_build *b, u32 i)
{
	const struct nlattr *attr;
	int rem, err = 0;
	u32 net;

	umbra_row_for_each(attr, relay_row(b, i), rem)
		if (!err && nla_type(attr) == UMBRA_A_RELAY_FROM)
			err = find_network(b, i, nla_data(attr), &net);
	return err;
}

static int find_log(struct umbra_build *b, u32 i, u16 *log)
{
	const struct umbra_row *row = relay_row(b, i);

	if (!umbra_log_find(b, row, UMBRA_A_RELAY_LOG, log))
		return 0;
	return relay_refuse(b, i, -ENOENT, "log \"%s\" does not exist: add a log of that name",
			    umbra_row_text(row, UMBRA_A_RELAY_LOG));
}

static int relay_build(struct umbra_build *b, struct relays *rs, u32 i)
{
	struct umbra_policy *p = b->policy;
	struct umbra_relay *r;
	bool active;
	u16 log;
	int err = find_log(b, i, &log) ?: find_time(b, i, &active);

	if (err)
		return err;
	if (!active || umbra_row_attr(relay_row(b, i), UMBRA_A_RELAY_DISABLED))
		return check_names(b, i);
	if (p->nr_relays == UMBRA_BUILD_RELAYS)
		return relay_refuse(b, i, -E2BIG,
			"a policy has at most %u relays: use ranges of ports", UMBRA_BUILD_RELAYS);
	rs->number[p->nr_relays] = i;
	r = &p->relay[p->nr_relays++];
	read_row(r, relay_row(b, i));
	r->verdict.log = log;
	r->verdict.number = i + 1;
	return push_rules(b, rs, i);
}

/* Compare addresses and protocols; 0: both are the same. */
static int listen_cmp(const struct umbra_relay *a, const struct umbra_relay *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->proto != b->proto)
		return a->proto < b->proto ? -1 : 1;
	return memcmp(&a->listen, &b->listen, sizeof(a->listen));
}

static int relay_cmp(const void *pa, const void *pb, const void *relays)
{
	const struct umbra_relay *a = (const struct umbra_relay *)relays + *(const u32 *)pa;
	const struct umbra_relay *b = (const struct umbra_relay *)relays + *(const u32 *)pb;

	return listen_cmp(a, b) ?: a->first - b->first;
}

static int refuse_twice(struct umbra_build *b, const struct relays *rs, u32 one, u32 other)
{
	const struct umbra_relay *r = b->policy->relay;
	u32 port = max(r[one].first, r[other].first);
	u32 row = max(rs->number[one], rs->number[other]);

	return relay_refuse(b, row, -EEXIST,
		"row %u listens on %s port %u of the same address: give one of them another",
		min(rs->number[one], rs->number[other]) + 1,
		r[one].proto == IPPROTO_TCP ? "TCP" : "UDP", port);
}

/* Relays are sorted, so if any two of them overlap, two neighbours do. */
static int check_listens(struct umbra_build *b, struct relays *rs)
{
	const struct umbra_relay *r = b->policy->relay;
	u32 nr = b->policy->nr_relays;
	u32 i;

	for (i = 0; i < nr; i++)
		rs->sorted[i] = i;
	sort_r(rs->sorted, nr, sizeof(*rs->sorted), relay_cmp, NULL, r);
	for (i = 1; i < nr; i++) {
		u32 one = rs->sorted[i - 1], other = rs->sorted[i];

		if (!listen_cmp(&r[one], &r[other]) && r[other].first <= r[one].last)
			return refuse_twice(b, rs, one, other);
	}
	return 0;
}

static int relays_build(struct umbra_build *b, struct relays *rs, u32 nr)
{
	struct umbra_policy *p = b->policy;
	u32 most = min(nr, UMBRA_BUILD_RELAYS);
	int err = umbra_lookup_init(&rs->lookup, "relays", nr);
	u32 i;

	p->relay = umbra_build_alloc(most, sizeof(*p->relay));
	rs->number = umbra_build_alloc(most, sizeof(u32));
	rs->sorted = umbra_build_alloc(most, sizeof(u32));
	if (!p->relay || !rs->number || !rs->sorted)
		err = -ENOMEM;
	for (i = 0; !err && i < nr; i++) {
		err = relay_build(b, rs, i);
		cond_resched();
	}
	if (err || !p->nr_relays)
		return err;
	err = check_listens(b, rs);
	return err ?: umbra_lookup_build(b, &rs->lookup, rs->lookup.nr_terms, &p->relay_cls);
}

/* Context: process. Networks must be flat. Fills the policy's relays and their classifier. */
int umbra_relays_build(struct umbra_build *b)
{
	u32 nr = b->policy->rows[UMBRA_TABLE_RELAY].nr;
	struct relays rs = {};
	int err;

	if (!nr)
		return 0;
	err = relays_build(b, &rs, nr);
	umbra_lookup_exit(&rs.lookup);
	kvfree(rs.number);
	kvfree(rs.sorted);
	return err;
}

const struct umbra_relay *umbra_policy_relay(const struct umbra_policy *p,
					     const struct umbra_key *key, int iif, bool *allowed)
{
	u32 rule, of;

	umbra_assert_rcu();
	if (!p->relay_cls)
		return NULL;
	rule = umbra_judge_by(p, p->relay_cls, key, iif, 0, UMBRA_CLS_OPEN);
	if (rule == UMBRA_CLS_NO_RULE)
		return NULL;
	of = p->relay_of[rule];
	*allowed = !(of & UMBRA_RELAY_REFUSED);
	return &p->relay[of & ~UMBRA_RELAY_REFUSED];
}

const struct umbra_relay *umbra_policy_relay_of_row(const struct umbra_policy *p, u32 row)
{
	u32 i;

	for (i = 0; i < p->nr_relays; i++)
		if (p->relay[i].verdict.row->id == row)
			return &p->relay[i];
	return NULL;
}
