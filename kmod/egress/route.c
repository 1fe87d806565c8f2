// SPDX-License-Identifier: GPL-2.0
/*
 * Route: ask the kernel where a packet goes, and translate the answer into enum umbra_way.
 *
 * At PRE_ROUTING a packet has no route yet, but we need to know whether it is forwarded, delivered
 * here, or has no route. So we ask the kernel here, with the same arguments that it would use a
 * moment later. The route stays attached to the packet, so it is looked up only once. If the
 * kernel's own function is not exported, as for IPv6, we build the same arguments field by field.
 *
 * A packet that is translated on its way in is routed by its new address. Therefore the address is
 * an argument.
 *
 * References: for IPv4, the route of an arriving packet has no reference count (noref) and is valid
 * while RCU is held. The result of umbra_route_output() is counted and belongs to the caller.
 * Routes are kept beyond the packet only by adjacency.c.
 */
#include "egress/route.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <net/addrconf.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ip_tunnels.h>
#include <net/route.h>

#include "compat/umbra_dscp.h"
#include "compat/umbra_gso.h"
#include "compat/umbra_rt6.h"
#include "under_rcu.h"

static u8 way_v4(const struct rtable *rt)
{
	switch (rt->rt_type) {
	case RTN_LOCAL:
		return UMBRA_WAY_LOCAL;
	case RTN_BROADCAST:
		return UMBRA_WAY_BROADCAST;
	case RTN_MULTICAST:
		return UMBRA_WAY_MULTICAST;
	case RTN_UNICAST:
		return UMBRA_WAY_FORWARD;
	}
	return UMBRA_WAY_NONE;
}

static u8 way_v6(const struct sk_buff *skb, const struct rt6_info *rt)
{
	if (ipv6_addr_is_multicast(&ipv6_hdr(skb)->daddr))
		return UMBRA_WAY_MULTICAST;
	if (rt->rt6i_flags & RTF_REJECT)
		return UMBRA_WAY_NONE;
	if (rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST))
		return UMBRA_WAY_LOCAL;
	return UMBRA_WAY_FORWARD;
}

u8 umbra_route_way(const struct sk_buff *skb, u8 family, int *oif)
{
	struct dst_entry *dst = skb_dst(skb);
	u8 way;

	*oif = 0;
	if (!dst || dst->error)
		return UMBRA_WAY_NONE;
	way = family == AF_INET ? way_v4(skb_rtable(skb)) : way_v6(skb, dst_rt6_info(dst));
	if (way == UMBRA_WAY_FORWARD)
		*oif = dst->dev->ifindex;
	return way;
}

static struct dst_entry *vrf_route_v4(const struct sk_buff *skb, const struct in6_addr *to,
				      const struct net_device *vrf)
{
	const struct iphdr *ip = ip_hdr(skb);
	struct flowi4 fl4 = {
		.flowi4_l3mdev = vrf->ifindex,
		.flowi4_iif = LOOPBACK_IFINDEX,
		UMBRA_FLOW_DSCP(ip->tos),
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.flowi4_proto = ip->protocol,
		.daddr = to->s6_addr32[0],
		.saddr = ip->saddr,
	};
	struct rtable *rt = ip_route_output_key(dev_net(vrf), &fl4);

	return IS_ERR(rt) ? NULL : &rt->dst;
}

static struct dst_entry *vrf_route_v6(const struct sk_buff *skb, const struct in6_addr *to,
				      const struct net_device *vrf)
{
	const struct ipv6hdr *ip = ipv6_hdr(skb);
	struct flowi6 fl6 = {
		.flowi6_l3mdev = vrf->ifindex,
		.flowi6_iif = LOOPBACK_IFINDEX,
		.flowi6_mark = skb->mark,
		.flowi6_proto = ip->nexthdr,
		.daddr = *to,
		.saddr = ip->saddr,
		.flowlabel = ip6_flowinfo(ip),
	};

	return ip6_route_output(dev_net(vrf), NULL, &fl6);
}

/*
 * The route leads to a VRF device. When it transmits, that device looks up a route again, as we do
 * here. It delivers packets to its own addresses here, without another judgement.
 */
