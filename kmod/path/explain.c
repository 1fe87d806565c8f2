// SPDX-License-Identifier: GPL-2.0
/*
 * Explain: a made-up packet (a phantom) takes the path of a real one.
 *
 * The path begins as for every packet (umbra_passage_begin()). If the packet has a session,
 * known.c would update it, so this file only reads the session instead. If it has none, open.c
 * judges it, but opens nothing.
 */
#include "path/explain.h"

#include <linux/umbra.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "compat/umbra_rt6.h"
#include "nat/nat.h"
#include "passage.h"
#include "packet/craft.h"
#include "policy/policy.h"
#include "path/spared.h"
#include "egress/route.h"
#include "session/track.h"
#include "umbra.h"

/* Find the way out in the order of known.c. */
static u8 find_way(struct umbra_passage *w, const struct umbra_half *half)
{
	struct dst_entry *dst;

	if (w->hook == NF_INET_LOCAL_OUT)
		return 0;
	dst = umbra_adjacency_find(&w->un->adjacencies, half);
	if (!dst) {
		umbra_passage_route(w, &umbra_half_other(half)->key.src);
		return w->way == UMBRA_WAY_FORWARD || w->way == UMBRA_WAY_LOCAL ?
		       0 : UMBRA_REASON_NO_ROUTE;
	}
	skb_dst_set_noref(w->skb, dst);
	w->oif = READ_ONCE(half->oif);
	w->way = w->oif ? UMBRA_WAY_FORWARD : UMBRA_WAY_LOCAL;
	return 0;
}

static u8 known(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);
	u8 why = 0;

	if (READ_ONCE(half->iif) != w->iif)
		why = umbra_moved_in(w, half);
	if (!why && READ_ONCE(s->generation) < w->policy->judged_since)
		why = umbra_judge_again(w, half);
	w->passed = s->reason;
	return why ?: find_way(w, half);
}

static bool is_over(const struct umbra_passage *w, const struct umbra_session *s)
{
	return (umbra_session_expired(s) && !umbra_spared(s, w->policy)) ||
	       umbra_track_reopens(s, &w->packet);
}

/* The relay of a session, or of a packet that would open one. */
static const struct umbra_relay *relay_of(const struct umbra_passage *w,
					  const struct umbra_session *s)
{
	if (!s)
		return w->relay;
	if (s->reason != UMBRA_REASON_RELAY)
		return NULL;
	return umbra_policy_relay_of_row(w->policy, w->verdict ? w->verdict->row->id :
						    READ_ONCE(s->rule));
}

/* The connection that a tcp-relay makes to its server. */
static u8 relay_leaves(const struct umbra_passage *w, const struct umbra_relay *r,
		       struct umbra_key *leaves)
{
	struct dst_entry *dst;

	memset(&leaves->src, 0, sizeof(leaves->src));
	leaves->dst = r->target;
	leaves->sport = 0;
	leaves->dport = htons(umbra_relay_target_port(r, ntohs(leaves->dport)));
	dst = umbra_route_output(w->un->net, leaves, 0, &leaves->src);
	if (!dst)
		return UMBRA_REASON_NO_ROUTE;
	dst_release(dst);
	return 0;
}

static u8 find_leaves(struct umbra_passage *w, const struct umbra_half *half,
		      const struct umbra_relay *r, struct umbra_key *leaves)
{
	bool answers = half && half->dir == UMBRA_DIR_REPLY;
	u8 why = 0;

	if (half)
		umbra_key_invert(&umbra_half_other(half)->key, leaves);
	else
		why = umbra_nat_leaves(w, leaves);
	if (!half && umbra_nat_takes_port(w))
		leaves->sport = 0;
	if (r && !umbra_nat_redirects(r) && w->iif && !answers)
		relay_leaves(w, r, leaves);
	return why;
}

static void put_gateway(const struct sk_buff *skb, struct umbra_explained *e)
{
	const struct in6_addr *to = &e->leaves.dst, *hop;
	const struct rtable *rt = skb_rtable(skb);

	if (e->leaves.family == AF_INET6) {
		hop = rt6_nexthop(dst_rt6_info(skb_dst(skb)), &e->leaves.dst);
		e->gateway = *hop;
		e->gateway_len = ipv6_addr_equal(hop, to) ? 0 : sizeof(*hop);
	} else if (rt->rt_gw_family == AF_INET6) {
		e->gateway = rt->rt_gw6;
		e->gateway_len = sizeof(rt->rt_gw6);
	} else if (rt_nexthop(rt, to->s6_addr32[0]) != to->s6_addr32[0]) {
		e->gateway.s6_addr32[0] = rt->rt_gw4;
		e->gateway_len = sizeof(rt->rt_gw4);
	}
}

