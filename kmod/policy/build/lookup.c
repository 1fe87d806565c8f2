// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: classifiers other than that of the rules.
 *
 * Which nat row matches a session, and which relay a packet is for, are questions like which rule
 * matches. So nat rows and relays have classifiers of their own. Their networks come from the
 * policy, but often only in part: a nat row binds a network to an interface, or to one family. Each
 * such cut is a network with its own number, made once even if several rows use it.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>

struct umbra_cut {
	u32 net;
	u32 iface;
	u32 number;
	u32 next;			/* next cut in the same bucket */
	u8 families;
};

int umbra_lookup_init(struct umbra_lookup *l, const char *what, u32 nr_rows)
{
	u32 slots = roundup_pow_of_two(nr_rows + 1);

	l->what = what;
	l->mask = slots - 1;
	l->head = umbra_build_alloc(slots, sizeof(*l->head));
	if (!l->head)
		return -ENOMEM;
	memset(l->head, 0xff, slots * sizeof(*l->head));
	return 0;
}

void umbra_lookup_exit(struct umbra_lookup *l)
{
	kvfree(l->addrs);
	kvfree(l->terms);
	kvfree(l->rules);
	kvfree(l->cuts);
	kvfree(l->head);
}

static int too_many_ranges(struct umbra_build *b, struct umbra_lookup *l)
{
	return umbra_refuse(b->why, NULL, -E2BIG,
		"the networks of all %s together have more than %u address ranges: name smaller ones",
		l->what, UMBRA_BUILD_RANGES);
}

int umbra_lookup_addr(struct umbra_build *b, struct umbra_lookup *l,
		      const struct umbra_cls_addr *a)
{
	int err = umbra_build_room(&l->addrs, l->nr_addrs, &l->room_addrs, sizeof(*a));

	if (err)
		return err;
	if (l->nr_addrs == UMBRA_BUILD_RANGES)
		return too_many_ranges(b, l);
	l->addrs[l->nr_addrs++] = *a;
	return 0;
}

int umbra_lookup_term(struct umbra_lookup *l, const struct umbra_cls_term *t)
{
	int err = umbra_build_room(&l->terms, l->nr_terms, &l->room_terms, sizeof(*t));

	if (!err)
		l->terms[l->nr_terms++] = *t;
	return err;
}

int umbra_lookup_everything(struct umbra_lookup *l)
{
	static const struct umbra_cls_term everything = {
		.proto = UMBRA_CLS_PROTO_ANY, .kinds = UMBRA_CLS_ALL,
		.src = { 0, 65535 }, .dst = { 0, 65535 },
	};

	return umbra_lookup_term(l, &everything);
}

int umbra_lookup_rule(struct umbra_build *b, struct umbra_lookup *l,
		      const struct umbra_cls_rule *rule)
{
	int err = umbra_build_room(&l->rules, l->nr_rules, &l->room_rules, sizeof(*rule));

	if (err)
		return err;
	if (l->nr_rules == UMBRA_BUILD_RULES)
		return umbra_refuse(b->why, NULL, -E2BIG,
			"all %s together name more than %u networks: use fewer or larger ones",
			l->what, UMBRA_BUILD_RULES);
	l->rules[l->nr_rules++] = *rule;
	return 0;
}

static u32 *cut_slot(const struct umbra_lookup *l, const struct umbra_cut *c)
{
	return &l->head[jhash_3words(c->net, c->iface, c->families, 0) & l->mask];
}

static const struct umbra_cut *cut_find(const struct umbra_lookup *l, const struct umbra_cut *like)
{
	u32 i;

	for (i = *cut_slot(l, like); i != UMBRA_NONE; i = l->cuts[i].next)
		if (l->cuts[i].net == like->net && l->cuts[i].iface == like->iface &&
		    l->cuts[i].families == like->families)
			return &l->cuts[i];
	return NULL;
}

static int cut_keep(struct umbra_lookup *l, const struct umbra_cut *c)
{
	u32 *slot = cut_slot(l, c);
	int err = umbra_build_room(&l->cuts, l->nr_cuts, &l->room_cuts, sizeof(*c));

	if (err)
		return err;
	l->cuts[l->nr_cuts] = *c;
	l->cuts[l->nr_cuts].next = *slot;
	*slot = l->nr_cuts++;
	return 0;
}

/* Cut a range. Return: false if nothing of it is left. */
static bool cut_range(struct umbra_cls_addr *a, const struct umbra_cut *c)
{
	u8 family = a->family == AF_INET ? UMBRA_CUT_IPV4 : UMBRA_CUT_IPV6;

	a->network = c->number;
	if (!(c->families & family))
		return false;
	if (c->iface == UMBRA_IFACE_ANY)
		return true;
	if (a->iface != UMBRA_IFACE_ANY && a->iface != c->iface)
		return false;
	a->iface = c->iface;
	return true;
}

static int cut_fill(struct umbra_build *b, struct umbra_lookup *l, const struct umbra_cut *c)
{
	u32 start = l->nr_addrs;
	int err = 0;
	u32 i;

	for (i = b->net_start[c->net]; !err && i < b->net_end[c->net]; i++) {
		struct umbra_cls_addr a = b->addrs[i];

		cond_resched();
		if (++l->visits > UMBRA_BUILD_VISITS)
			return too_many_ranges(b, l);
		if (cut_range(&a, c))
			err = umbra_lookup_addr(b, l, &a);
	}
	return err ?: start == l->nr_addrs ? -ENODATA : 0;
}

int umbra_lookup_network(struct umbra_build *b, struct umbra_lookup *l, u32 net, u32 iface,
			 u8 families, u32 *number)
{
	struct umbra_cut c = {
		.net = net, .iface = iface, .families = families, .number = l->nr_networks,
	};
	const struct umbra_cut *old;
	int err;

	*number = UMBRA_CLS_NET_ANY;
	if (net == UMBRA_NET_ANY && iface == UMBRA_IFACE_ANY && families == UMBRA_CUT_NONE)
		return 0;
	old = cut_find(l, &c);
	*number = old ? old->number : c.number;
	if (old)
		return 0;
	err = cut_fill(b, l, &c);
	err = err ?: cut_keep(l, &c);
	if (!err)
		l->nr_networks++;
	return err;
}

int umbra_lookup_build(struct umbra_build *b, struct umbra_lookup *l, u32 nr_services,
		       struct umbra_classifier **out)
{
	struct umbra_cls_input in = {
		.addrs = l->addrs, .nr_addrs = l->nr_addrs, .nr_networks = l->nr_networks,
		.terms = l->terms, .nr_terms = l->nr_terms, .nr_services = nr_services,
		.rules = l->rules, .nr_rules = l->nr_rules,
	};

	return umbra_build_classifier(b, &in, out);
}
