// SPDX-License-Identifier: GPL-2.0
/*
 * Time classes: the policy for the hour. The machine's clock is not changed: a case moves local
 * time by moving the zone. Works are flushed, so no test waits for them.
 */
#include <linux/math64.h>
#include <linux/timekeeping.h>

#include "commit/clock.h"
#include "edges.h"
#include "rows.h"

static const struct umbra_commit plainly;
static const struct umbra_commit for_a_minute = { .confirm = 60 };

/* Mornings are a time class from 0:00 to 12:00 on every day. */
#define MORNING		6
#define EVENING		18

static void zone_for(struct umbra_zone *zone, u32 hour)
{
	s32 today;

	div_s64_rem(ktime_get_real_seconds(), 86400, &today);
	zone->nr = 1;
	zone->at[0].from = 0;
	zone->at[0].seconds = (s32)hour * 3600 - today;
	if (zone->at[0].seconds < -43200)
		zone->at[0].seconds += 86400;
}

/* Make it that hour of the day from now on; the work is queued. */
static void make_it(struct umbra_net *un, u32 hour)
{
	struct umbra_zone zone;

	zone_for(&zone, hour);
	mutex_lock(&un->lock);
	umbra_clock_set_zone(un, &zone);
	mutex_unlock(&un->lock);
}

static void make_it_and_wait(struct umbra_net *un, u32 hour)
{
	make_it(un, hour);
	flush_delayed_work(&un->clock);
}

/* Commit a policy that allows port 5190 in mornings, and always rejects port 80 if @reject. */
static struct umbra_policy *commit_timed(struct kunit *test, const struct umbra_commit *how,
					 bool reject, struct umbra_retired *r)
{
	struct umbra_net *un = test->priv;
	struct umbra_policy *p = NULL;
	struct umbra_candidate *c;
	int err;

	mutex_lock(&un->lock);
	c = umbra_test_candidate(un, UMBRA_TEST_PORTID);
	err = c ? umbra_test_add_time(un, c, "mornings", 12 * 60) : -ENOMEM;
	err = err ?: umbra_test_add_service(un, c, "icq", 5190);
	err = err ?: umbra_test_add_timed_rule(un, c, "icq", UMBRA_ACTION_ALLOW);
	if (reject) {
		err = err ?: umbra_test_add_service(un, c, "other", 80);
		err = err ?: umbra_test_add_rule(un, c, "other", UMBRA_ACTION_REJECT);
	}
	err = err ?: umbra_commit_build(un, c, how, NULL, &p);
	err = err ?: umbra_commit_publish(un, p, how, NULL, r);
	if (c)
		umbra_candidate_close(un, c);
	mutex_unlock(&un->lock);
	KUNIT_ASSERT_EQ(test, err, 0);
	umbra_retire(un, r);
	return p;
}

static void a_rule_with_a_time_class_applies_only_in_its_hours(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct umbra_policy *p;
	u32 id;

	make_it(un, MORNING);
	p = commit_timed(test, &plainly, false, &r);
	id = umbra_test_rule(p, 0)->id;
	KUNIT_EXPECT_EQ(test, umbra_test_says(p, 5190), UMBRA_ACTION_ALLOW);
	KUNIT_EXPECT_TRUE(test, p->time[0].active);
	atomic64_set(&umbra_test_rule(p, 0)->hits, 7);
	make_it_and_wait(un, EVENING);
	p = umbra_test_running(un);
	KUNIT_EXPECT_EQ(test, p->generation, 2);
	KUNIT_EXPECT_EQ(test, p->judged_since, 2);
	KUNIT_EXPECT_EQ(test, umbra_test_says(p, 5190), 0);
	KUNIT_EXPECT_FALSE(test, p->time[0].active);
	make_it_and_wait(un, MORNING);
	p = umbra_test_running(un);
	KUNIT_EXPECT_EQ(test, p->generation, 3);
	KUNIT_EXPECT_EQ(test, umbra_test_says(p, 5190), UMBRA_ACTION_ALLOW);
	KUNIT_EXPECT_EQ(test, umbra_test_rule(p, 0)->id, id);
	KUNIT_EXPECT_EQ(test, atomic64_read(&umbra_test_rule(p, 0)->hits), 7);
}

static void no_new_policy_is_made_while_no_time_class_begins_or_ends(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct umbra_policy *p;

	make_it(un, MORNING);
	p = commit_timed(test, &plainly, false, &r);
	make_it_and_wait(un, MORNING + 2);
	KUNIT_EXPECT_PTR_EQ(test, umbra_test_running(un), p);
	KUNIT_EXPECT_EQ(test, un->generation, 1);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&un->clock));
}

static void a_policy_without_time_classes_needs_no_timer(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};

	commit_timed(test, &plainly, false, &r);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&un->clock));
	mutex_lock(&un->lock);
	umbra_test_commit(test, 0, &plainly, &r);
	mutex_unlock(&un->lock);
	umbra_retire(un, &r);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&un->clock));
}

static bool has_rows_of(struct umbra_net *un, u32 generation)
{
	bool has;

	mutex_lock(&un->lock);
	has = umbra_commit_has_rows_of(un, generation);
	mutex_unlock(&un->lock);
	return has;
}

