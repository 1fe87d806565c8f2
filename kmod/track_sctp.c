// SPDX-License-Identifier: GPL-2.0
/*
 * SCTP: the states of an association as seen from between its ends (RFC 9260).
 *
 *   OPENING -- INIT ACK --> ANSWERED -- COOKIE ECHO, COOKIE ACK --> ESTABLISHED
 *      |                       |                                     |      |
 *      |                       |                                   ABORT  SHUTDOWN, or its ACK
 *      |                       |                                     |      v
 *      +-------- ABORT --------+-----> CLOSED <----------------------+-- CLOSING
 *                                               ABORT, SHUTDOWN COMPLETE
 *
 * Tags. Each end chooses a number, its initiate tag, and whatever is sent to it from then
 * on carries that one as verification tag (8.5): so a direction has one tag, which is
 * learnt from the other direction's INIT or INIT ACK. Who is not on the path has to guess
 * 32 bits; a packet with another tag does not pass and changes nothing. It has no number
 * besides, so no window either: DATA of any number pass, as their receiver sorts them out.
 *
 * Long timeouts apply only from ESTABLISHED on. It takes a COOKIE ECHO with the tag that the
 * INIT ACK told, and a COOKIE ACK with the one that the INIT told; nothing that one end
 * alone sends leads there. CLOSED lingers, so that the last packets may come again; a
 * new INIT begins anew with a new session.
 *
 * An INIT within a session. Anybody may have sent it, since it has no tag, and both ends may
 * have reason to: they begin at once (5.2.1, 5.2.2, 5.2.4), or one has restarted (5.2.4.1). It
 * passes and moves nothing. Of each end the last such INIT is remembered with the
 * INIT ACK that answers it, besides the association's own tags: three pairs at most. That
 * the exchange was true shows when the cookie comes back with the tag of that INIT
 * ACK, and is accepted with the tag of that INIT, and then its pair is the association's. Until
 * then the old pair holds, and from the COOKIE ECHO on the new one passes too: an end that
 * has the cookie may speak at once. A server that answers one INIT twice does so with another
 * tag each time, for it has kept nothing of the first; which one its client got
 * shows likewise.
 *
 * ABORT and SHUTDOWN COMPLETE. Who has no association answers with the tag of the packet
 * that it got, and says so by the T bit (8.4, 8.5.1): such a one carries the other
 * direction's tag, and no other will do for it.
 *
 * Paths. An end with several addresses proves each by a HEARTBEAT, and that is how a path
 * begins here, with its sender's tag. It is UNREPLIED until a HEARTBEAT ACK brings back
 * what the HEARTBEAT said, with a nonce that only who got it knows (5.4, 8.3): the tag of
 * that one is believed. Before that the server's own heartbeats pass, and move nothing.
 *
 * Picked up in mid-stream, an association has the tag of its first packet, and the other
 * direction has that of the first control packet that is no beginning and no end.
 *
 * State moves under umbra_session.lock.
 */
#include <linux/umbra.h>

#include "track.h"

#define CLIENT	UMBRA_DIR_ORIGINAL
#define SERVER	UMBRA_DIR_REPLY

#define ENDS	(UMBRA_SCTP_ABORT | UMBRA_SCTP_SHUTDOWN_COMPLETE)
#define SHUTS	(UMBRA_SCTP_SHUTDOWN | UMBRA_SCTP_SHUTDOWN_ACK)

/* Its last COOKIE ECHO was of the association's own pair. */
static u8 own_bit(enum umbra_dir dir)
{
	return UMBRA_SESSION_ECHO_ORIGINAL << dir;
}

/* Or of the pair that its last INIT began. */
static u8 anew_bit(enum umbra_dir dir)
{
	return UMBRA_SESSION_ANEW_ORIGINAL << dir;
}

static bool is_half_open(u8 state)
{
	return state == UMBRA_STATE_OPENING || state == UMBRA_STATE_ANSWERED;
}

