// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: networks become lists of address ranges.
 *
 * Networks are processed in such an order that whatever a network contains is already flat. So each
 * is flattened once, however often it is named. A range that is included in several ways is kept
 * once, so the size of a network is limited by what was written, not by the number of ways.
 *
 * Overlapping ranges are not merged, because the smallest written range decides which interface
 * owns an address (umbra_classify_spoofed()). Addresses from the answer to a DNS name do not count
 * as written.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/string.h>

/* Messages count rows from 1. */
#define net_refuse(b, row, err, fmt, ...)					\
	umbra_refuse((b)->why, NULL, err, "network row %u: " fmt, (row) + 1, ##__VA_ARGS__)

static const struct umbra_row *net_row(const struct umbra_build *b, u32 i)
{
	return b->policy->rows[UMBRA_TABLE_NETWORK].row[i];
}

static int addrs_push(struct umbra_build *b, const struct umbra_cls_addr *a)
{
	int err = umbra_build_room(&b->addrs, b->nr_addrs, &b->room_addrs, sizeof(*a));

	if (err)
		return err;
	if (b->nr_addrs == UMBRA_BUILD_RANGES || b->copies == UMBRA_BUILD_COPIES)
		return umbra_refuse(b->why, NULL, -E2BIG,
			"network \"%s\": all networks together have more than %u address ranges: nest fewer",
			b->networks.name[a->network], UMBRA_BUILD_RANGES);
	b->copies++;
	b->addrs[b->nr_addrs++] = *a;
	return 0;
}

static void range_of_prefix(struct umbra_cls_addr *a, u32 len, u32 prefix_len)
{
	u32 at = prefix_len / 8;

	a->last = a->first;
	if (prefix_len % 8)
		a->last.s6_addr[at++] |= 0xff >> prefix_len % 8;
	if (at < len)
		memset(a->last.s6_addr + at, 0xff, len - at);
}

static int push_range(struct umbra_build *b, u32 net, u32 iface, const struct nlattr *item)
{
	const struct nlattr *first = nla_find_nested(item, UMBRA_A_ADDRESS_FIRST);
	const struct nlattr *last = nla_find_nested(item, UMBRA_A_ADDRESS_LAST);
	const struct nlattr *prefix = nla_find_nested(item, UMBRA_A_ADDRESS_PREFIX_LEN);
	struct umbra_cls_addr a = {
		.network = net, .iface = iface,
		.of_name = nla_find_nested(item, UMBRA_A_ADDRESS_HOST),
	};
	u32 len = nla_len(first);

	a.family = len == 4 ? AF_INET : AF_INET6;
	memcpy(&a.first, nla_data(first), len);
	if (last)
		memcpy(&a.last, nla_data(last), len);
	else
		range_of_prefix(&a, len, prefix ? nla_get_u8(prefix) : 8 * len);
	return addrs_push(b, &a);
}

/* Copy the ranges of @from that can be on @iface to @net. */
static int push_network(struct umbra_build *b, u32 net, u32 iface, u32 from)
{
	int err = 0;
	u32 i;

	for (i = b->net_start[from]; !err && i < b->net_end[from]; i++) {
		struct umbra_cls_addr a = b->addrs[i];

		cond_resched();
		if (iface != UMBRA_IFACE_ANY && a.iface != UMBRA_IFACE_ANY && a.iface != iface)
			continue;
		if (iface != UMBRA_IFACE_ANY)
			a.iface = iface;
		a.network = net;
		err = addrs_push(b, &a);
	}
	return err;
}

static int push_item(struct umbra_build *b, u32 net, const struct nlattr *item)
{
	const struct nlattr *ifname = nla_find_nested(item, UMBRA_A_ADDRESS_IFNAME);
	const struct nlattr *nested = nla_find_nested(item, UMBRA_A_ADDRESS_NETWORK);
	u32 iface = UMBRA_IFACE_ANY;
	int err = ifname ? umbra_iface_number(b, nla_data(ifname), &iface) : 0;

	if (err)
		return err;
	if (nested)
		return push_network(b, net, iface,
				    umbra_names_find(&b->networks, nla_data(nested)));
	return push_range(b, net, iface, item);
}

static int range_cmp(const struct umbra_cls_addr *a, const struct umbra_cls_addr *b)
{
	int d;

	cond_resched();
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->iface != b->iface)
		return a->iface < b->iface ? -1 : 1;
	d = memcmp(&a->first, &b->first, sizeof(a->first));
	return d ? d : memcmp(&a->last, &b->last, sizeof(a->last));
}

/* If two ranges are equal, a written one comes before one of a DNS name. */
static int addr_cmp(const void *pa, const void *pb)
{
	const struct umbra_cls_addr *a = pa, *b = pb;

	return range_cmp(a, b) ?: a->of_name - b->of_name;
}

/* Make the ranges of the last network unique. */
static void addrs_unique(struct umbra_build *b, u32 start)
{
	u32 i, to = start;

	sort(b->addrs + start, b->nr_addrs - start, sizeof(*b->addrs), addr_cmp, NULL);
	for (i = start; i < b->nr_addrs; i++)
		if (i == start || range_cmp(&b->addrs[i], &b->addrs[to - 1]))
			b->addrs[to++] = b->addrs[i];
	b->nr_addrs = to;
}

static int push_rows(struct umbra_build *b, u32 net)
{
	const struct nlattr *attr;
	u32 row;
	int rem, err;

	for (row = b->net_first[net]; row != UMBRA_NONE; row = b->net_next[row])
		umbra_row_for_each(attr, net_row(b, row), rem) {
			if (nla_type(attr) != UMBRA_A_NETWORK_ADDRESS)
				continue;
			err = push_item(b, net, attr);
			if (err)
				return err;
		}
	return 0;
}

