// SPDX-License-Identifier: GPL-2.0
/*
 * Session table
 *
 * Layout. An array of 64-byte buckets, a power of two of them. A bucket has six
 * slots of (tag, pointer); the pointer is to a struct umbra_half, so each
 * session is in two slots. A key may sit in either of two buckets, its home
 * or, when that is full, its second one. A reader looks into the second
 * bucket only when the home says that something of its own is away. When both
 * are full, one of those at home moves out to its own second bucket. The table
 * grows at half load, where all that together fails less than once in 10^6.
 *
 * The hash is keyed (HalfSipHash or SipHash-1-3 with a random key), for its
 * input comes from the wire.
 *
 * Locks. UMBRA_STRIPES spinlocks; the low bits of a key's hash choose the
 * stripe, and the low bits of a bucket's number are the same bits in every
 * array and for both choices. So the one stripe of a key guards all buckets
 * it may be in, of the array in use and of the one being emptied. Two
 * stripes are taken in ascending order. Readers take none.
 *
 * Growth. A work allocates the new array, publishes it as @cur with the former
 * one as @old, waits for a grace period (from then on everybody looks into
 * both, and puts into @cur), and moves bucket after bucket under its stripe. A
 * half is put into @cur before it is cleared from @old, and readers look into
 * @old first: whoever misses it there finds it in @cur. @old is freed after a
 * grace period.
 *
 * A half cleared from its bucket may still be seen by a reader until the grace
 * period after umbra_session_kill(), who checks umbra_session.life for it.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "table.h"

#define SLOTS		6
#define MIN_BUCKETS	512		/* 32 KiB in a namespace with few sessions */
#define MAX_BUCKETS	(1U << 24)

/**
 * struct bucket - one cache line
 * @tag: bits of the hash, to skip most keys that differ
 * @away: halves at home here that sit in their second bucket
 * @half: NULL or a half; written under the stripe, read under RCU
 */
struct bucket {
	u16 tag[SLOTS];
	u16 away;
	struct umbra_half __rcu *half[SLOTS];
} __aligned(64);

static_assert(sizeof(struct bucket) == 64);

struct umbra_buckets {
	u32 mask;
	struct rcu_head rcu;
	struct bucket bucket[];
};

static u32 key_hash(const struct umbra_session_table *t, const struct umbra_key *key)
{
	return hsiphash(key, sizeof(*key), &t->key);
}

static bool key_equal(const struct umbra_key *a, const struct umbra_key *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;

	BUILD_BUG_ON(sizeof(struct umbra_key) != 5 * sizeof(u64));
	return !((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4]));
}

static u16 hash_tag(u32 hash)
{
	return hash >> 16;
}

static u32 home_of(const struct umbra_buckets *b, u32 hash)
{
	return hash & b->mask;
}

/* Differs from the home above the stripe's bits, if there are any above. */
static u32 second_of(const struct umbra_buckets *b, u32 hash)
{
	u32 mix = (hash_tag(hash) * 0x9e3779b1U >> 8) | 1;

	return (hash ^ (mix * UMBRA_STRIPES)) & b->mask;
}

static spinlock_t *stripe_of(struct umbra_session_table *t, u32 hash)
{
	return &t->stripe[hash & (UMBRA_STRIPES - 1)];
}

static struct umbra_half *bucket_find(const struct bucket *bk, u16 tag,
				      const struct umbra_key *key)
{
	struct umbra_half *half;
	int i;

	for (i = 0; i < SLOTS; i++) {
		if (READ_ONCE(bk->tag[i]) != tag)
			continue;
		half = rcu_dereference(bk->half[i]);
		if (half && key_equal(&half->key, key))
			return half;
	}
	return NULL;
}

static struct umbra_half *buckets_find(const struct umbra_buckets *b, u32 hash,
				       const struct umbra_key *key)
{
	const struct bucket *home = &b->bucket[home_of(b, hash)];
	struct umbra_half *half;

	half = bucket_find(home, hash_tag(hash), key);
	if (half)
		return half;
	smp_rmb();	/* pairs with smp_wmb() in move_out() */
	if (unlikely(READ_ONCE(home->away)))
		half = bucket_find(&b->bucket[second_of(b, hash)], hash_tag(hash), key);
	return half;
}