static u8 way_by_vrf(const struct sk_buff *skb, u8 family, const struct in6_addr *to)
{
	const struct net_device *vrf = skb_dst(skb)->dev, *dev;
	struct dst_entry *dst = family == AF_INET ? vrf_route_v4(skb, to, vrf) :
						    vrf_route_v6(skb, to, vrf);

	if (!dst)
		return UMBRA_WAY_NONE;
	dev = dst->error ? NULL : dst->dev;
	dst_release(dst);
	if (dev == vrf)
		return UMBRA_WAY_LOCAL;
	return dev && !netif_is_l3_master(dev) ? UMBRA_WAY_FORWARD : UMBRA_WAY_NONE;
}

/* Like the kernel's look-up for an arriving packet, which is not exported. */
static bool attach_v6(struct sk_buff *skb, const struct in6_addr *to)
{
	const struct ipv6hdr *ip = ipv6_hdr(skb);
	struct flowi6 fl6 = {
		.flowi6_iif = skb->dev->ifindex,
		.daddr = *to,
		.saddr = ip->saddr,
		.flowlabel = ip6_flowinfo(ip),
		.flowi6_mark = skb->mark,
		.flowi6_proto = ip->nexthdr,
	};
	struct net *net = dev_net(skb->dev);
	struct flow_keys keys;
	struct dst_entry *dst;

	fib6_rules_early_flow_dissect(net, skb, &fl6, &keys);
	dst = ip6_route_input_lookup(net, skb->dev, &fl6, skb, RT6_LOOKUP_F_HAS_SADDR);
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	return !dst->error;
}

u8 umbra_route_input(struct sk_buff *skb, u8 family, const struct in6_addr *to, int *oif)
{
	bool found = family == AF_INET ? umbra_route_attach_v4(skb, to->s6_addr32[0]) :
					 attach_v6(skb, to);
	u8 way;

	umbra_assert_rcu();
	*oif = 0;
	if (found) {
		way = umbra_route_way(skb, family, oif);
		if (likely(way != UMBRA_WAY_FORWARD || !netif_is_l3_master(skb_dst(skb)->dev)))
			return way;
		way = way_by_vrf(skb, family, to);
		*oif = way == UMBRA_WAY_FORWARD ? *oif : 0;
		return way;
	}
	/* IPv4 finds no route to a group that this host has not joined. */
	if (family == AF_INET && ipv4_is_multicast(to->s6_addr32[0]))
		return UMBRA_WAY_MULTICAST;
	return UMBRA_WAY_NONE;
}

/* Is there a route by this device? (A look-up for output would make one up.) */
static bool has_route_v4(struct net *net, struct flowi4 *fl4)
{
	struct fib_result res;

	return !fib_lookup(net, fl4, &res, 0) && res.type == RTN_UNICAST;
}

/* Like the kernel's own function, which newer kernels do not export. */
static struct rtable *copy_of(const struct rtable *rt)
{
	struct rtable *copy = rt_dst_alloc(rt->dst.dev, rt->rt_flags, rt->rt_type,
					   rt->dst.flags & DST_NOXFRM);

	if (!copy)
		return NULL;
	copy->rt_iif = rt->rt_iif;
	copy->rt_pmtu = rt->rt_pmtu;
	copy->rt_mtu_locked = rt->rt_mtu_locked;
	copy->rt_uses_gateway = rt->rt_uses_gateway;
	copy->rt_gw_family = rt->rt_gw_family;
	if (rt->rt_gw_family == AF_INET)
		copy->rt_gw4 = rt->rt_gw4;
	else if (rt->rt_gw_family == AF_INET6)
		copy->rt_gw6 = rt->rt_gw6;
	copy->dst.output = READ_ONCE(rt->dst.output);
	copy->dst.lwtstate = lwtstate_get(rt->dst.lwtstate);
	return copy;
}

/*
 * A route from a look-up for output cannot forward. So make a copy, and give it the input function
 * of the packet's present route.
 */
static struct dst_entry *forwarding(struct rtable *rt, const struct sk_buff *skb)
{
	struct rtable *copy = copy_of(rt);

