/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Adjacencies: the ways out of the firewall.
 *
 * Only this table holds references to routes and, through them, to devices. A session names its
 * adjacency by two integers, slot and id. So a session never keeps a route, a device or a namespace
 * alive.
 */
#ifndef UMBRA_ADJACENCY_H
#define UMBRA_ADJACENCY_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <net/dst.h>
#include <net/net_namespace.h>

#include "session/session.h"

#define UMBRA_ADJACENCIES	1024

struct umbra_adjacency {
	struct dst_entry *dst;		/* held */
	u32 cookie;			/* IPv6: argument of dst_check() */
	int genid;			/* IPv6: generation of all its tables and rules */
	u32 id;
	struct rcu_head rcu;
};

/**
 * struct umbra_adjacencies - the adjacencies of a namespace
 * @slot: hashed by route; NULL before the first policy; guarded by @lock, read under RCU
 * @lock: taken by writers
 * @last_id: never 0, because 0 in a session means no adjacency
 */
struct umbra_adjacencies {
	struct umbra_adjacency __rcu **slot;
	spinlock_t lock;
	u32 last_id;
};

/* For a namespace without a policy: only initialises the lock. */
void umbra_adjacencies_net_init(struct umbra_adjacencies *a);

int umbra_adjacencies_init(struct umbra_adjacencies *a);
void umbra_adjacencies_exit(struct umbra_adjacencies *a);

/*
 * Drop all adjacencies; sessions look up their routes again. Called when a device is unregistered,
 * because routes hold their devices. Context: any.
 */
void umbra_adjacencies_flush(struct umbra_adjacencies *a);

/**
 * umbra_adjacency_name() - get the two integers that stand for a route
 * @a: table
 * @dst: route
 * @slot: gets the slot
 * @id: gets the id; 0 means none, for lack of memory or of a registered device
 *
 * Context: rcu_read_lock() held, BH off.
 */
void umbra_adjacency_name(struct umbra_adjacencies *a, struct dst_entry *dst, u32 *slot, u32 *id);

/* Remove a stale adjacency, unless another one is in its slot by now. Context: any. */
void umbra_adjacency_drop(struct umbra_adjacencies *a, u32 slot, const struct umbra_adjacency *adj);

/* IPv6 checks a route only against its own table, but another table may now take precedence. */
static inline int umbra_adjacency_genid(const struct dst_entry *dst)
{
	return dst->ops->family == AF_INET6 ? rt_genid_ipv6(dev_net(dst->dev)) : 0;
}

/**
 * umbra_adjacency_named() - get the route that slot and id stand for, if it is still valid
 * @a: table
 * @slot: from umbra_adjacency_name(), or anything below UMBRA_ADJACENCIES
 * @id: from umbra_adjacency_name(), or 0
 *
 * Context: rcu_read_lock() held.
 * Return: a route, valid until the end of the read section; or NULL: look it up.
 */
static inline struct dst_entry *umbra_adjacency_named(struct umbra_adjacencies *a, u32 slot,
						      u32 id)
{
	struct umbra_adjacency *adj = rcu_dereference(a->slot[slot]);

	if (!adj || adj->id != id)
		return NULL;
	if (likely(adj->genid == umbra_adjacency_genid(adj->dst) &&
		   dst_check(adj->dst, adj->cookie)))
		return adj->dst;
	umbra_adjacency_drop(a, slot, adj);
	return NULL;
}

/* The route that a half leaves by; as above. */
static inline struct dst_entry *umbra_adjacency_find(struct umbra_adjacencies *a,
						     const struct umbra_half *half)
{
	return umbra_adjacency_named(a, READ_ONCE(half->adj), READ_ONCE(half->adj_id));
}

/*
 * Remember the slot and the id of a route as the way out of @half. No barrier is needed: an id
 * belongs to one adjacency, which is in one slot. So if the numbers of two writers mix, they stand
 * for no adjacency, and the route is looked up.
 */
static inline void umbra_adjacency_remember(struct umbra_half *half, u32 slot, u32 id)
{
	WRITE_ONCE(half->adj, slot);
	WRITE_ONCE(half->adj_id, id);
}

/* Remember @dst in the same way. Context: BH off. Best effort. */
void umbra_adjacency_set(struct umbra_adjacencies *a, struct umbra_half *half,
			 struct dst_entry *dst);

#endif
