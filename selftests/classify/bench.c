// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier figures: build time, memory and look-up time by the number
 * of rules.
 *
 * Policies are named networks that nest (a site, its floors, its hosts;
 * some 9 deep at 250 networks, 24 at 4,000) x services; "deep" has 32 networks
 * at every address. Packets go from the first address of a random network to the
 * last of another, with ports of random services. "cold" draws from
 * 64 K packets with the memo switched off; "memo" is the same packets
 * with it; "warm" repeats 256 packets that the memo holds. "worst" is a
 * policy made to touch every word and hit nothing.
 */
#include <stdio.h>
#include <time.h>

#include "classify/internal.h"
#include "policy.h"

#define PACKETS		65536
#define WARM		256

struct shape {
	const char *name;
	u32 rules, networks, services;
	int deep;		/* 0: nested; else networks at each address */
	int alternate;
};

static struct umbra_cls_input in;
static struct umbra_cls_addr *addrs;
static struct umbra_cls_term *terms;
static struct umbra_cls_rule *rules;
static struct umbra_cls_packet packets[PACKETS];
static struct chance chance = { .state = 42 };

static u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void range4(u32 network, u32 first, u32 last)
{
	struct umbra_cls_addr *a = &addrs[in.nr_addrs++];

	*a = (struct umbra_cls_addr) { .network = network, .iface = UMBRA_IFACE_ANY,
				       .family = AF_INET };
	a->first.s6_addr32[0] = htobe32(first);
	a->last.s6_addr32[0] = htobe32(last);
}

/* The same in IPv6: 2001:db8:<first>::/64 and on. */
static void range6(u32 network, u32 first, u32 last)
{
	struct umbra_cls_addr *a = &addrs[in.nr_addrs++];

	*a = (struct umbra_cls_addr) { .network = network, .iface = UMBRA_IFACE_ANY,
				       .family = AF_INET6 };
	memset(&a->last, 0xff, 16);
	a->first.s6_addr32[0] = a->last.s6_addr32[0] = htobe32(0x20010db8);
	a->first.s6_addr32[1] = htobe32(first);
	a->last.s6_addr32[1] = htobe32(last);
}

/* Each network is inside an earlier one, a 2nd..16th of it. */
static void networks_nested(u32 nr)
{
	u32 i, *first = calloc(nr, 4), *bits = calloc(nr, 4);

	for (i = 0; i < nr; i++) {
		if (i < 8) {
			first[i] = 0x0a000000 + (i << 21);
			bits[i] = 21;
		} else {
			u32 up = chance_below(&chance, i), less = 1 + chance_below(&chance, 4);

			bits[i] = bits[up] > less ? bits[up] - less : 0;
			first[i] = first[up] +
				   (chance_below(&chance, 1u << (bits[up] - bits[i])) << bits[i]);
		}
		range4(i, first[i], first[i] + (1u << bits[i]) - 1);
		range6(i, first[i], first[i] + (1u << bits[i]) - 1);
	}
	free(first);
	free(bits);
}

/* Sliding ranges: every address is in @deep networks. */
static void networks_deep(u32 nr, u32 deep)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		range4(i, 0x0a000000 + i * 256, 0x0a000000 + (i + deep) * 256 - 1);
		range6(i, 0x0a000000 + i * 256, 0x0a000000 + (i + deep) * 256 - 1);
	}
}

static void services_make(u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		u16 port = i < 2 ? 0 : chance_below(&chance, 20000);

		terms[i] = (struct umbra_cls_term) {
			.service = i, .kinds = UMBRA_CLS_ALL,
			.proto = i & 1 ? 17 : 6,
			.src = { i & 4 ? 1024 : 0, 65535 },
			.dst = { port, i < 2 ? 65535 : port + (i & 24 ? 0 : chance_below(&chance, 200)) },
		};
	}
	in.nr_terms = in.nr_services = nr;
}

static void rules_make(const struct shape *s)
{
	u32 i;

	for (i = 0; i < s->rules; i++) {
		rules[i].client = chance_below(&chance, 20) ? chance_below(&chance, s->networks) :
				  UMBRA_CLS_NET_ANY;
		rules[i].server = chance_below(&chance, 20) ? chance_below(&chance, s->networks) :
				  UMBRA_CLS_NET_ANY;
		/* "all tcp" and "all udp" only now and then */
		rules[i].service = chance_below(&chance, 50) ?
				   2 + chance_below(&chance, s->services - 2) :
				   chance_below(&chance, 2);
		if (s->alternate)	/* addresses fit one half, the service the other */
			rules[i] = (struct umbra_cls_rule) { i & 1, i & 1, 2 + (i & 1) };
	}
	in.nr_rules = s->rules;
}

