// SPDX-License-Identifier: GPL-2.0
#include "policy.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

typedef unsigned __int128 u128;

bool (*umbra_env_may_alloc)(size_t bytes);

u32 chance_below(struct chance *c, u32 n)
{
	u32 take, v = 0;

	if (n < 2)
		return 0;
	if (c->bytes) {
		for (take = n - 1; take && c->left; take >>= 8) {
			v = v << 8 | *c->bytes++;
			c->left--;
		}
		return v % n;
	}
	c->state = c->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (u32)(((c->state >> 32) * n) >> 32);
}

static bool one_in(struct chance *c, u32 n)
{
	return chance_below(c, n) == n - 1;
}

static u128 family_max(u8 family)
{
	return family == AF_INET ? 0xffffffffU : ~(u128)0;
}

static struct in6_addr to_addr(u8 family, u128 v)
{
	struct in6_addr a = {};
	int i, n = family == AF_INET ? 4 : 16;

	for (i = n - 1; i >= 0; i--, v >>= 8)
		a.s6_addr[i] = v & 0xff;
	return a;
}

static u128 from_addr(u8 family, const struct in6_addr *a)
{
	int i, n = family == AF_INET ? 4 : 16;
	u128 v = 0;

	for (i = 0; i < n; i++)
		v = v << 8 | a->s6_addr[i];
	return v;
}

static u128 base_addr(struct chance *c, u8 family)
{
	static const u32 v4[] = { 0x0a000000, 0x0a010000, 0xc0a80100, 0x01020304, 0x80000000,
				  0xe0000000, 0, 0xfffffff0 };
	static const u64 hi[] = { 0x20010db800000000, 0x20010db800010002, 0xfe80000000000000, 0,
				  0xffffffffffffffff, 0x20010db800010003 };
	static const u64 lo[] = { 0, 1, 0xffffffffffffffff, 0x8000000000000000, 0x1234 };

	if (family == AF_INET)
		return (v4[chance_below(c, ARRAY_SIZE(v4))] + chance_below(c, 20)) & 0xffffffffU;
	return ((u128)hi[chance_below(c, ARRAY_SIZE(hi))] << 64 |
		lo[chance_below(c, ARRAY_SIZE(lo))]) + chance_below(c, 6);
}

static void range_prefix(struct chance *c, u8 family, u128 *first, u128 *last)
{
	u32 host = 1 + chance_below(c, family == AF_INET ? 32 : 128);
	u128 mask = host >= 128 ? ~(u128)0 : ((u128)1 << host) - 1;

	*first = base_addr(c, family) & ~mask;
	*last = (*first | mask) & family_max(family);
}

static void range_random(struct chance *c, u8 family, u128 *first, u128 *last)
{
	u128 swap;

	*first = base_addr(c, family);
	*last = base_addr(c, family);
	switch (chance_below(c, 8)) {
	case 0:
		*last = *first;
		break;
	case 1:
	case 2:
	case 3:
		range_prefix(c, family, first, last);
		break;
	case 4:
		*first = 0;
		break;
	case 5:
		*last = family_max(family);
		break;
	default:
		break;
	}
	if (*first > *last) {
		swap = *first;
		*first = *last;
		*last = swap;
	}
	if (one_in(c, 24)) {
		*first = 0;
		*last = family_max(family);
	}
}

static u32 iface_random(struct chance *c, u32 nr_ifaces)
{
	if (one_in(c, 2))
		return UMBRA_IFACE_ANY;
	return 1 + chance_below(c, nr_ifaces - 1);
}

static void addr_random(struct umbra_cls_addr *a, u32 n, const struct policy *p,
			struct chance *c)
{
	const struct umbra_cls_addr *old = n ? &p->addrs[chance_below(c, n)] : NULL;
	u128 first, last, next;

