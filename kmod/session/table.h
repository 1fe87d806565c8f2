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

/* Bit of an IPv4 key's hash: the source (address, then port) is the greater end. */
#define UMBRA_HASH_SIDE		(1U << 31)

#define UMBRA_STRIPES		64	/* locks; a key has the same lock in every array */

/**
 * struct umbra_session_table - the sessions of a namespace
 * @cur: array that inserts go to; read-mostly, packet path
 * @old: array being emptied into @cur, or NULL
 * @key: random key of the hash
 * @count: sessions that are live or about to be, kept by life/limit.c
 * @apart: number of sessions in the table that take two slots
 * @resizes: number of completed resizes
 * @epoch: changes whenever a walk may miss a session or see it twice: when the numbering of
 *	umbra_table_walk() changes, and when an entry moves. Its low bits count the
 *	changes under way. Use umbra_table_epoch() and umbra_table_is_epoch()
 * @stripe: @stripe[i] guards every bucket whose number is i modulo UMBRA_STRIPES,
 *	in @cur and @old alike
 * @stopping: no more resizes begin
 * @resize: the work that grows, empties and shrinks
 * @shrink: the work that queues @resize if the table is still too large after a while
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

/*
 * Each completed change adds this. The bits below it count the changes under way: at most two for
 * each stripe, and two for the resize, because a change may begin inside another one.
 */
#define UMBRA_EPOCH	256
static_assert(UMBRA_EPOCH > 2 * (UMBRA_STRIPES + 1));

int umbra_table_init(struct umbra_session_table *t);

/* After this no resize begins, so umbra_table_walk() visits every session. */
void umbra_table_stop(struct umbra_session_table *t);

/* After umbra_table_stop(); every session must have been killed. Context: process. */
void umbra_table_exit(struct umbra_session_table *t);

/**
 * umbra_table_find() - find the session half whose key equals @key
 * @t: table
 * @key: as on the wire
 *
 * Context: rcu_read_lock() held. Takes no lock, writes no shared line.
 * Return: a half of a session that was LIVE when looked at, or NULL.
 */
struct umbra_half *umbra_table_find(struct umbra_session_table *t, const struct umbra_key *key);

/* The same, and sets @hash, which a new session can use as its umbra_half.hash. */
struct umbra_half *umbra_table_find_hashing(struct umbra_session_table *t,
					    const struct umbra_key *key, u32 *hash);

/**
 * umbra_table_hash_of_answer() - hash of the key that answers another
 * @hash: hash of @key
 * @key: key
 * @answer: its inverse, umbra_key_invert(); its VRF may be another
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
 * umbra_table_expect() - prepare to insert a key later
 * @t: table
 * @half: half of a session in no table, with its key set; its hash gets set
 *
 * Begins to fetch the line that umbra_table_insert() would otherwise wait for.
 *
 * Context: rcu_read_lock() held.
 */
void umbra_table_expect(struct umbra_session_table *t, struct umbra_half *half);

/**
 * umbra_table_insert() - publish a session
 * @t: table
 * @s: session with both keys set
 *
 * Context: softirq or process with BH off, rcu_read_lock() held.
 * Return: 0; -EEXIST if a live session has either key; -ENOSPC if there is no slot (the table is
 * growing).
 */
int umbra_table_insert(struct umbra_session_table *t, struct umbra_session *s);

/* Unlink both keys. Only umbra_session_kill() calls it. */
void umbra_table_remove(struct umbra_session_table *t, struct umbra_session *s);

/**
 * umbra_table_walk() - visit sessions, starting from a remembered place
 * @t: table
 * @place: 0 to begin; set to the place at which the next call continues
 * @budget: buckets to visit at most
 * @fn: called once for each live session; non-zero stops, and the next call continues
 *	with the same bucket
 * @arg: for @fn
 *
 * A session may be seen twice or missed during a resize, or if it is moved to make room. A caller
 * to which that matters calls umbra_table_epoch() before the walk and umbra_table_is_epoch() after
 * it, and waits with umbra_table_settle() before it tries again.
 *
 * Context: takes rcu_read_lock() for the call; @fn may kill sessions.
 * Return: 1 at the end of the table, 0 when the budget is used up, else what
 * @fn returned.
 */
int umbra_table_walk(struct umbra_session_table *t, u32 *place, u32 budget,
		     int (*fn)(struct umbra_session *s, void *arg), void *arg);

/* Wait until the current resize is over, or has failed for lack of memory. Context: process. */
void umbra_table_settle(struct umbra_session_table *t);

/**
 * umbra_table_epoch() - get a number that shows whether entries move
 * @t: table
 *
 * Waits for changes under way, each of which is short and runs without preemption: see
 * umbra_table_change_begin().
 *
 * Context: any. With a stripe it could wait for itself.
 * Return: a number that only grows.
 */
static inline u32 umbra_table_epoch(const struct umbra_session_table *t)
{
	u32 epoch;

	/*
	 * Of two walks in a row, the first one's reads come first: pairs with smp_wmb() in
	 * umbra_table_change_begin(), as in umbra_table_is_epoch().
	 */
	smp_rmb();
	/* Pairs with the release in umbra_table_change_end(): what was changed is seen changed. */
	while ((epoch = atomic_read_acquire(&t->epoch)) % UMBRA_EPOCH)
		cpu_relax();
	return epoch;
}

/* Has no change begun since umbra_table_epoch() returned @epoch? */
static inline bool umbra_table_is_epoch(const struct umbra_session_table *t, u32 epoch)
{
	/* What the walk saw comes first: pairs with smp_wmb() in umbra_table_change_begin(). */
	smp_rmb();
	return (u32)atomic_read(&t->epoch) == epoch;
}

/* Number of buckets; 0 if the table was never initialised, as in a namespace without a policy. */
u32 umbra_table_buckets(struct umbra_session_table *t);

#endif
