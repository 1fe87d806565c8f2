// SPDX-License-Identifier: GPL-2.0
/*
 * Forward: send a judged packet to its next hop.
 *
 * A packet that is judged and routed needs little more: a lower time to live, a neighbour, a
 * device. On the kernel's own path, many subsystems may act on the packet. Here we check each of
 * them beforehand. If none of them acts on this packet, it is sent within this call. If one may,
 * or if anything about the packet is unusual, the packet is left untouched to the kernel:
 * ip_forward() and ip6_forward() answer, fragment, redirect and encrypt. So all refusals, errors
 * and rare cases of forwarding are handled in one place, the kernel's.
 *
 * These may act on a packet: hooks behind ours at PRE_ROUTING, hooks at FORWARD (nftables,
 * iptables, conntrack, br_netfilter), IPsec, a VRF, a tunnel in the route, and a switch that has
 * already forwarded the packet itself. Hooks at POST_ROUTING are called from here, because security
 * modules have one on every machine. Traffic control, egress hooks and captures sit at the device,
 * and see the packet in any case.
 */
#include "egress/forward.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/arp.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ndisc.h>
#include <net/neighbour.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "compat/umbra_gso.h"
#include "compat/umbra_rt6.h"
#include "not_cleared.h"
#include "egress/route.h"
#include "under_rcu.h"

/* Indexed by hook. NFPROTO_IPV4 and NFPROTO_IPV6 have the values of the address families. */
static __always_inline struct nf_hook_entries __rcu *const *hooks_of(const struct net *net,
								      u8 family)
{
	return family == AF_INET ? net->nf.hooks_ipv4 : net->nf.hooks_ipv6;
}

static __always_inline bool is_only(const struct nf_hook_entries *hooks, nf_hookfn *gate)
{
	return hooks && hooks->num_hook_entries == 1 &&
	       hooks->hooks[0].hook == gate;
}

/* Return: the hooks at PRE_ROUTING, or NULL if others are behind @own there or at FORWARD. */
static __always_inline const struct nf_hook_entries *only_hooks(const struct net *net, u8 family,
								 const struct umbra_hookfns *own)
{
	struct nf_hook_entries __rcu *const *hooks = hooks_of(net, family);
	const struct nf_hook_entries *here = rcu_dereference(hooks[NF_INET_PRE_ROUTING]);

	if (!is_only(rcu_dereference(hooks[NF_INET_FORWARD]), own->gate) || !here ||
	    here->num_hook_entries < 2 || here->hooks[here->num_hook_entries - 2].hook != own->arrives)
		return NULL;	/* only the hook of path/carried.c may be behind it */
	return here;
}

bool umbra_forward_alone(const struct net *net, u8 family, const struct umbra_hookfns *own)
{
	const struct nf_hook_entries *here = only_hooks(net, family, own);

	umbra_assert_rcu();
	return here && here->num_hook_entries == 3;
}

#ifdef CONFIG_XFRM
static bool has_policy(const struct net *net, int dir)
{
	return net->xfrm.policy_count[dir] ||
	       net->xfrm.policy_default[dir] != XFRM_USERPOLICY_ACCEPT;
}

static bool ipsec_asks(const struct net *net, const struct sk_buff *skb,
		       const struct dst_entry *dst)
{
	return dst->xfrm || secpath_exists(skb) || has_policy(net, XFRM_POLICY_FWD) ||
	       has_policy(net, XFRM_POLICY_OUT);
}
#else
static bool ipsec_asks(const struct net *net, const struct sk_buff *skb,
		       const struct dst_entry *dst)
{
	return false;
}
#endif

/* Packets merged by large receive offload cannot be split again, so they cannot be forwarded. */
static bool is_lro(const struct sk_buff *skb)
{
	return skb_is_nonlinear(skb) && skb_shinfo(skb)->gso_size && !skb_shinfo(skb)->gso_type;
}

