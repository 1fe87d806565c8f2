/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers that can be had again. UMBRA_FUZZ_SEED: where they begin, 1 unless told. */
#ifndef UMBRA_SELFTEST_NAT_RANDOM_H
#define UMBRA_SELFTEST_NAT_RANDOM_H

#include <stdio.h>

#include "env.h"

static u64 seed = 1;

static inline u32 below(u32 n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 32) % n;
}

/* Begin where the environment says, and print that. */
static inline void seed_begin(void)
{
	const char *text = getenv("UMBRA_FUZZ_SEED");

	seed = text && atoll(text) ? (u64)atoll(text) : 1;
	printf("# seed %llu\n", (unsigned long long)seed);
}

#endif
