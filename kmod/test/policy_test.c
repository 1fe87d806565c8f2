// SPDX-License-Identifier: GPL-2.0
/* The life of a policy: from a candidate's rows to a policy that judges, and to its end. */
#include "rows.h"

#include "commit/commit.h"
#include "edges.h"
#include "policy/policy.h"

static const struct umbra_commit plainly;

static void a_policy_takes_effect_only_once_it_is_published(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct umbra_policy *p;
	struct umbra_row *row;

	mutex_lock(&un->lock);
	p = umbra_test_build(test, 0);
	if (p) {
		row = umbra_test_rule(p, 0);
		KUNIT_EXPECT_NULL(test, umbra_running(un));
		KUNIT_EXPECT_EQ(test, un->generation, 0);
		KUNIT_EXPECT_EQ(test, row->id, 0);
		KUNIT_EXPECT_EQ(test, umbra_test_says(p, 5190), UMBRA_ACTION_ALLOW);
		KUNIT_EXPECT_EQ(test, umbra_test_says(p, 5191), 0);
		KUNIT_EXPECT_EQ(test, umbra_commit_publish(un, p, &plainly, NULL, &r), 0);
		KUNIT_EXPECT_PTR_EQ(test, umbra_running(un), p);
		KUNIT_EXPECT_EQ(test, p->generation, 1);
		KUNIT_EXPECT_PTR_EQ(test, xa_load(&un->rows, row->id), (const void *)row);
		KUNIT_EXPECT_EQ(test, refcount_read(&row->refs), 1);
	}
	mutex_unlock(&un->lock);
	KUNIT_EXPECT_EQ(test, r.nr, 0);
	KUNIT_EXPECT_TRUE(test, umbra_edges.hooked);
}

static void a_replaced_policy_stays_whole_for_its_readers_until_it_is_retired(struct kunit *test)
{
	struct umbra_policy *first, *second;
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	u32 gone;

	mutex_lock(&un->lock);
	first = umbra_test_commit(test, 80, &plainly, &r);
	second = umbra_test_commit(test, 0, &plainly, &r);
	mutex_unlock(&un->lock);
	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_ASSERT_NOT_NULL(test, second);

	KUNIT_ASSERT_EQ(test, r.nr, 1);
	KUNIT_EXPECT_PTR_EQ(test, r.policy[0], first);
	KUNIT_EXPECT_EQ(test, umbra_test_says(first, 80), UMBRA_ACTION_REJECT);
	KUNIT_EXPECT_EQ(test, umbra_test_says(second, 80), 0);
	gone = umbra_test_rule(first, 1)->id;
	KUNIT_EXPECT_NOT_NULL(test, xa_load(&un->rows, gone));
	umbra_retire(un, &r);
	KUNIT_EXPECT_EQ(test, r.nr, 0);
	KUNIT_EXPECT_NULL(test, xa_load(&un->rows, gone));
	KUNIT_EXPECT_EQ(test, umbra_test_says(second, 5190), UMBRA_ACTION_ALLOW);
}

static void an_unchanged_row_keeps_its_id_and_counters_in_the_next_policy(struct kunit *test)
{
	struct umbra_policy *first, *second;
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct umbra_row *row;

	mutex_lock(&un->lock);
	first = umbra_test_commit(test, 0, &plainly, &r);
	row = first ? umbra_test_rule(first, 0) : NULL;
	if (row)
		atomic64_set(&row->hits, 42);
	second = umbra_test_commit(test, 80, &plainly, &r);
	mutex_unlock(&un->lock);
	umbra_retire(un, &r);
	KUNIT_ASSERT_NOT_NULL(test, row);
	KUNIT_ASSERT_NOT_NULL(test, second);
	KUNIT_EXPECT_PTR_EQ(test, umbra_test_rule(second, 0), row);
	KUNIT_EXPECT_PTR_EQ(test, xa_load(&un->rows, row->id), (const void *)row);
	KUNIT_EXPECT_EQ(test, atomic64_read(&row->hits), 42);
	KUNIT_EXPECT_EQ(test, refcount_read(&row->refs), 1);
	KUNIT_EXPECT_EQ(test, second->generation, 2);
	KUNIT_EXPECT_GT(test, umbra_test_rule(second, 1)->id, row->id);
}

