// SPDX-License-Identifier: GPL-2.0
/*
 * Commits: a commit changes one pointer.
 *
 *                    commit                       commit, confirm
 *   no policy  ------------------->  running  ------------------->  running
 *                                       ^                          and previous
 *                                       |           confirm             |
 *                                       +-------------------------------+
 *                                       |   revert: previous is back    |
 *                                       +-------------------------------+
 *
 * Everything that can fail is done before the pointer is set: the policy is built, its new rows get
 * ids, its relays listen, the hooks are registered. A policy that readers may still have is
 * "retired": it is freed a grace period later, outside the lock.
 *
 * umbra_net.lock guards all of it. The generation grows by one each time the pointer changes, so a
 * number stands for one policy for ever. A policy that comes back gets a new generation, and
 * sessions are judged by it again. So does a policy that is compiled again because a time class
 * began or ended. But its rows are those of the generation before, and what a client read
 * of them is still right. So a base is out of date only if rows have changed since
 * (umbra_net.rows_since). Sessions and dumps go by the generation itself.
 *
 * While a commit waits for its confirmation, another commit must ask for one as well. Then a revert
 * returns to the policy before both of them. A commit without confirmation is refused, because it
 * would make permanent what somebody else is only trying. A time class that begins or ends
 * meanwhile makes no difference: the same policy continues to wait.
 */
#include "commit/candidate.h"
#include "commit/clock.h"
#include "commit/commit.h"
#include "commit/engine.h"
#include "report/event.h"
#include "path/flowtable.h"
#include "upkeep/walker.h"
#include "commit/guard.h"
#include "path/hooks.h"
#include "path/ingress.h"
#include "policy/extack.h"
#include "relay/relay.h"
#include "compat/umbra_workqueue.h"
#include "umbra.h"

#include <linux/errno.h>
#include <linux/math.h>
#include <linux/netdevice.h>

static void retire(struct umbra_retired *r, struct umbra_policy *p)
{
	if (p)
		r->policy[r->nr++] = p;
}

void umbra_retire(struct umbra_net *un, struct umbra_retired *r)
{
	lockdep_assert_not_held(&un->lock);
	if (r->hooks)
		umbra_ingress_follow(un);
	r->hooks = false;
	if (r->published)
		umbra_flowtables_give_up(un);
	r->published = false;
	if (!r->nr)
		return;
	synchronize_rcu();
	while (r->nr)
		umbra_policy_free(un, r->policy[--r->nr]);
}

u32 umbra_commit_seconds(const struct umbra_net *un)
{
	lockdep_assert_held(&un->lock);
	if (!un->has_previous)
		return 0;
	if (time_after_eq(jiffies, un->confirm_at))
		return 1;
	return DIV_ROUND_UP(un->confirm_at - jiffies, HZ);
}

bool umbra_commit_has_rows_of(const struct umbra_net *un, u32 generation)
{
	lockdep_assert_held(&un->lock);
	return generation - un->rows_since <= un->generation - un->rows_since;
}

int umbra_commit_build(struct umbra_net *un, const struct umbra_candidate *c,
		       const struct umbra_commit *how, struct umbra_refusal *why,
		       struct umbra_policy **out)
{
	int err;

	lockdep_assert_held(&un->lock);
	if (how->has_base && !umbra_commit_has_rows_of(un, how->base))
		return umbra_refuse(why, NULL, -ESTALE,
			"the policy changed since generation %u was read: generation %u runs now",
			how->base, un->generation);
	err = umbra_policy_build(un, c->rows, how->has_zone ? &how->zone : &un->zone, why, out);
	if (err || !how->has_guard)
		return err;
	err = umbra_guard_check(un, *out, umbra_commit_since(un, how), &how->guard, why);
	if (err)
		umbra_policy_free(un, *out);
	return err;
}

static int number_row(struct umbra_net *un, struct umbra_row *row)
{
	int err;

	do {
		if (!++un->last_row)
			un->last_row = 1;
		err = xa_insert(&un->rows, un->last_row, row, GFP_KERNEL_ACCOUNT);
	} while (err == -EBUSY);
	if (err)
		return err;
	row->id = un->last_row;
	row->claimed = true;
	return 0;
}