	a->family = one_in(c, 3) ? AF_INET6 : AF_INET;
	a->network = chance_below(c, p->in.nr_networks);
	a->iface = iface_random(c, p->in.nr_ifaces);
	range_random(c, a->family, &first, &last);
	if (old && one_in(c, 6)) {		/* the same range once more */
		a->family = old->family;
		first = from_addr(a->family, &old->first);
		last = from_addr(a->family, &old->last);
	} else if (old && one_in(c, 5)) {	/* the one behind it, as large */
		a->family = old->family;
		first = from_addr(a->family, &old->first);
		last = from_addr(a->family, &old->last);
		next = last - first;
		if (last < family_max(a->family) && next < family_max(a->family) - last) {
			first = last + 1;
			last = first + next;
		}
	}
	a->first = to_addr(a->family, first);
	a->last = to_addr(a->family, last);
	a->of_name = one_in(c, 6);
}

static void ports_random(struct umbra_cls_range *r, struct chance *c)
{
	static const u16 base[] = { 0, 1, 53, 80, 443, 1023, 1024, 0x0800, 0xfffe, 0xffff };
	u16 a = base[chance_below(c, ARRAY_SIZE(base))], b = base[chance_below(c, ARRAY_SIZE(base))];

	switch (chance_below(c, 4)) {
	case 0:
		a = 0;
		b = 0xffff;
		break;
	case 1:
		b = a;
		break;
	default:
		break;
	}
	r->first = min(a, b);
	r->last = max(a, b);
}

static void term_random(struct umbra_cls_term *t, u32 nr_services, struct chance *c)
{
	static const u16 protos[] = { 6, 6, 17, 1, 58, 0, 255, 47, UMBRA_CLS_PROTO_ANY };

	t->service = chance_below(c, nr_services);
	t->proto = protos[chance_below(c, ARRAY_SIZE(protos))];
	t->kinds = one_in(c, 2) ? UMBRA_CLS_ALL : 1 + chance_below(c, 7);
	ports_random(&t->src, c);
	ports_random(&t->dst, c);
	if (one_in(c, 12)) {
		t->src = (struct umbra_cls_range) { 0, 0xffff };
		t->dst = (struct umbra_cls_range) { 0, 0xffff };
	}
}

static void rule_random(struct umbra_cls_rule *r, const struct umbra_cls_input *in,
			struct chance *c)
{
	r->client = r->server = UMBRA_CLS_NET_ANY;
	if (in->nr_networks && !one_in(c, 6))
		r->client = chance_below(c, in->nr_networks);
	if (in->nr_networks && !one_in(c, 6))
		r->server = chance_below(c, in->nr_networks);
	r->service = chance_below(c, in->nr_services);
}

/* Sizes: mostly small, now and then enough rules for several blocks of bits. */
static u32 size_random(struct chance *c, u32 small, u32 large)
{
	if (!c->bytes && one_in(c, 40))
		return chance_below(c, large);
	return chance_below(c, small);
}

void policy_random(struct policy *p, struct chance *c)
{
	struct umbra_cls_input *in = &p->in;
	u32 i;

	*in = (struct umbra_cls_input) {
		.addrs = p->addrs, .terms = p->terms, .rules = p->rules,
	};
	in->nr_networks = size_random(c, 16, 200);
	in->nr_addrs = in->nr_networks ? size_random(c, 50, POLICY_ADDRS) : 0;
	in->nr_services = 1 + size_random(c, 8, 100);
	in->nr_terms = size_random(c, 30, POLICY_TERMS);
	in->nr_rules = size_random(c, 40, POLICY_RULES);
	in->nr_ifaces = 2 + chance_below(c, 5);
	in->seed[0] = c->bytes ? 0x1234567 : c->state;
	in->seed[1] = in->seed[0] * 0x9e3779b97f4a7c15ULL;
	for (i = 0; i < in->nr_addrs; i++)
		addr_random(&p->addrs[i], i, p, c);
	for (i = 0; i < in->nr_terms; i++)
		term_random(&p->terms[i], in->nr_services, c);
	for (i = 0; i < in->nr_rules; i++)
		rule_random(&p->rules[i], in, c);
}

static void side_random(struct in6_addr *addr, u32 *iface, u8 family, const struct policy *p,
			struct chance *c)
{
	const struct umbra_cls_addr *row;
	u128 v = base_addr(c, family);

