/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Session table of one namespace. See table.c for layout, locks and growth.
 */
#ifndef UMBRA_TABLE_H
#define UMBRA_TABLE_H

#include <linux/atomic.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "session/session.h"

struct umbra_buckets;

/* Of an IPv4 key's hash: its source, with the port, is the greater end. */
#define UMBRA_HASH_SIDE		(1U << 31)

#define UMBRA_STRIPES		64	/* locks; a key has the same one in every array */

/**
 * struct umbra_session_table - the sessions of a namespace
 * @cur: array that inserts go to; read-mostly, packet path
 * @old: array being emptied into @cur, or NULL
 * @key: of the hash, random
 * @count: live sessions and those about to be, kept by life/limit.c
 * @apart: of the sessions in the table, those that take two slots
 * @resizes: completed
 * @epoch: changes whenever a walk may miss a session or see it twice: when the numbering of
 *	umbra_table_walk() changes, and when an entry gets another place; its low bits count the
 *	changes under way. By umbra_table_epoch() and umbra_table_is_epoch()
 * @stripe: @stripe[i] guards every bucket whose number is i modulo UMBRA_STRIPES,
 *	in @cur and @old alike
 * @stopping: no more resizes
 * @resize: the work that grows, empties and shrinks
 * @shrink: asks for @resize if the table is still too large after a while
 */
struct umbra_session_table {
	struct umbra_buckets __rcu *cur;
	struct umbra_buckets __rcu *old;
	hsiphash_key_t key;
	atomic_t count ____cacheline_aligned;
	atomic_t apart;
	u32 resizes;
	atomic_t epoch;
	spinlock_t *stripe;
	struct delayed_work resize;
	struct delayed_work shrink;
	bool stopping;
};

/* One more change; below it is room for those under way: one for each stripe, and the resize's. */
#define UMBRA_EPOCH	256
static_assert(UMBRA_EPOCH > 2 * (UMBRA_STRIPES + 1));	/* a change may be within another */

int umbra_table_init(struct umbra_session_table *t);

/* No more resizes: what umbra_table_walk() visits from now on is complete. */
void umbra_table_stop(struct umbra_session_table *t);

/* After umbra_table_stop(); every session must have been killed. Context: process. */
void umbra_table_exit(struct umbra_session_table *t);

/**
 * umbra_table_find() - session half whose key equals @key
 * @t: table
 * @key: as on the wire
 *
 * Context: rcu_read_lock() held. Takes no lock, writes no shared line.
 * Return: the half, of a session that was LIVE when looked at, or NULL.
 */
struct umbra_half *umbra_table_find(struct umbra_session_table *t, const struct umbra_key *key);

/* The same, and sets @hash for a session that is to be inserted: umbra_half.hash. */
struct umbra_half *umbra_table_find_hashing(struct umbra_session_table *t,
					    const struct umbra_key *key, u32 *hash);

/**
 * umbra_table_hash_of_answer() - hash of the key that answers another
 * @hash: of @key
 * @key: key
 * @answer: its inverse, umbra_key_invert(); of its VRF, or another
 *
 * Return: umbra_half.hash for @answer, or 0 if it has to be computed.
 */
static inline u32 umbra_table_hash_of_answer(u32 hash, const struct umbra_key *key,
					     const struct umbra_key *answer)
{
	bool ports = key->proto == IPPROTO_TCP || umbra_key_is_udp(key);
	bool sides = key->src.s6_addr32[0] != key->dst.s6_addr32[0] || key->sport != key->dport;

	return ports && sides && key->family == AF_INET && key->vrf == answer->vrf ?
	       hash ^ UMBRA_HASH_SIDE : 0;
}

/**
 * umbra_table_expect() - a key is about to be inserted, but not yet
 * @t: table
 * @half: of a session in no table, its key set; gets its hash
 *
 * Begins to fetch the line that umbra_table_insert() then waits for.
 *
 * Context: rcu_read_lock() held.
 */
void umbra_table_expect(struct umbra_session_table *t, struct umbra_half *half);

/**
 * umbra_table_insert() - publish a session
 * @t: table
 * @s: session, both keys set
 *
 * Context: softirq or process with BH off, rcu_read_lock() held.
 * Return: 0; -EEXIST when a live session has either key; -ENOSPC when there is no slot (the table is growing).
 */
int umbra_table_insert(struct umbra_session_table *t, struct umbra_session *s);

/* Unlink both keys. Only umbra_session_kill() calls it. */
void umbra_table_remove(struct umbra_session_table *t, struct umbra_session *s);

/**
 * umbra_table_walk() - visit sessions from a remembered place on
 * @t: table
 * @place: 0 to begin; where to go on afterwards
 * @budget: buckets to visit at most
 * @fn: called for each live session once; non-zero stops, and the walk goes on
 *	with that same bucket next time
 * @arg: for @fn
 *
 * A resize makes sessions seen twice or not at all, and so does one that is moved to make room. A
 * caller that cares asks umbra_table_epoch() before the walk and umbra_table_is_epoch() after it,
 * and waits with umbra_table_settle() before it tries again.
 *
 * Context: takes rcu_read_lock() for the call; @fn may kill.
 * Return: 1 at the end of the table, 0 when the budget is used up, else what
 * @fn returned.
 */
int umbra_table_walk(struct umbra_session_table *t, u32 *place, u32 budget,
		     int (*fn)(struct umbra_session *s, void *arg), void *arg);

/* Wait until a resize that is under way is over, or has no memory. Context: process. */
void umbra_table_settle(struct umbra_session_table *t);

/**
 * umbra_table_epoch() - which entries are where
 * @t: table
 *
 * Waits for changes under way, each of which is short and without preemption: see
 * umbra_table_change_begin().
 *
 * Context: any but where a stripe is held.
 * Return: a number that only grows.
 */
static inline u32 umbra_table_epoch(const struct umbra_session_table *t)
{
	u32 epoch;

	smp_rmb();	/* of two walks, the first one's reads: as in umbra_table_is_epoch() */
	/* Pairs with the release in umbra_table_change_end(): what was changed is seen changed. */
	while ((epoch = atomic_read_acquire(&t->epoch)) % UMBRA_EPOCH)
		cpu_relax();
	return epoch;
}

/* Has nothing changed, or begun to, since umbra_table_epoch() returned @epoch? */
static inline bool umbra_table_is_epoch(const struct umbra_session_table *t, u32 epoch)
{
	/* What the walk saw comes first: pairs with smp_wmb() in umbra_table_change_begin(). */
	smp_rmb();
	return (u32)atomic_read(&t->epoch) == epoch;
}

/* 0 for a table that was never initialised, as in a namespace without a policy. */
u32 umbra_table_buckets(struct umbra_session_table *t);

#endif
