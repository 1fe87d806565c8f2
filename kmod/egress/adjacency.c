// SPDX-License-Identifier: GPL-2.0
/*
 * Adjacencies
 *
 * The kernel shares one route object among all destinations behind the same next hop, so a few
 * adjacencies serve any number of sessions. The table is direct-mapped by the route's address. A
 * collision is harmless: a half that finds another id in its slot looks up its route again.
 *
 * At each use we ask the kernel, by dst_check(), whether a route is still valid. dst_check()
 * compares a generation that changes with routes, addresses, devices, forwarding sysctls and IPsec
 * policies; a path-MTU exception marks the route to which it applies. The first packet that finds
 * an adjacency stale drops it. The others are dropped with the namespace.
 *
 * A route holds its device, and the kernel deletes a device only when nothing holds it. The kernel
 * takes the device out of the routes that it knows: those of a next hop, and those on its list of
 * uncached routes. It does not know the copy of an IPv4 route that umbra_route_by() makes, nor the
 * result of an IPv6 look-up by device. So this table drops all its routes when a device is
 * unregistered. They are all stale at that moment anyway, because the routes of the namespace have
 * changed.
 *
 * After that, no adjacency can be made for the device. Between closing the device and
 * NETDEV_UNREGISTER, the kernel waits for all packets; so packets with a route through the device
 * are done, and later packets find no such route. A packet may wait in a queue (NFQUEUE) with such
 * a route; adjacency_new() refuses it by the state of its device.
 */
#include "egress/adjacency.h"

#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip6_fib.h>

#include "compat/umbra_rt6.h"

#define SLOT_BITS	10
static_assert(1 << SLOT_BITS == UMBRA_ADJACENCIES);
static_assert(UMBRA_ADJACENCIES - 1 <= (typeof_member(struct umbra_half, adj))~0);

static void adjacency_free(struct rcu_head *rcu)
{
	struct umbra_adjacency *adj = container_of(rcu, struct umbra_adjacency, rcu);

	dst_release(adj->dst);
	kfree(adj);
}

static struct umbra_adjacency *replace(struct umbra_adjacencies *a, u32 slot,
				       struct umbra_adjacency *new)
{
	struct umbra_adjacency *old;

	lockdep_assert_held(&a->lock);
	old = rcu_dereference_protected(a->slot[slot], lockdep_is_held(&a->lock));
	rcu_assign_pointer(a->slot[slot], new);
	if (old)
		call_rcu(&old->rcu, adjacency_free);
	return old;
}

void umbra_adjacency_drop(struct umbra_adjacencies *a, u32 slot, const struct umbra_adjacency *adj)
{
	spin_lock_bh(&a->lock);
	if (rcu_access_pointer(a->slot[slot]) == adj)
		replace(a, slot, NULL);
	spin_unlock_bh(&a->lock);
}

static u32 dst_cookie_of(struct dst_entry *dst)
{
	return dst->ops->family == AF_INET6 ? rt6_get_cookie(dst_rt6_info(dst)) : 0;
}

/* Will there be an event when its device is unregistered? */
static bool will_tell(const struct dst_entry *dst)
{
	return data_race(dst->dev->reg_state) == NETREG_REGISTERED;	/* a bit-field until 6.8 */
}

static struct umbra_adjacency *adjacency_new(struct umbra_adjacencies *a, struct dst_entry *dst)
{
	struct umbra_adjacency *adj;

	if (!will_tell(dst))
		return NULL;
	adj = kmalloc(sizeof(*adj), GFP_ATOMIC);
	if (!adj)
		return NULL;
	if (!dst_hold_safe(dst)) {
		kfree(adj);
		return NULL;
	}
	adj->dst = dst;
	adj->cookie = dst_cookie_of(dst);
	adj->genid = umbra_adjacency_genid(dst);
	adj->id = ++a->last_id ?: ++a->last_id;
	return adj;
}

static bool is_of(const struct umbra_adjacency *adj, struct dst_entry *dst)
{
	return adj->dst == dst && adj->cookie == dst_cookie_of(dst) &&
	       adj->genid == umbra_adjacency_genid(dst);
}

/* Return: the adjacency of @dst in @slot, new if necessary; NULL without memory or device. */
static struct umbra_adjacency *provide(struct umbra_adjacencies *a, u32 slot,
				       struct dst_entry *dst)
{
	struct umbra_adjacency *adj;

	adj = rcu_dereference_protected(a->slot[slot], lockdep_is_held(&a->lock));
	if (adj && is_of(adj, dst))
		return adj;
	adj = adjacency_new(a, dst);
	if (adj)
		replace(a, slot, adj);
	return adj;
}

/* Usually the slot has it already, so new sessions do not wait for each other's lock. */
void umbra_adjacency_name(struct umbra_adjacencies *a, struct dst_entry *dst, u32 *slot, u32 *id)
{
	struct umbra_adjacency *adj;

	*slot = hash_ptr(dst, SLOT_BITS);
	adj = rcu_dereference(a->slot[*slot]);
	if (likely(adj && is_of(adj, dst))) {
		*id = adj->id;
		return;
	}
	spin_lock_bh(&a->lock);
	adj = provide(a, *slot, dst);
	*id = adj ? adj->id : 0;
	spin_unlock_bh(&a->lock);
}

void umbra_adjacency_set(struct umbra_adjacencies *a, struct umbra_half *half,
			 struct dst_entry *dst)
{
	u32 slot, id;

	umbra_adjacency_name(a, dst, &slot, &id);
	umbra_adjacency_remember(half, slot, id);
}

/* There may be no table: a device can go before the first policy is committed, or meanwhile. */
void umbra_adjacencies_flush(struct umbra_adjacencies *a)
{
	u32 i;

	spin_lock_bh(&a->lock);
	for (i = 0; a->slot && i < UMBRA_ADJACENCIES; i++)
		if (rcu_access_pointer(a->slot[i]))
			replace(a, i, NULL);
	spin_unlock_bh(&a->lock);
}

static void set_table(struct umbra_adjacencies *a, struct umbra_adjacency __rcu **slot)
{
	spin_lock_bh(&a->lock);
	a->slot = slot;
	spin_unlock_bh(&a->lock);
}

void umbra_adjacencies_net_init(struct umbra_adjacencies *a)
{
	spin_lock_init(&a->lock);
}

int umbra_adjacencies_init(struct umbra_adjacencies *a)
{
	struct umbra_adjacency __rcu **slot;

	slot = kvcalloc(UMBRA_ADJACENCIES, sizeof(*slot), GFP_KERNEL_ACCOUNT);
	if (!slot)
		return -ENOMEM;
	set_table(a, slot);
	return 0;
}

void umbra_adjacencies_exit(struct umbra_adjacencies *a)
{
	struct umbra_adjacency __rcu **slot = a->slot;

	umbra_adjacencies_flush(a);
	rcu_barrier();	/* the namespace's counters of routes must outlive the routes */
	set_table(a, NULL);
	kvfree(slot);
}
