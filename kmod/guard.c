// SPDX-License-Identifier: GPL-2.0
/*
 * Guard: would a policy cut the TCP connection from which it is committed?
 *
 * Two things are asked, and both must be true. The connection itself goes on: its session is
 * judged as at its next packet (umbra_judge_session()). Where it has none, as before the first
 * policy or under a packet-filter service, what is asked is what open.c and pickup.c will ask
 * of the next packet from either end. And the client could connect again: a connection that
 * lives only until the administrator closes it is no way back.
 *
 * The clock is not asked: a time class that ends later ends the connection then (times.md).
 * Nor are limits: a session that moves to another rule is not subject to them.
 */
#include "guard.h"

#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/inet6_hashtables.h>
#include <net/l3mdev.h>

#include "judge.h"
#include "passage.h"
#include "policy.h"
#include "probe.h"
#include "refusal.h"
#include "route.h"
#include "umbra.h"

/* The device that has the connection's address here, in whatever VRF; NULL: none has. */
static struct net_device *own_device(struct net *net, const struct umbra_key *key)
{
	struct net_device *dev;

	if (key->family == AF_INET)
		return __ip_dev_find(net, key->dst.s6_addr32[0], false);
	for_each_netdev_rcu(net, dev)
		if (ipv6_chk_addr(net, &key->dst, dev, 1))
			return dev;
	return NULL;
}

static bool has_socket(struct net *net, const struct umbra_key *key, int iif)
{
	struct sock *sk;

	sk = __inet6_lookup_established(net, net->ipv4.tcp_death_row.hashinfo, &key->src,
					key->sport, &key->dst, ntohs(key->dport), iif, 0);
	if (sk)
		sock_gen_put(sk);
	return sk;
}

/* Every link may have such a route, but the socket is bound to the right one. */
static int link_of(struct net *net, const struct umbra_key *key)
{
	struct net_device *dev;

	for_each_netdev_rcu(net, dev)
		if (has_socket(net, key, dev->ifindex))
			return dev->ifindex;
	return 0;
}

static bool is_link_local(const struct umbra_key *key)
{
	return key->family == AF_INET6 && ipv6_addr_type(&key->src) & IPV6_ADDR_LINKLOCAL;
}

/* The device by which an answer would leave, or 0. */
static int way_back(struct net *net, const struct umbra_key *key)
{
	struct umbra_key back;
	struct dst_entry *dst;
	int oif = is_link_local(key) ? link_of(net, key) : 0;

	if (oif)
		return oif;
	umbra_key_invert(key, &back);
	dst = umbra_route_output(net, &back, key->vrf, NULL);
	if (!dst)
		return 0;
	oif = dst->dev->ifindex;
	dst_release(dst);
	return oif;
}

static struct umbra_session *find_session(struct umbra_net *un, const struct umbra_policy *p,
					  const struct umbra_key *key, int *iif)
{
	struct umbra_half *half = un->started ? umbra_table_find(&un->table, key) : NULL;
	struct umbra_session *s = half ? umbra_half_session(half) : NULL;

	if (!s || (umbra_session_expired(s) && !umbra_probe_spares(s, p)))
		return NULL;
	*iif = READ_ONCE(half->iif);
	return s;
}

static bool session_lives(struct umbra_net *un, const struct umbra_policy *p, u32 since,
			  const struct umbra_session *s)
{
	struct umbra_passage w = { .un = un, .policy = p, .dry = true };
	const struct umbra_verdict *verdict;

	if (since && READ_ONCE(s->generation) >= since)
		return true;
	return !umbra_judge_session(&w, s, &verdict);
}

/*
 * Does a segment in mid-stream pass? Where no rule fits it, it is picked up if its client may
 * connect, since the socket of the connection vouches for it.
 */
static bool segment_passes(const struct umbra_policy *p, const struct umbra_key *key, int iif,
			   int oif, bool picked_up)
{
	const struct umbra_verdict *v = umbra_judge_key(p, key, iif, oif, UMBRA_CLS_ANSWER);

	return v ? v->action == UMBRA_ACTION_ALLOW : picked_up;
}

static bool lives_without(const struct umbra_policy *p, const struct umbra_key *key, int iif,
			  const struct umbra_verdict *opens)
{
	bool picked_up = umbra_verdict_opens(opens);
	struct umbra_key back;

	umbra_key_invert(key, &back);
	return segment_passes(p, key, iif, 0, picked_up) &&
	       segment_passes(p, &back, 0, iif, picked_up);
}

enum guard_answer { GUARD_LIVES, GUARD_CUT, GUARD_RELAY };

static enum guard_answer ask(struct umbra_net *un, const struct umbra_policy *p, u32 since,
			     const struct umbra_key *key)
{
	const struct umbra_session *s;
	const struct umbra_verdict *v;
	bool allowed, lives;
	int iif = 0;

	s = find_session(un, p, key, &iif);
	if (!iif)
		iif = way_back(un->net, key);
	if (iif == un->net->loopback_dev->ifindex)
		return GUARD_LIVES;
	if (!iif || umbra_policy_spoofed(p, iif, key->family, &key->src))
		return GUARD_CUT;
	if (umbra_policy_relay(p, key, iif, &allowed))
		return GUARD_RELAY;
	v = umbra_judge_key(p, key, iif, 0, UMBRA_CLS_OPEN);
	if (!v || v->action != UMBRA_ACTION_ALLOW)
		return GUARD_CUT;
	lives = s ? session_lives(un, p, since, s) : lives_without(p, key, iif, v);
	return lives ? GUARD_LIVES : GUARD_CUT;
}

static int cut(const struct umbra_key *key, struct umbra_refusal *why)
{
	return umbra_refuse(why, NULL, -EPERM,
		key->family == AF_INET ?
		"this policy would cut the connection from %pI4 port %u that it was typed in: add a rule that allows it" :
		"this policy would cut the connection from %pI6c port %u that it was typed in: add a rule that allows it",
		&key->src, ntohs(key->sport));
}

static int relayed(const struct umbra_key *key, struct umbra_refusal *why)
{
	return umbra_refuse(why, NULL, -EPERM,
		key->family == AF_INET ?
		"a relay of this policy has the address and port of the connection from %pI4 port %u that it was typed in: let the relay listen elsewhere" :
		"a relay of this policy has the address and port of the connection from %pI6c port %u that it was typed in: let the relay listen elsewhere",
		&key->src, ntohs(key->sport));
}

int umbra_guard_check(struct umbra_net *un, const struct umbra_policy *p, u32 since,
		      const struct umbra_key *key, struct umbra_refusal *why)
{
	enum guard_answer answer = GUARD_LIVES;
	struct umbra_key here = *key;
	struct net_device *dev;

	lockdep_assert_held(&un->lock);
	rcu_read_lock();
	dev = p ? own_device(un->net, key) : NULL;
	if (dev) {
		here.vrf = l3mdev_master_ifindex_rcu(dev);
		answer = ask(un, p, since, &here);
	}
	rcu_read_unlock();
	if (answer == GUARD_RELAY)
		return relayed(key, why);
	return answer == GUARD_CUT ? cut(key, why) : 0;
}
