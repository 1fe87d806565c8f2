// SPDX-License-Identifier: GPL-2.0
/*
 * Express: a plain packet goes from the device where it arrives straight to the device that it
 * leaves by.
 *
 * This is a short cut, and it decides nothing differently. The hook sits at a device's ingress,
 * before the IP layer, and takes two kinds of TCP and UDP packets:
 *
 * - packets of a session that the running policy has judged, if they arrive and leave by the same
 *   devices as before and their route is still valid;
 * - the first packet of a flow, if it is only forwarded or refused.
 *
 * All other packets are left unchanged, and the hook at PRE_ROUTING (hooks.c) sees them next:
 * packets for the router itself, fragments, packets that must be fragmented, packets whose session
 * is to be judged again or ended, and packets that cause a report. Opening, tracking, translation
 * and sending are the same functions on the same session, so the two hooks cannot disagree.
 *
 * We also do what ip_rcv() and ipv6_rcv() do with such a packet: verify the header, trim link
 * padding, count, and drop the reference to the sender's socket. Their checks of addresses are part
 * of the route look-up, and the first packet of each direction has one.
 *
 * Captures of all protocols (ETH_P_ALL), traffic control and other ingress hooks run before this
 * hook and still see every packet. Packet sockets bound to ETH_P_IP or ETH_P_IPV6 run after it,
 * beside the IP layer, and miss the packets that it takes. The express lane is closed for devices
 * that hand their packets to another device (bridges, bonds, VLANs, VRFs, ipvlan), and while
 * another hook is registered at PRE_ROUTING or FORWARD.
 */
#include "path/express.h"

#include <linux/umbra.h>
#include <net/addrconf.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>

#include "path/bridge.h"
#include "egress/forward.h"
#include "path/hooks.h"
#include "passage.h"
#include "policy/policy.h"
#include "session/track.h"
#include "packet/translate.h"
#include "umbra.h"
#include "under_rcu.h"

/* Addressed to this router, and nothing in between handles it: see above. */
static bool is_plain_arrival(struct sk_buff *skb, const struct net_device *dev)
{
	return skb->pkt_type == PACKET_HOST && !skb_shared(skb) && !skb_vlan_tag_present(skb) &&
	       !rcu_access_pointer(dev->rx_handler) && !netif_is_l3_slave(dev) &&
	       !netif_has_l3_rx_handler(dev) && !umbra_bridge_has_shown(skb) && !skb_nfct(skb) &&
	       !skb_dst(skb) && !skb_sk_is_prefetched(skb);
}

/* IPv6 may have been disabled at the device. */
static bool has_family(const struct net_device *dev, u8 family)
{
	const struct inet6_dev *idev;

	if (family == AF_INET)
		return true;
	idev = __in6_dev_get(dev);
	return idev && !READ_ONCE(idev->cnf.disable_ipv6);
}

/* TCP between its handshake and its end, or a protocol without connections. */
static bool is_in_midst(const struct umbra_session *s)
{
	switch (READ_ONCE(s->state)) {
	case UMBRA_STATE_ESTABLISHED:
	case UMBRA_STATE_UNREPLIED:
	case UMBRA_STATE_REPLIED:
	case UMBRA_STATE_STREAM:
		return true;
	}
	return false;
}

/* Would known.c have nothing to check? */
static bool goes_on(const struct umbra_passage *w, const struct umbra_half *half)
{
	const struct umbra_session *s = umbra_half_session_const(half);

	return READ_ONCE(half->iif) == w->iif && READ_ONCE(half->oif) && is_in_midst(s) &&
	       !(w->packet.tcp_flags & UMBRA_TCP_SYN) &&
	       READ_ONCE(s->generation) >= w->policy->judged_since && !umbra_session_expired(s);
}

static struct dst_entry *find_way(const struct umbra_passage *w, const struct umbra_half *half)
{
	struct dst_entry *dst;

	if (!goes_on(w, half))
		return NULL;
	dst = umbra_adjacency_find(&w->un->adjacencies, half);
	if (!dst || !umbra_forward_is_plain(w->un->net, w->skb, dst, w->family))
		return NULL;
	return umbra_forward_room(w->skb, dst) ? dst : NULL;
}

static unsigned int segments(const struct sk_buff *skb)
{
	return max_t(unsigned int, 1, skb_shinfo(skb)->gso_segs);
}

static void count_v4(struct net *net, const struct sk_buff *skb)
{
	u8 ecn = ip_hdr(skb)->tos & INET_ECN_MASK;

	__IP_UPD_PO_STATS(net, IPSTATS_MIB_IN, skb->len);
	__IP_ADD_STATS(net, IPSTATS_MIB_NOECTPKTS + ecn, segments(skb));
}

static void count_v6(struct net *net, const struct sk_buff *skb)
{
	struct inet6_dev *idev = __in6_dev_get(skb->dev);
	u8 ecn = ipv6_get_dsfield(ipv6_hdr(skb)) & INET_ECN_MASK;

	__IP6_UPD_PO_STATS(net, idev, IPSTATS_MIB_IN, skb->len);
	__IP6_ADD_STATS(net, idev, IPSTATS_MIB_NOECTPKTS + ecn, segments(skb));
}

/* If the packet had not been taken, the IP layer would have counted it. */
static __always_inline void count(struct umbra_net *un, const struct sk_buff *skb, u8 family)
{
	if (family == AF_INET)
		count_v4(un->net, skb);
	else
		count_v6(un->net, skb);
	umbra_count(un, express);
}

