/* SPDX-License-Identifier: GPL-2.0 */
/* Forward: send packets to the next hop, past subsystems that would not act on them. */
#ifndef UMBRA_FORWARD_H
#define UMBRA_FORWARD_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/dst.h>

#include "under_rcu.h"

/**
 * struct umbra_hookfns - our hooks of a family, to recognise them among other hooks
 * @arrives: at PRE_ROUTING
 * @gate: at FORWARD
 */
struct umbra_hookfns {
	nf_hookfn *arrives;
	nf_hookfn *gate;
};

/**
 * umbra_forward() - send a packet to its next hop, if nothing but the kernel's IP layer would act
 * @skb: packet at PRE_ROUTING, judged, translated, with a route for forwarding
 * @net: namespace
 * @own: our hooks of the family; the kernel has to call hooks of others behind them
 * @family: AF_INET or AF_INET6
 *
 * Does what RFC 1812 section 5.2 and RFC 8200 section 3 require of a router for a packet without
 * special needs, and counts it in the kernel's own counters.
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: true if the packet is gone; false if it is untouched and the kernel has to forward it.
 */
bool umbra_forward(struct sk_buff *skb, struct net *net, const struct umbra_hookfns *own, u8 family);

/*
 * The steps of umbra_forward(), for a hook that runs before PRE_ROUTING (path/express.c). First: is
 * nothing at PRE_ROUTING but our hooks and the defragmenter, which is always there, and nothing at
 * FORWARD but the gate?
 */
bool umbra_forward_alone(const struct net *net, u8 family, const struct umbra_hookfns *own);

/* Would the kernel do nothing unusual with @skb on @dst? Its control block must be initialised. */
bool umbra_forward_is_plain(const struct net *net, const struct sk_buff *skb,
			    struct dst_entry *dst, u8 family);

/* Make room for the link's header and make the head writable. False: no memory. */
static inline bool umbra_forward_room(struct sk_buff *skb, const struct dst_entry *dst)
{
	umbra_assert_rcu();
	return !skb_cow(skb, LL_RESERVED_SPACE(dst->dev) + dst->header_len);
}

/* Send it by the route that it has. */
void umbra_forward_send(struct net *net, struct sk_buff *skb, u8 family);

#endif