	ip_rt_put(rt);
	if (!copy)
		return NULL;
	copy->dst.input = skb_dst(skb)->input;
	return &copy->dst;
}

static struct dst_entry *route_by_v4(struct net *net, const struct sk_buff *skb,
				     unsigned int hook, const struct umbra_key *client, int oif)
{
	struct flowi4 fl4 = {
		.daddr = client->src.s6_addr32[0],
		.saddr = client->dst.s6_addr32[0],
		.flowi4_iif = LOOPBACK_IFINDEX,
		.flowi4_oif = oif,
		.flowi4_mark = skb->mark,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
	};
	struct rtable *rt;

	if (!has_route_v4(net, &fl4))
		return NULL;
	rt = ip_route_output_key(net, &fl4);
	if (IS_ERR(rt))
		return NULL;
	return hook == NF_INET_LOCAL_OUT ? &rt->dst : forwarding(rt, skb);
}

/* With a source, a look-up for output takes the device only as a preference. */
static struct dst_entry *route_by_v6(struct net *net, const struct sk_buff *skb,
				     const struct umbra_key *client, int oif)
{
	struct flowi6 fl6 = {
		.daddr = client->src,
		.saddr = client->dst,
		.flowi6_oif = oif,
		.flowi6_mark = skb->mark,
	};
	struct dst_entry *dst = ip6_route_lookup(net, &fl6, skb, RT6_LOOKUP_F_IFACE |
						 RT6_LOOKUP_F_HAS_SADDR);

	if (!dst->error && dst->dev->ifindex == oif)
		return dst;
	dst_release(dst);
	return NULL;
}

bool umbra_route_by(struct net *net, struct sk_buff *skb, unsigned int hook,
		    const struct umbra_key *client, int oif)
{
	struct dst_entry *dst = client->family == AF_INET ?
				route_by_v4(net, skb, hook, client, oif) :
				route_by_v6(net, skb, client, oif);

	umbra_assert_rcu();
	if (!dst)
		return false;
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	return true;
}

static struct dst_entry *output_v4(struct net *net, const struct umbra_key *flow, int vrf,
				   struct in6_addr *src)
{
	struct flowi4 fl4 = {
		.daddr = flow->dst.s6_addr32[0],
		.saddr = flow->src.s6_addr32[0],
		.flowi4_oif = vrf,
		.flowi4_proto = flow->proto,
		.fl4_sport = flow->sport,
		.fl4_dport = flow->dport,
	};
	struct rtable *rt = ip_route_output_key(net, &fl4);

	if (IS_ERR(rt))
		return NULL;
	if (src)
		src->s6_addr32[0] = fl4.saddr;
	return &rt->dst;
}

static struct dst_entry *output_v6(struct net *net, const struct umbra_key *flow, int vrf,
				   struct in6_addr *src)
{
	struct flowi6 fl6 = {
		.daddr = flow->dst,
		.saddr = flow->src,
		.flowi6_oif = vrf,
		.flowi6_proto = flow->proto,
		.fl6_sport = flow->sport,
		.fl6_dport = flow->dport,
	};
	struct dst_entry *dst = ip6_route_output(net, NULL, &fl6);

	if (!dst->error && !(src && ipv6_dev_get_saddr(net, dst->dev, &flow->dst, 0, src)))
		return dst;
	dst_release(dst);
	return NULL;
}

struct dst_entry *umbra_route_output(struct net *net, const struct umbra_key *flow, int vrf,
				     struct in6_addr *src)
{
	umbra_assert_rcu();
	return flow->family == AF_INET ? output_v4(net, flow, vrf, src) :
					 output_v6(net, flow, vrf, src);
}

bool __umbra_route_refuses(const struct sk_buff *skb, u8 family, u32 mtu)
{
	u32 fragment = family == AF_INET ? IPCB(skb)->frag_max_size : IP6CB(skb)->frag_max_size;

	if (fragment > mtu)
		return true;
	if (skb->ignore_df)
		return false;
	return !skb_is_gso(skb) || !skb_gso_validate_network_len(skb, mtu);
}
