// SPDX-License-Identifier: GPL-2.0
/*
 * Tracking: counters, state and expiry of a session, under its lock, once a packet. track_tcp.c has
 * TCP's states and track_sctp.c has SCTP's. A session of another protocol is unreplied until a
 * packet comes back, and replied from then on.
 *
 * A UDP session that is replied may be complete, like a DNS query, or the beginning of a
 * conversation. It becomes a conversation (a stream) when the client sends again after an answer,
 * because that takes both ends, one after the other, as TCP's handshake does. The number of packets
 * shows nothing: a query that is sent twice or for two kinds of address is no conversation, nor is
 * an answer in three pieces. Each packet keeps its session alive in any case.
 */
#include "session/track.h"

#include <linux/jiffies.h>
#include <linux/umbra.h>

#include "policy/policy.h"

#define WELL_KNOWN_PORTS	1024	/* RFC 6335 section 6: the system ports */

/* Setting that holds the idle timeout of a state, by state. */
static const u8 tcp_timeout[UMBRA_STATE_MAX + 1] = {
	[UMBRA_STATE_OPENING] = UMBRA_SETTING_TIMEOUT_TCP_OPENING,
	[UMBRA_STATE_ANSWERED] = UMBRA_SETTING_TIMEOUT_TCP_OPENING,
	[UMBRA_STATE_ESTABLISHED] = UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED,
	[UMBRA_STATE_CLOSING] = UMBRA_SETTING_TIMEOUT_TCP_CLOSING,
	[UMBRA_STATE_CLOSED] = UMBRA_SETTING_TIMEOUT_TCP_CLOSED,
	[UMBRA_STATE_PROBED] = UMBRA_SETTING_TIMEOUT_TCP_PROBE,
};

static const u8 sctp_timeout[UMBRA_STATE_MAX + 1] = {
	[UMBRA_STATE_OPENING] = UMBRA_SETTING_TIMEOUT_SCTP_OPENING,
	[UMBRA_STATE_ANSWERED] = UMBRA_SETTING_TIMEOUT_SCTP_OPENING,
	[UMBRA_STATE_UNREPLIED] = UMBRA_SETTING_TIMEOUT_SCTP_OPENING,
	[UMBRA_STATE_ESTABLISHED] = UMBRA_SETTING_TIMEOUT_SCTP_ESTABLISHED,
	[UMBRA_STATE_REPLIED] = UMBRA_SETTING_TIMEOUT_SCTP_PATH,
	[UMBRA_STATE_CLOSING] = UMBRA_SETTING_TIMEOUT_SCTP_CLOSING,
	[UMBRA_STATE_CLOSED] = UMBRA_SETTING_TIMEOUT_SCTP_CLOSED,
};

/* The session is closed, and at least one end had not sent its FIN. */
static bool tcp_was_reset(const struct umbra_session *s)
{
	return s->state == UMBRA_STATE_CLOSED &&
	       (s->flags & UMBRA_SESSION_FINS) != UMBRA_SESSION_FINS;
}

/* It was reset after both ends had sent their SYN. */
static bool was_reset(const struct umbra_session *s)
{
	return tcp_was_reset(s) && (s->flags & UMBRA_SESSION_SYNS) == UMBRA_SESSION_SYNS;
}

/* Only sessions of TCP and SCTP can be closed. */
u8 umbra_track_ended(const struct umbra_session *s, u8 why)
{
	bool tcp = s->half[UMBRA_DIR_ORIGINAL].key.proto == IPPROTO_TCP;

	lockdep_assert_held(&s->lock);
	if (s->state != UMBRA_STATE_CLOSED)
		return why;
	return (tcp ? tcp_was_reset(s) : s->aborted) ? UMBRA_REASON_RESET : UMBRA_REASON_CLOSED;
}

/*
 * A session without an answer gets less time, but a client's outside port is kept for longer: RFC
 * 4787 REQ-5 and RFC 5382 REQ-5. The port is kept after a reset, too, because the reset may be
 * forged: RFC 7857 section 2.2.
 */
static u8 tcp_setting(const struct umbra_session *s)
{
	u8 setting = tcp_timeout[s->state];

	if (!(s->flags & UMBRA_SESSION_NAT))
		return setting;
	if (setting == UMBRA_SETTING_TIMEOUT_TCP_OPENING)
		return UMBRA_SETTING_TIMEOUT_NAT_TCP_OPENING;
	return was_reset(s) ? UMBRA_SETTING_TIMEOUT_NAT_TCP_RESET : setting;
}

/*
 * Is the session to a well-known port, without a client's port to keep? RFC 4787 REQ-5 demands two
 * minutes for a translated session, less only if the application is known. For other sessions RFC
 * 6092 REC-14 demands that, and REC-15 allows less for these ports.
 */
static bool may_be_short(const struct umbra_session *s)
{
	const struct umbra_half *half = &s->half[UMBRA_DIR_ORIGINAL];

	return ntohs(half->key.dport) < WELL_KNOWN_PORTS && !(half->translate && half->iif) &&
	       !(s->flags & UMBRA_SESSION_NAT);
}

