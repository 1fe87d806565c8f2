// SPDX-License-Identifier: GPL-2.0
/* Candidates and commits: bases, confirmations, reverts. No test waits for the timer. */
#include "edges.h"
#include "rows.h"

#include <net/sock.h>

#include "compat/umbra_workqueue.h"

static const struct umbra_commit plainly;
static const struct umbra_commit for_a_minute = { .confirm = 60 };

/* Two policies; the second waits for confirmation. */
struct pair {
	struct umbra_policy *first;
	struct umbra_policy *second;
};

static struct pair commit_two(struct kunit *test, struct umbra_retired *r)
{
	struct umbra_net *un = test->priv;
	struct pair p;

	mutex_lock(&un->lock);
	p.first = umbra_test_commit(test, 0, &plainly, r);
	p.second = umbra_test_commit(test, 80, &for_a_minute, r);
	mutex_unlock(&un->lock);
	KUNIT_ASSERT_NOT_NULL(test, p.first);
	KUNIT_ASSERT_NOT_NULL(test, p.second);
	return p;
}

static u32 seconds_left(struct umbra_net *un)
{
	u32 seconds;

	mutex_lock(&un->lock);
	seconds = umbra_commit_seconds(un);
	mutex_unlock(&un->lock);
	return seconds;
}

typedef int decide_fn(struct umbra_net *un, struct umbra_retired *r);

static int decide(struct umbra_net *un, decide_fn *decision, struct umbra_retired *r)
{
	int err;

	mutex_lock(&un->lock);
	err = decision(un, r);
	mutex_unlock(&un->lock);
	return err;
}

static void a_confirmed_policy_stays_and_its_predecessor_is_retired(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct pair p = commit_two(test, &r);

	KUNIT_EXPECT_EQ(test, r.nr, 0);
	KUNIT_EXPECT_EQ(test, seconds_left(un), 60);
	KUNIT_EXPECT_EQ(test, decide(un, umbra_commit_confirm, &r), 0);
	KUNIT_ASSERT_EQ(test, r.nr, 1);
	KUNIT_EXPECT_PTR_EQ(test, r.policy[0], p.first);
	umbra_retire(un, &r);
	KUNIT_EXPECT_PTR_EQ(test, umbra_test_running(un), p.second);
	KUNIT_EXPECT_EQ(test, seconds_left(un), 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&un->revert));
	KUNIT_EXPECT_EQ(test, decide(un, umbra_commit_confirm, &r), -ENOENT);
	KUNIT_EXPECT_EQ(test, decide(un, umbra_commit_revert, &r), -ENOENT);
}

static void a_revert_restores_the_previous_policy_with_a_new_generation(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct pair p = commit_two(test, &r);

	KUNIT_EXPECT_EQ(test, decide(un, umbra_commit_revert, &r), 0);
	KUNIT_ASSERT_EQ(test, r.nr, 1);
	KUNIT_EXPECT_PTR_EQ(test, r.policy[0], p.second);
	KUNIT_EXPECT_PTR_EQ(test, umbra_test_running(un), p.first);
	KUNIT_EXPECT_EQ(test, p.first->generation, 3);
	KUNIT_EXPECT_EQ(test, p.first->judged_since, 3);
	umbra_retire(un, &r);
	KUNIT_EXPECT_EQ(test, umbra_test_says(p.first, 80), 0);
	KUNIT_EXPECT_EQ(test, umbra_edges.policies, 3);
}

static void the_timer_reverts_a_policy_only_once_its_time_to_confirm_is_over(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct pair p = commit_two(test, &r);

	/* The work finds that the time is not over, as after a later commit with a longer time. */
	flush_delayed_work(&un->revert);
	KUNIT_EXPECT_PTR_EQ(test, umbra_test_running(un), p.second);
	un->confirm_at = jiffies;
	mod_delayed_work(system_percpu_wq, &un->revert, 0);
	flush_delayed_work(&un->revert);
	KUNIT_EXPECT_PTR_EQ(test, umbra_test_running(un), p.first);
	KUNIT_EXPECT_EQ(test, seconds_left(un), 0);
}

static void a_revert_of_two_unconfirmed_policies_restores_the_one_before_both(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_policy *third;
	struct umbra_retired r = {};
	struct pair p = commit_two(test, &r);

	mutex_lock(&un->lock);
	third = umbra_test_commit(test, 443, &for_a_minute, &r);
	mutex_unlock(&un->lock);
	KUNIT_ASSERT_NOT_NULL(test, third);
	KUNIT_ASSERT_EQ(test, r.nr, 1);
	KUNIT_EXPECT_PTR_EQ(test, r.policy[0], p.second);
	umbra_retire(un, &r);
	KUNIT_EXPECT_EQ(test, decide(un, umbra_commit_revert, &r), 0);
	KUNIT_EXPECT_PTR_EQ(test, umbra_test_running(un), p.first);
	umbra_retire(un, &r);
}

