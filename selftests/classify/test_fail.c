// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier builds that fail: memory refused at the Nth allocation, for every
 * N, and budgets of every size. The leak checker at the end of the program is
 * the other half of this test.
 */
#include "policy.h"
#include "tap.h"

static struct policy policy;
static u32 fail_at;
static u32 seen;

static bool may_alloc(size_t bytes)
{
	return ++seen != fail_at;
}

/* Number of allocations until a build succeeds; 0 when one failed otherwise. */
static u32 fail_each(void)
{
	struct umbra_classifier *c;
	int err;

	for (fail_at = 1;; fail_at++) {
		seen = 0;
		c = NULL;
		umbra_env_may_alloc = may_alloc;
		err = umbra_classifier_build(&policy.in, &c);
		umbra_env_may_alloc = NULL;
		if (!err) {
			umbra_classifier_free(c);
			return seen < fail_at ? fail_at - 1 : 0;
		}
		if (err != -ENOMEM || c)
			return 0;
	}
}

static bool budget_each(void)
{
	struct umbra_classifier *c;
	size_t max, step;
	int err = 0;

	for (max = 1, step = 509;; max += step) {
		policy.in.max_bytes = max;
		c = NULL;
		err = umbra_classifier_build(&policy.in, &c);
		if (!err)
			break;
		if (err != -E2BIG || c)
			return false;
		step += step / 64;
	}
	policy.in.max_bytes = 0;
	err = umbra_classifier_bytes(c) > max;
	umbra_classifier_free(c);
	return !err;
}

int main(void)
{
	bool refused = true, budget = true;
	u32 n, total = 0;
	u64 seed;

	for (seed = 1; seed <= 60; seed++) {
		struct chance chance = { .state = seed * 7919 };

		policy_random(&policy, &chance);
		n = fail_each();
		refused &= n > 0;
		total += n;
		budget &= budget_each();
	}
	printf("# %u allocations refused\n", total);
	tap_ok(refused, "each refused allocation gives ENOMEM and no classifier");
	tap_ok(budget, "each budget gives E2BIG or a classifier within it");
	return tap_done();
}
