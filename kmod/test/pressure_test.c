// SPDX-License-Identifier: GPL-2.0
/* Pressure: shares, the reserve, which sessions give way to which, and shorter timeouts. */
#include "world.h"

#include "edges.h"
#include "life/limit.h"
#include "policy/policy.h"
#include "life/pressure.h"
#include "rows.h"

#define PLACES		1920		/* one session per bucket; 64 is the minimum share */
#define RESERVED	(PLACES / 64)
#define OPEN		(PLACES - RESERVED)
#define HEAVY		1		/* sources: 10.0.0.x */
#define LIGHT		2
#define NOBODY		3

static u32 source_number(struct umbra_net *un, u32 source)
{
	struct umbra_key key;

	umbra_test_key(&key, source, IPPROTO_TCP);
	return umbra_limit_claimant(un, &key, false).source;
}

static u8 admit(struct kunit *test, u32 source)
{
	struct umbra_net *un = test->priv;

	return umbra_test_asked(umbra_limit_admit, un, NULL, source_number(un, source));
}

static u8 foresee(struct kunit *test, u32 source)
{
	struct umbra_net *un = test->priv;

	return umbra_test_asked(umbra_limit_foresee, un, NULL, source_number(un, source));
}

static u32 held(struct kunit *test, u32 source)
{
	struct umbra_net *un = test->priv;

	return umbra_source_held(&un->sources, source_number(un, source));
}

/* How many of @tries places without a session the source gets. */
static u32 takes(struct kunit *test, u32 source, u32 tries)
{
	u32 nr = 0;

	while (tries--)
		nr += !admit(test, source);
	return nr;
}

static void gives(struct kunit *test, u32 source, u32 nr)
{
	struct umbra_claimant who = { .source = source_number(test->priv, source) };

	rcu_read_lock();
	while (nr--)
		umbra_limit_release(test->priv, 0, &who);
	rcu_read_unlock();
}

/* Insert sessions of one inside source, in one state, idle for @idle. */
static void fill(struct kunit *test, u32 source, u32 nr, u8 state, u32 idle)
{
	static u32 last;
	struct umbra_net *un = test->priv;
	struct umbra_session *s;
	u32 i;

	for (i = 0; i < nr; i++) {
		s = umbra_session_new(un);
		KUNIT_ASSERT_NOT_NULL(test, s);
		umbra_test_key(&s->half[0].key, source, IPPROTO_TCP);
		s->half[0].key.dst.s6_addr32[0] = htonl(0xc0000000 | ++last);
		umbra_test_reply(&s->half[0].key, &s->half[1].key);
		s->half[0].iif = 1;
		s->state = state;
		s->packets[0] = s->packets[1] = 2;
		s->expires = (u32)jiffies + 600 * HZ;
		s->seen = (u32)jiffies - idle;
		atomic_inc(&un->table.count);
		umbra_source_take(&un->sources, source_number(un, source));
		KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	}
}

static u64 evicted(struct kunit *test)
{
	return umbra_test_ended(test->priv, UMBRA_REASON_EVICTED);
}

static void set_places(struct kunit *test, u32 places)
{
	struct umbra_net *un = test->priv;

	un->sessions_max = places;
}

static void a_lone_source_gets_half_of_the_places_and_the_next_half_of_the_rest(struct kunit *test)
{
	set_places(test, PLACES);
	KUNIT_EXPECT_EQ(test, takes(test, HEAVY, PLACES), OPEN / 2);
	KUNIT_EXPECT_EQ(test, admit(test, HEAVY), UMBRA_REASON_SOURCE_SESSIONS);
	KUNIT_EXPECT_EQ(test, foresee(test, HEAVY), UMBRA_REASON_SOURCE_SESSIONS);
	KUNIT_EXPECT_EQ(test, takes(test, LIGHT, PLACES), OPEN / 4);
	gives(test, HEAVY, OPEN / 2);
	gives(test, LIGHT, OPEN / 4);
	KUNIT_EXPECT_EQ(test, held(test, HEAVY), 0);
	KUNIT_EXPECT_EQ(test, held(test, LIGHT), 0);
}

static void three_sources_at_the_same_time_get_a_quarter_of_the_places_each(struct kunit *test)
{
	u32 round, source, had;

	set_places(test, 16 * PLACES);
	for (round = 0; round < 16 * PLACES; round++)
		for (source = 1; source <= 3; source++)
			admit(test, source);
	for (source = 1; source <= 3; source++) {
		had = held(test, source);
		KUNIT_EXPECT_LE(test, abs((int)(had - 16 * OPEN / 4)), 2);
		gives(test, source, had);
	}
}