static void packets_make(const struct shape *s)
{
	int i;

	for (i = 0; i < PACKETS; i++) {
		struct umbra_cls_packet *p = &packets[i];
		const struct umbra_cls_addr *a = &addrs[chance_below(&chance, in.nr_addrs / 2) * 2];
		const struct umbra_cls_term *t = &terms[chance_below(&chance, in.nr_terms)];
		int v6 = i & 1;

		*p = (struct umbra_cls_packet) { .family = v6 ? AF_INET6 : AF_INET,
						 .kind = UMBRA_CLS_OPEN, .sport = 4000 };
		p->src = a[v6].first;
		a = &addrs[chance_below(&chance, in.nr_addrs / 2) * 2];
		if (s->alternate) {
			a = &addrs[0];
			p->src = a[v6].first;
			t = &terms[3];
		}
		p->dst = a[v6].last;
		p->proto = t->proto;
		p->dport = t->dst.first + chance_below(&chance, t->dst.last - t->dst.first + 1);
	}
}

static double lookups_ns(const struct umbra_classifier *c, u32 nr)
{
	u64 best = ~0ULL, t;
	int i, run;
	u32 sum = 0;

	for (run = 0; run < 5; run++) {
		t = now_ns();
		for (i = 0; i < PACKETS; i++)		/* chained: no two overlap */
			sum += umbra_classify(c, &packets[(i + (sum == 1)) & (nr - 1)]);
		t = now_ns() - t;
		best = min(best, t);
	}
	return (double)best / PACKETS;
}

/* The memo is the first member of the classifier: hide its slots for a while. */
static double lookups_cold_ns(struct umbra_classifier *c)
{
	struct umbra_cls_memo *memo = (struct umbra_cls_memo *)c;
	u64 *slots = memo->slots;
	double ns;

	memo->slots = NULL;
	ns = lookups_ns(c, PACKETS);
	memo->slots = slots;
	return ns;
}

static u32 check(const struct umbra_classifier *c, const struct shape *s)
{
	u32 i, bad = 0, nr = s->rules > 20000 ? 100 : 1000;

	for (i = 0; i < nr; i++)
		bad += umbra_classify(c, &packets[i]) != oracle_classify(&in, &packets[i]);
	return bad;
}

static void shape_run(const struct shape *s)
{
	struct umbra_classifier *c = NULL;
	u64 t, best = ~0ULL;
	double cold, memo;
	u32 bad;
	int run;

	in = (struct umbra_cls_input) { .nr_networks = s->networks, .nr_ifaces = 2,
					.seed = { 1234567, 7654321 },
					.max_bytes = 64 << 20 };
	in.addrs = addrs = calloc(2 * s->networks, sizeof(*addrs));
	in.terms = terms = calloc(s->services, sizeof(*terms));
	in.rules = rules = calloc(s->rules, sizeof(*rules));
	if (s->deep)
		networks_deep(s->networks, s->deep);
	else
		networks_nested(s->networks);
	services_make(s->services);
	rules_make(s);
	packets_make(s);
	for (run = 0; run < 3; run++) {
		umbra_classifier_free(c);
		c = NULL;
		t = now_ns();
		if (umbra_classifier_build(&in, &c))
			exit(1);
		t = now_ns() - t;
		best = min(best, t);
	}
	bad = check(c, s);
	cold = lookups_cold_ns(c);
	memo = lookups_ns(c, PACKETS);
	printf("%-12s %7u %8u %8u %9.2f %10.1f %8.0f %8.0f %8.0f %5u\n", s->name, s->rules,
	       s->networks, s->services, best / 1e6, umbra_classifier_bytes(c) / 1024.0,
	       cold, memo, lookups_ns(c, WARM), bad);
	fflush(stdout);
	umbra_classifier_free(c);
	free(addrs);
	free(terms);
	free(rules);
}

int main(void)
{
	static const struct shape shapes[] = {
		{ "10", 10, 10, 8, 0, 0 },
		{ "100", 100, 25, 10, 0, 0 },
		{ "1k", 1000, 250, 100, 0, 0 },
		{ "10k", 10000, 2500, 400, 0, 0 },
		{ "100k", 100000, 4000, 400, 0, 0 },
		{ "100k hosts", 100000, 50000, 400, 1, 0 },
		{ "deep 10k", 10000, 400, 400, 32, 0 },
		{ "deep 10k", 10000, 2500, 400, 32, 0 },
		{ "deep 100k", 100000, 4000, 400, 32, 0 },
		{ "worst 10k", 10000, 8, 8, 0, 1 },
		{ "worst 100k", 100000, 8, 8, 0, 1 },
	};
	u32 i;

	printf("%-12s %7s %8s %8s %9s %10s %8s %8s %8s %5s\n", "policy", "rules", "networks",
	       "services", "build ms", "KB", "cold ns", "memo ns", "warm ns", "wrong");
	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		shape_run(&shapes[i]);
	return 0;
}
