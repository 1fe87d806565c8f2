// SPDX-License-Identifier: GPL-2.0
/*
 * Express: a packet of a known session, from the device that it arrives at straight to the
 * one that it leaves by.
 *
 * This is a short cut and no second opinion. It sits at a device's ingress, in front of the
 * IP layer, and takes a packet only if everything about it is plain: TCP or UDP in the midst
 * of a session that was heard both ways, that the running policy has judged, that arrives
 * and leaves as it did so far, by a route that holds. What has to be answered, refused,
 * opened, ended, fragmented or judged is left as it came, and the hook at PRE_ROUTING
 * (hooks.c) sees it next, as it sees all of them where this hook is not. Tracking,
 * translation and the way out are the same functions on the same session, so there is nothing
 * that the two could have different views of.
 *
 * What ip_rcv() and ipv6_rcv() do with such a packet is done here: they verify its header,
 * take off a link's padding, count it, and forget the socket that it came from. What they
 * ask of addresses was asked of the same addresses when the session was opened and answered.
 *
 * Who has a say before it reaches PRE_ROUTING: captures, traffic control and others' ingress
 * hooks do, for they come first. Whoever takes packets from a device for another one
 * (bridges, bonds, VLANs, VRFs), or has a hook at PRE_ROUTING or FORWARD, finds that this
 * lane is closed.
 *
 * Locks: umbra_net.express is a list of one hook for each device, guarded by RTNL, as are
 * devices. It follows umbra_net.hooked, which moves under umbra_net.lock and so cannot be
 * followed from there (RTNL is the outer one): who moved it calls umbra_express_follow()
 * afterwards, and as long as that is late, packets go the other way or there is no policy.
 */
#include "express.h"

#include <linux/netfilter_bridge.h>
#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/umbra.h>
#include <net/addrconf.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>

#include "forward.h"
#include "hooks.h"
#include "packet.h"
#include "policy.h"
#include "track.h"
#include "translate.h"
#include "umbra.h"

/**
 * struct umbra_express - the hook at a device
 * @list: in umbra_net.express
 * @ops: hook; it names the device, which is there as long as this is
 * @rcu: who lists all hooks of the kernel reads @ops without a lock
 */
struct umbra_express {
	struct list_head list;
	struct nf_hook_ops ops;
	struct rcu_head rcu;
};

/* Nobody else's, and nobody in between wants it: see above. */
static bool is_plain_arrival(struct sk_buff *skb, const struct net_device *dev)
{
	return skb->pkt_type == PACKET_HOST && !skb_shared(skb) && !skb_vlan_tag_present(skb) &&
	       !rcu_access_pointer(dev->rx_handler) && !netif_is_l3_slave(dev) &&
	       !nf_bridge_info_exists(skb) && !skb_nfct(skb) && !skb_sk_is_prefetched(skb);
}

/* IPv6 may have been switched off at a device since. */
static bool has_family(const struct net_device *dev, u8 family)
{
	const struct inet6_dev *idev;

	if (family == AF_INET)
		return true;
	idev = __in6_dev_get(dev);
	return idev && !READ_ONCE(idev->cnf.disable_ipv6);
}

/* Both ends were heard, so each direction's first packet went the long way. */
static bool is_mutual(const struct umbra_session *s)
{
	u8 state = READ_ONCE(s->state);

	return state == UMBRA_STATE_ESTABLISHED || state == UMBRA_STATE_REPLIED ||
	       state == UMBRA_STATE_STREAM;
}

/* Would hit.c have nothing to ask? */
static bool goes_on(const struct umbra_policy *policy, const struct umbra_half *half, int iif)
{
	const struct umbra_session *s = umbra_half_session((struct umbra_half *)half);

	return READ_ONCE(half->iif) == iif && READ_ONCE(half->oif) && is_mutual(s) &&
	       READ_ONCE(s->generation) >= policy->judged_since && !umbra_session_expired(s);
}

static struct dst_entry *find_way(struct umbra_net *un, const struct umbra_policy *policy,
				  const struct umbra_half *half, struct sk_buff *skb, u8 family)
{
	struct dst_entry *dst;

	if (!goes_on(policy, half, skb->dev->ifindex) || !has_family(skb->dev, family))
		return NULL;
	dst = umbra_adjacency_find(&un->adjacencies, half);
	if (!dst || !umbra_forward_is_plain(un->net, skb, dst, family))
		return NULL;
	return umbra_forward_room(skb, dst) ? dst : NULL;
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

/* As the IP layer would hand it on. */
static void settle(struct net *net, struct sk_buff *skb, struct dst_entry *dst, u32 l4, u8 family)
{
	if (family == AF_INET)
		count_v4(net, skb);
	else
		count_v6(net, skb);
	skb_set_transport_header(skb, l4);
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, dst);
}

