// SPDX-License-Identifier: GPL-2.0
/*
 * Probes: which idle sessions are probed, with which numbers, and what happens to them. That probes
 * reach the ends is tested by selftests/net/probes.sh. A session expires by moving its stamp, and
 * the walker's work is flushed.
 */
#include "world.h"

#include "edges.h"
#include "life/wake.h"
#include "upkeep/walker.h"
#include "path/spared.h"
#include "policy/policy.h"
#include "upkeep/probe.h"
#include "rows.h"
#include "segments.h"
#include "stats.h"
#include "session/track.h"

#define TRIES		5
#define WAIT		15
#define TIMEOUT		7440

/* First sequence numbers of client and server, chosen so that both wrap soon. */
static const u32 first[UMBRA_DIR_MAX] = { 0xfffffff0, 0xfffffffe };

static struct umbra_policy *running(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	return umbra_test_running(un);
}

static int init(struct kunit *test)
{
	struct umbra_policy *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	int err = p ? umbra_world_init(test) : -ENOMEM;
	struct umbra_net *un;

	if (err)
		return err;
	un = test->priv;
	un->hooked = true;
	p->settings.value[UMBRA_SETTING_TCP_PROBES] = UMBRA_PROBES_SETTING_ON;
	p->settings.value[UMBRA_SETTING_TCP_WINDOW] = UMBRA_WINDOW_SETTING_STRICT;
	p->settings.value[UMBRA_SETTING_TIMEOUT_TCP_PROBE] = WAIT;
	p->settings.value[UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED] = TIMEOUT;
	p->settings.value[UMBRA_SETTING_TIMEOUT_TCP_OPENING] = 60;
	p->settings.value[UMBRA_SETTING_TIMEOUT_TCP_CLOSING] = 240;
	p->settings.value[UMBRA_SETTING_TIMEOUT_TCP_CLOSED] = 10;
	RCU_INIT_POINTER(un->policy, p);
	memset(&umbra_edges, 0, sizeof(umbra_edges));
	return 0;
}

static void leave(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	if (un) {
		RCU_INIT_POINTER(un->policy, NULL);
		un->hooked = false;
	}
	umbra_world_exit(test);
}

/* Numbers count from their sender's first. Return: the result of umbra_track(). */
static u8 send(struct kunit *test, struct umbra_session *s, u8 dir, u8 flags, u32 seq, u32 ack,
	       u32 len)
{
	struct umbra_packet p = segment_packet(s, dir, flags, first[dir] + seq,
					       first[!dir] + ack, len);
	u8 why;

	local_bh_disable();
	why = umbra_track(s, dir, &p, &running(test)->settings);
	local_bh_enable();
	return why;
}

/* A connection in which the client has sent 100 bytes and the server 300. */
static void talk(struct kunit *test, struct umbra_session *s)
{
	KUNIT_EXPECT_EQ(test, send(test, s, C, SYN, 0, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, send(test, s, S, SYN | ACK, 0, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, send(test, s, C, ACK, 1, 1, 100), 0);
	KUNIT_EXPECT_EQ(test, send(test, s, S, ACK, 1, 101, 300), 0);
	KUNIT_EXPECT_EQ(test, send(test, s, C, ACK, 101, 301, 0), 0);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_ESTABLISHED);
}

static struct umbra_session *established(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);

	talk(test, s);
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	return s;
}

/* Send the acknowledgement of a living end. Return: as send(). */
static u8 answer(struct kunit *test, struct umbra_session *s, u8 dir)
{
	return send(test, s, dir, ACK, dir == C ? 101 : 301, dir == C ? 301 : 101, 0);
}

static void walk(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	u32 i;

	umbra_walker_wake(un);
	for (i = 0; i < 30; i++)
		flush_delayed_work(&un->walker);
}

/* Let the session expire, and run the walker. */
static void expire(struct kunit *test, struct umbra_session *s)
{
	WRITE_ONCE(s->expires, (u32)jiffies - 1);
	memset(umbra_edges.told, 0, sizeof(umbra_edges.told));
	walk(test);
}

static u64 probed(struct kunit *test)
{
	struct umbra_net *un = test->priv;
	struct umbra_stats *sum = kunit_kzalloc(test, sizeof(*sum), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sum);
	umbra_stats_sum(un->stats, sum);
	return sum->probed;
}

static u64 ended(struct kunit *test, u8 why)
{
	return umbra_test_ended(test->priv, why);
}

static void expect_seconds(struct kunit *test, const struct umbra_session *s, u32 seconds)
{
	u32 left = s->expires - (u32)jiffies;

	KUNIT_EXPECT_LE(test, left, seconds * HZ);
	KUNIT_EXPECT_GT(test, left, (seconds - 5) * HZ);
}