static void a_revert_of_the_first_policy_leaves_no_policy_hooks_or_sessions(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_policy *only;
	struct umbra_retired r = {};

	mutex_lock(&un->lock);
	only = umbra_test_commit(test, 0, &for_a_minute, &r);
	mutex_unlock(&un->lock);
	KUNIT_ASSERT_NOT_NULL(test, only);
	umbra_test_inserted(test, 1);
	KUNIT_EXPECT_TRUE(test, umbra_edges.hooked);
	umbra_retire(un, &r);
	KUNIT_EXPECT_TRUE(test, umbra_edges.expressing);
	KUNIT_EXPECT_EQ(test, decide(un, umbra_commit_revert, &r), 0);
	KUNIT_EXPECT_NULL(test, umbra_test_running(un));
	KUNIT_EXPECT_FALSE(test, umbra_edges.hooked);
	KUNIT_EXPECT_EQ(test, umbra_test_ended(un, UMBRA_REASON_POLICY), 1);
	umbra_retire(un, &r);
	KUNIT_EXPECT_FALSE(test, umbra_edges.expressing);
	KUNIT_EXPECT_TRUE(test, xa_empty(&un->rows));
}

/* Build an empty policy that is based on a generation. Context: umbra_net.lock held. */
static int build_on(struct umbra_net *un, u32 base, struct umbra_policy **p)
{
	const struct umbra_commit how = { .has_base = true, .base = base };
	struct umbra_candidate *c = umbra_test_candidate(un, UMBRA_TEST_PORTID);

	return c ? umbra_commit_build(un, c, &how, NULL, p) : -ENOMEM;
}

static void a_policy_based_on_an_older_generation_is_refused(struct kunit *test)
{
	struct umbra_policy *p = NULL, *second = NULL;
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};

	mutex_lock(&un->lock);
	umbra_test_commit(test, 0, &plainly, &r);
	KUNIT_EXPECT_EQ(test, build_on(un, 0, &p), -ESTALE);
	KUNIT_EXPECT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, build_on(un, 1, &second), 0);
	umbra_policy_free(un, second);
	mutex_unlock(&un->lock);
}

static void a_new_policy_judges_all_sessions_again_unless_it_keeps_them(struct kunit *test)
{
	const struct umbra_commit keep = { .keep_sessions = true };
	struct umbra_net *un = test->priv;
	struct umbra_retired r = {};
	struct umbra_policy *p;

	mutex_lock(&un->lock);
	umbra_test_commit(test, 0, &plainly, &r);
	p = umbra_test_commit(test, 80, &keep, &r);
	KUNIT_EXPECT_EQ(test, p ? p->judged_since : 0, 1);
	mutex_unlock(&un->lock);
	umbra_retire(un, &r);
	mutex_lock(&un->lock);
	p = umbra_test_commit(test, 0, &plainly, &r);
	KUNIT_EXPECT_EQ(test, p ? p->judged_since : 0, 3);
	mutex_unlock(&un->lock);
	umbra_retire(un, &r);
}

/* @nr sockets that belong to nobody. */
static struct sock *sockets(struct kunit *test, u32 nr)
{
	struct sock *sk = kunit_kcalloc(test, nr, sizeof(*sk), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sk);
	return sk;
}

static void each_socket_has_one_candidate_and_a_namespace_a_limited_number(struct kunit *test)
{
	struct sock *sk = sockets(test, UMBRA_CANDIDATES + 1), *more = sk + UMBRA_CANDIDATES;
	struct umbra_net *un = test->priv;
	u32 i, opened = 0;

	mutex_lock(&un->lock);
	for (i = 0; i < UMBRA_CANDIDATES; i++)
		opened += !umbra_candidate_open(un, &sk[i], i + 1, false);
	KUNIT_EXPECT_EQ(test, opened, UMBRA_CANDIDATES);
	KUNIT_EXPECT_EQ(test, umbra_candidate_open(un, more, 1000, false), -EBUSY);
	KUNIT_EXPECT_NULL(test, umbra_candidate_find(un, more));
	/* A socket that has a candidate begins again with an empty one. */
	KUNIT_EXPECT_EQ(test, umbra_candidate_open(un, &sk[0], 1, false), 0);
	umbra_candidate_close(un, umbra_candidate_find(un, &sk[1]));
	KUNIT_EXPECT_EQ(test, umbra_candidate_open(un, more, 1000, false), 0);
	mutex_unlock(&un->lock);
	sock_set_flag(more, SOCK_DEAD);
	umbra_candidate_release(un, 1000);
	mutex_lock(&un->lock);
	KUNIT_EXPECT_NULL(test, umbra_candidate_find(un, more));
	KUNIT_EXPECT_NOT_NULL(test, umbra_candidate_find(un, &sk[0]));
	mutex_unlock(&un->lock);
}

