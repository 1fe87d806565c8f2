// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier: entry points.
 *
 * A packet is looked up in four steps. The first three take the same time for any number of rules,
 * and the last one nearly does:
 *
 *   services   kind, protocol, ports        -> service class
 *   addrs      source and its interface     -> client class
 *   addrs      destination and its interface-> server class
 *   memo, else rules                        -> first rule that matches all three
 *
 * A class is a number for "the set of networks (services) that apply here". The build first makes
 * the maps, which yields the classes. Then it makes, for every class, the set of rules that mention
 * a member of the class.
 *
 * All memory of a classifier is in one pool, so a build that fails at any step is undone by freeing
 * the pool. After the build only the memo changes.
 */
#include "classify/internal.h"

struct umbra_classifier {
	/* packet path, read-mostly */
	struct umbra_cls_memo memo;
	struct umbra_cls_addrs addrs;
	struct umbra_cls_rules rules;
	struct umbra_cls_services services;
	struct umbra_cls_owners owners;
	/* control path */
	struct umbra_cls_budget budget;
	struct umbra_cls_pool keep;
};

static int check_addr(const struct umbra_cls_input *in, const struct umbra_cls_addr *a)
{
	struct umbra_cls_key first, last;

	if (a->family != AF_INET && a->family != AF_INET6)
		return -EINVAL;
	if (a->network >= in->nr_networks)
		return -EINVAL;
	if (a->iface != UMBRA_IFACE_ANY &&
	    (a->iface == UMBRA_IFACE_OTHER || a->iface >= in->nr_ifaces))
		return -EINVAL;
	first = umbra_cls_key(a->family, &a->first);
	last = umbra_cls_key(a->family, &a->last);
	return umbra_cls_key_cmp(&first, &last) > 0 ? -EINVAL : 0;
}

static int check_term(const struct umbra_cls_input *in, const struct umbra_cls_term *t)
{
	if (t->service >= in->nr_services || t->proto > UMBRA_CLS_PROTO_ANY)
		return -EINVAL;
	if (!t->kinds || t->kinds & ~UMBRA_CLS_ALL)
		return -EINVAL;
	return t->src.first > t->src.last || t->dst.first > t->dst.last ? -EINVAL : 0;
}

static int check_rule(const struct umbra_cls_input *in, const struct umbra_cls_rule *r)
{
	if (r->client != UMBRA_CLS_NET_ANY && r->client >= in->nr_networks)
		return -EINVAL;
	if (r->server != UMBRA_CLS_NET_ANY && r->server >= in->nr_networks)
		return -EINVAL;
	return r->service >= in->nr_services ? -EINVAL : 0;
}

static int check_counts(const struct umbra_cls_input *in)
{
	const u32 nr[] = { in->nr_addrs, in->nr_networks, in->nr_terms, in->nr_services,
			   in->nr_rules, in->nr_ifaces };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(nr); i++)
		if (nr[i] > UMBRA_CLS_MAX_ROWS)
			return -E2BIG;
	if (in->nr_ifaces < UMBRA_IFACE_FIRST)
		return -EINVAL;
	if ((in->nr_addrs && !in->addrs) || (in->nr_terms && !in->terms) ||
	    (in->nr_rules && !in->rules))
		return -EINVAL;
	return 0;
}

static int check_input(const struct umbra_cls_input *in)
{
	int err = check_counts(in);
	u32 i;

	for (i = 0; !err && i < in->nr_addrs; i++)
		err = check_addr(in, &in->addrs[i]);
	for (i = 0; !err && i < in->nr_terms; i++)
		err = check_term(in, &in->terms[i]);
	for (i = 0; !err && i < in->nr_rules; i++)
		err = check_rule(in, &in->rules[i]);
	return err;
}

/* The sets of members of the classes; needed only during the build. */
struct classes {
	struct umbra_cls_sets common;
	struct umbra_cls_sets bound;
	struct umbra_cls_sets services;
};

