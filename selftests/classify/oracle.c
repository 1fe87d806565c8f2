// SPDX-License-Identifier: GPL-2.0
/* What the classifier must answer, written as plainly as possible. */
#include <string.h>

#include "policy.h"

static bool covers(const struct umbra_cls_addr *a, u8 family, const struct in6_addr *addr)
{
	size_t n = family == AF_INET ? 4 : 16;

	return a->family == family && memcmp(&a->first, addr, n) <= 0 &&
	       memcmp(addr, &a->last, n) <= 0;
}

static bool network_has(const struct umbra_cls_input *in, u32 network, u32 iface,
			u8 family, const struct in6_addr *addr)
{
	const struct umbra_cls_addr *a;

	if (network == UMBRA_CLS_NET_ANY)
		return true;
	for (a = in->addrs; a < in->addrs + in->nr_addrs; a++)
		if (a->network == network && covers(a, family, addr) &&
		    (a->iface == UMBRA_IFACE_ANY || a->iface == iface))
			return true;
	return false;
}

static bool service_has(const struct umbra_cls_input *in, u32 service,
			const struct umbra_cls_packet *p)
{
	const struct umbra_cls_term *t;

	for (t = in->terms; t < in->terms + in->nr_terms; t++)
		if (t->service == service && (t->kinds & p->kind) &&
		    (t->proto == UMBRA_CLS_PROTO_ANY || t->proto == p->proto) &&
		    t->src.first <= p->sport && p->sport <= t->src.last &&
		    t->dst.first <= p->dport && p->dport <= t->dst.last)
			return true;
	return false;
}

u32 oracle_classify(const struct umbra_cls_input *in, const struct umbra_cls_packet *p)
{
	u32 i;

	for (i = 0; i < in->nr_rules; i++)
		if (service_has(in, in->rules[i].service, p) &&
		    network_has(in, in->rules[i].client, p->iif, p->family, &p->src) &&
		    network_has(in, in->rules[i].server, p->oif, p->family, &p->dst))
			return i;
	return UMBRA_CLS_NO_RULE;
}

/* last - first of a row, as bytes in network order, so that memcmp() compares sizes */
static struct in6_addr size_of(const struct umbra_cls_addr *a)
{
	int i, d, borrow = 0, n = a->family == AF_INET ? 4 : 16;
	struct in6_addr size = {};

	for (i = n - 1; i >= 0; i--) {
		d = a->last.s6_addr[i] - a->first.s6_addr[i] - borrow;
		borrow = d < 0;
		size.s6_addr[i] = d & 0xff;
	}
	return size;
}

bool oracle_spoofed(const struct umbra_cls_input *in, u32 iface, u8 family,
		    const struct in6_addr *addr)
{
	bool owned = false, ours = false;
	const struct umbra_cls_addr *a;
	struct in6_addr size, best;
	int cmp;

	for (a = in->addrs; a < in->addrs + in->nr_addrs; a++) {
		if (a->iface == UMBRA_IFACE_ANY || a->iface == UMBRA_IFACE_LOCAL || a->of_name ||
		    !covers(a, family, addr))
			continue;
		size = size_of(a);
		cmp = owned ? memcmp(&size, &best, sizeof(size)) : -1;
		if (cmp < 0) {
			best = size;
			ours = false;
		}
		owned = true;
		ours |= cmp <= 0 && a->iface == iface;
	}
	return owned && !ours;
}
