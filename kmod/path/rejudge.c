// SPDX-License-Identifier: GPL-2.0
/*
 * Judging again: a session that goes on under another policy, or by another device.
 */
#include <linux/netdevice.h>
#include <linux/umbra.h>

#include "life/end.h"
#include "path/carried.h"
#include "policy/judge.h"
#include "life/limit.h"
#include "path/to_mapping.h"
#include "nat/nat.h"
#include "passage.h"
#include "policy/policy.h"
#include "path/to_relay.h"
#include "session/track.h"
#include "umbra.h"
#include "under_rcu.h"

u8 umbra_cut(const struct umbra_passage *w, struct umbra_half *half, u8 why)
{
	struct umbra_session *s = umbra_half_session(half);

	umbra_assert_rcu();
	if (w->dry)
		return why;
	umbra_track_heard(s, half->dir, &w->packet);
	umbra_session_kill(s, why);
	return why;
}

/* A ping that the setting let in has no rule that could judge it again. */
static bool by_setting(const struct umbra_session *s)
{
	return !s->rule && s->reason == UMBRA_REASON_PING;
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

/*
 * A packet-filter service has sessions only for translation. A session that does not translate is
 * not needed any more if the packets of both its ends pass without it.
 */
static bool passes_without(const struct umbra_policy *p, const struct umbra_session *s, int iif,
			   int oif)
{
	const struct umbra_half *half = s->half;

	return !half[UMBRA_DIR_ORIGINAL].translate &&
	       umbra_judge_alone(p, &half[UMBRA_DIR_ORIGINAL].key, iif, oif) &&
	       umbra_judge_alone(p, &half[UMBRA_DIR_REPLY].key, oif, iif);
}

/* Can the connection go on without its session? umbra_judge_session() has allowed it to go on. */
static bool is_needless(const struct umbra_session *s, const struct umbra_verdict *v)
{
	return v && v->type == UMBRA_SERVICE_TYPE_PACKET_FILTER && !s->nat &&
	       !s->half[UMBRA_DIR_ORIGINAL].translate && s->reason != UMBRA_REASON_RELAY;
}

/*
 * May the session go on between these devices as it is? Or may its packets pass without a session,
 * by a packet-filter service? Return: 0 if so, or UMBRA_OBSTACLE_*.
 */
static u8 judge_between(struct umbra_passage *w, const struct umbra_session *s, int iif, int oif,
			const struct umbra_verdict **verdict)
{
	const struct umbra_policy *p = w->policy;
	const struct umbra_verdict *v;
	struct umbra_key key;
	bool mapped;

	if (s->reason == UMBRA_REASON_RELAY)
		return umbra_relayed_judge(p, s, iif, verdict);
	mapped = umbra_mapped_session(s, &key);
	v = umbra_judge_key(p, &key, iif, oif, UMBRA_CLS_OPEN);
	*verdict = v;
	if (!v)
		return UMBRA_OBSTACLE_UNMATCHED;
	if (v->action != UMBRA_ACTION_ALLOW)
		return UMBRA_OBSTACLE_RULE;
	if (!umbra_verdict_opens(v) &&
	    (mapped || !(s->nat || umbra_nat_is_own(s) || passes_without(p, s, iif, oif))))
		return UMBRA_OBSTACLE_PACKET_FILTER;
	return mapped || umbra_nat_holds(w, s, iif, oif) ? 0 : UMBRA_OBSTACLE_NAT;
}

u8 umbra_judge_session(struct umbra_passage *w, const struct umbra_session *s,
		       const struct umbra_verdict **verdict)
{
	const struct umbra_half *orig = &s->half[UMBRA_DIR_ORIGINAL];
	int iif = READ_ONCE(orig->iif);
	u8 obstacle;

	umbra_assert_rcu();
	*verdict = NULL;
	if (by_setting(s))
		return umbra_ping_allowed(w, dev_get_by_index_rcu(w->un->net, iif), &orig->key) ?
		       0 : UMBRA_OBSTACLE_PING;
	obstacle = judge_between(w, s, iif, READ_ONCE(orig->oif), verdict);
	if (!obstacle && either_spoofed(w->policy, s))
		obstacle = UMBRA_OBSTACLE_SPOOFED;
	return obstacle;
}

/* Set the nat row that applies now, which may be another one. */
static void take_nat(const struct umbra_passage *w, struct umbra_session *s)
{
	if (w->nat)
		WRITE_ONCE(s->nat, w->nat->row->id);
}

/* Move the session to the rule that allows it now, if that is another one. */
static bool move_to(struct umbra_net *un, struct umbra_session *s, const struct umbra_verdict *v)
{
	struct umbra_claimant who;

	/* umbra_session_kill() reads the rule of a dying session, so do not change it. */
	if (s->rule == v->row->id || s->life != UMBRA_LIVE)
		return true;
	who = umbra_limit_claimant(un, &s->half[UMBRA_DIR_ORIGINAL].key, false);
	if (!umbra_limit_move(un, s->rule, v, &who))
		return false;
	WRITE_ONCE(s->rule, v->row->id);
	return true;
}

/*
 * Put the session under the running policy. If there is no memory to count it there, it stays as it
 * was, and its next packet tries again.
 */
static bool take_over(struct umbra_passage *w, struct umbra_session *s,
		      const struct umbra_verdict *v)
{
	spin_lock(&s->lock);
	if (!move_to(w->un, s, v)) {
		WRITE_ONCE(s->generation, 0);
		spin_unlock(&s->lock);
		return false;
	}
	s->timeout = v->timeout;
	s->window = v->window;
	s->probes = v->probes;
	s->silent = umbra_policy_silent(w->policy, v);
	spin_unlock(&s->lock);
	take_nat(w, s);
	return true;
}

/* Nothing is cut, so notify neither end: the packet continues like one without a session. */
static u8 let_go(const struct umbra_passage *w, struct umbra_session *s)
{
	if (w->dry)
		return UMBRA_ALONE;
	spin_lock(&s->lock);
	s->silent = true;
	spin_unlock(&s->lock);
	umbra_session_kill(s, UMBRA_REASON_POLICY);
	return UMBRA_ALONE;
}

/*
 * Judge by the running policy, with the session's present devices. The ping setting depends on the
 * device where a request arrives. So an answer does not judge a ping again; the next request does.
 */
u8 umbra_judge_again(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);
	const struct umbra_verdict *v;
	bool ping = by_setting(s);

	umbra_assert_rcu();
	if (ping && w->hook != NF_INET_PRE_ROUTING)
		return 0;
	if (!ping && !w->dry)
		umbra_count(w->un, rejudged);
	if (umbra_judge_session(w, s, &v))
		return umbra_cut(w, half, UMBRA_REASON_POLICY);
	if (unlikely(is_needless(s, v)))
		return let_go(w, s);
	if (w->dry) {
		w->verdict = v;
		return 0;
	}
	if (!v || take_over(w, s, v))
		WRITE_ONCE(s->generation, w->policy->generation);
	return 0;
}

