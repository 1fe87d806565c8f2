/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions: one object, two keys.
 *
 * A session is one allowed flow. It has a key for each direction, as packets of that direction
 * arrive here. Both keys are in the session table and lead to the same object.
 *
 * Life, in four steps:
 *   umbra_session_new()   allocates it; the caller owns it, and it is in no table
 *   umbra_table_insert()  publishes it; from here on the table owns it
 *   umbra_session_kill()  changes LIVE to DYING under the session's lock; exactly one caller
 *                         wins, and unlinks the session from the table
 *   RCU grace period      passes, and then it is freed; readers never take a reference
 *
 * Sessions name policy by integers (rule id, generation) instead of pointers.
 */
#ifndef UMBRA_SESSION_H
#define UMBRA_SESSION_H

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

/*
 * A session is laid out in lines of this size on every machine. Processors with lines of 128 or 256
 * bytes exist; ____cacheline_aligned would make a session four times as large there.
 */
#define UMBRA_LINE	64

/**
 * struct umbra_half - one direction of a session; read-mostly, packet path
 * @key: as packets arrive
 * @adj: slot of the adjacency that this direction leaves by
 * @dir: which half this is
 * @translate: packets leave with other addresses: those of the other half, inverted
 * @hole: TCP: UMBRA_HOLE_*, what is known of the hole in front of @beyond; 0: nothing is missing
 * @adj_id: identifies the adjacency; if the slot has another one, @adj is stale
 * @iif: interface that packets arrive on; 0 if the firewall itself sends them
 * @oif: interface that packets leave by; 0 if the firewall itself receives them
 * @beyond: TCP: one past the highest number sent beyond a hole; 0 if there is no hole
 * @newcomer: SCTP, in place of @beyond: a second tag that packets may carry, or 0
 * @hash: hash of @key; set once it is in the table, before that 0 if not known
 *
 * @hole and @beyond are written under umbra_session.lock, and seldom: when packets are lost, or
 * overtake each other, before they come here (window.c); or when an association begins
 * again (track_sctp.c).
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
} __aligned(UMBRA_LINE);

/* One segment that was sent beyond the hole. Sixteen add up to UMBRA_HOLE_FILLED. */
#define UMBRA_HOLE_ONE		0x01
#define UMBRA_HOLE_FILLED	0x10	/* its front has come: acknowledgements may go beyond it */
#define UMBRA_HOLE_FIN		0x40	/* the last byte before umbra_half.beyond is a FIN */
#define UMBRA_HOLE_UNHEARD	0x80	/* picked up, and this direction has sent nothing yet */

#define UMBRA_LIVE	0
#define UMBRA_DYING	1

/**
 * struct umbra_sent - what is known of TCP's sequence numbers in one direction
 * @end: one past what it has sent without a hole; SYN and FIN count one each
 * @edge: one past the highest number that the other end has allowed: acknowledgement + window
 * @ack: the highest acknowledgement that it has sent, which is the next number that the other
 *	end should send; never more than the other's @end
 *
 * All are modulo 2^32. See window.c.
 */
struct umbra_sent {
	u32 end;
	u32 edge;
	u32 ack;
};

/**
 * struct umbra_tags - what is known of SCTP's verification tags
 * @tag: by direction: the tag of its packets, which is the other end's initiate tag; 0: not known
 * @init: by sender: the initiate tag of an INIT that may begin the association again, or 0
 * @answer: by sender of that INIT: the initiate tag of the INIT ACK that answered it, or 0. If
 *	@init is 0, the contents of the last heartbeat on a path that is UMBRA_STATE_UNREPLIED
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
 * @home: interface by which its first packets came; 0 until one has come by another
 * @since: jiffies since when all packets have come by another, never 0; or 0 if they have not
 * @all: umbra_session.packets at that time
 * @nr: number of packets by another interface since then
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
 * @expires: jiffies, low 32 bits; from then on the session is expired
 * @seen: jiffies of the last packet, low 32 bits
 * @generation: generation of the policy that last judged it
 * @timeout: the service's own idle timeout in seconds, 0: the setting's
 * @state: enum umbra_state
 * @flags: UMBRA_SESSION_*
 * @life: UMBRA_LIVE until umbra_session_kill() is won
 * @scale: TCP: shift of each direction's windows, 4 bits each, the client's low; or
 *	UMBRA_SCALES_UNKNOWN
 * @packets: by direction, low bits; umbra_session_counters() returns all bits
 * @win: TCP: the largest window of each direction, in units of 16 KiB
 * @elder_seen: SCTP, in place of @win, while there is a umbra_half.newcomer: jiffies of the last
 *	packet with a tag of @tags.tag
 * @bytes: by direction, from the network header on, low bits
 * @sent: TCP, by direction; valid from UMBRA_SESSION_SYNS on
 * @tags: SCTP, in place of @sent
 * @stray: all other protocols, by direction, in place of @sent
 * @rcu: from kill to free, in place of @sent, @tags and @stray
 * @un: its namespace, which outlives it
 * @id: unique in the namespace
 * @created: jiffies, all 64 bits
 * @rule: id of the rule row that allowed it
 * @nat: id of the nat row that translates its source, or 0
 * @ports: the port map in which it has a port, or NULL; the port is the reply half's dport
 * @mapping: its mapping, in place of @ports, if it is UMBRA_SESSION_MAPPED
 * @packets_high: how often @packets wrapped
 * @bytes_high: how often @bytes wrapped
 * @syn: TCP: the number after the client's SYN, of the last SYN that was seen
 * @newcomer_seen: SCTP, in place of @syn: jiffies of the last packet with a umbra_half.newcomer
 * @reason: enum umbra_reason, why it began
 * @ended: enum umbra_reason, why it ended; set once it is dying
 * @offer: TCP: the shift that the client's first SYN offers, or UMBRA_SCALE_NONE
 * @renewed: TCP: @syn is from another SYN than the first; SCTP: a newcomer has ended, and no
 *	packet with a tag of @tags.tag has come since
 * @tries: while it is probed: number of probes
 * @window: the service's own enum umbra_window_setting, 0: the setting's
 * @probes: the service's own enum umbra_probes_setting, 0: the setting's
 * @silent: the policy that last judged it says not to notify its ends if it is cut
 * @heard: while it is probed: bits, the directions in which an answer came
 * @aborted: SCTP: an ABORT closed it
 *
 * The written line is full. It has all that a TCP packet reads and writes of its session besides
 * one half, so that a packet touches no third line. Fields of the cold line are needed seldom: the
 * high part of a counter once in 65,536 packets or 4 GiB, @syn with a SYN or a reset, @heard while
 * the session is probed.
 *
 * @sent, @tags, @stray and @rcu share their memory. Only tracking touches the first three, under
 * @lock and after a look at @life. umbra_session_kill() sets @life under @lock before it uses @rcu,
 * and in between umbra_tell_ends() reads them.
 */
