// SPDX-License-Identifier: GPL-2.0
/*
 * Limits: may one more session begin? Three limits apply: the sessions and the rate of its rule,
 * those of its client under that rule (client.c), and the ceiling of the namespace. At the ceiling
 * pressure.c decides which sessions may still begin.
 *
 * A place is taken before the session is allocated. The counter is incremented first and compared
 * afterwards, so that several CPUs together cannot pass a ceiling. A session that one limit
 * refuses gives back what it took from the limits before, tokens too. So a client that is at its
 * own limit does not use up the rule's.
 */
#include "life/limit.h"

#include <linux/umbra.h>

#include "policy/policy.h"
#include "life/pressure.h"
#include "umbra.h"
#include "under_rcu.h"

static bool take(atomic_t *count, u32 max)
{
	if ((u32)atomic_inc_return(count) <= max)
		return true;
	atomic_dec(count);
	return false;
}

static bool has_token(struct umbra_row *row, u32 rate, bool take)
{
	bool has;

	spin_lock(&row->rate_lock);
	has = umbra_rate_has(&row->rate, rate, take);
	spin_unlock(&row->rate_lock);
	return has;
}

static void give_token(struct umbra_row *row, u32 rate)
{
	spin_lock(&row->rate_lock);
	umbra_rate_give(&row->rate, rate);
	spin_unlock(&row->rate_lock);
}

static u8 admit_rule(const struct umbra_verdict *v)
{
	if (!take(&v->row->sessions, v->sessions ?: INT_MAX))
		return UMBRA_REASON_RULE_SESSIONS;
	if (v->rate && !has_token(v->row, v->rate, true)) {
		atomic_dec(&v->row->sessions);
		return UMBRA_REASON_RULE_RATE;
	}
	return 0;
}

static void cancel_rule(const struct umbra_verdict *v)
{
	atomic_dec(&v->row->sessions);
	if (v->rate)
		give_token(v->row, v->rate);
}

static bool limits_clients(const struct umbra_verdict *v)
{
	return v->client_sessions || v->client_rate;
}

/*
 * A client whose session was evicted keeps its object for another second, until it has all its
 * tokens. So there are more clients than sessions during a flood of forged ones.
 */
static u32 clients_max(const struct umbra_net *un)
{
	return min_t(u64, 2ULL * READ_ONCE(un->sessions_max), U32_MAX);
}

static noinline u8 admit_client(struct umbra_net *un, const struct umbra_verdict *v,
				const struct umbra_claimant *who)
{
	u8 why = umbra_client_take(&un->clients, v, &who->net, clients_max(un));

	if (why)
		cancel_rule(v);
	return why;
}

static u8 admit_verdict(struct umbra_net *un, const struct umbra_verdict *v,
			const struct umbra_claimant *who)
{
	u8 why = admit_rule(v);

	return why || !limits_clients(v) ? why : admit_client(un, v, who);
}

u8 umbra_limit_admit(struct umbra_net *un, const struct umbra_verdict *v,
		     const struct umbra_claimant *who)
{
	u8 why = v ? admit_verdict(un, v, who) : 0;

	umbra_assert_rcu();
	if (why)
		return why;
	atomic_inc(&un->table.count);
	umbra_source_take(&un->sources, who->source);
	why = umbra_pressure_admit(un, who);
	if (why)
		umbra_limit_cancel(un, v, who);
	return why;
}

static u8 foresee_verdict(struct umbra_net *un, const struct umbra_verdict *v,
			  const struct umbra_claimant *who)
{
	if ((u32)atomic_read(&v->row->sessions) >= (v->sessions ?: INT_MAX))
		return UMBRA_REASON_RULE_SESSIONS;
	if (v->rate && !has_token(v->row, v->rate, false))
		return UMBRA_REASON_RULE_RATE;
	if (!limits_clients(v))
		return 0;
	return umbra_client_foresee(&un->clients, v, &who->net, clients_max(un));
}

u8 umbra_limit_foresee(struct umbra_net *un, const struct umbra_verdict *v,
		       const struct umbra_claimant *who)
{
	return (v ? foresee_verdict(un, v, who) : 0) ?: umbra_pressure_foresee(un, who);
}

struct umbra_claimant umbra_limit_claimant(const struct umbra_net *un,
					   const struct umbra_key *key, bool reversed)
{
	struct umbra_claimant who = { .net = umbra_client_net(key, reversed) };

	who.source = umbra_source_of(&un->sources, &who.net);
	return who;
}

static void release_place(struct umbra_net *un, const struct umbra_claimant *who)
{
	umbra_source_give(&un->sources, who->source);
	atomic_dec(&un->table.count);
}

void umbra_limit_cancel(struct umbra_net *un, const struct umbra_verdict *v,
			const struct umbra_claimant *who)
{
	if (v) {
		umbra_client_give(&un->clients, v->row->id, &who->net, true);
		cancel_rule(v);
	}
	release_place(un, who);
}

/* The row and its count may be gone. The row's client is there as long as it has a session. */
static void release_rule(struct umbra_net *un, u32 rule, const struct umbra_claimant *who)
{
	struct umbra_row *row = rule ? xa_load(&un->rows, rule) : NULL;

	umbra_client_give(&un->clients, rule, &who->net, false);
	if (row)
		atomic_dec(&row->sessions);
}

void umbra_limit_release(struct umbra_net *un, u32 rule, const struct umbra_claimant *who)
{
	umbra_assert_rcu();
	release_rule(un, rule, who);
	release_place(un, who);
}

bool umbra_limit_move(struct umbra_net *un, u32 from, const struct umbra_verdict *to,
		      const struct umbra_claimant *who)
{
	umbra_assert_rcu();
	if (limits_clients(to) && !umbra_client_join(&un->clients, to, &who->net))
		return false;
	release_rule(un, from, who);
	atomic_inc(&to->row->sessions);
	return true;
}
