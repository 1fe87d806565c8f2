// SPDX-License-Identifier: GPL-2.0
/*
 * Windows
 *
 * What is known of each direction D, with R for the other one:
 *
 *	end[D]	one past what D has sent without a hole
 *	far[D]	one past the highest number that D has sent: end[D], or beyond a hole
 *	ack[D]	the highest acknowledgement that D has sent: of R's numbers, end[R] at most
 *	win[D]	the largest window that D has offered to R, rounded up to 16 KiB; 1 MiB at least
 *	edge[D]	max(acknowledgement + window) that R has sent: as far as D may send
 *
 * All of them only grow. They are what the ends know, or more, because a packet is seen here
 * before it reaches its end. A packet that does not reach its end has no effect there.
 *
 * What is checked. A segment of D with the bytes [seq, end) and an acknowledgement fits if
 *
 *	(1)  end <= edge[D] + 1
 *	(2)  end >= ack[R] - win[R] - 1
 *	(3)  ack <= far[R]
 *	(4)  ack >= ack[D] - win[D]
 *
 * (1) A sender keeps to the last window that reached it, which does not extend beyond edge[D] (RFC
 * 9293 3.8.6). A smaller window later does not move edge[D] back, because the sender may not know
 * of it yet. One byte more is allowed, because a zero window is probed with a byte (RFC 9293
 * 3.8.6.1), and a FIN may come after a full window.
 *
 * (2) A retransmission was first sent within a window of R, which began at an acknowledgement that
 * D knew. ack[R] can be ahead of that acknowledgement by the length of the window. One byte less is
 * allowed, because a keep-alive has a number that was acknowledged (RFC 1122 4.2.3.6). The limit
 * does not count from far[D], because a forged segment could move far[D], and retransmissions would
 * be lost.
 *
 * (3) Nobody acknowledges what was not sent (RFC 9293 3.10.7.4).
 *
 * (4) An acknowledgement may have been overtaken, but not by more than a window. Its receiver
 * demands that, too (RFC 5961 5.2). The limit counts from the highest acknowledgement instead of
 * the highest number sent. So it does not matter how long a hole stays open while selective
 * acknowledgements (RFC 2018) continue for data after it: ack[D] stays the same, and no options
 * have to be read.
 *
 * Each window counts as 1 MiB at least, because links reorder. A packet that several small windows
 * have overtaken is of no use to its receiver, but it is no attack either. The receiver knows
 * better what is old, and sorts it out.
 *
 * Holes. The next number that an end awaits decides whether a reset or a FIN counts. So an attacker
 * who does not know that number must not be able to move it. He may hit a window. Then he can claim
 * that D has sent data anywhere in it, and that R has acknowledged them. But an end awaits the
 * number after the data that it has without a hole. So only a segment that begins at or before
 * end[D] moves end[D]. A segment that begins after end[D] moves only far[D], which counts for (3).
 * Honest data were lost or overtaken before they came here, and are acknowledged together
 * once the hole is filled. R's acknowledgement is then beyond end[D], and moves end[D] along,
 * because far[D] was seen. R cannot send it before the missing data, or at least their front, have
 * come by here. An acknowledgement that comes earlier passes, for its receiver to judge, and
 * moves nothing. A FIN after a hole counts when everything in front of it counts.
 *
 * If some packets take another path for a moment, their hole is never filled. So R's
 * acknowledgement is also believed once D has sent beyond the hole sixteen times and never from its
 * front. An attacker off the path has to hit two windows that many times while D is silent.
 *
 * Scales (RFC 7323 2.2). Scales are used only if both SYNs offer one. The window of a SYN itself is
 * never scaled. win[D] is kept in units of 16 KiB, so it takes two bytes.
 *
 * Mid-stream. The SYNs of a connection that is picked up are not known. It may have the largest
 * scale, and bytes that passed before may still be under way. So at first the numbers of each end
 * may be as far as a largest window away from those of the first segment. In place of (3) nobody
 * acknowledges more than it has allowed to be sent. Each direction's numbers begin with the first
 * segment that is seen of it.
 *
 * Once both ends have sent a segment, their announced windows are known, but not their scales. A
 * scale is 14 at most. So a window is taken as 2^14 times the announced number, and that twice, and
 * 16 MiB more. There are two reasons: an end may have offered more just before it was picked up,
 * has nearly used it up, and may be asked to send all of it again; and later segments may have
 * overtaken the first one that was seen. From then on windows are learnt as usual, with a scale of
 * 14. So the limit for hosts with a usual scale of 7 or 8 is 32 to 50 MiB instead of 1 GiB.
 *
 * An end without a scale that announces more than 32 KiB stays at 1 GiB, because its scale is never
 * sent again (RFC 7323 2.2), and what can be seen proves little. Data in flight show that a scale
 * has at least some size, never that it is not larger. A window that shrinks by more than what was
 * acknowledged would show the scale, if no host ever took a window back; but some do, and that must
 * be tolerated (RFC 9293 3.8.6). The most data ever in flight cannot stand for the window either,
 * because an end that was idle when picked up may send a whole window at once.
 *
 * Numbers are modulo 2^32. The largest window is 2^30 - 2^14. A number that fits is at most one
 * such window before or after an acknowledgement. So two numbers that are compared as earlier and
 * later are never half the number space apart.
 */