/* Expect the right probe to this end of the connection that established() makes. */
static void expect_probe(struct kunit *test, u8 dir)
{
	const struct umbra_told *told = &umbra_edges.told[dir];

	KUNIT_EXPECT_EQ(test, told->probes, 1);
	KUNIT_EXPECT_EQ(test, told->probe.flags, ACK);
	KUNIT_EXPECT_EQ(test, told->probe.seq, first[!dir] + (dir == C ? 300 : 100));
	KUNIT_EXPECT_EQ(test, told->probe.ack, first[dir] + (dir == C ? 101 : 301));
	KUNIT_EXPECT_EQ(test, told->probe.win, 1000);
}

static void expect_probes(struct kunit *test, u32 client, u32 server)
{
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].probes, client);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].probes, server);
}

static void a_probe_has_the_number_before_the_next_that_its_end_expects(struct kunit *test)
{
	struct umbra_session *s = established(test);
	u32 seen = s->seen;

	expire(test, s);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_PROBED);
	KUNIT_EXPECT_TRUE(test, umbra_test_is_found(s));
	KUNIT_EXPECT_EQ(test, s->seen, seen);
	expect_seconds(test, s, WAIT);
	expect_probe(test, C);
	expect_probe(test, S);
	KUNIT_EXPECT_EQ(test, probed(test), 1);
	/* While the session waits for answers, no more is sent. */
	walk(test);
	expect_probes(test, 1, 1);
}

static void a_session_has_its_full_timeout_again_once_both_ends_answer(struct kunit *test)
{
	struct umbra_session *s = established(test);
	u32 i;

	for (i = 0; i < 2 * TRIES; i++) {
		expire(test, s);
		expect_probes(test, 1, 1);
		KUNIT_EXPECT_EQ(test, answer(test, s, i % 2), 0);
		KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_PROBED);
		expect_seconds(test, s, WAIT);
		KUNIT_EXPECT_EQ(test, answer(test, s, !(i % 2)), 0);
		KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_ESTABLISHED);
		expect_seconds(test, s, TIMEOUT);
	}
	KUNIT_EXPECT_EQ(test, probed(test), 2 * TRIES);
}

static void expect_reset(struct kunit *test, u8 dir)
{
	const struct umbra_told *told = &umbra_edges.told[dir];

	KUNIT_EXPECT_EQ(test, told->resets, 1);
	KUNIT_EXPECT_EQ(test, told->seq[0], first[!dir] + (dir == C ? 301 : 101));
}

static void an_end_that_answers_is_probed_once_and_reset_if_the_other_is_dead(struct kunit *test)
{
	struct umbra_session *s = established(test);
	u32 i;

	expire(test, s);
	expect_probes(test, 1, 1);
	for (i = 1; i < TRIES; i++) {
		KUNIT_EXPECT_EQ(test, answer(test, s, C), 0);
		expire(test, s);
		KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_PROBED);
		expect_probes(test, 0, 1);
		expect_probe(test, S);
		KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_DEAD_PEER), 0);
	}
	expire(test, s);
	KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_DEAD_PEER), 1);
	expect_probes(test, 0, 0);
	expect_reset(test, C);
	expect_reset(test, S);
	KUNIT_EXPECT_EQ(test, probed(test), TRIES);
}

static void two_silent_ends_are_probed_five_times_before_their_session_ends(struct kunit *test)
{
	struct umbra_session *s = established(test);
	u32 i;

	for (i = 0; i < TRIES; i++) {
		expire(test, s);
		expect_probe(test, C);
		expect_probe(test, S);
	}
	KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_DEAD_PEER), 0);
	expire(test, s);
	KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_DEAD_PEER), 1);
	KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_TIMEOUT), 0);
}

static void an_answer_to_the_last_probe_resets_the_count_of_probes(struct kunit *test)
{
	struct umbra_session *s = established(test);
	u32 i;

	for (i = 0; i < TRIES; i++)
		expire(test, s);
	/* The session has expired, but the walker has not come yet. */
	WRITE_ONCE(s->expires, (u32)jiffies - 1);
	answer(test, s, S);
	answer(test, s, C);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_ESTABLISHED);
	for (i = 0; i < TRIES; i++) {
		expire(test, s);
		expect_probes(test, 1, 1);
	}
	KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_DEAD_PEER), 0);
}

