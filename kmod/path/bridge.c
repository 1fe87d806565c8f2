// SPDX-License-Identifier: GPL-2.0
/*
 * Bridge: undo what br_netfilter does to packets that the firewall has to judge.
 *
 * br_netfilter passes each bridged frame through PRE_ROUTING while the bridge still owns it, as a
 * packet that arrives at the bridge. If the bridge then hands the frame up to the IP layer,
 * br_netfilter makes the packet skip PRE_ROUTING (ip_sabotage_in()). So hooks see a packet once,
 * but too early. It is not yet known whether the frame will be handed up, and at which device,
 * because a VLAN or macvlan on top of the bridge comes later. A route attached there (it decides
 * whose translation an answer gets) is removed again.
 *
 * So Umbra judges the packet as it would without br_netfilter: after it has been handed up, at the
 * device where it then arrives. To get the packet there, we set the mark by which br_netfilter
 * knows that it has already skipped PRE_ROUTING. Other hooks would then see the packet twice. If
 * the frame is addressed to the bridge, or to the port where it arrived, it is certain to be
 * handed up, so other hooks are skipped the first time and see it the second time, after Umbra, as
 * they see any packet. They do see some frames twice: broadcasts, multicasts, and frames to the
 * address of another port or of a macvlan. Comparing each frame with all ports would cost more.
 */
#include "path/bridge.h"
#include "under_rcu.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>

#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)

static bool is_to(const struct sk_buff *skb, const struct net_device *dev)
{
	return dev && ether_addr_equal_unaligned(dev->dev_addr, eth_hdr(skb)->h_dest);
}

/* Addressed to the bridge, or to the port where it arrived. */
static bool is_handed_up(const struct sk_buff *skb, const struct nf_hook_state *state)
{
	return skb_mac_header_was_set(skb) &&
	       (is_to(skb, state->in) ||
		is_to(skb, dev_get_by_index_rcu(state->net, nf_bridge_get_physinif(skb))));
}

unsigned int umbra_bridge_shows(struct sk_buff *skb, const struct nf_hook_state *state)
{
	umbra_assert_rcu();
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
