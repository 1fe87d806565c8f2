// SPDX-License-Identifier: GPL-2.0
/*
 * The session table while it grows and shrinks. Meanwhile a thread looks every session up, and
 * walks the table.
 */
#include "world.h"

#include <linux/bitmap.h>
#include <linux/kthread.h>

#include "compat/umbra_workqueue.h"
#include "session/bucket.h"

/* Moving this many sessions takes several ticks, so that the watcher gets its turns. */
#define MANY		30000
#define FEW		200

/**
 * struct watcher - a thread that looks for sessions that exist
 * @un: namespace
 * @s: sessions
 * @nr: this many of them are in the table, from the first on
 * @task: thread
 * @missed: look-ups that failed
 * @unseen: sessions that complete walks did not visit
 * @walks: complete walks through one numbering
 * @looks: look-ups and steps of walks while a table was being emptied
 * @seen: sessions that the present walk has visited
 */
struct watcher {
	struct umbra_net *un;
	struct umbra_session **s;
	u32 nr;
	struct task_struct *task;
	u32 missed;
	u32 unseen;
	u32 walks;
	u32 looks;
	unsigned long *seen;
};

static bool is_resizing(const struct watcher *w)
{
	return rcu_access_pointer(w->un->table.old);
}

/*
 * Sleep until the next tick, so that the case and the resize have the processor. The watcher has
 * priority, so it runs again as soon as they yield.
 */
static void look_away(struct watcher *w)
{
	schedule_timeout_interruptible(1);
	w->looks += is_resizing(w);
}

/* Return: false if there is no such session. */
static bool find_one(struct watcher *w, u32 i)
{
	bool there;

	rcu_read_lock();	/* pairs with synchronize_rcu() in forget_all_but() */
	there = i < READ_ONCE(w->nr);
	if (there)
		w->missed += !umbra_test_is_found(w->s[i]);
	rcu_read_unlock();
	return there;
}

static void find_all(struct watcher *w)
{
	u32 i;

	for (i = 0; find_one(w, i) && !kthread_should_stop(); i++)
		if (!(i % 1024))
			look_away(w);
}

static int mark(struct umbra_session *s, void *arg)
{
	struct watcher *w = arg;

	__set_bit(s->created, w->seen);
	return 0;
}

/* A walk counts if the numbering did not change from its beginning to its end. */
static void walk_all(struct watcher *w)
{
	u32 epoch = umbra_table_epoch(&w->un->table), nr = READ_ONCE(w->nr), place = 0;

	bitmap_zero(w->seen, MANY);
	while (!umbra_table_walk(&w->un->table, &place, 4096, mark, w))
		look_away(w);
	if (!umbra_table_is_epoch(&w->un->table, epoch) || READ_ONCE(w->nr) < nr)
		return;
	w->walks++;
	w->unseen += nr - min_t(u32, nr, find_first_zero_bit(w->seen, MANY));
}

static int watch(void *arg)
{
	struct watcher *w = arg;

	sched_set_fifo_low(current);
	while (!kthread_should_stop()) {
		find_all(w);
		walk_all(w);
		look_away(w);
	}
	return 0;
}

static struct watcher *watcher_new(struct kunit *test)
{
	struct watcher *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->un = test->priv;
	w->s = kunit_kcalloc(test, MANY, sizeof(*w->s), GFP_KERNEL);
	w->seen = kunit_kzalloc(test, BITS_TO_LONGS(MANY) * sizeof(long), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, w->s);
	KUNIT_ASSERT_NOT_NULL(test, w->seen);
	return w;
}

static void start_watching(struct kunit *test, struct watcher *w)
{
	w->task = kthread_run(watch, w, "umbra-kunit");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, w->task);
}

static void stop_watching(struct kunit *test, struct watcher *w)
{
	kthread_stop(w->task);
	kunit_info(test, "looked %u times while it was resized, %u whole walks", w->looks,
		   w->walks);
	KUNIT_EXPECT_EQ(test, w->missed, 0);
	KUNIT_EXPECT_EQ(test, w->unseen, 0);
	KUNIT_EXPECT_GT(test, w->looks, 0);
	KUNIT_EXPECT_GT(test, w->walks, 0);
}

/* A table that is being emptied may have no room for a moment, so try again. */
static int insert_patiently(struct watcher *w, struct umbra_session *s)
{
	int err, tries = 100;

	while ((err = umbra_test_insert(s)) == -ENOSPC && --tries)
		flush_delayed_work(&w->un->table.resize);
	return err;
}

/* No KUNIT_ASSERT here, because the watcher has to be stopped in any case. */
static void insert_up_to(struct kunit *test, struct watcher *w, u32 end)
{
	int err = 0;
	u32 i;

	for (i = w->nr; i < end && !err; i++) {
		w->s[i] = umbra_test_session(test, i);
		err = insert_patiently(w, w->s[i]);
		if (err)
			umbra_test_drop(w->s[i]);
		else
			WRITE_ONCE(w->nr, i + 1);
		if (!(i % 64))
			cond_resched();
	}
	KUNIT_EXPECT_EQ(test, err, 0);
}

/* Kill each @step-th session from @first on. */
static u32 kill_from(struct watcher *w, u32 first, u32 end, u32 step)
{
	u32 i, killed = 0;

	for (i = first; i < end; i += step) {
		killed += umbra_test_kill(w->s[i], UMBRA_REASON_KILLED);
		if (!(killed % 64))
			cond_resched();
	}
	return killed;
}

