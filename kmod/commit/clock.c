// SPDX-License-Identifier: GPL-2.0
/*
 * Clock: compiles the policy again when a time class begins or ends.
 *
 * No packet needs the time of day. A policy is compiled for a moment (policy/build/time.c), and a
 * work checks whether it is still right. The work runs at the next moment at which a class can
 * begin or end, and every few seconds besides, because somebody may set the clock and the kernel
 * does not notify modules of that. The check is cheap. Only if a class has begun or ended, the same
 * rows are compiled again and published as by a commit, so that sessions are judged again
 * (umbra_commit_renew()).
 *
 * Without memory the policy stays as it is, including rules whose time is over, and the work soon
 * tries again.
 *
 * All of it is guarded by umbra_net.lock. The work arms itself again, and each publishing of a
 * policy arms it, too.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "commit/clock.h"
#include "commit/commit.h"
#include "compat/umbra_workqueue.h"
#include "umbra.h"

#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#define LOOK	10	/* seconds between two looks at the clock */
#define RETRY	2	/* seconds after a failure */

bool umbra_clock_timely(const struct umbra_net *un, const struct umbra_policy *p)
{
	lockdep_assert_held(&un->lock);
	return umbra_policy_timely(p, &un->zone, ktime_get_real_seconds());
}

/* Jiffies from now to the beginning of the second in which the next check is due. */
static unsigned long pause(const struct umbra_net *un, const struct umbra_policy *p)
{
	struct timespec64 now;
	s64 seconds;

	ktime_get_real_ts64(&now);
	if (!umbra_policy_timely(p, &un->zone, now.tv_sec))
		return 0;
	seconds = umbra_policy_next_time(p, &un->zone, now.tv_sec) - now.tv_sec;
	if (seconds > LOOK)
		return LOOK * HZ;
	return nsecs_to_jiffies(seconds * NSEC_PER_SEC - now.tv_nsec) + 1;
}

void umbra_clock_arm(struct umbra_net *un)
{
	const struct umbra_policy *p = umbra_running(un);

	if (p && p->nr_times)
		mod_delayed_work(system_dfl_wq, &un->clock, pause(un, p));
	else
		cancel_delayed_work(&un->clock);
}

/* Return: 0, or the error for which the policy is not renewed. */
static int renew(struct umbra_net *un, struct umbra_retired *r)
{
	const struct umbra_policy *p = umbra_running(un);
	int err;

	if (!p || umbra_clock_timely(un, p))
		return 0;
	err = umbra_commit_renew(un, r);
	if (err && !un->clock_late)
		pr_warn_ratelimited("a time class began or ended, but the policy could not be compiled again (error %d): the old policy runs until it can\n",
				    err);
	return err;
}

static void tick(struct work_struct *work)
{
	struct umbra_net *un = container_of(to_delayed_work(work), struct umbra_net, clock);
	struct umbra_retired r = {};

	mutex_lock(&un->lock);
	un->clock_late = renew(un, &r);
	if (un->clock_late)
		mod_delayed_work(system_dfl_wq, &un->clock, RETRY * HZ);
	else
		umbra_clock_arm(un);
	mutex_unlock(&un->lock);
	umbra_retire(un, &r);
}

void umbra_clock_set_zone(struct umbra_net *un, const struct umbra_zone *zone)
{
	lockdep_assert_held(&un->lock);
	un->zone = *zone;
	umbra_clock_arm(un);
}

void umbra_clock_init(struct umbra_net *un)
{
	INIT_DELAYED_WORK(&un->clock, tick);
}

void umbra_clock_stop(struct umbra_net *un)
{
	lockdep_assert_not_held(&un->lock);
	cancel_delayed_work_sync(&un->clock);
}
