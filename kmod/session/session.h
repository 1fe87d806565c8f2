/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions: one object, two keys.
 *
 * A session is one allowed flow. It has a key for each direction, as that
 * direction is seen on the wire when it arrives here; both keys sit in the
 * session table and lead to the same object.
 *
 * Life, in four steps:
 *   umbra_session_new()   allocates; owned by the caller, in no table
 *   umbra_table_insert()  publishes; from here on the table owns it
 *   umbra_session_kill()  LIVE -> DYING under its lock, won by exactly one
 *                         caller, who unlinks it from the table
 *   RCU grace period      then it is freed; readers never take a reference
 *
 * Sessions name policy by integers (rule id, generation), never by pointer.
 */
#ifndef UMBRA_SESSION_H
#define UMBRA_SESSION_H

#include <linux/cache.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "packet/key.h"

struct umbra_mapping;
struct umbra_net;
struct umbra_portmap;

enum umbra_dir {
	UMBRA_DIR_ORIGINAL,	/* the client's packets */
	UMBRA_DIR_REPLY,
	UMBRA_DIR_MAX,
};

/**
 * struct umbra_half - one direction of a session; read-mostly, packet path
 * @key: as it arrives
 * @adj: slot of the adjacency that this direction leaves by
 * @dir: which half this is
 * @translate: its packets leave with other addresses: those of the other half, inverted
 * @hole: TCP: UMBRA_HOLE_*: what is known of the hole in front of @beyond; 0: nothing is missing
 * @adj_id: which adjacency is meant; another one in the slot makes @adj stale
 * @iif: interface it arrives on; 0 for what the firewall itself sends
 * @oif: interface it leaves by; 0 for what the firewall itself receives
 * @beyond: TCP: one past the highest that it has sent beyond a hole, or 0: there is none
 * @newcomer: SCTP, in place of @beyond: a second tag that its packets may carry, or 0
 * @hash: of @key; set once it is in the table, before that 0 if not known
 *
 * @hole and @beyond are written under umbra_session.lock, and seldom: where packets get lost, or
 * overtake each other, before they come here (window.c); or where an association begins
 * anew (track_sctp.c).
 */
struct umbra_half {
	struct umbra_key key;
	u16 adj;
	u8 dir : 1;
	u8 translate : 1;
	u8 hole;
	u32 adj_id;
	int iif;
	int oif;
	union {
		u32 beyond;
		u32 newcomer;
	};
	u32 hash;
} ____cacheline_aligned;

/* A count of what was sent beyond the hole in vain; at 16 it is UMBRA_HOLE_FILLED. */
#define UMBRA_HOLE_ONE		0x01
#define UMBRA_HOLE_FILLED	0x10	/* its front has come: an acknowledgement may lead over it */
#define UMBRA_HOLE_FIN		0x40	/* what ends at umbra_half.beyond is a FIN */
#define UMBRA_HOLE_UNHEARD	0x80	/* picked up, and nothing has come in this direction yet */

#define UMBRA_LIVE	0
#define UMBRA_DYING	1

/**
 * struct umbra_sent - what is known of TCP's sequence numbers in one direction
 * @end: one past what it has sent without a hole; SYN and FIN count one each
 * @edge: one past the highest that the other end has allowed it: acknowledgement + window
 * @ack: the highest acknowledgement that it has sent, so what the other end has been
 *	told is the next it should send; never more than the other's @end
 *
 * All modulo 2^32. See window.c.
 */
struct umbra_sent {
	u32 end;
	u32 edge;
	u32 ack;
};

/**
 * struct umbra_tags - what is known of SCTP's verification tags
 * @tag: by direction: what its packets carry, which is the other end's initiate tag; 0: not known
 * @init: by who sent it: the initiate tag of an INIT that may begin the association anew, or 0
 * @answer: likewise: the initiate tag of the INIT ACK that answered it, or 0. Without @init,
 *	what the last heartbeat says of a path that is UMBRA_STATE_UNREPLIED
 *
 * See track_sctp.c.
 */
struct umbra_tags {
	u32 tag[UMBRA_DIR_MAX];
	u32 init[UMBRA_DIR_MAX];
	u32 answer[UMBRA_DIR_MAX];
};

/**
 * struct umbra_stray - packets of one direction that come by another interface than its own
 * @home: interface by which the first ones came, or 0: none has come by another
 * @since: jiffies since when all have, never 0; or 0: they have not
 * @all: umbra_session.packets of then
 * @nr: how many have since
 *
 * See track_stray.c.
 */
