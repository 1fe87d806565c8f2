// SPDX-License-Identifier: GPL-2.0
/*
 * Limits: each rule's own sessions and rate, and the namespace's ceiling, at which
 * pressure.c says who may still come.
 *
 * A place is taken before anything is allocated, by incrementing first and
 * looking after, so no number of CPUs together passes a ceiling. The rate is a
 * bucket of as many tokens as a second brings, each of HZ parts.
 */
#include "limit.h"

#include <linux/jiffies.h>
#include <linux/umbra.h>

#include "policy.h"
#include "pressure.h"
#include "umbra.h"

static bool take(atomic_t *count, u32 max)
{
	if ((u32)atomic_inc_return(count) <= max)
		return true;
	atomic_dec(count);
	return false;
}

static void fill(struct umbra_row *row, u32 rate)
{
	unsigned long now = jiffies, passed = min_t(unsigned long, now - row->filled, HZ);

	row->tokens = min_t(u64, row->tokens + (u64)passed * rate, (u64)rate * HZ);
	row->filled = now;
}

static bool has_token(struct umbra_row *row, u32 rate, bool take)
{
	bool has;

	spin_lock(&row->rate_lock);
	fill(row, rate);
	has = row->tokens >= HZ;
	if (has && take)
		row->tokens -= HZ;
	spin_unlock(&row->rate_lock);
	return has;
}

static u8 admit_rule(const struct umbra_verdict *v)
{
	if (!v)
		return 0;
	if (!take(&v->row->sessions, v->sessions ?: INT_MAX))
		return UMBRA_REASON_RULE_SESSIONS;
	if (v->rate && !has_token(v->row, v->rate, true)) {
		atomic_dec(&v->row->sessions);
		return UMBRA_REASON_RULE_RATE;
	}
	return 0;
}

u8 umbra_limit_admit(struct umbra_net *un, const struct umbra_verdict *v,
		     const struct umbra_claimant *who)
{
	u8 why = admit_rule(v);

	if (why)
		return why;
	atomic_inc(&un->table.count);
	umbra_source_take(&un->sources, who->source);
	why = umbra_pressure_admit(un, who);
	if (why)
		umbra_limit_release(un, v ? v->row->id : 0, who->source);
	return why;
}

u8 umbra_limit_foresee(struct umbra_net *un, const struct umbra_verdict *v,
		       const struct umbra_claimant *who)
{
	if (v && (u32)atomic_read(&v->row->sessions) >= (v->sessions ?: INT_MAX))
		return UMBRA_REASON_RULE_SESSIONS;
	if (v && v->rate && !has_token(v->row, v->rate, false))
		return UMBRA_REASON_RULE_RATE;
	return umbra_pressure_foresee(un, who);
}

static void release_rule(struct umbra_net *un, u32 rule)
{
	struct umbra_row *row = rule ? xa_load(&un->rows, rule) : NULL;

	if (row)
		atomic_dec(&row->sessions);
}

void umbra_limit_release(struct umbra_net *un, u32 rule, u32 source)
{
	release_rule(un, rule);
	umbra_source_give(&un->sources, source);
	atomic_dec(&un->table.count);
}

void umbra_limit_move(struct umbra_net *un, u32 from, const struct umbra_verdict *to)
{
	release_rule(un, from);
	atomic_inc(&to->row->sessions);
}
