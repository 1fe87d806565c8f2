// SPDX-License-Identifier: GPL-2.0
/*
 * Error rates: how many ICMP errors about a flow pass. Time passes by moving the buckets' stamps
 * back. The real time that passes meanwhile is less than one error's share.
 */
#include "world.h"

#include "path/icmp_error_rate.h"

#define FLOW		7
#define OTHER_FLOW	8

/* How many of @tries pass. */
static u32 passing(struct kunit *test, u32 flow, enum umbra_error_sort sort, u32 tries)
{
	struct umbra_net *un = test->priv;
	u32 nr = 0;

	local_bh_disable();
	while (tries--)
		nr += umbra_error_rate_admit(&un->error_rates, flow, sort);
	local_bh_enable();
	return nr;
}

static void time_passes(struct kunit *test, u32 ticks)
{
	struct umbra_net *un = test->priv;
	u32 i, sort;

	for (i = 0; i < UMBRA_ERROR_BUCKETS; i++)
		for (sort = 0; sort < UMBRA_ERROR_SORTS; sort++)
			un->error_rates.bucket[i].rate[sort].filled -= ticks;
}

/* A slow machine may take a tick or two for the tries. */
static void expect_about(struct kunit *test, u32 got, u32 wanted)
{
	KUNIT_EXPECT_GE(test, got, wanted);
	KUNIT_EXPECT_LE(test, got, wanted + UMBRA_ERROR_RATE / 4);
}

static void errors_about_one_flow_pass_at_a_limited_rate(struct kunit *test)
{
	u32 second;

	expect_about(test, passing(test, FLOW, UMBRA_ERROR_OTHER, 1000), UMBRA_ERROR_RATE);
	for (second = 0; second < 3; second++) {
		time_passes(test, HZ);
		expect_about(test, passing(test, FLOW, UMBRA_ERROR_OTHER, 1000), UMBRA_ERROR_RATE);
	}
	time_passes(test, HZ / 2);
	expect_about(test, passing(test, FLOW, UMBRA_ERROR_OTHER, 1000), UMBRA_ERROR_RATE / 2);
}

static void after_a_long_silence_one_second_s_errors_pass_at_once_and_no_more(struct kunit *test)
{
	time_passes(test, 3600 * HZ);
	expect_about(test, passing(test, FLOW, UMBRA_ERROR_TOO_BIG, 1000), UMBRA_ERROR_RATE);
}

static void too_big_errors_and_other_errors_have_separate_rates(struct kunit *test)
{
	passing(test, FLOW, UMBRA_ERROR_OTHER, 1000);
	KUNIT_EXPECT_EQ(test, passing(test, FLOW, UMBRA_ERROR_TOO_BIG, UMBRA_ERROR_RATE),
			UMBRA_ERROR_RATE);
	passing(test, OTHER_FLOW, UMBRA_ERROR_TOO_BIG, 1000);
	KUNIT_EXPECT_EQ(test, passing(test, OTHER_FLOW, UMBRA_ERROR_OTHER, UMBRA_ERROR_RATE),
			UMBRA_ERROR_RATE);
}

static void a_flood_about_one_flow_holds_up_no_errors_about_another_flow(struct kunit *test)
{
	passing(test, FLOW, UMBRA_ERROR_OTHER, 1000);
	passing(test, FLOW, UMBRA_ERROR_TOO_BIG, 1000);
	KUNIT_EXPECT_EQ(test, passing(test, OTHER_FLOW, UMBRA_ERROR_OTHER, UMBRA_ERROR_RATE),
			UMBRA_ERROR_RATE);
	KUNIT_EXPECT_EQ(test, passing(test, OTHER_FLOW, UMBRA_ERROR_TOO_BIG, UMBRA_ERROR_RATE),
			UMBRA_ERROR_RATE);
}

static void each_flow_has_a_bucket_and_flows_in_one_bucket_share_its_rate(struct kunit *test)
{
	u32 i;

	passing(test, FLOW, UMBRA_ERROR_OTHER, 1000);
	for (i = 0; i < UMBRA_ERROR_BUCKETS; i++)
		if (i != FLOW)
			KUNIT_EXPECT_EQ(test, passing(test, U32_MAX / UMBRA_ERROR_BUCKETS *
						      UMBRA_ERROR_BUCKETS + i,
						      UMBRA_ERROR_OTHER, 1), 1);
	expect_about(test, passing(test, FLOW + UMBRA_ERROR_BUCKETS, UMBRA_ERROR_OTHER, 10), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(errors_about_one_flow_pass_at_a_limited_rate),
	KUNIT_CASE(after_a_long_silence_one_second_s_errors_pass_at_once_and_no_more),
	KUNIT_CASE(too_big_errors_and_other_errors_have_separate_rates),
	KUNIT_CASE(a_flood_about_one_flow_holds_up_no_errors_about_another_flow),
	KUNIT_CASE(each_flow_has_a_bucket_and_flows_in_one_bucket_share_its_rate),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_error_rate",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
