/* SPDX-License-Identifier: GPL-2.0 */
/* Sources: the number of sessions that each source holds as their client. See source.c. */
#ifndef UMBRA_SOURCE_H
#define UMBRA_SOURCE_H

#include <linux/atomic.h>
#include <linux/minmax.h>
#include <linux/siphash.h>
#include <linux/types.h>

struct umbra_client_net;

#define UMBRA_SOURCE_CELLS	32768	/* in a row; each row uses half of the hash */

/**
 * struct umbra_sources - the sessions of each source in a namespace
 * @cell: two rows of counters, one after the other
 * @key: random key of the hash
 */
struct umbra_sources {
	atomic_t *cell;
	hsiphash_key_t key;
};

/* Context: process. Return: 0 or -ENOMEM. */
int umbra_sources_init(struct umbra_sources *s);
void umbra_sources_exit(struct umbra_sources *s);

/* The number of the source that a client belongs to. Context: any. */
u32 umbra_source_of(const struct umbra_sources *s, const struct umbra_client_net *net);

static inline atomic_t *umbra_source_first(const struct umbra_sources *s, u32 source)
{
	return &s->cell[source % UMBRA_SOURCE_CELLS];
}

static inline atomic_t *umbra_source_second(const struct umbra_sources *s, u32 source)
{
	return &s->cell[UMBRA_SOURCE_CELLS + (source >> 16) % UMBRA_SOURCE_CELLS];
}

/* Count one session more. Context: any. */
static inline void umbra_source_take(struct umbra_sources *s, u32 source)
{
	atomic_inc(umbra_source_first(s, source));
	atomic_inc(umbra_source_second(s, source));
}

/* Count one session less. Context: any. */
static inline void umbra_source_give(struct umbra_sources *s, u32 source)
{
	atomic_dec(umbra_source_first(s, source));
	atomic_dec(umbra_source_second(s, source));
}

/* The number of sessions that a source holds, or more; never less. Context: any. */
static inline u32 umbra_source_held(const struct umbra_sources *s, u32 source)
{
	return min(atomic_read(umbra_source_first(s, source)),
		   atomic_read(umbra_source_second(s, source)));
}

#endif
