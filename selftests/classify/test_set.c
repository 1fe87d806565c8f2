// SPDX-License-Identifier: GPL-2.0
/* Classifier sets: equal sets share a number, others never do, colliding or not. */
#include "classify/internal.h"
#include "policy.h"
#include "tap.h"

#define UNIVERSE	9
#define TRIES		20000

/*
 * Random walks through the subsets of a small universe. The number a subset
 * got first must come back each time. @hashes: how many hashes there are at
 * all; 0 leaves the bag's own.
 */
static bool walk(u32 hashes)
{
	struct umbra_cls_budget budget = {};
	struct umbra_cls_pool pool = { .budget = &budget };
	static u32 number_of[1 << UNIVERSE];
	struct chance chance = { .state = 5 };
	u32 i, id, number, distinct = 1, in[UNIVERSE] = {}, subset = 0;
	struct umbra_cls_sets sets;
	struct umbra_cls_bag bag;
	bool good = true;

	memset(number_of, 0, sizeof(number_of));
	if (umbra_cls_bag_init(&bag, &pool, UNIVERSE, 1) || umbra_cls_sets_init(&sets, &pool))
		return false;
	for (i = 0; i < TRIES && good; i++) {
		struct umbra_cls_bag asked;

		id = chance_below(&chance, UNIVERSE);
		if (in[id] && chance_below(&chance, 2)) {
			umbra_cls_bag_take(&bag, id);
			in[id]--;
		} else {
			umbra_cls_bag_put(&bag, id);
			in[id]++;
		}
		subset = in[id] ? subset | 1u << id : subset & ~(1u << id);
		asked = bag;
		asked.hash = hashes ? subset % hashes : bag.hash;
		good = !umbra_cls_sets_number(&sets, &asked, &number);
		if (subset && !number_of[subset]) {
			good &= number == distinct++;
			number_of[subset] = number;
		}
		good &= number == number_of[subset];
	}
	good &= umbra_cls_sets_count(&sets) == distinct;
	umbra_cls_pool_free(&pool);
	return good && !budget.used;
}

int main(void)
{
	tap_ok(walk(0), "each set has its own number");
	tap_ok(walk(1), "each set has its own number even if all hashes collide");
	tap_ok(walk(7), "each set has its own number even if hashes often collide");
	return tap_done();
}
