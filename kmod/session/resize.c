// SPDX-License-Identifier: GPL-2.0
/* Growth of the session table. The comment in table.c says how readers still find all. */
#include <linux/bottom_half.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "compat/umbra_workqueue.h"
#include "session/bucket.h"

#define MIN_BUCKETS	2048		/* 128 KiB, for a namespace with few sessions */
#define MAX_BUCKETS	(1U << 24)

/* A smaller table may be filled by a burst while the work that grows it waits for a CPU. */
#define MANY		131072

/* How many buckets before its turn the sessions of a bucket are fetched. */
#define AHEAD		4

/* A table that is too large shrinks after this time, because the sessions may come back soon. */
#define SHRINK_AFTER	(10 * HZ)

/* A third of the slots in a small table, half of them in a large one. */
static u32 most_of(u32 buckets)
{
	u32 third = buckets * UMBRA_SLOTS / 3, half = buckets * UMBRA_SLOTS / 2;

	if (buckets >= MAX_BUCKETS)
		return U32_MAX;
	return third < MANY ? third : half;
}

static u32 least_of(u32 buckets)
{
	return buckets > MIN_BUCKETS ? buckets * UMBRA_SLOTS / 16 : 0;
}

void __umbra_table_ask_resize(struct umbra_session_table *t, bool grow)
{
	if (READ_ONCE(t->stopping) || rcu_access_pointer(t->old))
		return;
	if (grow)
		queue_delayed_work(system_dfl_wq, &t->resize, 0);
	else if (!delayed_work_pending(&t->shrink))
		queue_delayed_work(system_dfl_wq, &t->shrink, SHRINK_AFTER);
}

static void shrink_work(struct work_struct *work)
{
	struct umbra_session_table *t = container_of(to_delayed_work(work), struct umbra_session_table, shrink);

	rcu_read_lock();
	if (umbra_table_entries(t) < rcu_dereference(t->cur)->least)
		queue_delayed_work(system_dfl_wq, &t->resize, 0);
	rcu_read_unlock();
}

static struct umbra_buckets *buckets_alloc(u32 nr)
{
	struct umbra_buckets *b;

	b = kvzalloc(struct_size(b, bucket, nr), GFP_KERNEL_ACCOUNT);
	if (!b)
		return NULL;
	b->mask = nr - 1;
	b->least = least_of(nr);
	b->most = most_of(nr);
	return b;
}

/*
 * Only the resize work changes @cur and @old, and a work never runs twice at the same time. So it
 * reads them as it left them, and instead of a lock it is the work that runs that protects them.
 */
static struct umbra_buckets *mine(const struct umbra_session_table *t,
				  struct umbra_buckets __rcu *b)
{
	return rcu_dereference_protected(b, current_work() == &t->resize.work);
}

/*
 * When it returns, every reader and writer sees both arrays. Between its two stores a walk would
 * visit the same array twice, as @old and as @cur.
 */
static void resize_begin(struct umbra_session_table *t, struct umbra_buckets *new)
{
	umbra_table_change_begin(t);
	rcu_assign_pointer(t->old, mine(t, t->cur));
	/* Release: who sees the new @cur sees @old. Pairs with the acquires of arrays_of(). */
	rcu_assign_pointer(t->cur, new);
	umbra_table_change_end(t);
	synchronize_rcu();
}

static bool move_entry(struct umbra_session_table *t, struct umbra_buckets *old, u32 nr, int slot)
{
	struct umbra_entry *e = rcu_dereference_protected(old->bucket[nr].entry[slot],
							  lockdep_is_held(umbra_stripe(t, nr)));
	u32 hash;

	if (!e)
		return true;
	hash = umbra_entry_hash(e);
	if (!umbra_buckets_put(t, mine(t, t->cur), hash, e))
		return false;
	/*
	 * Present in @cur before it is missing in @old: pairs with smp_rmb() in find_in_both() and
	 * in umbra_table_walk().
	 */
	smp_wmb();
	umbra_buckets_clear_slot(t, old, hash, nr, slot);
	return true;
}

/* A walk may visit @old's bucket before the move and @cur's after it. The epoch shows that. */
static bool move_entries(struct umbra_session_table *t, struct umbra_buckets *old, u32 nr)
{
	bool done = true;
	int i;

	umbra_table_change_begin(t);
	for (i = 0; i < UMBRA_SLOTS && done; i++)
		done = move_entry(t, old, nr, i);
	umbra_table_change_end(t);
	return done;
}

static bool is_empty(const struct umbra_bucket *bk)
{
	int i;

	for (i = 0; i < UMBRA_SLOTS; i++)
		if (rcu_access_pointer(bk->entry[i]))
			return false;
	return true;
}

