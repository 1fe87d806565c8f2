// SPDX-License-Identifier: GPL-2.0
/*
 * TCP: the states of a connection as seen from between its ends.
 *
 *   OPENING -- SYN back --> ANSWERED -- ACK --> ESTABLISHED -- FIN --> CLOSING
 *      |                       |                     |                    |
 *      +--------- RST ---------+--------- RST -------+--- FINs, RST ------+--> CLOSED
 *
 * Where probes are on, ESTABLISHED becomes PROBED after it was idle for too long (upkeep/probe.c).
 * PROBED becomes ESTABLISHED again when a segment that fits has come from each end. In all
 * else PROBED is like ESTABLISHED: FIN and RST have the same effect.
 *
 * A simultaneous open (RFC 5382 REQ-2) is two SYNs without ACK: the second one answers the first.
 * Long timeouts apply only from ESTABLISHED on. ESTABLISHED takes a packet of the client that
 * acknowledges the server's SYN, so one end alone cannot lead there. CLOSED stays for a while, so
 * that retransmissions of the last packets still pass. A new SYN then begins a new session.
 *
 * A segment that does not fit the windows (window.c) does not pass, and changes nothing. But where
 * the ends have to sort out themselves what is old and what is new, they must receive each other's
 * segments (RFC 9293 3.5, RFC 5961). So these pass, and change nothing:
 *
 *  - while the server's numbers are not known, any segment of the server but a reset. One that does
 *    not acknowledge the client's SYN is about an older connection (half-open, or a challenge), and
 *    the client resets that one next;
 *  - while the client has not acknowledged the server's SYN, any segment of either end. The SYN may
 *    have been a late copy from a connection that is over. Then the client's response has numbers
 *    of that connection, and so has the server's reset of it;
 *  - a reset that fits, but has not exactly the number that the other end awaits. That end
 *    challenges it, and the answer to the challenge is exact (RFC 5961 section 3.2);
 *  - a SYN of the client within a connection, whatever its number (RFC 5961 section 4.2). A server
 *    that has the connection challenges it. A client that has lost the connection answers the
 *    challenge with a reset, which is exact;
 *  - a server's refusal of such a SYN. It reaches the client, and the session stays.
 *
 * A server repeats its SYN until it learns that the client has it. The client's acknowledgement may
 * have been lost behind the router. So a copy of the answer that the client has acknowledged
 * passes, as long as the client has acknowledged nothing after it. Later a copy has no use: an end
 * that has the connection would challenge it (RFC 5961 section 4.2).
 *
 * A server that has lost the connection accepts a SYN within it. Neither the SYN nor its answer
 * has a number of the connection, nor has what follows, so all of it can be forged. Therefore the
 * answer does not pass, and the router challenges the client in the server's place
 * (path/challenge.c). A client that has begun again resets the old connection, which closes it, and
 * its next SYN begins another session. A client that still has the connection acknowledges.
 *
 * A FIN counts when nothing in front of it is missing. Before that its receiver does not act upon
 * it either. An attacker who does not know the number can only claim that there is a FIN further
 * on.
 *
 * The state changes under umbra_session.lock.
 */
#include <linux/umbra.h>

#include "session/track.h"
#include "session/window.h"

#define CLIENT	UMBRA_DIR_ORIGINAL
#define SERVER	UMBRA_DIR_REPLY

static bool both_syns(const struct umbra_session *s)
{
	return (s->flags & UMBRA_SESSION_SYNS) == UMBRA_SESSION_SYNS;
}

static bool is_closing(u8 state)
{
	return state == UMBRA_STATE_CLOSING || state == UMBRA_STATE_CLOSED;
}

static u8 after_fins(struct umbra_session *s, u8 fins, u8 state)
{
	s->flags |= fins;
	if ((s->flags & UMBRA_SESSION_FINS) == UMBRA_SESSION_FINS)
		return UMBRA_STATE_CLOSED;
	return is_closing(state) ? state : UMBRA_STATE_CLOSING;
}

/* A segment of the client, before its server has answered, or after the server has refused. */
static u8 client_opens(struct umbra_session *s, const struct umbra_packet *p, u8 *state)
{
	if (p->tcp_flags & UMBRA_TCP_RST) {
		if (umbra_window_is_next(s, CLIENT, p))
			*state = UMBRA_STATE_CLOSED;
		return 0;
	}
	if (*state == UMBRA_STATE_CLOSED)
		return 0;
	/* The server has sent nothing yet that the client could acknowledge. */
	if (p->tcp_flags & UMBRA_TCP_ACK)
		return UMBRA_REASON_TCP_STRAY;
	umbra_window_syn(s, p);
	s->flags |= UMBRA_SESSION_SYN_ORIGINAL;
	return 0;
}

