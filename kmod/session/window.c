// SPDX-License-Identifier: GPL-2.0
/*
 * Windows
 *
 * What is known. Of each direction D, with R for the other one:
 *
 *	end[D]	one past what D has sent without a hole
 *	far[D]	one past the highest number that D has sent: end[D], or beyond a hole
 *	ack[D]	the highest acknowledgement that D has sent: of R's numbers, end[R] at most
 *	win[D]	the largest window that D has offered to R, rounded up to 16 KiB; 1 MiB at least
 *	edge[D]	max(acknowledgement + window) that R has sent: as far as D may send
 *
 * All of them only grow. They are what the ends know, or more: a packet is seen here before
 * it reaches its end, and what an end does not get any more it does not act upon.
 *
 * What is asked. A segment of D with the bytes [seq, end) and an acknowledgement fits if
 *
 *	(1)  end <= edge[D] + 1
 *	(2)  end >= ack[R] - win[R] - 1
 *	(3)  ack <= far[R]
 *	(4)  ack >= ack[D] - win[D]
 *
 * (1) A sender keeps to the last window that reached it, and that is no further than
 * edge[D] (RFC 9293 3.8.6): a smaller window later does not move it back, for the
 * sender may not know of it yet. One more, for a zero window is probed with a byte
 * (RFC 9293 3.8.6.1), and a FIN may come behind a window that is full.
 *
 * (2) What is sent again was sent within a window of R's, from an acknowledgement on that
 * D knew of; ack[R] may be as far ahead of that as the window reached. One less, for a
 * keep-alive has a number that was acknowledged (RFC 1122 4.2.3.6). Not counted from
 * far[D], as one that is forged could move that, and what is sent again would be lost.
 *
 * (3) Nobody acknowledges what was not sent (RFC 9293 3.10.7.4).
 *
 * (4) An acknowledgement may have been overtaken, but not by more than a window: that is
 * what the end will ask of it, too (RFC 5961 5.2). It is counted from the highest
 * acknowledgement, not from the highest number sent; therefore it does not matter how long
 * a hole stays open while selective acknowledgements go on behind it (RFC 2018), for
 * ack[D] stands still with them, and no packet's options have to be read for it.
 *
 * That every window counts as 1 MiB there is for links that reorder: what was overtaken
 * by several small windows is of no use to its end, but it is no attack either. What is as
 * old as that is for the end to sort out, which knows better.
 *
 * Holes. What is the next that an end awaits decides whether a reset or a FIN counts, so it
 * must not be moved by who does not know it. He may hit a window, and then he says where
 * he pleases that there are data; and on the other side that they were acknowledged. But an
 * end awaits what follows the numbers that it has without a hole. So only what begins at or
 * before end[D] moves that, and what begins behind it moves far[D] alone, which counts for (3):
 * data are lost, or overtaken, before they come here, and are acknowledged together once the
 * hole is filled. Such an acknowledgement is behind end[R] and takes it along, as far[R] was
 * seen. R cannot send it before what was missing has come by here, at least the front of it:
 * before that it passes, for its receiver to judge, and moves nothing. A FIN that comes in
 * behind a hole counts when all in front of it does.
 *
 * On a path of which for a moment some packets went elsewhere, a hole is never filled. So as
 * much is believed of a hole's sender as of its receiver, once it has sent beyond it sixteen
 * times and not from its front. Who is not on the path has to hit two windows so many times,
 * while the sender is silent.
 *
 * Scales (RFC 7323 2.2). Both SYNs offer one, or there is none; a SYN's own window never
 * is scaled. win[D] is kept in units of 16 KiB, so it is two bytes.
 *
 * A connection picked up in mid-stream has no SYNs: it may have the largest scale, and bytes may
 * be on their way that passed before. So at first each side may be a largest window away from
 * what the first segment says, and in place of (3) nobody acknowledges more than it has allowed
 * to be sent. Where a direction begins its first segment says.
 *
 * Once both ends have spoken, what each has announced is known, but for its scale. That can be no
 * more than 14, so a window is taken for 2^14 times the number that is announced, and that twice,
 * and 16 MiB besides: an end may have offered more just before it was picked up, has nearly used
 * it up, and may be asked again for all of that, and the first segment that was seen may have
 * been overtaken by later ones. From there on windows are learnt as ever, with a scale of 14. So
 * hosts with a common scale of 7 or 8 are as close as 32 to 50 MiB, where 1 GiB was. An end
 * without a scale that announces more than 32 KiB stays at 1 GiB, as its scale is never said
 * again (RFC 7323 2.2), and what can be seen of it proves little: data in flight show that a
 * scale is not smaller than so much, never that it is not larger. A window that gets smaller by
 * more than what was acknowledged would show that, if nobody ever took a window back; but hosts
 * do, and have to be borne with (RFC 9293 3.8.6). Nor can the most that was ever in flight stand
 * for the window: who was idle when picked up may send all of a window at once.
 *
 * Numbers are modulo 2^32. The largest window is 2^30 - 2^14, and what fits is at most one
 * of them before and one behind an acknowledgement, so no two numbers that are compared
 * as earlier and later are half a round apart.
 */
#include "session/window.h"

#include <linux/minmax.h>
#include <net/tcp.h>