/* Do what the IP layer does first; it does no harm if the packet then goes to the IP layer. */
static __always_inline void take_over(struct sk_buff *skb, u32 l4, u8 family)
{
	skb_orphan(skb);
	skb_set_transport_header(skb, l4);
	if (family == AF_INET) {
		memset(IPCB(skb), 0, sizeof(struct inet_skb_parm));
		IPCB(skb)->iif = skb->skb_iif;
	} else {
		memset(IP6CB(skb), 0, sizeof(struct inet6_skb_parm));
		IP6CB(skb)->iif = skb->skb_iif;
		IP6CB(skb)->nhoff = offsetof(struct ipv6hdr, nexthdr);
	}
}

/* Tracking has counted the packet for its session, but it cannot be sent for lack of memory. */
static noinline unsigned int give_up(struct umbra_passage *w, u8 why)
{
	umbra_passage_init(w, w->un, w->skb, NF_INET_PRE_ROUTING, w->iif, w->family);
	w->action = UMBRA_ACTION_DISCARD;
	umbra_count(w->un, found);
	count(w->un, w->skb, w->family);
	return umbra_drop(w, why);
}

/* A packet of a session. Return: the netfilter verdict; likewise below. */
static __always_inline unsigned int go_on(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);
	struct dst_entry *dst = find_way(w, half);
	u8 why;

	/* Tracking refuses it again at PRE_ROUTING, and the refusal is counted and logged there. */
	if (!dst || umbra_track(s, half->dir, &w->packet, &w->policy->settings))
		return NF_ACCEPT;
	if (half->translate) {
		why = umbra_translate(w->skb, &w->packet, &umbra_half_other(half)->key);
		if (unlikely(why))
			return give_up(w, why);
	}
	umbra_count(w->un, found);
	count(w->un, w->skb, w->family);
	skb_dst_set_noref(w->skb, dst);
	umbra_forward_send(w->un->net, w->skb, w->family);
	return NF_STOLEN;
}

/* The first packet of a flow is decided here, unless umbra_open() returns UMBRA_LEFT. */
static noinline unsigned int begin(struct umbra_passage *w)
{
	u8 why;

	umbra_passage_init(w, w->un, w->skb, NF_INET_PRE_ROUTING, w->iif, w->family);
	w->early = true;
	w->packet.outer_src = w->packet.key.src;
	w->packet.outer_dst = w->packet.key.dst;
	why = umbra_open(w);
	if (why == UMBRA_LEFT) {
		skb_dst_drop(w->skb);
		return NF_ACCEPT;
	}
	umbra_count(w->un, missed);
	count(w->un, w->skb, w->family);
	if (why)
		return umbra_drop(w, why);
	umbra_forward_send(w->un->net, w->skb, w->family);
	return NF_STOLEN;
}

static __always_inline unsigned int find(struct umbra_passage *w)
{
	struct umbra_half *half;

	half = umbra_table_find_hashing(&w->un->table, &w->packet.key, &w->hash);
	if (likely(half))
		return go_on(w, half);
	return w->packet.cls_kind == UMBRA_CLS_OPEN ? begin(w) : NF_ACCEPT;
}

/*
 * If this hook leaves packet after packet to the IP layer, for instance because all are for the
 * router itself, its look-up is wasted work. So after IN_VAIN of them in a row it looks up only one
 * packet in SAMPLE, until it takes one.
 */
#define IN_VAIN	16
#define SAMPLE	8

static bool is_worth_a_look(struct umbra_net *un)
{
	u32 left = __this_cpu_read(un->stats->express_left);

	if (likely(left < IN_VAIN))
		return true;
	__this_cpu_write(un->stats->express_left, left + 1);
	return left % SAMPLE == 0;
}

static void learn(struct umbra_net *un, bool taken)
{
	if (!taken)
		__this_cpu_inc(un->stats->express_left);
	else if (unlikely(__this_cpu_read(un->stats->express_left)))
		__this_cpu_write(un->stats->express_left, 0);
}

static __always_inline unsigned int express(struct umbra_net *un, struct sk_buff *skb,
					    const struct net_device *dev, const struct umbra_hookfns *own,
					    u8 family)
{
	struct umbra_passage w umbra_not_cleared;
	unsigned int verdict;

	w.policy = rcu_dereference(un->policy);
	if (!w.policy || !umbra_forward_alone(un->net, family, own) || !is_worth_a_look(un) ||
	    !has_family(dev, family) || !umbra_packet_parse_plain(skb, family, &w.packet))
		return NF_ACCEPT;
	w.skb = skb;	/* the fields that go_on() needs; begin() sets the rest */
	w.un = un;
	w.iif = dev->ifindex;
	w.family = family;
	take_over(skb, w.packet.l4, family);
	verdict = find(&w);
	learn(un, verdict != NF_ACCEPT);
	return verdict;
}

unsigned int umbra_express(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct umbra_net *un = priv;

	umbra_assert_rcu();
	if (!is_plain_arrival(skb, state->in))
		return NF_ACCEPT;
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return express(un, skb, state->in, &umbra_hookfns_v4, AF_INET);
	case htons(ETH_P_IPV6):
		return express(un, skb, state->in, &umbra_hookfns_v6, AF_INET6);
	}
	return NF_ACCEPT;
}
