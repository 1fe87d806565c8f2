/* SPDX-License-Identifier: GPL-2.0 */
/* Notices to the ends of a session that is cut. See notify.c. */
#ifndef UMBRA_TELL_H
#define UMBRA_TELL_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "rate.h"

#include "session/session.h"

struct umbra_net;
struct umbra_segment;

/**
 * struct umbra_telling - what a namespace keeps for notices
 * @lock: guards @rate and @challenges
 * @rate: tokens for sessions whose ends are notified
 * @challenges: tokens for clients that are challenged
 * @recent: ends of TCP that were notified, by the hash of what they send: the hash, and the low
 *	32 bits of jiffies at that time; written and read as a whole, without a lock
 */
struct umbra_telling {
	spinlock_t lock;
	struct umbra_rate rate;
	struct umbra_rate challenges;
	u64 *recent;
};

/* Context: process. Return: 0 or -ENOMEM. */
int umbra_tell_start(struct umbra_net *un);

/* No packet is inside the hooks, and there are no sessions. */
void umbra_tell_stop(struct umbra_net *un);

/**
 * umbra_tell_ends() - notify both ends that their session is over, if they should know
 * @s: session that is dying, before it is given to RCU; it still has its port, and @s->ended is set
 *
 * Counts it as told, or as untold if a notice was due and could not be sent.
 *
 * Context: any, RCU read side held, no lock. Called by umbra_session_kill() only.
 */
void umbra_tell_ends(struct umbra_session *s);

/**
 * umbra_tell_again() - should a stray TCP packet be answered with a reset?
 * @un: namespace
 * @hash: hash of the packet's key, as in the session table
 *
 * It should if its sender was notified some minutes ago and still sends. Then the reset was lost,
 * or had a number that the sender did not await.
 *
 * Context: softirq or BH off.
 */
bool umbra_tell_again(struct umbra_net *un, u32 hash);

/* May another challenge (path/challenge.c) be sent? If so, takes a token. Context: BH off. */
bool umbra_tell_admits_challenge(struct umbra_net *un);

/**
 * umbra_tell_nothing() - is an end in a network of the stealth setting, so that it gets nothing?
 * @s: session
 * @dir: direction in which the end sends
 *
 * Context: RCU read side held.
 */
bool umbra_tell_nothing(const struct umbra_session *s, enum umbra_dir dir);

/**
 * umbra_tell_segment() - send a TCP segment to an end of a connection
 * @un: namespace
 * @half: the flow that the end sends; the segment leaves as from the destination of that flow
 * @seg: segment
 *
 * The segment is not judged, and counts for no session.
 *
 * Context: any, RCU read side held, no lock; likewise below.
 * Return: false without memory, or without a route to the end; likewise below.
 */
bool umbra_tell_segment(struct umbra_net *un, const struct umbra_half *half,
			const struct umbra_segment *seg);

/**
 * umbra_tell_abort() - send an ABORT to an end of an association (RFC 9260 3.3.7, 8.5.1)
 * @un: namespace
 * @half: the flow that the end sends; the ABORT leaves as from the destination of that flow
 * @tag: verification tag of packets to the end, host byte order
 */
bool umbra_tell_abort(struct umbra_net *un, const struct umbra_half *half, u32 tag);

/**
 * umbra_tell_prohibited() - send an end an ICMP error (RFC 1812 5.2.7.1, RFC 4443 3.1)
 * @un: namespace
 * @half: the flow that the end sends, which the error is about
 *
 * The kernel limits these errors itself, in all and to each host: icmp_msgs_per_sec,
 * icmp_ratelimit.
 */
bool umbra_tell_prohibited(struct umbra_net *un, const struct umbra_half *half);

#endif
