/* SPDX-License-Identifier: GPL-2.0 */
/* Buckets of the session table: its own files only. The essay is in table.c. */
#ifndef UMBRA_TABLE_BUCKET_H
#define UMBRA_TABLE_BUCKET_H

#include "table.h"

#define UMBRA_SLOTS		6

/**
 * struct umbra_bucket - one cache line
 * @tag: bits of the hash, to skip most keys that differ
 * @away: halves at home here that sit in their second bucket
 * @half: NULL or a half; written under the stripe, read under RCU
 */
struct umbra_bucket {
	u16 tag[UMBRA_SLOTS];
	u16 away;
	struct umbra_half __rcu *half[UMBRA_SLOTS];
} __aligned(64);

static_assert(sizeof(struct umbra_bucket) == 64);

struct umbra_buckets {
	u32 mask;
	struct rcu_head rcu;
	struct umbra_bucket bucket[];
};

/* IPv4 is hashed without its zeros: two words of input in place of five. */
static inline u32 umbra_key_hash(const struct umbra_session_table *t, const struct umbra_key *key)
{
	const u32 *word = (const u32 *)key;

	static_assert(offsetof(struct umbra_key, dst) == 16);
	static_assert(offsetof(struct umbra_key, sport) == 32);
	if (key->family == AF_INET)
		return hsiphash_4u32(word[0], word[4], word[8], word[9], &t->key);
	return hsiphash(key, sizeof(*key), &t->key);
}

static inline u16 umbra_hash_tag(u32 hash)
{
	return hash >> 16;
}

static inline u32 umbra_home(const struct umbra_buckets *b, u32 hash)
{
	return hash & b->mask;
}

/* Differs from the home above the stripe's bits, if there are any above. */
static inline u32 umbra_second(const struct umbra_buckets *b, u32 hash)
{
	u32 mix = (umbra_hash_tag(hash) * 0x9e3779b1U >> 8) | 1;

	return (hash ^ (mix * UMBRA_STRIPES)) & b->mask;
}

static inline spinlock_t *umbra_stripe(struct umbra_session_table *t, u32 hash)
{
	return &t->stripe[hash & (UMBRA_STRIPES - 1)];
}

static inline struct umbra_half *umbra_bucket_find(const struct umbra_bucket *bk, u16 tag,
				      const struct umbra_key *key)
{
	struct umbra_half *half;
	int i;

	for (i = 0; i < UMBRA_SLOTS; i++) {
		if (READ_ONCE(bk->tag[i]) != tag)
			continue;
		half = rcu_dereference(bk->half[i]);
		/* Beside a dying one there may be its successor. */
		if (half && umbra_key_equal(&half->key, key) &&
		    READ_ONCE(umbra_half_session(half)->life) == UMBRA_LIVE)
			return half;
	}
	return NULL;
}

static inline struct umbra_half *umbra_buckets_find(const struct umbra_buckets *b, u32 hash,
				       const struct umbra_key *key)
{
	const struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];
	struct umbra_half *half;

	half = umbra_bucket_find(home, umbra_hash_tag(hash), key);
	if (half)
		return half;
	smp_rmb();	/* pairs with smp_wmb() in move_out() */
	if (unlikely(READ_ONCE(home->away)))
		half = umbra_bucket_find(&b->bucket[umbra_second(b, hash)], umbra_hash_tag(hash), key);
	return half;
}

/**
 * umbra_buckets_put() - put a half into an array
 * @t: table, for the hash of those that make room
 * @b: array
 * @hash: of the half's key
 * @half: half
 *
 * Context: the half's stripe is held.
 * Return: false if there is no room.
 */
bool umbra_buckets_put(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
		       struct umbra_half *half);

/* Take a half out. Return: false if it is not there. Context: its stripe is held. */
bool umbra_buckets_clear(struct umbra_buckets *b, u32 hash, const struct umbra_half *half);

/* Begin to grow or shrink if the load asks for it. Context: any. */
void umbra_table_ask_resize(struct umbra_session_table *t);

#endif