/* Return: false if the new array has no room, which may happen when it is smaller. */
static bool move_bucket(struct umbra_session_table *t, struct umbra_buckets *old, u32 nr)
{
	bool done;

	spin_lock(umbra_stripe(t, nr));
	done = is_empty(&old->bucket[nr]) || move_entries(t, old, nr);
	spin_unlock(umbra_stripe(t, nr));
	return done;
}

/* The hash of an entry is in its session, which may be anywhere in memory. */
static void fetch_ahead(const struct umbra_buckets *old, u32 nr)
{
	const struct umbra_bucket *bk = &old->bucket[nr];
	const struct umbra_entry *e;
	int i;

	if (nr > old->mask)
		return;
	for (i = 0; i < UMBRA_SLOTS; i++) {
		e = rcu_access_pointer(bk->entry[i]);
		if (e)
			prefetch(&umbra_entry_half(e, false)->hash);
	}
}

/* Move as many buckets as there are stripes, which takes some microseconds with BH off. */
static bool move_some(struct umbra_session_table *t, struct umbra_buckets *old, u32 first)
{
	bool done = true;
	u32 i;

	local_bh_disable();	/* packets take stripes as well */
	for (i = first; i < first + UMBRA_STRIPES; i++) {
		fetch_ahead(old, i + AHEAD);
		done &= move_bucket(t, old, i);
	}
	local_bh_enable();
	return done;
}

static bool empty_old(struct umbra_session_table *t)
{
	struct umbra_buckets *old = mine(t, t->old);
	bool done = true;
	u32 i;

	BUILD_BUG_ON(MIN_BUCKETS % UMBRA_STRIPES);
	for (i = 0; i <= old->mask; i += UMBRA_STRIPES) {
		done &= move_some(t, old, i);
		cond_resched();
	}
	return done;
}

/*
 * The release orders what was put into @cur before @old is seen to be gone. It pairs with
 * arrays_of(): a reader without @old finds in @cur whatever was moved there. A walk that lost @old
 * on its way has another numbering from then on.
 */
static void forget_old(struct umbra_session_table *t)
{
	umbra_table_change_begin(t);
	smp_store_release(&t->old, NULL);
	umbra_table_change_end(t);
}

static void resize_end(struct umbra_session_table *t)
{
	struct umbra_buckets *old = mine(t, t->old);

	forget_old(t);
	WRITE_ONCE(t->resizes, t->resizes + 1);
	kvfree_rcu(old, rcu);
}

/* Leads to a load between 1/6 and 1/3, far from both triggers; half of that below MANY. */
static u32 wanted_buckets(u32 entries)
{
	u32 want = roundup_pow_of_two(max(entries < MANY ? entries : entries / 2, 1U));

	return clamp_t(u32, want, MIN_BUCKETS, MAX_BUCKETS);
}

static void resize_work(struct work_struct *work)
{
	struct umbra_session_table *t = container_of(to_delayed_work(work), struct umbra_session_table, resize);
	struct umbra_buckets *new;
	u32 want;

	if (!rcu_access_pointer(t->old)) {
		want = wanted_buckets(umbra_table_entries(t));
		if (want == mine(t, t->cur)->mask + 1)
			return;
		new = buckets_alloc(want);
		if (!new)
			goto later;	/* nothing is lost: try again when memory is back */
		resize_begin(t, new);
	}
	if (!empty_old(t))
		goto later;
	resize_end(t);
	rcu_read_lock();
	umbra_table_ask_resize(t, rcu_dereference(t->cur));
	rcu_read_unlock();
	return;
later:
	if (!READ_ONCE(t->stopping))
		queue_delayed_work(system_dfl_wq, &t->resize, HZ / 10);
}

void umbra_table_settle(struct umbra_session_table *t)
{
	if (rcu_access_pointer(t->old))
		flush_delayed_work(&t->resize);
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
	atomic_set(&t->apart, 0);
	t->resizes = 0;
	atomic_set(&t->epoch, 0);
	t->stopping = false;
	INIT_DELAYED_WORK(&t->resize, resize_work);
	INIT_DELAYED_WORK(&t->shrink, shrink_work);
	return 0;
}

/*
 * Each work may queue the other one. A resize that had not seen @stopping may have queued @shrink
 * before it ended, and @shrink may have queued a resize. That resize sees @stopping, because the
 * locks of the queue order it.
 */
void umbra_table_stop(struct umbra_session_table *t)
{
	WRITE_ONCE(t->stopping, true);
	cancel_delayed_work_sync(&t->resize);
	cancel_delayed_work_sync(&t->shrink);
	cancel_delayed_work_sync(&t->resize);
}

void umbra_table_exit(struct umbra_session_table *t)
{
	WARN_ON_ONCE(umbra_table_entries(t));
	/* The work is stopped, and no reader has the table any more. */
	kvfree(unrcu_pointer(t->old));
	kvfree(unrcu_pointer(t->cur));
	kvfree(t->stripe);
}
