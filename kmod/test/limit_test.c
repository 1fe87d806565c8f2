// SPDX-License-Identifier: GPL-2.0
/* Limits: the maximum of the namespace, and a rule's own sessions and rate. */
#include "world.h"

#include "life/limit.h"
#include "policy/policy.h"
#include "life/pressure.h"

#define RULE		77
#define RATE		5
#define SOURCE		12345

static u8 admit(struct kunit *test, const struct umbra_verdict *v)
{
	return umbra_test_asked(umbra_limit_admit, test->priv, v, SOURCE);
}

static u8 foresee(struct kunit *test, const struct umbra_verdict *v)
{
	return umbra_test_asked(umbra_limit_foresee, test->priv, v, SOURCE);
}

static void release(struct kunit *test, u32 rule)
{
	struct umbra_claimant who = { .source = SOURCE };

	rcu_read_lock();
	umbra_limit_release(test->priv, rule, &who);
	rcu_read_unlock();
}

/* How many of @tries are admitted, and why the first is not. */
static u32 admitted(struct kunit *test, const struct umbra_verdict *v, u32 tries, u8 *why)
{
	u32 nr = 0, i;

	*why = 0;
	for (i = 0; i < tries; i++) {
		u8 refused = admit(test, v);

		nr += !refused;
		*why = *why ?: refused;
	}
	return nr;
}

static void release_many(struct kunit *test, u32 rule, u32 nr)
{
	while (nr--)
		release(test, rule);
}

static void a_namespace_fills_exactly_to_its_ceiling_and_reuses_a_freed_place(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	u8 why;

	un->sessions_max = 10;
	KUNIT_EXPECT_EQ(test, admitted(test, NULL, 15, &why), 10);
	KUNIT_EXPECT_EQ(test, why, UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, foresee(test, NULL), UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 10);
	release(test, 0);
	KUNIT_EXPECT_EQ(test, foresee(test, NULL), 0);
	KUNIT_EXPECT_EQ(test, admitted(test, NULL, 5, &why), 1);
	release_many(test, 0, 10);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 0);
}

static void a_lowered_ceiling_admits_no_session_until_enough_have_ended(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	u8 why;

	KUNIT_EXPECT_EQ(test, admitted(test, NULL, 10, &why), 10);
	un->sessions_max = 5;
	release_many(test, 0, 5);
	KUNIT_EXPECT_EQ(test, admit(test, NULL), UMBRA_REASON_SESSIONS_FULL);
	release(test, 0);
	KUNIT_EXPECT_EQ(test, admit(test, NULL), 0);
	release_many(test, 0, 5);
}

static void a_session_over_its_rule_s_ceiling_takes_no_place_of_the_namespace(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	struct umbra_net *un = test->priv;
	u8 why;

	v->sessions = 3;
	KUNIT_EXPECT_EQ(test, admitted(test, v, 7, &why), 3);
	KUNIT_EXPECT_EQ(test, why, UMBRA_REASON_RULE_SESSIONS);
	KUNIT_EXPECT_EQ(test, foresee(test, v), UMBRA_REASON_RULE_SESSIONS);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 3);
	KUNIT_EXPECT_EQ(test, admit(test, NULL), 0);
	release(test, RULE);
	KUNIT_EXPECT_EQ(test, admit(test, v), 0);
	release(test, 0);
	release_many(test, RULE, 3);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&v->row->sessions), 0);
}

static void a_session_over_the_namespace_s_ceiling_takes_no_place_of_its_rule(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	struct umbra_net *un = test->priv;

	un->sessions_max = 1;
	KUNIT_EXPECT_EQ(test, admit(test, NULL), 0);
	KUNIT_EXPECT_EQ(test, admit(test, v), UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, atomic_read(&v->row->sessions), 0);
	release(test, 0);
}

/* Set the tokens of a bucket to 0, and its last filling to @ago jiffies ago. */
static void emptied(struct umbra_verdict *v, unsigned long ago)
{
	v->row->rate.tokens = 0;
	v->row->rate.filled = jiffies - ago;
}

/* How many a rule's rate admits after @ago. Releases those sessions again. */
static void brings(struct kunit *test, struct umbra_verdict *v, unsigned long ago, u32 want)
{
	unsigned long begin = jiffies;
	u32 nr, more;
	u8 why;

	emptied(v, ago);
	nr = admitted(test, v, 3 * RATE, &why);
	/* Tokens also come while the case itself runs. */
	more = (jiffies - begin + 1) * RATE / HZ;
	release_many(test, RULE, nr);
	KUNIT_EXPECT_GE(test, nr, want);
	KUNIT_EXPECT_LE(test, nr, want + more);
	KUNIT_EXPECT_EQ(test, why, UMBRA_REASON_RULE_RATE);
	KUNIT_EXPECT_EQ(test, atomic_read(&v->row->sessions), 0);
}

static void a_rule_s_rate_accumulates_tokens_for_one_second_at_most(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);

	v->rate = RATE;
	brings(test, v, HZ * 61 / 100, 3);
	brings(test, v, HZ, RATE);
	brings(test, v, 3600 * HZ, RATE);
}

static void a_session_over_its_rule_s_rate_takes_no_place(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	struct umbra_net *un = test->priv;

	v->rate = RATE;
	emptied(v, 0);
	KUNIT_EXPECT_EQ(test, admit(test, v), UMBRA_REASON_RULE_RATE);
	KUNIT_EXPECT_EQ(test, atomic_read(&v->row->sessions), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 0);
}

static void checking_the_limits_in_advance_takes_no_token(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	u32 i;

	v->rate = 1;
	emptied(v, HZ);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, foresee(test, v), 0);
	KUNIT_EXPECT_EQ(test, admit(test, v), 0);
	KUNIT_EXPECT_EQ(test, foresee(test, v), UMBRA_REASON_RULE_RATE);
	release(test, RULE);
}

static void a_session_that_moves_to_another_rule_is_counted_there(struct kunit *test)
{
	struct umbra_verdict *from = umbra_test_verdict(test, RULE), *to = umbra_test_verdict(test, RULE + 1);
	struct umbra_claimant who = { .source = SOURCE };
	struct umbra_net *un = test->priv;

	/* It is counted already, so no limit refuses it. */
	to->sessions = 1;
	KUNIT_EXPECT_EQ(test, admit(test, to), 0);
	KUNIT_EXPECT_EQ(test, admit(test, from), 0);
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, umbra_limit_move(un, RULE, to, &who));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, atomic_read(&from->row->sessions), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&to->row->sessions), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 2);
	release_many(test, RULE + 1, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&to->row->sessions), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_namespace_fills_exactly_to_its_ceiling_and_reuses_a_freed_place),
	KUNIT_CASE(a_lowered_ceiling_admits_no_session_until_enough_have_ended),
	KUNIT_CASE(a_session_over_its_rule_s_ceiling_takes_no_place_of_the_namespace),
	KUNIT_CASE(a_session_over_the_namespace_s_ceiling_takes_no_place_of_its_rule),
	KUNIT_CASE(a_rule_s_rate_accumulates_tokens_for_one_second_at_most),
	KUNIT_CASE(a_session_over_its_rule_s_rate_takes_no_place),
	KUNIT_CASE(checking_the_limits_in_advance_takes_no_token),
	KUNIT_CASE(a_session_that_moves_to_another_rule_is_counted_there),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_limit",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
