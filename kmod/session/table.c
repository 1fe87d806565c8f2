// SPDX-License-Identifier: GPL-2.0
/*
 * Session table
 *
 * Layout. The table is an array of 64-byte buckets, a power of two of them. A bucket has six slots
 * of (tag, entry). An entry is the address of a struct umbra_half, or of both halves of a session,
 * see below. A key may be in either of two buckets: its home, or its second one if the home is
 * full. A reader looks into the second bucket only if the home says that one of its entries is
 * away. If both are full, one entry of the home bucket moves to its own second bucket: one that
 * has this bucket as its home. The table grows when it is half full, because up to that load less
 * than one insert in 10^6 finds no slot. A small table grows when it is a third full.
 *
 * The hash has a random key (HalfSipHash or SipHash-1-3), because its input comes from the wire.
 * The two ends of an IPv4 flow are hashed in the order of their numbers, and one bit of the hash,
 * the side, says which of them sends. So the two keys of a session that is not translated have the
 * same home and the same tag, and share a slot. A packet and its answer touch one line, and there
 * is one place to write when the session begins or ends, or the table grows.
 *
 * Locks. There are UMBRA_STRIPES spinlocks. The low bits of a key's hash choose the stripe, and the
 * low bits of a bucket's number are the same bits in every array and for both choices. So a
 * key's one stripe guards all buckets that it may be in, both in the array in use and in the one
 * being emptied. Two stripes are taken in ascending order. Readers take none.
 *
 * Growth. A work allocates the new array, publishes it as @cur with the former one as @old, and
 * waits for a grace period. From then on all readers look into both, and all writers put
 * into @cur. The work moves one bucket after the other under its stripe. It puts an entry into
 * @cur before it clears it from @old, and readers look into @old first. So a reader that misses the
 * entry in @old finds it in @cur. @old is freed after a grace period.
 *
 * A reader may still see a session that was cleared from its bucket, until the grace period after
 * umbra_session_kill() ends. Therefore it checks umbra_session.life.
 */
#include <linux/bottom_half.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>

#include "session/bucket.h"
#include "under_rcu.h"

/* Both arrays, as read at one time. */
struct arrays {
	struct umbra_buckets *cur;
	struct umbra_buckets *old;
};

/*
 * Two acquires. The first: @cur is read before @old is. A reader that saw no @old and then a new
 * @cur would miss what is still in the array before that. The second: a reader that sees that
 * @old is gone reads @cur's buckets afterwards. rcu_dereference() is not enough, because it orders
 * only what is read through the pointer, and nothing is read through NULL.
 */
static struct arrays arrays_of(const struct umbra_session_table *t)
{
	struct arrays a;

	umbra_assert_rcu();
	/* Pairs with the release in resize_begin(). */
	a.cur = unrcu_pointer(smp_load_acquire(&t->cur));
	/* Pairs with the release in forget_old(). */
	a.old = unrcu_pointer(smp_load_acquire(&t->old));
	return a;
}

/* Look-up while the table is resized. */
static noinline struct umbra_half *find_in_both(struct arrays a, u32 hash,
						const struct umbra_key *key)
{
	struct umbra_half *half = umbra_buckets_find(a.old, hash, key);

	if (half)
		return half;
	/* Pairs with smp_wmb() in move_entry(): missing in @old, so present in @cur. */
	smp_rmb();
	return umbra_buckets_find(a.cur, hash, key);
}

static __always_inline struct umbra_half *find_hashed(struct arrays a, u32 hash,
						      const struct umbra_key *key)
{
	return unlikely(a.old) ? find_in_both(a, hash, key) : umbra_buckets_find(a.cur, hash, key);
}

struct umbra_half *umbra_table_find_hashing(struct umbra_session_table *t,
					    const struct umbra_key *key, u32 *hash)
{
	umbra_assert_rcu();
	*hash = umbra_key_hash(t, key);
	return find_hashed(arrays_of(t), *hash, key);
}