/* May a direction's packets carry the tag? */
static bool is_tag_of(const struct umbra_session *s, enum umbra_dir dir, u32 tag)
{
	const struct umbra_tags *t = &s->tags;

	return tag == t->tag[dir] ||
	       (s->flags & anew_bit(dir) && tag == t->answer[dir]) ||
	       (s->flags & anew_bit(!dir) && tag == t->init[!dir]);
}

/* Picked up, and nothing has been learnt of the direction yet. */
static bool is_unknown(const struct umbra_session *s, enum umbra_dir dir, u8 state)
{
	return !s->tags.tag[dir] && state == UMBRA_STATE_ESTABLISHED;
}

static void remember(struct umbra_session *s, enum umbra_dir from, u32 init, u32 answer)
{
	struct umbra_tags *t = &s->tags;

	if (t->init[from] == init && (!answer || t->answer[from] == answer))
		return;
	t->init[from] = init;
	t->answer[from] = answer;
	s->flags &= ~anew_bit(from);
}

/* The first one is the association's own. */
static u8 begin(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p)
{
	struct umbra_tags *t = &s->tags;

	if (!t->tag[CLIENT] && !t->tag[SERVER])
		t->tag[!dir] = p->initiate;
	else if (p->initiate != t->tag[!dir])
		remember(s, dir, p->initiate, 0);
	return 0;
}

static u8 answer(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		 u8 *state)
{
	struct umbra_tags *t = &s->tags;
	bool own = p->tag == t->tag[dir];

	if (!own && p->tag != t->init[!dir])
		return UMBRA_REASON_SCTP_TAG;
	if (own && !t->tag[!dir] && is_half_open(*state))
		t->tag[!dir] = p->initiate;
	else if (!own || p->initiate != t->tag[!dir])
		remember(s, !dir, p->tag, p->initiate);
	if (*state == UMBRA_STATE_OPENING)
		*state = UMBRA_STATE_ANSWERED;
	return 0;
}

/* Of which pair it is; two ends that begin at once may have two with the same tags. */
static u8 echo(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p)
{
	u8 both = own_bit(dir) | anew_bit(dir), which = 0;

	if (p->tag == s->tags.tag[dir])
		which |= own_bit(dir);
	if (s->tags.init[dir] && p->tag == s->tags.answer[dir])
		which |= anew_bit(dir);
	if (!which)
		return UMBRA_REASON_SCTP_TAG;
	s->flags = (s->flags & ~both) | which;
	return 0;
}

/* The association is another one from now on. */
static void settle(struct umbra_session *s, enum umbra_dir from)
{
	struct umbra_tags *t = &s->tags;

	t->tag[from] = t->answer[from];
	t->tag[!from] = t->init[from];
	t->init[from] = t->answer[from] = 0;
	s->flags &= ~(anew_bit(from) | own_bit(CLIENT) | own_bit(SERVER));
}

static u8 agree(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 *state)
{
	if (s->flags & anew_bit(!dir) && p->tag == s->tags.init[!dir]) {
		settle(s, !dir);
		*state = UMBRA_STATE_ESTABLISHED;
		return 0;
	}
	if (p->tag != s->tags.tag[dir])
		return UMBRA_REASON_SCTP_TAG;
	if (s->flags & own_bit(!dir) && is_half_open(*state))
		*state = UMBRA_STATE_ESTABLISHED;
	return 0;
}

/*
 * What ends another pair than the association's, as the refusal of an INIT that came within
 * it, is for its receiver to believe or not, and moves nothing here. SHUTDOWN COMPLETE is
 * heeded only by who shuts down.
 */
static u8 end(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
	      u8 *state)
{
	enum umbra_dir whose = p->chunks & UMBRA_SCTP_REFLECTED ? !dir : dir;

	if (p->tag == s->tags.tag[whose]) {
		if (p->chunks & UMBRA_SCTP_ABORT)
			s->aborted |= *state != UMBRA_STATE_CLOSED;
		if (p->chunks & UMBRA_SCTP_ABORT || *state == UMBRA_STATE_CLOSING)
			*state = UMBRA_STATE_CLOSED;
		return 0;
	}
	if (is_tag_of(s, whose, p->tag) || p->tag == s->tags.init[!whose])
		return 0;
	return is_unknown(s, whose, *state) ? 0 : UMBRA_REASON_SCTP_TAG;
}

