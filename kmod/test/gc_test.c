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

static void the_walker_ends_the_sessions_that_have_expired_and_no_others(struct kunit *test)
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

static void the_walker_stops_once_no_session_is_left(struct kunit *test)
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

static void the_walker_ends_all_expired_sessions_although_the_table_has_grown(struct kunit *test)
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

static void killing_all_sessions_counts_each_under_the_given_reason(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	insert_many(test);
	umbra_walker_kill_all(un, UMBRA_REASON_POLICY);
	KUNIT_EXPECT_EQ(test, umbra_test_ended(un, UMBRA_REASON_POLICY), MANY);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_walker_ends_the_sessions_that_have_expired_and_no_others),
	KUNIT_CASE(the_walker_stops_once_no_session_is_left),
	KUNIT_CASE(the_walker_ends_all_expired_sessions_although_the_table_has_grown),
	KUNIT_CASE(killing_all_sessions_counts_each_under_the_given_reason),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_walker",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