#include "session/window.h"

#include <linux/minmax.h>
#include <net/tcp.h>

#define CLIENT		UMBRA_DIR_ORIGINAL
#define SERVER		UMBRA_DIR_REPLY
#define WINDOW_MAX	((u32)U16_MAX << TCP_MAX_WSCALE)
#define WINDOW_UNIT	(1U << 14)
#define WINDOW_MIN	(1U << 20)
#define UNSEEN		(1U << 24)	/* what an end may have offered before the pick-up */

static u8 shift_of(const struct umbra_session *s, enum umbra_dir dir)
{
	return min_t(u8, s->scale >> 4 * dir & 15, TCP_MAX_WSCALE);
}

static u32 scaled(const struct umbra_session *s, enum umbra_dir dir, u16 win)
{
	return (u32)win << shift_of(s, dir);
}

static u32 largest(const struct umbra_session *s, enum umbra_dir dir)
{
	return s->win[dir] * WINDOW_UNIT;
}

/* The lowest number that @dir may retransmit. */
static u32 oldest(const struct umbra_session *s, enum umbra_dir dir)
{
	return s->sent[!dir].ack - largest(s, !dir) - 1;
}

/* One past the highest number that can be acknowledged. */
static u32 farthest(const struct umbra_session *s, enum umbra_dir dir)
{
	if (s->scale == UMBRA_SCALES_UNKNOWN)
		return s->sent[dir].edge + 1;
	return s->half[dir].beyond ?: s->sent[dir].end;
}

static void no_holes(struct umbra_session *s)
{
	int dir;

	for (dir = 0; dir < UMBRA_DIR_MAX; dir++)
		s->half[dir].beyond = s->half[dir].hole = 0;
}

static void raise(u32 *number, u32 to)
{
	if (after(to, *number))
		*number = to;
}

void umbra_window_syn(struct umbra_session *s, const struct umbra_packet *p)
{
	bool again = s->flags & UMBRA_SESSION_SYN_ORIGINAL && s->syn == p->seq + 1;

	lockdep_assert_held(&s->lock);
	if (again) {
		raise(&s->sent[CLIENT].end, p->end);
		return;
	}
	s->syn = p->seq + 1;
	s->offer = p->scale;
	s->sent[CLIENT].end = p->end;
	s->sent[SERVER].ack = s->syn;
	/* The acknowledgement and the edge are not known yet, only the distance between them. */
	s->sent[CLIENT].ack = 0;
	s->sent[SERVER].edge = p->win;
}

static void agree_on_scales(struct umbra_session *s, u8 offer, u8 answer)
{
	if (offer == UMBRA_SCALE_NONE || answer == UMBRA_SCALE_NONE)
		offer = answer = 0;
	s->scale = offer | answer << 4;
	s->win[CLIENT] = s->win[SERVER] = WINDOW_MIN / WINDOW_UNIT;
}

void umbra_window_answer(struct umbra_session *s, const struct umbra_packet *p)
{
	u32 offered = s->sent[SERVER].edge - s->sent[CLIENT].ack;

	lockdep_assert_held(&s->lock);
	no_holes(s);
	s->sent[SERVER].end = p->end;
	s->sent[SERVER].edge = p->seq + 1 + offered;
	s->sent[CLIENT].ack = p->seq + 1;
	if (p->tcp_flags & UMBRA_TCP_ACK)
		s->sent[SERVER].ack = p->ack;
	s->sent[CLIENT].edge = s->sent[SERVER].ack + p->win;
	agree_on_scales(s, s->offer, p->scale);
}

