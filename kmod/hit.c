// SPDX-License-Identifier: GPL-2.0
/*
 * Hit: a packet of a session that exists.
 *
 * The common case touches the bucket, one half and the written line: the
 * session lives, was judged by a policy that still counts, the packet came
 * in where the session has it come in, and the route is remembered. Each of
 * these has its slow answer below: end it, judge it again, look whether the
 * address may live there, look up the route. Only a session that any of
 * these speaks against is refused. What is asked of the policy is in rejudge.c.
 */
#include <linux/umbra.h>
#include <net/dst.h>

#include "nat.h"
#include "passage.h"
#include "policy.h"
#include "probe.h"
#include "relayed.h"
#include "route.h"
#include "track.h"
#include "umbra.h"

static u8 route_again(struct umbra_passage *w, struct umbra_half *half)
{
	umbra_passage_route(w, &umbra_half_other(half)->key.src);
	umbra_relayed_stay(w, half);
	if (w->way != UMBRA_WAY_FORWARD && w->way != UMBRA_WAY_LOCAL)
		return UMBRA_REASON_NO_ROUTE;
	/* What was the firewall's own and is not any more belongs to nobody. */
	if (!w->oif != !half->oif)
		return umbra_cut(w, half, UMBRA_REASON_OWN_ADDRESS);
	if (w->hook == NF_INET_PRE_ROUTING)
		umbra_adjacency_set(&w->un->adjacencies, half, skb_dst(w->skb));
	return w->oif == half->oif ? 0 : umbra_moved_out(w, half);
}

static u8 find_way(struct umbra_passage *w, struct umbra_half *half)
{
	struct dst_entry *dst;

	if (w->hook == NF_INET_LOCAL_OUT) {
		if (unlikely(w->oif != READ_ONCE(half->oif)))
			umbra_relayed_stay(w, half);
		return w->oif == READ_ONCE(half->oif) ? 0 : umbra_moved_out(w, half);
	}
	dst = umbra_adjacency_find(&w->un->adjacencies, half);
	if (unlikely(!dst))
		return route_again(w, half);
	skb_dst_drop(w->skb);
	skb_dst_set_noref(w->skb, dst);
	w->way = READ_ONCE(half->oif) ? UMBRA_WAY_FORWARD : UMBRA_WAY_LOCAL;
	return 0;
}

/*
 * A closed or reset session makes room for a new SYN or INIT; a late one for any packet, unless it
 * would be asked whether its ends live: here is one that does.
 */
static bool over(const struct umbra_passage *w, struct umbra_session *s)
{
	if (unlikely(umbra_session_expired(s)) && !umbra_probe_spares(s, w->policy))
		umbra_session_kill(s, UMBRA_REASON_TIMEOUT);
	else if (unlikely(umbra_track_reopens(s, &w->packet)))
		umbra_session_kill(s, UMBRA_REASON_CLOSED);
	else
		return false;
	return true;
}

/* It may have been routed by then; who has no session is routed anew. */
static noinline u8 refused(const struct umbra_passage *w, u8 why, bool *gone)
{
	if (why != UMBRA_ALONE)
		return why;
	if (w->hook == NF_INET_PRE_ROUTING)
		skb_dst_drop(w->skb);
	*gone = true;
	return 0;
}

u8 umbra_hit(struct umbra_passage *w, struct umbra_half *half, bool *gone)
{
	struct umbra_session *s = umbra_half_session(half);
	u8 why = 0;

	*gone = over(w, s);
	if (*gone)
		return 0;
	if (unlikely(READ_ONCE(half->iif) != w->iif))
		why = umbra_moved_in(w, half);
	if (unlikely(READ_ONCE(s->generation) < w->policy->judged_since) && !why)
		why = umbra_judge_again(w, half);
	if (!why && umbra_packet_corrupt(w->skb, &w->packet, w->hook))
		why = UMBRA_REASON_MALFORMED;
	if (!why)
		why = find_way(w, half);
	if (!why)
		why = umbra_track(s, half->dir, &w->packet, &w->policy->settings);
	if (!why && half->translate)
		why = umbra_nat_apply(w, half);
	return unlikely(why) ? refused(w, why, gone) : 0;
}
