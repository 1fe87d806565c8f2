// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks: PRE_ROUTING judges packets that arrive, whether they are forwarded or delivered here.
 * LOCAL_OUT judges packets that the firewall sends. Both run right after defragmentation and before
 * conntrack. So they judge whole datagrams, and conntrack does not track the packets a second
 * time. The hooks at FORWARD and LOCAL_IN (gate.c) drop packets that these hooks have not seen. A
 * namespace gets its hooks with its first policy.
 */
#include "path/hooks.h"

#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/umbra.h>
#include <net/dst_metadata.h>
#include <net/l3mdev.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "path/bridge.h"
#include "path/carried.h"
#include "egress/forward.h"
#include "path/gate.h"
#include "packet/icmp.h"
#include "passage.h"
#include "policy/policy.h"
#include "packet/reject.h"
#include "path/to_relay.h"
#include "egress/route.h"
#include "life/notify.h"
#include "umbra.h"
#include "under_rcu.h"

#define UMBRA_PRIORITY	(NF_IP_PRI_CONNTRACK_DEFRAG + 1)

/* Neighbour discovery, MLD and IGMP stay on their link, so they are not forwarded. */
static bool stays_here(const struct umbra_passage *w)
{
	const struct in6_addr *dst = &w->packet.key.dst;

	if (w->hook == NF_INET_LOCAL_OUT)
		return true;
	if (w->family == AF_INET)
		return ipv4_is_multicast(dst->s6_addr32[0]) && w->packet.ttl == 1;
	/* MLD is sent to the group that it reports, of any scope: RFC 2710, RFC 3810. */
	if (w->packet.ttl == 1 && ipv6_addr_is_multicast(dst))
		return true;
	if (w->packet.ttl != 255 && w->packet.ttl != 1)
		return false;
	return ipv6_addr_type(dst) & (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_LOOPBACK) ||
	       ipv6_chk_addr(w->un->net, dst, w->skb->dev, 0);
}

static u8 known_or_new(struct umbra_passage *w)
{
	struct umbra_half *half;
	bool gone = false;
	u8 why;

	half = umbra_table_find_hashing(&w->un->table, &w->packet.key, &w->hash);
	if (half) {
		umbra_count(w->un, found);
		why = umbra_hit(w, half, &gone);
		if (!gone)
			return why;
	} else {
		umbra_count(w->un, missed);
	}
	return umbra_open(w);
}

static __always_inline u8 begin(struct umbra_passage *w, const struct net_device *dev,
				bool *settled)
{
	u8 why = umbra_packet_parse(w->skb, w->family, &w->packet);

	*settled = true;
	w->action = UMBRA_ACTION_DISCARD;
	if (why)
		return why;
	if (netif_is_l3_slave(dev) || netif_is_l3_master(dev))
		w->packet.key.vrf = umbra_vrf_number(&w->un->vrfs, l3mdev_master_ifindex_rcu(dev));
	if (unlikely(netif_has_l3_rx_handler(dev)) && umbra_carried_in(w))
		return UMBRA_REASON_NOT_FOLLOWED;
	if (w->packet.kind == UMBRA_PACKET_ICMP_ERROR)
		return umbra_related(w);
	if (w->packet.kind == UMBRA_PACKET_NEIGHBOUR && stays_here(w))
		return umbra_pass(w, UMBRA_REASON_NEIGHBOUR);
	*settled = false;
	return 0;
}

u8 umbra_passage_begin(struct umbra_passage *w, const struct net_device *dev, bool *settled)
{
	umbra_assert_rcu();
	return begin(w, dev, settled);
}

static u8 judge(struct umbra_passage *w, const struct net_device *dev)
{
	bool settled;
	u8 why = begin(w, dev, &settled);

	if (settled)
		return why;
	why = known_or_new(w);
	if (unlikely(why == UMBRA_REASON_TCP_STRAY) && umbra_tell_again(w->un, w->hash))
		w->action = UMBRA_ACTION_REJECT;
	if (unlikely(why) && umbra_relayed_reset(w))
		return umbra_pass(w, UMBRA_REASON_RELAY);
	return why;
}

static void untrack(struct sk_buff *skb)
{
	nf_reset_ct(skb);	/* the kernel's own errors carry a conntrack entry */
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
}

