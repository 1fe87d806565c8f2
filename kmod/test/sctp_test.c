// SPDX-License-Identifier: GPL-2.0
/*
 * SCTP: which packets an association may have, as tables of packets with the verdict and the next
 * state. Each table is played with several tags, because tags near the ends of 32 bits must work
 * like any other. Random associations are tested by selftests/nat/test_sctp.c.
 */
#include "world.h"

#include "packet/packet.h"
#include "policy/policy.h"
#include "session/track.h"
#include "states.h"

#define INIT		UMBRA_SCTP_INIT
#define INIT_ACK	UMBRA_SCTP_INIT_ACK
#define ECHO		UMBRA_SCTP_COOKIE_ECHO
#define COOKIE_ACK	UMBRA_SCTP_COOKIE_ACK
#define BEAT		UMBRA_SCTP_HEARTBEAT
#define BEAT_ACK	UMBRA_SCTP_HEARTBEAT_ACK
#define ABORT		UMBRA_SCTP_ABORT
#define SHUT		UMBRA_SCTP_SHUTDOWN
#define SHUT_ACK	UMBRA_SCTP_SHUTDOWN_ACK
#define COMPLETE	UMBRA_SCTP_SHUTDOWN_COMPLETE
#define T_BIT		UMBRA_SCTP_REFLECTED
#define SACK		0x8000	/* a control chunk without effect on the state */
#define DATA		0x4000	/* data only */

/**
 * struct row - one packet and the result
 * @dir: its sender
 * @chunks: UMBRA_SCTP_*, SACK or DATA; 0 ends the table
 * @tag: number of its verification tag, 0 for none
 * @value: number of the initiate tag, or the content of a heartbeat
 * @state: state afterwards, or REFUSED
 */
struct row {
	u8 dir;
	u16 chunks;
	u8 tag;
	u8 value;
	u8 state;
};

struct association {
	const char *name;
	bool mid_stream;
	struct row row[24];
};

/* The client's tag is number 1 and the server's 2; 3, 4 and 5 are other tags. */
#define INIT_C		{ C, INIT, 0, 1, OPENING }
#define INIT_ACK_S	{ S, INIT_ACK, 1, 2, ANSWERED }
#define ECHO_C		{ C, ECHO, 2, 0, ANSWERED }
#define COOKIE_ACK_S	{ S, COOKIE_ACK, 1, 0, ESTABLISHED }
#define OPEN		INIT_C, INIT_ACK_S, ECHO_C, COOKIE_ACK_S
/* A whole handshake, begun by a client that has restarted. */
#define ANEW(init, answer)							\
	{ C, INIT, 0, init, ESTABLISHED }, { S, INIT_ACK, init, answer, ESTABLISHED },	\
	{ C, ECHO, answer, 0, ESTABLISHED }, { S, COOKIE_ACK, init, 0, ESTABLISHED }
/* Data passes in both directions with these tags, and with no others. */
#define TALK(to_server, to_client, wrong)					\
	{ C, DATA, to_server, 0, ESTABLISHED }, { S, SACK, to_client, 0, ESTABLISHED },	\
	{ C, SACK, wrong, 0, REFUSED }, { S, DATA, wrong, 0, REFUSED }

