/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows: may a TCP segment have these numbers in its connection now?
 *
 * All functions depend only on a session and a packet, so they build in user space, too.
 */
#ifndef UMBRA_TRACK_WINDOW_H
#define UMBRA_TRACK_WINDOW_H

#include "packet/packet.h"
#include "session/session.h"

/**
 * struct umbra_segment - a TCP segment without data that the firewall itself sends
 * @flags: UMBRA_TCP_*
 * @win: window, scaled
 * @seq: sequence number
 * @ack: acknowledgement number, valid with that flag
 */
struct umbra_segment {
	u8 flags;
	u16 win;
	u32 seq;
	u32 ack;
};

/**
 * umbra_window_syn() - learn from the client's SYN, before its server has answered
 * @s: session
 * @p: a SYN without ACK, the first one or a later one
 *
 * A SYN with another number is a new attempt, and replaces the former. It may have data: RFC 7413.
 *
 * Context: @s->lock held, for this one and all of the following.
 */
void umbra_window_syn(struct umbra_session *s, const struct umbra_packet *p);

/**
 * umbra_window_answer() - learn from the server's SYN, with which both ends are known
 * @s: session, after umbra_window_syn()
 * @p: a SYN that acknowledges the client's, or, in a simultaneous open, one without ACK
 *
 * May be called again for another answer, which then replaces the former.
 */
void umbra_window_answer(struct umbra_session *s, const struct umbra_packet *p);

/**
 * umbra_window_mid_stream() - begin with any segment of a connection
 * @s: session
 * @dir: direction of the segment
 * @p: a segment with ACK
 *
 * What was not seen is assumed to be as large as it can have been.
 */
void umbra_window_mid_stream(struct umbra_session *s, enum umbra_dir dir,
			     const struct umbra_packet *p);

/* Does it acknowledge the SYN that began the session, and perhaps data of that SYN? */
bool umbra_window_acks_syn(const struct umbra_session *s, const struct umbra_packet *p);

/* Does a segment of the client acknowledge at least the server's SYN? */
bool umbra_window_acks_answer(const struct umbra_session *s, const struct umbra_packet *p);

/* Is it the server's SYN, and has the client acknowledged nothing after that SYN yet? */
bool umbra_window_answers(const struct umbra_session *s, const struct umbra_packet *p);

/**
 * umbra_window_fits() - may the segment be sent now?
 * @s: session, both ends known
 * @dir: direction of the segment
 * @p: segment
 *
 * Return: true if both numbers are in their windows; of a reset, only @p->seq has to be.
 */
bool umbra_window_fits(const struct umbra_session *s, enum umbra_dir dir,
		       const struct umbra_packet *p);

/**
 * umbra_window_may_have_sent() - can a segment with this number be under way, or be lost?
 * @s: session, both ends known
 * @dir: direction of the segment
 * @seq: its first number
 */
bool umbra_window_may_have_sent(const struct umbra_session *s, enum umbra_dir dir, u32 seq);

/* The same for the client before its server has answered: may it be the SYN, or data of it? */
bool umbra_window_may_have_opened(const struct umbra_session *s, u32 seq);

/**
 * umbra_window_learn() - learn from a segment
 * @s: session
 * @dir: direction of the segment
 * @p: segment that fits, with ACK, without SYN and RST
 *
 * Return: bits, UMBRA_SESSION_FIN_*, of the FINs that came before this segment and have
 * nothing missing in front of them now.
 */
u8 umbra_window_learn(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p);

/*
 * Does the segment end where the first hole begins, or the data end (umbra_sent.end)? Then nothing
 * in front of its end is missing. Call it after umbra_window_learn().
 */
bool umbra_window_in_order(const struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p);

/**
 * umbra_window_heard() - learn from a segment that is not passed on
 * @s: session
 * @dir: direction of the segment
 * @p: segment that fits, with ACK
 *
 * Its acknowledgement is what its sender awaits, even though the other end never gets it.
 */
void umbra_window_heard(struct umbra_session *s, enum umbra_dir dir,
			const struct umbra_packet *p);

/**
 * umbra_window_awaited() - get the numbers with which an end accepts a reset
 * @s: session, after umbra_window_syn() at least
 * @dir: direction that the end sends in
 * @seq: set to the numbers; either may be the right one, see umbra_window_is_next()
 *
 * Context: @s->lock held, or @s is dying, so that nobody tracks it any more.
 * Return: how many of @seq are set, or 0 if the other end has not sent any number to it yet.
 */
int umbra_window_awaited(const struct umbra_session *s, enum umbra_dir dir, u32 seq[2]);

/**
 * umbra_window_probe() - make a segment that a live end answers (RFC 9293 3.8.4)
 * @s: session, both ends known
 * @dir: direction that the end sends in
 *
 * Its number is one less than the end awaits, so the end must acknowledge it as old. It
 * acknowledges no more than the end may know already. An end that has lost the connection answers
 * with a reset that has the acknowledged number, which is exact.
 */
struct umbra_segment umbra_window_probe(const struct umbra_session *s, enum umbra_dir dir);

/**
 * umbra_window_is_next() - is it exactly what the other end awaits? RFC 5961 section 3.2
 * @s: session, after umbra_window_syn() at least
 * @dir: direction of the segment; the client's while the server has not answered
 * @p: segment
 *
 * The other end awaits the number that it acknowledged last. If a newer acknowledgement is under
 * way or not sent yet, it awaits the end of what was sent to it without a hole.
 */
bool umbra_window_is_next(const struct umbra_session *s, enum umbra_dir dir,
			  const struct umbra_packet *p);

#endif
