// SPDX-License-Identifier: GPL-2.0
/*
 * Judging again: a session that goes on under another policy, or by another device.
 */
#include <linux/umbra.h>

#include "judge.h"
#include "limit.h"
#include "mapped.h"
#include "nat.h"
#include "passage.h"
#include "policy.h"
#include "relayed.h"
#include "umbra.h"

static u8 end(const struct umbra_passage *w, struct umbra_session *s)
{
	if (!w->dry)
		umbra_session_kill(s, UMBRA_REASON_POLICY);
	return UMBRA_REASON_POLICY;
}

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
	if (!umbra_ping_allowed(w))
		return end(w, s);
	if (!w->dry)
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

/* A packet-filter service has sessions only where they carry a translation. */
static bool opens(const struct umbra_verdict *v, const struct umbra_session *s)
{
	return umbra_verdict_opens(v) || (v && v->action == UMBRA_ACTION_ALLOW && s->nat);
}

/* What lets the session go on between these devices as it is, or NULL. */
static const struct umbra_verdict *judge_session(struct umbra_passage *w,
						 const struct umbra_session *s, int iif, int oif)
{
	const struct umbra_policy *p = w->policy;
	const struct umbra_verdict *v;
	struct umbra_key key;
	bool mapped;

	if (s->reason == UMBRA_REASON_RELAY)
		return umbra_relayed_judge(p, s, iif);
	mapped = umbra_mapped_session(s, &key);
	v = umbra_judge_key(p, &key, iif, oif, UMBRA_CLS_OPEN);
	if (mapped)
		return umbra_verdict_opens(v) ? v : NULL;
	return opens(v, s) && umbra_nat_holds(w, s, iif, oif) ? v : NULL;
}

/* The nat row that has it now, should it be another one. */
static void take_nat(const struct umbra_passage *w, struct umbra_session *s)
{
	if (w->nat)
		WRITE_ONCE(s->nat, w->nat->row->id);
}

/* Another rule's from now on, if so. */
static bool move_to(struct umbra_net *un, struct umbra_session *s, const struct umbra_verdict *v)
{
	struct umbra_claimant who;

	/* The one who ends it reads the rule under the lock, once it is dying. */
	if (s->rule == v->row->id || s->life != UMBRA_LIVE)
		return true;
	who = umbra_limit_claimant(un, s);
	if (!umbra_limit_move(un, s->rule, v, &who))
		return false;
	WRITE_ONCE(s->rule, v->row->id);
	return true;
}

/*
 * It is the running policy's from now on. Where it could not be counted for want of memory
 * it stays what it was, and its next packet tries again.
 */
static void take_over(struct umbra_passage *w, struct umbra_session *s,
		      const struct umbra_verdict *v)
{
	spin_lock(&s->lock);
	if (!move_to(w->un, s, v)) {
		WRITE_ONCE(s->generation, 0);
		spin_unlock(&s->lock);
		return;
	}
	s->timeout = v->timeout;
	s->window = v->window;
	spin_unlock(&s->lock);
	take_nat(w, s);
	WRITE_ONCE(s->generation, w->policy->generation);
}

/* By the policy of now, with the devices that the session goes by now. */
u8 umbra_judge_again(struct umbra_passage *w, struct umbra_session *s)
{
	const struct umbra_half *orig = &s->half[UMBRA_DIR_ORIGINAL];
	const struct umbra_verdict *v;

	if (by_setting(s))
		return ping_again(w, s);
	if (!w->dry)
		umbra_count(w->un, rejudged);
	v = judge_session(w, s, READ_ONCE(orig->iif), READ_ONCE(orig->oif));
	if (!v || either_spoofed(w->policy, s))
		return end(w, s);
	if (w->dry)
		w->verdict = v;
	else
		take_over(w, s, v);
	return 0;
}

/*
 * Came in by another device than so far: asymmetric routing, or a lie. The session
 * stays as it is unless the client may come from there, and the route is asked for
 * anew, for it may depend on the device, and rp_filter does.
 */
u8 umbra_moved_in(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);

	if (!half->iif || !w->iif || umbra_passage_spoofed(w))
		return UMBRA_REASON_SPOOFED;
	if (half->dir == UMBRA_DIR_ORIGINAL && !by_setting(s) &&
	    !judge_session(w, s, w->iif, READ_ONCE(half->oif)))
		return UMBRA_REASON_POLICY;
	if (w->dry)
		return 0;
	take_nat(w, s);
	WRITE_ONCE(half->iif, w->iif);
	WRITE_ONCE(half->adj_id, 0);
	return 0;
}

/*
 * Leaves by another device than so far: the server's networks may be others now. A
 * masquerade is over, for that device's address is another.
 */
u8 umbra_moved_out(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);

	if (s->flags & UMBRA_SESSION_MASQUERADE && half->dir == umbra_nat_masquerade_dir(s)) {
		umbra_session_kill(s, UMBRA_REASON_NAT_ADDRESS);
		return UMBRA_REASON_NAT_ADDRESS;
	}
	WRITE_ONCE(half->oif, w->oif);
	return half->dir == UMBRA_DIR_ORIGINAL ? umbra_judge_again(w, s) : 0;
}