static const struct association associations[] = {
	{ "a packet without the right tag is refused", .row = {
		OPEN, TALK(2, 1, 3),
		{ C, DATA, 1, 0, REFUSED }, { S, DATA, 2, 0, REFUSED },
		{ C, SHUT, 1, 0, REFUSED }, { S, SHUT_ACK, 3, 0, REFUSED },
		{ S, INIT_ACK, 3, 4, REFUSED }, { C, ECHO, 3, 0, REFUSED },
		{ S, COOKIE_ACK, 3, 0, REFUSED }, { C, BEAT, 3, 5, REFUSED },
		{ S, COMPLETE, 3, 0, REFUSED } } },
	{ "the client alone establishes nothing", .row = {
		INIT_C, INIT_C, { C, ECHO, 2, 0, REFUSED }, { C, DATA, 2, 0, REFUSED },
		{ C, COOKIE_ACK, 2, 0, REFUSED }, INIT_ACK_S, ECHO_C, ECHO_C,
		{ C, DATA, 2, 0, ANSWERED }, { C, COOKIE_ACK, 2, 0, ANSWERED } } },
	{ "the server alone establishes nothing", .row = {
		INIT_C, { S, COOKIE_ACK, 1, 0, OPENING }, { S, DATA, 1, 0, OPENING },
		INIT_ACK_S, { S, COOKIE_ACK, 1, 0, ANSWERED }, { S, SHUT, 1, 0, ANSWERED } } },
	{ "an INIT ACK has to carry the tag of the INIT", .row = {
		INIT_C, { S, INIT_ACK, 3, 2, REFUSED }, { S, INIT_ACK, 2, 2, REFUSED },
		INIT_ACK_S, INIT_ACK_S, { S, INIT_ACK, 3, 4, REFUSED } } },
	{ "of two answers to an INIT the second counts if the client echoes it", .row = {
		INIT_C, INIT_ACK_S, { S, INIT_ACK, 1, 3, ANSWERED }, { C, ECHO, 3, 0, ANSWERED },
		{ S, COOKIE_ACK, 1, 0, ESTABLISHED }, TALK(3, 1, 2) } },
	{ "of two answers to an INIT the first counts if the client echoes it", .row = {
		INIT_C, INIT_ACK_S, { S, INIT_ACK, 1, 3, ANSWERED }, ECHO_C, COOKIE_ACK_S,
		TALK(2, 1, 3) } },
	{ "a client may try again with another tag", .row = {
		INIT_C, { C, INIT, 0, 3, OPENING }, { S, INIT_ACK, 3, 4, ANSWERED },
		{ C, ECHO, 4, 0, ANSWERED }, { S, COOKIE_ACK, 3, 0, ESTABLISHED },
		TALK(4, 3, 1) } },
	{ "a forged INIT does not keep an association from opening", .row = {
		INIT_C, { C, INIT, 0, 3, OPENING }, { S, INIT_ACK, 3, 4, ANSWERED }, INIT_ACK_S,
		{ C, INIT, 0, 5, ANSWERED }, ECHO_C, COOKIE_ACK_S, TALK(2, 1, 4) } },

	/* Ends. */
	{ "a shutdown closes an association", .row = {
		OPEN, { C, SHUT, 2, 0, CLOSING }, { S, DATA, 1, 0, CLOSING },
		{ C, SHUT | SACK, 2, 0, CLOSING }, { S, SHUT_ACK, 1, 0, CLOSING },
		{ C, COMPLETE, 2, 0, CLOSED }, { S, SHUT_ACK, 1, 0, CLOSED },
		{ C, COMPLETE | T_BIT, 1, 0, CLOSED }, { C, DATA, 3, 0, REFUSED } } },
	{ "two shutdowns at once close an association", .row = {
		OPEN, { C, SHUT, 2, 0, CLOSING }, { S, SHUT, 1, 0, CLOSING },
		{ C, SHUT_ACK, 2, 0, CLOSING }, { S, SHUT_ACK, 1, 0, CLOSING },
		{ C, COMPLETE, 2, 0, CLOSED }, { S, COMPLETE, 1, 0, CLOSED } } },
	{ "SHUTDOWN COMPLETE closes only what is closing", .row = {
		OPEN, { S, COMPLETE, 1, 0, ESTABLISHED }, { S, COMPLETE | T_BIT, 2, 0, ESTABLISHED },
		{ S, SHUT, 1, 0, CLOSING }, { C, COMPLETE | T_BIT, 1, 0, CLOSED } } },
	{ "an abort has the receiver's tag, or with the T bit the sender's", .row = {
		OPEN, { C, ABORT, 1, 0, REFUSED }, { C, ABORT | T_BIT, 2, 0, REFUSED },
		{ S, ABORT, 2, 0, REFUSED }, { S, ABORT | T_BIT, 1, 0, REFUSED },
		{ S, ABORT, 3, 0, REFUSED }, { S, ABORT | T_BIT, 2, 0, CLOSED } } },
	{ "a client's abort closes an association",
	  .row = { OPEN, { C, ABORT | SACK, 2, 0, CLOSED } } },
	{ "a server refuses an association with the tag of the INIT", .row = {
		INIT_C, { S, ABORT, 3, 0, REFUSED }, { S, ABORT | T_BIT, 1, 0, REFUSED },
		{ C, ABORT, 1, 0, REFUSED }, { S, ABORT, 1, 0, CLOSED } } },
	{ "a server that finds the cookie stale aborts", .row = {
		INIT_C, INIT_ACK_S, ECHO_C, { S, ABORT, 1, 0, CLOSED } } },
	{ "a client that is gone when it is answered aborts", .row = {
		INIT_C, INIT_ACK_S, { C, ABORT | T_BIT, 1, 0, CLOSED } } },

	/* An INIT within an association: RFC 9260 5.2. */
	{ "a restart is complete once the server acknowledges the cookie", .row = {
		OPEN, { C, INIT, 0, 3, ESTABLISHED }, TALK(2, 1, 3),
		{ S, INIT_ACK, 3, 4, ESTABLISHED }, { C, DATA, 4, 0, REFUSED },
		{ C, ECHO, 4, 0, ESTABLISHED }, { S, DATA, 3, 0, ESTABLISHED },
		{ S, DATA, 1, 0, ESTABLISHED }, { S, COOKIE_ACK, 3, 0, ESTABLISHED },
		TALK(4, 3, 5), TALK(2, 1, 5) } },
	{ "the older pair of tags ends an association, a newer pair does not", .row = {
		OPEN, ANEW(3, 4), { C, SHUT, 4, 0, ESTABLISHED }, { S, SHUT_ACK, 3, 0, ESTABLISHED },
		{ C, ABORT, 4, 0, CLOSING }, { C, DATA, 4, 0, REFUSED }, TALK(2, 1, 3),
		{ C, ABORT, 2, 0, CLOSED } } },
	{ "a third pair of tags is refused while two are in use", .row = {
		OPEN, ANEW(3, 4), { C, INIT, 0, 5, ESTABLISHED }, { S, INIT_ACK, 5, 6, ESTABLISHED },
		{ C, ECHO, 6, 0, REFUSED }, { S, COOKIE_ACK, 5, 0, REFUSED }, TALK(2, 1, 6),
		{ S, DATA, 3, 0, ESTABLISHED } } },
	{ "a newer pair of tags that is in use outlives the older pair's end", .row = {
		OPEN, ANEW(3, 4), { S, ABORT, 1, 0, ESTABLISHED }, TALK(4, 3, 2),
		{ C, ABORT | T_BIT, 3, 0, CLOSED } } },
	{ "the end of a restart that is not complete does not end the association", .row = {
		OPEN, { C, INIT, 0, 3, ESTABLISHED }, { S, ABORT, 3, 0, ESTABLISHED },
		{ S, INIT_ACK, 3, 4, ESTABLISHED }, { C, ABORT, 4, 0, REFUSED },
		{ C, ABORT | T_BIT, 3, 0, ESTABLISHED }, { C, ECHO, 4, 0, ESTABLISHED },
		{ S, SHUT, 3, 0, ESTABLISHED }, { S, ABORT, 3, 0, ESTABLISHED },
		{ C, ABORT, 4, 0, ESTABLISHED }, TALK(2, 1, 5) } },
	{ "of several INITs the last one counts", .row = {
		OPEN, { C, INIT, 0, 3, ESTABLISHED }, { C, INIT, 0, 5, ESTABLISHED },
		{ S, INIT_ACK, 3, 4, REFUSED }, { S, INIT_ACK, 5, 4, ESTABLISHED },
		{ C, ECHO, 4, 0, ESTABLISHED }, { C, INIT, 0, 3, ESTABLISHED },
		{ S, COOKIE_ACK, 5, 0, REFUSED }, TALK(2, 1, 5) } },
	{ "a server may restart an association", .row = {
		OPEN, { S, INIT, 0, 3, ESTABLISHED }, { C, INIT_ACK, 3, 4, ESTABLISHED },
		{ S, ECHO, 4, 0, ESTABLISHED }, { C, COOKIE_ACK, 3, 0, ESTABLISHED },
		TALK(3, 4, 5), TALK(2, 1, 5) } },
	{ "an association may restart while it closes or is closed", .row = {
		OPEN, { S, SHUT, 1, 0, CLOSING }, { C, INIT, 0, 3, CLOSING },
		{ S, INIT_ACK, 3, 4, CLOSING }, { C, ECHO, 4, 0, CLOSING },
		{ S, ABORT, 1, 0, CLOSED }, { S, COOKIE_ACK, 3, 0, ESTABLISHED },
		TALK(4, 3, 1) } },
	{ "both ends may begin at once", .row = {
		INIT_C, { S, INIT, 0, 2, OPENING }, { C, INIT_ACK, 2, 1, ANSWERED },
		INIT_ACK_S, ECHO_C, { S, ECHO, 1, 0, ANSWERED }, COOKIE_ACK_S,
		{ C, COOKIE_ACK, 2, 0, ESTABLISHED }, TALK(2, 1, 3) } },
	{ "both ends may begin at once although one answer is lost", .row = {
		INIT_C, { S, INIT, 0, 2, OPENING }, { C, INIT_ACK, 2, 1, ANSWERED },
		{ S, ECHO, 1, 0, ANSWERED }, { C, COOKIE_ACK, 2, 0, ESTABLISHED },
		TALK(2, 1, 3), { S, INIT_ACK, 1, 4, ESTABLISHED }, TALK(2, 1, 3) } },
	{ "a server may answer, forget, and begin with another tag", .row = {
		INIT_C, INIT_ACK_S, { S, INIT, 0, 3, ANSWERED }, ECHO_C,
		{ C, INIT_ACK, 3, 1, ANSWERED }, { S, ECHO, 1, 0, ANSWERED },
		{ C, COOKIE_ACK, 3, 0, ESTABLISHED }, TALK(3, 1, 2) } },

	/* Paths. */
	{ "a path is proved by an answer with the heartbeat's content", .row = {
		{ C, BEAT, 2, 9, UNREPLIED }, { S, BEAT_ACK, 3, 8, REFUSED },
		{ S, DATA, 1, 0, REFUSED }, { C, DATA, 3, 0, REFUSED }, { C, DATA, 2, 0, UNREPLIED },
		{ S, BEAT, 3, 7, UNREPLIED }, { S, BEAT_ACK, 1, 9, REPLIED },
		{ S, BEAT_ACK, 3, 9, REFUSED }, { S, DATA, 3, 0, REFUSED },
		{ S, DATA, 1, 0, REPLIED }, { C, SHUT, 2, 0, CLOSING } } },
	{ "only the answer to the last heartbeat proves a path", .row = {
		{ C, BEAT, 2, 9, UNREPLIED }, { C, BEAT, 2, 8, UNREPLIED },
		{ S, BEAT_ACK, 1, 9, REFUSED }, { S, BEAT_ACK, 1, 8, REPLIED } } },
	{ "an association may begin on a path without an answer", .row = {
		{ C, BEAT, 5, 9, UNREPLIED }, { C, INIT, 0, 1, UNREPLIED },
		{ S, BEAT_ACK, 3, 1, REFUSED }, { S, INIT_ACK, 1, 2, UNREPLIED },
		{ C, ECHO, 2, 0, UNREPLIED }, COOKIE_ACK_S, TALK(2, 1, 5) } },
	{ "a host that does not know the association aborts the path", .row = {
		{ C, BEAT, 2, 9, UNREPLIED }, { S, ABORT, 2, 0, REFUSED },
		{ S, ABORT | T_BIT, 2, 0, CLOSED } } },

	/* Picked up. */
	{ "picked up in mid-stream: the first packet has one tag, a control reply has the other",
	  .mid_stream = true, .row = {
		{ C, DATA, 2, 0, ESTABLISHED }, { C, DATA, 3, 0, REFUSED },
		{ S, DATA, 4, 0, ESTABLISHED }, { S, ABORT, 4, 0, ESTABLISHED },
		{ S, SACK, 1, 0, ESTABLISHED }, { S, DATA, 4, 0, REFUSED }, TALK(2, 1, 5) } },
	{ "an association may be picked up by a server's packet", .mid_stream = true, .row = {
		{ S, SACK, 1, 0, ESTABLISHED }, { C, SACK, 2, 0, ESTABLISHED }, TALK(2, 1, 3),
		{ C, SHUT, 2, 0, CLOSING } } },
	{ "an association picked up in mid-stream may restart", .mid_stream = true, .row = {
		{ C, DATA, 2, 0, ESTABLISHED }, { C, INIT, 0, 3, ESTABLISHED },
		{ S, INIT_ACK, 3, 4, ESTABLISHED }, { C, ECHO, 4, 0, ESTABLISHED },
		{ S, COOKIE_ACK, 3, 0, ESTABLISHED }, { C, DATA, 4, 0, ESTABLISHED },
		{ S, SACK, 3, 0, ESTABLISHED }, { C, SACK, 5, 0, REFUSED } } },
};
KUNIT_ARRAY_PARAM_DESC(association, associations, name);