struct umbra_stray {
	int home;
	u32 since;
	u16 all;
	u16 nr;
};

/**
 * struct umbra_session - one allowed flow
 * @half: both directions
 * @lock: guards the written line but @generation, and @rule, @ended, @packets_high,
 *	@bytes_high, @syn, @newcomer_seen, @offer, @renewed, @window, @silent, @tries,
 *	@heard, @probes, @aborted
 * @expires: jiffies, low 32 bits; idle for longer means dead
 * @seen: jiffies of the last packet, low 32 bits
 * @generation: policy that last judged it
 * @timeout: the service's own idle timeout in seconds, 0: the setting's
 * @state: enum umbra_state
 * @flags: UMBRA_SESSION_*
 * @life: UMBRA_LIVE until umbra_session_kill() is won
 * @scale: TCP: shift of each direction's windows, 4 bits each, the client's low; or
 *	UMBRA_SCALES_UNKNOWN
 * @packets: per direction, low bits; whole by umbra_session_counters()
 * @win: TCP: the largest window of each direction, in units of 16 KiB
 * @elder_seen: SCTP, in place of @win, while there is a umbra_half.newcomer: jiffies of the last
 *	packet with a tag of @tags.tag
 * @bytes: per direction, from the network header on, low bits
 * @sent: TCP, by direction, once the session is UMBRA_SESSION_SYNS
 * @tags: SCTP, in place of @sent
 * @stray: all others, by direction, in place of @sent
 * @rcu: from kill to free, in place of @sent, @tags and @stray
 * @un: namespace it belongs to; outlives it
 * @id: unique in the namespace
 * @created: jiffies, all 64 bits
 * @rule: id of the rule row that let it in
 * @nat: id of the nat row that translates its source, or 0
 * @ports: whose port it has reserved, or NULL; the port is the reply half's dport
 * @mapping: in place of @ports, with UMBRA_SESSION_MAPPED
 * @packets_high: how often @packets began anew
 * @bytes_high: how often @bytes did
 * @syn: TCP: sequence number behind the client's SYN, the last one that was seen
 * @newcomer_seen: SCTP, in place of @syn: jiffies of the last packet with a umbra_half.newcomer
 * @reason: enum umbra_reason, why it began
 * @ended: enum umbra_reason, why it ended, once dying
 * @offer: TCP: the shift that the client's first SYN offers, or UMBRA_SCALE_NONE
 * @renewed: TCP: @syn is of another SYN than the first; SCTP: a newcomer has ended, and nothing
 *	with a tag of @tags.tag has come since
 * @window: the service's own enum umbra_window_setting, 0: the setting's
 * @silent: when it is cut, its ends are not told, says the policy that last judged it
 * @tries: while it is probed: how often it was
 * @heard: while it is probed: bits, the directions in which an answer came
 * @probes: the service's own enum umbra_probes_setting, 0: the setting's
 * @aborted: SCTP: an ABORT closed it
 *
 * The written line is full: what a TCP packet reads and writes of its session is there
 * and in one half, so that it touches no third line. What it would need of the cold one
 * it needs seldom: a counter's high part once in 65,536 packets or 4 GiB, @syn when there
 * is a SYN or a reset, @heard while it is probed.
 *
 * @sent, @tags, @stray and @rcu share their place. Only tracking touches the first three, under @lock
 * and after a look at @life; umbra_session_kill() sets that under @lock before it takes @rcu, and in
 * between umbra_tell_ends() reads them.
 */
struct umbra_session {
	struct umbra_half half[UMBRA_DIR_MAX];

	/* written by every packet */
	spinlock_t lock ____cacheline_aligned;
	u32 expires;
	u32 seen;
	u32 generation;
	u32 timeout;
	u8 state;
	u8 flags;
	u8 life;
	u8 scale;
	u16 packets[UMBRA_DIR_MAX];
	union {
		u16 win[UMBRA_DIR_MAX];
		u32 elder_seen;
	};
	u32 bytes[UMBRA_DIR_MAX];
	union {
		struct umbra_sent sent[UMBRA_DIR_MAX];
		struct umbra_tags tags;
		struct umbra_stray stray[UMBRA_DIR_MAX];
		struct rcu_head rcu;
	};