/* Wait until the table has the size that it wants: each resize requests the next. */
static void settle(struct umbra_net *un)
{
	u32 resizes;

	do {
		resizes = READ_ONCE(un->table.resizes);
		flush_delayed_work(&un->table.shrink);
		flush_delayed_work(&un->table.resize);
	} while (READ_ONCE(un->table.resizes) != resizes);
}

/* From now on, the watcher looks for the first @left sessions only. Return: how many it had. */
static u32 forget_all_but(struct watcher *w, u32 left)
{
	u32 end = w->nr;

	WRITE_ONCE(w->nr, min(end, left));
	synchronize_rcu();
	return end;
}

/* Return: how often the watcher looked while the table grew. */
static u32 grow(struct kunit *test, struct watcher *w)
{
	u32 before = READ_ONCE(w->looks);

	insert_up_to(test, w, MANY);
	settle(w->un);
	return READ_ONCE(w->looks) - before;
}

static void shrink(struct watcher *w)
{
	kill_from(w, FEW, forget_all_but(w, FEW), 1);
	settle(w->un);
}

static void a_growing_table_loses_no_session(struct kunit *test)
{
	struct watcher *w = watcher_new(test);
	u32 before = umbra_table_buckets(&w->un->table), i, lost = 0, looks, rounds = 1;
	bool once;

	insert_up_to(test, w, FEW);
	start_watching(test, w);
	/* A round takes a few ticks, which may be too few. */
	for (looks = grow(test, w); (looks < 3 || !READ_ONCE(w->walks)) && rounds < 20; rounds++) {
		shrink(w);
		looks += grow(test, w);
	}
	stop_watching(test, w);
	kunit_info(test, "%u of these in %u rounds of growth", looks, rounds);
	KUNIT_EXPECT_GE(test, looks, 3);
	KUNIT_EXPECT_GE(test, umbra_table_buckets(&w->un->table), 8 * before);
	KUNIT_EXPECT_FALSE(test, is_resizing(w));
	for (i = 0; i < w->nr; i++)
		lost += !umbra_test_is_found(w->s[i]);
	KUNIT_EXPECT_EQ(test, lost, 0);
	KUNIT_EXPECT_EQ(test, umbra_test_walked(test, &once), w->nr);
	KUNIT_EXPECT_TRUE(test, once);
}

static void a_shrinking_table_loses_no_session(struct kunit *test)
{
	struct watcher *w = watcher_new(test);
	u32 before = umbra_table_buckets(&w->un->table), rounds = 0;
	bool once;

	insert_up_to(test, w, FEW);
	start_watching(test, w);
	do {
		grow(test, w);
		KUNIT_EXPECT_GT(test, umbra_table_buckets(&w->un->table), before);
		shrink(w);
	} while ((READ_ONCE(w->looks) < 3 || !READ_ONCE(w->walks)) && ++rounds < 20);
	stop_watching(test, w);
	KUNIT_EXPECT_EQ(test, umbra_table_buckets(&w->un->table), before);
	KUNIT_EXPECT_EQ(test, umbra_test_walked(test, &once), FEW);
	KUNIT_EXPECT_TRUE(test, once);
}

static void an_emptied_table_that_soon_fills_again_keeps_its_size(struct kunit *test)
{
	struct watcher *w = watcher_new(test);
	struct umbra_session_table *t = &w->un->table;
	u32 buckets, end;

	insert_up_to(test, w, MANY);
	settle(w->un);
	buckets = umbra_table_buckets(t);
	end = forget_all_but(w, 0);
	kill_from(w, 0, end, 1);
	flush_delayed_work(&t->resize);
	KUNIT_EXPECT_EQ(test, umbra_table_buckets(t), buckets);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&t->shrink));
	insert_up_to(test, w, MANY);
	settle(w->un);
	KUNIT_EXPECT_EQ(test, umbra_table_buckets(t), buckets);
}

static void a_session_that_ends_during_a_resize_is_gone_and_no_other_is(struct kunit *test)
{
	struct watcher *w = watcher_new(test);
	u32 i, end, wrong = 0;
	bool once;

	insert_up_to(test, w, MANY / 2);
	end = w->nr;
	queue_delayed_work(system_dfl_wq, &w->un->table.resize, 0);
	KUNIT_EXPECT_EQ(test, kill_from(w, 0, end, 2), DIV_ROUND_UP(end, 2));
	settle(w->un);
	for (i = 1; i < end; i += 2)
		wrong += !umbra_test_is_found(w->s[i]);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, umbra_test_walked(test, &once), end / 2);
	KUNIT_EXPECT_TRUE(test, once);
	KUNIT_EXPECT_EQ(test, umbra_test_ended(w->un, UMBRA_REASON_KILLED), DIV_ROUND_UP(end, 2));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_SLOW(a_growing_table_loses_no_session),
	KUNIT_CASE_SLOW(a_shrinking_table_loses_no_session),
	KUNIT_CASE_SLOW(an_emptied_table_that_soon_fills_again_keeps_its_size),
	KUNIT_CASE(a_session_that_ends_during_a_resize_is_gone_and_no_other_is),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_resize",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