static bool is_answer(const struct umbra_session *s, const struct umbra_packet *p)
{
	if (!(p->tcp_flags & UMBRA_TCP_SYN))
		return false;
	return !(p->tcp_flags & UMBRA_TCP_ACK) || umbra_window_acks_syn(s, p);
}

/* A segment of the server. A reset must acknowledge the SYN: RFC 9293 3.10.7.3. */
static u8 server_answers(struct umbra_session *s, const struct umbra_packet *p, u8 *state)
{
	if (p->tcp_flags & UMBRA_TCP_RST) {
		if (!umbra_window_acks_syn(s, p))
			return UMBRA_REASON_TCP_WINDOW;
		*state = UMBRA_STATE_CLOSED;
	} else if (*state == UMBRA_STATE_OPENING && is_answer(s, p)) {
		umbra_window_answer(s, p);
		s->flags |= UMBRA_SESSION_SYN_REPLY;
		*state = UMBRA_STATE_ANSWERED;
		if (p->tcp_flags & UMBRA_TCP_FIN)
			*state = after_fins(s, UMBRA_SESSION_FIN_REPLY, *state);
	}
	return 0;
}

/* A SYN within the connection. It is remembered, so that its answer can be recognised. */
static u8 client_renews(struct umbra_session *s, const struct umbra_packet *p)
{
	if (s->syn != p->seq + 1) {
		s->syn = p->seq + 1;
		s->renewed = true;
	}
	return 0;
}

static bool acks_last_syn(const struct umbra_session *s, enum umbra_dir dir,
			  const struct umbra_packet *p)
{
	return dir == SERVER && p->tcp_flags & UMBRA_TCP_ACK && p->ack == s->syn;
}

static bool answers_renewal(const struct umbra_session *s, enum umbra_dir dir,
			    const struct umbra_packet *p)
{
	return s->renewed && acks_last_syn(s, dir, p);
}

bool umbra_track_tcp_renewed(const struct umbra_session *s, const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	return s->life == UMBRA_LIVE && both_syns(s) && s->state != UMBRA_STATE_CLOSED &&
	       answers_renewal(s, SERVER, p);
}

/* @setting: enum umbra_window_setting, for services without their own */
static bool is_liberal(const struct umbra_session *s, u8 setting)
{
	return (s->window ?: setting) == UMBRA_WINDOW_SETTING_LIBERAL;
}

/* Decide whether a segment that does not fit may pass. Return: 0 or reason. */
static u8 outside(const struct umbra_session *s, u8 setting, u8 state)
{
	if (state == UMBRA_STATE_ANSWERED || is_liberal(s, setting))
		return 0;
	return UMBRA_REASON_TCP_WINDOW;
}

/* A SYN after both ends have sent theirs. It changes no state, and its window is not learnt. */
static u8 again(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 setting, u8 *state)
{
	if (dir == CLIENT && !(p->tcp_flags & UMBRA_TCP_ACK))
		return client_renews(s, p);
	/* The client takes the first answer that it gets, and this may be the first. */
	if (dir == SERVER && *state == UMBRA_STATE_ANSWERED && umbra_window_acks_syn(s, p) &&
	    p->seq + 1 != s->sent[CLIENT].ack) {
		umbra_window_answer(s, p);
		return 0;
	}
	/*
	 * A copy of the client's SYN came after the whole connection, and the server began another
	 * connection, with a number of its own. The client ends it if this answer reaches it.
	 */
	if (*state == UMBRA_STATE_CLOSED && acks_last_syn(s, dir, p))
		return 0;
	if (answers_renewal(s, dir, p) && !umbra_window_answers(s, p))
		return outside(s, setting, *state);
	return umbra_window_fits(s, dir, p) ? 0 : outside(s, setting, *state);
}

/*
 * A refusal is the reset of a server that has no connection. It is known by what it acknowledges,
 * as its number says nothing (RFC 9293 3.10.7.1). The server may have no connection yet, or have
 * none any more when it gets a late copy of the SYN.
 */
static bool is_refusal(const struct umbra_session *s, enum umbra_dir dir,
		       const struct umbra_packet *p, u8 state)
{
	bool has_none = state == UMBRA_STATE_ANSWERED || state == UMBRA_STATE_CLOSED;

	return dir == SERVER && has_none && umbra_window_acks_syn(s, p);
}

