// SPDX-License-Identifier: GPL-2.0
/* Netlink: explain, which sends a made-up packet the way of a real one. */
#include "path/explain.h"
#include "packet/icmp.h"
#include "netlink/request.h"

#include <linux/errno.h>
#include <linux/inetdevice.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>

static int put_rows(struct sk_buff *skb, const struct umbra_explained *e)
{
	const struct {
		int type;
		u32 value;
	} numbers[] = {
		{ UMBRA_A_EXPLAIN_RULE, e->rule },
		{ UMBRA_A_EXPLAIN_RELAY, e->relay },
		{ UMBRA_A_EXPLAIN_NAT, e->nat },
		{ UMBRA_A_EXPLAIN_OIF, e->oif },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].value && nla_put_u32(skb, numbers[i].type, numbers[i].value))
			return -EMSGSIZE;
	return 0;
}

static int put_explained(struct sk_buff *skb, const struct umbra_explained *e)
{
	if (nla_put_u8(skb, UMBRA_A_EXPLAIN_ACTION, e->action) ||
	    nla_put_u8(skb, UMBRA_A_EXPLAIN_REASON, e->reason) ||
	    nla_put_u32(skb, UMBRA_A_EXPLAIN_GENERATION, e->generation) || put_rows(skb, e))
		return -EMSGSIZE;
	if (e->session && umbra_put_u64(skb, UMBRA_A_EXPLAIN_SESSION, e->session))
		return -EMSGSIZE;
	if (e->way && nla_put_u8(skb, UMBRA_A_EXPLAIN_WAY, e->way))
		return -EMSGSIZE;
	if (e->gateway_len &&
	    nla_put(skb, UMBRA_A_EXPLAIN_GATEWAY, e->gateway_len, &e->gateway))
		return -EMSGSIZE;
	return e->leaves.family ? umbra_put_tuple(skb, UMBRA_A_EXPLAIN_LEAVES, &e->leaves) : 0;
}

static int refuse(struct genl_info *info, int attr, int err, const char *text)
{
	if (info->attrs[attr])
		NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	if (info->extack)
		info->extack->_msg = text;
	return err;
}

static bool is_icmp(const struct umbra_key *flow)
{
	return flow->proto == IPPROTO_ICMP || flow->proto == IPPROTO_ICMPV6;
}

static bool has_own_source(struct net *net, const struct umbra_key *flow)
{
	bool own;

	rcu_read_lock();
	own = flow->family == AF_INET6 ? ipv6_chk_addr(net, &flow->src, NULL, 0) :
	      __ip_dev_find(net, flow->src.s6_addr32[0], false) != NULL;
	rcu_read_unlock();
	return own;
}

/* Does ip6_rcv_core() drop packets with such addresses? */
static bool never_arrives(const struct umbra_key *flow)
{
	return flow->family == AF_INET6 &&
	       (ipv6_addr_loopback(&flow->src) || ipv6_addr_loopback(&flow->dst) ||
		ipv6_addr_is_multicast(&flow->src) ||
		(ipv6_addr_is_multicast(&flow->dst) && IPV6_ADDR_MC_SCOPE(&flow->dst) <= 1));
}

/* A kernel that was booted without IPv6 (ipv6.disable=1) has no routing table for it. */
static int check_family(struct genl_info *info, const struct umbra_key *flow)
{
	if (flow->family == AF_INET || ipv6_mod_enabled())
		return 0;
	return refuse(info, UMBRA_A_EXPLAIN_FLOW, -EINVAL,
		      "this kernel began without IPv6, so no such packet comes or goes");
}

static int check_icmp(struct genl_info *info, const struct umbra_key *flow)
{
	u8 family = flow->proto == IPPROTO_ICMP ? AF_INET : AF_INET6;

	if (family != flow->family)
		return refuse(info, UMBRA_A_EXPLAIN_FLOW, -EINVAL,
			      "ICMP (1) is IPv4's and ICMPv6 (58) is IPv6's: name the other");
	if (umbra_icmp_class(family, ntohs(flow->dport) >> 8) == UMBRA_ICMP_ERROR)
		return refuse(info, UMBRA_A_EXPLAIN_FLOW, -EINVAL,
			      "an ICMP error goes with the session of the packet that it is about: ask about that packet");
	return 0;
}

