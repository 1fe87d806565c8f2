// SPDX-License-Identifier: GPL-2.0
/*
 * Telling: who is told that a session is cut, of what, and how many a second.
 *
 * An end that is not told waits: TCP until it has sent in vain for a quarter of an hour,
 * and for ever when it only listens. So who is cut is told, by what it understands as the
 * end of its connection: TCP by a reset as from the other end, SCTP by an ABORT, all others by
 * an ICMP error: UDP's socket has it, a ping prints it, a GRE tunnel tells it to those who use it.
 *
 * Not told are those that know (the session ended by itself, or began anew), those that
 * may have gone long ago (it was idle for too long, and nobody asked them: upkeep/probe.c), what
 * made room for others and had not proved that both its ends are real, who is in the network
 * of the stealth setting, and those that are not cut: when the module or the last policy
 * goes, what the ends say to each other passes without it. A tcp-relay's sockets reset their
 * ends by themselves. Who answers pings awaits none. ESP's and AH's ends ask for an index that
 * nobody here knows. Of an association that has several paths one may be cut and the others
 * not, so what heartbeats alone made known is not told either.
 *
 * A reset is taken by its receiver if its number is exactly the one that it awaits
 * (RFC 5961 section 3.2). This is what it acknowledged last, or, where what was sent
 * to it has arrived and the acknowledgement not passed yet, the end of that: when the two
 * are not the same, each gets a reset of its own, and the one that is wrong has no effect.
 * Both may be wrong, when something was lost, and a reset may be lost itself. So who was
 * told is remembered for some minutes, by the hash of what it sends: if it sends on, or
 * challenges the reset, it is answered by one with the number that it then says itself.
 * Where two have the same place the later one is remembered.
 *
 * An ABORT is taken if it has the tag that all packets to its receiver carry (RFC 9260
 * 8.5.1), which there is once the other end has been heard of. One that is lost is not said
 * again: an end of SCTP asks by heartbeats whether the other one is there (8.3), so it
 * finds out.
 *
 * Number and tag stand in umbra_session.sent and .tags, until umbra_session_kill() hands that
 * place to RCU. Nobody changes them any more once the session is dying.
 */
#include "life/notify.h"

#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/umbra.h>

#include "policy/policy.h"
#include "session/window.h"
#include "umbra.h"

#define TOLD_A_SECOND	1000
#define RECENT		4096		/* places; a power of two */
#define RECENT_FOR	(240 * HZ)	/* as long as a port behind NAT is kept: RFC 7857 2.2 */

int umbra_tell_start(struct umbra_net *un)
{
	struct umbra_telling *t = &un->telling;

	t->recent = kvcalloc(RECENT, sizeof(*t->recent), GFP_KERNEL_ACCOUNT);
	if (!t->recent)
		return -ENOMEM;
	spin_lock_init(&t->lock);
	umbra_rate_init(&t->rate, TOLD_A_SECOND);
	umbra_rate_init(&t->challenges, TOLD_A_SECOND);
	return 0;
}

void umbra_tell_stop(struct umbra_net *un)
{
	kvfree(un->telling.recent);
	un->telling.recent = NULL;
}

static u64 *place(struct umbra_telling *t, u32 hash)
{
	/* Both ends of a session are told, and their hashes differ in the top bit alone. */
	return &t->recent[(hash ^ hash >> 31) % RECENT];
}

/*
 * Without a lock. Where a long is shorter, a place that is written at this moment may be read as
 * the hash of one end with the time of another: it then counts as told a little longer or shorter.
 */
static void remember(struct umbra_telling *t, u32 hash)
{
	WRITE_ONCE(*place(t, hash), (u64)hash << 32 | (u32)jiffies);
}

static bool remembers(struct umbra_telling *t, u32 hash)
{
	u64 told = READ_ONCE(*place(t, hash));

	return told && told >> 32 == hash && (u32)jiffies - (u32)told < RECENT_FOR;
}

static bool take(struct umbra_telling *t, struct umbra_rate *rate)
{
	bool has;

	spin_lock_bh(&t->lock);
	has = umbra_rate_has(rate, TOLD_A_SECOND, true);
	spin_unlock_bh(&t->lock);
	return has;
}

static bool admit(struct umbra_telling *t)
{
	return take(t, &t->rate);
}

bool umbra_tell_admits_challenge(struct umbra_net *un)
{
	return take(&un->telling, &un->telling.challenges);
}

static bool is_path(const struct umbra_session *s)
{
	return s->state == UMBRA_STATE_UNREPLIED || s->state == UMBRA_STATE_REPLIED;
}

static bool understands(const struct umbra_session *s)
{
	switch (s->half[UMBRA_DIR_ORIGINAL].key.proto) {
	case IPPROTO_SCTP:
		return s->state != UMBRA_STATE_CLOSED && !is_path(s);
	case IPPROTO_TCP:
		return s->state != UMBRA_STATE_CLOSED;
	case IPPROTO_ESP:
	case IPPROTO_AH:
		return false;
	}
	return true;
}

