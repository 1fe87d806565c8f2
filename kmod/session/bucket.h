/* SPDX-License-Identifier: GPL-2.0 */
/* Buckets of the session table, for the table's own files. The comment in table.c explains them. */
#ifndef UMBRA_TABLE_BUCKET_H
#define UMBRA_TABLE_BUCKET_H

#include <linux/bitops.h>
#include <linux/preempt.h>

#include "session/table.h"
#include "under_rcu.h"

#define UMBRA_SLOTS		6

/*
 * An entry is the address of a half; or of both halves of a session, if their hashes differ only in
 * the side. In that case the low bits of the address say which half has which side, so a look-up
 * touches only the half that it wants.
 */
struct umbra_entry;

#define UMBRA_ENTRY_BOTH	1UL	/* the address is half[0], and stands for half[1], too */
#define UMBRA_ENTRY_TURNED	2UL	/* of both, half[0] is the one with the side set */
#define UMBRA_ENTRY_BITS	(UMBRA_ENTRY_BOTH | UMBRA_ENTRY_TURNED)

/**
 * struct umbra_bucket - one cache line
 * @tag: bits of the hash, to skip most keys that differ; 0 for an empty slot
 * @away: number of entries whose home this is and that sit in their second bucket
 * @tags: all of @tag, to compare four at a time; on 32-bit machines they are read in two
 *	pieces, and a single tag is never torn
 * @entry: an entry or NULL; written under the stripe, read under RCU
 */
struct umbra_bucket {
	union {
		struct {
			u16 tag[UMBRA_SLOTS];
			u16 away;
		};
		u64 tags[2];
	};
	struct umbra_entry __rcu *entry[UMBRA_SLOTS];
} __aligned(64);

static_assert(sizeof(struct umbra_bucket) == 64);

/**
 * struct umbra_buckets - an array of buckets
 * @mask: number of buckets, less 1
 * @least: with fewer entries the array is too large
 * @most: with more entries it is too small
 * @rcu: to free it after a resize
 * @bucket: the buckets
 */
struct umbra_buckets {
	u32 mask;
	u32 least;
	u32 most;
	struct rcu_head rcu;
	struct umbra_bucket bucket[];
};

static inline bool umbra_key_side(const struct umbra_key *key)
{
	u64 src = (u64)(__force u32)key->src.s6_addr32[0] << 16 | (__force u16)key->sport;
	u64 dst = (u64)(__force u32)key->dst.s6_addr32[0] << 16 | (__force u16)key->dport;

	return src > dst;
}

/*
 * An IPv4 key is hashed without its zeros: two words of input instead of five. The lesser end comes
 * first, so the key of the answers has the same hash except for UMBRA_HASH_SIDE.
 */
static inline u32 umbra_key_hash_v4(const struct umbra_session_table *t,
				    const struct umbra_key *key)
{
	const u32 *word = (const u32 *)key;
	bool side = umbra_key_side(key);
	u32 hash;

	static_assert(offsetof(struct umbra_key, dst) == 16);
	static_assert(offsetof(struct umbra_key, sport) == 32);
	hash = hsiphash_4u32(word[side ? 4 : 0], word[side ? 0 : 4],
			     side ? ror32(word[8], 16) : word[8], word[9], &t->key);
	return (hash & ~UMBRA_HASH_SIDE) | (side ? UMBRA_HASH_SIDE : 0);
}

static inline u32 umbra_key_hash(const struct umbra_session_table *t, const struct umbra_key *key)
{
	return key->family == AF_INET ? umbra_key_hash_v4(t, key) :
					hsiphash(key, sizeof(*key), &t->key);
}

static inline bool umbra_hash_side(u32 hash)
{
	return hash & UMBRA_HASH_SIDE;
}

/* The tag is the same for both sides. */
static inline u16 umbra_hash_tag(u32 hash)
{
	return (hash & ~UMBRA_HASH_SIDE) >> 16;
}

static inline u32 umbra_home(const struct umbra_buckets *b, u32 hash)
{
	return hash & b->mask;
}

/* Differs from the home in the bits above the stripe's, so both have the same stripe. */
static inline u32 umbra_second(const struct umbra_buckets *b, u32 hash)
{
	u32 mix = (umbra_hash_tag(hash) * 0x9e3779b1U >> 8) | 1;

	return (hash ^ (mix * UMBRA_STRIPES)) & b->mask;
}