/* Tag number n is base + n * step. */
static const struct { u32 base, step; } tags[] = {
	{ 0, 1 }, { 0xfffffff0, 1 }, { 0x7ffffffe, 0x10000001 }, { 5, 0x33333333 },
};

static u32 tag_of(u32 round, u8 n)
{
	return n ? tags[round].base + n * tags[round].step : 0;
}

static struct umbra_packet packet(const struct umbra_session *s, const struct row *r, u32 round)
{
	struct umbra_packet p = {
		.key = s->half[r->dir].key, .len = 100, .tag = tag_of(round, r->tag),
		.chunks = r->chunks & ~(SACK | DATA),
		.tcp_flags = r->chunks & DATA ? 0 : UMBRA_SCTP_CONTROL,
	};

	if (r->chunks & (INIT | INIT_ACK))
		p.initiate = tag_of(round, r->value);
	else
		p.info = tag_of(round, r->value);
	return p;
}

static void timeouts(struct umbra_settings *set)
{
	u8 key;

	for (key = 0; key <= UMBRA_SETTING_MAX; key++)
		set->value[key] = 1000 + key;
}

static const u8 setting[] = {
	[OPENING] = UMBRA_SETTING_TIMEOUT_SCTP_OPENING,
	[ANSWERED] = UMBRA_SETTING_TIMEOUT_SCTP_OPENING,
	[UNREPLIED] = UMBRA_SETTING_TIMEOUT_SCTP_OPENING,
	[ESTABLISHED] = UMBRA_SETTING_TIMEOUT_SCTP_ESTABLISHED,
	[REPLIED] = UMBRA_SETTING_TIMEOUT_SCTP_PATH,
	[CLOSING] = UMBRA_SETTING_TIMEOUT_SCTP_CLOSING,
	[CLOSED] = UMBRA_SETTING_TIMEOUT_SCTP_CLOSED,
};