static void data_from_only_one_end_pass_and_do_not_prolong_the_session(struct kunit *test)
{
	struct umbra_session *s = established(test);
	u32 i, expires;

	expire(test, s);
	expires = s->expires;
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, send(test, s, C, ACK, 101 + 200 * i, 301, 200), 0);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_PROBED);
	KUNIT_EXPECT_EQ(test, s->expires, expires);
	KUNIT_EXPECT_EQ(test, s->packets[C], 6);
	/* The probe has the numbers that the server has acknowledged, not those of later data. */
	expire(test, s);
	expect_probe(test, S);
}

static void a_reset_that_answers_a_probe_closes_the_session(struct kunit *test)
{
	struct umbra_session *s = established(test);
	const struct umbra_segment *probe = &umbra_edges.told[S].probe;

	expire(test, s);
	/* RFC 9293 3.10.7.1: the reset has the number that the probe acknowledged. */
	KUNIT_EXPECT_EQ(test, send(test, s, S, RST, probe->ack - first[S], 0, 0), 0);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_CLOSED);
	expect_seconds(test, s, 10);
	expire(test, s);
	KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_RESET), 1);
	expect_probes(test, 0, 0);
}

static void a_FIN_during_probes_closes_its_sender_s_half(struct kunit *test)
{
	struct umbra_session *s = established(test);

	expire(test, s);
	KUNIT_EXPECT_EQ(test, send(test, s, S, FIN | ACK, 301, 101, 0), 0);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_CLOSING);
	expect_seconds(test, s, 240);
	expire(test, s);
	KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_TIMEOUT), 1);
}

static void with_strict_windows_only_a_plain_segment_that_fits_answers_a_probe(struct kunit *test)
{
	struct umbra_session *s = established(test);
	struct umbra_settings *set = &running(test)->settings;

	expire(test, s);
	answer(test, s, C);
	KUNIT_EXPECT_EQ(test, send(test, s, S, ACK, 301, 9000000, 0), UMBRA_REASON_TCP_WINDOW);
	KUNIT_EXPECT_EQ(test, send(test, s, S, ACK, 9000000, 101, 0), UMBRA_REASON_TCP_WINDOW);
	KUNIT_EXPECT_EQ(test, send(test, s, S, RST, 310, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, send(test, s, S, SYN | ACK, 0, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_PROBED);
	expire(test, s);
	expect_probes(test, 0, 1);
	KUNIT_EXPECT_EQ(test, send(test, s, C, SYN, 5000, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_PROBED);
	set->value[UMBRA_SETTING_TCP_WINDOW] = UMBRA_WINDOW_SETTING_LIBERAL;
	KUNIT_EXPECT_EQ(test, send(test, s, S, ACK, 301, 9000000, 0), 0);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_ESTABLISHED);
}

/* Is it probed? If not, it ends as it would without probes. */
static bool is_probed(struct kunit *test, struct umbra_session *s)
{
	/* A session that was closed before it expired ended for that reason. */
	u8 why = s->state == UMBRA_STATE_CLOSED ? UMBRA_REASON_RESET : UMBRA_REASON_TIMEOUT;
	u64 before = ended(test, why);

	expire(test, s);
	if (umbra_edges.told[C].probes && umbra_edges.told[S].probes) {
		KUNIT_EXPECT_EQ(test, ended(test, why), before);
		answer(test, s, C);
		answer(test, s, S);
		return true;
	}
	expect_probes(test, 0, 0);
	KUNIT_EXPECT_EQ(test, ended(test, why), before + 1);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[C].resets, 0);
	return false;
}

static void a_service_s_probes_take_precedence_over_the_setting(struct kunit *test)
{
	struct umbra_settings *set = &running(test)->settings;
	struct umbra_session *s = established(test);

	KUNIT_EXPECT_TRUE(test, is_probed(test, s));
	set->value[UMBRA_SETTING_TCP_PROBES] = UMBRA_PROBES_SETTING_OFF;
	s->probes = UMBRA_PROBES_SETTING_ON;
	KUNIT_EXPECT_TRUE(test, is_probed(test, s));
	s->probes = 0;
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
	set->value[UMBRA_SETTING_TCP_PROBES] = UMBRA_PROBES_SETTING_ON;
	s = established(test);
	s->probes = UMBRA_PROBES_SETTING_OFF;
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
}

static void a_probed_session_times_out_once_probes_are_switched_off(struct kunit *test)
{
	struct umbra_session *s = established(test);

	expire(test, s);
	running(test)->settings.value[UMBRA_SETTING_TCP_PROBES] = UMBRA_PROBES_SETTING_OFF;
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
}

static void a_session_from_an_older_policy_is_probed_as_the_new_policy_says(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, 1);
	struct umbra_policy *p = running(test);
	struct umbra_session *s = established(test);

	p->judged_since = 2;
	s->generation = 1;
	s->probes = UMBRA_PROBES_SETTING_OFF;
	umbra_edges.verdict = v;
	KUNIT_EXPECT_TRUE(test, is_probed(test, s));
	KUNIT_EXPECT_EQ(test, s->generation, 1);
	v->probes = UMBRA_PROBES_SETTING_OFF;
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
	v->probes = UMBRA_PROBES_SETTING_ON;
	s = established(test);
	s->generation = 1;
	umbra_edges.obstacle = UMBRA_OBSTACLE_UNMATCHED;
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
	s = established(test);
	s->generation = 2;
	KUNIT_EXPECT_TRUE(test, is_probed(test, s));
}