/* A reset after both ends have sent their SYN. */
static u8 reset(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		u8 setting, u8 *state)
{
	if (!is_refusal(s, dir, p, *state)) {
		if (answers_renewal(s, dir, p))
			return 0;
		if (!umbra_window_fits(s, dir, p))
			return outside(s, setting, *state);
		if (!umbra_window_is_next(s, dir, p))
			return 0;
	}
	*state = UMBRA_STATE_CLOSED;
	return 0;
}

/* Any segment shows that its sender is alive. */
static u8 after_probe(struct umbra_session *s, enum umbra_dir dir)
{
	s->heard |= BIT(dir);
	return s->heard == (BIT(CLIENT) | BIT(SERVER)) ? UMBRA_STATE_ESTABLISHED :
							 UMBRA_STATE_PROBED;
}

/* For states other than ESTABLISHED. Return: does it fit, and acknowledge what it must? */
static bool establish(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		      bool fits, u8 setting, u8 *state)
{
	if (*state == UMBRA_STATE_ANSWERED && dir == CLIENT) {
		fits = fits && umbra_window_acks_answer(s, p);
		if (fits || is_liberal(s, setting))
			*state = UMBRA_STATE_ESTABLISHED;
	} else if (*state == UMBRA_STATE_PROBED && (fits || is_liberal(s, setting))) {
		*state = after_probe(s, dir);
	}
	return fits;
}

static u8 segment(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		  u8 setting, u8 *state)
{
	bool fits = umbra_window_fits(s, dir, p);
	u8 fins = 0;

	if (unlikely(*state != UMBRA_STATE_ESTABLISHED))
		fits = establish(s, dir, p, fits, setting, state);
	if (likely(fits))
		fins = umbra_window_learn(s, dir, p);
	else if (!is_liberal(s, setting))
		return outside(s, setting, *state);
	if (unlikely(p->tcp_flags & UMBRA_TCP_FIN) &&
	    (is_liberal(s, setting) || umbra_window_in_order(s, dir, p)))
		fins |= UMBRA_SESSION_FIN_ORIGINAL << dir;
	if (unlikely(fins))
		*state = after_fins(s, fins, *state);
	return 0;
}

static void begin_mid_stream(struct umbra_session *s, enum umbra_dir dir,
			     const struct umbra_packet *p)
{
	umbra_window_mid_stream(s, dir, p);
	s->flags |= UMBRA_SESSION_SYNS;
}

u8 umbra_track_tcp_quoted(const struct umbra_session *s, enum umbra_dir dir, u32 seq, u8 setting)
{
	bool sent = true;

	lockdep_assert_held(&s->lock);
	if (s->life != UMBRA_LIVE)
		return UMBRA_REASON_ICMP_STRAY;
	if (both_syns(s))
		sent = umbra_window_may_have_sent(s, dir, seq);
	else if (dir == CLIENT && s->state != UMBRA_STATE_ESTABLISHED)
		sent = umbra_window_may_have_opened(s, seq);
	return sent || is_liberal(s, setting) ? 0 : UMBRA_REASON_TCP_WINDOW;
}

void umbra_track_tcp_heard(struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	if (s->life == UMBRA_LIVE && both_syns(s) &&
	    (p->tcp_flags & (UMBRA_TCP_ACK | UMBRA_TCP_RST)) == UMBRA_TCP_ACK &&
	    umbra_window_fits(s, dir, p))
		umbra_window_heard(s, dir, p);
}

/* Only the exact next number is proof; while the connection is half-open, that of the SYN. */
bool umbra_track_tcp_proves(const struct umbra_session *s, enum umbra_dir dir,
			    const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	if (both_syns(s))
		return !(p->tcp_flags & (UMBRA_TCP_SYN | UMBRA_TCP_RST)) &&
		       p->seq == s->sent[dir].end && umbra_window_fits(s, dir, p);
	if (dir == SERVER)
		return umbra_window_acks_syn(s, p);
	return p->tcp_flags & UMBRA_TCP_SYN && p->seq + 1 == s->syn;
}

u8 umbra_track_tcp(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		   u8 setting, u8 *state)
{
	lockdep_assert_held(&s->lock);
	if (unlikely(s->life != UMBRA_LIVE))
		return UMBRA_REASON_TCP_STRAY;
	if (unlikely(!both_syns(s))) {
		if (s->state != UMBRA_STATE_ESTABLISHED)
			return dir == CLIENT ? client_opens(s, p, state) :
					       server_answers(s, p, state);
		begin_mid_stream(s, dir, p);
	}
	if (unlikely(p->tcp_flags & UMBRA_TCP_RST))
		return reset(s, dir, p, setting, state);
	if (unlikely(p->tcp_flags & UMBRA_TCP_SYN))
		return again(s, dir, p, setting, state);
	return segment(s, dir, p, setting, state);
}
