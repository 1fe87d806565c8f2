/* SPDX-License-Identifier: GPL-2.0 */
/* Route: where the kernel would send a packet, in the words of this module. */
#ifndef UMBRA_ROUTE_H
#define UMBRA_ROUTE_H

#include <linux/skbuff.h>
#include <linux/types.h>

enum umbra_way {
	UMBRA_WAY_FORWARD,
	UMBRA_WAY_LOCAL,
	UMBRA_WAY_BROADCAST,
	UMBRA_WAY_MULTICAST,
	UMBRA_WAY_NONE,		/* no route, or one that says no */
};

/**
 * umbra_route_input() - look up the route of a packet that arrived
 * @skb: packet at PRE_ROUTING; gets the route attached unless UMBRA_WAY_NONE
 * @family: AF_INET or AF_INET6
 * @oif: device index that it leaves by, 0 unless UMBRA_WAY_FORWARD
 *
 * Context: softirq, rcu_read_lock() held.
 * Return: enum umbra_way.
 */
u8 umbra_route_input(struct sk_buff *skb, u8 family, int *oif);

/* What an attached route says. */
u8 umbra_route_way(const struct sk_buff *skb, u8 family, int *oif);

#endif
