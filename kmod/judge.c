// SPDX-License-Identifier: GPL-2.0
#include "judge.h"

#include <net/addrconf.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "passage.h"
#include "policy.h"
#include "umbra.h"

u32 umbra_judge_by(const struct umbra_policy *p, const struct umbra_classifier *cls,
		   const struct umbra_key *key, int iif, int oif, u8 kind)
{
	struct umbra_cls_packet packet = {
		.src = key->src,
		.dst = key->dst,
		.iif = umbra_policy_iface(p, iif),
		.oif = umbra_policy_iface(p, oif),
		.sport = ntohs(key->sport),
		.dport = ntohs(key->dport),
		.family = key->family,
		.proto = key->proto,
		.kind = kind,
	};

	return umbra_classify(cls, &packet);
}

const struct umbra_verdict *umbra_judge_key(const struct umbra_policy *p,
					    const struct umbra_key *key, int iif, int oif, u8 kind)
{
	u32 rule = umbra_judge_by(p, p->cls, key, iif, oif, kind);

	return rule == UMBRA_CLS_NO_RULE ? NULL : &p->verdict[rule];
}

bool umbra_verdict_opens(const struct umbra_verdict *v)
{
	return v && v->action == UMBRA_ACTION_ALLOW && v->type == UMBRA_SERVICE_TYPE_DYNAMIC;
}

static bool is_own_address(struct net *net, const struct umbra_key *key)
{
	if (key->family == AF_INET)
		return inet_addr_type(net, key->dst.s6_addr32[0]) == RTN_LOCAL;
	return ipv6_chk_addr(net, &key->dst, NULL, 0);
}

static int way_back_v4(struct net *net, const struct umbra_key *key)
{
	struct flowi4 fl4 = {
		.daddr = key->src.s6_addr32[0],
		.saddr = key->dst.s6_addr32[0],
	};
	struct rtable *rt = ip_route_output_key(net, &fl4);
	int ifindex;

	if (IS_ERR(rt))
		return -1;
	ifindex = rt->dst.dev->ifindex;
	ip_rt_put(rt);
	return ifindex;
}

static int way_back_v6(struct net *net, const struct umbra_key *key)
{
	struct flowi6 fl6 = { .daddr = key->src, .saddr = key->dst };
	struct dst_entry *dst = ip6_route_output(net, NULL, &fl6);
	int ifindex = dst->error ? -1 : dst->dev->ifindex;

	dst_release(dst);
	return ifindex;
}

/* The device the connection arrives on: its session's, else that of the way back. */
static int guard_iif(struct umbra_net *un, const struct umbra_key *key)
{
	struct umbra_half *half;
	int iif = -1;

	rcu_read_lock();
	half = un->started ? umbra_table_find(&un->table, key) : NULL;
	if (half)
		iif = READ_ONCE(half->iif);
	rcu_read_unlock();
	if (iif >= 0)
		return iif;
	return key->family == AF_INET ? way_back_v4(un->net, key) : way_back_v6(un->net, key);
}

bool umbra_judge_guard(struct umbra_net *un, const struct umbra_policy *p,
		       const struct umbra_key *key)
{
	const struct umbra_verdict *v;
	int iif;
	bool ok;

	if (!is_own_address(un->net, key))
		return true;
	iif = guard_iif(un, key);
	if (iif < 0)
		return false;
	if (iif == un->net->loopback_dev->ifindex)
		return true;
	rcu_read_lock();
	v = umbra_judge_key(p, key, iif, 0, UMBRA_CLS_OPEN);
	ok = v && v->action == UMBRA_ACTION_ALLOW &&
	     !umbra_policy_spoofed(p, iif, key->family, &key->src);
	rcu_read_unlock();
	return ok;
}
