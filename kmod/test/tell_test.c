// SPDX-License-Identifier: GPL-2.0
/*
 * Notification: of which sessions the ends are notified, and with which numbers, in each state of
 * TCP. That the packets reach the ends is tested by selftests/net/ends.sh.
 */
#include "world.h"

#include "edges.h"
#include "policy/policy.h"
#include "segments.h"
#include "stats.h"
#include "life/notify.h"
#include "session/track.h"

/* First sequence numbers of client and server, chosen so that both wrap soon. */
static const u32 first[UMBRA_DIR_MAX] = { 0xfffffff0, 0xffffffff };

/**
 * struct segment - a segment that passes
 * @dir: its sender
 * @flags: 0 ends the table
 * @seq: counted from its sender's first number
 * @ack: counted from the other end's first number
 * @len: bytes of data
 */
struct segment {
	u8 dir;
	u8 flags;
	u32 seq;
	u32 ack;
	u32 len;
};

/**
 * struct ending - a connection that is cut
 * @name: when it is cut
 * @mid_stream: its beginning was not seen
 * @segment: segments that pass before
 * @last: segment that does not pass and ends the connection, or none
 * @told: notifications to an end, by the direction in which that end sends; sequence numbers count
 *	from the other end's first, except for @told.ack
 */
struct ending {
	const char *name;
	bool mid_stream;
	struct segment segment[6];
	struct segment last;
	struct umbra_told told[UMBRA_DIR_MAX];
};

#define OPEN		{ C, SYN, 0, 0, 0 }, { S, SYN | ACK, 0, 1, 0 }, { C, ACK, 1, 1, 0 }
#define ONE(number)	{ .resets = 1, .seq = { number } }
#define TWO(a, b)	{ .resets = 2, .seq = { a, b } }

static const struct ending endings[] = {
	{ "opening: the client is refused, the server reset",
	  .segment = { { C, SYN, 0, 0, 0 } },
	  .told = { { .refused = true, .ack = 1 }, ONE(1) } },
	{ "opening, after two SYNs: the last SYN counts",
	  .segment = { { C, SYN, 0, 0, 0 }, { C, SYN, 100, 0, 0 } },
	  .told = { { .refused = true, .ack = 101 }, ONE(101) } },
	{ "opening, a SYN with data: the server may have taken them, or not",
	  .segment = { { C, SYN, 0, 0, 10 } },
	  .told = { { .refused = true, .ack = 1 }, TWO(1, 11) } },
	{ "answered: each end gets one reset",
	  .segment = { { C, SYN, 0, 0, 0 }, { S, SYN | ACK, 0, 1, 0 } },
	  .told = { ONE(1), ONE(1) } },
	{ "both ends open at once: each end gets one reset",
	  .segment = { { C, SYN, 0, 0, 0 }, { S, SYN, 0, 0, 0 } },
	  .told = { ONE(1), ONE(1) } },
	{ "established: each end gets one reset", .segment = { OPEN }, .told = { ONE(1), ONE(1) } },
	{ "established, all data acknowledged: each end gets one reset",
	  .segment = { OPEN, { C, ACK, 1, 1, 50 }, { S, ACK, 1, 51, 70 }, { C, ACK, 51, 71, 0 } },
	  .told = { ONE(71), ONE(51) } },
	{ "established, data under way to the server: the server gets two resets",
	  .segment = { OPEN, { C, ACK, 1, 1, 50 } },
	  .told = { ONE(1), TWO(1, 51) } },
	{ "established, data under way to both: each end gets two resets",
	  .segment = { OPEN, { C, ACK, 1, 1, 50 }, { S, ACK, 1, 1, 70 } },
	  .told = { TWO(1, 71), TWO(1, 51) } },
	{ "closing: a FIN counts as one number", .segment = { OPEN, { C, FIN | ACK, 1, 1, 0 } },
	  .told = { ONE(1), TWO(1, 2) } },
	{ "closed by both: nobody gets a reset",
	  .segment = { OPEN, { C, FIN | ACK, 1, 1, 0 }, { S, FIN | ACK, 1, 2, 0 } } },
	{ "reset before: nobody gets a reset", .segment = { OPEN, { S, RST, 1, 0, 0 } } },
	{ "mid-stream, with a client's segment only: the server gets two resets",
	  .mid_stream = true,
	  .segment = { { C, ACK, 50, 70, 10 } }, .told = { ONE(70), TWO(50, 60) } },
	{ "mid-stream, with a segment of each end: each end gets one reset", .mid_stream = true,
	  .segment = { { C, ACK, 50, 70, 10 }, { S, ACK, 70, 60, 0 } },
	  .told = { ONE(70), ONE(60) } },
	{ "cut by an acknowledgement that does not pass: its sender expects that number",
	  .segment = { OPEN, { S, ACK, 1, 1, 70 } }, .last = { C, ACK, 1, 71, 20 },
	  .told = { ONE(71), ONE(1) } },
	{ "cut by an acknowledgement that does not fit: it does not count",
	  .segment = { OPEN, { S, ACK, 1, 1, 70 } }, .last = { C, ACK, 1, 72, 20 },
	  .told = { TWO(1, 71), ONE(1) } },
	{ "cut by a reset that does not pass: it acknowledges nothing",
	  .segment = { OPEN, { S, ACK, 1, 1, 70 } }, .last = { C, RST, 1, 71, 0 },
	  .told = { TWO(1, 71), ONE(1) } },
};
KUNIT_ARRAY_PARAM_DESC(ending, endings, name);

