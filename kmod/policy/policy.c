// SPDX-License-Identifier: GPL-2.0
/*
 * Policies: build a policy, which judges packets, from rows.
 *
 * A policy is built in one go, in process context, from all its rows, and its judging parts never
 * change afterwards. If anything is wrong, everything built so far is freed; no reader has seen it.
 * commit/commit.c publishes policies, and frees each one a grace period after it was replaced.
 *
 * See Documentation/policy-engine.md.
 */
#include "policy/build/build.h"
#include "umbra.h"

#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/timekeeping.h>

static int copy_rows(struct umbra_net *un, struct umbra_policy *p, const struct umbra_rows *rows)
{
	const struct umbra_policy *run = umbra_running(un);
	int err = 0;
	u32 t;

	for (t = 1; !err && t <= UMBRA_TABLE_MAX; t++) {
		err = umbra_rows_copy(&p->rows[t], &rows[t]);
		if (!err && run)
			err = umbra_rows_reuse(un, &p->rows[t], &run->rows[t]);
	}
	return err;
}

static int build_rules_classifier(struct umbra_build *b)
{
	struct umbra_cls_input in = {
		.addrs = b->addrs, .nr_addrs = b->nr_addrs, .nr_networks = b->networks.nr,
		.terms = b->terms, .nr_terms = b->nr_terms, .nr_services = b->nr_numbers,
		.rules = b->rules, .nr_rules = b->nr_rules,
	};

	return umbra_build_classifier(b, &in, &b->policy->cls);
}

static int build_steps(struct umbra_net *un, struct umbra_build *b)
{
	int err = umbra_settings_build(b);

	err = err ?: umbra_logs_build(b);
	err = err ?: umbra_times_build(b);
	err = err ?: umbra_networks_build(b);
	err = err ?: umbra_nats_build(b);
	err = err ?: umbra_relays_build(b);
	err = err ?: umbra_named_build(b);
	err = err ?: umbra_services_build(b);
	err = err ?: umbra_rules_build(b);
	err = err ?: umbra_ifaces_build(un, b);
	return err ?: build_rules_classifier(b);
}

static void build_free(struct umbra_build *b)
{
	umbra_names_exit(&b->logs);
	umbra_names_exit(&b->times);
	umbra_names_exit(&b->networks);
	umbra_names_exit(&b->services);
	umbra_names_exit(&b->ifaces);
	umbra_graph_exit(&b->members);
	kvfree(b->net_first);
	kvfree(b->net_next);
	kvfree(b->net_start);
	kvfree(b->net_end);
	kvfree(b->addrs);
	kvfree(b->part_first);
	kvfree(b->part_count);
	kvfree(b->walk);
	kvfree(b->leaf);
	kvfree(b->seen);
	kvfree(b->parts);
	kvfree(b->terms);
	kvfree(b->rules);
}

static size_t classifier_bytes(const struct umbra_classifier *c)
{
	return c ? umbra_classifier_bytes(c) : 0;
}

static size_t policy_bytes(const struct umbra_policy *p)
{
	size_t bytes = sizeof(*p) + p->nr_verdicts * sizeof(*p->verdict) +
		       p->nr_nats * sizeof(*p->nat) + p->nr_relays * sizeof(*p->relay) +
		       p->nr_relay_of * sizeof(*p->relay_of) + p->nr_logs * sizeof(*p->log) +
		       p->nr_times * sizeof(*p->time) + p->nr_spans * sizeof(*p->span) +
		       p->nr_ifaces * (sizeof(*p->ifname) + 2 * sizeof(struct umbra_ifmap_entry));
	u32 t, i;

	for (t = 1; t <= UMBRA_TABLE_MAX; t++)
		for (i = 0; i < p->rows[t].nr; i++)
			bytes += umbra_row_bytes(p->rows[t].row[i]);
	for (i = 1; i <= UMBRA_SETTING_MAX; i++)
		bytes += classifier_bytes(p->named[i]);
	return bytes + classifier_bytes(p->cls) + classifier_bytes(p->nat_cls) +
	       classifier_bytes(p->relay_cls);
}

static int build(struct umbra_net *un, const struct umbra_rows *rows,
		 const struct umbra_zone *zone, bool always, struct umbra_refusal *why,
		 struct umbra_policy **out)
{
	struct umbra_build *b = umbra_build_alloc(1, sizeof(*b));
	struct umbra_policy *p = umbra_build_alloc(1, sizeof(*p));
	ktime_t begin = ktime_get();
	int err = -ENOMEM;

	lockdep_assert_held(&un->lock);
	if (b && p) {
		b->why = why;
		b->policy = p;
		b->zone = zone;
		b->now = ktime_get_real_seconds();
		b->always = always;
		err = copy_rows(un, p, rows);
		err = err ?: build_steps(un, b);
		build_free(b);
	}
	kvfree(b);
	if (err) {
		umbra_policy_free(un, p);
		return err;
	}
	p->bytes = policy_bytes(p);
	p->compile_us = ktime_us_delta(ktime_get(), begin);
	*out = p;
	return 0;
}

int umbra_policy_build(struct umbra_net *un, const struct umbra_rows *rows,
		       const struct umbra_zone *zone, struct umbra_refusal *why,
		       struct umbra_policy **out)
{
	int err;

	lockdep_assert_held(&un->lock);
	if (rows[UMBRA_TABLE_TIME].nr) {
		err = build(un, rows, zone, true, why, out);
		if (err || umbra_policy_timely(*out, zone, ktime_get_real_seconds()))
			return err;
		umbra_policy_free(un, *out);
	}
	return build(un, rows, zone, false, why, out);
}

int umbra_policy_rebuild(struct umbra_net *un, const struct umbra_rows *rows,
			 struct umbra_policy **out)
{
	return build(un, rows, &un->zone, false, NULL, out);
}

u32 umbra_policy_position(const struct umbra_policy *p, const struct umbra_row *row)
{
	const struct umbra_rows *rows = &p->rows[row->table];
	u32 i;

	for (i = 0; i < rows->nr && rows->row[i] != row; i++)
		;
	return i;
}

void umbra_policy_free(struct umbra_net *un, struct umbra_policy *p)
{
	u32 t;

	if (!p)
		return;
	for (t = 1; t <= UMBRA_TABLE_MAX; t++)
		umbra_rows_free(un, &p->rows[t]);
	umbra_classifier_free(p->cls);
	umbra_classifier_free(p->nat_cls);
	umbra_classifier_free(p->relay_cls);
	for (t = 1; t <= UMBRA_SETTING_MAX; t++)
		umbra_classifier_free(p->named[t]);
	umbra_ifaces_free(p);
	umbra_logs_free(p);
	kvfree(p->verdict);
	kvfree(p->nat);
	kvfree(p->relay);
	kvfree(p->relay_of);
	kvfree(p->time);
	kvfree(p->span);
	kvfree(p);
}