/* Report the rows that decided: those of the session, or else of the rules and relays. */
static void tell_rows(const struct umbra_passage *w, const struct umbra_session *s,
		      const struct umbra_relay *r, struct umbra_explained *e)
{
	u32 row = w->verdict ? w->verdict->row->id : s ? READ_ONCE(s->rule) : 0;

	if (r)
		e->relay = r->verdict.row->id;
	else
		e->rule = row;
	e->nat = w->nat ? w->nat->row->id : s ? READ_ONCE(s->nat) : 0;
	e->session = s ? s->id : 0;
}

static void tell(struct umbra_passage *w, const struct umbra_half *half, u8 why,
		 struct umbra_explained *e)
{
	const struct umbra_session *s = half ? umbra_half_session_const(half) : NULL;
	const struct umbra_relay *r = relay_of(w, s);

	e->generation = w->policy->generation;
	e->action = why ? w->action : UMBRA_ACTION_ALLOW;
	e->reason = why ?: w->passed;
	e->way = w->way;
	e->oif = w->oif;
	tell_rows(w, s, r, e);
	if (why)
		return;
	find_leaves(w, half, r, &e->leaves);
	if (w->way == UMBRA_WAY_FORWARD && skb_dst(w->skb))
		put_gateway(w->skb, e);
}

static void judge(struct umbra_passage *w, const struct net_device *dev,
		  struct umbra_explained *e)
{
	struct umbra_half *half = NULL;
	bool settled;
	u8 why;

	why = umbra_passage_begin(w, dev, &settled);
	if (!settled)
		half = umbra_table_find(&w->un->table, &w->packet.key);
	if (half && is_over(w, umbra_half_session(half)))
		half = NULL;
	if (half)
		why = known(w, half);
	if (half && why == UMBRA_ALONE)
		half = NULL;
	if (!settled && !half)
		why = umbra_open(w);
	tell(w, half, why, e);
}

/* Route it like a packet of the firewall. Return: its device, or NULL if it stays on the host. */
static const struct net_device *send(struct umbra_passage *w, const struct umbra_key *flow)
{
	struct dst_entry *dst = umbra_route_output(w->un->net, flow, 0, NULL);

	if (!dst)
		return w->un->net->loopback_dev;	/* no-route */
	skb_dst_set(w->skb, dst);
	w->way = umbra_route_way(w->skb, w->family, &w->oif);
	w->oif = dst->dev->ifindex;
	return dst->dev->flags & IFF_LOOPBACK || netif_is_l3_master(dst->dev) ? NULL : dst->dev;
}

static int explain(struct umbra_net *un, struct sk_buff *skb, const struct umbra_key *flow,
		   struct umbra_explained *e)
{
	const struct net_device *dev = skb->dev;
	struct umbra_passage w = {
		.skb = skb,
		.un = un,
		.policy = rcu_dereference(un->policy),
		.hook = dev ? NF_INET_PRE_ROUTING : NF_INET_LOCAL_OUT,
		.iif = dev ? dev->ifindex : 0,
		.way = dev ? 0 : UMBRA_WAY_NONE,
		.family = flow->family,
		.dry = true,
	};

	if (!w.policy)
		return -ENOENT;
	if (!dev)
		dev = send(&w, flow);
	if (!dev)
		return -ELOOP;
	judge(&w, dev, e);
	return 0;
}

int umbra_explain(struct umbra_net *un, const struct umbra_key *flow, struct net_device *dev,
		  struct umbra_explained *e)
{
	struct sk_buff *skb = umbra_phantom_new(flow, dev, GFP_KERNEL);
	int err;

	if (!skb)
		return -ENOMEM;
	memset(e, 0, sizeof(*e));
	rcu_read_lock();
	local_bh_disable();
	err = explain(un, skb, flow, e);
	skb_dst_drop(skb);
	local_bh_enable();
	rcu_read_unlock();
	kfree_skb(skb);
	return err;
}