static void a_source_gets_places_after_three_others_have_taken_their_shares(struct kunit *test)
{
	set_places(test, PLACES);
	takes(test, HEAVY, PLACES);
	takes(test, LIGHT, PLACES);
	takes(test, NOBODY, PLACES);
	/* By now, an eighth of the places is left. */
	KUNIT_EXPECT_EQ(test, takes(test, 4, 64), 64);
	gives(test, 4, 64);
	gives(test, NOBODY, held(test, NOBODY));
	gives(test, LIGHT, held(test, LIGHT));
	gives(test, HEAVY, held(test, HEAVY));
}

/* Of the last 100 places, half would be 50. */
static void a_source_gets_the_minimum_share_even_if_it_is_more_than_half_of_the_rest(
	struct kunit *test)
{
	u32 i;

	set_places(test, PLACES);
	for (i = 0; i < OPEN - 100; i++)
		KUNIT_ASSERT_EQ(test, admit(test, 100 + i), 0);
	KUNIT_EXPECT_EQ(test, takes(test, LIGHT, 100), 64);
	gives(test, LIGHT, 64);
	while (i--)
		gives(test, 100 + i, 1);
}

static u8 admit_trusted(struct kunit *test, u32 source)
{
	struct umbra_claimant who = { .source = source_number(test->priv, source), .trusted = true };
	u8 why;

	local_bh_disable();
	rcu_read_lock();
	why = umbra_limit_admit(test->priv, NULL, &who);
	rcu_read_unlock();
	local_bh_enable();
	return why;
}

static void only_trusted_sources_get_the_reserved_places(struct kunit *test)
{
	u32 i;

	set_places(test, PLACES);
	for (i = 0; i < OPEN; i++)
		KUNIT_ASSERT_EQ(test, admit(test, 100 + i), 0);
	KUNIT_EXPECT_EQ(test, admit(test, NOBODY), UMBRA_REASON_SESSIONS_FULL);
	for (i = 0; i < RESERVED; i++)
		KUNIT_EXPECT_EQ(test, admit_trusted(test, HEAVY), 0);
	KUNIT_EXPECT_EQ(test, admit_trusted(test, HEAVY), UMBRA_REASON_SESSIONS_FULL);
	gives(test, HEAVY, RESERVED);
	for (i = 0; i < OPEN; i++)
		gives(test, 100 + i, 1);
}

static void a_half_open_session_makes_room_before_an_established_one(struct kunit *test)
{
	set_places(test, PLACES);
	fill(test, HEAVY, OPEN / 2, UMBRA_STATE_ESTABLISHED, 100 * HZ);
	fill(test, LIGHT, OPEN / 2, UMBRA_STATE_OPENING, 0);
	KUNIT_EXPECT_EQ(test, foresee(test, NOBODY), 0);
	KUNIT_EXPECT_EQ(test, evicted(test), 0);
	KUNIT_EXPECT_EQ(test, takes(test, NOBODY, 50), 50);
	KUNIT_EXPECT_EQ(test, evicted(test), 50);
	KUNIT_EXPECT_EQ(test, held(test, HEAVY), OPEN / 2);
	KUNIT_EXPECT_EQ(test, held(test, LIGHT), OPEN / 2 - 50);
	gives(test, NOBODY, 50);
}

static void among_half_open_sessions_those_of_the_heaviest_source_make_room(struct kunit *test)
{
	u32 i;

	set_places(test, PLACES);
	fill(test, HEAVY, OPEN / 2, UMBRA_STATE_OPENING, 0);
	for (i = 0; i < OPEN / 2; i++)
		fill(test, 100 + i, 1, UMBRA_STATE_OPENING, 100 * HZ);
	KUNIT_EXPECT_EQ(test, takes(test, NOBODY, 50), 50);
	/* A sample without a session of the heavy source is rare, but possible. */
	KUNIT_EXPECT_LE(test, held(test, HEAVY), OPEN / 2 - 45);
	gives(test, NOBODY, 50);
}

static void among_sources_with_one_session_each_the_longest_idle_makes_room(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	u32 i, kept = 0;

	set_places(test, PLACES);
	for (i = 0; i < OPEN; i++)
		fill(test, 100 + i, 1, UMBRA_STATE_OPENING, i % 2 ? 100 * HZ : 0);
	KUNIT_EXPECT_EQ(test, takes(test, NOBODY, 60), 60);
	for (i = 0; i < OPEN; i += 2)
		kept += umbra_source_held(&un->sources, source_number(un, 100 + i)) > 0;
	KUNIT_EXPECT_GE(test, kept, OPEN / 2 - 6);
	gives(test, NOBODY, 60);
}