struct umbra_session {
	struct umbra_half half[UMBRA_DIR_MAX];

	/* written by every packet */
	spinlock_t lock __aligned(UMBRA_LINE);
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
	struct umbra_net *un __aligned(UMBRA_LINE);
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
	u8 tries : 3;
	u8 window : 2;		/* a byte that is written whole when the session opens */
	u8 probes : 2;
	u8 silent : 1;
	u8 heard : 2;
	u8 aborted : 1;
};

#define UMBRA_SCALES_UNKNOWN	0xff	/* the SYNs of the session were not seen */

#define UMBRA_SESSION_SYN_ORIGINAL	0x01	/* TCP: SYN seen, by direction */
#define UMBRA_SESSION_SYN_REPLY		0x02
#define UMBRA_SESSION_FIN_ORIGINAL	0x04
#define UMBRA_SESSION_FIN_REPLY		0x08
#define UMBRA_SESSION_SYNS	(UMBRA_SESSION_SYN_ORIGINAL | UMBRA_SESSION_SYN_REPLY)
#define UMBRA_SESSION_FINS	(UMBRA_SESSION_FIN_ORIGINAL | UMBRA_SESSION_FIN_REPLY)
#define UMBRA_SESSION_ECHO_ORIGINAL	0x01	/* SCTP, by direction: its last COOKIE ECHO */
#define UMBRA_SESSION_ECHO_REPLY	0x02	/* had the tag umbra_tags.tag */
#define UMBRA_SESSION_ANEW_ORIGINAL	0x04	/* SCTP, by direction: its last COOKIE ECHO */
#define UMBRA_SESSION_ANEW_REPLY	0x08	/* had the tag .answer (struct umbra_tags) */
#define UMBRA_SESSION_RELAY		0x10	/* one end is a socket of a tcp-relay */
#define UMBRA_SESSION_MASQUERADE	0x20	/* ends with the address it was translated to */
#define UMBRA_SESSION_MAPPED		0x40	/* it has a reference to a mapping */
#define UMBRA_SESSION_NAT		0x80	/* @nat, on the cold line, is not 0 */

static inline struct umbra_session *umbra_half_session(struct umbra_half *half)
{
	return container_of(half - half->dir, struct umbra_session, half[0]);
}

/* The same for a half that is only read. */
static inline const struct umbra_session *umbra_half_session_const(const struct umbra_half *half)
{
	return container_of(half - half->dir, const struct umbra_session, half[0]);
}

/* The other direction of the half's session. */
static inline const struct umbra_half *umbra_half_other(const struct umbra_half *half)
{
	return half + 1 - 2 * half->dir;
}

/**
 * umbra_session_new() - allocate a session
 * @un: namespace
 *
 * Context: any.
 * Return: a session that the caller owns, with keys and policy fields not set; NULL
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
 * struct umbra_counters - packets and bytes that passed in each direction
 * @packets: number of packets
 * @bytes: number of bytes, from the network header on
 */
struct umbra_counters {
	u64 packets[UMBRA_DIR_MAX];
	u64 bytes[UMBRA_DIR_MAX];
};

/**
 * umbra_session_count() - count one more packet
 * @s: session
 * @dir: direction of the packet
 * @bytes: length of the packet
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
 * umbra_session_counters() - read the counters with all their bits
 * @s: session
 * @c: set to the counters
 *
 * Context: any; takes @s->lock.
 */
void umbra_session_counters(struct umbra_session *s, struct umbra_counters *c);

/*
 * Changes LIVE to DYING; exactly one caller wins. @why: enum umbra_reason. Called by
 * umbra_session_kill() only. Context: any, rcu_read_lock() held.
 */
bool umbra_session_begin_to_die(struct umbra_session *s, u8 why);

/* Free a dying session, which is in no table, after a grace period. Context: any. */
void umbra_session_free(struct umbra_session *s);

/**
 * umbra_session_expires_ms() - milliseconds until a session expires, 0 if it has expired
 * @s: session
 *
 * Context: any.
 */
u64 umbra_session_expires_ms(const struct umbra_session *s);

int umbra_session_cache_init(void);
void umbra_session_cache_exit(void);

#endif
