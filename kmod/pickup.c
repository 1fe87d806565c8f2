// SPDX-License-Identifier: GPL-2.0
/*
 * Pick-up: TCP whose beginning was not seen.
 *
 * TCP in mid-stream is picked up where its service says so, where a socket of
 * the firewall vouches for it, and for a while after the first commit, so that
 * neither loading a policy nor replacing the module cuts what it allows. The
 * rules must let either end be the client; that end is taken for it.
 */
#include <linux/umbra.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/sock.h>

#include "judge.h"
#include "nat.h"
#include "passage.h"
#include "policy.h"
#include "route.h"
#include "umbra.h"

static bool has_socket_v4(struct net *net, const struct umbra_passage *w)
{
	const struct umbra_key *k = &w->packet.key;
	struct sock *sk;

	sk = __inet_lookup_established(net, net->ipv4.tcp_death_row.hashinfo,
				       k->src.s6_addr32[0], k->sport, k->dst.s6_addr32[0],
				       ntohs(k->dport), w->iif, 0);
	if (sk)
		sock_gen_put(sk);
	return sk;
}

static bool has_socket_v6(struct net *net, const struct umbra_passage *w)
{
	const struct umbra_key *k = &w->packet.key;
	struct sock *sk;

	sk = __inet6_lookup_established(net, net->ipv4.tcp_death_row.hashinfo, &k->src, k->sport,
					&k->dst, ntohs(k->dport), w->iif, 0);
	if (sk)
		sock_gen_put(sk);
	return sk;
}

/* The firewall's own socket vouches for a connection whose session is not known. */
static bool socket_vouches(const struct umbra_passage *w)
{
	if (w->hook == NF_INET_LOCAL_OUT)
		return w->skb->sk && sk_fullsock(w->skb->sk) &&
		       w->skb->sk->sk_state == TCP_ESTABLISHED;
	if (w->way != UMBRA_WAY_LOCAL)
		return false;
	return w->family == AF_INET ? has_socket_v4(w->un->net, w) : has_socket_v6(w->un->net, w);
}

/* Of the two ends, the one that a rule lets be the client was it. */
static const struct umbra_verdict *judge_either(const struct umbra_passage *w, bool *reversed)
{
	const struct umbra_verdict *v;
	struct umbra_key back;

	*reversed = false;
	v = umbra_judge_key(w->policy, &w->packet.key, w->iif, w->oif, UMBRA_CLS_OPEN);
	if (umbra_verdict_opens(v))
		return v;
	*reversed = true;
	umbra_key_invert(&w->packet.key, &back);
	v = umbra_judge_key(w->policy, &back, w->oif, w->iif, UMBRA_CLS_OPEN);
	return umbra_verdict_opens(v) ? v : NULL;
}

/* Connections that are older than the first policy. */
static bool adopting(const struct umbra_passage *w)
{
	u32 seconds = w->policy->settings.value[UMBRA_SETTING_ADOPT];

	/* To the firewall itself, a socket has to vouch: its address may be a translation's. */
	if (w->hook == NF_INET_PRE_ROUTING && w->way == UMBRA_WAY_LOCAL)
		return false;
	return time_before(jiffies, READ_ONCE(w->un->judging_since) + (unsigned long)seconds * HZ);
}

/*
 * A client's packet is translated as it was before if its port is still free. A server's
 * shows that the connection is not translated, so it is none that could go on.
 */
static bool find_nat(struct umbra_passage *w, bool reversed)
{
	struct umbra_key back;

	if (!umbra_nat_may_apply(w))
		return true;
	umbra_key_invert(&w->packet.key, &back);
	if (reversed)
		return !umbra_policy_nat(w->policy, &back, w->oif, w->iif);
	w->nat = umbra_policy_nat(w->policy, &w->packet.key, w->iif, w->oif);
	return true;
}

u8 umbra_pick_up(struct umbra_passage *w)
{
	const struct umbra_verdict *v;
	bool reversed;

	w->action = UMBRA_ACTION_DISCARD;
	if (w->packet.key.proto != IPPROTO_TCP || w->packet.tcp_flags & UMBRA_TCP_RST ||
	    w->packet.tcp_flags & UMBRA_TCP_SYN)
		return UMBRA_REASON_TCP_STRAY;
	v = judge_either(w, &reversed);
	if (!v || !(v->pickup || adopting(w) || socket_vouches(w)) || !find_nat(w, reversed))
		return UMBRA_REASON_TCP_STRAY;
	w->verdict = v;
	umbra_passage_hit(w);
	return umbra_open_session(w, UMBRA_REASON_ADOPTED, true, reversed);
}