/* All sessions have the same age, so the place must not decide which one is evicted. */
static void a_full_table_of_half_open_sessions_of_one_age_always_makes_room(struct kunit *test)
{
	u32 began = (u32)jiffies, i, refused = 0;

	set_places(test, PLACES);
	for (i = 0; i < OPEN; i++)
		fill(test, 100 + i, 1, UMBRA_STATE_OPENING, (u32)jiffies - began);
	for (i = 0; i < 6 * PLACES; i++) {
		if (admit(test, 100 + OPEN + i)) {
			refused++;
			continue;
		}
		gives(test, 100 + OPEN + i, 1);
		fill(test, 100 + OPEN + i, 1, UMBRA_STATE_OPENING, (u32)jiffies - began);
		if (!(i % 256))
			cond_resched();
	}
	KUNIT_EXPECT_EQ(test, refused, 0);
	KUNIT_EXPECT_EQ(test, evicted(test), 6 * PLACES);
}

/* A table has a minimum size, so few sessions are far apart in it. */
static void a_small_full_table_of_half_open_sessions_always_makes_room(struct kunit *test)
{
	u32 i;

	set_places(test, 64);
	for (i = 0; i < 63; i++)
		fill(test, 100 + i, 1, UMBRA_STATE_OPENING, HZ);
	for (i = 0; i < 40; i++) {
		KUNIT_EXPECT_EQ(test, admit(test, NOBODY), 0);
		gives(test, NOBODY, 1);
		fill(test, 200 + i, 1, UMBRA_STATE_OPENING, HZ);
	}
	KUNIT_EXPECT_EQ(test, evicted(test), 40);
}

static void an_established_session_makes_room_only_for_a_much_smaller_source(struct kunit *test)
{
	set_places(test, PLACES);
	fill(test, HEAVY, OPEN / 2, UMBRA_STATE_ESTABLISHED, 0);
	fill(test, LIGHT, OPEN / 2, UMBRA_STATE_ESTABLISHED, 0);
	KUNIT_EXPECT_EQ(test, takes(test, NOBODY, 60), 60);
	KUNIT_EXPECT_EQ(test, evicted(test), 60);
	/* Heavy sources get no places of each other. */
	KUNIT_EXPECT_EQ(test, admit(test, HEAVY), UMBRA_REASON_SOURCE_SESSIONS);
	KUNIT_EXPECT_EQ(test, evicted(test), 60);
	gives(test, NOBODY, 60);
}

static void an_established_session_of_a_small_source_makes_no_room(struct kunit *test)
{
	u32 i;

	set_places(test, PLACES);
	for (i = 0; i < OPEN; i++)
		fill(test, 100 + i, 1, UMBRA_STATE_ESTABLISHED, 100 * HZ);
	KUNIT_EXPECT_EQ(test, admit(test, NOBODY), UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, foresee(test, NOBODY), UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, evicted(test), 0);
}

static void a_source_at_its_share_replaces_its_own_half_open_sessions(struct kunit *test)
{
	u32 nr;

	set_places(test, PLACES);
	fill(test, LIGHT, 100, UMBRA_STATE_OPENING, 100 * HZ);
	fill(test, HEAVY, OPEN / 4, UMBRA_STATE_ESTABLISHED, 100 * HZ);
	fill(test, HEAVY, OPEN / 4, UMBRA_STATE_OPENING, 0);
	nr = takes(test, HEAVY, 20);
	KUNIT_EXPECT_EQ(test, nr, 20);
	KUNIT_EXPECT_EQ(test, held(test, LIGHT), 100);
	KUNIT_EXPECT_LE(test, held(test, HEAVY), OPEN / 2);
	gives(test, HEAVY, nr);
}

static void the_firewall_s_own_sessions_never_make_room(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_session *s;
	u32 i;

	set_places(test, 128);
	for (i = 0; i < 126; i++) {
		s = umbra_test_inserted(test, 100 + i);
		s->state = UMBRA_STATE_OPENING;
	}
	KUNIT_EXPECT_EQ(test, admit(test, NOBODY), UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 126);
}

static void attempts_to_open_sessions_evict_others_down_to_a_lowered_ceiling(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	fill(test, HEAVY, PLACES, UMBRA_STATE_OPENING, 0);
	set_places(test, PLACES / 2);
	while (admit(test, NOBODY))
		KUNIT_ASSERT_GT(test, atomic_read(&un->table.count), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), OPEN / 2);
	gives(test, NOBODY, 1);
}

