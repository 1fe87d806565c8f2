// SPDX-License-Identifier: GPL-2.0
/*
 * Bridge: what br_netfilter does to packets, undone for those that the firewall has to judge.
 *
 * br_netfilter shows each frame to the hooks at PRE_ROUTING while it still is the bridge's, as
 * a packet that arrives at the bridge. If the bridge then hands the frame up, it keeps the
 * packet from PRE_ROUTING (ip_sabotage_in()). So hooks see a packet once, and too early: nobody
 * knows yet whether the frame will be handed up, and at which device, for a VLAN's or a
 * macvlan's on top of the bridge comes later. A route, which says to whom an answer's
 * translation belongs, is taken away again.
 *
 * So the packet is judged as it is without br_netfilter: when it has been handed up, at the
 * device that it then arrives at. For this br_netfilter is told that it has done its keeping
 * away already. Other hooks would see the packet twice now. Where the frame has the bridge's
 * address, or that of the port that it came by, it will be handed up, and they do not see it the
 * first time, but as they see all others, behind Umbra. Broadcasts, multicasts, and what is for
 * another port's or a macvlan's own address they do see twice: to look through all ports for
 * each frame would cost more.
 */
#include "path/bridge.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>

#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)

static bool is_to(const struct sk_buff *skb, const struct net_device *dev)
{
	return dev && ether_addr_equal_unaligned(dev->dev_addr, eth_hdr(skb)->h_dest);
}

/* To the bridge's own address, or to that of the port that it came by. */
static bool is_handed_up(const struct sk_buff *skb, const struct nf_hook_state *state)
{
	return skb_mac_header_was_set(skb) &&
	       (is_to(skb, state->in) ||
		is_to(skb, dev_get_by_index_rcu(state->net, nf_bridge_get_physinif(skb))));
}

unsigned int umbra_bridge_shows(struct sk_buff *skb, const struct nf_hook_state *state)
{
	nf_bridge_info_get(skb)->sabotage_in_done = 1;
	if (!is_handed_up(skb, state))
		return NF_ACCEPT;
	state->okfn(state->net, state->sk, skb);
	return NF_STOLEN;
}

#else

unsigned int umbra_bridge_shows(struct sk_buff *skb, const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

#endif