static struct umbra_half *find_hashed(struct umbra_session_table *t, u32 hash,
				      const struct umbra_key *key)
{
	struct umbra_buckets *old, *cur;
	struct umbra_half *half;

	/* @cur is read before @old is: pairs with the order in resize_begin(). */
	cur = rcu_dereference(t->cur);
	smp_rmb();
	old = rcu_dereference(t->old);
	if (unlikely(old)) {
		half = buckets_find(old, hash, key);
		if (half)
			return half;
		/* Pairs with smp_wmb() in move_bucket(): cleared there, so present in @cur. */
		smp_rmb();
	}
	return buckets_find(cur, hash, key);
}

struct umbra_half *umbra_table_find(struct umbra_session_table *t, const struct umbra_key *key)
{
	struct umbra_half *half = find_hashed(t, key_hash(t, key), key);

	RCU_LOCKDEP_WARN(!rcu_read_lock_held() && !rcu_read_lock_bh_held(), "no RCU");
	if (half && unlikely(atomic_read(&umbra_half_session(half)->life) != UMBRA_LIVE))
		return NULL;
	return half;
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

static void lock_two(struct umbra_session_table *t, u32 hash1, u32 hash2)
	__acquires(&t->stripe) __acquires(&t->stripe)
{
	spinlock_t *a = stripe_of(t, hash1), *b = stripe_of(t, hash2);

	if (a > b)
		swap(a, b);
	spin_lock_bh(a);
	lock_second(a, b);
}

static void unlock_two(struct umbra_session_table *t, u32 hash1, u32 hash2)
	__releases(&t->stripe) __releases(&t->stripe)
{
	spinlock_t *a = stripe_of(t, hash1), *b = stripe_of(t, hash2);

	if (a > b)
		swap(a, b);
	unlock_second(a, b);
	spin_unlock_bh(a);
}

static bool bucket_put(struct bucket *bk, u16 tag, struct umbra_half *half)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		if (rcu_access_pointer(bk->half[i]))
			continue;
		WRITE_ONCE(bk->tag[i], tag);
		rcu_assign_pointer(bk->half[i], half);
		return true;
	}
	return false;
}

static bool bucket_clear(struct bucket *bk, const struct umbra_half *half)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		if (rcu_access_pointer(bk->half[i]) != half)
			continue;
		RCU_INIT_POINTER(bk->half[i], NULL);
		return true;
	}
	return false;
}

static bool put_second(struct umbra_buckets *b, u32 hash, struct umbra_half *half)
{
	struct bucket *home = &b->bucket[home_of(b, hash)];

	if (!bucket_put(&b->bucket[second_of(b, hash)], hash_tag(hash), half))
		return false;
	WRITE_ONCE(home->away, home->away + 1);
	return true;
}

/* Make room in a full bucket by moving one of those at home in it out. */
static bool move_out(struct umbra_session_table *t, struct umbra_buckets *b, u32 home)
{
	struct bucket *bk = &b->bucket[home];
	struct umbra_half *half;
	u32 hash;
	int i;

	for (i = 0; i < SLOTS; i++) {
		half = rcu_dereference_protected(bk->half[i], true);
		if (!half)
			return true;
		hash = key_hash(t, &half->key);
		if (home_of(b, hash) != home || !put_second(b, hash, half))
			continue;
		smp_wmb();	/* away before it is missing at home: buckets_find() */
		RCU_INIT_POINTER(bk->half[i], NULL);
		return true;
	}
	return false;
}

static bool buckets_put(struct umbra_session_table *t, struct umbra_buckets *b, u32 hash,
			struct umbra_half *half)
{
	struct bucket *home = &b->bucket[home_of(b, hash)];

	if (bucket_put(home, hash_tag(hash), half) || put_second(b, hash, half))
		return true;
	return move_out(t, b, home_of(b, hash)) && bucket_put(home, hash_tag(hash), half);
}

static bool buckets_clear(struct umbra_buckets *b, u32 hash, const struct umbra_half *half)
{
	struct bucket *home = &b->bucket[home_of(b, hash)];

	if (bucket_clear(home, half))
		return true;
	if (!home->away || !bucket_clear(&b->bucket[second_of(b, hash)], half))
		return false;
	WRITE_ONCE(home->away, home->away - 1);
	return true;
}

static struct umbra_buckets *locked(struct umbra_session_table *t, struct umbra_buckets __rcu *b, u32 hash)
{
	return rcu_dereference_protected(b, lockdep_is_held(stripe_of(t, hash)));
}

static struct umbra_half *find_live(struct umbra_session_table *t, u32 hash, const struct umbra_key *key)
{
	struct umbra_half *half = find_hashed(t, hash, key);

	return half && atomic_read(&umbra_half_session(half)->life) == UMBRA_LIVE ? half : NULL;
}