static struct umbra_packet packet(const struct umbra_session *s, const struct segment *seg)
{
	return segment_packet(s, seg->dir, seg->flags, first[seg->dir] + seg->seq,
			      first[!seg->dir] + seg->ack, seg->len);
}

static void pass(struct kunit *test, struct umbra_session *s, const struct segment *seg)
{
	struct umbra_packet p = packet(s, seg);
	struct umbra_settings set = {};
	u8 key;

	for (key = 0; key <= UMBRA_SETTING_MAX; key++)
		set.value[key] = 1000;
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, umbra_track(s, seg->dir, &p, &set), 0);
	local_bh_enable();
}

static void hear(struct umbra_session *s, const struct segment *seg)
{
	struct umbra_packet p = packet(s, seg);

	if (!seg->flags)
		return;
	local_bh_disable();
	umbra_track_heard(s, seg->dir, &p);
	local_bh_enable();
}

static int init(struct kunit *test)
{
	struct umbra_net *un;
	int err = umbra_world_init(test);

	if (err)
		return err;
	un = test->priv;
	un->hooked = true;
	memset(&umbra_edges, 0, sizeof(umbra_edges));
	return 0;
}

/* The hooks were only pretended, so the exit must not wait for them. */
static void leave(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	if (un)
		un->hooked = false;
	umbra_world_exit(test);
}

static void expect_told(struct kunit *test, const struct umbra_told *want, int dir)
{
	const struct umbra_told *told = &umbra_edges.told[dir];
	u32 i;

	KUNIT_EXPECT_EQ(test, told->refused, want->refused);
	if (want->refused)
		KUNIT_EXPECT_EQ(test, told->ack, first[dir] + want->ack);
	KUNIT_EXPECT_EQ(test, told->resets, want->resets);
	for (i = 0; i < want->resets; i++)
		KUNIT_EXPECT_EQ(test, told->seq[i], first[!dir] + want->seq[i]);
	KUNIT_EXPECT_EQ(test, told->prohibited, 0);
}

