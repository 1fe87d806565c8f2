/* SPDX-License-Identifier: GPL-2.0 */
/* Limits: may one more session begin? */
#ifndef UMBRA_LIMIT_H
#define UMBRA_LIMIT_H

#include <linux/types.h>

struct umbra_net;
struct umbra_verdict;

/**
 * umbra_limit_admit() - take a place for one more session
 * @un: namespace
 * @v: verdict that allows it; NULL for one that a setting allows
 *
 * Context: softirq or BH off.
 * Return: 0, and umbra_limit_release() must follow one day; or enum
 * umbra_reason.
 */
u8 umbra_limit_admit(struct umbra_net *un, const struct umbra_verdict *v);

/* What umbra_limit_admit() would say; takes nothing. */
u8 umbra_limit_foresee(struct umbra_net *un, const struct umbra_verdict *v);

/* Give the place back. @rule: row id or 0. Context: any, rcu_read_lock() held. */
void umbra_limit_release(struct umbra_net *un, u32 rule);

/* A session went over from the rule with id @from to that of @to without limits. */
void umbra_limit_move(struct umbra_net *un, u32 from, const struct umbra_verdict *to);

#endif
