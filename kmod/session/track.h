/* SPDX-License-Identifier: GPL-2.0 */
/* Tracking: what a packet does to its session. */
#ifndef UMBRA_TRACK_H
#define UMBRA_TRACK_H

#include <linux/umbra.h>

#include "packet/packet.h"
#include "session/session.h"

struct umbra_settings;

/* Is it TCP's first SYN, or SCTP's INIT? */
static inline bool umbra_track_begins(const struct umbra_packet *p)
{
	if (p->key.proto == IPPROTO_SCTP)
		return p->chunks & UMBRA_SCTP_INIT;
	return (p->tcp_flags & (UMBRA_TCP_SYN | UMBRA_TCP_ACK)) == UMBRA_TCP_SYN;
}

/* The session is closed, and the packet may begin its flow again (RFC 9293 3.10.7.4). */
static inline bool umbra_track_reopens(const struct umbra_session *s, const struct umbra_packet *p)
{
	return READ_ONCE(s->state) == UMBRA_STATE_CLOSED && umbra_track_begins(p);
}

/**
 * umbra_track_begin() - set the state of a new session, before its first packet is tracked
 * @s: session, keys set
 * @mid_stream: it is a TCP connection or SCTP association that began elsewhere
 */
static inline void umbra_track_begin(struct umbra_session *s, bool mid_stream)
{
	u8 proto = s->half[UMBRA_DIR_ORIGINAL].key.proto;

	if (proto != IPPROTO_TCP && proto != IPPROTO_SCTP)
		s->state = UMBRA_STATE_UNREPLIED;
	else
		s->state = mid_stream ? UMBRA_STATE_ESTABLISHED : UMBRA_STATE_OPENING;
}

/**
 * umbra_track() - track one packet of a session
 * @s: session
 * @dir: direction of the packet
 * @p: packet
 * @set: settings, for the timeouts
 *
 * Counts the packet, and updates state and expiry.
 *
 * Context: softirq or BH off; takes @s->lock.
 * Return: 0, or the enum umbra_reason why it must not pass.
 */
u8 umbra_track(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
	       const struct umbra_settings *set);

/**
 * umbra_track_proves() - does a packet by another interface belong to its session for certain?
 * @s: session
 * @dir: direction of the packet
 * @p: packet, before umbra_track()
 * @iif: index of the device by which it came
 *
 * Return: true if the session's direction may be moved to @iif, should the packet pass.
 *
 * Context: softirq or BH off; takes @s->lock.
 */
bool umbra_track_proves(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
			int iif);

/* TCP's part of umbra_track_proves(), @s->lock held; SCTP's. */
bool umbra_track_tcp_proves(const struct umbra_session *s, enum umbra_dir dir,
			    const struct umbra_packet *p);
bool umbra_track_sctp_proves(const struct umbra_session *s, enum umbra_dir dir,
			     const struct umbra_packet *p);

/**
 * umbra_track_renew() - restart a session's time in its present state
 * @s: session
 * @set: settings
 *
 * Context: @s->lock held.
 */
void umbra_track_renew(struct umbra_session *s, const struct umbra_settings *set);

/**
 * umbra_track_limit() - how long a session may be idle in its state
 * @s: session
 * @set: settings
 *
 * Context: any.
 * Return: jiffies.
 */
u32 umbra_track_limit(const struct umbra_session *s, const struct umbra_settings *set);

/**
 * umbra_track_ended() - why a session has ended
 * @s: session
 * @why: enum umbra_reason, why it leaves the table
 *
 * A closed session stays in the table for a while (umbra_track_limit()). What takes it out of the
 * table then is not what ended the flow.
 *
 * Context: @s->lock held.
 * Return: enum umbra_reason: closed or reset if its ends did that, else @why.
 */
u8 umbra_track_ended(const struct umbra_session *s, u8 why);

/**
 * umbra_track_quoted() - may a session have sent what an ICMP error quotes? RFC 5927 section 4.1
 * @s: session
 * @dir: direction of the quoted packet
 * @p: the error
 * @set: settings
 *
 * TCP is judged by its sequence number, SCTP by its tag. Other protocols have nothing to judge by.
 *
 * Context: softirq or BH off; takes @s->lock.
 * Return: 0, or the enum umbra_reason why the error must not pass.
 */
u8 umbra_track_quoted(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		      const struct umbra_settings *set);

/**
 * umbra_track_heard() - learn from the packet at which a session ends, and which is dropped
 * @s: session
 * @dir: direction of the packet
 * @p: packet
 *
 * The packet's acknowledgement says which number its sender awaits. The data of the packet do not
 * count, because the other end does not get them.
 *
 * Context: softirq or BH off; takes @s->lock.
 */
void umbra_track_heard(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p);

/* TCP's part of umbra_track_heard(), @s->lock held. */
void umbra_track_tcp_heard(struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p);

/* TCP's part of umbra_track_quoted(), @s->lock held. */
u8 umbra_track_tcp_quoted(const struct umbra_session *s, enum umbra_dir dir, u32 seq, u8 setting);

/**
 * umbra_track_tcp() - TCP's part of umbra_track()
 * @s: session
 * @dir: direction of the packet
 * @p: packet
 * @setting: enum umbra_window_setting, for services that have none of their own: liberal lets
 *	packets pass that do not fit the windows, and learns nothing from them
 * @state: in: @s->state; out: the state after the packet
 *
 * Context: @s->lock held.
 * Return: 0, or the enum umbra_reason why it must not pass.
 */
u8 umbra_track_tcp(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		   u8 setting, u8 *state);

/**
 * umbra_track_tcp_renewed() - does the server answer a SYN that came within the connection?
 * @s: session
 * @p: a packet of the server
 *
 * Context: @s->lock held.
 */
bool umbra_track_tcp_renewed(const struct umbra_session *s, const struct umbra_packet *p);

/* SCTP's part of umbra_track(), @s->lock held. Arguments and return as of umbra_track_tcp(). */
u8 umbra_track_sctp(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p,
		    u8 *state);

/* SCTP's part of umbra_track_quoted(), @s->lock held. RFC 9260 section 10 */
u8 umbra_track_sctp_quoted(const struct umbra_session *s, enum umbra_dir dir,
			   const struct umbra_packet *p);

#endif
