// SPDX-License-Identifier: GPL-2.0
#include "env.h"

#include <sys/random.h>

unsigned long jiffies;
u32 env_warnings;
int env_pieces;
int env_pieces_max = 1000;

static pthread_rwlock_t readers = PTHREAD_RWLOCK_INITIALIZER;
static _Thread_local u32 depth;
static _Thread_local struct rcu_head *later;

void rcu_read_lock(void)
{
	if (!depth++)
		pthread_rwlock_rdlock(&readers);
}

/* When the lock is taken, every thread that read while the objects were unlinked has stopped. */
static void free_them(void)
{
	struct rcu_head *next;

	pthread_rwlock_wrlock(&readers);
	pthread_rwlock_unlock(&readers);
	for (; later; later = next) {
		next = later->next;
		kfree(later->object);
	}
}

void rcu_read_unlock(void)
{
	if (--depth)
		return;
	pthread_rwlock_unlock(&readers);
	if (later)
		free_them();
}

void env_free_later(struct rcu_head *rcu, void *object)
{
	rcu->object = object;
	rcu->next = later;
	later = rcu;
	if (!depth)
		free_them();
}

/* The kernel's function is asked for many at a time. */
u32 get_random_u32(void)
{
	static _Thread_local u32 pool[64];
	static _Thread_local u32 left;

	if (!left) {
		assert(getrandom(pool, sizeof(pool), 0) == sizeof(pool));
		left = ARRAY_SIZE(pool);
	}
	return pool[--left];
}
