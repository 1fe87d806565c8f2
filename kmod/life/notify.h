/* SPDX-License-Identifier: GPL-2.0 */
/* Tell: the ends of a session that is cut hear of it. */
#ifndef UMBRA_TELL_H
#define UMBRA_TELL_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "rate.h"

#include "session/session.h"

struct umbra_net;
struct umbra_segment;

/**
 * struct umbra_telling - what a namespace keeps for it
 * @lock: guards @rate and @challenges
 * @rate: of sessions that are told
 * @challenges: of clients that are challenged
 * @recent: by hash of what they send, ends of TCP that were told: the hash, and jiffies of
 *	then, low 32 bits; written and read as a whole, without a lock
 */
struct umbra_telling {
	spinlock_t lock;
	struct umbra_rate rate;
	struct umbra_rate challenges;
	u64 *recent;
};

/* Context: process. Return: 0 or -ENOMEM. */
int umbra_tell_start(struct umbra_net *un);

/* No packet is inside the hooks, and no session is left. */
void umbra_tell_stop(struct umbra_net *un);

/**
 * umbra_tell_ends() - tell both ends that their session is over, if they are to know
 * @s: session that is dying: @s->ended says why; not handed to RCU yet, with its port
 *
 * Counted: told, or untold when it should have been.
 *
 * Context: any, RCU read side held, no lock. Called by umbra_session_kill() only.
 */
void umbra_tell_ends(struct umbra_session *s);

/**
 * umbra_tell_again() - is a stray TCP packet to be answered with a reset?
 * @un: namespace
 * @hash: of its key, as the session table has it
 *
 * It is when its sender was told some minutes ago, and has not understood: what it was
 * told was lost, or had a number that it did not await.
 *
 * Context: softirq or BH off.
 */
bool umbra_tell_again(struct umbra_net *un, u32 hash);

/* May another challenge be sent (path/challenge.c)? Then it counts. Context: softirq or BH off. */
bool umbra_tell_admits_challenge(struct umbra_net *un);

/**
 * umbra_tell_nothing() - is an end in a network to whose hosts nothing may be sent?
 * @s: session
 * @dir: direction that the end sends in
 *
 * Context: RCU read side held.
 */
bool umbra_tell_nothing(const struct umbra_session *s, enum umbra_dir dir);

/**
 * umbra_tell_segment() - send an end of a TCP connection a segment
 * @un: namespace
 * @half: what the end sends; the segment is as from the one that it sends to
 * @seg: segment
 *
 * It is judged by nobody here, and counts for no session.
 *
 * Context: any, RCU read side held, no lock; likewise below.
 * Return: false without memory, or without a route to the end; likewise below.
 */
bool umbra_tell_segment(struct umbra_net *un, const struct umbra_half *half,
			const struct umbra_segment *seg);

/**
 * umbra_tell_abort() - end an association (RFC 9260 3.3.7, 8.5.1)
 * @un: namespace
 * @half: what the end sends; the ABORT is as from the one that it sends to
 * @tag: what packets to the end carry, host byte order
 */
bool umbra_tell_abort(struct umbra_net *un, const struct umbra_half *half, u32 tag);

/**
 * umbra_tell_prohibited() - an ICMP error about what an end sends (RFC 1812 5.2.7.1, RFC 4443 3.1)
 * @un: namespace
 * @half: what the end sends
 *
 * The kernel has limits of its own for these, of all and to each host: icmp_msgs_per_sec,
 * icmp_ratelimit.
 */
bool umbra_tell_prohibited(struct umbra_net *un, const struct umbra_half *half);

#endif