static void only_an_established_session_is_probed(struct kunit *test)
{
	struct umbra_session *s;
	bool was;
	u8 state;

	for (state = 1; state <= UMBRA_STATE_MAX; state++) {
		s = established(test);
		s->state = state;
		was = is_probed(test, s);
		KUNIT_EXPECT_EQ_MSG(test, was, state == UMBRA_STATE_ESTABLISHED ||
				    state == UMBRA_STATE_PROBED, "state %u", state);
		if (was)
			umbra_test_kill(s, UMBRA_REASON_KILLED);
	}
}

static void an_SCTP_association_is_not_probed(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_SCTP, true);

	s->state = UMBRA_STATE_ESTABLISHED;
	s->packets[C] = s->packets[S] = 1;
	s->expires = (u32)jiffies + HZ;
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
}

static void a_session_adopted_in_mid_stream_is_probed_once_both_ends_have_sent(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, true);

	send(test, s, C, ACK, 101, 301, 0);
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
	s = umbra_test_begun(test, IPPROTO_TCP, true);
	send(test, s, C, ACK, 101, 301, 0);
	send(test, s, S, ACK, 301, 101, 0);
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	KUNIT_EXPECT_TRUE(test, is_probed(test, s));
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].probe.seq, first[C] + 100);
	KUNIT_EXPECT_EQ(test, umbra_edges.told[S].probe.ack, first[S] + 301);
}

static void without_hooks_or_a_policy_no_session_is_probed(struct kunit *test)
{
	struct umbra_policy *p = running(test);
	struct umbra_net *un = test->priv;
	struct umbra_session *s;

	un->hooked = false;
	KUNIT_EXPECT_FALSE(test, is_probed(test, established(test)));
	un->hooked = true;
	s = established(test);
	RCU_INIT_POINTER(un->policy, NULL);
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
	RCU_INIT_POINTER(un->policy, p);
	KUNIT_EXPECT_TRUE(test, is_probed(test, established(test)));
}

static u8 expired(struct umbra_session *s)
{
	u8 why;

	rcu_read_lock();
	why = umbra_probe_expired(s);
	rcu_read_unlock();
	return why;
}

static void a_session_of_a_TCP_relay_is_not_probed(struct kunit *test)
{
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);

	talk(test, s);
	s->expires = (u32)jiffies - 1;
	s->flags |= UMBRA_SESSION_RELAY;
	KUNIT_EXPECT_EQ(test, expired(s), UMBRA_REASON_TIMEOUT);
	s->flags &= ~UMBRA_SESSION_RELAY;
	KUNIT_EXPECT_EQ(test, expired(s), 0);
	umbra_test_drop(s);
}

/* Give the setting the rules' classifier: its network then has the clients of their service. */
static void a_session_of_a_stealth_host_is_probed_at_neither_end(struct kunit *test)
{
	struct umbra_policy *mine = running(test), *p;
	struct umbra_net *un = test->priv;
	struct umbra_session *s;

	mutex_lock(&un->lock);
	p = umbra_test_build(test, 0);
	mutex_unlock(&un->lock);
	KUNIT_ASSERT_NOT_NULL(test, p);
	p->settings = mine->settings;
	RCU_INIT_POINTER(un->policy, p);
	s = established(test);
	s->half[C].iif = s->half[S].iif = 1;
	KUNIT_EXPECT_TRUE(test, is_probed(test, s));
	p->named[UMBRA_SETTING_STEALTH] = p->cls;
	KUNIT_EXPECT_FALSE(test, is_probed(test, s));
	p->named[UMBRA_SETTING_STEALTH] = NULL;
	RCU_INIT_POINTER(un->policy, mine);
	umbra_policy_free(un, p);
}

static bool is_spared(struct kunit *test, struct umbra_session *s)
{
	bool spared;

	rcu_read_lock();
	spared = umbra_spared(s, running(test));
	rcu_read_unlock();
	return spared;
}