/* As the IP layer begins: so if the packet is left to it after all, nothing has happened. */
static void take_over(struct sk_buff *skb, u8 family)
{
	skb_orphan(skb);
	if (family == AF_INET) {
		memset(IPCB(skb), 0, sizeof(struct inet_skb_parm));
		IPCB(skb)->iif = skb->skb_iif;
	} else {
		memset(IP6CB(skb), 0, sizeof(struct inet6_skb_parm));
		IP6CB(skb)->iif = skb->skb_iif;
		IP6CB(skb)->nhoff = offsetof(struct ipv6hdr, nexthdr);
	}
}

/*
 * Where one flow after the other is new, as in a flood, nothing is found here, and each
 * look delays what has to be done in any case. So behind some misses in a row only one packet of
 * SAMPLE is looked for, until one is found.
 */
#define MISSES	16
#define SAMPLE	8

static bool is_worth_a_look(struct umbra_net *un)
{
	u32 misses = __this_cpu_read(un->stats->express_misses);

	if (likely(misses < MISSES))
		return true;
	__this_cpu_write(un->stats->express_misses, misses + 1);
	return misses % SAMPLE == 0;
}

static struct umbra_half *look_up(struct umbra_net *un, const struct umbra_key *key)
{
	struct umbra_half *half = umbra_table_find(&un->table, key);

	if (!half)
		__this_cpu_inc(un->stats->express_misses);
	else if (unlikely(__this_cpu_read(un->stats->express_misses)))
		__this_cpu_write(un->stats->express_misses, 0);
	return half;
}

static __always_inline unsigned int express(struct umbra_net *un, struct sk_buff *skb,
					    nf_hookfn *other, u8 family)
{
	const struct umbra_policy *policy = rcu_dereference(un->policy);
	struct umbra_packet p;
	struct umbra_half *half;
	struct dst_entry *dst;

	if (!policy || !umbra_forward_alone(un->net, family, other) || !is_worth_a_look(un) ||
	    !umbra_packet_parse_plain(skb, family, &p))
		return NF_ACCEPT;
	half = look_up(un, &p.key);
	if (!half)
		return NF_ACCEPT;
	take_over(skb, family);
	dst = find_way(un, policy, half, skb, family);
	/* What tracking refuses it refuses again, where that is counted and told. */
	if (!dst || umbra_track(umbra_half_session(half), half->dir, &p, &policy->settings))
		return NF_ACCEPT;
	if (half->translate && umbra_translate(skb, &p, &umbra_half_other(half)->key))
		return NF_ACCEPT;
	umbra_count(un, found);
	umbra_count(un, express);
	settle(un->net, skb, dst, p.l4, family);
	umbra_forward_send(un->net, skb, family);
	return NF_STOLEN;
}

static unsigned int arrives(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct umbra_net *un = umbra_net(state->net);

	if (!is_plain_arrival(skb, state->in))
		return NF_ACCEPT;
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return express(un, skb, umbra_arrives_v4, AF_INET);
	case htons(ETH_P_IPV6):
		return express(un, skb, umbra_arrives_v6, AF_INET6);
	}
	return NF_ACCEPT;
}

/* What arrives there was judged on its way out, or is judged at another device. */
static bool has_no_use(const struct net_device *dev)
{
	return dev->flags & IFF_LOOPBACK || netif_is_l3_master(dev);
}

static void add_hook(struct umbra_net *un, struct net_device *dev)
{
	struct umbra_express *e;

	if (has_no_use(dev))
		return;
	e = kzalloc(sizeof(*e), GFP_KERNEL_ACCOUNT);
	if (!e)
		return;
	e->ops = (struct nf_hook_ops) {
		.hook = arrives, .dev = dev, .pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS, .priority = INT_MAX,
	};
	if (nf_register_net_hook(un->net, &e->ops))
		kfree(e);
	else
		list_add(&e->list, &un->express);
}

static void remove_hook(struct umbra_net *un, struct umbra_express *e)
{
	nf_unregister_net_hook(un->net, &e->ops);
	list_del(&e->list);
	kfree_rcu(e, rcu);
}

static void remove_hooks(struct umbra_net *un)
{
	struct umbra_express *e, *next;

	list_for_each_entry_safe(e, next, &un->express, list)
		remove_hook(un, e);
}

void umbra_express_follow(struct umbra_net *un)
{
	struct net_device *dev;
	bool wanted;

	rtnl_lock();
	wanted = READ_ONCE(un->hooked);
	if (!wanted)
		remove_hooks(un);
	else if (!un->expressing)
		for_each_netdev(un->net, dev)
			add_hook(un, dev);
	un->expressing = wanted;
	rtnl_unlock();
}

void umbra_express_device_comes(struct umbra_net *un, struct net_device *dev)
{
	ASSERT_RTNL();
	if (un->expressing)
		add_hook(un, dev);
}

void umbra_express_device_goes(struct umbra_net *un, const struct net_device *dev)
{
	struct umbra_express *e, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(e, next, &un->express, list)
		if (e->ops.dev == dev)
			remove_hook(un, e);
}

void umbra_express_net_init(struct umbra_net *un)
{
	INIT_LIST_HEAD(&un->express);
}