static void a_reset_has_the_sequence_number_that_its_end_expects(struct kunit *test)
{
	const struct ending *e = test->param_value;
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, e->mid_stream);
	u32 n;

	for (n = 0; n < ARRAY_SIZE(e->segment) && e->segment[n].flags; n++)
		pass(test, s, &e->segment[n]);
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	hear(s, &e->last);
	KUNIT_EXPECT_TRUE(test, umbra_test_kill(s, UMBRA_REASON_POLICY));
	expect_told(test, &e->told[C], C);
	expect_told(test, &e->told[S], S);
}

static bool told_anything(void)
{
	static const struct umbra_told nothing[UMBRA_DIR_MAX];

	return memcmp(umbra_edges.told, nothing, sizeof(nothing));
}

/* Is an end notified when a session is killed that is in no table yet? */
static bool is_told_of(struct kunit *test, struct umbra_session *s, u8 why)
{
	s->expires = (u32)jiffies + HZ;
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	memset(&umbra_edges, 0, sizeof(umbra_edges));
	KUNIT_EXPECT_TRUE(test, umbra_test_kill(s, why));
	return told_anything();
}

/* Are the ends of a session like this notified? */
static bool is_told(struct kunit *test, u8 proto, u8 why, bool silent)
{
	struct umbra_session *s = umbra_test_begun(test, proto, true);

	s->silent = silent;
	s->flags |= UMBRA_SESSION_SYNS;
	return is_told_of(test, s, why);
}

static void the_reason_decides_whether_the_ends_of_a_session_are_notified(struct kunit *test)
{
	u8 why;

	for (why = 1; why <= UMBRA_REASON_MAX; why++) {
		bool cut = why == UMBRA_REASON_KILLED || why == UMBRA_REASON_POLICY ||
			   why == UMBRA_REASON_OWN_ADDRESS || why == UMBRA_REASON_DEAD_PEER;
		bool moved = why == UMBRA_REASON_NAT_ADDRESS || why == UMBRA_REASON_EVICTED ||
			     why == UMBRA_REASON_DUPLICATE;

		KUNIT_EXPECT_EQ_MSG(test, is_told(test, IPPROTO_TCP, why, false), cut || moved,
				    "reason %u", why);
		KUNIT_EXPECT_EQ_MSG(test, is_told(test, IPPROTO_UDP, why, false), cut,
				    "reason %u", why);
		KUNIT_EXPECT_EQ(test, is_told(test, IPPROTO_GRE, why, false), cut);
		KUNIT_EXPECT_EQ(test, is_told(test, IPPROTO_IPIP, why, false), cut);
		KUNIT_EXPECT_EQ(test, is_told(test, IPPROTO_ICMP, why, false), cut);
		KUNIT_EXPECT_FALSE(test, is_told(test, IPPROTO_ESP, why, false));
		KUNIT_EXPECT_FALSE(test, is_told(test, IPPROTO_TCP, why, true));
	}
}

static void only_the_client_of_an_ICMP_query_is_notified(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, is_told(test, IPPROTO_ICMP, UMBRA_REASON_KILLED, false));
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].prohibited, 1);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].prohibited, 0);
	KUNIT_EXPECT_TRUE(test, is_told(test, IPPROTO_GRE, UMBRA_REASON_KILLED, false));
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].prohibited, 1);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].prohibited, 1);
}

static void the_ends_of_an_evicted_half_open_session_are_not_notified(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);

	KUNIT_EXPECT_FALSE(test, is_told_of(test, s, UMBRA_REASON_EVICTED));
}

static void the_ends_of_an_evicted_session_that_was_probed_are_notified(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, true);

	s->state = UMBRA_STATE_PROBED;
	s->flags |= UMBRA_SESSION_SYNS;
	KUNIT_EXPECT_TRUE(test, is_told_of(test, s, UMBRA_REASON_EVICTED));
}