	/* cold */
	struct umbra_net *un ____cacheline_aligned;
	u64 id;
	u64 created;
	u32 rule;
	u32 nat;
	union {
		struct umbra_portmap *ports;
		struct umbra_mapping *mapping;
	};
	u32 packets_high[UMBRA_DIR_MAX];
	u32 bytes_high[UMBRA_DIR_MAX];
	union {
		u32 syn;
		u32 newcomer_seen;
	};
	u8 reason;
	u8 ended;
	u8 offer : 4;
	u8 renewed : 1;
	u8 window : 2;
	u8 silent : 1;
	u8 tries : 3;
	u8 heard : 2;
	u8 probes : 2;
	u8 aborted : 1;
};

#define UMBRA_SCALES_UNKNOWN	0xff	/* what a session has whose SYNs were not seen */

#define UMBRA_SESSION_SYN_ORIGINAL	0x01	/* TCP: SYN seen, by direction */
#define UMBRA_SESSION_SYN_REPLY		0x02
#define UMBRA_SESSION_FIN_ORIGINAL	0x04
#define UMBRA_SESSION_FIN_REPLY		0x08
#define UMBRA_SESSION_SYNS	(UMBRA_SESSION_SYN_ORIGINAL | UMBRA_SESSION_SYN_REPLY)
#define UMBRA_SESSION_FINS	(UMBRA_SESSION_FIN_ORIGINAL | UMBRA_SESSION_FIN_REPLY)
#define UMBRA_SESSION_ECHO_ORIGINAL	0x01	/* SCTP, by direction: its last COOKIE ECHO */
#define UMBRA_SESSION_ECHO_REPLY	0x02	/* was of umbra_tags.tag */
#define UMBRA_SESSION_ANEW_ORIGINAL	0x04	/* or of umbra_tags.init and .answer */
#define UMBRA_SESSION_ANEW_REPLY	0x08
#define UMBRA_SESSION_RELAY		0x10	/* an end is a tcp-relay's */
#define UMBRA_SESSION_MASQUERADE	0x20	/* ends with the address it was translated to */
#define UMBRA_SESSION_MAPPED		0x40	/* it has a reference to a mapping */
#define UMBRA_SESSION_NAT		0x80	/* @nat is not 0; for the packet path, next to @state */

static inline struct umbra_session *umbra_half_session(struct umbra_half *half)
{
	return container_of(half - half->dir, struct umbra_session, half[0]);
}

/* The other direction of its session. */
static inline const struct umbra_half *umbra_half_other(const struct umbra_half *half)
{
	return half + 1 - 2 * half->dir;
}

/**
 * umbra_session_new() - allocate a session
 * @un: namespace
 *
 * Context: any.
 * Return: a session that the caller owns, keys and policy fields not set; NULL
 * without memory.
 */
struct umbra_session *umbra_session_new(struct umbra_net *un);

/* Free a session that was never inserted. */
void umbra_session_free_new(struct umbra_session *s);

static inline bool umbra_session_expired(const struct umbra_session *s)
{
	return (s32)(READ_ONCE(s->expires) - (u32)jiffies) <= 0;
}

/**
 * struct umbra_counters - what passed in each direction
 * @packets: number
 * @bytes: from the network header on
 */
struct umbra_counters {
	u64 packets[UMBRA_DIR_MAX];
	u64 bytes[UMBRA_DIR_MAX];
};

/**
 * umbra_session_count() - one more packet
 * @s: session
 * @dir: direction of the packet
 * @bytes: of it
 *
 * Context: @s->lock held.
 */
static inline void umbra_session_count(struct umbra_session *s, enum umbra_dir dir, u32 bytes)
{
	lockdep_assert_held(&s->lock);
	if (unlikely(!++s->packets[dir]))
		s->packets_high[dir]++;
	s->bytes[dir] += bytes;
	if (unlikely(s->bytes[dir] < bytes))
		s->bytes_high[dir]++;
}

/**
 * umbra_session_counters() - the counters, whole
 * @s: session
 * @c: filled
 *
 * Context: any; takes @s->lock.
 */
void umbra_session_counters(struct umbra_session *s, struct umbra_counters *c);

/*
 * LIVE -> DYING, won by exactly one caller. @why: enum umbra_reason. Called by umbra_session_kill()
 * only. Context: any, rcu_read_lock() held.
 */
bool umbra_session_begin_to_die(struct umbra_session *s, u8 why);

/* A grace period later. It is dying, and in no table any more. Context: any. */
void umbra_session_free(struct umbra_session *s);

/**
 * umbra_session_expires_ms() - milliseconds until it expires, 0 when it has
 * @s: session
 *
 * Context: any.
 */
u64 umbra_session_expires_ms(const struct umbra_session *s);

int umbra_session_cache_init(void);
void umbra_session_cache_exit(void);

#endif
