// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier against oracle: random policies x random packets.
 *
 * test_random [SECONDS [SEED]]. A difference prints policy, packet, and the
 * seed that reproduces them.
 */
#include <inttypes.h>
#include <time.h>

#include "policy.h"
#include "tap.h"

#define PACKETS		400

static struct policy policy;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

struct tally {
	u64 policies;
	u64 packets;
	u64 hits;
	u64 spoofed;
	u64 told_apart;
};

/* Source ports that are said to be alike: do the first, the last and any other get the same answer? */
static bool alike_agrees(const struct umbra_classifier *c, const struct umbra_cls_packet *pkt,
			 struct chance *chance, struct tally *t)
{
	struct umbra_cls_range alike = umbra_classify_alike(c, pkt->kind, pkt->proto, pkt->sport,
							    pkt->dport);
	u32 rule = umbra_classify(c, pkt), width = alike.last - alike.first + 1;
	u16 other[] = { alike.first, alike.last, alike.first + chance_below(chance, width) };
	struct umbra_cls_packet like = *pkt;
	size_t i;

	t->told_apart += width <= 0xffff;
	if (pkt->sport < alike.first || pkt->sport > alike.last)
		return false;
	for (i = 0; i < sizeof(other) / sizeof(*other); i++) {
		like.sport = other[i];
		if (umbra_classify(c, &like) != rule)
			return false;
	}
	return true;
}

static bool policy_agrees(u64 seed, struct tally *t)
{
	struct chance chance = { .state = seed };
	struct umbra_cls_packet pkt;
	struct umbra_classifier *c;
	bool good = true;
	int i;

	policy_random(&policy, &chance);
	if (umbra_classifier_build(&policy.in, &c))
		return false;
	for (i = 0; i < PACKETS && good; i++) {
		packet_random(&pkt, &policy, &chance);
		good = packet_agrees(c, &policy, &pkt) && alike_agrees(c, &pkt, &chance, t);
		t->packets++;
		t->hits += umbra_classify(c, &pkt) != UMBRA_CLS_NO_RULE;
		t->spoofed += umbra_classify_spoofed(c, pkt.iif, pkt.family, &pkt.src);
	}
	umbra_classifier_free(c);
	t->policies++;
	return good;
}

int main(int argc, char **argv)
{
	double end = now() + (argc > 1 ? atof(argv[1]) : 20);
	u64 seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL) << 20;
	struct tally t = {};
	bool good = true;

	do {
		good = policy_agrees(seed, &t);
		if (!good)
			printf("# differs with seed %" PRIu64 "\n", seed);
		seed++;
	} while (good && now() < end);
	printf("# %" PRIu64 " policies, %" PRIu64 " packets, %" PRIu64 " fit a rule, %" PRIu64
	       " spoofed\n", t.policies, t.packets, t.hits, t.spoofed);
	tap_ok(good, "random policies and packets agree with the linear walk");
	tap_ok(t.hits > t.packets / 20 && t.hits < t.packets,
	       "some random packets fit a rule, and some fit none");
	tap_ok(t.spoofed > t.packets / 20, "some random sources are spoofed");
	tap_ok(t.told_apart > t.packets / 100,
	       "the rules distinguish the source ports of some random packets");
	return tap_done();
}
