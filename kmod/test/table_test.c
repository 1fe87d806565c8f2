// SPDX-License-Identifier: GPL-2.0
/* The session table at rest: insert, find, remove, overflow, walk. */
#include "edges.h"
#include "world.h"

#include "life/end.h"
#include "session/bucket.h"

#define MANY		500
/* A home bucket has at most 16 second buckets, each as large as itself. */
#define CROWD_MAX	(17 * UMBRA_SLOTS + 1)

static void both_keys_lead_to_a_session_until_it_ends(struct kunit *test)
{
	struct umbra_session **s = kunit_kcalloc(test, MANY, sizeof(*s), GFP_KERNEL);
	struct umbra_key key[UMBRA_DIR_MAX];
	u32 i, lost = 0, left = 0;

	KUNIT_ASSERT_NOT_NULL(test, s);
	for (i = 0; i < MANY; i++)
		s[i] = umbra_test_inserted(test, i);
	for (i = 0; i < MANY; i++)
		lost += !umbra_test_is_found(s[i]);
	KUNIT_EXPECT_EQ(test, lost, 0);
	for (i = 0; i < MANY; i++) {
		key[0] = s[i]->half[0].key;
		key[1] = s[i]->half[1].key;
		umbra_test_kill(s[i], UMBRA_REASON_KILLED);
		left += umbra_test_find(test->priv, &key[0]) ||
			umbra_test_find(test->priv, &key[1]);
	}
	KUNIT_EXPECT_EQ(test, left, 0);
	KUNIT_EXPECT_EQ(test, umbra_test_ended(test->priv, UMBRA_REASON_KILLED), MANY);
	KUNIT_EXPECT_EQ(test, umbra_edges.ended, MANY);
}

static void a_session_ends_only_once(struct kunit *test)
{
	struct umbra_session *s = umbra_test_inserted(test, 1);
	struct umbra_net *un = test->priv;
	bool first, second;

	rcu_read_lock();
	first = umbra_session_kill(s, UMBRA_REASON_KILLED);
	second = umbra_session_kill(s, UMBRA_REASON_TIMEOUT);
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, first);
	KUNIT_EXPECT_FALSE(test, second);
	KUNIT_EXPECT_EQ(test, umbra_test_ended(un, UMBRA_REASON_TIMEOUT), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), 0);
}

/* @shared: the direction in which the key equals the other session's. */
static void refuses_twin(struct kunit *test, enum umbra_dir shared)
{
	struct umbra_session *s = umbra_test_inserted(test, 1), *twin = umbra_test_session(test, 2);
	int err;

	twin->half[shared].key = s->half[shared].key;
	err = umbra_test_insert(twin);
	KUNIT_EXPECT_EQ(test, err, -EEXIST);
	KUNIT_EXPECT_TRUE(test, umbra_test_is_found(s));
	KUNIT_EXPECT_NULL(test, umbra_test_find(s->un, &twin->half[!shared].key));
	umbra_test_kill(s, UMBRA_REASON_KILLED);
	err = umbra_test_insert(twin);
	KUNIT_EXPECT_EQ(test, err, 0);
	if (err)
		umbra_test_drop(twin);
}

static void a_session_with_a_live_session_s_original_key_is_refused(struct kunit *test)
{
	refuses_twin(test, UMBRA_DIR_ORIGINAL);
}

static void a_session_with_a_live_session_s_reply_key_is_refused(struct kunit *test)
{
	refuses_twin(test, UMBRA_DIR_REPLY);
}

static struct umbra_buckets *buckets(const struct umbra_net *un)
{
	return unrcu_pointer(un->table.cur);	/* nobody resizes it meanwhile */
}

/* The next number, from @from on, whose first key has its home in bucket @home. */
static u32 at_home(const struct umbra_net *un, u32 home, u32 from)
{
	struct umbra_key key;
	u32 n;

	for (n = from; n < 1U << 24; n++) {
		umbra_test_key(&key, n, IPPROTO_UDP);
		if (umbra_home(buckets(un), umbra_key_hash(&un->table, &key)) == home)
			break;
	}
	return n;
}

static bool is_empty(const struct umbra_buckets *b)
{
	u32 i, slot;

	for (i = 0; i <= b->mask; i++) {
		if (b->bucket[i].away)
			return false;
		for (slot = 0; slot < UMBRA_SLOTS; slot++)
			if (rcu_access_pointer(b->bucket[i].entry[slot]) || b->bucket[i].tag[slot])
				return false;
	}
	return true;
}

/* Insert sessions with the same home until one finds no room. Return: how many found room. */
static u32 crowd(struct kunit *test, struct umbra_session **s, int *err)
{
	u32 nr, n = 0;

	for (nr = 0, *err = 0; nr < CROWD_MAX; nr++) {
		n = at_home(test->priv, 5, n + 1);
		s[nr] = umbra_test_session(test, n);
		*err = umbra_test_insert(s[nr]);
		if (*err)
			break;
	}
	return nr;
}

