// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier memo: exact at the edges of its format, and under threads that
 * all miss, store and hit the same slots.
 */
#include <pthread.h>

#include "classify/internal.h"
#include "policy.h"
#include "tap.h"

#define THREADS		4
#define PACKETS		2000
#define ROUNDS		60

static struct policy policy;
static struct umbra_cls_packet packets[PACKETS];
static u32 answers[PACKETS];
static struct umbra_classifier *cls;

static void *hammer(void *arg)
{
	struct chance chance = { .state = (u64)(uintptr_t)arg };
	u64 i, wrong = 0;

	for (i = 0; i < (u64)PACKETS * ROUNDS; i++) {
		u32 n = chance_below(&chance, PACKETS);

		wrong += umbra_classify(cls, &packets[n]) != answers[n];
	}
	return (void *)(uintptr_t)wrong;
}

static bool threads_agree(u64 seed)
{
	struct chance chance = { .state = seed };
	pthread_t thread[THREADS];
	uintptr_t i, wrong = 0;
	void *ret;

	do {
		policy_random(&policy, &chance);
	} while (policy.in.nr_rules < 30 || policy.in.nr_addrs < 30 || policy.in.nr_terms < 10 ||
		 policy.in.nr_rules > 1000);
	if (umbra_classifier_build(&policy.in, &cls))
		return false;
	for (i = 0; i < PACKETS; i++) {
		packet_random(&packets[i], &policy, &chance);
		answers[i] = oracle_classify(&policy.in, &packets[i]);
	}
	for (i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, hammer, (void *)(i + 1));
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &ret);
		wrong += (uintptr_t)ret;
	}
	umbra_classifier_free(cls);
	return !wrong;
}

struct shape {
	u32 common, bound, services, rules;
	bool memo;
};

/* The memo's seed and size for a policy of this shape, without the policy. */
static bool shape_exact(const struct shape *s, struct chance *chance)
{
	struct umbra_cls_input in = { .nr_rules = s->rules, .seed = { chance->state, ~chance->state } };
	struct umbra_cls_budget budget = {};
	struct umbra_cls_pool pool = { .budget = &budget };
	struct umbra_cls_memo memo = {};
	struct { struct umbra_cls_code c, s; u32 v; u64 key; } last = {};
	u32 i, rule, nr_same = 0, wrong = 0;

	if (umbra_cls_memo_build(&memo, &pool, &in, s->common, s->bound, s->services))
		return false;
	for (i = 0; memo.slots && i < 200000; i++) {
		struct umbra_cls_code c = { chance_below(chance, s->common), chance_below(chance, s->bound) };
		struct umbra_cls_code v = { chance_below(chance, s->common), chance_below(chance, s->bound) };
		u32 service = chance_below(chance, s->services);
		u32 answer = chance_below(chance, 4) ? chance_below(chance, s->rules) : UMBRA_CLS_NO_RULE;
		u64 key;

		if (i & 1) {		/* a neighbour of the last one: one class differs */
			c = last.c;
			v = last.s;
			service = last.v ^ 1;
			service = service < s->services ? service : last.v;
		}
		key = umbra_cls_memo_key(&memo, c, v, service);
		if (umbra_cls_memo_find(&memo, key, &rule))
			nr_same++;
		umbra_cls_memo_store(&memo, key, answer);
		wrong += !umbra_cls_memo_find(&memo, key, &rule) || rule != answer;
		if (i && key != last.key && umbra_cls_memo_find(&memo, last.key, &rule))
			wrong += (key ^ last.key) << (64 - memo.slot_bits) == 0;
		last.c = c;
		last.s = v;
		last.v = service;
		last.key = key;
	}
	wrong += !memo.slots == s->memo;
	umbra_cls_pool_free(&pool);
	return !wrong;
}

/* Small enough to try all: no two keys may share what the memo stores. */
static bool permutation_exact(u64 seed)
{
	struct umbra_cls_input in = { .nr_rules = 3, .seed = { seed, seed * 77 } };
	struct umbra_cls_budget budget = {};
	struct umbra_cls_pool pool = { .budget = &budget };
	struct umbra_cls_memo memo = {};
	static u8 taken[1 << 16];
	struct umbra_cls_code c, s;
	bool good = true;
	u32 v;
	u64 key;

	memset(taken, 0, sizeof(taken));
	if (umbra_cls_memo_build(&memo, &pool, &in, 16, 2, 64))
		return false;
	for (c.common = 0; c.common < 16; c.common++)
		for (s.common = 0; s.common < 16; s.common++)
			for (c.bound = 0; c.bound < 2; c.bound++)
				for (s.bound = 0; s.bound < 2; s.bound++)
					for (v = 0; v < 64; v++) {
						key = umbra_cls_memo_key(&memo, c, s, v);
						good &= key < sizeof(taken) && !taken[key]++;
					}
	umbra_cls_pool_free(&pool);
	return good;
}

int main(void)
{
	static const struct shape shapes[] = {
		{ 1, 1, 2, 1, true },
		{ 2, 1, 2, 1, true },
		{ 3, 2, 5, 255, true },
		{ 8000, 300, 1000, 100000, true },
		{ 1 << 18, 1, 1 << 10, 1 << 20, true },
		{ 1 << 20, 16, 1 << 15, 10, true },
		{ 1 << 20, 16, 1 << 16, 10, false },
		{ 1 << 20, 1 << 12, 1 << 10, 10, false },
		{ (1 << 25) + 1, (1 << 25) + 1, 1 << 25, 1 << 24, false },
	};
	struct chance chance = { .state = 99 };
	bool good = true;
	u64 i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		char name[100];

		snprintf(name, sizeof(name),
			 "a memo of %u x %u classes, %u services, %u rules is exact",
			 shapes[i].common, shapes[i].bound, shapes[i].services, shapes[i].rules);
		tap_ok(shape_exact(&shapes[i], &chance), name);
	}
	for (i = 0; i < 200; i++)
		good &= permutation_exact(i * 0x9e3779b97f4a7c15ULL);
	tap_ok(good, "no two keys are stored alike, whatever the seed");
	for (i = 0, good = true; i < 6; i++)
		good &= threads_agree(1000 + i * 17);
	tap_ok(good, "threads that share a memo all get the oracle's answers");
	return tap_done();
}
