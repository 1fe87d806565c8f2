/* SPDX-License-Identifier: GPL-2.0 */
/* Bridge: frames that the kernel's bridge shows to IP hooks (br_netfilter). */
#ifndef UMBRA_BRIDGE_H
#define UMBRA_BRIDGE_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

/**
 * umbra_bridge_hands_up() - will this bridged frame be routed or delivered here?
 * @skb: frame with bridge information, at PRE_ROUTING
 * @in: the bridge
 *
 * br_netfilter runs PRE_ROUTING once for the frame and keeps the packet from
 * running it again when the bridge hands it up, so it is judged now or never.
 * What goes from port to port, and what goes to many, is the bridge's.
 *
 * Context: softirq, rcu_read_lock() held.
 */
bool umbra_bridge_hands_up(const struct sk_buff *skb, const struct net_device *in);

#endif