static void timeouts_shrink_once_the_table_is_three_quarters_full(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	set_places(test, PLACES);
	KUNIT_EXPECT_EQ(test, umbra_pressure_part(un), UMBRA_PRESSURE_WHOLE);
	atomic_set(&un->table.count, PLACES * 3 / 4);
	KUNIT_EXPECT_EQ(test, umbra_pressure_part(un), UMBRA_PRESSURE_WHOLE);
	atomic_set(&un->table.count, PLACES * 7 / 8);
	KUNIT_EXPECT_EQ(test, umbra_pressure_part(un), UMBRA_PRESSURE_WHOLE / 2);
	atomic_set(&un->table.count, PLACES);
	KUNIT_EXPECT_EQ(test, umbra_pressure_part(un), UMBRA_PRESSURE_WHOLE / 16);
	atomic_set(&un->table.count, PLACES + 5);
	KUNIT_EXPECT_EQ(test, umbra_pressure_part(un), UMBRA_PRESSURE_WHOLE / 16);
	set_places(test, 1);
	atomic_set(&un->table.count, 0);
	KUNIT_EXPECT_EQ(test, umbra_pressure_part(un), UMBRA_PRESSURE_WHOLE);
}

static bool is_over(struct umbra_net *un, struct umbra_session *s, u32 part)
{
	bool over;

	rcu_read_lock();
	over = umbra_pressure_over(un, s, part);
	rcu_read_unlock();
	return over;
}

static void a_TCP_session_without_an_answer_expires_early_under_pressure(struct kunit *test)
{
	struct umbra_policy *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);
	struct umbra_net *un = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->settings.value[UMBRA_SETTING_TIMEOUT_TCP_OPENING] = 60;
	p->settings.value[UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED] = 7440;
	KUNIT_EXPECT_FALSE(test, is_over(un, s, 4));	/* without a policy */
	RCU_INIT_POINTER(un->policy, p);
	s->half[UMBRA_DIR_ORIGINAL].iif = 1;
	s->expires = (u32)jiffies + 31 * HZ;
	KUNIT_EXPECT_FALSE(test, is_over(un, s, 32));
	s->expires = (u32)jiffies + 29 * HZ;
	KUNIT_EXPECT_TRUE(test, is_over(un, s, 32));
	KUNIT_EXPECT_FALSE(test, is_over(un, s, UMBRA_PRESSURE_WHOLE));
	s->state = UMBRA_STATE_ESTABLISHED;
	KUNIT_EXPECT_TRUE(test, is_over(un, s, 32));	/* no answer yet */
	s->packets[UMBRA_DIR_REPLY] = 1;
	KUNIT_EXPECT_FALSE(test, is_over(un, s, 32));
	RCU_INIT_POINTER(un->policy, NULL);
	umbra_test_drop(s);
}

/* Does a half-open session end with 29 of its 60 seconds left, when it may keep half of them? */
static bool ends_early(struct umbra_net *un, struct umbra_session *s, int iif, u16 port)
{
	s->half[UMBRA_DIR_ORIGINAL].iif = iif;
	s->half[UMBRA_DIR_ORIGINAL].key.dport = htons(port);
	s->expires = (u32)jiffies + 29 * HZ;
	return is_over(un, s, 32);
}

/* Give the setting the rules' classifier: its network then has the clients of their service. */
static void sessions_of_management_and_the_firewall_keep_their_full_timeouts(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);
	struct umbra_net *un = test->priv;
	struct umbra_policy *p;

	mutex_lock(&un->lock);
	p = umbra_test_build(test, 0);
	mutex_unlock(&un->lock);
	KUNIT_ASSERT_NOT_NULL(test, p);
	RCU_INIT_POINTER(un->policy, p);
	KUNIT_EXPECT_TRUE(test, ends_early(un, s, 1, 5190));
	p->named[UMBRA_SETTING_MANAGEMENT] = p->cls;
	KUNIT_EXPECT_FALSE(test, ends_early(un, s, 1, 5190));
	KUNIT_EXPECT_TRUE(test, ends_early(un, s, 1, 5191));
	KUNIT_EXPECT_FALSE(test, ends_early(un, s, 0, 5191));
	p->named[UMBRA_SETTING_MANAGEMENT] = NULL;
	RCU_INIT_POINTER(un->policy, NULL);
	umbra_policy_free(un, p);
	umbra_test_drop(s);
}

