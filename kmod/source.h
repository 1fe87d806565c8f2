/* SPDX-License-Identifier: GPL-2.0 */
/* Sources: how many sessions each holds as their client. See source.c. */
#ifndef UMBRA_SOURCE_H
#define UMBRA_SOURCE_H

#include <linux/atomic.h>
#include <linux/siphash.h>
#include <linux/types.h>

struct umbra_key;
struct umbra_session;

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

/**
 * umbra_source_of() - the source that a session is counted for
 * @s: sources
 * @key: a packet of the session, as it arrives
 * @reversed: it is one of the server's
 *
 * The client's IPv4 address, or the first 64 bits of its IPv6 address, whatever the VRF:
 * a server's packet does not tell the client's.
 *
 * Context: any.
 * Return: its number.
 */
u32 umbra_source_of(const struct umbra_sources *s, const struct umbra_key *key, bool reversed);

/* The same of a session whose keys are set. */
u32 umbra_source_of_session(const struct umbra_sources *sources, const struct umbra_session *s);

/* One session more. Context: any. */
void umbra_source_take(struct umbra_sources *s, u32 source);

/* One session less. Context: any. */
void umbra_source_give(struct umbra_sources *s, u32 source);

/* How many it holds: never fewer than it does. Context: any. */
u32 umbra_source_held(const struct umbra_sources *s, u32 source);

#endif