/*
 * Begin and end a change of which a walk could see one half: an entry is put into its new place
 * before it is cleared from the former one, and arrays are exchanged by two stores.
 *
 * A walk that began before the end of the change took its epoch before the beginning, because
 * umbra_table_epoch() waits in between. If it sees any store of the change, umbra_table_is_epoch()
 * shows it that a change has begun. If it sees none of the stores, it saw the table as it was
 * before. A walk that begins after the end sees all of them.
 *
 * Context: preemption is off in between, because umbra_table_epoch() must not wait for a task that
 * cannot run.
 */
static inline void umbra_table_change_begin(struct umbra_session_table *t)
{
	preempt_disable();
	atomic_inc(&t->epoch);
	/*
	 * It has begun before any of its stores is seen: pairs with smp_rmb() in
	 * umbra_table_epoch() and in umbra_table_is_epoch().
	 */
	smp_wmb();
}

static inline void umbra_table_change_end(struct umbra_session_table *t)
{
	/* Who sees its end sees its stores: pairs with the acquire in umbra_table_epoch(). */
	(void)atomic_fetch_add_release(UMBRA_EPOCH - 1, &t->epoch);
	preempt_enable();
}

/* Number of slots that are taken or about to be taken. */
static inline u32 umbra_table_entries(const struct umbra_session_table *t)
{
	return atomic_read(&t->count) + atomic_read(&t->apart);
}

static inline spinlock_t *umbra_stripe(struct umbra_session_table *t, u32 hash)
{
	return &t->stripe[hash & (UMBRA_STRIPES - 1)];
}

static inline struct umbra_entry *umbra_entry_of_half(struct umbra_half *half)
{
	return (struct umbra_entry *)half;
}

/* Do both keys of a session share a slot? Both hashes must be known. */
static inline bool umbra_session_is_mirrored(const struct umbra_session *s)
{
	return (s->half[0].hash ^ s->half[1].hash) == UMBRA_HASH_SIDE;
}

static inline struct umbra_entry *umbra_entry_of_both(struct umbra_session *s)
{
	unsigned long bits = UMBRA_ENTRY_BOTH;

	static_assert(__alignof__(struct umbra_half) > UMBRA_ENTRY_BITS);
	if (umbra_hash_side(s->half[0].hash))
		bits |= UMBRA_ENTRY_TURNED;
	return (struct umbra_entry *)((unsigned long)&s->half[0] | bits);
}

/* The half of an entry that may have a key whose hash has this side. */
static inline struct umbra_half *umbra_entry_half(const struct umbra_entry *e, bool side)
{
	unsigned long bits = (unsigned long)e & UMBRA_ENTRY_BITS;
	struct umbra_half *half = (struct umbra_half *)((unsigned long)e & ~UMBRA_ENTRY_BITS);

	if (!(bits & UMBRA_ENTRY_BOTH))
		return half;
	return half + (side != !!(bits & UMBRA_ENTRY_TURNED));
}

/* The hash of either half; both lead to the same slot. */
static inline u32 umbra_entry_hash(const struct umbra_entry *e)
{
	return umbra_entry_half(e, false)->hash;
}

/* The session of an entry; NULL for the second entry of a session, so that it counts once. */
static inline struct umbra_session *umbra_entry_session(const struct umbra_entry *e)
{
	struct umbra_half *half = umbra_entry_half(e, false);

	if (!((unsigned long)e & UMBRA_ENTRY_BOTH) && half->dir != UMBRA_DIR_ORIGINAL)
		return NULL;
	return umbra_half_session(half);
}

/* A dying session does not count, because its successor with the same key may be beside it. */
static inline bool umbra_half_is(const struct umbra_half *half, const struct umbra_key *key)
{
	return umbra_key_equal(&half->key, key) &&
	       READ_ONCE(umbra_half_session_const(half)->life) == UMBRA_LIVE;
}

/* The position of the n-th of four tags in their word. */
#ifdef __BIG_ENDIAN
#define UMBRA_LANE(n)	(3 - (n))
#else
#define UMBRA_LANE(n)	(n)
#endif
#define UMBRA_LANE_BIT(n)	(1ULL << (16 * UMBRA_LANE(n)))
#define UMBRA_LANES_TWO		(UMBRA_LANE_BIT(0) | UMBRA_LANE_BIT(1))
#define UMBRA_LANES_FOUR	(UMBRA_LANES_TWO | UMBRA_LANE_BIT(2) | UMBRA_LANE_BIT(3))

/*
 * Compares four tags with the one in all lanes of @tag, and sets the highest bit of each lane that
 * is equal. The lane next to an equal one may get its bit, too, if it differs in the lowest bit
 * only. Comparing the keys sorts that out.
 */
