// SPDX-License-Identifier: GPL-2.0
/*
 * Carried: packets that another subsystem carries on, by paths that Umbra does not follow.
 *
 * IPVS takes packets delivered to one of its services and sends them from LOCAL_IN to a server,
 * through LOCAL_OUT, with the client's source address. A guest on ipvlan in mode l3 or l3s also
 * sends through its master's LOCAL_OUT. The answers take another path. Those of IPVS go through
 * FORWARD, where IPVS restores their address; those to the guest go straight from the master device
 * to it. If we opened a session at LOCAL_OUT, as for the firewall's own packets, it would never see
 * the answer, or would take the answer for a packet sent to the wrong place. So no session is
 * opened, and the packet is refused with a reason of its own. A rule with a packet-filter service
 * needs no session and lets such packets pass.
 *
 * A packet for a guest in mode l3s gets its route after PRE_ROUTING, in the guest's namespace. A
 * route that we look up would be the firewall's, and would usually lead back to where the packet
 * came from.
 *
 * Some routes lead to a device that turns the packet into one we cannot follow. An SRv6 endpoint
 * (seg6local) forwards the inner packet, by a route of its own. A VRF device routes what is sent
 * through it again, in the VRF's table, and sends it through LOCAL_OUT as if the firewall had sent
 * it. What a VRF device delivers here is the firewall's own traffic (egress/route.c).
 *
 * A chain that runs after us may assign a packet to a transparent proxy's socket. By then the
 * route to the server is chosen, and ip_forward() silently drops packets that have a socket. The
 * last hook at PRE_ROUTING refuses such a packet first, so that it is counted.
 */
#include "path/carried.h"

#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/dst.h>
#include <net/l3mdev.h>
#include <net/sock.h>

#include "path/gate.h"
#include "passage.h"
#include "egress/route.h"
#include "umbra.h"
#include "under_rcu.h"

static bool has_own_source(const struct umbra_passage *w)
{
	const struct in6_addr *src = &w->packet.key.src;

	if (w->family == AF_INET)
		return __ip_dev_find(w->un->net, src->s6_addr32[0], false);
	return ipv6_chk_addr(w->un->net, src, NULL, 0);
}

/* A guest's packet carries a socket of the guest's namespace. */
static bool has_own_socket(const struct umbra_passage *w)
{
	return w->skb->sk && net_eq(sock_net(w->skb->sk), w->un->net);
}

/* A program on the firewall may use another source: transparent proxies do. */
bool umbra_carried_out(const struct umbra_passage *w)
{
	umbra_assert_rcu();
	if (w->hook == NF_INET_LOCAL_OUT)
		return !has_own_socket(w) && !has_own_source(w);
	return w->way == UMBRA_WAY_FORWARD && netif_is_l3_master(skb_dst(w->skb)->dev);
}

bool umbra_carried_off(const struct umbra_passage *w)
{
	umbra_assert_rcu();
	return w->hook == NF_INET_PRE_ROUTING && w->way == UMBRA_WAY_FORWARD &&
	       umbra_gate_unpacks(skb_dst(w->skb));
}

/* Ask in the same way as the IP layer, which passes the packet to its guest by this call. */
bool umbra_carried_in(const struct umbra_passage *w)
{
	struct dst_entry *dst;
	bool guest;

	umbra_assert_rcu();
	/* In a VRF, the call reaches the VRF, not ipvlan, and the VRF would take the packet. */
	if (w->hook != NF_INET_PRE_ROUTING || netif_is_l3_slave(w->skb->dev))
		return false;
	if (w->family == AF_INET)
		l3mdev_ip_rcv(w->skb);
	else
		l3mdev_ip6_rcv(w->skb);
	dst = skb_dst(w->skb);
	guest = dst && !net_eq(dev_net(dst->dev), w->un->net);
	skb_dst_drop(w->skb);
	return guest;
}

static bool is_proxied(const struct sk_buff *skb, u8 family)
{
	int oif;

	return unlikely(skb->sk) && umbra_route_way(skb, family, &oif) == UMBRA_WAY_FORWARD;
}

static __always_inline unsigned int last(struct sk_buff *skb, const struct nf_hook_state *state,
					 u8 family)
{
	if (is_proxied(skb, family))
		return umbra_gate_refuse(umbra_net(state->net), skb, state->in->ifindex, family,
					 UMBRA_REASON_NOT_FOLLOWED);
	if (unlikely(umbra_gate_wraps(skb_dst(skb), family)) && umbra_gate_judged(skb, family))
		return umbra_gate_wrap(skb, state);
	return NF_ACCEPT;
}

unsigned int umbra_carried_v4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return last(skb, state, AF_INET);
}

unsigned int umbra_carried_v6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return last(skb, state, AF_INET6);
}