static bool done_by_switch(const struct sk_buff *skb)
{
#ifdef CONFIG_NET_SWITCHDEV
	return skb->offload_l3_fwd_mark;
#else
	return false;
#endif
}

static bool fits(const struct sk_buff *skb, const struct dst_entry *dst, u8 family)
{
	u32 mtu = umbra_route_mtu(dst, family);

	return skb->len <= mtu || (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu));
}

static bool is_plain(const struct sk_buff *skb, const struct dst_entry *dst)
{
	return skb->pkt_type == PACKET_HOST && !skb->sk && !is_lro(skb) && !done_by_switch(skb) &&
	       !dst->lwtstate && !netif_is_l3_slave(skb->dev);
}

/* IPSKB_DOREDIRECT: the kernel wants to send the sender a redirect. */
static bool is_plain_v4(const struct sk_buff *skb, const struct dst_entry *dst)
{
	return dst->output == ip_output && ip_hdr(skb)->ttl > 1 &&
	       ip_hdr(skb)->ihl * 4 == sizeof(struct iphdr) &&
	       !(IPCB(skb)->flags & IPSKB_DOREDIRECT) && !IPCB(skb)->frag_max_size &&
	       fits(skb, dst, AF_INET);
}

/* RFC 4291 section 2.5.3, 2.5.6, 2.7 */
static bool may_leave_its_link(const struct in6_addr *src)
{
	int type = ipv6_addr_type(src);

	return type & IPV6_ADDR_UNICAST && !(type & (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_LOOPBACK));
}

/* A packet that leaves by its device of arrival may cause a redirect to the sender. */
static bool is_plain_v6(const struct net *net, const struct sk_buff *skb, struct dst_entry *dst)
{
	const struct inet6_dev *idev = ip6_dst_idev(dst);

	return dst->output == ip6_output && ipv6_hdr(skb)->hop_limit > 1 &&
	       !(IP6CB(skb)->flags & IP6SKB_ROUTERALERT) && !IP6CB(skb)->frag_max_size &&
	       dst->dev != skb->dev && idev && !READ_ONCE(idev->cnf.disable_ipv6) &&
	       READ_ONCE(net->ipv6.devconf_all->forwarding) &&
	       !READ_ONCE(net->ipv6.devconf_all->proxy_ndp) &&
	       may_leave_its_link(&ipv6_hdr(skb)->saddr) && fits(skb, dst, AF_INET6);
}

/* nf_hook() for callers that are RCU readers already; its state is not cleared first. */
static __always_inline bool post_routing_passes(struct net *net, struct sk_buff *skb,
						struct net_device *in, u8 pf,
						int (*output)(struct net *net, struct sock *sk,
							      struct sk_buff *skb))
{
	const struct nf_hook_entries *hooks =
		rcu_dereference(hooks_of(net, pf)[NF_INET_POST_ROUTING]);
	struct nf_hook_state state umbra_not_cleared;

	if (!hooks)
		return true;
	nf_hook_state_init(&state, NF_INET_POST_ROUTING, pf, in, skb->dev, NULL, net, output);
	return nf_hook_slow(skb, &state, hooks, 0) == 1;
}

/*
 * Run the hooks at POST_ROUTING. A hook may queue the packet; the packet then resumes in @output, a
 * function of the kernel, where a flag makes it skip these hooks. A packet that was rerouted or has
 * grown also goes to @output. Return: true if the packet is still here.
 */
static __always_inline bool passes(struct net *net, struct sk_buff *skb, struct dst_entry *dst,
				   u8 pf, int (*output)(struct net *net, struct sock *sk,
							struct sk_buff *skb))
{
	struct net_device *in = skb->dev;
	unsigned int len = skb->len;

	skb->dev = dst->dev;
	if (!post_routing_passes(net, skb, in, pf, output))
		return false;
	if (likely(skb_dst(skb) == dst && skb->len <= len))
		return true;
	output(net, NULL, skb);
	return false;
}

