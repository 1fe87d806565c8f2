// SPDX-License-Identifier: GPL-2.0
/*
 * Own address: the address with which a masqueraded session leaves.
 *
 * The kernel chooses it, as for a packet of the firewall itself that leaves by the same device.
 * When the address is removed, upkeep/address_sweep.c ends the sessions that have it.
 */
#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/route.h>

#include "nat/nat.h"
#include "under_rcu.h"

static bool own_v4(const struct sk_buff *skb, const struct net_device *dev, __be32 to,
		   struct in6_addr *addr)
{
	__be32 hop = rt_nexthop(skb_rtable(skb), to);

	memset(addr, 0, sizeof(*addr));
	addr->s6_addr32[0] = inet_select_addr(dev, hop, RT_SCOPE_UNIVERSE);
	return addr->s6_addr32[0];
}

bool umbra_nat_own_address(struct net *net, const struct sk_buff *skb,
			   const struct net_device *dev, const struct umbra_key *leaves,
			   struct in6_addr *addr)
{
	umbra_assert_rcu();
	if (leaves->family == AF_INET)
		return own_v4(skb, dev, leaves->dst.s6_addr32[0], addr);
	return !ipv6_dev_get_saddr(net, dev, &leaves->dst, 0, addr);
}
