/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Adjacencies: the ways out of the firewall.
 *
 * The only place that holds references to routes, and through them devices.
 * A session names its adjacency by slot and id; both are integers, so a
 * session never keeps a route, a device or a namespace alive.
 */
#ifndef UMBRA_ADJACENCY_H
#define UMBRA_ADJACENCY_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct dst_entry;
struct umbra_half;

#define UMBRA_ADJACENCIES	1024

struct umbra_adjacency {
	struct dst_entry *dst;		/* held */
	u32 cookie;			/* IPv6: what dst_check() wants */
	int genid;			/* IPv6: of all its tables and rules */
	u32 id;
	struct rcu_head rcu;
};

/**
 * struct umbra_adjacencies - those of a namespace
 * @slot: hashed by route; guarded by @lock, read under RCU
 * @lock: one writer
 * @last_id: never 0, which a session has that knows no adjacency
 */
struct umbra_adjacencies {
	struct umbra_adjacency __rcu **slot;
	spinlock_t lock;
	u32 last_id;
};

int umbra_adjacencies_init(struct umbra_adjacencies *a);
void umbra_adjacencies_exit(struct umbra_adjacencies *a);

/* Drop all; sessions look up their route again. Context: any. */
void umbra_adjacencies_flush(struct umbra_adjacencies *a);

/**
 * umbra_adjacency_find() - the route a half leaves by, if it still holds
 * @a: table
 * @half: half that umbra_adjacency_set() was called for, or not
 *
 * Context: rcu_read_lock() held.
 * Return: a route valid until the read section ends, or NULL: look it up.
 */
struct dst_entry *umbra_adjacency_find(struct umbra_adjacencies *a,
				       const struct umbra_half *half);

/* Remember @dst as the way out of @half. Context: BH off. Best effort. */
void umbra_adjacency_set(struct umbra_adjacencies *a, struct umbra_half *half,
			 struct dst_entry *dst);

#endif
