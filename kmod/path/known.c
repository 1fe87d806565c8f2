// SPDX-License-Identifier: GPL-2.0
/*
 * Hit: a packet of a session that exists.
 *
 * The common case touches the bucket, one half and the written line. It applies if the session is
 * alive and judged by the current policy, the packet arrived at the session's device, and the route
 * is remembered. If one of these conditions fails, a slower function below handles it:
 *
 * - the session has expired: end it;
 * - the policy is newer: judge the session again (rejudge.c);
 * - the device is another: check whether the address may arrive there;
 * - the route is not remembered: look it up.
 *
 * The packet is refused only if such a check fails.
 *
 * A packet may be forged until tracking has accepted it. So where it arrives, and by which route
 * it leaves, is written into the session only after that.
 */
#include <linux/umbra.h>
#include <net/dst.h>

#include "life/end.h"
#include "path/challenge.h"
#include "nat/nat.h"
#include "passage.h"
#include "policy/policy.h"
#include "path/spared.h"
#include "path/to_relay.h"
#include "egress/route.h"
#include "session/track.h"
#include "umbra.h"
#include "under_rcu.h"

static u8 route_again(struct umbra_passage *w, struct umbra_half *half)
{
	umbra_passage_route(w, &umbra_half_other(half)->key.src);
	umbra_relayed_stay(w, half);
	return w->way == UMBRA_WAY_FORWARD || w->way == UMBRA_WAY_LOCAL ? 0 : UMBRA_REASON_NO_ROUTE;
}

/* The packet passes, by a way that is not the session's: remember the way. */
static u8 remember_way(struct umbra_passage *w, struct umbra_half *half)
{
	if (w->hook == NF_INET_PRE_ROUTING) {
		/* The address became the firewall's, or ceased to be: the session ends. */
		if (!w->oif != !half->oif)
			return umbra_cut(w, half, UMBRA_REASON_OWN_ADDRESS);
		umbra_adjacency_set(&w->un->adjacencies, half, skb_dst(w->skb));
	}
	return w->oif == half->oif ? 0 : umbra_moved_out(w, half);
}

/* @again: set if the session does not remember this way */
static u8 find_way(struct umbra_passage *w, struct umbra_half *half, bool *again)
{
	struct dst_entry *dst;

	if (w->hook == NF_INET_LOCAL_OUT) {
		if (unlikely(w->oif != READ_ONCE(half->oif)))
			umbra_relayed_stay(w, half);
		*again = w->oif != READ_ONCE(half->oif);
		return 0;
	}
	dst = umbra_adjacency_find(&w->un->adjacencies, half);
	*again = !dst;
	if (unlikely(!dst))
		return route_again(w, half);
	skb_dst_drop(w->skb);
	skb_dst_set_noref(w->skb, dst);
	w->way = READ_ONCE(half->oif) ? UMBRA_WAY_FORWARD : UMBRA_WAY_LOCAL;
	return 0;
}

static u8 track(struct umbra_passage *w, struct umbra_half *half)
{
	u8 why = umbra_track(umbra_half_session(half), half->dir, &w->packet,
			     &w->policy->settings);

	if (unlikely(why))
		umbra_challenge(half, &w->packet);
	return why;
}

/*
 * The packet arrived at another device than before, and is allowed to. Its route may depend on the
 * device, as rp_filter does. If the route leaves by another device than the session's, only this
 * packet takes it, if the policy allows that. The session moves once tracking proves that the
 * packet is its own.
 */
static noinline u8 track_stray(struct umbra_passage *w, struct umbra_half *half)
{
	bool certain;
	u8 why = route_again(w, half);

	if (why)
		return why;
	certain = umbra_track_proves(umbra_half_session(half), half->dir, &w->packet, w->iif);
	if (!certain && w->oif != READ_ONCE(half->oif))
		why = umbra_goes_astray(w, half);
	if (!why)
		why = track(w, half);
	if (why || !certain)
		return why;
	umbra_move_in(w, half);
	return remember_way(w, half);
}

static u8 track_known(struct umbra_passage *w, struct umbra_half *half)
{
	bool again;
	u8 why = find_way(w, half, &again);

	if (!why)
		why = track(w, half);
	if (unlikely(again) && !why)
		why = remember_way(w, half);
	return why;
}

/* The flow is over, and this packet begins it again, intact and not spoofed. */
static bool reopens(const struct umbra_passage *w, const struct umbra_half *half)
{
	const struct umbra_session *s = umbra_half_session_const(half);

	if (likely(!umbra_track_reopens(s, &w->packet)))
		return false;
	return !umbra_packet_corrupt(w->skb, &w->packet, w->hook) &&
	       (READ_ONCE(half->iif) == w->iif || !umbra_passage_spoofed(w));
}

/*
 * A closed or reset session gives way to a new SYN or INIT. An expired session gives way to any
 * packet, unless its ends would be probed: then this packet proves that its sender lives, and the
 * session goes on.
 */
static bool over(const struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);

	if (unlikely(umbra_session_expired(s)) && !umbra_spared(s, w->policy))
		umbra_session_kill(s, UMBRA_REASON_TIMEOUT);
	else if (reopens(w, half))
		umbra_session_kill(s, UMBRA_REASON_CLOSED);
	else
		return false;
	return true;
}

/* The packet may be routed already; without a session it is routed again. */
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
	bool strays;
	u8 why = 0;

	umbra_assert_rcu();
	*gone = over(w, half);
	if (*gone)
		return 0;
	strays = READ_ONCE(half->iif) != w->iif;
	if (unlikely(strays))
		why = umbra_moved_in(w, half);
	if (unlikely(READ_ONCE(s->generation) < w->policy->judged_since) && !why)
		why = umbra_judge_again(w, half);
	if (!why && umbra_packet_corrupt(w->skb, &w->packet, w->hook))
		why = UMBRA_REASON_MALFORMED;
	if (!why)
		why = unlikely(strays) ? track_stray(w, half) : track_known(w, half);
	if (!why && half->translate)
		why = umbra_nat_apply(w, half);
	return unlikely(why) ? refused(w, why, gone) : 0;
}