static void rows_that_were_read_before_a_time_class_ended_are_still_current(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};

	make_it(un, MORNING);
	commit_timed(test, &plainly, false, &r);
	make_it_and_wait(un, EVENING);
	KUNIT_EXPECT_EQ(test, un->generation, 2);
	KUNIT_EXPECT_FALSE(test, has_rows_of(un, 0));
	KUNIT_EXPECT_TRUE(test, has_rows_of(un, 1));
	KUNIT_EXPECT_TRUE(test, has_rows_of(un, 2));
	KUNIT_EXPECT_FALSE(test, has_rows_of(un, 3));
	commit_timed(test, &plainly, true, &r);
	KUNIT_EXPECT_FALSE(test, has_rows_of(un, 1));
	KUNIT_EXPECT_FALSE(test, has_rows_of(un, 2));
	KUNIT_EXPECT_TRUE(test, has_rows_of(un, 3));
}

static void a_revert_restores_the_previous_policy_as_of_the_current_hour(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct umbra_policy *p;

	make_it(un, MORNING);
	commit_timed(test, &plainly, false, &r);
	commit_timed(test, &for_a_minute, true, &r);
	make_it_and_wait(un, EVENING);
	KUNIT_EXPECT_EQ(test, un->generation, 3);
	KUNIT_EXPECT_TRUE(test, un->has_previous);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&un->revert));
	KUNIT_EXPECT_EQ(test, umbra_test_says(umbra_test_running(un), 5190), 0);
	KUNIT_EXPECT_EQ(test, umbra_test_says(umbra_test_running(un), 80), UMBRA_ACTION_REJECT);
	mutex_lock(&un->lock);
	KUNIT_EXPECT_EQ(test, umbra_commit_revert(un, &r), 0);
	mutex_unlock(&un->lock);
	KUNIT_EXPECT_EQ(test, r.nr, 2);
	umbra_retire(un, &r);
	p = umbra_test_running(un);
	KUNIT_EXPECT_EQ(test, umbra_test_says(p, 80), 0);
	KUNIT_EXPECT_EQ(test, umbra_test_says(p, 5190), 0);
	KUNIT_EXPECT_EQ(test, un->rows_since, 4);
	make_it_and_wait(un, MORNING);
	KUNIT_EXPECT_EQ(test, umbra_test_says(umbra_test_running(un), 5190), UMBRA_ACTION_ALLOW);
}

static void a_revert_to_no_policy_stops_the_timer_of_the_time_classes(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};

	commit_timed(test, &for_a_minute, false, &r);
	mutex_lock(&un->lock);
	KUNIT_EXPECT_EQ(test, umbra_commit_revert(un, &r), 0);
	mutex_unlock(&un->lock);
	umbra_retire(un, &r);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&un->clock));
	make_it_and_wait(un, EVENING);
	KUNIT_EXPECT_NULL(test, umbra_test_running(un));
}

/* A relay that cannot listen any more affects no other row. */
static void a_rule_s_hours_end_even_if_a_relay_cannot_listen(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};

	make_it(un, MORNING);
	commit_timed(test, &plainly, false, &r);
	umbra_edges.relays_fail = -EADDRINUSE;
	make_it_and_wait(un, EVENING);
	KUNIT_EXPECT_EQ(test, umbra_test_says(umbra_test_running(un), 5190), 0);
}

static void a_policy_with_an_unknown_or_duplicate_time_class_is_refused(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_policy *p = NULL;
	struct umbra_candidate *c;
	int err;

	mutex_lock(&un->lock);
	c = umbra_test_candidate(un, UMBRA_TEST_PORTID);
	err = c ? umbra_test_add_service(un, c, "icq", 5190) : -ENOMEM;
	err = err ?: umbra_test_add_timed_rule(un, c, "icq", UMBRA_ACTION_ALLOW);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, umbra_commit_build(un, c, &plainly, NULL, &p), -ENOENT);
	umbra_test_add_time(un, c, "mornings", 12 * 60);
	umbra_test_add_time(un, c, "mornings", 13 * 60);
	KUNIT_EXPECT_EQ(test, umbra_commit_build(un, c, &plainly, NULL, &p), -EEXIST);
	umbra_candidate_close(un, c);
	mutex_unlock(&un->lock);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_rule_with_a_time_class_applies_only_in_its_hours),
	KUNIT_CASE(no_new_policy_is_made_while_no_time_class_begins_or_ends),
	KUNIT_CASE(a_policy_without_time_classes_needs_no_timer),
	KUNIT_CASE(rows_that_were_read_before_a_time_class_ended_are_still_current),
	KUNIT_CASE(a_revert_restores_the_previous_policy_as_of_the_current_hour),
	KUNIT_CASE(a_revert_to_no_policy_stops_the_timer_of_the_time_classes),
	KUNIT_CASE(a_rule_s_hours_end_even_if_a_relay_cannot_listen),
	KUNIT_CASE(a_policy_with_an_unknown_or_duplicate_time_class_is_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_time",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
