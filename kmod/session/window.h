/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows: whether a TCP segment's numbers are such as its connection may have now.
 *
 * All of it is a function of a session and a packet: it builds in user space too.
 */
#ifndef UMBRA_TRACK_WINDOW_H
#define UMBRA_TRACK_WINDOW_H

#include "packet/packet.h"
#include "session/session.h"

/**
 * struct umbra_segment - a TCP segment without data that the firewall itself sends
 * @flags: UMBRA_TCP_*
 * @win: window, scaled
 * @seq: its number
 * @ack: what it acknowledges, with that flag
 */
struct umbra_segment {
	u8 flags;
	u16 win;
	u32 seq;
	u32 ack;
};

/**
 * umbra_window_syn() - the client's SYN, before its server has answered
 * @s: session
 * @p: a SYN without ACK, the first one or another
 *
 * One with another number is a new attempt and all that counts. RFC 7413: it may have data.
 *
 * Context: @s->lock held, for this one and all of the following.
 */
void umbra_window_syn(struct umbra_session *s, const struct umbra_packet *p);

/**
 * umbra_window_answer() - the server's SYN: now both ends are known
 * @s: session, after umbra_window_syn()
 * @p: a SYN that acknowledges the client's, or, in a simultaneous open, one without ACK
 *
 * May come again, and then another one counts.
 */
void umbra_window_answer(struct umbra_session *s, const struct umbra_packet *p);

/**
 * umbra_window_mid_stream() - begin with any segment
 * @s: session
 * @dir: direction of the segment
 * @p: a segment with ACK
 *
 * What was not seen is taken for as much as it can have been.
 */
void umbra_window_mid_stream(struct umbra_session *s, enum umbra_dir dir,
			     const struct umbra_packet *p);

/* Does it acknowledge the SYN that the session began with, and perhaps data that it had? */
bool umbra_window_acks_syn(const struct umbra_session *s, const struct umbra_packet *p);

/* Does a segment of the client's acknowledge the server's SYN, as none has before? */
bool umbra_window_acks_answer(const struct umbra_session *s, const struct umbra_packet *p);

/* Is it the server's SYN whose number is all that the client has acknowledged of it so far? */
bool umbra_window_answers(const struct umbra_session *s, const struct umbra_packet *p);

/**
 * umbra_window_fits() - may the segment be sent now?
 * @s: session, both ends known
 * @dir: direction of the segment
 * @p: segment
 *
 * Return: whether both its numbers are in their windows; of a reset, whether @p->seq is.
 */
bool umbra_window_fits(const struct umbra_session *s, enum umbra_dir dir,
		       const struct umbra_packet *p);

/**
 * umbra_window_may_have_sent() - can a segment with this number be under way, or lost on it?
 * @s: session, both ends known
 * @dir: direction of the segment
 * @seq: its first number
 */
bool umbra_window_may_have_sent(const struct umbra_session *s, enum umbra_dir dir, u32 seq);

/* The same of the client's, before its server has answered: its SYN, and data in that. */
bool umbra_window_may_have_opened(const struct umbra_session *s, u32 seq);

/**
 * umbra_window_learn() - what a segment tells
 * @s: session
 * @dir: direction of the segment
 * @p: segment that fits, with ACK, without SYN and RST
 *
 * Return: bits, UMBRA_SESSION_FIN_*: those FINs that came before, and in front of which
 * nothing is missing now.
 */
u8 umbra_window_learn(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p);

/*
 * Does a segment end all that has come without a hole? Nothing in front of it is missing then, and
 * nothing was sent behind it. After umbra_window_learn().
 */
bool umbra_window_in_order(const struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p);

/**
 * umbra_window_heard() - what a segment tells that is not passed on
 * @s: session
 * @dir: direction of the segment
 * @p: segment that fits, with ACK
 *
 * Its acknowledgement is what the sender awaits, whoever gets to see it.
 */
void umbra_window_heard(struct umbra_session *s, enum umbra_dir dir,
			const struct umbra_packet *p);

/**
 * umbra_window_awaited() - the number that a reset has to have for an end to take it
 * @s: session, after umbra_window_syn() at least
 * @dir: direction that the end sends in
 * @seq: filled: either may be the one, as umbra_window_is_next() has it
 *
 * Context: as above, or nobody tracks @s any more.
 * Return: how many of @seq, or 0: to this end the other one has not sent any number yet.
 */
int umbra_window_awaited(const struct umbra_session *s, enum umbra_dir dir, u32 seq[2]);

/**
 * umbra_window_probe() - the segment that a living end answers (RFC 9293 3.8.4)
 * @s: session, both ends known
 * @dir: direction that the end sends in
 *
 * Its number is the one before the next that the end awaits, so that is nothing new to it,
 * and has to be acknowledged. What it acknowledges is what the end may know already: who
 * does not have the connection any more resets it with that number, which is exact.
 */
struct umbra_segment umbra_window_probe(const struct umbra_session *s, enum umbra_dir dir);

/**
 * umbra_window_is_next() - is it exactly what the other end awaits? RFC 5961 section 3.2
 * @s: session, after umbra_window_syn() at least
 * @dir: direction of the segment, the client's while the server has not answered
 * @p: segment
 *
 * The other end awaits what it has acknowledged last, or, if that is on its way or not
 * sent yet, the end of what was sent to it without a hole.
 */
bool umbra_window_is_next(const struct umbra_session *s, enum umbra_dir dir,
			  const struct umbra_packet *p);

#endif
