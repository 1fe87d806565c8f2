/* SPDX-License-Identifier: GPL-2.0 */
/* Sources: how many sessions each holds as their client. See source.c. */
#ifndef UMBRA_SOURCE_H
#define UMBRA_SOURCE_H

#include <linux/atomic.h>
#include <linux/siphash.h>
#include <linux/types.h>

struct umbra_client_net;

/**
 * struct umbra_sources - what the sources of a namespace hold
 * @cell: two rows of counters, one after the other
 * @key: of the hash, random
 */
struct umbra_sources {
	atomic_t *cell;
	hsiphash_key_t key;
};

/* Context: process. Return: 0 or -ENOMEM. */
int umbra_sources_init(struct umbra_sources *s);
void umbra_sources_exit(struct umbra_sources *s);

/* The number of the source that a client is. Context: any. */
u32 umbra_source_of(const struct umbra_sources *s, const struct umbra_client_net *net);

/* One session more. Context: any. */
void umbra_source_take(struct umbra_sources *s, u32 source);

/* One session less. Context: any. */
void umbra_source_give(struct umbra_sources *s, u32 source);

/* How many it holds: never fewer than it does. Context: any. */
u32 umbra_source_held(const struct umbra_sources *s, u32 source);

#endif