struct umbra_half *umbra_table_find(struct umbra_session_table *t, const struct umbra_key *key)
{
	u32 hash;

	umbra_assert_rcu();
	return umbra_table_find_hashing(t, key, &hash);
}

/* Lock the second of two stripes, which may be the same as the first. */
static void lock_second(spinlock_t *a, spinlock_t *b) __acquires(b)
{
	if (a != b)
		spin_lock_nested(b, SINGLE_DEPTH_NESTING);
	else
		__acquire(b);
}

static void unlock_second(spinlock_t *a, spinlock_t *b) __releases(b)
{
	if (a != b)
		spin_unlock(b);
	else
		__release(b);
}

/* BH is off, because packets take stripes, too. */
static void lock_two(struct umbra_session_table *t, u32 hash1, u32 hash2)
	__acquires(&t->stripe) __acquires(&t->stripe)
{
	spinlock_t *a = umbra_stripe(t, hash1), *b = umbra_stripe(t, hash2);

	if (a > b)
		swap(a, b);
	spin_lock(a);
	lock_second(a, b);
}

static void unlock_two(struct umbra_session_table *t, u32 hash1, u32 hash2)
	__releases(&t->stripe) __releases(&t->stripe)
{
	spinlock_t *a = umbra_stripe(t, hash1), *b = umbra_stripe(t, hash2);

	if (a > b)
		swap(a, b);
	unlock_second(a, b);
	spin_unlock(a);
}

/* Caller holds the entry's stripe. */
static void remove_entry(struct umbra_session_table *t, u32 hash, const struct umbra_entry *e)
{
	struct arrays a = arrays_of(t);

	lockdep_assert_held(umbra_stripe(t, hash));
	if (a.old && umbra_buckets_clear(t, a.old, hash, e))
		return;
	umbra_buckets_clear(t, a.cur, hash, e);
}

/* While @old is emptied, a quarter of @cur is kept free for entries that have to move there. */
static bool is_crowded(const struct umbra_session_table *t, struct arrays a)
{
	return a.old && 4ULL * umbra_table_entries(t) > 3ULL * UMBRA_SLOTS * (a.cur->mask + 1);
}

static noinline bool is_either_taken(struct arrays a, const struct umbra_half *half)
{
	return find_hashed(a, half[0].hash, &half[0].key) ||
	       find_hashed(a, half[1].hash, &half[1].key);
}

/* Fast in the usual case: both keys share a slot, and no entry of the bucket is away. */
static bool is_taken(struct arrays a, const struct umbra_session *s)
{
	const struct umbra_half *half = s->half;
	const struct umbra_bucket *home = &a.cur->bucket[umbra_home(a.cur, half[0].hash)];

	if (umbra_session_is_mirrored(s) && !home->away && !a.old)
		return umbra_bucket_has_either(home, s);
	return is_either_taken(a, half);
}

static bool put_apart(struct umbra_session_table *t, struct umbra_buckets *cur,
		      struct umbra_session *s)
{
	struct umbra_half *half = s->half;

	if (!umbra_buckets_put(t, cur, half[0].hash, umbra_entry_of_half(&half[0])))
		return false;
	if (umbra_buckets_put(t, cur, half[1].hash, umbra_entry_of_half(&half[1]))) {
		atomic_inc(&t->apart);
		return true;
	}
	umbra_buckets_clear(t, cur, half[0].hash, umbra_entry_of_half(&half[0]));
	return false;
}

/* Caller holds both stripes. */
static int insert_locked(struct umbra_session_table *t, struct arrays a,
			 struct umbra_session *s)
{
	bool put;

	lockdep_assert_held(umbra_stripe(t, s->half[0].hash));
	lockdep_assert_held(umbra_stripe(t, s->half[1].hash));
	if (is_taken(a, s))
		return -EEXIST;
	if (is_crowded(t, a))
		return -ENOSPC;
	put = umbra_session_is_mirrored(s) ?
	      umbra_buckets_put(t, a.cur, s->half[0].hash, umbra_entry_of_both(s)) :
	      put_apart(t, a.cur, s);
	return put ? 0 : -ENOSPC;
}

