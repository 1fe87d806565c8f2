// SPDX-License-Identifier: GPL-2.0
#include "env.h"

#include <sys/random.h>

u32 env_warnings;
int env_pieces;
int env_pieces_max = 1000;
pthread_rwlock_t env_rcu = PTHREAD_RWLOCK_INITIALIZER;

u32 get_random_u32(void)
{
	u32 n = 0;

	assert(getrandom(&n, sizeof(n), 0) == sizeof(n));
	return n;
}
