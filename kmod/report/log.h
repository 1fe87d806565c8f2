/* SPDX-License-Identifier: GPL-2.0 */
/* Logs: packets that an administrator wants to be logged. */
#ifndef UMBRA_LOG_H
#define UMBRA_LOG_H

#include <linux/types.h>

#include "passage.h"
#include "policy/policy.h"
#include "under_rcu.h"

/**
 * umbra_log_load() - load nfnetlink_log, so that a policy can find it
 * @un: namespace of the policy
 *
 * This is not done while a policy is built, because of a chain of locks. Loading a module takes
 * locks of all network namespaces. Their holders wait for RTNL, and the holder of RTNL waits for
 * umbra_net.lock.
 *
 * Context: process, umbra_net.lock not held.
 */
void umbra_log_load(const struct umbra_net *un);

/* The rest of the two functions below, called only if the policy has a log class. */
void __umbra_log(const struct umbra_passage *w, u8 reason, u8 action);

/**
 * umbra_log_passed() - log the first packet of a session, or one that passes without a session
 * @w: passage; @w->skb as it arrived
 * @reason: enum umbra_reason
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 */
static inline void umbra_log_passed(const struct umbra_passage *w, u8 reason)
{
	umbra_assert_rcu();
	if (unlikely(w->policy->nr_logs))
		__umbra_log(w, reason, UMBRA_ACTION_ALLOW);
}

/* Log a packet that is refused, for @reason. */
static inline void umbra_log_refused(const struct umbra_passage *w, u8 reason)
{
	umbra_assert_rcu();
	if (unlikely(w->policy->nr_logs))
		__umbra_log(w, reason, w->action == UMBRA_ACTION_REJECT ? UMBRA_ACTION_REJECT :
									  UMBRA_ACTION_DISCARD);
}

#endif
