/* SPDX-License-Identifier: GPL-2.0 */
/* Limits: may one more session begin? */
#ifndef UMBRA_LIMIT_H
#define UMBRA_LIMIT_H

#include <linux/types.h>

struct umbra_claimant;
struct umbra_net;
struct umbra_verdict;

/**
 * umbra_limit_admit() - take a place for one more session
 * @un: namespace
 * @v: verdict that allows it; NULL for one that a setting allows
 * @who: whose session it would be
 *
 * May end another session to make room, see pressure.c.
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 * Return: 0, and umbra_limit_release() must follow one day; or enum
 * umbra_reason.
 */
u8 umbra_limit_admit(struct umbra_net *un, const struct umbra_verdict *v,
		     const struct umbra_claimant *who);

/* What umbra_limit_admit() would say; takes nothing. */
u8 umbra_limit_foresee(struct umbra_net *un, const struct umbra_verdict *v,
		       const struct umbra_claimant *who);

/*
 * Give the place back. @rule: row id or 0. @source: who had it, see source.h.
 * Context: any, rcu_read_lock() held.
 */
void umbra_limit_release(struct umbra_net *un, u32 rule, u32 source);

/* A session went over from the rule with id @from to that of @to without limits. */
void umbra_limit_move(struct umbra_net *un, u32 from, const struct umbra_verdict *to);

#endif