static unsigned int decide(struct umbra_passage *w, const struct net_device *dev)
{
	u8 why = judge(w, dev);

	if (why)
		return umbra_drop(w, why);
	untrack(w->skb);
	return NF_ACCEPT;
}

/*
 * Exempt: the second pass through a VRF, because the first pass was judged; and packets on the
 * loopback device that still have the route of their way out, because they were judged there. A
 * packet without a route came to lo in another way: MPLS delivers packets from outside through lo.
 */
static bool is_exempt(struct sk_buff *skb, const struct net_device *in, u8 family)
{
	return (in->flags & IFF_LOOPBACK && skb_valid_dst(skb)) ||
	       skb->pkt_type == PACKET_LOOPBACK ||
	       (netif_is_l3_master(in) && umbra_gate_judged(skb, family));
}

/* Return: the netfilter verdict. */
static __always_inline unsigned int admit(struct sk_buff *skb, u8 family)
{
	umbra_gate_admit(skb, family);
	return NF_ACCEPT;
}

/* ipvlan replaces the route later, without looking whether there is one. */
static bool is_routed_again(const struct umbra_passage *w, const struct net_device *in)
{
	return netif_has_l3_rx_handler(in) && w->way == UMBRA_WAY_LOCAL;
}

static __always_inline unsigned int arrives_bh(struct umbra_net *un, struct sk_buff *skb,
					       const struct nf_hook_state *state,
					    const struct umbra_hookfns *own,
					       u8 family)
{
	struct umbra_passage w umbra_not_cleared;
	unsigned int verdict;

	w.policy = rcu_dereference(un->policy);
	if (unlikely(nf_bridge_in_prerouting(skb)))
		return w.policy ? umbra_bridge_shows(skb, state) : NF_ACCEPT;
	if (unlikely(!w.policy || is_exempt(skb, state->in, family)))
		return admit(skb, family);
	/* An SRv6 endpoint reads this route after it has unpacked the packet, so keep the route. */
	if (unlikely(umbra_gate_unpacks(skb_dst(skb))))
		return umbra_gate_refuse(un, skb, state->in->ifindex, family,
					 UMBRA_REASON_NOT_FOLLOWED);
	umbra_passage_init(&w, un, skb, NF_INET_PRE_ROUTING, state->in->ifindex, family);
	verdict = decide(&w, state->in);
	if (unlikely(verdict != NF_ACCEPT))
		return verdict;
	if (unlikely(is_routed_again(&w, state->in)))
		skb_dst_drop(skb);
	else if (w.way == UMBRA_WAY_FORWARD && umbra_forward(skb, state->net, own, family))
		return NF_STOLEN;
	return admit(skb, family);
}

static __always_inline unsigned int arrives(struct sk_buff *skb,
					    const struct nf_hook_state *state,
					    const struct umbra_hookfns *own,
					    u8 family)
{
	bool process = !in_softirq();	/* NFQUEUE reinjects packets in process context */
	unsigned int verdict;

	if (unlikely(process))
		local_bh_disable();
	verdict = arrives_bh(umbra_net(state->net), skb, state, own, family);
	if (unlikely(process))
		local_bh_enable();
	return verdict;
}

static unsigned int leaves_bh(struct umbra_net *un, struct sk_buff *skb,
			      const struct nf_hook_state *state, u8 family)
{
	struct umbra_passage w umbra_not_cleared;
	unsigned int verdict;

	w.policy = rcu_dereference(un->policy);
	if (unlikely(!w.policy))
		return NF_ACCEPT;
	if (unlikely(umbra_reject_sending())) {
		untrack(skb);
		return NF_ACCEPT;
	}
	umbra_passage_init(&w, un, skb, NF_INET_LOCAL_OUT, 0, family);
	w.way = umbra_route_way(skb, family, &w.oif);
	w.oif = state->out->ifindex;
	verdict = decide(&w, state->out);
	return verdict == NF_ACCEPT ? admit(skb, family) : verdict;
}

/*
 * The kernel's own error about a packet that NAT had already given the firewall's address. The
 * kernel addresses the error to itself; it has to go to the sender of that packet.
 */
static bool is_own_error(const struct sk_buff *skb, u8 family)
{
	u8 proto = family == AF_INET ? ip_hdr(skb)->protocol : ipv6_hdr(skb)->nexthdr;
	const u8 *type;
	u8 buf;

	if (proto != umbra_icmp_proto(family) || !umbra_sent_by_kernel(skb))
		return false;
	type = skb_header_pointer(skb, skb_transport_offset(skb), sizeof(buf), &buf);
	return type && umbra_icmp_class(family, *type) == UMBRA_ICMP_ERROR;
}

