// SPDX-License-Identifier: GPL-2.0
/*
 * Related: ICMP errors.
 *
 * An error passes if the packet that it quotes belongs to a session, if the error goes to the
 * sender of that packet (RFC 5508 REQ-4, REQ-5), and if the sender can have sent it recently (RFC
 * 5927 section 4.1). Whatever it says, the error neither keeps the session alive nor ends it
 * (REQ-6). The errors that pass have a rate limit per flow (icmp_error_rate.c). Only an error that
 * would pass counts for this limit. An error that is refused for another reason, such as a guessed
 * sequence number, does not count. The kernel has its own limits for its own errors.
 *
 * A packet-filter service has no sessions, but path-MTU discovery has to work for it as well (RFC
 * 1191, RFC 8201). So this one kind of error passes if the rules would let the quoted packet out
 * that way without a session.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/umbra.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "path/icmp_error_rate.h"
#include "policy/judge.h"
#include "passage.h"
#include "policy/policy.h"
#include "path/to_relay.h"
#include "egress/route.h"
#include "session/track.h"
#include "packet/translate.h"
#include "umbra.h"
#include "under_rcu.h"

/*
 * Invert the quoted packet, as its receiver would answer it. This is a key of the session, in the
 * direction in which the error travels.
 */
static struct umbra_half *find_quoted(struct umbra_passage *w, u32 *hash)
{
	struct umbra_key back;

	umbra_key_invert(&w->packet.key, &back);
	return umbra_table_find_hashing(&w->un->table, &back, hash);
}

bool umbra_sent_by_kernel(const struct sk_buff *skb)
{
	umbra_assert_rcu();
	return skb->sk && sk_fullsock(skb->sk) && skb->sk->sk_kern_sock;
}

static bool is_too_big(const struct umbra_passage *w)
{
	if (w->family == AF_INET)
		return w->packet.error == (ICMP_DEST_UNREACH << 8 | ICMP_FRAG_NEEDED);
	return w->packet.error >> 8 == ICMPV6_PKT_TOOBIG;	/* any code: RFC 4443 3.2 */
}

/*
 * The kernel's own errors about packets that were not judged: the defragmenter runs before us, and
 * the kernel reads IPv6's hop-by-hop options (RFC 8200 section 4.3) before that.
 */
static bool is_about_unjudged(const struct umbra_passage *w)
{
	if (w->family == AF_INET)
		return w->packet.error == (ICMP_TIME_EXCEEDED << 8 | ICMP_EXC_FRAGTIME);
	return w->packet.error == (ICMPV6_TIME_EXCEED << 8 | ICMPV6_EXC_FRAGTIME) ||
	       w->packet.error >> 8 == ICMPV6_PARAMPROB;
}

static bool filter_allows(const struct umbra_passage *w, u8 kind)
{
	const struct umbra_verdict *v;

	v = umbra_judge_key(w->policy, &w->packet.key, w->oif, w->iif, kind);
	return v && v->action == UMBRA_ACTION_ALLOW && v->type == UMBRA_SERVICE_TYPE_PACKET_FILTER;
}

/* The quoted packet went the other way: in where the error leaves, out where it arrives. */
static bool about_filtered(const struct umbra_passage *w)
{
	if (!is_too_big(w) || (w->way != UMBRA_WAY_FORWARD && w->way != UMBRA_WAY_LOCAL))
		return false;
	return filter_allows(w, UMBRA_CLS_OPEN) ||
	       (w->packet.key.proto == IPPROTO_TCP && filter_allows(w, UMBRA_CLS_ANSWER));
}

/* Turn an error about a translated packet into one about the packet that its sender sent. */
static u8 translate(struct umbra_passage *w, const struct umbra_half *half)
{
	const struct umbra_key *sent = &umbra_half_other(half)->key;
	const struct in6_addr *src = &w->packet.outer_src;

	/* If the far end is translated, hide the routers on its side, too: REQ-5c. */
	if (!ipv6_addr_equal(&sent->dst, &half->key.src))
		src = &sent->dst;
	return umbra_translate_error(w->skb, &w->packet, src, &sent->src, sent, w->hook);
}

/*
 * Does it go to the sender of the quoted packet? That is the firewall itself if the session is its
 * own, and only its source port is translated.
 */
static bool goes_to_sender(const struct umbra_passage *w, const struct umbra_half *half)
{
	bool here = w->hook == NF_INET_PRE_ROUTING && !READ_ONCE(umbra_half_other(half)->iif);

	return w->way == (here ? UMBRA_WAY_LOCAL : UMBRA_WAY_FORWARD);
}

static int route_anew(struct umbra_passage *w)
{
	struct net *net = w->un->net;

	if (w->family == AF_INET)
		return ip_route_me_harder(net, w->skb->sk, w->skb, RTN_UNSPEC);
	return ip6_route_me_harder(net, w->skb->sk, w->skb);
}

/*
 * The kernel found the error only after the packet was translated: a neighbour does not answer,
 * for instance. Its error goes to the sender of that packet.
 */
static u8 own_error(struct umbra_passage *w, const struct umbra_half *half)
{
	u8 why = 0;

	if (!half && is_about_unjudged(w))
		return UMBRA_REASON_ICMP_STRAY;
	if (half && half->translate) {
		why = translate(w, half);
		if (!why && route_anew(w))
			why = UMBRA_REASON_NO_ROUTE;
	}
	return why ?: umbra_pass(w, UMBRA_REASON_OWN_ERROR);
}

static u8 could_be_sent(const struct umbra_passage *w, struct umbra_half *half)
{
	const struct umbra_half *sent = umbra_half_other(half);

	return umbra_track_quoted(umbra_half_session(half), sent->dir, &w->packet,
				  &w->policy->settings);
}

u8 umbra_related(struct umbra_passage *w)
{
	struct umbra_half *half;
	u32 hash;
	u8 why;

	umbra_assert_rcu();
	half = find_quoted(w, &hash);
	w->action = UMBRA_ACTION_DISCARD;
	/* The kernel's own error is about a packet that we let in, or that it could not send. */
	if (w->hook == NF_INET_LOCAL_OUT && umbra_sent_by_kernel(w->skb))
		return own_error(w, half);
	if (!ipv6_addr_equal(&w->packet.outer_dst, &w->packet.key.src))
		return UMBRA_REASON_ICMP_STRAY;
	if (umbra_passage_spoofed(w))
		return UMBRA_REASON_SPOOFED;
	/* The quoted packet was sent to the firewall: only the firewall reports errors about it. */
	if (half && !READ_ONCE(half->iif) && w->hook == NF_INET_PRE_ROUTING)
		return UMBRA_REASON_ICMP_STRAY;
	why = half ? could_be_sent(w, half) : 0;
	if (why)
		return why;
	umbra_passage_route(w, half ? &umbra_half_other(half)->key.src : &w->packet.outer_dst);
	if (!half && !about_filtered(w))
		return UMBRA_REASON_ICMP_STRAY;
	if (!umbra_error_rate_admit(&w->un->error_rates, hash, is_too_big(w) ?
				    UMBRA_ERROR_TOO_BIG : UMBRA_ERROR_OTHER))
		return UMBRA_REASON_ICMP_RATE;
	if (half)
		umbra_relayed_stay(w, half);
	if (half && half->translate) {
		why = goes_to_sender(w, half) ? translate(w, half) : UMBRA_REASON_NO_ROUTE;
		if (why)
			return why;
	}
	return umbra_pass(w, UMBRA_REASON_RELATED);
}
