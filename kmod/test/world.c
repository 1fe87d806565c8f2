// SPDX-License-Identifier: GPL-2.0
#include "world.h"

#include <linux/bitmap.h>
#include <linux/bottom_half.h>
#include <linux/slab.h>

#include "commit/commit.h"
#include "commit/engine.h"
#include "life/end.h"
#include "upkeep/walker.h"
#include "life/limit.h"
#include "policy/policy.h"
#include "life/pressure.h"
#include "stats.h"
#include "session/track.h"

#define WALKED_MAX	65536

int umbra_world_init(struct kunit *test)
{
	struct umbra_net *un = kunit_kzalloc(test, sizeof(*un), GFP_KERNEL);
	int err;

	if (!un)
		return -ENOMEM;
	un->net = &init_net;
	un->sessions_max = 1000000;
	un->stats = alloc_percpu(struct umbra_stats);
	if (!un->stats)
		return -ENOMEM;
	umbra_walker_init(un);
	umbra_adjacencies_net_init(&un->adjacencies);
	umbra_commit_net_init(un);
	mutex_lock(&un->lock);
	err = umbra_engine_start(un);
	mutex_unlock(&un->lock);
	if (err)
		free_percpu(un->stats);
	else
		test->priv = un;
	return err;
}

void umbra_world_exit(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	if (!un)
		return;
	umbra_commit_net_stop(un);
	umbra_engine_stop(un);
	umbra_commit_net_exit(un);
	free_percpu(un->stats);
}

void umbra_test_key(struct umbra_key *key, u32 n, u8 proto)
{
	memset(key, 0, sizeof(*key));
	key->src.s6_addr32[0] = htonl(0x0a000000 | n);
	key->dst.s6_addr32[0] = htonl(0xc6336401);
	key->sport = htons(1024 + n % 60000);
	key->dport = htons(5190);
	key->proto = proto;
	key->family = AF_INET;
}

void umbra_test_reply(const struct umbra_key *key, struct umbra_key *reply)
{
	*reply = *key;
	reply->src = key->dst;
	reply->dst = key->src;
	reply->sport = key->dport;
	reply->dport = key->sport;
}

struct umbra_verdict *umbra_test_verdict(struct kunit *test, u32 id)
{
	struct umbra_verdict *v = kunit_kzalloc(test, sizeof(*v), GFP_KERNEL);
	struct umbra_net *un = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, v);
	v->row = kunit_kzalloc(test, sizeof(*v->row), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, v->row);
	v->row->id = id;
	spin_lock_init(&v->row->rate_lock);
	KUNIT_ASSERT_EQ(test, xa_insert(&un->rows, id, v->row, GFP_KERNEL), 0);
	return v;
}

u8 umbra_test_asked(umbra_test_limit *asked, struct umbra_net *un, const struct umbra_verdict *v,
		    u32 source)
{
	struct umbra_claimant who = { .source = source };
	u8 why;

	local_bh_disable();
	rcu_read_lock();
	why = asked(un, v, &who);
	rcu_read_unlock();
	local_bh_enable();
	return why;
}

static struct umbra_claimant claimant_of(const struct umbra_session *s)
{
	return umbra_limit_claimant(s->un, &s->half[UMBRA_DIR_ORIGINAL].key, false);
}

static u32 source_of(const struct umbra_session *s)
{
	return claimant_of(s).source;
}

struct umbra_session *umbra_test_session(struct kunit *test, u32 n)
{
	struct umbra_net *un = test->priv;
	struct umbra_session *s = umbra_session_new(un);

	KUNIT_ASSERT_NOT_NULL(test, s);
	umbra_test_key(&s->half[0].key, n, IPPROTO_UDP);
	KUNIT_ASSERT_EQ(test, umbra_test_asked(umbra_limit_admit, un, NULL, source_of(s)), 0);
	umbra_test_reply(&s->half[0].key, &s->half[1].key);
	s->expires = (u32)jiffies + 600 * HZ;
	s->created = n;
	return s;
}

struct umbra_session *umbra_test_begun(struct kunit *test, u8 proto, bool mid_stream)
{
	struct umbra_session *s = umbra_test_session(test, 1);

	umbra_test_key(&s->half[0].key, 1, proto);
	umbra_test_reply(&s->half[0].key, &s->half[1].key);
	s->expires = 0;
	umbra_track_begin(s, mid_stream);
	return s;
}

void umbra_test_drop(struct umbra_session *s)
{
	struct umbra_claimant who = claimant_of(s);

	rcu_read_lock();
	umbra_limit_release(s->un, s->rule, &who);
	rcu_read_unlock();
	umbra_session_free_new(s);
}

int umbra_test_insert(struct umbra_session *s)
{
	int err;

	local_bh_disable();
	rcu_read_lock();
	err = umbra_table_insert(&s->un->table, s);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

struct umbra_session *umbra_test_inserted(struct kunit *test, u32 n)
{
	struct umbra_session *s = umbra_test_session(test, n);
	int err = umbra_test_insert(s);

	if (err)
		umbra_test_drop(s);
	KUNIT_ASSERT_EQ_MSG(test, err, 0, "session %u", n);
	return s;
}

bool umbra_test_kill(struct umbra_session *s, u8 why)
{
	bool won;

	rcu_read_lock();
	won = umbra_session_kill(s, why);
	rcu_read_unlock();
	return won;
}

struct umbra_half *umbra_test_find(struct umbra_net *un, const struct umbra_key *key)
{
	struct umbra_half *half;

	rcu_read_lock();
	half = umbra_table_find(&un->table, key);
	rcu_read_unlock();
	return half;
}

bool umbra_test_is_found(struct umbra_session *s)
{
	return umbra_test_find(s->un, &s->half[0].key) == &s->half[0] &&
	       umbra_test_find(s->un, &s->half[1].key) == &s->half[1];
}

struct walked {
	unsigned long *seen;
	u32 nr;
	bool once;
};

static int note(struct umbra_session *s, void *arg)
{
	struct walked *w = arg;

	if (s->created >= WALKED_MAX || __test_and_set_bit(s->created, w->seen))
		w->once = false;
	w->nr++;
	return 0;
}

u32 umbra_test_walked(struct kunit *test, bool *once)
{
	struct umbra_net *un = test->priv;
	struct walked w = { .once = true };
	u32 place = 0;

	w.seen = bitmap_zalloc(WALKED_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, w.seen);
	while (!umbra_table_walk(&un->table, &place, 100, note, &w))
		cond_resched();
	bitmap_free(w.seen);
	*once = w.once;
	return w.nr;
}

u64 umbra_test_ended(struct umbra_net *un, u8 why)
{
	struct umbra_stats *sum = kzalloc(sizeof(*sum), GFP_KERNEL);
	u64 ended = 0;

	if (sum) {
		umbra_stats_sum(un->stats, sum);
		ended = sum->ended[why];
	}
	kfree(sum);
	return ended;
}
