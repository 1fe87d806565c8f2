/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rates: so many of something a second: new sessions, mostly.
 *
 * A bucket of as many tokens as a second brings, each of HZ parts, so that time that
 * is less than a token's is not lost. Whoever has one guards it with a lock of his own.
 */
#ifndef UMBRA_RATE_H
#define UMBRA_RATE_H

#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/types.h>

/**
 * struct umbra_rate - a bucket
 * @tokens: how many may come now, times HZ
 * @filled: jiffies when @tokens was last filled
 */
struct umbra_rate {
	u64 tokens;
	unsigned long filled;
};

/* Begin with a second's worth, of @rate a second. */
static inline void umbra_rate_init(struct umbra_rate *r, u32 rate)
{
	r->tokens = (u64)rate * HZ;
	r->filled = jiffies;
}

static inline void umbra_rate_fill(struct umbra_rate *r, u32 rate)
{
	unsigned long now = jiffies, passed = min_t(unsigned long, now - r->filled, HZ);

	r->tokens = min_t(u64, r->tokens + (u64)passed * rate, (u64)rate * HZ);
	r->filled = now;
}

/* Is there a token? @take: then it is the caller's. */
static inline bool umbra_rate_has(struct umbra_rate *r, u32 rate, bool take)
{
	bool has;

	umbra_rate_fill(r, rate);
	has = r->tokens >= HZ;
	if (has && take)
		r->tokens -= HZ;
	return has;
}

/* A token was not needed. */
static inline void umbra_rate_give(struct umbra_rate *r, u32 rate)
{
	umbra_rate_fill(r, rate);
	r->tokens = min_t(u64, r->tokens + HZ, (u64)rate * HZ);
}

/* Is it as full as a new one? */
static inline bool umbra_rate_is_full(struct umbra_rate *r, u32 rate)
{
	umbra_rate_fill(r, rate);
	return r->tokens == (u64)rate * HZ;
}

#endif
