/* SPDX-License-Identifier: GPL-2.0 */
/* Bridge: frames that the kernel's bridge shows to IP hooks (br_netfilter). */
#ifndef UMBRA_BRIDGE_H
#define UMBRA_BRIDGE_H

#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/skbuff.h>

/**
 * umbra_bridge_shows() - handle a frame at PRE_ROUTING that the bridge still owns
 * @skb: frame, for which nf_bridge_in_prerouting() holds
 * @state: of the hook
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 * Return: the netfilter verdict.
 */
unsigned int umbra_bridge_shows(struct sk_buff *skb, const struct nf_hook_state *state);

/* Has the bridge shown it to IP hooks? */
static inline bool umbra_bridge_has_shown(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	return nf_bridge_info_exists(skb);
#else
	return false;
#endif
}

/* At FORWARD: does the bridge forward it from port to port, without routing? */
static inline bool umbra_bridge_forwards(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	return nf_bridge_get_physoutdev(skb);
#else
	return false;
#endif
}

#endif