/* Expect the ABORTs to both ends of an association with these tags, in this state. */
static void aborted(struct kunit *test, u8 state, u8 why, u32 client, u32 server)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_SCTP, true);

	s->state = state;
	s->tags.tag[C] = client;
	s->tags.tag[S] = server;
	s->expires = (u32)jiffies + HZ;
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	memset(&umbra_edges, 0, sizeof(umbra_edges));
	KUNIT_EXPECT_TRUE(test, umbra_test_kill(s, why));
}

static void an_ABORT_has_the_verification_tag_that_its_end_expects(struct kunit *test)
{
	aborted(test, UMBRA_STATE_ESTABLISHED, UMBRA_REASON_POLICY, 7, 9);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].aborts, 1);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].tag, 9);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].aborts, 1);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].tag, 7);

	aborted(test, UMBRA_STATE_OPENING, UMBRA_REASON_KILLED, 0, 9);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].tag, 9);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].aborts, 0);
	aborted(test, UMBRA_STATE_ESTABLISHED, UMBRA_REASON_EVICTED, 7, 9);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].tag, 9);
}

static void no_ABORT_is_sent_for_a_path_or_an_association_that_is_over(struct kunit *test)
{
	aborted(test, UMBRA_STATE_REPLIED, UMBRA_REASON_KILLED, 7, 9);
	KUNIT_EXPECT_FALSE(test, told_anything());
	aborted(test, UMBRA_STATE_UNREPLIED, UMBRA_REASON_KILLED, 7, 0);
	KUNIT_EXPECT_FALSE(test, told_anything());
	aborted(test, UMBRA_STATE_CLOSED, UMBRA_REASON_KILLED, 7, 9);
	KUNIT_EXPECT_FALSE(test, told_anything());
	aborted(test, UMBRA_STATE_ANSWERED, UMBRA_REASON_EVICTED, 7, 9);
	KUNIT_EXPECT_FALSE(test, told_anything());
	aborted(test, UMBRA_STATE_ESTABLISHED, UMBRA_REASON_TIMEOUT, 7, 9);
	KUNIT_EXPECT_FALSE(test, told_anything());
}

static void without_hooks_no_end_is_notified(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	un->hooked = false;
	KUNIT_EXPECT_FALSE(test, is_told(test, IPPROTO_TCP, UMBRA_REASON_POLICY, false));
}

static void sum(struct kunit *test, u64 *told, u64 *untold)
{
	struct umbra_net *un = test->priv;
	struct umbra_stats *stats = kunit_kzalloc(test, sizeof(*stats), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stats);
	umbra_stats_sum(un->stats, stats);
	*told = stats->told;
	*untold = stats->untold;
}

static void the_ends_of_a_thousand_sessions_a_second_are_notified_at_most(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	unsigned long began = jiffies;
	u64 told, untold;
	u32 i;

	/* Time passes only within a call, which may cross a tick. */
	for (i = 0; i < 2000; i++) {
		un->telling.rate.filled = jiffies;
		if (!is_told(test, IPPROTO_UDP, UMBRA_REASON_KILLED, false))
			break;
	}
	sum(test, &told, &untold);
	KUNIT_EXPECT_GE(test, told, 1000);
	KUNIT_EXPECT_LE(test, told, 1000 + (jiffies - began) * 1000 / HZ);
	KUNIT_EXPECT_EQ(test, untold, 1);
	un->telling.rate.filled = jiffies - HZ;
	KUNIT_EXPECT_TRUE(test, is_told(test, IPPROTO_UDP, UMBRA_REASON_KILLED, false));
}

static void a_session_whose_ends_cannot_be_notified_is_counted(struct kunit *test)
{
	struct umbra_session *s = umbra_test_inserted(test, 1);
	u64 told, untold;

	umbra_edges.tell_fails = BIT(C) | BIT(S);
	KUNIT_EXPECT_TRUE(test, umbra_test_kill(s, UMBRA_REASON_KILLED));
	sum(test, &told, &untold);
	KUNIT_EXPECT_EQ(test, told, 0);
	KUNIT_EXPECT_EQ(test, untold, 1);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].prohibited, 1);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].prohibited, 1);
}