/* Keep the ids that number_rows() gave to new rows, or take them back. */
static void settle_rows(struct umbra_net *un, struct umbra_policy *p, bool keep)
{
	u32 t, i;

	for (t = 1; t <= UMBRA_TABLE_MAX; t++)
		for (i = 0; i < p->rows[t].nr; i++) {
			struct umbra_row *row = p->rows[t].row[i];

			if (row->claimed && !keep) {
				xa_erase(&un->rows, row->id);
				row->id = 0;
			}
			row->claimed = false;
		}
}

static int number_rows(struct umbra_net *un, struct umbra_policy *p)
{
	int err = 0;
	u32 t, i;

	for (t = 1; t <= UMBRA_TABLE_MAX; t++)
		for (i = 0; !err && i < p->rows[t].nr; i++) {
			if (!p->rows[t].row[i]->id)
				err = number_row(un, p->rows[t].row[i]);
			cond_resched();
		}
	return err;
}

/* Sets the pointer. @since: sessions judged by an older generation are judged again; 0: all. */
static void publish(struct umbra_net *un, struct umbra_policy *p, u32 since)
{
	/* A policy that comes back may still have readers from the time before. */
	WRITE_ONCE(p->generation, ++un->generation);
	WRITE_ONCE(p->judged_since, since ?: un->generation);
	WRITE_ONCE(un->sessions_max, p->settings.value[UMBRA_SETTING_SESSIONS_MAX]);
	rcu_assign_pointer(un->policy, p);
	umbra_clock_arm(un);
}

/* The same for a policy whose rows are new. */
static void publish_rows(struct umbra_net *un, struct umbra_policy *p, u32 since)
{
	publish(un, p, since);
	un->rows_since = un->generation;
}

static void forget_previous(struct umbra_net *un, struct umbra_retired *r)
{
	if (!un->has_previous)
		return;
	retire(r, un->previous);
	un->previous = NULL;
	un->has_previous = false;
	cancel_delayed_work(&un->revert);
}

static void await_confirm(struct umbra_net *un, struct umbra_policy *old,
			  const struct umbra_commit *how, struct umbra_retired *r)
{
	unsigned long delay = (unsigned long)how->confirm * HZ;

	if (un->has_previous) {
		retire(r, old);
	} else {
		un->previous = old;
		un->has_previous = true;
	}
	un->typed_in = how->has_typed_in ? how->typed_in : (struct umbra_key){};
	un->confirm_at = jiffies + delay;
	mod_delayed_work(system_percpu_wq, &un->revert, delay);
}

/* The last steps that can fail: listen, and register the hooks with the first policy. */
static int start(struct umbra_net *un, const struct umbra_policy *p, struct umbra_refusal *why,
		 struct umbra_retired *r)
{
	int err = umbra_engine_start(un);

	err = err ?: umbra_relays_prepare(un, p, why);
	if (err || un->hooked)
		return err;
	un->judging_since = get_jiffies_64();	/* there are no hooks, so there is no reader */
	err = umbra_hooks_register(un);
	r->hooks = !err;
	if (err)
		umbra_relays_settle(un, umbra_running(un));
	return err;
}

u32 umbra_commit_since(const struct umbra_net *un, const struct umbra_commit *how)
{
	const struct umbra_policy *p = umbra_running(un);

	return how->keep_sessions && p ? p->judged_since : 0;
}

int umbra_commit_waits(const struct umbra_net *un, const struct umbra_commit *how,
		       struct umbra_refusal *why)
{
	lockdep_assert_held(&un->lock);
	if (!un->has_previous || how->confirm)
		return 0;
	return umbra_refuse(why, NULL, -EBUSY,
		"policy %u waits for confirmation: confirm or revert it first, or commit with --confirm",
		un->generation);
}

int umbra_commit_publish(struct umbra_net *un, struct umbra_policy *p,
			 const struct umbra_commit *how, struct umbra_refusal *why,
			 struct umbra_retired *r)
{
	struct umbra_policy *old = umbra_running(un);
	int err;

	err = number_rows(un, p);
	err = err ?: start(un, p, why, r);
	settle_rows(un, p, !err);
	if (err)
		return err;
	if (how->has_zone)
		un->zone = how->zone;
	publish_rows(un, p, umbra_commit_since(un, how));
	r->published = true;
	umbra_relays_settle(un, p);
	if (how->confirm)
		await_confirm(un, old, how, r);
	else
		retire(r, old);
	umbra_event_policy(un, UMBRA_POLICY_EVENT_COMMIT, umbra_commit_seconds(un));
	return 0;
}