static int classes_init(struct classes *cl, struct umbra_cls_pool *scratch)
{
	int err = umbra_cls_sets_init(&cl->common, scratch);

	if (!err)
		err = umbra_cls_sets_init(&cl->bound, scratch);
	if (!err)
		err = umbra_cls_sets_init(&cl->services, scratch);
	return err;
}

static int build_steps(struct umbra_classifier *c, const struct umbra_cls_input *in,
		       struct umbra_cls_pool *scratch)
{
	struct classes cl;
	int err = classes_init(&cl, scratch);

	if (!err)
		err = umbra_cls_addrs_build(&c->addrs, &c->keep, in, &cl.common, &cl.bound);
	if (!err)
		err = umbra_cls_owners_build(&c->owners, &c->keep, in);
	if (!err)
		err = umbra_cls_services_build(&c->services, &c->keep, in, &cl.services);
	if (!err)
		err = umbra_cls_rules_build(&c->rules, &c->keep, in, &cl.common, &cl.bound,
					    &cl.services);
	if (!err)
		err = umbra_cls_memo_build(&c->memo, &c->keep, in,
					   umbra_cls_sets_count(&cl.common),
					   umbra_cls_sets_count(&cl.bound),
					   umbra_cls_sets_count(&cl.services));
	return err;
}

int umbra_classifier_build(const struct umbra_cls_input *in, struct umbra_classifier **out)
{
	struct umbra_cls_pool scratch = {};
	struct umbra_classifier *c;
	int err = check_input(in);

	if (err)
		return err;
	if (in->max_bytes && in->max_bytes < sizeof(*c))
		return -E2BIG;
	c = kvzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (!c)
		return -ENOMEM;
	c->budget.used = sizeof(*c);
	c->budget.max = in->max_bytes;
	c->keep.budget = &c->budget;
	scratch.budget = &c->budget;
	err = build_steps(c, in, &scratch);
	umbra_cls_pool_free(&scratch);
	if (err)
		umbra_classifier_free(c);
	else
		*out = c;
	return err;
}

void umbra_classifier_free(struct umbra_classifier *c)
{
	if (!c)
		return;
	umbra_cls_pool_free(&c->keep);
	kvfree(c);
}

struct umbra_cls_range umbra_classify_alike(const struct umbra_classifier *c, u8 kind, u8 proto,
					    u16 sport, u16 dport)
{
	return umbra_cls_services_alike(&c->services, kind, proto, sport, dport);
}

u32 umbra_classify(const struct umbra_classifier *c, const struct umbra_cls_packet *p)
{
	struct umbra_cls_code client, server;
	u32 service, rule;
	u64 key;

	if (unlikely(p->family != AF_INET && p->family != AF_INET6))
		return UMBRA_CLS_NO_RULE;
	service = umbra_cls_services_find(&c->services, p->kind, p->proto, p->sport, p->dport);
	if (!service)
		return UMBRA_CLS_NO_RULE;
	client = umbra_cls_addrs_find(&c->addrs, p->iif, p->family, &p->src);
	server = umbra_cls_addrs_find(&c->addrs, p->oif, p->family, &p->dst);
	if (unlikely(!c->memo.slots))
		return umbra_cls_rules_first(&c->rules, client, server, service);
	key = umbra_cls_memo_key(&c->memo, client, server, service);
	if (umbra_cls_memo_find(&c->memo, key, &rule))
		return rule;
	rule = umbra_cls_rules_first(&c->rules, client, server, service);
	umbra_cls_memo_store(&c->memo, key, rule);
	return rule;
}

bool umbra_classify_spoofed(const struct umbra_classifier *c, u32 iface,
			    u8 family, const struct in6_addr *addr)
{
	if (unlikely(family != AF_INET && family != AF_INET6))
		return false;
	return umbra_cls_owners_exclude(&c->owners, iface, family, addr);
}

size_t umbra_classifier_bytes(const struct umbra_classifier *c)
{
	return c->budget.used;
}