	*iface = chance_below(c, p->in.nr_ifaces + 1);
	if (p->in.nr_addrs && !one_in(c, 4)) {
		row = &p->addrs[chance_below(c, p->in.nr_addrs)];
		if (row->family == family)
			v = from_addr(family, one_in(c, 2) ? &row->first : &row->last);
		if (row->iface != UMBRA_IFACE_ANY && !one_in(c, 3))
			*iface = row->iface;
		v = (v + chance_below(c, 3) - 1) & family_max(family);
	}
	*addr = to_addr(family, v);
}

static u16 port_random(const struct umbra_cls_range *r, struct chance *c)
{
	u16 port = one_in(c, 2) ? r->first : r->last;

	return port + (one_in(c, 2) ? chance_below(c, 3) - 1 : 0);
}

void packet_random(struct umbra_cls_packet *pkt, const struct policy *p, struct chance *c)
{
	const struct umbra_cls_term *t;

	*pkt = (struct umbra_cls_packet) {
		.family = one_in(c, 3) ? AF_INET6 : AF_INET,
		.kind = 1 << chance_below(c, 3),
		.proto = chance_below(c, 256),
		.sport = chance_below(c, 65536),
		.dport = chance_below(c, 65536),
	};
	side_random(&pkt->src, &pkt->iif, pkt->family, p, c);
	side_random(&pkt->dst, &pkt->oif, pkt->family, p, c);
	if (!p->in.nr_terms || one_in(c, 10))
		return;
	t = &p->terms[chance_below(c, p->in.nr_terms)];
	if (t->proto != UMBRA_CLS_PROTO_ANY)
		pkt->proto = t->proto;
	pkt->sport = port_random(&t->src, c);
	pkt->dport = port_random(&t->dst, c);
}

static const char *addr_text(u8 family, const struct in6_addr *a, char *buf)
{
	return inet_ntop(family, a, buf, INET6_ADDRSTRLEN);
}

void policy_print(const struct policy *p)
{
	char b1[INET6_ADDRSTRLEN], b2[INET6_ADDRSTRLEN];
	const struct umbra_cls_addr *a;
	u32 i;

	for (i = 0; i < p->in.nr_addrs; i++) {
		a = &p->addrs[i];
		fprintf(stderr, "# net %u iface %d %s-%s\n", a->network, (int)a->iface,
			addr_text(a->family, &a->first, b1), addr_text(a->family, &a->last, b2));
	}
	for (i = 0; i < p->in.nr_terms; i++)
		fprintf(stderr, "# svc %u proto %u kinds %u src %u-%u dst %u-%u\n",
			p->terms[i].service, p->terms[i].proto, p->terms[i].kinds,
			p->terms[i].src.first, p->terms[i].src.last,
			p->terms[i].dst.first, p->terms[i].dst.last);
	for (i = 0; i < p->in.nr_rules && i < 100; i++)
		fprintf(stderr, "# rule %u: %d -> %d svc %u\n", i, (int)p->rules[i].client,
			(int)p->rules[i].server, p->rules[i].service);
}

void packet_print(const struct umbra_cls_packet *pkt)
{
	char b1[INET6_ADDRSTRLEN], b2[INET6_ADDRSTRLEN];

	fprintf(stderr, "# packet %s@%u:%u -> %s@%u:%u proto %u kind %u\n",
		addr_text(pkt->family, &pkt->src, b1), pkt->iif, pkt->sport,
		addr_text(pkt->family, &pkt->dst, b2), pkt->oif, pkt->dport,
		pkt->proto, pkt->kind);
}

bool packet_agrees(const struct umbra_classifier *c, const struct policy *p,
		   const struct umbra_cls_packet *pkt)
{
	u32 cold = umbra_classify(c, pkt), warm = umbra_classify(c, pkt);
	u32 rule = oracle_classify(&p->in, pkt);
	bool spoofed = umbra_classify_spoofed(c, pkt->iif, pkt->family, &pkt->src);
	bool really = oracle_spoofed(&p->in, pkt->iif, pkt->family, &pkt->src);

	if (cold == rule && warm == rule && spoofed == really)
		return true;
	policy_print(p);
	packet_print(pkt);
	fprintf(stderr, "# rule: cold %d, memo %d, oracle %d; spoofed: %d, oracle %d\n",
		(int)cold, (int)warm, (int)rule, spoofed, really);
	return false;
}
