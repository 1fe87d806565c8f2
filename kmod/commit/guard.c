// SPDX-License-Identifier: GPL-2.0
/*
 * Guard: would a policy cut the TCP connection from which it is committed?
 *
 * The policy must allow two things. First, the connection itself continues. Its session is judged
 * as at its next packet (umbra_judge_session()). If it has no session, as before the first policy
 * or under a packet-filter service, the next packet from either end is judged as by path/open.c and
 * path/pickup.c. Second, the client could connect again, because a connection that lives only until
 * the administrator closes it is no way back.
 *
 * Only the time classes of this moment count: one that ends later ends the connection then
 * (times.md). Limits do not count, because they do not apply to a session that moves to another
 * rule.
 */
#include "commit/guard.h"

#include <linux/inetdevice.h>
#include <linux/ipv6.h>
#include <net/addrconf.h>
#include <net/l3mdev.h>

#include "policy/judge.h"
#include "passage.h"
#include "policy/policy.h"
#include "path/spared.h"
#include "policy/extack.h"
#include "egress/route.h"
#include "compat/umbra_established.h"
#include "umbra.h"

static bool has_address(struct net *net, struct net_device *dev, const struct umbra_key *key)
{
	const struct in_device *in = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (key->family == AF_INET6)
		return ipv6_mod_enabled() && ipv6_chk_addr(net, &key->dst, dev, 1);
	if (!in)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in)
		if (ifa->ifa_local == key->dst.s6_addr32[0])
			return true;
	return false;
}

static struct sock *get_socket(struct net *net, const struct umbra_key *key, int dif, int sdif)
{
	if (key->family == AF_INET)
		return umbra_established_v4(net, key->src.s6_addr32[0], key->sport,
					    key->dst.s6_addr32[0], ntohs(key->dport), dif, sdif);
	return umbra_established_v6(net, &key->src, key->sport, &key->dst, ntohs(key->dport), dif,
				    sdif);
}

/*
 * A socket in a VRF is bound to that VRF or to one of its devices. Where the kernel accepts in
 * every VRF, the look-up also finds a socket that is bound to nothing. Such a socket is in no VRF.
 */
static bool has_socket(struct net *net, const struct umbra_key *key, int iif, int vrf)
{
	struct sock *sk = get_socket(net, key, vrf ?: iif, vrf ? iif : 0);
	int bound;

	if (!sk)
		return false;
	bound = READ_ONCE(sk->sk_bound_dev_if);
	sock_gen_put(sk);
	return (bound ? l3mdev_master_ifindex_by_index(net, bound) : 0) == vrf;
}

/* Every link may have a route to a link-local address, but the socket is bound to the right one. */
static int link_of(struct net *net, const struct umbra_key *key, int vrf)
{
	struct net_device *dev;

	for_each_netdev_rcu(net, dev)
		if (l3mdev_master_ifindex_rcu(dev) == vrf && dev->ifindex != vrf &&
		    has_socket(net, key, dev->ifindex, vrf))
			return dev->ifindex;
	return 0;
}

static bool is_link_local(const struct umbra_key *key)
{
	return key->family == AF_INET6 && ipv6_addr_type(&key->src) & IPV6_ADDR_LINKLOCAL;
}

/* The device by which an answer would leave, or 0. */
static int way_back(struct net *net, const struct umbra_key *key, int vrf)
{
	struct umbra_key back;
	struct dst_entry *dst;
	int oif = is_link_local(key) ? link_of(net, key, vrf) : 0;

	if (oif)
		return oif;
	umbra_key_invert(key, &back);
	dst = umbra_route_output(net, &back, vrf, NULL);
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

	if (!s || (umbra_session_expired(s) && !umbra_spared(s, p)))
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
 * Does a segment in mid-stream pass? If no rule fits it, it is picked up if its client may connect,
 * because the connection's socket shows that the connection is real.
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
			     const struct umbra_key *key, int vrf)
{
	const struct umbra_session *s;
	const struct umbra_verdict *v;
	bool allowed, lives;
	int iif = 0;

	s = find_session(un, p, key, &iif);
	if (!iif)
		iif = way_back(un->net, key, vrf);
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

static enum guard_answer ask_in(struct umbra_net *un, const struct umbra_policy *p, u32 since,
				const struct umbra_key *key, int vrf)
{
	struct umbra_key here = *key;

	here.vrf = umbra_vrf_number(&un->vrfs, vrf);
	return ask(un, p, since, &here, vrf);
}

static bool has_any_socket(struct net *net, const struct umbra_key *key)
{
	struct net_device *dev;

	for_each_netdev_rcu(net, dev)
		if (has_address(net, dev, key) &&
		    has_socket(net, key, dev->ifindex, l3mdev_master_ifindex_rcu(dev)))
			return true;
	return false;
}

/*
 * Several VRFs may have the connection's address. The connection is in the one that has its socket.
 * If none or two of them have a socket, the connection may be in any of them, so all are asked.
 */
static enum guard_answer ask_all(struct umbra_net *un, const struct umbra_policy *p, u32 since,
				 const struct umbra_key *key)
{
	bool told = has_any_socket(un->net, key);
	enum guard_answer answer = GUARD_LIVES;
	int vrf, asked = -1;
	struct net_device *dev;

	for_each_netdev_rcu(un->net, dev) {
		vrf = l3mdev_master_ifindex_rcu(dev);
		if (vrf == asked || !has_address(un->net, dev, key) ||
		    (told && !has_socket(un->net, key, dev->ifindex, vrf)))
			continue;
		answer = ask_in(un, p, since, key, vrf);
		if (answer != GUARD_LIVES)
			return answer;
		asked = vrf;
	}
	if (asked < 0 && key->family == AF_INET) {	/* a local route may have the address */
		dev = __ip_dev_find(un->net, key->dst.s6_addr32[0], false);
		if (dev)
			answer = ask_in(un, p, since, key, l3mdev_master_ifindex_rcu(dev));
	}
	return answer;
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

	lockdep_assert_held(&un->lock);
	rcu_read_lock();
	if (p)
		answer = ask_all(un, p, since, key);
	rcu_read_unlock();
	if (answer == GUARD_RELAY)
		return relayed(key, why);
	return answer == GUARD_CUT ? cut(key, why) : 0;
}
