// SPDX-License-Identifier: GPL-2.0
/*
 * Notices: which ends are notified that their session is cut, by which packet, and how many
 * sessions a second.
 *
 * An end that is not notified waits: TCP until it has sent in vain for a quarter of an hour, and
 * for ever if it only listens. So each end of a session that is cut gets what it understands as the
 * end of its connection:
 * - TCP gets a reset as from the other end;
 * - SCTP gets an ABORT;
 * - all others get an ICMP error: a UDP socket reports it, a ping prints it, a GRE tunnel reports
 *   it to its users.
 *
 * These are not notified:
 * - ends that know: the session ended by itself, or was opened again;
 * - ends that may have gone long ago: the session was idle for too long, and nobody probed them
 *   (upkeep/probe.c);
 * - ends of a session that was evicted before it had proved that both of them are real;
 * - ends in a network of the stealth setting;
 * - ends that are not cut: when the module or the last policy goes, their packets pass without it;
 * - ends of a tcp-relay: its sockets send their own resets;
 * - the server of a ping, which awaits nothing;
 * - ends of ESP and AH, because an error would need a security index (SPI) that is not known here;
 * - ends of an SCTP session that only heartbeats made known: it is one path of an association, and
 *   the other paths may go on.
 *
 * TCP accepts a reset only if its number is exactly the one that it awaits (RFC 5961 section 3.2).
 * That is the number that it acknowledged last. If data has reached it and its acknowledgement has
 * not passed the firewall yet, it is the number after that data. When the two differ, the end gets
 * a reset with each, and the wrong one has no effect. After a loss both may be wrong, and a reset
 * may be lost, too. So an end that was notified is remembered for some minutes, by the hash of what
 * it sends. If it continues to send, or challenges the reset, it gets a reset with the number that
 * its own packet shows. If two ends hash to the same place, the later one is remembered.
 *
 * SCTP accepts an ABORT if it has the tag that all packets to it carry (RFC 9260 8.5.1). The tag
 * is known once the other end has sent something. A lost ABORT is not repeated, because an end of
 * SCTP sends heartbeats to learn whether the other end is there (8.3), and so finds out by itself.
 *
 * Number and tag are in umbra_session.sent and .tags until umbra_session_kill() gives that memory
 * to RCU. They do not change any more once the session is dying.
 */
#include "life/notify.h"

#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/umbra.h>

#include "policy/policy.h"
#include "session/window.h"
#include "umbra.h"
#include "under_rcu.h"

#define TOLD_A_SECOND	1000
#define RECENT		4096		/* ends that are remembered; a power of two */
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
	/* The hashes of a session's two ends differ only in the top bit, so use it, too. */
	return &t->recent[(hash ^ hash >> 31) % RECENT];
}

/*
 * No lock. On 32-bit machines a reader may see one end's hash with another end's time while a place
 * is written. Then that end counts as notified for a little longer or shorter.
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
		/* UDP goes on from another address with its next packet, so it is not cut. */
		return is_connected(s);
	case UMBRA_REASON_EVICTED:
		/* The source of others may be forged, and the notice would go to a stranger. */
		return s->state == UMBRA_STATE_ESTABLISHED || s->state == UMBRA_STATE_PROBED;
	}
	return false;
}

/* Without hooks no packets are judged, so no session is cut. */
static bool is_to_be_told(const struct umbra_session *s)
{
	return is_news(s) && understands(s) && !s->silent &&
	       !(s->flags & UMBRA_SESSION_RELAY) && READ_ONCE(s->un->hooked);
}

/* Nobody has answered the end's SYN (RFC 9293 3.10.7.3). */
static bool refuse(const struct umbra_session *s, const struct umbra_half *half)
{
	const struct umbra_segment refusal = {
		.flags = UMBRA_TCP_RST | UMBRA_TCP_ACK, .ack = s->syn,
	};

	return umbra_tell_segment(s->un, half, &refusal);
}

/* Uses the numbers of RFC 9293 3.10.7 and RFC 5961 3.2. */
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
 * A packet to the end carries the tag of the other direction, which may not be known yet. Where two
 * tags are possible, the end gets an ABORT with each, and accepts its own (session/track_sctp.c).
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

/* The end only answers queries, and has no use for an error about its answer. */
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

/* The end is taken for dead, so it does not matter that it could not be notified. */
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
	umbra_assert_rcu();
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
