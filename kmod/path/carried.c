// SPDX-License-Identifier: GPL-2.0
/*
 * Carried: packets that something beside us carries on, by ways that we do not follow.
 *
 * IPVS takes what was delivered to a service of its, and sends it on to a server from LOCAL_IN
 * by LOCAL_OUT, with its client's source. A guest on ipvlan in mode l3 or l3s sends by its
 * master's LOCAL_OUT as well. The answers come by another way: through FORWARD, where IPVS
 * gives them their address back; to the guest, straight from its master's device. So a
 * session that was opened at LOCAL_OUT, as those of the firewall itself are, would
 * never hear its answer, or take it for a packet that was sent to the wrong place. None
 * is opened, and the refusal says what it is. A rule with a packet-filter service needs no
 * session, and lets such packets through.
 *
 * What arrives for a guest in mode l3s is given its route, in the guest's namespace, behind
 * PRE_ROUTING. Ours would be the firewall's, and most often lead back to where the packet
 * came from.
 *
 * A route may lead where nothing is to be seen of what becomes of the packet. An SRv6 endpoint
 * (seg6local) sends on what it finds inside, by a route of its own. A VRF's device routes what
 * is sent out by it once more, in the VRF's table, and lets it out by LOCAL_OUT as if the
 * firewall had sent it. What it then delivers here is the firewall's own (egress/route.c).
 *
 * A chain behind us that gives a packet to a transparent proxy's socket comes when the route to the
 * server is chosen, and ip_forward() drops what has a socket, in silence. The last hook at
 * PRE_ROUTING refuses it first, so that it is counted.
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

static bool has_own_source(const struct umbra_passage *w)
{
	const struct in6_addr *src = &w->packet.key.src;

	if (w->family == AF_INET)
		return __ip_dev_find(w->un->net, src->s6_addr32[0], false);
	return ipv6_chk_addr(w->un->net, src, NULL, 0);
}

/* A guest's packet comes with the socket that it has in its own namespace. */
static bool has_own_socket(const struct umbra_passage *w)
{
	return w->skb->sk && net_eq(sock_net(w->skb->sk), w->un->net);
}

/* A program may have another source: transparent proxies do. */
bool umbra_carried_out(const struct umbra_passage *w)
{
	if (w->hook == NF_INET_LOCAL_OUT)
		return !has_own_socket(w) && !has_own_source(w);
	return w->way == UMBRA_WAY_FORWARD && netif_is_l3_master(skb_dst(w->skb)->dev);
}

bool umbra_carried_off(const struct umbra_passage *w)
{
	return w->hook == NF_INET_PRE_ROUTING && w->way == UMBRA_WAY_FORWARD &&
	       umbra_gate_unpacks(skb_dst(w->skb));
}

/* As the IP layer asks, for that is how it gets to its guest. */
bool umbra_carried_in(const struct umbra_passage *w)
{
	struct dst_entry *dst;
	bool guest;

	/* In a VRF it is not ipvlan that is asked, and the VRF would take the packet. */
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