/**
 * struct proof - how much a session has proved
 * @name: name of the case
 * @proto: protocol
 * @state: state of the session
 * @packets: by direction
 * @little: it is too little to keep the full timeout
 */
struct proof {
	const char *name;
	u8 proto;
	u8 state;
	u16 packets[UMBRA_DIR_MAX];
	bool little;
};

static const struct proof proofs[] = {
	{ "UDP without an answer", IPPROTO_UDP, UMBRA_STATE_UNREPLIED, { 9, 0 }, true },
	{ "a UDP query and its reply", IPPROTO_UDP, UMBRA_STATE_REPLIED, { 1, 1 }, true },
	{ "a UDP query that is repeated and answered again",
	  IPPROTO_UDP, UMBRA_STATE_REPLIED, { 4, 2 }, true },
	{ "a UDP stream", IPPROTO_UDP, UMBRA_STATE_STREAM, { 2, 1 }, false },
	{ "a UDP-Lite stream", IPPROTO_UDPLITE, UMBRA_STATE_STREAM, { 2, 1 }, false },
	{ "TCP both ways", IPPROTO_TCP, UMBRA_STATE_ESTABLISHED, { 9, 9 }, false },
	{ "TCP whose ends are being probed",
	  IPPROTO_TCP, UMBRA_STATE_PROBED, { 9, 9 }, true },
	{ "one ping and its reply", IPPROTO_ICMP, UMBRA_STATE_REPLIED, { 1, 1 }, true },
	{ "pings and their replies", IPPROTO_ICMP, UMBRA_STATE_REPLIED, { 2, 2 }, false },
	{ "ESP both ways", IPPROTO_ESP, UMBRA_STATE_REPLIED, { 7, 9 }, false },
};
KUNIT_ARRAY_PARAM_DESC(proof, proofs, name);

static void a_session_keeps_its_full_timeout_only_if_it_goes_on_both_ways(struct kunit *test)
{
	struct umbra_policy *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	const struct proof *proof = test->param_value;
	struct umbra_session *s = umbra_test_begun(test, proof->proto, false);
	struct umbra_net *un = test->priv;
	u32 key;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (key = 0; key <= UMBRA_SETTING_MAX; key++)
		p->settings.value[key] = 60;
	RCU_INIT_POINTER(un->policy, p);
	s->half[UMBRA_DIR_ORIGINAL].iif = 1;
	s->state = proof->state;
	memcpy(s->packets, proof->packets, sizeof(s->packets));
	s->expires = (u32)jiffies + 29 * HZ;
	KUNIT_EXPECT_EQ(test, is_over(un, s, 32), proof->little);
	RCU_INIT_POINTER(un->policy, NULL);
	umbra_test_drop(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_lone_source_gets_half_of_the_places_and_the_next_half_of_the_rest),
	KUNIT_CASE(three_sources_at_the_same_time_get_a_quarter_of_the_places_each),
	KUNIT_CASE(a_source_gets_places_after_three_others_have_taken_their_shares),
	KUNIT_CASE(a_source_gets_the_minimum_share_even_if_it_is_more_than_half_of_the_rest),
	KUNIT_CASE(only_trusted_sources_get_the_reserved_places),
	KUNIT_CASE(a_half_open_session_makes_room_before_an_established_one),
	KUNIT_CASE(among_half_open_sessions_those_of_the_heaviest_source_make_room),
	KUNIT_CASE(among_sources_with_one_session_each_the_longest_idle_makes_room),
	KUNIT_CASE(a_full_table_of_half_open_sessions_of_one_age_always_makes_room),
	KUNIT_CASE(a_small_full_table_of_half_open_sessions_always_makes_room),
	KUNIT_CASE(an_established_session_makes_room_only_for_a_much_smaller_source),
	KUNIT_CASE(an_established_session_of_a_small_source_makes_no_room),
	KUNIT_CASE(a_source_at_its_share_replaces_its_own_half_open_sessions),
	KUNIT_CASE(the_firewall_s_own_sessions_never_make_room),
	KUNIT_CASE(attempts_to_open_sessions_evict_others_down_to_a_lowered_ceiling),
	KUNIT_CASE(timeouts_shrink_once_the_table_is_three_quarters_full),
	KUNIT_CASE(a_TCP_session_without_an_answer_expires_early_under_pressure),
	KUNIT_CASE(sessions_of_management_and_the_firewall_keep_their_full_timeouts),
	KUNIT_CASE_PARAM(a_session_keeps_its_full_timeout_only_if_it_goes_on_both_ways,
			 proof_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_pressure",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
