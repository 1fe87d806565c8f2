// SPDX-License-Identifier: GPL-2.0
/*
 * Timeouts. Instead of waiting, a case moves a session's stamps. They are the low 32 bits of
 * jiffies, which begin five minutes before their first wrap.
 */
#include "world.h"

#include "policy/policy.h"
#include "session/track.h"

static bool expired_at(struct umbra_session *s, u32 expires)
{
	WRITE_ONCE(s->expires, expires);
	return umbra_session_expired(s);
}

static void a_session_has_expired_from_the_tick_of_its_expiry_on(struct kunit *test)
{
	struct umbra_session *s = umbra_test_session(test, 1);
	u32 now = jiffies;

	KUNIT_EXPECT_TRUE(test, expired_at(s, now));
	KUNIT_EXPECT_TRUE(test, expired_at(s, now - 1));
	KUNIT_EXPECT_TRUE(test, expired_at(s, now - 3600 * HZ));
	KUNIT_EXPECT_FALSE(test, expired_at(s, now + 60 * HZ));
	KUNIT_EXPECT_FALSE(test, expired_at(s, now + S32_MAX));
	umbra_test_drop(s);
}

static void the_time_left_is_in_milliseconds_and_never_negative(struct kunit *test)
{
	struct umbra_session *s = umbra_test_session(test, 1);
	u64 left;

	s->expires = (u32)jiffies + 60 * HZ;
	left = umbra_session_expires_ms(s);
	KUNIT_EXPECT_LE(test, left, 60000);
	KUNIT_EXPECT_GT(test, left, 50000);
	s->expires = (u32)jiffies - HZ;
	KUNIT_EXPECT_EQ(test, umbra_session_expires_ms(s), 0);
	umbra_test_drop(s);
}

/*
 * Stamps wrap at 0. The expiry is on the other side of 0 than now, and less than half a round away.
 */
static void an_expiry_beyond_the_wrap_of_jiffies_counts_like_any_other(struct kunit *test)
{
	struct umbra_session *s = umbra_test_session(test, 1);
	u32 now = jiffies;

	if ((s32)now < 0) {
		KUNIT_EXPECT_FALSE(test, expired_at(s, 600 * HZ));
		KUNIT_EXPECT_GE(test, umbra_session_expires_ms(s), 600 * 1000);
	} else {
		KUNIT_EXPECT_TRUE(test, expired_at(s, -600 * HZ));
		KUNIT_EXPECT_EQ(test, umbra_session_expires_ms(s), 0);
	}
	umbra_test_drop(s);
}

/* A UDP session with a timeout of @seconds, after its first packet. */
static struct umbra_session *living(struct kunit *test, u32 seconds)
{
	struct umbra_settings set = {};
	struct umbra_session *s = umbra_test_session(test, 1);
	struct umbra_packet p = { .key = s->half[0].key };

	set.value[UMBRA_SETTING_TIMEOUT_UDP_UNREPLIED] = seconds;
	umbra_track_begin(s, false);
	s->expires = 0;
	local_bh_disable();
	umbra_track(s, UMBRA_DIR_ORIGINAL, &p, &set);
	local_bh_enable();
	return s;
}

static void a_timeout_that_ends_after_jiffies_wrap_keeps_its_length(struct kunit *test)
{
	u32 seconds = (U32_MAX - (u32)jiffies) / HZ + 600;
	struct umbra_session *s;

	/* In the first half of a round of jiffies, use the longest that a stamp can hold. */
	if ((s32)jiffies >= 0)
		seconds = S32_MAX / HZ - 600;
	s = living(test, seconds);
	KUNIT_EXPECT_FALSE(test, umbra_session_expired(s));
	KUNIT_EXPECT_EQ(test, s->expires - s->seen, seconds * HZ);
	s->expires -= seconds * HZ;
	KUNIT_EXPECT_TRUE(test, umbra_session_expired(s));
	umbra_test_drop(s);
}

static void a_timeout_over_half_the_range_of_jiffies_is_cut_to_that_half(struct kunit *test)
{
	struct umbra_session *s = living(test, U32_MAX);

	KUNIT_EXPECT_FALSE(test, umbra_session_expired(s));
	KUNIT_EXPECT_EQ(test, s->expires - s->seen, (u32)S32_MAX);
	umbra_test_drop(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_session_has_expired_from_the_tick_of_its_expiry_on),
	KUNIT_CASE(the_time_left_is_in_milliseconds_and_never_negative),
	KUNIT_CASE(an_expiry_beyond_the_wrap_of_jiffies_counts_like_any_other),
	KUNIT_CASE(a_timeout_that_ends_after_jiffies_wrap_keeps_its_length),
	KUNIT_CASE(a_timeout_over_half_the_range_of_jiffies_is_cut_to_that_half),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_timeout",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