#define CLIENT		UMBRA_DIR_ORIGINAL
#define SERVER		UMBRA_DIR_REPLY
#define WINDOW_MAX	((u32)U16_MAX << TCP_MAX_WSCALE)
#define WINDOW_UNIT	(1U << 14)
#define WINDOW_MIN	(1U << 20)
#define UNSEEN		(1U << 24)	/* what may have been offered before it was picked up */

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

/* The lowest number that @dir may send again. */
static u32 oldest(const struct umbra_session *s, enum umbra_dir dir)
{
	return s->sent[!dir].ack - largest(s, !dir) - 1;
}

/* One past the highest that can be acknowledged. */
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

	if (again) {
		raise(&s->sent[CLIENT].end, p->end);
		return;
	}
	s->syn = p->seq + 1;
	s->offer = p->scale;
	s->sent[CLIENT].end = p->end;
	s->sent[SERVER].ack = s->syn;
	/* Acknowledgement and edge are not known yet, but how far the one is from the other. */
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
	s->sent[dir] = (struct umbra_sent) {
		.end = p->end, .ack = p->ack, .edge = p->seq + WINDOW_MAX,
	};
	s->sent[!dir] = (struct umbra_sent) {
		.end = p->ack, .ack = p->seq, .edge = p->ack + WINDOW_MAX,
	};
	s->win[CLIENT] = s->win[SERVER] = U16_MAX;
	s->scale = UMBRA_SCALES_UNKNOWN;
	s->syn = s->sent[SERVER].ack;	/* for want of the SYN */
	no_holes(s);
	s->half[!dir].hole = UMBRA_HOLE_UNHEARD;
}

bool umbra_window_acks_syn(const struct umbra_session *s, const struct umbra_packet *p)
{
	return p->tcp_flags & UMBRA_TCP_ACK && !s->renewed &&
	       between(p->ack, s->syn, s->sent[CLIENT].end);
}

bool umbra_window_acks_answer(const struct umbra_session *s, const struct umbra_packet *p)
{
	return !before(p->ack, s->sent[CLIENT].ack);
}

bool umbra_window_answers(const struct umbra_session *s, const struct umbra_packet *p)
{
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
	if (!between(p->end, oldest(s, dir), s->sent[dir].edge + 1))
		return false;
	if ((p->tcp_flags & (UMBRA_TCP_ACK | UMBRA_TCP_RST)) != UMBRA_TCP_ACK)
		return true;
	return ack_fits(s, dir, p->ack);
}

bool umbra_window_may_have_sent(const struct umbra_session *s, enum umbra_dir dir, u32 seq)
{
	return between(seq, oldest(s, dir), s->half[dir].beyond ?: s->sent[dir].end) ||
	       (dir == CLIENT && !s->renewed && seq + 1 == s->syn);
}

bool umbra_window_may_have_opened(const struct umbra_session *s, u32 seq)
{
	return between(seq, s->syn - 1, s->sent[CLIENT].end);
}

/* It has sent all up to @to. Return: bit of its FIN, if that ends there. */
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

/* A segment that begins where nothing is missing, while there is a hole. Return: as advance(). */
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
	/* It is at its end, where who has sent more would not be. */
	if (half->beyond && p->seq == end && !(half->hole & UMBRA_HOLE_FILLED))
		half->hole = (half->hole & UMBRA_HOLE_FIN) | UMBRA_HOLE_ONE;
	return 0;
}

/* A segment that leaves a hole. Return: as advance(). */
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
 * The other end acknowledges more of @dir than came without a hole. Return: whether it is
 * believed; @fin as of advance().
 */
static noinline bool over_hole(struct umbra_session *s, enum umbra_dir dir, u32 ack, u8 *fin)
{
	struct umbra_half *half = &s->half[dir];

	if (!(half->hole & (UMBRA_HOLE_FILLED | UMBRA_HOLE_UNHEARD)))
		return false;
	*fin |= advance(s, dir, ack);
	return true;
}

/* Picked up, both have spoken, and nothing of what @dir has announced was heeded yet. */
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
	return p->end == s->sent[dir].end;
}

void umbra_window_heard(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p)
{
	u8 fins = 0;

	if (!after(p->ack, s->sent[!dir].end) || over_hole(s, !dir, p->ack, &fins))
		raise(&s->sent[dir].ack, p->ack);
}

int umbra_window_awaited(const struct umbra_session *s, enum umbra_dir dir, u32 seq[2])
{
	if (!(s->flags & UMBRA_SESSION_SYN_ORIGINAL << !dir))
		return 0;
	seq[0] = s->sent[dir].ack;
	seq[1] = s->sent[!dir].end;
	return seq[0] == seq[1] ? 1 : 2;
}

struct umbra_segment umbra_window_probe(const struct umbra_session *s, enum umbra_dir dir)
{
	const struct umbra_sent *own = &s->sent[dir], *other = &s->sent[!dir];

	return (struct umbra_segment) {
		.flags = UMBRA_TCP_ACK, .seq = own->ack - 1, .ack = other->ack,
		.win = min_t(u32, (own->edge - other->ack) >> shift_of(s, !dir), U16_MAX),
	};
}

bool umbra_window_is_next(const struct umbra_session *s, enum umbra_dir dir,
			  const struct umbra_packet *p)
{
	return p->seq == s->sent[dir].end || p->seq == s->sent[!dir].ack;
}