/* A path whose server has not acknowledged any heartbeat. */
static u8 prove(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 *state)
{
	struct umbra_tags *t = &s->tags;

	if (dir == CLIENT) {
		if (p->tag != t->tag[CLIENT])
			return UMBRA_REASON_SCTP_TAG;
		if (p->chunks & UMBRA_SCTP_HEARTBEAT)
			remember(s, CLIENT, 0, p->info);
		return 0;
	}
	if (p->chunks & UMBRA_SCTP_HEARTBEAT_ACK && !t->init[CLIENT] &&
	    p->info == t->answer[CLIENT]) {
		t->tag[SERVER] = p->tag;
		t->answer[CLIENT] = 0;
		*state = UMBRA_STATE_REPLIED;
		return 0;
	}
	return p->chunks & UMBRA_SCTP_HEARTBEAT ? 0 : UMBRA_REASON_SCTP_TAG;
}

static u8 go_on(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 *state)
{
	if (unlikely(is_unknown(s, dir, *state))) {
		if (!(p->tcp_flags & UMBRA_SCTP_CONTROL) && s->tags.tag[!dir])
			return 0;
		s->tags.tag[dir] = p->tag;
	}
	if (!is_tag_of(s, dir, p->tag))
		return UMBRA_REASON_SCTP_TAG;
	if (p->chunks & SHUTS && p->tag == s->tags.tag[dir] &&
	    (*state == UMBRA_STATE_ESTABLISHED || *state == UMBRA_STATE_REPLIED))
		*state = UMBRA_STATE_CLOSING;
	return 0;
}

/* A heartbeat on a way that has no session. */
static u8 begin_path(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		     u8 *state)
{
	s->tags.tag[dir] = p->tag;
	*state = UMBRA_STATE_UNREPLIED;
	return prove(s, dir, p, state);
}

static bool has_no_tags(const struct umbra_session *s)
{
	return !s->tags.tag[CLIENT] && !s->tags.tag[SERVER];
}

u8 umbra_track_sctp_quoted(const struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p)
{
	const struct umbra_tags *t = &s->tags;
	bool sent;

	lockdep_assert_held(&s->lock);
	if (s->life != UMBRA_LIVE)
		return UMBRA_REASON_ICMP_STRAY;
	if (p->tag)
		sent = is_tag_of(s, dir, p->tag);
	else
		sent = p->initiate && (p->initiate == t->tag[!dir] || p->initiate == t->init[dir]);
	return sent ? 0 : UMBRA_REASON_SCTP_TAG;
}

/* Nobody guesses a tag. */
bool umbra_track_sctp_proves(const struct umbra_session *s, enum umbra_dir dir,
			     const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	return p->tag && p->tag == s->tags.tag[dir];
}

u8 umbra_track_sctp(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		    u8 *state)
{
	lockdep_assert_held(&s->lock);
	if (unlikely(s->life != UMBRA_LIVE))
		return UMBRA_REASON_SCTP_STRAY;
	if (p->chunks & UMBRA_SCTP_INIT)
		return begin(s, dir, p);
	if (*state == UMBRA_STATE_OPENING && has_no_tags(s))
		return begin_path(s, dir, p, state);
	if (p->chunks & UMBRA_SCTP_INIT_ACK)
		return answer(s, dir, p, state);
	if (p->chunks & ENDS)
		return end(s, dir, p, state);
	if (p->chunks & UMBRA_SCTP_COOKIE_ECHO)
		return echo(s, dir, p);
	if (p->chunks & UMBRA_SCTP_COOKIE_ACK)
		return agree(s, dir, p, state);
	if (*state == UMBRA_STATE_UNREPLIED)
		return prove(s, dir, p, state);
	return go_on(s, dir, p, state);
}