static int read_flow(struct genl_info *info, bool arrives, struct umbra_key *flow)
{
	int err;

	if (!info->attrs[UMBRA_A_EXPLAIN_FLOW])
		return refuse(info, UMBRA_A_EXPLAIN_FLOW, -EINVAL,
			      "flow is missing: say which packet is meant");
	err = umbra_get_tuple(info->attrs[UMBRA_A_EXPLAIN_FLOW], flow, info->extack);
	err = err ?: check_family(info, flow);
	if (!err && is_icmp(flow))
		err = check_icmp(info, flow);
	if (err)
		return err;
	if (!arrives && !has_own_source(genl_info_net(info), flow))
		return refuse(info, UMBRA_A_EXPLAIN_FLOW, -EINVAL,
			      "the source is no address of the firewall: name the interface that the packet arrives at");
	if (arrives && never_arrives(flow))
		return refuse(info, UMBRA_A_EXPLAIN_FLOW, -EINVAL,
			      "the kernel drops a packet with such addresses before it is judged");
	return 0;
}

static int check_device(struct genl_info *info, const struct net_device *dev)
{
	if (dev->flags & IFF_LOOPBACK)
		return refuse(info, UMBRA_A_EXPLAIN_IFINDEX, -EINVAL,
			      "what the firewall sends to itself is not judged: name another interface");
	if (netif_is_l3_master(dev))
		return refuse(info, UMBRA_A_EXPLAIN_IFINDEX, -EINVAL,
			      "packets of a VRF are judged where they arrive: name an interface that belongs to it");
	if (netif_is_bridge_port(dev) || netif_is_lag_port(dev))
		return refuse(info, UMBRA_A_EXPLAIN_IFINDEX, -EINVAL,
			      "this interface is part of another one: name the bridge or bond that its packets come from");
	return 0;
}

/* @dev: set to the device, with a reference; or to NULL if the firewall sends the packet. */
static int find_device(struct genl_info *info, struct net_device **dev)
{
	struct nlattr *ifindex = info->attrs[UMBRA_A_EXPLAIN_IFINDEX];
	int err;

	*dev = NULL;
	if (!ifindex || !nla_get_u32(ifindex))
		return 0;
	*dev = dev_get_by_index(genl_info_net(info), nla_get_u32(ifindex));
	if (!*dev)
		return refuse(info, UMBRA_A_EXPLAIN_IFINDEX, -ENODEV,
			      "there is no such interface in this namespace");
	err = check_device(info, *dev);
	if (err)
		dev_put(*dev);
	return err;
}

static int ask(struct genl_info *info, struct umbra_explained *e)
{
	struct net_device *dev;
	struct umbra_key flow;
	int err;

	err = find_device(info, &dev);
	if (err)
		return err;
	err = read_flow(info, dev, &flow);
	err = err ?: umbra_explain(umbra_net(genl_info_net(info)), &flow, dev, e);
	dev_put(dev);
	if (err == -ENOENT)
		return refuse(info, UMBRA_A_EXPLAIN_FLOW, err,
			      "no policy runs in this namespace, so all passes: commit one first");
	if (err == -ELOOP)
		return refuse(info, UMBRA_A_EXPLAIN_FLOW, -EINVAL,
			      "what the firewall sends to itself is not judged: it passes");
	return err;
}

int umbra_nl_explain_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct umbra_explained e;
	struct sk_buff *reply;
	void *hdr;
	int err;

	err = ask(info, &e);
	if (err)
		return err;
	reply = umbra_reply_new(info, NLMSG_DEFAULT_SIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	return umbra_reply_send(reply, hdr, info, put_explained(reply, &e));
}
