/* SPDX-License-Identifier: GPL-2.0 */
/* Route: where the kernel would send a packet, in the words of this module. */
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
 * @skb: packet at PRE_ROUTING; gets the route attached unless UMBRA_WAY_NONE
 * @family: AF_INET or AF_INET6
 * @to: where it is to go, which is not what its header says when that is yet to be translated
 * @oif: device index that it leaves by, 0 unless UMBRA_WAY_FORWARD
 *
 * Context: softirq, rcu_read_lock() held.
 * Return: enum umbra_way.
 */
u8 umbra_route_input(struct sk_buff *skb, u8 family, const struct in6_addr *to, int *oif);

/**
 * umbra_route_by() - route a relay's answer by the device of its client
 * @net: namespace
 * @skb: packet, routed: for forwarding, or as the firewall's own; gets another route on
 *	success
 * @hook: NF_INET_PRE_ROUTING or NF_INET_LOCAL_OUT
 * @client: the client's packets; to its source, from its destination
 * @oif: device index
 *
 * Context: softirq, rcu_read_lock() held.
 * Return: whether there is a route by that device.
 */
bool umbra_route_by(struct net *net, struct sk_buff *skb, unsigned int hook,
		    const struct umbra_key *client, int oif);

/**
 * umbra_route_output() - route of a packet of the firewall's own
 * @net: namespace
 * @flow: the packet's; its source may be any, unless @src is NULL
 * @vrf: index of the VRF that it is in, or 0
 * @src: where to put the source that it would have, or NULL
 *
 * Context: any, rcu_read_lock() held.
 * Return: a route, held, or NULL when there is none.
 */
struct dst_entry *umbra_route_output(struct net *net, const struct umbra_key *flow,
				     int vrf, struct in6_addr *src);

/*
 * Bytes that a forwarded packet may have on this route before the kernel refuses it. IPv4 asks for
 * the interface's MTU when it forwards, and for nothing else. IPv6 does so in ip6_forward(), but
 * ip6_finish_output() refuses in addition what is larger than the firewall has learnt of the path.
 * That is behind translation, where the error would go to the translated source.
 */
static inline u32 umbra_route_mtu(const struct dst_entry *dst, u8 family)
{
	return family == AF_INET ? ip_dst_mtu_maybe_forward(dst, true) :
				   ip6_dst_mtu_maybe_forward(dst, false);
}

/*
 * The index of the VRF that the device @oif is in, by which a route leaves. Mostly that is at hand,
 * and in none.
 */
static inline int umbra_route_vrf(struct net *net, const struct dst_entry *dst, int oif)
{
	const struct net_device *dev = dst->dev;

	if (likely(dev->ifindex == oif && !netif_is_l3_slave(dev) && !netif_is_l3_master(dev)))
		return 0;
	return l3mdev_master_ifindex_by_index(net, oif);
}

/* What an attached route says. */
u8 umbra_route_way(const struct sk_buff *skb, u8 family, int *oif);

#endif
