// SPDX-License-Identifier: GPL-2.0
#include "bridge.h"

#include <linux/etherdevice.h>

static int has_address(struct net_device *port, struct netdev_nested_priv *priv)
{
	return ether_addr_equal_unaligned(port->dev_addr, priv->data);
}

/* To the bridge's own address, or to that of any of its ports. */
bool umbra_bridge_hands_up(const struct sk_buff *skb, const struct net_device *in)
{
	u8 to[ETH_ALEN];
	struct netdev_nested_priv priv = { .data = to };

	if (!skb_mac_header_was_set(skb))
		return false;
	ether_addr_copy(to, eth_hdr(skb)->h_dest);
	if (is_multicast_ether_addr(to))
		return false;
	return ether_addr_equal_unaligned(in->dev_addr, to) ||
	       netdev_walk_all_lower_dev_rcu((struct net_device *)in, has_address, &priv);
}