static void a_full_bucket_overflows_into_others_and_loses_no_session(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_session *s[CROWD_MAX];
	u32 i, lost = 0, nr;
	int err;

	nr = crowd(test, s, &err);
	kunit_info(test, "%u at home in one bucket", nr);
	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_GT(test, nr, 2 * UMBRA_SLOTS);
	KUNIT_EXPECT_GT_MSG(test, umbra_table_epoch(&un->table), 0, "no session was moved to make room");
	for (i = 0; i < nr; i++)
		lost += !umbra_test_is_found(s[i]);
	KUNIT_EXPECT_EQ(test, lost, 0);
	if (err) {
		KUNIT_EXPECT_NULL(test, umbra_test_find(un, &s[nr]->half[0].key));
		KUNIT_EXPECT_NULL(test, umbra_test_find(un, &s[nr]->half[1].key));
		umbra_test_drop(s[nr]);
	}
	/* Alternate between both ends, so that neither home nor the second buckets empty first. */
	for (i = 0; i < nr; i++)
		umbra_test_kill(s[i % 2 ? nr - 1 - i / 2 : i / 2], UMBRA_REASON_KILLED);
	KUNIT_EXPECT_TRUE(test, is_empty(buckets(un)));
}

/* If umbra_table_hash_of_answer() predicts a hash, is it the right one? */
static bool foretold(const struct umbra_session_table *t, const struct umbra_key *key,
		     const struct umbra_key *answer, bool *said)
{
	u32 hash = umbra_table_hash_of_answer(umbra_key_hash(t, key), key, answer);

	*said = hash;
	return !hash || hash == umbra_key_hash(t, answer);
}

static void an_IPv4_packet_and_its_answer_have_the_same_home_bucket(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_key key, answer;
	u32 i, wrong = 0, apart = 0, silent = 0, own = 0;
	bool said;

	for (i = 0; i < MANY; i++) {
		umbra_test_key(&key, i * 7919, i % 2 ? IPPROTO_TCP : IPPROTO_UDP);
		key.dst.s6_addr32[0] = htonl(i * 0x9e3779b1U);
		if (i % 5 == 0)
			key.dst = key.src;	/* only the ports differ, or it answers itself */
		if (i % 10 == 0)
			key.dport = key.sport;
		umbra_test_reply(&key, &answer);
		wrong += !foretold(&un->table, &key, &answer, &said);
		silent += !said;
		own += umbra_key_equal(&key, &answer);
		apart += umbra_home(buckets(un), umbra_key_hash(&un->table, &key)) !=
			 umbra_home(buckets(un), umbra_key_hash(&un->table, &answer));
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_GT(test, own, 0);
	KUNIT_EXPECT_EQ(test, silent, own);
	KUNIT_EXPECT_EQ(test, apart, 0);
}

static void no_hash_is_predicted_across_VRFs_or_for_ICMP_or_IPv6(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_key key, answer;
	bool said;

	umbra_test_key(&key, 1, IPPROTO_ICMP);
	umbra_test_reply(&key, &answer);
	KUNIT_EXPECT_TRUE(test, foretold(&un->table, &key, &answer, &said));
	KUNIT_EXPECT_FALSE(test, said);
	umbra_test_key(&key, 1, IPPROTO_UDP);
	umbra_test_reply(&key, &answer);
	answer.vrf = 7;
	KUNIT_EXPECT_TRUE(test, foretold(&un->table, &key, &answer, &said));
	KUNIT_EXPECT_FALSE(test, said);
	answer.vrf = 0;
	key.family = answer.family = AF_INET6;
	KUNIT_EXPECT_TRUE(test, foretold(&un->table, &key, &answer, &said));
	KUNIT_EXPECT_FALSE(test, said);
}

static int stop_at_tenth(struct umbra_session *s, void *arg)
{
	u32 *visited = arg;

	return ++*visited == 10 ? -EAGAIN : 0;
}

static void a_walk_that_was_stopped_resumes_with_the_same_bucket(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	u32 i, visited = 0, place = 0;
	bool once;
	int err;

	for (i = 0; i < MANY; i++)
		umbra_test_inserted(test, i);
	KUNIT_EXPECT_EQ(test, umbra_test_walked(test, &once), MANY);
	KUNIT_EXPECT_TRUE(test, once);

	err = umbra_table_walk(&un->table, &place, U32_MAX, stop_at_tenth, &visited);
	KUNIT_EXPECT_EQ(test, err, -EAGAIN);
	KUNIT_EXPECT_EQ(test, visited, 10);
	err = umbra_table_walk(&un->table, &place, U32_MAX, stop_at_tenth, &visited);
	KUNIT_EXPECT_EQ(test, err, 1);
	KUNIT_EXPECT_GE(test, visited, MANY + 1);
	KUNIT_EXPECT_LE(test, visited, MANY + UMBRA_SLOTS);
	KUNIT_EXPECT_EQ(test, place, umbra_table_buckets(&un->table));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(both_keys_lead_to_a_session_until_it_ends),
	KUNIT_CASE(a_session_ends_only_once),
	KUNIT_CASE(a_session_with_a_live_session_s_original_key_is_refused),
	KUNIT_CASE(a_session_with_a_live_session_s_reply_key_is_refused),
	KUNIT_CASE(a_full_bucket_overflows_into_others_and_loses_no_session),
	KUNIT_CASE(an_IPv4_packet_and_its_answer_have_the_same_home_bucket),
	KUNIT_CASE(no_hash_is_predicted_across_VRFs_or_for_ICMP_or_IPv6),
	KUNIT_CASE(a_walk_that_was_stopped_resumes_with_the_same_bucket),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_table",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
