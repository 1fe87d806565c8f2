// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: birth and death. session.h has the life-cycle. This file has the only function that
 * creates a session; life/end.c has the only one that ends it.
 */
#include "session/session.h"

#include <linux/jiffies.h>
#include <linux/slab.h>

#include "session/track.h"
#include "umbra.h"
#include "under_rcu.h"

/*
 * The packet path touches a bucket, one half (one line) and the written line. Lock debugging makes
 * the lock larger; then the layout does not matter.
 */
static_assert(sizeof(struct umbra_half) == UMBRA_LINE);
#if !defined(CONFIG_DEBUG_SPINLOCK) && !defined(CONFIG_DEBUG_LOCK_ALLOC)
static_assert(offsetof(struct umbra_session, lock) == 2 * UMBRA_LINE);
static_assert(offsetofend(struct umbra_session, sent) <= 3 * UMBRA_LINE);
static_assert(sizeof(struct umbra_tags) <= sizeof_field(struct umbra_session, sent));
static_assert(sizeof_field(struct umbra_session, stray) <= sizeof_field(struct umbra_session, sent));
static_assert(offsetof(struct umbra_session, un) == 3 * UMBRA_LINE);
static_assert(sizeof(struct umbra_session) == 4 * UMBRA_LINE);
#endif

static struct kmem_cache *cache;

struct umbra_session *umbra_session_new(struct umbra_net *un)
{
	struct umbra_session *s = kmem_cache_zalloc(cache, GFP_ATOMIC);

	if (!s)
		return NULL;
	spin_lock_init(&s->lock);
	s->life = UMBRA_LIVE;
	s->half[UMBRA_DIR_REPLY].dir = UMBRA_DIR_REPLY;
	s->un = un;
	s->id = atomic64_inc_return(&un->last_id);
	s->created = get_jiffies_64();
	s->seen = jiffies;
	return s;
}

void umbra_session_free_new(struct umbra_session *s)
{
	kmem_cache_free(cache, s);
}

static void session_free_rcu(struct rcu_head *rcu)
{
	kmem_cache_free(cache, container_of(rcu, struct umbra_session, rcu));
}

void umbra_session_counters(struct umbra_session *s, struct umbra_counters *c)
{
	int d;

	spin_lock_bh(&s->lock);
	for (d = 0; d < UMBRA_DIR_MAX; d++) {
		c->packets[d] = (u64)s->packets_high[d] << 16 | s->packets[d];
		c->bytes[d] = (u64)s->bytes_high[d] << 32 | s->bytes[d];
	}
	spin_unlock_bh(&s->lock);
}

/* After that tracking leaves @sent and @tags alone, because the RCU head goes there. */
bool umbra_session_begin_to_die(struct umbra_session *s, u8 why)
{
	bool won;

	umbra_assert_rcu();
	spin_lock_bh(&s->lock);
	won = s->life == UMBRA_LIVE;
	if (won) {
		WRITE_ONCE(s->life, UMBRA_DYING);
		s->ended = umbra_track_ended(s, why);
	}
	spin_unlock_bh(&s->lock);
	return won;
}

void umbra_session_free(struct umbra_session *s)
{
	call_rcu(&s->rcu, session_free_rcu);
}

u64 umbra_session_expires_ms(const struct umbra_session *s)
{
	s32 left = (s32)(READ_ONCE(s->expires) - (u32)jiffies);

	return left > 0 ? jiffies_to_msecs(left) : 0;
}

int umbra_session_cache_init(void)
{
	cache = KMEM_CACHE(umbra_session, SLAB_HWCACHE_ALIGN);
	return cache ? 0 : -ENOMEM;
}

void umbra_session_cache_exit(void)
{
	rcu_barrier();	/* wait for session_free_rcu() of the last sessions */
	kmem_cache_destroy(cache);
}