static unsigned int leaves(struct sk_buff *skb, const struct nf_hook_state *state, u8 family)
{
	unsigned int verdict;

	/* A VRF sends twice: first through its own device, then through the real one. */
	if (netif_is_l3_master(state->out))
		return NF_ACCEPT;
	if (state->out->flags & IFF_LOOPBACK && !is_own_error(skb, family))
		return NF_ACCEPT;
	if (unlikely(umbra_gate_wrapped(skb))) {
		untrack(skb);
		return admit(skb, family);
	}
	local_bh_disable();	/* for session locks and per-CPU state: a process may be sending */
	verdict = leaves_bh(umbra_net(state->net), skb, state, family);
	local_bh_enable();
	return verdict;
}

static unsigned int arrives_v4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return arrives(skb, state, &umbra_hookfns_v4, AF_INET);
}

static unsigned int arrives_v6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return arrives(skb, state, &umbra_hookfns_v6, AF_INET6);
}

const struct umbra_hookfns umbra_hookfns_v4 = { .arrives = arrives_v4, .gate = umbra_gate_v4 };
const struct umbra_hookfns umbra_hookfns_v6 = { .arrives = arrives_v6, .gate = umbra_gate_v6 };

static unsigned int leaves_v4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return leaves(skb, state, AF_INET);
}

static unsigned int leaves_v6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return leaves(skb, state, AF_INET6);
}

static const struct nf_hook_ops ops[] = {
	{ .hook = arrives_v4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_PRE_ROUTING,
	  .priority = UMBRA_PRIORITY },
	{ .hook = arrives_v6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_PRE_ROUTING,
	  .priority = UMBRA_PRIORITY },
	{ .hook = leaves_v4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_OUT,
	  .priority = UMBRA_PRIORITY },
	{ .hook = leaves_v6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_OUT,
	  .priority = UMBRA_PRIORITY },
};

static const struct nf_hook_ops gates[] = {
	{ .hook = umbra_carried_v4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_PRE_ROUTING,
	  .priority = INT_MAX },
	{ .hook = umbra_carried_v6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_PRE_ROUTING,
	  .priority = INT_MAX },
	{ .hook = umbra_gate_v4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_FORWARD,
	  .priority = NF_IP_PRI_FIRST },
	{ .hook = umbra_gate_v6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_FORWARD,
	  .priority = NF_IP_PRI_FIRST },
	{ .hook = umbra_gate_v4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_IN,
	  .priority = NF_IP_PRI_FIRST },
	{ .hook = umbra_gate_v6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_IN,
	  .priority = NF_IP_PRI_FIRST },
};

/* When the gates close, no packet is in flight that passed PRE_ROUTING before the hook existed. */
static int register_all(struct net *net)
{
	int err = nf_register_net_hooks(net, ops, ARRAY_SIZE(ops));

	if (err)
		return err;
	synchronize_net();
	err = nf_register_net_hooks(net, gates, ARRAY_SIZE(gates));
	if (err)
		nf_unregister_net_hooks(net, ops, ARRAY_SIZE(ops));
	return err;
}

int umbra_hooks_register(struct umbra_net *un)
{
	int err;

	lockdep_assert_held(&un->lock);
	err = nf_defrag_ipv4_enable(un->net);
	if (err)
		return err;
	err = nf_defrag_ipv6_enable(un->net);
	if (err)
		goto err_v4;
	err = register_all(un->net);
	if (err)
		goto err_v6;
	WRITE_ONCE(un->hooked, true);
	return 0;

err_v6:
	nf_defrag_ipv6_disable(un->net);
err_v4:
	nf_defrag_ipv4_disable(un->net);
	return err;
}

void umbra_hooks_unregister(struct umbra_net *un)
{
	lockdep_assert_held(&un->lock);
	if (!un->hooked)
		return;
	nf_unregister_net_hooks(un->net, gates, ARRAY_SIZE(gates));
	nf_unregister_net_hooks(un->net, ops, ARRAY_SIZE(ops));
	nf_defrag_ipv6_disable(un->net);
	nf_defrag_ipv4_disable(un->net);
	WRITE_ONCE(un->hooked, false);
}
