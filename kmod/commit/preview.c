// SPDX-License-Identifier: GPL-2.0
/*
 * Preview: finds the sessions that a candidate would end.
 *
 * The candidate is compiled as for a commit, but the policy is never published: no packet is judged
 * by it, its new rows get no ids, and no relay listens for it. Each session is judged by
 * umbra_judge_session(), as it is when another policy takes effect. Sessions of a tcp-relay are
 * also checked as when a policy begins to run. Neither check writes to a session. What the policy's
 * classifiers remember of it is freed with the policy.
 *
 * Only the caller has the policy, so it is freed without a grace period. It may outlive its
 * candidate and the running policy: its rows are counted, and the caller's socket keeps the
 * namespace.
 */
#include "commit/preview.h"

#include <linux/umbra.h>

#include "commit/commit.h"
#include "passage.h"
#include "policy/policy.h"
#include "path/spared.h"
#include "relay/relay.h"
#include "umbra.h"
#include "under_rcu.h"

int umbra_preview_begin(struct umbra_preview *pv, struct umbra_net *un,
			const struct umbra_candidate *c, const struct umbra_commit *how,
			struct umbra_refusal *why)
{
	lockdep_assert_held(&un->lock);
	pv->since = umbra_commit_since(un, how);
	return umbra_commit_build(un, c, how, why, &pv->policy);
}

/* For other obstacles no row is to blame: no rule fits, for instance, or a network is elsewhere. */
static const struct umbra_row *to_blame(u8 obstacle, const struct umbra_passage *w,
					const struct umbra_verdict *v)
{
	switch (obstacle) {
	case UMBRA_OBSTACLE_RULE:
	case UMBRA_OBSTACLE_PACKET_FILTER:
	case UMBRA_OBSTACLE_RELAY_ACCESS:
		return v->row;
	case UMBRA_OBSTACLE_NAT:
		return w->nat ? w->nat->row : NULL;
	}
	return NULL;
}

static u8 judge(const struct umbra_policy *p, const struct umbra_session *s,
		const struct umbra_row **by)
{
	struct umbra_passage w = { .un = s->un, .policy = p, .dry = true };
	const struct umbra_verdict *verdict;
	u8 obstacle;

	obstacle = umbra_judge_session(&w, s, &verdict);
	*by = to_blame(obstacle, &w, verdict);
	return obstacle;
}

static u8 against_itself(const struct umbra_preview *pv, const struct umbra_session *s,
			 const struct umbra_row **by)
{
	if (pv->since && READ_ONCE(s->generation) >= pv->since)
		return 0;
	return judge(pv->policy, s, by);
}

/* If one end of a tcp-relay's connection ends, the other end does, too. */
static u8 against_relay(const struct umbra_preview *pv, const struct umbra_session *s,
			const struct umbra_row **by)
{
	const struct umbra_session *peer;

	if (!umbra_relay_outlives(s, pv->policy))
		return UMBRA_OBSTACLE_RELAY;
	peer = umbra_relay_peer(s);
	return peer ? against_itself(pv, peer, by) : 0;
}

/* The running policy has not judged the session yet, and does not allow it either. */
static bool is_pending(const struct umbra_session *s)
{
	const struct umbra_policy *run = rcu_dereference(s->un->policy);
	const struct umbra_row *by;

	return run && READ_ONCE(s->generation) < READ_ONCE(run->judged_since) && judge(run, s, &by);
}

static bool is_over(const struct umbra_session *s)
{
	const struct umbra_policy *run = rcu_dereference(s->un->policy);

	return umbra_session_expired(s) && !(run && umbra_spared(s, run));
}

u8 umbra_preview_obstacle(const struct umbra_preview *pv, const struct umbra_session *s,
			  const struct umbra_row **by)
{
	u8 obstacle;

	umbra_assert_rcu();
	*by = NULL;
	if (is_over(s))
		return 0;
	obstacle = against_itself(pv, s, by);
	if (!obstacle && s->flags & UMBRA_SESSION_RELAY)
		obstacle = against_relay(pv, s, by);
	return obstacle && is_pending(s) ? UMBRA_OBSTACLE_PENDING : obstacle;
}

void umbra_preview_end(struct umbra_preview *pv, struct umbra_net *un)
{
	umbra_policy_free(un, pv->policy);
	pv->policy = NULL;
}