static void a_packet_that_comes_before_the_walker_renews_an_expired_session(struct kunit *test)
{
	struct umbra_session *s = established(test);

	WRITE_ONCE(s->expires, (u32)jiffies - 1);
	KUNIT_EXPECT_TRUE(test, is_spared(test, s));
	KUNIT_EXPECT_EQ(test, answer(test, s, S), 0);
	KUNIT_EXPECT_EQ(test, s->state, UMBRA_STATE_ESTABLISHED);
	expect_seconds(test, s, TIMEOUT);
	walk(test);
	expect_probes(test, 0, 0);
	s->probes = UMBRA_PROBES_SETTING_OFF;
	KUNIT_EXPECT_FALSE(test, is_spared(test, s));
}

#define MANY	1500

static struct umbra_session *numbered(struct kunit *test, u32 n)
{
	struct umbra_session *s = umbra_test_session(test, n);

	umbra_test_key(&s->half[C].key, n, IPPROTO_TCP);
	umbra_test_reply(&s->half[C].key, &s->half[S].key);
	s->expires = 0;
	umbra_track_begin(s, false);
	talk(test, s);
	KUNIT_ASSERT_EQ(test, umbra_test_insert(s), 0);
	return s;
}

static void a_thousand_sessions_a_second_are_probed_while_the_others_wait(struct kunit *test)
{
	struct umbra_session **s = kunit_kcalloc(test, MANY, sizeof(*s), GFP_KERNEL);
	struct umbra_net *un = test->priv;
	unsigned long began;
	u32 i, waiting = 0;
	u64 first_round;

	KUNIT_ASSERT_NOT_NULL(test, s);
	for (i = 0; i < MANY; i++)
		s[i] = numbered(test, i);
	for (i = 0; i < MANY; i++)
		WRITE_ONCE(s[i]->expires, (u32)jiffies - 1);
	began = un->probe_rate.filled = jiffies;
	walk(test);
	first_round = probed(test);
	KUNIT_EXPECT_GE(test, first_round, 1000);
	KUNIT_EXPECT_LE(test, first_round, 1000 + (jiffies - began) * 1000 / HZ);
	for (i = 0; i < MANY; i++)
		waiting += s[i]->state == UMBRA_STATE_ESTABLISHED && !s[i]->tries;
	KUNIT_EXPECT_EQ(test, waiting, MANY - first_round);
	un->probe_rate.filled = jiffies - HZ;
	walk(test);
	KUNIT_EXPECT_EQ(test, probed(test), MANY);
	KUNIT_EXPECT_EQ(test, ended(test, UMBRA_REASON_TIMEOUT), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->table.count), MANY);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_probe_has_the_number_before_the_next_that_its_end_expects),
	KUNIT_CASE(a_session_has_its_full_timeout_again_once_both_ends_answer),
	KUNIT_CASE(an_end_that_answers_is_probed_once_and_reset_if_the_other_is_dead),
	KUNIT_CASE(two_silent_ends_are_probed_five_times_before_their_session_ends),
	KUNIT_CASE(an_answer_to_the_last_probe_resets_the_count_of_probes),
	KUNIT_CASE(data_from_only_one_end_pass_and_do_not_prolong_the_session),
	KUNIT_CASE(a_reset_that_answers_a_probe_closes_the_session),
	KUNIT_CASE(a_FIN_during_probes_closes_its_sender_s_half),
	KUNIT_CASE(with_strict_windows_only_a_plain_segment_that_fits_answers_a_probe),
	KUNIT_CASE(a_service_s_probes_take_precedence_over_the_setting),
	KUNIT_CASE(a_probed_session_times_out_once_probes_are_switched_off),
	KUNIT_CASE(a_session_from_an_older_policy_is_probed_as_the_new_policy_says),
	KUNIT_CASE(only_an_established_session_is_probed),
	KUNIT_CASE(an_SCTP_association_is_not_probed),
	KUNIT_CASE(a_session_adopted_in_mid_stream_is_probed_once_both_ends_have_sent),
	KUNIT_CASE(without_hooks_or_a_policy_no_session_is_probed),
	KUNIT_CASE(a_session_of_a_TCP_relay_is_not_probed),
	KUNIT_CASE(a_session_of_a_stealth_host_is_probed_at_neither_end),
	KUNIT_CASE(a_packet_that_comes_before_the_walker_renews_an_expired_session),
	KUNIT_CASE(a_thousand_sessions_a_second_are_probed_while_the_others_wait),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_probe",
	.init = init,
	.exit = leave,
	.test_cases = cases,
};
kunit_test_suites(&suite);