static void a_build_that_fails_changes_nothing(struct kunit *test)
{
	struct umbra_policy *p = NULL, *before;
	struct umbra_net *un = test->priv;
	struct umbra_candidate *c;
	struct umbra_retired r = {};
	struct umbra_row *row;
	u32 last;

	mutex_lock(&un->lock);
	before = umbra_test_commit(test, 0, &plainly, &r);
	last = un->last_row;
	c = umbra_test_candidate(un, UMBRA_TEST_PORTID);
	if (c) {
		KUNIT_EXPECT_EQ(test, umbra_test_add_rule(un, c, "nobody", UMBRA_ACTION_ALLOW), 0);
		row = c->rows[UMBRA_TABLE_RULE].row[0];
		KUNIT_EXPECT_EQ(test, umbra_commit_build(un, c, &plainly, NULL, &p), -ENOENT);
		KUNIT_EXPECT_NULL(test, p);
		KUNIT_EXPECT_PTR_EQ(test, umbra_running(un), before);
		KUNIT_EXPECT_EQ(test, un->last_row, last);
		KUNIT_EXPECT_EQ(test, refcount_read(&row->refs), 1);
		KUNIT_EXPECT_FALSE(test, row->claimed);
	}
	mutex_unlock(&un->lock);
	KUNIT_EXPECT_NOT_NULL(test, c);
	KUNIT_EXPECT_EQ(test, r.nr, 0);
}

static u32 rows_with_id(struct umbra_net *un)
{
	unsigned long id;
	u32 nr = 0;
	void *row;

	xa_for_each(&un->rows, id, row)
		nr++;
	return nr;
}

/* A policy that cannot take effect still belongs to the caller, and never was in effect. */
static void fails_to_publish(struct kunit *test, int *edge)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct umbra_policy *p;

	*edge = -EADDRINUSE;
	mutex_lock(&un->lock);
	p = umbra_test_build(test, 80);
	if (p) {
		KUNIT_EXPECT_EQ(test, umbra_commit_publish(un, p, &plainly, NULL, &r), -EADDRINUSE);
		KUNIT_EXPECT_NULL(test, umbra_running(un));
		KUNIT_EXPECT_FALSE(test, umbra_edges.prepared);
		KUNIT_EXPECT_EQ(test, un->generation, 0);
		KUNIT_EXPECT_EQ(test, rows_with_id(un), 0);
		KUNIT_EXPECT_EQ(test, umbra_test_rule(p, 0)->id, 0);
		*edge = 0;
		KUNIT_EXPECT_EQ(test, umbra_commit_publish(un, p, &plainly, NULL, &r), 0);
		KUNIT_EXPECT_PTR_EQ(test, umbra_running(un), p);
	}
	mutex_unlock(&un->lock);
	KUNIT_EXPECT_EQ(test, r.nr, 0);
}

static void a_policy_whose_relay_cannot_listen_leaves_nothing_behind(struct kunit *test)
{
	fails_to_publish(test, &umbra_edges.relays_fail);
}

static void a_policy_whose_hooks_fail_leaves_no_relay_behind(struct kunit *test)
{
	fails_to_publish(test, &umbra_edges.hooks_fail);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_policy_takes_effect_only_once_it_is_published),
	KUNIT_CASE(a_replaced_policy_stays_whole_for_its_readers_until_it_is_retired),
	KUNIT_CASE(an_unchanged_row_keeps_its_id_and_counters_in_the_next_policy),
	KUNIT_CASE(a_build_that_fails_changes_nothing),
	KUNIT_CASE(a_policy_whose_relay_cannot_listen_leaves_nothing_behind),
	KUNIT_CASE(a_policy_whose_hooks_fail_leaves_no_relay_behind),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_policy",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