/* Compare all that a packet may change: the fields after the lock. */
static bool is_as_before(const struct umbra_session *s, const struct umbra_session *before)
{
	const size_t from = offsetofend(struct umbra_session, lock);

	return !memcmp((const void *)s + from, (const void *)before + from, sizeof(*s) - from);
}

static u8 tracked(struct umbra_session *s, const struct row *r, u32 round)
{
	struct umbra_packet p = packet(s, r, round);
	struct umbra_settings set;
	u8 why;

	timeouts(&set);
	local_bh_disable();
	why = umbra_track(s, r->dir, &p, &set);
	local_bh_enable();
	return why;
}

/* A half-open session counts from when it entered the state, others from the last packet. */
static void expect_limit(struct kunit *test, const struct umbra_session *s,
			 const struct umbra_session *before, u32 n)
{
	bool kept = n && s->state == before->state &&
		    (s->state == OPENING || s->state == ANSWERED);
	u32 want = kept ? before->expires : s->seen + (1000 + setting[s->state]) * HZ;

	KUNIT_EXPECT_EQ_MSG(test, s->expires, want, "packet %u", n);
}

static void send_row(struct kunit *test, struct umbra_session *s, const struct row *r, u32 n,
		     u32 round)
{
	struct umbra_session before;
	u8 why;

	s->seen -= HZ;
	s->expires -= n ? HZ : 0;
	memcpy(&before, s, sizeof(before));
	why = tracked(s, r, round);
	if (r->state == REFUSED) {
		KUNIT_EXPECT_EQ_MSG(test, why, UMBRA_REASON_SCTP_TAG, "packet %u", n);
		KUNIT_EXPECT_TRUE_MSG(test, is_as_before(s, &before), "packet %u", n);
		return;
	}
	KUNIT_EXPECT_EQ_MSG(test, why, 0, "packet %u", n);
	KUNIT_EXPECT_EQ_MSG(test, s->state, r->state, "packet %u", n);
	KUNIT_EXPECT_EQ_MSG(test, s->packets[r->dir], before.packets[r->dir] + 1, "packet %u", n);
	expect_limit(test, s, &before, n);
}

