// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the family, and what all its operations have in common.
 *
 * The contract is Documentation/netlink/specs/umbra.yaml, from which gen.c is made. Generic netlink
 * strictly checks each message against the policies in gen.c before it calls one of the functions
 * umbra_nl_*_doit(). Operations run in parallel. Those on policies or candidates take
 * umbra_net.lock; those on sessions run under RCU.
 *
 *   request.c    family, requests, replies, sockets that close
 *   policy.c     the running policy; candidates; commit, confirm, revert
 *   row.c        rows, one by one and as a dump
 *   session.c    sessions: get one, dump all, count, end
 *   filter.c     filters of sessions
 *   preview.c    which sessions a candidate would end
 *   explain.c    what would become of a packet
 *   stats.c      counters
 *   zone.c       local time
 */
#include "commit/candidate.h"
#include "compat/umbra_genl.h"
#include "netlink/request.h"
#include "report/event.h"

#include <linux/module.h>
#include <linux/notifier.h>
#include <net/sock.h>

static bool userns;
module_param(userns, bool, 0444);
MODULE_PARM_DESC(userns,
	"obey CAP_NET_ADMIN in the user namespace that owns the network namespace (off)");

/* By hand, because the generator knows no flags of groups. */
static const struct genl_multicast_group groups[] = {
	[UMBRA_NLGRP_EVENTS] = { .name = UMBRA_MCGRP_EVENTS, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

/* By hand, because the generator makes families only of specifications that are not legacy ones. */
struct genl_family umbra_nl_family __ro_after_init = {
	.name = UMBRA_GENL_NAME,
	.version = UMBRA_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = umbra_nl_ops,
	.n_ops = ARRAY_SIZE(umbra_nl_ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

static void request_begin(struct umbra_request *r, struct net *net, const struct sk_buff *skb,
			  struct netlink_ext_ack *extack)
{
	r->un = umbra_net(net);
	r->why.un = r->un;
	r->why.extack = extack;
	mutex_lock(&r->un->lock);
	r->candidate = umbra_candidate_find(r->un, NETLINK_CB(skb).sk);
	r->why.texts = r->candidate ? &r->candidate->texts : NULL;
}

static int want_candidate(struct umbra_request *r)
{
	if (r->candidate)
		return 0;
	umbra_request_end(r);
	NL_SET_ERR_MSG(r->why.extack, "this socket has no candidate: open one first");
	return -ENOENT;
}

void umbra_request_begin_any(struct umbra_request *r, const struct sk_buff *skb,
			     struct genl_info *info)
{
	request_begin(r, genl_info_net(info), skb, info->extack);
}

int umbra_request_begin(struct umbra_request *r, const struct sk_buff *skb,
			struct genl_info *info)
{
	umbra_request_begin_any(r, skb, info);
	return want_candidate(r);
}

int umbra_request_begin_dump(struct umbra_request *r, struct netlink_callback *cb)
{
	request_begin(r, sock_net(cb->skb->sk), cb->skb, cb->extack);
	return want_candidate(r);
}

void umbra_request_end(struct umbra_request *r)
{
	mutex_unlock(&r->un->lock);
}

struct sk_buff *umbra_reply_new(struct genl_info *info, size_t room, void **hdr)
{
	const struct umbra_message reply = {
		.family = &umbra_nl_family, .portid = info->snd_portid, .seq = info->snd_seq,
		.cmd = info->genlhdr->cmd, .room = room,
	};

	return umbra_message_new(&reply, GFP_KERNEL_ACCOUNT, hdr);
}

int umbra_reply_send(struct sk_buff *skb, void *hdr, struct genl_info *info, int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

static bool has_doubles(const struct nlattr *nest)
{
	const struct nlattr *attr;
	u32 seen = 0;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		if (seen & BIT(nla_type(attr)))
			return true;
		seen |= BIT(nla_type(attr));
	}
	return false;
}

static bool has_ports(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return true;
	}
	return false;
}

static u16 get_port(const struct nlattr *port)
{
	return port ? nla_get_u16(port) : 0;
}

/* A GRE flow may have a key in place of ports, but need not. */
static int get_ports(const struct nlattr *nest, struct umbra_key *key,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *sport = nla_find_nested(nest, UMBRA_A_TUPLE_SOURCE_PORT);
	const struct nlattr *dport = nla_find_nested(nest, UMBRA_A_TUPLE_DESTINATION_PORT);

	key->sport = htons(get_port(sport));
	key->dport = htons(get_port(dport));
	if (has_ports(key->proto) && (!sport || !dport)) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "this protocol has two ports: name both");
		return -EINVAL;
	}
	if (!has_ports(key->proto) && key->proto != IPPROTO_GRE && (key->sport || key->dport)) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "this protocol has no ports: leave them out");
		return -EINVAL;
	}
	return 0;
}

int umbra_get_tuple(const struct nlattr *nest, struct umbra_key *key,
		    struct netlink_ext_ack *extack)
{
	const struct nlattr *src = nla_find_nested(nest, UMBRA_A_TUPLE_SOURCE);
	const struct nlattr *dst = nla_find_nested(nest, UMBRA_A_TUPLE_DESTINATION);
	const struct nlattr *proto = nla_find_nested(nest, UMBRA_A_TUPLE_PROTOCOL);

	if (!src || !dst || !proto || has_doubles(nest)) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
			"a flow has source, destination, protocol and its ports, once each");
		return -EINVAL;
	}
	if (nla_len(src) != nla_len(dst) || (nla_len(src) != 4 && nla_len(src) != 16)) {
		NL_SET_ERR_MSG_ATTR(extack, src, "both addresses have 4 bytes, or both have 16");
		return -EINVAL;
	}
	memset(key, 0, sizeof(*key));
	memcpy(&key->src, nla_data(src), nla_len(src));
	memcpy(&key->dst, nla_data(dst), nla_len(dst));
	key->family = nla_len(src) == 4 ? AF_INET : AF_INET6;
	key->proto = nla_get_u8(proto);
	return get_ports(nest, key, extack);
}

static int socket_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct netlink_notify *n = data;

	if (event == NETLINK_URELEASE && n->protocol == NETLINK_GENERIC)
		umbra_candidate_release(umbra_net(n->net), n->portid);
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = { .notifier_call = socket_event };

/*
 * Used in place of the generated operations, which all have GENL_ADMIN_PERM. A specification cannot
 * say that a module's parameter chooses the flag.
 */
static struct genl_ops user_ops[ARRAY_SIZE(umbra_nl_ops)] __ro_after_init;

static void __init obey_user_namespaces(void)
{
	u32 i;

	memcpy(user_ops, umbra_nl_ops, sizeof(user_ops));
	for (i = 0; i < ARRAY_SIZE(user_ops); i++) {
		user_ops[i].flags &= ~GENL_ADMIN_PERM;
		user_ops[i].flags |= GENL_UNS_ADMIN_PERM;
	}
	umbra_nl_family.ops = user_ops;
}

int __init umbra_netlink_init(void)
{
	int err;

	if (userns)
		obey_user_namespaces();
	umbra_event_init(&umbra_nl_family, UMBRA_NLGRP_EVENTS);
	err = netlink_register_notifier(&socket_notifier);
	if (err)
		return err;
	err = genl_register_family(&umbra_nl_family);
	if (err)
		netlink_unregister_notifier(&socket_notifier);
	return err;
}

/* No operation and no reply is under way after the family is unregistered. */
void umbra_netlink_exit(void)
{
	genl_unregister_family(&umbra_nl_family);
	netlink_unregister_notifier(&socket_notifier);
}