/* Caller holds the half's stripe. */
static void remove_half(struct umbra_session_table *t, u32 hash, struct umbra_half *half)
{
	struct umbra_buckets *old = locked(t, t->old, hash);

	if (old && buckets_clear(old, hash, half))
		return;
	buckets_clear(locked(t, t->cur, hash), hash, half);
}

static bool wants_resize(u32 count, u32 buckets)
{
	u64 slots = (u64)buckets * SLOTS;

	if (2ULL * count * 2 > slots)
		return buckets < MAX_BUCKETS;
	return buckets > MIN_BUCKETS && 2ULL * count * 16 < slots;
}

static void ask_resize(struct umbra_session_table *t)
{
	if (wants_resize(atomic_read(&t->count), umbra_table_buckets(t)) &&
	    !READ_ONCE(t->stopping) && !rcu_access_pointer(t->old))
		queue_delayed_work(system_unbound_wq, &t->resize, 0);
}

/* Caller holds both stripes. */
static int insert_locked(struct umbra_session_table *t, struct umbra_session *s, const u32 *hash,
			 struct umbra_half **found)
{
	struct umbra_buckets *cur = locked(t, t->cur, hash[0]);

	*found = find_live(t, hash[0], &s->half[0].key);
	if (*found || find_live(t, hash[1], &s->half[1].key))
		return -EEXIST;
	if (!buckets_put(t, cur, hash[0], &s->half[0]))
		return -ENOSPC;
	if (!buckets_put(t, cur, hash[1], &s->half[1])) {
		buckets_clear(cur, hash[0], &s->half[0]);
		return -ENOSPC;
	}
	return 0;
}

int umbra_table_insert(struct umbra_session_table *t, struct umbra_session *s,
		       struct umbra_half **found)
{
	u32 hash[UMBRA_DIR_MAX] = {
		key_hash(t, &s->half[0].key), key_hash(t, &s->half[1].key),
	};
	int err;

	*found = NULL;
	lock_two(t, hash[0], hash[1]);
	err = insert_locked(t, s, hash, found);
	unlock_two(t, hash[0], hash[1]);
	ask_resize(t);
	return err;
}

void umbra_table_remove(struct umbra_session_table *t, struct umbra_session *s)
{
	u32 hash[UMBRA_DIR_MAX] = {
		key_hash(t, &s->half[0].key), key_hash(t, &s->half[1].key),
	};

	lock_two(t, hash[0], hash[1]);
	remove_half(t, hash[0], &s->half[0]);
	remove_half(t, hash[1], &s->half[1]);
	unlock_two(t, hash[0], hash[1]);
	ask_resize(t);
}

static int walk_bucket(const struct bucket *bk, int (*fn)(struct umbra_session *s, void *arg),
		       void *arg)
{
	struct umbra_session *s;
	struct umbra_half *half;
	int i, err;

	for (i = 0; i < SLOTS; i++) {
		half = rcu_dereference(bk->half[i]);
		if (!half || half->dir != UMBRA_DIR_ORIGINAL)
			continue;
		s = umbra_half_session(half);
		if (atomic_read(&s->life) != UMBRA_LIVE)
			continue;
		err = fn(s, arg);
		if (err)
			return err;
	}
	return 0;
}

/*
 * One numbering for both arrays: first those of @old, then those of @cur. What
 * moves in between may be seen twice, never missed.
 */
