// SPDX-License-Identifier: GPL-2.0
/*
 * Pick-up: TCP and SCTP connections whose beginning was not seen.
 *
 * A packet in mid-stream is picked up in three cases:
 *
 * - its service says so;
 * - a socket of the firewall vouches for it;
 * - for a while after the first commit, so that loading a policy or replacing the module does not
 *   cut connections that the policy allows.
 *
 * The rules must allow one of the two ends to be the client; that end is taken as the client.
 */
#include <linux/umbra.h>
#include <net/l3mdev.h>
#include <net/sock.h>

#include "policy/judge.h"
#include "nat/nat.h"
#include "passage.h"
#include "policy/policy.h"
#include "egress/route.h"
#include "compat/umbra_established.h"
#include "umbra.h"
#include "under_rcu.h"

/* A socket in a VRF is bound to the VRF, and knows the device only as a slave of the VRF. */
static bool has_socket_v4(struct net *net, const struct umbra_passage *w, int vrf)
{
	const struct umbra_key *k = &w->packet.key;
	struct sock *sk;

	sk = umbra_established_v4(net, k->src.s6_addr32[0], k->sport, k->dst.s6_addr32[0],
				  ntohs(k->dport), vrf ?: w->iif, vrf ? w->iif : 0);
	if (sk)
		sock_gen_put(sk);
	return sk;
}

static bool has_socket_v6(struct net *net, const struct umbra_passage *w, int vrf)
{
	const struct umbra_key *k = &w->packet.key;
	struct sock *sk;

	sk = umbra_established_v6(net, &k->src, k->sport, &k->dst, ntohs(k->dport),
				  vrf ?: w->iif, vrf ? w->iif : 0);
	if (sk)
		sock_gen_put(sk);
	return sk;
}

static bool has_socket(struct net *net, const struct umbra_passage *w)
{
	int vrf = w->packet.key.vrf ? l3mdev_master_ifindex_rcu(w->skb->dev) : 0;

	return w->family == AF_INET ? has_socket_v4(net, w, vrf) : has_socket_v6(net, w, vrf);
}

/* A socket of the firewall vouches for a connection that has no session. */
static bool socket_vouches(const struct umbra_passage *w)
{
	if (w->hook == NF_INET_LOCAL_OUT)
		return w->skb->sk && sk_fullsock(w->skb->sk) &&
		       w->skb->sk->sk_state == TCP_ESTABLISHED;
	if (w->way != UMBRA_WAY_LOCAL || w->packet.key.proto != IPPROTO_TCP)
		return false;
	return has_socket(w->un->net, w);
}

/* The client is the end that a rule allows to be it. */
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

/* Connections that are older than the first policy may go on. */
static bool adopting(const struct umbra_passage *w)
{
	u32 seconds = w->policy->settings.value[UMBRA_SETTING_ADOPT];

	/* To the firewall itself, a socket has to vouch: NAT may use the same address. */
	if (w->hook == NF_INET_PRE_ROUTING && w->way == UMBRA_WAY_LOCAL)
		return false;
	return umbra_judges_less_than(w->un, seconds, get_jiffies_64());
}

/*
 * A client's packet is translated as before, if its port is still free. A server's packet that
 * arrives here shows that the connection is not translated; so if a nat row applies, it cannot go
 * on.
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

/* Chunks that begin an association or end it. A packet with one of them is not picked up. */
#define SCTP_EDGES	(UMBRA_SCTP_INIT_ACK | UMBRA_SCTP_COOKIE_ECHO | UMBRA_SCTP_COOKIE_ACK | \
			 UMBRA_SCTP_ABORT | UMBRA_SCTP_SHUTDOWN_COMPLETE)

static bool is_mid_stream(const struct umbra_packet *p)
{
	if (p->key.proto == IPPROTO_SCTP)
		return !(p->chunks & SCTP_EDGES);
	return !(p->tcp_flags & (UMBRA_TCP_RST | UMBRA_TCP_SYN));
}

/* SCTP's tag is learnt from this packet, so its checksum must be right. */
static bool is_corrupt(const struct umbra_passage *w)
{
	return w->packet.key.proto == IPPROTO_SCTP &&
	       __umbra_packet_corrupt(w->skb, &w->packet, w->hook);
}

u8 umbra_pick_up(struct umbra_passage *w)
{
	u8 stray = umbra_packet_stray(&w->packet);
	const struct umbra_verdict *v;
	bool reversed;

	umbra_assert_rcu();
	w->action = UMBRA_ACTION_DISCARD;
	if (!is_mid_stream(&w->packet))
		return stray;
	v = judge_either(w, &reversed);
	if (!v || !(v->pickup || adopting(w) || socket_vouches(w)) || !find_nat(w, reversed))
		return stray;
	if (is_corrupt(w))
		return UMBRA_REASON_MALFORMED;
	w->verdict = v;
	umbra_passage_hit(w);
	return umbra_open_session(w, UMBRA_REASON_ADOPTED, true, reversed);
}
