// SPDX-License-Identifier: GPL-2.0
/* The walker: which sessions it ends, and when it rests. No test waits for its timer. */
#include "world.h"

#include "edges.h"
#include "life/wake.h"
#include "upkeep/walker.h"

#define MANY		300
#define THIRD		(MANY / 3)

/* Run the walker more often than a round needs, each time at once. */
static void walk_round(struct umbra_net *un)
{
	u32 i;

	umbra_walker_wake(un);
	for (i = 0; i < 30; i++)
		flush_delayed_work(&un->walker);
}

static struct umbra_session **insert_many(struct kunit *test)
{
	struct umbra_session **s = kunit_kcalloc(test, MANY, sizeof(*s), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	for (i = 0; i < MANY; i++)
		s[i] = umbra_test_inserted(test, i);
	return s;
}

static void the_walker_ends_who_is_idle_for_too_long_and_nobody_else(struct kunit *test)
{
	struct umbra_session **s = insert_many(test);
	struct umbra_net *un = test->priv;
	u32 i, wrong = 0;

	for (i = 0; i < MANY; i += 3)
		WRITE_ONCE(s[i]->expires, (u32)jiffies - 1);
	walk_round(un);
	KUNIT_EXPECT_EQ(test, umbra_test_ended(un, UMBRA_REASON_TIMEOUT), THIRD);
	KUNIT_EXPECT_EQ(test, umbra_edges.ended, THIRD);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), MANY - THIRD);
	for (i = 0; i < MANY; i++)
		if (i % 3)
			wrong += !umbra_test_is_found(s[i]);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void the_walker_rests_once_there_is_no_session(struct kunit *test)
{
	struct umbra_session *s = umbra_test_inserted(test, 1);
	struct umbra_net *un = test->priv;

	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&un->walker));
	umbra_walker_wake(un);
	flush_delayed_work(&un->walker);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&un->walker));
	WRITE_ONCE(s->expires, (u32)jiffies);
	walk_round(un);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&un->walker));
}

static void the_walker_goes_on_where_it_was_in_a_table_that_grew(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_session *s;
	u32 i;

	/* Walk some way into the small table, which then is replaced by a larger one. */
	umbra_walker_wake(un);
	for (i = 0; i < 3; i++)
		flush_delayed_work(&un->walker);
	for (i = 0; i < 6000; i++) {
		s = umbra_test_inserted(test, i);
		WRITE_ONCE(s->expires, (u32)jiffies - 1);
	}
	flush_delayed_work(&un->table.resize);
	KUNIT_EXPECT_GT(test, umbra_table_buckets(&un->table), 2048);
	walk_round(un);
	walk_round(un);
	KUNIT_EXPECT_EQ(test, umbra_test_ended(un, UMBRA_REASON_TIMEOUT), 6000);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 0);
}

static void all_end_with_the_reason_that_is_given(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	insert_many(test);
	umbra_walker_kill_all(un, UMBRA_REASON_POLICY);
	KUNIT_EXPECT_EQ(test, umbra_test_ended(un, UMBRA_REASON_POLICY), MANY);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_walker_ends_who_is_idle_for_too_long_and_nobody_else),
	KUNIT_CASE(the_walker_rests_once_there_is_no_session),
	KUNIT_CASE(the_walker_goes_on_where_it_was_in_a_table_that_grew),
	KUNIT_CASE(all_end_with_the_reason_that_is_given),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_walker",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
