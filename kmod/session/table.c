// SPDX-License-Identifier: GPL-2.0
/*
 * Session table
 *
 * Layout. An array of 64-byte buckets, a power of two of them. A bucket has six
 * slots of (tag, entry). An entry is the address of a struct umbra_half, or of both of
 * a session, see below. A key may sit in either of two buckets, its home
 * or, when that is full, its second one. A reader looks into the second
 * bucket only when the home says that something of its own is away. When both
 * are full, one of those at home moves out to its own second bucket. The table
 * grows at half load, where all that together fails less than once in 10^6, and
 * while it is small at a third.
 *
 * The hash is keyed (HalfSipHash or SipHash-1-3 with a random key), for its
 * input comes from the wire. Of IPv4 the two ends are hashed in the order of their
 * numbers, and one bit, the side, says which of them sends. So the two keys of a session
 * whose addresses and ports stay as they are have one home and one tag, and share a slot:
 * a packet and its answer touch one line, and there is one place to write when it begins,
 * ends, or the table grows.
 *
 * Locks. UMBRA_STRIPES spinlocks; the low bits of a key's hash choose the
 * stripe, and the low bits of a bucket's number are the same bits in every
 * array and for both choices. So the one stripe of a key guards all buckets
 * it may be in, of the array in use and of the one being emptied. Two
 * stripes are taken in ascending order. Readers take none.
 *
 * Growth. A work allocates the new array, publishes it as @cur with the former
 * one as @old, waits for a grace period (from then on everybody looks into
 * both, and puts into @cur), and moves bucket after bucket under its stripe. An
 * entry is put into @cur before it is cleared from @old, and readers look into
 * @old first: whoever misses it there finds it in @cur. @old is freed after a
 * grace period.
 *
 * What was cleared from its bucket may still be seen by a reader until the grace
 * period after umbra_session_kill(), who checks umbra_session.life for it.
 */
#include <linux/bottom_half.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>

#include "session/bucket.h"

/* Both arrays, as they are at one time. */
struct arrays {
	struct umbra_buckets *cur;
	struct umbra_buckets *old;
};

/*
 * Two acquires. The first: @cur is read before @old is, which pairs with the release in
 * resize_begin(). Who saw no @old, and then another @cur, would miss what is in the one that it
 * came after. The second: who sees that @old is gone reads @cur's buckets afterwards, which pairs
 * with the release in forget_old(). rcu_dereference() would not do: it orders what is read through
 * the pointer, and nothing is read through NULL.
 */
static struct arrays arrays_of(const struct umbra_session_table *t)
{
	struct arrays a;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held() && !rcu_read_lock_bh_held(), "no RCU");
	a.cur = unrcu_pointer(smp_load_acquire(&t->cur));
	a.old = unrcu_pointer(smp_load_acquire(&t->old));
	return a;
}

/* While the table is resized. */
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
	RCU_LOCKDEP_WARN(!rcu_read_lock_held() && !rcu_read_lock_bh_held(), "no RCU");
	*hash = umbra_key_hash(t, key);
	return find_hashed(arrays_of(t), *hash, key);
}

struct umbra_half *umbra_table_find(struct umbra_session_table *t, const struct umbra_key *key)
{
	u32 hash;

	return umbra_table_find_hashing(t, key, &hash);
}

/* The second stripe of two, which may be the first one again. */
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

/* Packets take them as well: BH is off. */
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
	if (a.old && umbra_buckets_clear(a.old, hash, e))
		return;
	umbra_buckets_clear(a.cur, hash, e);
}

/* While @old is emptied, a quarter of @cur is kept for what has to move there. */
static bool is_crowded(const struct umbra_session_table *t, struct arrays a)
{
	return a.old && 4ULL * umbra_table_entries(t) > 3ULL * UMBRA_SLOTS * (a.cur->mask + 1);
}

static noinline bool is_either_taken(struct arrays a, const struct umbra_half *half)
{
	return find_hashed(a, half[0].hash, &half[0].key) ||
	       find_hashed(a, half[1].hash, &half[1].key);
}

/* Mostly both keys are in one slot, and nothing of its bucket is elsewhere. */
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
	umbra_buckets_clear(cur, half[0].hash, umbra_entry_of_half(&half[0]));
	return false;
}

/* Caller holds both stripes. */
static int insert_locked(struct umbra_session_table *t, struct arrays a,
			 struct umbra_session *s)
{
	bool put;

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
 * One numbering for both arrays: first those of @old, then those of @cur. What moves from one to
 * the other meanwhile may be seen twice, never missed; what moves within @cur, both.
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
			smp_rmb();	/* missing in @old, so present in @cur: move_entry() */
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