void umbra_window_mid_stream(struct umbra_session *s, enum umbra_dir dir,
			     const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	s->sent[dir] = (struct umbra_sent) {
		.end = p->end, .ack = p->ack, .edge = p->seq + WINDOW_MAX,
	};
	s->sent[!dir] = (struct umbra_sent) {
		.end = p->ack, .ack = p->seq, .edge = p->ack + WINDOW_MAX,
	};
	s->win[CLIENT] = s->win[SERVER] = U16_MAX;
	s->scale = UMBRA_SCALES_UNKNOWN;
	s->syn = s->sent[SERVER].ack;	/* in place of the unknown SYN */
	no_holes(s);
	s->half[!dir].hole = UMBRA_HOLE_UNHEARD;
}

bool umbra_window_acks_syn(const struct umbra_session *s, const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	return p->tcp_flags & UMBRA_TCP_ACK && !s->renewed &&
	       between(p->ack, s->syn, s->sent[CLIENT].end);
}

bool umbra_window_acks_answer(const struct umbra_session *s, const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	return !before(p->ack, s->sent[CLIENT].ack);
}

bool umbra_window_answers(const struct umbra_session *s, const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	return p->seq + 1 == s->sent[CLIENT].ack;
}

static bool ack_fits(const struct umbra_session *s, enum umbra_dir dir, u32 ack)
{
	u32 end = s->sent[!dir].end;

	return between(ack, s->sent[dir].ack - largest(s, dir), end) ||
	       between(ack, end, farthest(s, !dir));
}

bool umbra_window_fits(const struct umbra_session *s, enum umbra_dir dir,
		       const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	if (!between(p->end, oldest(s, dir), s->sent[dir].edge + 1))
		return false;
	if ((p->tcp_flags & (UMBRA_TCP_ACK | UMBRA_TCP_RST)) != UMBRA_TCP_ACK)
		return true;
	return ack_fits(s, dir, p->ack);
}

bool umbra_window_may_have_sent(const struct umbra_session *s, enum umbra_dir dir, u32 seq)
{
	lockdep_assert_held(&s->lock);
	return between(seq, oldest(s, dir), s->half[dir].beyond ?: s->sent[dir].end) ||
	       (dir == CLIENT && !s->renewed && seq + 1 == s->syn);
}

bool umbra_window_may_have_opened(const struct umbra_session *s, u32 seq)
{
	lockdep_assert_held(&s->lock);
	return between(seq, s->syn - 1, s->sent[CLIENT].end);
}

/* @dir has sent all numbers up to @to. Return: bit of its FIN, if that ends there; or 0. */
static u8 advance(struct umbra_session *s, enum umbra_dir dir, u32 to)
{
	struct umbra_half *half = &s->half[dir];
	u8 fin = 0;

	s->sent[dir].end = to;
	if (half->beyond && after(half->beyond, to))
		return 0;
	if (half->hole & UMBRA_HOLE_FIN && half->beyond == to)
		fin = UMBRA_SESSION_FIN_ORIGINAL << dir;
	half->beyond = 0;
	half->hole &= UMBRA_HOLE_UNHEARD;
	return fin;
}

/* A segment that begins where nothing is missing, while there is a hole. Return: see advance(). */
static noinline u8 at_hole(struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p)
{
	struct umbra_half *half = &s->half[dir];
	u32 end = s->sent[dir].end;
	u8 fin;

	half->hole &= ~UMBRA_HOLE_UNHEARD;
	if (after(p->end, end)) {
		fin = advance(s, dir, p->end);
		half->hole |= half->beyond ? UMBRA_HOLE_FILLED : 0;
		return fin;
	}
	/* The segment begins at the front of the hole, so count from one again. */
	if (half->beyond && p->seq == end && !(half->hole & UMBRA_HOLE_FILLED))
		half->hole = (half->hole & UMBRA_HOLE_FIN) | UMBRA_HOLE_ONE;
	return 0;
}

