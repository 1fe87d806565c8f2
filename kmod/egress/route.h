/* SPDX-License-Identifier: GPL-2.0 */
/* Route: where the kernel would send a packet. */
#ifndef UMBRA_ROUTE_H
#define UMBRA_ROUTE_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/umbra.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>

#include "session/session.h"

/**
 * umbra_route_input() - look up the route of a packet that arrived
 * @skb: packet at PRE_ROUTING; gets the route, unless the result is UMBRA_WAY_NONE
 * @family: AF_INET or AF_INET6
 * @to: destination; differs from the header's if that is yet to be translated
 * @oif: gets the index of the device that it leaves by; 0 unless UMBRA_WAY_FORWARD
 *
 * Context: softirq, rcu_read_lock() held.
 * Return: enum umbra_way.
 */
u8 umbra_route_input(struct sk_buff *skb, u8 family, const struct in6_addr *to, int *oif);

/**
 * umbra_route_by() - route an answer to a relay's client by the client's device
 * @net: namespace
 * @skb: packet with a route for forwarding, or a packet of the firewall itself; gets another route
 *	on success
 * @hook: NF_INET_PRE_ROUTING or NF_INET_LOCAL_OUT
 * @client: key of the client's packets; the answer goes to its source, from its destination
 * @oif: device index
 *
 * Context: softirq, rcu_read_lock() held.
 * Return: true if there is a route by that device.
 */
bool umbra_route_by(struct net *net, struct sk_buff *skb, unsigned int hook,
		    const struct umbra_key *client, int oif);

/**
 * umbra_route_output() - get the route of a packet of the firewall itself
 * @net: namespace
 * @flow: flow of the packet; its source may be unspecified, unless @src is NULL
 * @vrf: index of the VRF, or 0
 * @src: gets the source that the packet would have; or NULL
 *
 * Context: any, rcu_read_lock() held.
 * Return: a route, held, or NULL if there is none.
 */
struct dst_entry *umbra_route_output(struct net *net, const struct umbra_key *flow,
				     int vrf, struct in6_addr *src);

/*
 * Largest size in bytes that the kernel forwards on this route. For IPv4 that is the interface's
 * MTU only. For IPv6, ip6_forward() checks the interface's MTU, and ip6_finish_output() in addition
 * the path MTU that the firewall has learnt. The second check comes after translation, so its
 * error would go to the translated source.
 */
static inline u32 umbra_route_mtu(const struct dst_entry *dst, u8 family)
{
	return family == AF_INET ? ip_dst_mtu_maybe_forward(dst, true) :
				   ip6_dst_mtu_maybe_forward(dst, false);
}

/* The part of umbra_route_refuses() that few packets need. */
bool __umbra_route_refuses(const struct sk_buff *skb, u8 family, u32 mtu);

/**
 * umbra_route_refuses() - is a packet too large to be forwarded?
 * @skb: packet; if it is IPv4, with don't-fragment
 * @family: AF_INET or AF_INET6
 * @mtu: umbra_route_mtu() of its route, in bytes
 *
 * Decided like in ip_forward() and ip6_forward(), in the same order.
 *
 * Context: any.
 */
static inline bool umbra_route_refuses(const struct sk_buff *skb, u8 family, u32 mtu)
{
	return skb->len > mtu && __umbra_route_refuses(skb, family, mtu);
}

/*
 * Index of the VRF of the device @oif, which is the device of the route. Usually the device is at
 * hand, and is in no VRF.
 */
static inline int umbra_route_vrf(struct net *net, const struct dst_entry *dst, int oif)
{
	const struct net_device *dev = dst->dev;

	if (likely(dev->ifindex == oif && !netif_is_l3_slave(dev) && !netif_is_l3_master(dev)))
		return 0;
	return l3mdev_master_ifindex_by_index(net, oif);
}

/* The way of a route that is already attached. */
u8 umbra_route_way(const struct sk_buff *skb, u8 family, int *oif);

#endif