/* Any and Firewall: all addresses of both families; those of Firewall at the firewall itself. */
static int push_built_in(struct umbra_build *b, u32 net)
{
	struct umbra_cls_addr a = {
		.network = net, .family = AF_INET,
		.iface = net == UMBRA_NET_ANY ? UMBRA_IFACE_ANY : UMBRA_IFACE_LOCAL,
	};
	int err;

	memset(&a.last, 0xff, 4);
	err = addrs_push(b, &a);
	memset(&a.last, 0xff, sizeof(a.last));
	a.family = AF_INET6;
	return err ?: addrs_push(b, &a);
}

static int flatten(struct umbra_build *b, u32 net, const struct umbra_graph *g)
{
	u32 start = b->nr_addrs;
	int err;

	err = net < UMBRA_NET_FIRST ? push_built_in(b, net) : push_rows(b, net);
	if (err)
		return err;
	if (g->start[net] != g->start[net + 1])
		addrs_unique(b, start);
	b->net_start[net] = start;
	b->net_end[net] = b->nr_addrs;
	if (start != b->nr_addrs)
		return 0;
	return net_refuse(b, b->net_first[net], -EINVAL,
		"\"%s\" is empty: what it contains is bound to other interfaces than it is itself",
		b->networks.name[net]);
}

/* Add the networks that a row's items name as edges. */
static int row_edges(struct umbra_build *b, struct umbra_graph *g, u32 row)
{
	const struct nlattr *attr, *nested;
	int rem, err = 0;
	u32 to;

	umbra_row_for_each(attr, net_row(b, row), rem) {
		if (nla_type(attr) != UMBRA_A_NETWORK_ADDRESS)
			continue;
		nested = nla_find_nested(attr, UMBRA_A_ADDRESS_NETWORK);
		if (!nested)
			continue;
		to = umbra_names_find(&b->networks, nla_data(nested));
		if (to == UMBRA_NONE)
			return net_refuse(b, row, -ENOENT,
				"\"%s\" contains network \"%s\", which does not exist: add a row of that name",
				umbra_row_text(net_row(b, row), UMBRA_A_NETWORK_NAME),
				(char *)nla_data(nested));
		err = umbra_graph_add(g, to);
		if (err)
			break;
	}
	return err;
}

static int edges(struct umbra_build *b, struct umbra_graph *g)
{
	int err = umbra_graph_init(g, b->networks.nr);
	u32 net, row;

	for (net = 0; !err && net < b->networks.nr; net++) {
		umbra_graph_begin(g, net);
		for (row = b->net_first[net]; !err && row != UMBRA_NONE; row = b->net_next[row])
			err = row_edges(b, g, row);
		cond_resched();
	}
	if (!err)
		umbra_graph_end(g);
	return err;
}

static int flatten_all(struct umbra_build *b, const struct umbra_graph *g, u32 *order)
{
	u32 loop[2];
	u32 i;
	int err = umbra_graph_order(g, order, loop);

	if (err == -ELOOP)
		return net_refuse(b, b->net_first[loop[0]], err,
			"\"%s\" contains itself, by way of \"%s\": take one out of the other",
			b->networks.name[loop[0]], b->networks.name[loop[1]]);
	for (i = 0; !err && i < g->nr; i++) {
		err = flatten(b, order[i], g);
		cond_resched();
	}
	return err;
}

/* Number the names, and link the rows of each name. */
static int names(struct umbra_build *b)
{
	u32 nr = b->policy->rows[UMBRA_TABLE_NETWORK].nr;
	u32 *tail = b->net_end;		/* not used otherwise yet */
	u32 i;

	umbra_names_add(&b->networks, "Any");
	umbra_names_add(&b->networks, "Firewall");
	b->net_first[UMBRA_NET_ANY] = UMBRA_NONE;
	b->net_first[UMBRA_NET_FIREWALL] = UMBRA_NONE;
	for (i = 0; i < nr; i++) {
		const char *name = umbra_row_text(net_row(b, i), UMBRA_A_NETWORK_NAME);
		u32 before = b->networks.nr;
		u32 net = umbra_names_add(&b->networks, name);

		if (net < UMBRA_NET_FIRST)
			return net_refuse(b, i, -EEXIST,
				"\"%s\" is built in: choose another name", name);
		if (net == before)
			b->net_first[net] = i;
		else
			b->net_next[tail[net]] = i;
		b->net_next[i] = UMBRA_NONE;
		tail[net] = i;
		cond_resched();
	}
	return 0;
}

/* Context: process. Fills @b->addrs. Return: 0, -ENOMEM, or another error with a text. */
int umbra_networks_build(struct umbra_build *b)
{
	u32 nr = b->policy->rows[UMBRA_TABLE_NETWORK].nr + UMBRA_NET_FIRST;
	struct umbra_graph g = {};
	u32 *order;
	int err;

	err = umbra_names_init(&b->networks, nr);
	b->net_first = umbra_build_alloc(nr, sizeof(u32));
	b->net_next = umbra_build_alloc(nr, sizeof(u32));
	b->net_start = umbra_build_alloc(nr, sizeof(u32));
	b->net_end = umbra_build_alloc(nr, sizeof(u32));
	order = umbra_build_alloc(nr, sizeof(u32));
	if (!b->net_first || !b->net_next || !b->net_start || !b->net_end || !order)
		err = -ENOMEM;
	err = err ?: names(b);
	err = err ?: edges(b, &g);
	err = err ?: flatten_all(b, &g, order);
	umbra_graph_exit(&g);
	kvfree(order);
	return err;
}