static struct umbra_session *dead(struct kunit *test, u8 heard)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, true);

	s->state = UMBRA_STATE_PROBED;
	s->flags |= UMBRA_SESSION_SYNS;
	s->heard = heard;
	s->expires = (u32)jiffies + HZ;
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	return s;
}

static void a_dead_end_that_cannot_be_notified_is_not_counted(struct kunit *test)
{
	u64 told, untold;

	umbra_edges.tell_fails = BIT(S);
	KUNIT_EXPECT_TRUE(test, umbra_test_kill(dead(test, BIT(C)), UMBRA_REASON_DEAD_PEER));
	sum(test, &told, &untold);
	KUNIT_EXPECT_EQ(test, told, 1);
	KUNIT_EXPECT_EQ(test, untold, 0);
	umbra_edges.tell_fails = BIT(C);
	KUNIT_EXPECT_TRUE(test, umbra_test_kill(dead(test, BIT(C)), UMBRA_REASON_DEAD_PEER));
	sum(test, &told, &untold);
	KUNIT_EXPECT_EQ(test, told, 1);
	KUNIT_EXPECT_EQ(test, untold, 1);
}

static bool is_answered(struct umbra_net *un, u32 hash)
{
	bool again;

	local_bh_disable();
	again = umbra_tell_again(un, hash);
	local_bh_enable();
	return again;
}

static void a_notified_end_that_sends_again_is_answered_for_four_minutes(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);
	const struct segment syn = { C, SYN, 0, 0, 0 };
	struct umbra_net *un = test->priv;
	u32 hash[UMBRA_DIR_MAX], i;

	pass(test, s, &syn);
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	for (i = 0; i < UMBRA_DIR_MAX; i++) {
		hash[i] = s->half[i].hash;
		KUNIT_EXPECT_FALSE(test, is_answered(un, hash[i]));
	}
	KUNIT_EXPECT_TRUE(test, umbra_test_kill(s, UMBRA_REASON_KILLED));
	for (i = 0; i < UMBRA_DIR_MAX; i++) {
		KUNIT_EXPECT_TRUE(test, is_answered(un, hash[i]));
		KUNIT_EXPECT_FALSE(test, is_answered(un, hash[i] + 4096));
		KUNIT_EXPECT_FALSE(test, is_answered(un, hash[i] + 1));
		un->telling.recent[(hash[i] ^ hash[i] >> 31) % 4096] =
			(u64)hash[i] << 32 | ((u32)jiffies - 240 * HZ);
		KUNIT_EXPECT_FALSE(test, is_answered(un, hash[i]));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_reset_has_the_sequence_number_that_its_end_expects, ending_gen_params),
	KUNIT_CASE(the_reason_decides_whether_the_ends_of_a_session_are_notified),
	KUNIT_CASE(only_the_client_of_an_ICMP_query_is_notified),
	KUNIT_CASE(the_ends_of_an_evicted_half_open_session_are_not_notified),
	KUNIT_CASE(the_ends_of_an_evicted_session_that_was_probed_are_notified),
	KUNIT_CASE(an_ABORT_has_the_verification_tag_that_its_end_expects),
	KUNIT_CASE(no_ABORT_is_sent_for_a_path_or_an_association_that_is_over),
	KUNIT_CASE(without_hooks_no_end_is_notified),
	KUNIT_CASE(the_ends_of_a_thousand_sessions_a_second_are_notified_at_most),
	KUNIT_CASE(a_session_whose_ends_cannot_be_notified_is_counted),
	KUNIT_CASE(a_dead_end_that_cannot_be_notified_is_not_counted),
	KUNIT_CASE(a_notified_end_that_sends_again_is_answered_for_four_minutes),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_tell",
	.init = init,
	.exit = leave,
	.test_cases = cases,
};
kunit_test_suites(&suite);