static u32 hash_half(const struct umbra_session_table *t, struct umbra_half *half)
{
	if (!half->hash)
		half->hash = umbra_key_hash(t, &half->key);
	return half->hash;
}

void umbra_table_expect(struct umbra_session_table *t, struct umbra_half *half)
{
	const struct umbra_buckets *cur = rcu_dereference(t->cur);

	prefetchw(&cur->bucket[umbra_home(cur, hash_half(t, half))]);
}

int umbra_table_insert(struct umbra_session_table *t, struct umbra_session *s)
{
	u32 hash[UMBRA_DIR_MAX] = { hash_half(t, &s->half[0]), hash_half(t, &s->half[1]) };
	struct arrays a;
	int err;

	umbra_assert_rcu();
	lock_two(t, hash[0], hash[1]);
	a = arrays_of(t);
	err = insert_locked(t, a, s);
	unlock_two(t, hash[0], hash[1]);
	umbra_table_ask_resize(t, a.cur);
	return err;
}

void umbra_table_remove(struct umbra_session_table *t, struct umbra_session *s)
{
	u32 hash[UMBRA_DIR_MAX] = { s->half[0].hash, s->half[1].hash };

	local_bh_disable();
	lock_two(t, hash[0], hash[1]);
	if (umbra_session_is_mirrored(s)) {
		remove_entry(t, hash[0], umbra_entry_of_both(s));
	} else {
		remove_entry(t, hash[0], umbra_entry_of_half(&s->half[0]));
		remove_entry(t, hash[1], umbra_entry_of_half(&s->half[1]));
		atomic_dec(&t->apart);
	}
	unlock_two(t, hash[0], hash[1]);
	local_bh_enable();
	umbra_table_ask_resize(t, rcu_dereference(t->cur));
}

static int walk_bucket(const struct umbra_bucket *bk, int (*fn)(struct umbra_session *s, void *arg),
		       void *arg)
{
	const struct umbra_entry *e;
	struct umbra_session *s;
	int i, err;

	for (i = 0; i < UMBRA_SLOTS; i++) {
		e = rcu_dereference(bk->entry[i]);
		s = e ? umbra_entry_session(e) : NULL;
		if (!s || READ_ONCE(s->life) != UMBRA_LIVE)
			continue;
		err = fn(s, arg);
		if (err)
			return err;
	}
	return 0;
}

/*
 * Buckets of @old are numbered first, then those of @cur. A session that moves from one array to
 * the other meanwhile may be seen twice, but is not missed. One that moves within @cur may be seen
 * twice or missed.
 */
int umbra_table_walk(struct umbra_session_table *t, u32 *place, u32 budget,
		     int (*fn)(struct umbra_session *s, void *arg), void *arg)
{
	struct arrays a;
	u32 split, end;
	int err = 0;

	rcu_read_lock();
	a = arrays_of(t);
	split = a.old ? a.old->mask + 1 : 0;
	end = split + (a.cur ? a.cur->mask + 1 : 0);
	for (; *place < end && budget; (*place)++, budget--) {
		if (*place == split)
			smp_rmb();	/* as in find_in_both(): pairs with smp_wmb() in move_entry() */
		err = walk_bucket(*place < split ? &a.old->bucket[*place] :
				  &a.cur->bucket[*place - split], fn, arg);
		if (err)
			break;
	}
	rcu_read_unlock();
	if (err)
		return err;
	return *place >= end;
}

u32 umbra_table_buckets(struct umbra_session_table *t)
{
	struct umbra_buckets *cur;
	u32 nr;

	rcu_read_lock();
	cur = rcu_dereference(t->cur);
	nr = cur ? cur->mask + 1 : 0;
	rcu_read_unlock();
	return nr;
}