int umbra_commit_confirm(struct umbra_net *un, struct umbra_retired *r)
{
	lockdep_assert_held(&un->lock);
	if (!un->has_previous)
		return -ENOENT;
	forget_previous(un, r);
	umbra_event_policy(un, UMBRA_POLICY_EVENT_CONFIRM, umbra_commit_seconds(un));
	return 0;
}

/* Return to the state before the first commit: traffic passes unjudged. */
static void stop(struct umbra_net *un, struct umbra_retired *r)
{
	bool hooked = un->hooked;

	umbra_hooks_unregister(un);
	r->hooks = hooked;
	RCU_INIT_POINTER(un->policy, NULL);
	umbra_clock_arm(un);
	un->rows_since = ++un->generation;
	if (!hooked)
		return;			/* the namespace ends, and its exit ends the sessions */
	synchronize_net();
	umbra_relays_settle(un, NULL);
	umbra_walker_kill_all(un, UMBRA_REASON_POLICY);
}

int umbra_commit_renew(struct umbra_net *un, struct umbra_retired *r)
{
	struct umbra_policy *old = umbra_running(un), *p;
	int err;

	lockdep_assert_held(&un->lock);
	err = umbra_policy_rebuild(un, old->rows, &p);
	if (err)
		return err;
	publish(un, p, 0);
	/* If a relay cannot listen, the other rows must take effect all the same. */
	umbra_relays_settle(un, p);
	retire(r, old);
	umbra_event_policy(un, UMBRA_POLICY_EVENT_CLOCK, umbra_commit_seconds(un));
	return 0;
}

/*
 * @previous may have been compiled for another hour, so compile it again. Without memory return it
 * as it is; the clock tries again later.
 */
static struct umbra_policy *of_now(struct umbra_net *un, struct umbra_policy *previous,
				   struct umbra_retired *r)
{
	struct umbra_policy *p;

	if (umbra_clock_timely(un, previous) || umbra_policy_rebuild(un, previous->rows, &p))
		return previous;
	retire(r, previous);
	return p;
}

int umbra_commit_revert_check(struct umbra_net *un, const struct umbra_key *guard)
{
	lockdep_assert_held(&un->lock);
	return umbra_guard_check(un, un->previous, 0, guard, NULL);
}

int umbra_commit_revert(struct umbra_net *un, struct umbra_retired *r)
{
	struct umbra_policy *previous = un->previous;

	lockdep_assert_held(&un->lock);
	if (!un->has_previous)
		return -ENOENT;
	retire(r, umbra_running(un));
	un->previous = NULL;
	un->has_previous = false;
	cancel_delayed_work(&un->revert);
	if (previous) {
		previous = of_now(un, previous, r);
		publish_rows(un, previous, 0);
		r->published = true;
		umbra_relays_settle(un, previous);
	} else {
		stop(un, r);
	}
	umbra_event_policy(un, UMBRA_POLICY_EVENT_REVERT, umbra_commit_seconds(un));
	return 0;
}

/* The time to confirm is over, unless a later commit has set a new one. */
static void revert_timer(struct work_struct *work)
{
	struct umbra_net *un = container_of(to_delayed_work(work), struct umbra_net, revert);
	struct umbra_retired r = {};

	mutex_lock(&un->lock);
	if (un->has_previous && time_after_eq(jiffies, un->confirm_at))
		umbra_commit_revert(un, &r);
	mutex_unlock(&un->lock);
	umbra_retire(un, &r);
}

int umbra_commit_net_init(struct umbra_net *un)
{
	mutex_init(&un->lock);
	INIT_LIST_HEAD(&un->candidates);
	xa_init(&un->rows);
	INIT_DELAYED_WORK(&un->revert, revert_timer);
	umbra_clock_init(un);
	return 0;
}

void umbra_commit_net_stop(struct umbra_net *un)
{
	lockdep_assert_not_held(&un->lock);
	cancel_delayed_work_sync(&un->revert);
	umbra_clock_stop(un);		/* second, because a revert arms it */
}

void umbra_commit_net_exit(struct umbra_net *un)
{
	struct umbra_retired r = {};

	mutex_lock(&un->lock);
	umbra_candidates_free(un);
	retire(&r, umbra_running(un));
	retire(&r, un->previous);
	RCU_INIT_POINTER(un->policy, NULL);
	un->previous = NULL;
	un->has_previous = false;
	mutex_unlock(&un->lock);
	umbra_retire(un, &r);
	xa_destroy(&un->rows);
}
