// SPDX-License-Identifier: GPL-2.0
/*
 * Hit: a packet of a session that exists.
 *
 * The common case touches the bucket, one half and the written line: the
 * session lives, was judged by a policy that still counts, the packet came
 * in where the session has it come in, and the route is remembered. Each of
 * these has its slow answer below: end it, judge it again, look whether the
 * address may live there, look up the route. Only a session that any of
 * these speaks against is refused.
 */
#include <linux/umbra.h>
#include <net/dst.h>

#include "judge.h"
#include "limit.h"
#include "passage.h"
#include "policy.h"
#include "route.h"
#include "track.h"
#include "umbra.h"

/* A ping that a setting let in has no rule to be judged by. */
static bool by_setting(const struct umbra_session *s)
{
	return !s->rule && s->reason == UMBRA_REASON_PING;
}

/* The setting asks where a request came in, so an answer leaves it for the next one. */
static u8 ping_again(struct umbra_passage *w, struct umbra_session *s)
{
	if (w->hook != NF_INET_PRE_ROUTING)
		return 0;
	if (!umbra_ping_allowed(w)) {
		umbra_session_kill(s, UMBRA_REASON_POLICY);
		return UMBRA_REASON_POLICY;
	}
	WRITE_ONCE(s->generation, w->policy->generation);
	return 0;
}

static bool either_spoofed(const struct umbra_policy *p, const struct umbra_session *s)
{
	const struct umbra_half *half;
	int dir;

	for (dir = 0; dir < UMBRA_DIR_MAX; dir++) {
		half = &s->half[dir];
		if (umbra_policy_spoofed(p, READ_ONCE(half->iif), half->key.family,
					 &half->key.src))
			return true;
	}
	return false;
}

/* By the policy of now, with the devices that the session goes by now. */
static u8 judge_again(struct umbra_passage *w, struct umbra_session *s)
{
	const struct umbra_half *orig = &s->half[UMBRA_DIR_ORIGINAL];
	const struct umbra_verdict *v;

	if (by_setting(s))
		return ping_again(w, s);
	umbra_count(w->un, rejudged);
	v = umbra_judge_key(w->policy, &orig->key, READ_ONCE(orig->iif), READ_ONCE(orig->oif),
			    UMBRA_CLS_OPEN);
	if (!umbra_verdict_opens(v) || either_spoofed(w->policy, s)) {
		umbra_session_kill(s, UMBRA_REASON_POLICY);
		return UMBRA_REASON_POLICY;
	}
	spin_lock(&s->lock);
	/* The one who ends it reads the rule under the lock, once it is dying. */
	if (s->rule != v->row->id && atomic_read(&s->life) == UMBRA_LIVE) {
		umbra_limit_move(w->un, s->rule, v);
		WRITE_ONCE(s->rule, v->row->id);
	}
	s->timeout = v->timeout;
	spin_unlock(&s->lock);
	WRITE_ONCE(s->generation, w->policy->generation);
	return 0;
}

/*
 * Came in by another device than so far: asymmetric routing, or a lie. The session
 * stays as it is unless the client may come from there, and the route is asked for
 * anew, for it may depend on the device, and rp_filter does.
 */
static u8 moved_in(struct umbra_passage *w, struct umbra_half *half)
{
	const struct umbra_verdict *v;

	if (!half->iif || !w->iif || umbra_passage_spoofed(w))
		return UMBRA_REASON_SPOOFED;
	if (half->dir == UMBRA_DIR_ORIGINAL && !by_setting(umbra_half_session(half))) {
		v = umbra_judge_key(w->policy, &half->key, w->iif, READ_ONCE(half->oif),
				    UMBRA_CLS_OPEN);
		if (!umbra_verdict_opens(v))
			return UMBRA_REASON_POLICY;
	}
	WRITE_ONCE(half->iif, w->iif);
	WRITE_ONCE(half->adj_id, 0);
	return 0;
}

/* Leaves by another device than so far: the server's networks may be others now. */
static u8 moved_out(struct umbra_passage *w, struct umbra_half *half)
{
	WRITE_ONCE(half->oif, w->oif);
	return half->dir == UMBRA_DIR_ORIGINAL ? judge_again(w, umbra_half_session(half)) : 0;
}

static u8 route_again(struct umbra_passage *w, struct umbra_half *half)
{
	umbra_passage_route(w);
	if (w->way != UMBRA_WAY_FORWARD && w->way != UMBRA_WAY_LOCAL)
		return UMBRA_REASON_NO_ROUTE;
	/* What was the firewall's own and is not any more belongs to nobody. */
	if (!w->oif != !half->oif) {
		umbra_session_kill(umbra_half_session(half), UMBRA_REASON_POLICY);
		return UMBRA_REASON_POLICY;
	}
	if (w->hook == NF_INET_PRE_ROUTING)
		umbra_adjacency_set(&w->un->adjacencies, half, skb_dst(w->skb));
	return w->oif == half->oif ? 0 : moved_out(w, half);
}

static u8 find_way(struct umbra_passage *w, struct umbra_half *half)
{
	struct dst_entry *dst;

	if (w->hook == NF_INET_LOCAL_OUT)
		return w->oif == READ_ONCE(half->oif) ? 0 : moved_out(w, half);
	dst = umbra_adjacency_find(&w->un->adjacencies, half);
	if (unlikely(!dst))
		return route_again(w, half);
	skb_dst_drop(w->skb);
	skb_dst_set_noref(w->skb, dst);
	return 0;
}

/* A closed or reset session makes room for a new SYN; a late one for any packet. */
static bool over(struct umbra_session *s, const struct umbra_packet *p)
{
	if (unlikely(umbra_session_expired(s)))
		umbra_session_kill(s, UMBRA_REASON_TIMEOUT);
	else if (unlikely(umbra_track_reopens(s, p)))
		umbra_session_kill(s, UMBRA_REASON_CLOSED);
	else
		return false;
	return true;
}

u8 umbra_hit(struct umbra_passage *w, struct umbra_half *half, bool *gone)
{
	struct umbra_session *s = umbra_half_session(half);
	u8 why = 0;

	*gone = over(s, &w->packet);
	if (*gone)
		return 0;
	if (unlikely(READ_ONCE(half->iif) != w->iif))
		why = moved_in(w, half);
	if (unlikely(READ_ONCE(s->generation) < w->policy->judged_since) && !why)
		why = judge_again(w, s);
	if (!why && umbra_packet_corrupt(w->skb, &w->packet, w->hook))
		why = UMBRA_REASON_MALFORMED;
	if (!why)
		why = find_way(w, half);
	if (!why)
		why = umbra_track(s, half->dir, &w->packet, &w->policy->settings);
	return why;
}