static u8 udp_setting(const struct umbra_session *s)
{
	if (s->state == UMBRA_STATE_STREAM)
		return UMBRA_SETTING_TIMEOUT_UDP_STREAM;
	if (s->state == UMBRA_STATE_REPLIED)
		return may_be_short(s) ? UMBRA_SETTING_TIMEOUT_UDP_EXCHANGE :
					 UMBRA_SETTING_TIMEOUT_UDP_REPLIED;
	return s->flags & UMBRA_SESSION_NAT ? UMBRA_SETTING_TIMEOUT_NAT_UDP_UNREPLIED :
					      UMBRA_SETTING_TIMEOUT_UDP_UNREPLIED;
}

/* The setting that holds the session's idle timeout. */
static u8 setting_of(const struct umbra_session *s)
{
	u8 proto = s->half[0].key.proto;

	if (proto == IPPROTO_UDP)	/* the most frequent protocols come first */
		return udp_setting(s);
	if (proto == IPPROTO_TCP)
		return tcp_setting(s);
	switch (proto) {
	case IPPROTO_UDPLITE:
		return udp_setting(s);
	case IPPROTO_SCTP:
		return sctp_timeout[s->state];
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return UMBRA_SETTING_TIMEOUT_ICMP;
	}
	return UMBRA_SETTING_TIMEOUT_OTHER;
}

/* In seconds. A service's own timeout applies once the session is established or replied. */
static u32 idle_limit(const struct umbra_session *s, const struct umbra_settings *set)
{
	bool going = s->state == UMBRA_STATE_ESTABLISHED || s->state == UMBRA_STATE_REPLIED ||
		     s->state == UMBRA_STATE_STREAM;

	return s->timeout && going ? s->timeout : set->value[setting_of(s)];
}

/* The limit is compared as a signed difference, for which a month is too long if HZ is 1000. */
u32 umbra_track_limit(const struct umbra_session *s, const struct umbra_settings *set)
{
	return min_t(u64, (u64)idle_limit(s, set) * HZ, S32_MAX);
}

/* The state after a packet that is neither TCP nor SCTP. */
static u8 plain_state(u8 state, enum umbra_dir dir, const struct umbra_key *key)
{
	if (dir == UMBRA_DIR_REPLY)
		return state == UMBRA_STATE_UNREPLIED ? UMBRA_STATE_REPLIED : state;
	return state == UMBRA_STATE_REPLIED && umbra_key_is_udp(key) ? UMBRA_STATE_STREAM : state;
}

/* Return: 0, or the reason why it must not pass. */
static u8 next_state(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		     const struct umbra_settings *set, u8 *state)
{
	if (p->key.proto == IPPROTO_TCP)
		return umbra_track_tcp(s, dir, p, set->value[UMBRA_SETTING_TCP_WINDOW], state);
	if (unlikely(p->key.proto == IPPROTO_SCTP))
		return umbra_track_sctp(s, dir, p, state);
	*state = plain_state(*state, dir, &p->key);
	return 0;
}

/*
 * The limit of a half-open session, or of one that is probed, counts from when that state began. So
 * one end that talks alone cannot keep the session alive.
 */
#define COUNTS_FROM_ITS_BEGIN						\
	(BIT(UMBRA_STATE_OPENING) | BIT(UMBRA_STATE_ANSWERED) | BIT(UMBRA_STATE_PROBED))

static bool extends(const struct umbra_session *s, u8 state)
{
	return state != s->state || !(BIT(state) & COUNTS_FROM_ITS_BEGIN);
}

static void renew(struct umbra_session *s, u32 now, const struct umbra_settings *set)
{
	u32 expires = now + umbra_track_limit(s, set);

	WRITE_ONCE(s->expires, expires ?: 1);
}

void umbra_track_renew(struct umbra_session *s, const struct umbra_settings *set)
{
	lockdep_assert_held(&s->lock);
	renew(s, jiffies, set);
}

static void touch(struct umbra_session *s, u8 state, const struct umbra_settings *set)
{
	bool move = !s->expires || extends(s, state);
	u32 now = jiffies;

	s->state = state;
	WRITE_ONCE(s->seen, now);
	if (move)
		renew(s, now, set);
}

static u8 track(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		const struct umbra_settings *set)
{
	u8 state = s->state, why = next_state(s, dir, p, set, &state);

	if (likely(!why))
		umbra_session_count(s, dir, p->len);
	/* A packet that does not pass may still show that the session is over. */
	if (likely(!why) || state != s->state)
		touch(s, state, set);
	return why;
}

u8 umbra_track(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
	       const struct umbra_settings *set)
{
	u8 why;

	spin_lock(&s->lock);
	why = track(s, dir, p, set);
	spin_unlock(&s->lock);
	return why;
}

u8 umbra_track_quoted(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		      const struct umbra_settings *set)
{
	u8 why;

	if (p->key.proto != IPPROTO_TCP && p->key.proto != IPPROTO_SCTP)
		return 0;
	spin_lock(&s->lock);
	if (p->key.proto == IPPROTO_TCP)
		why = umbra_track_tcp_quoted(s, dir, p->seq, set->value[UMBRA_SETTING_TCP_WINDOW]);
	else
		why = umbra_track_sctp_quoted(s, dir, p);
	spin_unlock(&s->lock);
	return why;
}

void umbra_track_heard(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p)
{
	if (p->key.proto != IPPROTO_TCP)
		return;
	spin_lock(&s->lock);
	umbra_track_tcp_heard(s, dir, p);
	spin_unlock(&s->lock);
}
