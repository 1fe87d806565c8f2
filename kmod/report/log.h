/* SPDX-License-Identifier: GPL-2.0 */
/* Logs: packets that an administrator wants to read of. */
#ifndef UMBRA_LOG_H
#define UMBRA_LOG_H

#include <linux/types.h>

#include "passage.h"
#include "policy/policy.h"

/**
 * umbra_log_load() - have nfnetlink_log loaded, so that a policy can find it
 *
 * Not when a policy is built: to load a module takes locks of all network namespaces, and
 * under those others wait for RTNL, under which umbra_net.lock is waited for.
 *
 * Context: process, umbra_net.lock not held.
 */
void umbra_log_load(void);

/* The work behind the two below, which is not called while the policy has no log class. */
void __umbra_log(const struct umbra_passage *w, u8 reason, u8 action);

/**
 * umbra_log_passed() - the first packet of a session, or one that passes without
 * @w: passage; @w->skb as it arrived
 * @reason: enum umbra_reason
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 */
static inline void umbra_log_passed(const struct umbra_passage *w, u8 reason)
{
	if (unlikely(w->policy->nr_logs))
		__umbra_log(w, reason, UMBRA_ACTION_ALLOW);
}

/* A packet is refused, for @reason. */
static inline void umbra_log_refused(const struct umbra_passage *w, u8 reason)
{
	if (unlikely(w->policy->nr_logs))
		__umbra_log(w, reason, w->action == UMBRA_ACTION_REJECT ? UMBRA_ACTION_REJECT :
									  UMBRA_ACTION_DISCARD);
}

#endif