int umbra_table_walk(struct umbra_session_table *t, u32 *place, u32 budget,
		     int (*fn)(struct umbra_session *s, void *arg), void *arg)
{
	struct umbra_buckets *cur, *old;
	u32 split, end;
	int err = 0;

	rcu_read_lock();
	cur = rcu_dereference(t->cur);
	smp_rmb();	/* as in find_hashed() */
	old = rcu_dereference(t->old);
	split = old ? old->mask + 1 : 0;
	end = split + (cur ? cur->mask + 1 : 0);
	for (; *place < end && budget; (*place)++, budget--) {
		err = walk_bucket(*place < split ? &old->bucket[*place] :
				  &cur->bucket[*place - split], fn, arg);
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

static struct umbra_buckets *buckets_alloc(u32 nr)
{
	struct umbra_buckets *b;

	b = kvzalloc(struct_size(b, bucket, nr), GFP_KERNEL_ACCOUNT);
	if (b)
		b->mask = nr - 1;
	return b;
}

/* Only the resize work changes @cur and @old, so it may read them plainly. */
static struct umbra_buckets *mine(struct umbra_buckets __rcu *b)
{
	return rcu_dereference_protected(b, true);
}

/* After it every reader and writer sees both arrays. */
static void resize_begin(struct umbra_session_table *t, struct umbra_buckets *new)
{
	rcu_assign_pointer(t->old, mine(t->cur));
	/* A reader who sees the new @cur must see @old: pairs with find_hashed(). */
	smp_wmb();
	rcu_assign_pointer(t->cur, new);
	WRITE_ONCE(t->epoch, t->epoch + 1);
	synchronize_rcu();
}

static bool move_half(struct umbra_session_table *t, struct umbra_buckets *old, struct umbra_half *half)
{
	u32 hash = key_hash(t, &half->key);

	if (!buckets_put(t, mine(t->cur), hash, half))
		return false;
	smp_wmb();	/* present in @cur before it is missing in @old: find_hashed() */
	buckets_clear(old, hash, half);
	return true;
}

/* Return: false if the new array has no room, which a shrunk one may not. */
static bool move_bucket(struct umbra_session_table *t, struct umbra_buckets *old, u32 nr)
{
	struct bucket *bk = &old->bucket[nr];
	struct umbra_half *half;
	bool done = true;
	int i;

	spin_lock_bh(stripe_of(t, nr));
	for (i = 0; i < SLOTS && done; i++) {
		half = rcu_dereference_protected(bk->half[i], true);
		if (half)
			done = move_half(t, old, half);
	}
	spin_unlock_bh(stripe_of(t, nr));
	return done;
}

static bool empty_old(struct umbra_session_table *t)
{
	struct umbra_buckets *old = mine(t->old);
	bool done = true;
	u32 i;

	for (i = 0; i <= old->mask; i++) {
		done &= move_bucket(t, old, i);
		if (!(i % 256))
			cond_resched();
	}
	return done;
}

static void resize_end(struct umbra_session_table *t)
{
	struct umbra_buckets *old = mine(t->old);

	RCU_INIT_POINTER(t->old, NULL);
	WRITE_ONCE(t->epoch, t->epoch + 1);
	WRITE_ONCE(t->resizes, t->resizes + 1);
	kvfree_rcu(old, rcu);
}

/* Two slots a session: a load between 1/6 and 1/3, far from both triggers. */
static u32 wanted_buckets(u32 count)
{
	return clamp_t(u32, roundup_pow_of_two(max(count, 1U)), MIN_BUCKETS, MAX_BUCKETS);
}

static void resize_work(struct work_struct *work)
{
	struct umbra_session_table *t = container_of(to_delayed_work(work), struct umbra_session_table, resize);
	struct umbra_buckets *new;
	u32 want;

	if (!rcu_access_pointer(t->old)) {
		want = wanted_buckets(atomic_read(&t->count));
		if (want == mine(t->cur)->mask + 1)
			return;
		new = buckets_alloc(want);
		if (!new)
			goto later;	/* nothing is lost: try again when memory is back */
		resize_begin(t, new);
	}
	if (!empty_old(t))
		goto later;
	resize_end(t);
	ask_resize(t);
	return;
later:
	if (!READ_ONCE(t->stopping))
		queue_delayed_work(system_unbound_wq, &t->resize, HZ / 10);
}

int umbra_table_init(struct umbra_session_table *t)
{
	struct umbra_buckets *b;
	int i;

	t->stripe = kvmalloc_array(UMBRA_STRIPES, sizeof(*t->stripe), GFP_KERNEL_ACCOUNT);
	if (!t->stripe)
		return -ENOMEM;
	b = buckets_alloc(MIN_BUCKETS);
	if (!b) {
		kvfree(t->stripe);
		return -ENOMEM;
	}
	for (i = 0; i < UMBRA_STRIPES; i++)
		spin_lock_init(&t->stripe[i]);
	get_random_bytes(&t->key, sizeof(t->key));
	RCU_INIT_POINTER(t->cur, b);
	RCU_INIT_POINTER(t->old, NULL);
	atomic_set(&t->count, 0);
	t->resizes = 0;
	t->epoch = 0;
	t->stopping = false;
	INIT_DELAYED_WORK(&t->resize, resize_work);
	return 0;
}

void umbra_table_stop(struct umbra_session_table *t)
{
	WRITE_ONCE(t->stopping, true);
	cancel_delayed_work_sync(&t->resize);
}

void umbra_table_exit(struct umbra_session_table *t)
{
	WARN_ON_ONCE(atomic_read(&t->count));
	kvfree(mine(t->old));
	kvfree(mine(t->cur));
	kvfree(t->stripe);
}
