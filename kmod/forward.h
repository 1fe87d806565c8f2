/* SPDX-License-Identifier: GPL-2.0 */
/* Forward: on to the next hop, past those who have nothing to say. */
#ifndef UMBRA_FORWARD_H
#define UMBRA_FORWARD_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

/**
 * umbra_forward() - send a packet to its next hop, if only the kernel would do it otherwise
 * @skb: packet at PRE_ROUTING, judged, translated, with a route that goes through
 * @state: of the hook
 * @own: hook that calls; whoever comes behind it has a say
 * @family: AF_INET or AF_INET6
 *
 * Does what RFC 1812 section 5.2 and RFC 8200 section 3 ask of a router of a packet that
 * needs nothing unusual, and counts it in the kernel's own counters.
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 * Return: true if the packet is gone; false if it is untouched, for the kernel to forward.
 */
bool umbra_forward(struct sk_buff *skb, const struct nf_hook_state *state, nf_hookfn *own,
		   u8 family);

#endif