static inline u64 umbra_lanes_equal(u64 four, u64 tag)
{
	u64 differ = four ^ tag;

	return (differ - UMBRA_LANES_FOUR) & ~differ & UMBRA_LANES_FOUR << 15;
}

/* A bit for each slot that may have a key with this hash; see umbra_slot_of(). */
static inline u64 umbra_bucket_slots(const struct umbra_bucket *bk, u32 hash)
{
	u64 tag = umbra_hash_tag(hash) * UMBRA_LANES_FOUR;
	u64 first = umbra_lanes_equal(READ_ONCE(bk->tags[0]), tag);
	u64 rest = umbra_lanes_equal(READ_ONCE(bk->tags[1]), tag) & UMBRA_LANES_TWO << 15;

	return first >> 15 | rest >> 14;
}

/* The slot of the lowest bit of @slots, which is not 0. */
static inline u32 umbra_slot_of(u64 slots)
{
	u32 bit = __ffs64(slots);

	static_assert(UMBRA_SLOTS == 6);
	return UMBRA_LANE(bit / 16) + bit % 16 * 4;
}

#define umbra_for_each_slot(slots, bk, hash)				\
	for ((slots) = umbra_bucket_slots(bk, hash); (slots); (slots) &= (slots) - 1)

static inline struct umbra_half *umbra_bucket_find(const struct umbra_bucket *bk, u32 hash,
						   const struct umbra_key *key)
{
	const struct umbra_entry *e;
	struct umbra_half *half;
	u64 slots;

	umbra_for_each_slot(slots, bk, hash) {
		e = rcu_dereference(bk->entry[umbra_slot_of(slots)]);
		if (!e)
			continue;
		half = umbra_entry_half(e, umbra_hash_side(hash));
		if (umbra_half_is(half, key))
			return half;
	}
	return NULL;
}

/* Does another session have either key of @s, which is mirrored? */
static inline bool umbra_bucket_has_either(const struct umbra_bucket *bk,
					   const struct umbra_session *s)
{
	const struct umbra_half *a = &s->half[0], *b = &s->half[1];
	const struct umbra_entry *e;
	u64 slots;

	umbra_for_each_slot(slots, bk, a->hash) {
		e = rcu_dereference(bk->entry[umbra_slot_of(slots)]);
		if (e && (umbra_half_is(umbra_entry_half(e, umbra_hash_side(a->hash)), &a->key) ||
			  umbra_half_is(umbra_entry_half(e, umbra_hash_side(b->hash)), &b->key)))
			return true;
	}
	return false;
}

static __always_inline struct umbra_half *umbra_buckets_find(const struct umbra_buckets *b,
							     u32 hash,
							     const struct umbra_key *key)
{
	const struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];
	struct umbra_half *half;

	half = umbra_bucket_find(home, hash, key);
	if (half)
		return half;
	smp_rmb();	/* missing at home, so seen away: pairs with smp_wmb() in move_to_second() */
	if (unlikely(READ_ONCE(home->away)))
		half = umbra_bucket_find(&b->bucket[umbra_second(b, hash)], hash, key);
	return half;
}

/**
 * umbra_buckets_put() - put an entry into an array
 * @t: table, to count the change if an entry has to move
 * @b: array
 * @hash: hash of the entry's key
 * @e: entry
 *
 * Context: the entry's stripe is held.
 * Return: false if there is no room.
 */
bool umbra_buckets_put(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
		       struct umbra_entry *e);

/* Take an entry out. Return: false if it is not there. Context: its stripe is held. */
bool umbra_buckets_clear(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
			 const struct umbra_entry *e);

/*
 * Clear a slot of bucket @nr, which is the home or the second bucket of @hash. Context: its stripe
 * is held.
 */
void umbra_buckets_clear_slot(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
			      u32 nr, int slot);

/* The rest of umbra_table_ask_resize(), for when the array does not suit. */
void __umbra_table_ask_resize(struct umbra_session_table *t, bool grow);

/*
 * Start to grow or shrink the table if necessary. @cur: the array that entries are put into.
 * Context: rcu_read_lock() held, which keeps @cur.
 */
static inline void umbra_table_ask_resize(struct umbra_session_table *t,
					  const struct umbra_buckets *cur)
{
	u32 entries = umbra_table_entries(t);

	umbra_assert_rcu();
	if (unlikely(entries > cur->most || entries < cur->least))
		__umbra_table_ask_resize(t, entries > cur->most);
}

#endif