/* A segment that leaves a hole in front of it. Return: see advance(). */
static noinline u8 beyond_hole(struct umbra_session *s, enum umbra_dir dir,
			       const struct umbra_packet *p)
{
	struct umbra_half *half = &s->half[dir];

	if (half->hole & UMBRA_HOLE_UNHEARD) {
		half->hole = 0;
		return advance(s, dir, p->end);
	}
	if (!half->beyond || after(p->end, half->beyond)) {
		half->beyond = p->end ?: 1;
		half->hole &= ~UMBRA_HOLE_FIN;
	}
	if (p->tcp_flags & UMBRA_TCP_FIN && p->end == half->beyond)
		half->hole |= UMBRA_HOLE_FIN;
	if (!(half->hole & UMBRA_HOLE_FILLED))
		half->hole += UMBRA_HOLE_ONE;
	return 0;
}

/*
 * The other end acknowledges more of @dir than came without a hole. @fin: gets the bit of advance()
 * added. Return: whether the acknowledgement is believed.
 */
static noinline bool over_hole(struct umbra_session *s, enum umbra_dir dir, u32 ack, u8 *fin)
{
	struct umbra_half *half = &s->half[dir];

	if (!(half->hole & (UMBRA_HOLE_FILLED | UMBRA_HOLE_UNHEARD)))
		return false;
	*fin |= advance(s, dir, ack);
	return true;
}

/* Limit the first window of @dir after a pick-up, once both ends have sent a segment. */
static noinline void bound(struct umbra_session *s, enum umbra_dir dir, u32 window)
{
	u32 most = min_t(u32, 2 * window + UNSEEN, WINDOW_MAX - WINDOW_UNIT);
	struct umbra_sent *other = &s->sent[!dir];
	u32 edge = s->sent[dir].ack + most;

	if (s->scale != UMBRA_SCALES_UNKNOWN ||
	    (s->half[CLIENT].hole | s->half[SERVER].hole) & UMBRA_HOLE_UNHEARD)
		return;
	s->win[dir] = DIV_ROUND_UP(most, WINDOW_UNIT);
	if (before(edge, other->edge))
		other->edge = before(edge, other->end) ? other->end : edge;
}

u8 umbra_window_learn(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p)
{
	struct umbra_sent *own = &s->sent[dir], *other = &s->sent[!dir];
	u32 window = scaled(s, dir, p->win);
	u8 fins = 0;

	lockdep_assert_held(&s->lock);
	if (unlikely(after(p->seq, own->end)))
		fins = beyond_hole(s, dir, p);
	else if (unlikely(s->half[dir].hole))
		fins = at_hole(s, dir, p);
	else
		raise(&own->end, p->end);
	if (unlikely(after(p->ack, other->end)) && !over_hole(s, !dir, p->ack, &fins))
		return fins;
	raise(&own->ack, p->ack);
	raise(&other->edge, p->ack + window);
	if (unlikely(s->win[dir] == U16_MAX))
		bound(s, dir, window);
	if (unlikely(window > largest(s, dir)))
		s->win[dir] = DIV_ROUND_UP(window, WINDOW_UNIT);
	return fins;
}

bool umbra_window_in_order(const struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	return p->end == s->sent[dir].end;
}

void umbra_window_heard(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p)
{
	u8 fins = 0;

	lockdep_assert_held(&s->lock);
	if (!after(p->ack, s->sent[!dir].end) || over_hole(s, !dir, p->ack, &fins))
		raise(&s->sent[dir].ack, p->ack);
}

int umbra_window_awaited(const struct umbra_session *s, enum umbra_dir dir, u32 seq[2])
{
	lockdep_assert(READ_ONCE(s->life) != UMBRA_LIVE || lockdep_is_held(&s->lock));
	if (!(s->flags & UMBRA_SESSION_SYN_ORIGINAL << !dir))
		return 0;
	seq[0] = s->sent[dir].ack;
	seq[1] = s->sent[!dir].end;
	return seq[0] == seq[1] ? 1 : 2;
}

struct umbra_segment umbra_window_probe(const struct umbra_session *s, enum umbra_dir dir)
{
	const struct umbra_sent *own = &s->sent[dir], *other = &s->sent[!dir];

	lockdep_assert_held(&s->lock);
	return (struct umbra_segment) {
		.flags = UMBRA_TCP_ACK, .seq = own->ack - 1, .ack = other->ack,
		.win = min_t(u32, (own->edge - other->ack) >> shift_of(s, !dir), U16_MAX),
	};
}

bool umbra_window_is_next(const struct umbra_session *s, enum umbra_dir dir,
			  const struct umbra_packet *p)
{
	lockdep_assert_held(&s->lock);
	return p->seq == s->sent[dir].end || p->seq == s->sent[!dir].ack;
}
