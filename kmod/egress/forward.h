/* SPDX-License-Identifier: GPL-2.0 */
/* Forward: on to the next hop, past those who have nothing to say. */
#ifndef UMBRA_FORWARD_H
#define UMBRA_FORWARD_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/dst.h>

/**
 * struct umbra_hookfns - our hooks of a family, by which they are known among others'
 * @arrives: at PRE_ROUTING
 * @gate: at FORWARD
 */
struct umbra_hookfns {
	nf_hookfn *arrives;
	nf_hookfn *gate;
};

/**
 * umbra_forward() - send a packet to its next hop, if only the kernel would do it otherwise
 * @skb: packet at PRE_ROUTING, judged, translated, with a route that goes through
 * @net: namespace
 * @own: our hooks of the family; what others have behind the first, the kernel has to call
 * @family: AF_INET or AF_INET6
 *
 * Does what RFC 1812 section 5.2 and RFC 8200 section 3 ask of a router of a packet that
 * needs nothing unusual, and counts it in the kernel's own counters.
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: true if the packet is gone; false if it is untouched, for the kernel to forward.
 */
bool umbra_forward(struct sk_buff *skb, struct net *net, const struct umbra_hookfns *own, u8 family);

/*
 * The steps of that, for who comes in front of PRE_ROUTING (path/express.c). First: is nobody
 * at PRE_ROUTING but the defragmenter, which is always there, and ours, and at FORWARD but the gate?
 */
bool umbra_forward_alone(const struct net *net, u8 family, const struct umbra_hookfns *own);

/* Would the kernel do nothing unusual with it on its way to @dst? Its control block is read. */
bool umbra_forward_is_plain(const struct net *net, const struct sk_buff *skb,
			    struct dst_entry *dst, u8 family);

/* Room for the link's header, and a head that may be written to. False: no memory. */
static inline bool umbra_forward_room(struct sk_buff *skb, const struct dst_entry *dst)
{
	return !skb_cow(skb, LL_RESERVED_SPACE(dst->dev) + dst->header_len);
}

/* Away with it, by the route that it has. */
void umbra_forward_send(struct net *net, struct sk_buff *skb, u8 family);

#endif