/* Arrived at another device than before: asymmetric routing, or spoofed. May it come from there? */
u8 umbra_moved_in(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);
	const struct umbra_verdict *v;

	umbra_assert_rcu();
	if (umbra_carried_out(w))
		return UMBRA_REASON_NOT_FOLLOWED;
	if (!half->iif || !w->iif || umbra_passage_spoofed(w))
		return UMBRA_REASON_SPOOFED;
	if (half->dir == UMBRA_DIR_ORIGINAL && !by_setting(s) &&
	    judge_between(w, s, w->iif, READ_ONCE(half->oif), &v))
		return UMBRA_REASON_POLICY;
	return 0;
}

/* A packet that arrives and leaves by other devices than its session: may it pass? */
u8 umbra_goes_astray(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);
	const struct umbra_verdict *v;

	umbra_assert_rcu();
	if (!w->oif != !half->oif ||
	    (s->flags & UMBRA_SESSION_MASQUERADE && half->dir == umbra_nat_masquerade_dir(s)))
		return UMBRA_REASON_POLICY;
	if (half->dir == UMBRA_DIR_ORIGINAL && !by_setting(s) &&
	    judge_between(w, s, w->iif, w->oif, &v))
		return UMBRA_REASON_POLICY;
	return 0;
}

/*
 * Forget the way out of this direction, so that it is looked up again. For a relay, also forget the
 * way out of the answers, because they leave by the device where the client arrives.
 */
void umbra_move_in(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);

	umbra_assert_rcu();
	take_nat(w, s);
	WRITE_ONCE(half->iif, w->iif);
	WRITE_ONCE(half->adj_id, 0);
	if (s->reason == UMBRA_REASON_RELAY && half->dir == UMBRA_DIR_ORIGINAL)
		WRITE_ONCE(s->half[UMBRA_DIR_REPLY].adj_id, 0);
}

/*
 * Leaves by another device than before: networks are bound to devices, so the rules may match
 * differently now. A masquerade ends, because the other device has another address.
 */
u8 umbra_moved_out(struct umbra_passage *w, struct umbra_half *half)
{
	struct umbra_session *s = umbra_half_session(half);

	umbra_assert_rcu();
	if (s->flags & UMBRA_SESSION_MASQUERADE && half->dir == umbra_nat_masquerade_dir(s))
		return umbra_cut(w, half, UMBRA_REASON_NAT_ADDRESS);
	WRITE_ONCE(half->oif, w->oif);
	return half->dir == UMBRA_DIR_ORIGINAL ? umbra_judge_again(w, half) : 0;
}
