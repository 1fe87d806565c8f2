// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier with several blocks of rules that are full, nearly full or hold a
 * single word, for either end and by either part of an address class. Random
 * policies are too small to have these shapes.
 */
#include "policy.h"
#include "tap.h"

#define NR_NETWORKS	8

static struct policy policy;

/* Networks 0..3 hold every address, 4..7 those at interface 2. */
static void networks(struct umbra_cls_input *in)
{
	u32 i;

	memset(policy.addrs, 0, sizeof(policy.addrs));
	for (i = 0; i < NR_NETWORKS; i++) {
		policy.addrs[i].network = i;
		policy.addrs[i].family = AF_INET;
		policy.addrs[i].iface = i < 4 ? UMBRA_IFACE_ANY : UMBRA_IFACE_FIRST;
		policy.addrs[i].first.s6_addr[0] = i & 1 ? 10 : 0;
		policy.addrs[i].last.s6_addr[0] = i & 2 ? 10 : 255;
		memset(policy.addrs[i].last.s6_addr + 1, 255, 3);
	}
	in->nr_addrs = in->nr_networks = NR_NETWORKS;
	in->nr_ifaces = 3;
}

struct run {
	u32 first, length, stride;
};

/* The same in all rules, but in each or each 2nd, 3rd of a run of them. */
static u32 column_at(u32 i, const struct run *run, u32 usual, u32 other)
{
	return i >= run->first && i - run->first < run->length && i % run->stride == 0 ?
	       other : usual;
}

/*
 * Clients and services share words with what a packet to network 1 alone asks
 * for, but no rule fits it, except a few by a client of the other part. Some
 * would if a client's set had bits too many.
 */
static void rules_alternate(struct chance *c)
{
	bool swap = chance_below(c, 2), bound = chance_below(c, 2), fits = chance_below(c, 2);
	u32 first = chance_below(c, 2) ? chance_below(c, 4096) : 0, i;
	u32 length = 1 + chance_below(c, 200);
	struct umbra_cls_rule *r = policy.rules, old;

	for (i = 0; i < policy.in.nr_rules; i++, r++) {
		bool in_run = i >= first && i - first < length && i % 3 == 0;

		r->client = in_run == bound ? 0 : 4;
		r->server = (in_run && fits) || !(i & 1) ? 1 : 2;
		r->service = (in_run && fits) || (i & 1);
		if (i % 5 == 4)		/* fits but for the client */
			*r = (struct umbra_cls_rule) { 3, 1, 1 };
		old = *r;
		if (swap) {
			r->client = old.server;
			r->server = old.client;
		}
	}
}

static void policy_dense(struct chance *c)
{
	struct umbra_cls_input *in = &policy.in;
	struct run run[3];
	u32 i, net[4];

	*in = (struct umbra_cls_input) { .addrs = policy.addrs, .terms = policy.terms,
					 .rules = policy.rules, .seed = { c->state, 3 } };
	networks(in);
	in->nr_services = in->nr_terms = 4;
	for (i = 0; i < 4; i++)
		policy.terms[i] = (struct umbra_cls_term) {
			.service = i, .proto = 6, .kinds = UMBRA_CLS_ALL,
			.src = { 0, 65535 }, .dst = { i, i } };
	in->nr_rules = 4096 + chance_below(c, POLICY_RULES - 4096);
	for (i = 0; i < 3; i++) {
		run[i].first = chance_below(c, 2) ? chance_below(c, in->nr_rules) : 0;
		run[i].length = chance_below(c, 9000) >> chance_below(c, 10);
		run[i].stride = 1 + chance_below(c, 3);
	}
	for (i = 0; i < 4; i++)
		net[i] = chance_below(c, NR_NETWORKS);
	for (i = 0; i < in->nr_rules; i++) {
		policy.rules[i].client = column_at(i, &run[0], net[0], net[1]);
		policy.rules[i].server = column_at(i, &run[1], net[2], net[3]);
		policy.rules[i].service = column_at(i, &run[2], i & 1, 2);
		if (i % 64 == 63 && chance_below(c, 4))	/* all services in each word */
			policy.rules[i].service = 3;
	}
	if (chance_below(c, 2))
		rules_alternate(c);
}

static bool policy_agrees(struct chance *c)
{
	struct umbra_classifier *cls;
	struct umbra_cls_packet pkt = { .family = AF_INET, .proto = 6, .kind = UMBRA_CLS_OPEN };
	bool good = true;
	u32 i;

	policy_dense(c);
	if (umbra_classifier_build(&policy.in, &cls))
		return false;
	for (i = 0; i < 256 && good; i++) {	/* all combinations of what matters */
		pkt.src.s6_addr[0] = i & 1 ? 9 : 10;
		pkt.dst.s6_addr[0] = i & 2 ? 11 : 10;
		pkt.iif = i & 4 ? UMBRA_IFACE_FIRST : UMBRA_IFACE_OTHER;
		pkt.oif = i & 8 ? UMBRA_IFACE_FIRST : UMBRA_IFACE_OTHER;
		pkt.dport = i >> 4 & 3;
		good = packet_agrees(cls, &policy, &pkt);
	}
	umbra_classifier_free(cls);
	return good;
}

int main(void)
{
	struct chance chance = { .state = 11 };
	bool good = true;
	int i;

	for (i = 0; i < 150 && good; i++)
		good = policy_agrees(&chance);
	tap_ok(good, "full, nearly full and nearly empty blocks agree with the linear walk");
	return tap_done();
}