static void a_candidate_survives_the_close_of_an_older_socket_with_its_port_id(struct kunit *test)
{
	struct sock *dead = sockets(test, 2), *alive = dead + 1;
	struct umbra_net *un = test->priv;
	struct umbra_candidate *c;

	mutex_lock(&un->lock);
	KUNIT_EXPECT_EQ(test, umbra_candidate_open(un, dead, 7, false), 0);
	sock_set_flag(dead, SOCK_DEAD);
	KUNIT_EXPECT_NULL(test, umbra_candidate_find(un, alive));
	KUNIT_EXPECT_EQ(test, umbra_candidate_open(un, alive, 7, false), 0);
	c = umbra_candidate_find(un, alive);
	mutex_unlock(&un->lock);
	umbra_candidate_release(un, 7);
	mutex_lock(&un->lock);
	KUNIT_EXPECT_NULL(test, umbra_candidate_find(un, dead));
	KUNIT_EXPECT_NOT_NULL(test, c);
	KUNIT_EXPECT_PTR_EQ(test, umbra_candidate_find(un, alive), c);
	mutex_unlock(&un->lock);
}

static void a_clone_shares_the_rows_of_the_running_policy(struct kunit *test)
{
	const struct sock *sk = sockets(test, 1);
	struct umbra_net *un = test->priv;
	struct umbra_candidate *c;
	struct umbra_retired r = {};
	struct umbra_policy *p;

	mutex_lock(&un->lock);
	p = umbra_test_commit(test, 80, &plainly, &r);
	KUNIT_EXPECT_EQ(test, umbra_candidate_open(un, sk, 8, true), 0);
	c = umbra_candidate_find(un, sk);
	if (p && c) {
		KUNIT_EXPECT_EQ(test, c->nr, 4);
		KUNIT_EXPECT_PTR_EQ(test, c->rows[UMBRA_TABLE_RULE].row[1], umbra_test_rule(p, 1));
		KUNIT_EXPECT_EQ(test, refcount_read(&umbra_test_rule(p, 1)->refs), 2);
		umbra_candidate_close(un, c);
		KUNIT_EXPECT_EQ(test, refcount_read(&umbra_test_rule(p, 1)->refs), 1);
	}
	mutex_unlock(&un->lock);
	KUNIT_EXPECT_NOT_NULL(test, c);
}

/* Each pair is the time of the first commit and a later time, with jiffies wrapping between. */
static void the_time_since_the_first_commit_stays_right_when_jiffies_wrap(struct kunit *test)
{
	static const u64 begun[] = { 0, INITIAL_JIFFIES, U32_MAX - 5, (u64)U32_MAX + 1, 1ULL << 40 };
	static const u64 later[] = {
		60 * HZ, 61 * HZ, 1ULL << 31, (1ULL << 31) + 1, U32_MAX, 1ULL << 32, (1ULL << 32) + 1,
		(1ULL << 32) + 30 * HZ, (3ULL << 31) + 30 * HZ, 1ULL << 33, (1ULL << 40) + 5,
	};
	struct umbra_net *un = test->priv;
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(begun); i++) {
		un->judging_since = begun[i];
		KUNIT_EXPECT_FALSE(test, umbra_judges_less_than(un, 0, begun[i]));
		KUNIT_EXPECT_TRUE(test, umbra_judges_less_than(un, 60, begun[i]));
		KUNIT_EXPECT_TRUE(test, umbra_judges_less_than(un, 60, begun[i] + 60 * HZ - 1));
		KUNIT_EXPECT_TRUE(test, umbra_judges_less_than(un, U32_MAX, begun[i] + U32_MAX));
		for (j = 0; j < ARRAY_SIZE(later); j++)
			KUNIT_EXPECT_FALSE(test,
					   umbra_judges_less_than(un, 60, begun[i] + later[j]));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_time_since_the_first_commit_stays_right_when_jiffies_wrap),
	KUNIT_CASE(a_confirmed_policy_stays_and_its_predecessor_is_retired),
	KUNIT_CASE(a_revert_restores_the_previous_policy_with_a_new_generation),
	KUNIT_CASE(the_timer_reverts_a_policy_only_once_its_time_to_confirm_is_over),
	KUNIT_CASE(a_revert_of_two_unconfirmed_policies_restores_the_one_before_both),
	KUNIT_CASE(a_revert_of_the_first_policy_leaves_no_policy_hooks_or_sessions),
	KUNIT_CASE(a_policy_based_on_an_older_generation_is_refused),
	KUNIT_CASE(a_new_policy_judges_all_sessions_again_unless_it_keeps_them),
	KUNIT_CASE(each_socket_has_one_candidate_and_a_namespace_a_limited_number),
	KUNIT_CASE(a_candidate_survives_the_close_of_an_older_socket_with_its_port_id),
	KUNIT_CASE(a_clone_shares_the_rows_of_the_running_policy),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_commit",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
