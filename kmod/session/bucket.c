// SPDX-License-Identifier: GPL-2.0
/* Buckets: puts entries in and takes them out. Look-ups are inline, in the header. */
#include "session/bucket.h"

#include <linux/rcupdate.h>

static bool bucket_put(struct umbra_bucket *bk, u16 tag, struct umbra_entry *e)
{
	int i;

	for (i = 0; i < UMBRA_SLOTS; i++) {
		if (rcu_access_pointer(bk->entry[i]))
			continue;
		WRITE_ONCE(bk->tag[i], tag);
		rcu_assign_pointer(bk->entry[i], e);
		return true;
	}
	return false;
}

/* Return: the slot of an entry, or -1. */
static int bucket_slot(const struct umbra_bucket *bk, const struct umbra_entry *e)
{
	int i;

	for (i = 0; i < UMBRA_SLOTS; i++)
		if (rcu_access_pointer(bk->entry[i]) == e)
			return i;
	return -1;
}

/* The tag is cleared, too, so that a new session with the same key does not look into the slot. */
static void bucket_clear(struct umbra_bucket *bk, int slot)
{
	RCU_INIT_POINTER(bk->entry[slot], NULL);
	WRITE_ONCE(bk->tag[slot], 0);
}

static bool put_second(struct umbra_buckets *b, u32 hash, struct umbra_entry *e)
{
	struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];

	if (!bucket_put(&b->bucket[umbra_second(b, hash)], umbra_hash_tag(hash), e))
		return false;
	WRITE_ONCE(home->away, home->away + 1);
	return true;
}

/* Return: true if there was room in the second bucket. */
static bool move_to_second(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
			   struct umbra_entry *e, int slot)
{
	bool moved;

	umbra_table_change_begin(t);
	moved = put_second(b, hash, e);
	if (moved) {
		/* Away before it is missing at home: pairs with umbra_buckets_find(). */
		smp_wmb();
		bucket_clear(&b->bucket[umbra_home(b, hash)], slot);
	}
	umbra_table_change_end(t);
	return moved;
}

/* Make room in a full bucket: move an entry whose home it is to its second bucket. */
static bool move_out(struct umbra_session_table *t, struct umbra_buckets *b, u32 home)
{
	struct umbra_bucket *bk = &b->bucket[home];
	struct umbra_entry *e;
	u32 hash;
	int i;

	for (i = 0; i < UMBRA_SLOTS; i++) {
		e = rcu_dereference_protected(bk->entry[i],
					      lockdep_is_held(umbra_stripe(t, home)));
		if (!e)
			return true;
		hash = umbra_entry_hash(e);
		if (umbra_home(b, hash) == home && move_to_second(t, b, hash, e, i))
			return true;
	}
	return false;
}

/* Put an entry whose home is full. */
static noinline bool put_away(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
			      struct umbra_entry *e)
{
	struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];

	return put_second(b, hash, e) || (move_out(t, b, umbra_home(b, hash)) &&
					  bucket_put(home, umbra_hash_tag(hash), e));
}

bool umbra_buckets_put(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
		       struct umbra_entry *e)
{
	struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];

	lockdep_assert_held(umbra_stripe(t, hash));
	return bucket_put(home, umbra_hash_tag(hash), e) || put_away(t, b, hash, e);
}

void umbra_buckets_clear_slot(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
			      u32 nr, int slot)
{
	struct umbra_bucket *home = &b->bucket[umbra_home(b, hash)];

	lockdep_assert_held(umbra_stripe(t, hash));
	bucket_clear(&b->bucket[nr], slot);
	if (unlikely(home != &b->bucket[nr]))
		WRITE_ONCE(home->away, home->away - 1);
}

bool umbra_buckets_clear(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
			 const struct umbra_entry *e)
{
	u32 nr = umbra_home(b, hash);
	int slot = bucket_slot(&b->bucket[nr], e);

	lockdep_assert_held(umbra_stripe(t, hash));
	if (slot < 0 && b->bucket[nr].away) {
		nr = umbra_second(b, hash);
		slot = bucket_slot(&b->bucket[nr], e);
	}
	if (slot < 0)
		return false;
	umbra_buckets_clear_slot(t, b, hash, nr, slot);
	return true;
}