static void each_SCTP_packet_gets_the_expected_verdict_state_and_timeout(struct kunit *test)
{
	const struct association *a = test->param_value;
	struct umbra_session *s;
	u32 round, n;

	for (round = 0; round < ARRAY_SIZE(tags); round++) {
		s = umbra_test_begun(test, IPPROTO_SCTP, a->mid_stream);
		for (n = 0; n < ARRAY_SIZE(a->row) && a->row[n].chunks; n++)
			send_row(test, s, &a->row[n], n, round);
		umbra_test_drop(s);
	}
}

/* An established association with the tags 1 and 2. */
static struct umbra_session *established(struct kunit *test)
{
	static const struct row rows[] = { OPEN };
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_SCTP, false);
	u32 n;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		KUNIT_EXPECT_EQ(test, tracked(s, &rows[n], 0), 0);
	return s;
}

static void a_pair_of_tags_that_is_silent_for_four_minutes_is_replaced(struct kunit *test)
{
	static const struct row anew[] = { ANEW(3, 4) };
	static const struct row newcomer = { C, DATA, 4, 0, 0 }, elder = { C, DATA, 2, 0, 0 };
	static const struct row third[] = {
		{ C, INIT, 0, 5, 0 }, { S, INIT_ACK, 5, 6, 0 }, { C, ECHO, 6, 0, 0 },
		{ S, COOKIE_ACK, 5, 0, 0 },
	};
	struct umbra_session *s = established(test);
	u32 n;

	for (n = 0; n < ARRAY_SIZE(anew); n++)
		KUNIT_EXPECT_EQ(test, tracked(s, &anew[n], 0), 0);
	s->elder_seen -= 239 * HZ;
	KUNIT_EXPECT_EQ(test, tracked(s, &newcomer, 0), 0);
	KUNIT_EXPECT_EQ(test, tracked(s, &elder, 0), 0);
	s->elder_seen -= 240 * HZ;
	KUNIT_EXPECT_EQ(test, tracked(s, &elder, 0), 0);
	s->newcomer_seen -= 240 * HZ;
	for (n = 0; n < ARRAY_SIZE(third); n++)
		KUNIT_EXPECT_EQ(test, tracked(s, &third[n], 0), 0);
	KUNIT_EXPECT_EQ(test, tracked(s, &newcomer, 0), UMBRA_REASON_SCTP_TAG);
	KUNIT_EXPECT_EQ(test, tracked(s, &elder, 0), 0);
	s->elder_seen -= 240 * HZ;
	KUNIT_EXPECT_EQ(test, tracked(s, &(struct row){ S, DATA, 5, 0, 0 }, 0), 0);
	KUNIT_EXPECT_EQ(test, tracked(s, &elder, 0), UMBRA_REASON_SCTP_TAG);
	umbra_test_drop(s);
}

