// SPDX-License-Identifier: GPL-2.0
#include "env.h"

#include <sys/random.h>

unsigned long jiffies;
u32 env_warnings;
int env_pieces;
int env_pieces_max = 1000;
pthread_rwlock_t env_rcu = PTHREAD_RWLOCK_INITIALIZER;

/* The kernel's is asked for many at a time. */
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
