/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rates: at most N events per second, for new sessions for instance.
 *
 * A bucket holds as many tokens as one second brings. A token has HZ parts, so that time shorter
 * than one token is not lost. The owner of a bucket guards it with its own lock.
 */
#ifndef UMBRA_RATE_H
#define UMBRA_RATE_H

#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/types.h>

/**
 * struct umbra_rate - a bucket
 * @tokens: number of events that may come now, times HZ
 * @filled: jiffies at which @tokens was last filled
 */
struct umbra_rate {
	u64 tokens;
	unsigned long filled;
};

/* Begin with a full bucket, for @rate events per second. */
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

/* Is there a token? @take: if there is, take it. */
static inline bool umbra_rate_has(struct umbra_rate *r, u32 rate, bool take)
{
	bool has;

	umbra_rate_fill(r, rate);
	has = r->tokens >= HZ;
	if (has && take)
		r->tokens -= HZ;
	return has;
}

/* Give back a token that was not needed. */
static inline void umbra_rate_give(struct umbra_rate *r, u32 rate)
{
	umbra_rate_fill(r, rate);
	r->tokens = min_t(u64, r->tokens + HZ, (u64)rate * HZ);
}

/* Is it as full as a new bucket? */
static inline bool umbra_rate_is_full(struct umbra_rate *r, u32 rate)
{
	umbra_rate_fill(r, rate);
	return r->tokens == (u64)rate * HZ;
}

#endif