static bool is_connected(const struct umbra_session *s)
{
	u8 proto = s->half[UMBRA_DIR_ORIGINAL].key.proto;

	return proto == IPPROTO_TCP || proto == IPPROTO_SCTP;
}

static bool is_news(const struct umbra_session *s)
{
	switch (s->ended) {
	case UMBRA_REASON_KILLED:
	case UMBRA_REASON_POLICY:
	case UMBRA_REASON_OWN_ADDRESS:
	case UMBRA_REASON_DEAD_PEER:
		return true;
	case UMBRA_REASON_NAT_ADDRESS:
	case UMBRA_REASON_DUPLICATE:
		/* UDP goes on from another address with its next packet: nothing is lost. */
		return is_connected(s);
	case UMBRA_REASON_EVICTED:
		/* Others may be forged, and somebody else would be told. */
		return s->state == UMBRA_STATE_ESTABLISHED || s->state == UMBRA_STATE_PROBED;
	}
	return false;
}

/* Without hooks nobody's packets are judged, so nobody is cut. */
static bool is_to_be_told(const struct umbra_session *s)
{
	return is_news(s) && understands(s) && !s->silent &&
	       !(s->flags & UMBRA_SESSION_RELAY) && READ_ONCE(s->un->hooked);
}

/* Nobody has answered its SYN (RFC 9293 3.10.7.3). */
static bool refuse(const struct umbra_session *s, const struct umbra_half *half)
{
	const struct umbra_segment refusal = {
		.flags = UMBRA_TCP_RST | UMBRA_TCP_ACK, .ack = s->syn,
	};

	return umbra_tell_segment(s->un, half, &refusal);
}

/* By the numbers of RFC 9293 3.10.7 and RFC 5961 3.2. */
static bool tell_tcp(const struct umbra_session *s, enum umbra_dir dir)
{
	const struct umbra_half *half = &s->half[dir];
	struct umbra_segment reset = { .flags = UMBRA_TCP_RST };
	u32 seq[2];
	bool told = true;
	int i, nr;

	remember(&s->un->telling, half->hash);
	nr = umbra_window_awaited(s, dir, seq);
	if (!nr)
		return refuse(s, half);
	for (i = 0; i < nr; i++) {
		reset.seq = seq[i];
		told &= umbra_tell_segment(s->un, half, &reset);
	}
	return told;
}

/*
 * What it gets carries the tag of the other direction, which may not be known yet. Of two that
 * it may carry the end takes its own (session/track_sctp.c).
 */
static bool tell_sctp(const struct umbra_session *s, enum umbra_dir dir)
{
	u32 tag = s->tags.tag[!dir], newcomer = s->half[!dir].newcomer;
	bool told = !tag || umbra_tell_abort(s->un, &s->half[dir], tag);

	return (!newcomer || umbra_tell_abort(s->un, &s->half[dir], newcomer)) && told;
}

bool umbra_tell_nothing(const struct umbra_session *s, enum umbra_dir dir)
{
	const struct umbra_policy *p = rcu_dereference(s->un->policy);
	const struct umbra_half *half = &s->half[dir];

	return p && umbra_policy_names(p, UMBRA_SETTING_STEALTH, &half->key,
				       READ_ONCE(half->iif));
}

/* A query's server: an error about its answer is news to nobody there. */
static bool only_answers(const struct umbra_half *half)
{
	u8 proto = half->key.proto;

	return half->dir == UMBRA_DIR_REPLY && (proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6);
}

static bool tell_end(const struct umbra_session *s, enum umbra_dir dir)
{
	const struct umbra_half *half = &s->half[dir];

	if (umbra_tell_nothing(s, dir) || only_answers(half))
		return true;
	switch (half->key.proto) {
	case IPPROTO_TCP:
		return tell_tcp(s, dir);
	case IPPROTO_SCTP:
		return tell_sctp(s, dir);
	}
	return umbra_tell_prohibited(s->un, half);
}

/* That an end cannot be told which is taken for dead says nothing new. */
static bool is_dead(const struct umbra_session *s, enum umbra_dir dir)
{
	return s->ended == UMBRA_REASON_DEAD_PEER && !(s->heard & BIT(dir));
}

static bool tell(const struct umbra_session *s)
{
	bool told = true;
	int dir;

	for (dir = 0; dir < UMBRA_DIR_MAX; dir++)
		told &= tell_end(s, dir) || is_dead(s, dir);
	return told;
}

void umbra_tell_ends(struct umbra_session *s)
{
	if (!is_to_be_told(s))
		return;
	if (admit(&s->un->telling) && tell(s))
		umbra_count(s->un, told);
	else
		umbra_count(s->un, untold);
}

bool umbra_tell_again(struct umbra_net *un, u32 hash)
{
	return remembers(&un->telling, hash) && admit(&un->telling);
}