static u8 quoted(struct umbra_session *s, u8 dir, u32 tag, u32 initiate)
{
	struct umbra_packet p = {
		.key = s->half[dir].key, .tag = tag, .initiate = initiate,
		.kind = UMBRA_PACKET_ICMP_ERROR,
	};
	struct umbra_settings set;
	u8 why;

	timeouts(&set);
	local_bh_disable();
	why = umbra_track_quoted(s, dir, &p, &set);
	local_bh_enable();
	return why;
}

static void an_ICMP_error_passes_only_if_it_quotes_a_known_tag_or_INIT(struct kunit *test)
{
	static const struct row init = INIT_C;
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_SCTP, false);

	tracked(s, &init, 0);
	KUNIT_EXPECT_EQ(test, quoted(s, C, 0, 1), 0);
	KUNIT_EXPECT_EQ(test, quoted(s, C, 0, 0), UMBRA_REASON_SCTP_TAG);
	KUNIT_EXPECT_EQ(test, quoted(s, C, 0, 2), UMBRA_REASON_SCTP_TAG);
	KUNIT_EXPECT_EQ(test, quoted(s, C, 1, 0), UMBRA_REASON_SCTP_TAG);
	KUNIT_EXPECT_EQ(test, quoted(s, S, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, quoted(s, S, 0, 1), UMBRA_REASON_SCTP_TAG);
	umbra_test_drop(s);

	s = established(test);
	KUNIT_EXPECT_EQ(test, quoted(s, C, 2, 0), 0);
	KUNIT_EXPECT_EQ(test, quoted(s, S, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, quoted(s, C, 1, 0), UMBRA_REASON_SCTP_TAG);
	KUNIT_EXPECT_EQ(test, quoted(s, S, 2, 0), UMBRA_REASON_SCTP_TAG);
	KUNIT_EXPECT_EQ(test, quoted(s, C, 0, 1), 0);
	s->life = UMBRA_DYING;
	KUNIT_EXPECT_EQ(test, quoted(s, C, 2, 0), UMBRA_REASON_ICMP_STRAY);
	s->life = UMBRA_LIVE;
	umbra_test_drop(s);
}

static void a_packet_of_a_dying_association_is_stray(struct kunit *test)
{
	static const struct row data = { C, DATA, 2, 0, 0 };
	struct umbra_session *s = established(test), before;

	s->life = UMBRA_DYING;
	memcpy(&before, s, sizeof(before));
	KUNIT_EXPECT_EQ(test, tracked(s, &data, 0), UMBRA_REASON_SCTP_STRAY);
	KUNIT_EXPECT_TRUE(test, is_as_before(s, &before));
	s->life = UMBRA_LIVE;
	umbra_test_drop(s);
}

static void only_an_INIT_reopens_an_association_and_only_a_closed_one(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_SCTP, false);
	struct umbra_packet p = { .tcp_flags = UMBRA_SCTP_CONTROL };
	u8 state, bit;

	p.key = s->half[0].key;
	for (state = 1; state <= UMBRA_STATE_MAX; state++)
		for (bit = 0; bit < 16; bit++) {
			s->state = state;
			p.chunks = BIT(bit);
			KUNIT_EXPECT_EQ(test, umbra_track_reopens(s, &p),
					state == CLOSED && p.chunks == INIT);
		}
	umbra_test_drop(s);
}

static void a_service_s_timeout_applies_only_to_an_established_association(struct kunit *test)
{
	static const struct row shut = { C, SHUT, 2, 0, 0 }, data = { C, DATA, 2, 0, 0 };
	struct umbra_session *s = established(test);

	s->timeout = 77;
	tracked(s, &data, 0);
	KUNIT_EXPECT_EQ(test, (s->expires - s->seen) / HZ, 77);
	tracked(s, &shut, 0);
	KUNIT_EXPECT_EQ(test, (s->expires - s->seen) / HZ,
			1000 + UMBRA_SETTING_TIMEOUT_SCTP_CLOSING);
	umbra_test_drop(s);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(each_SCTP_packet_gets_the_expected_verdict_state_and_timeout,
			 association_gen_params),
	KUNIT_CASE(a_pair_of_tags_that_is_silent_for_four_minutes_is_replaced),
	KUNIT_CASE(an_ICMP_error_passes_only_if_it_quotes_a_known_tag_or_INIT),
	KUNIT_CASE(a_packet_of_a_dying_association_is_stray),
	KUNIT_CASE(only_an_INIT_reopens_an_association_and_only_a_closed_one),
	KUNIT_CASE(a_service_s_timeout_applies_only_to_an_established_association),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_sctp",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