/* Hand it to the link layer, which resolves the neighbour if necessary. */
static void send(struct sk_buff *skb, struct neighbour *neigh, bool other_family)
{
	if (IS_ERR(neigh))
		kfree_skb_reason(skb, SKB_DROP_REASON_NEIGH_CREATEFAIL);
	else
		neigh_output(neigh, skb, other_family);
}

static void send_v4(struct net *net, struct sk_buff *skb)
{
	struct neighbour *neigh;
	bool v6gw = false;

	IP_UPD_PO_STATS(net, IPSTATS_MIB_OUT, skb->len);
	neigh = ip_neigh_for_gw(skb_rtable(skb), skb, &v6gw);
	send(skb, neigh, v6gw);
}

static struct neighbour *neighbour_v6(const struct sk_buff *skb, const struct dst_entry *dst)
{
	const struct in6_addr *hop = rt6_nexthop(dst_rt6_info(dst), &ipv6_hdr(skb)->daddr);

	return __ipv6_neigh_lookup_noref(dst->dev, hop) ?:
	       __neigh_create(&nd_tbl, hop, dst->dev, false);
}

static void send_v6(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	IP6_UPD_PO_STATS(net, ip6_dst_idev(dst), IPSTATS_MIB_OUT, skb->len);
	send(skb, neighbour_v6(skb, dst), false);
}

static void forward_v4(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	ip_decrease_ttl(ip_hdr(skb));
	if (READ_ONCE(net->ipv4.sysctl_ip_fwd_update_priority))
		skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
	__IP_INC_STATS(net, IPSTATS_MIB_OUTFORWDATAGRAMS);
	IPCB(skb)->flags |= IPSKB_FORWARDED | IPSKB_REROUTED;
	if (passes(net, skb, dst, NFPROTO_IPV4, ip_output))
		send_v4(net, skb);
}

static void forward_v6(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	ipv6_hdr(skb)->hop_limit--;
	__IP6_INC_STATS(net, ip6_dst_idev(dst), IPSTATS_MIB_OUTFORWDATAGRAMS);
	IP6CB(skb)->flags |= IP6SKB_FORWARDED | IP6SKB_REROUTED;
	if (passes(net, skb, dst, NFPROTO_IPV6, ip6_output))
		send_v6(net, skb, dst);
}

/*
 * When ip_do_fragment() has to split a reassembled packet again, it keeps don't-fragment. When the
 * fragments are still separate buffers, it loses the flag; so merge them. Without memory the flag
 * is lost, but the fragments are no larger than they arrived.
 */
static void keep_df(struct sk_buff *skb)
{
	if (unlikely(IPCB(skb)->flags & IPSKB_FRAG_PMTU && skb_has_frag_list(skb)))
		skb_linearize(skb);
}

bool umbra_forward_is_plain(const struct net *net, const struct sk_buff *skb,
			    struct dst_entry *dst, u8 family)
{
	umbra_assert_rcu();
	if (ipsec_asks(net, skb, dst) || !is_plain(skb, dst))
		return false;
	return family == AF_INET ? is_plain_v4(skb, dst) : is_plain_v6(net, skb, dst);
}

void umbra_forward_send(struct net *net, struct sk_buff *skb, u8 family)
{
	umbra_assert_rcu();
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	if (family == AF_INET)
		forward_v4(net, skb, skb_dst(skb));
	else
		forward_v6(net, skb, skb_dst(skb));
}

bool umbra_forward(struct sk_buff *skb, struct net *net, const struct umbra_hookfns *own, u8 family)
{
	struct dst_entry *dst = skb_dst(skb);

	umbra_assert_rcu();
	if (family == AF_INET)
		keep_df(skb);
	if (!dst || !only_hooks(net, family, own) ||
	    !umbra_forward_is_plain(net, skb, dst, family) || !umbra_forward_room(skb, dst))
		return false;
	umbra_forward_send(net, skb, family);
	return true;
}
