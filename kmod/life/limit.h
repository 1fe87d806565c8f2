/* SPDX-License-Identifier: GPL-2.0 */
/* Limits: may one more session begin? */
#ifndef UMBRA_LIMIT_H
#define UMBRA_LIMIT_H

#include <linux/types.h>

struct umbra_claimant;
struct umbra_key;
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
 * Return: 0, and umbra_limit_release() or umbra_limit_cancel() must follow one day;
 * or enum umbra_reason.
 */
u8 umbra_limit_admit(struct umbra_net *un, const struct umbra_verdict *v,
		     const struct umbra_claimant *who);

/* What umbra_limit_admit() would say; takes nothing. */
u8 umbra_limit_foresee(struct umbra_net *un, const struct umbra_verdict *v,
		       const struct umbra_claimant *who);

/* No session came of what umbra_limit_admit() gave: as if it had not been asked. */
void umbra_limit_cancel(struct umbra_net *un, const struct umbra_verdict *v,
			const struct umbra_claimant *who);

/**
 * umbra_limit_claimant() - whom a session is counted for
 * @un: namespace
 * @key: a packet of the session, as it arrives
 * @reversed: it is one of the server's
 *
 * Context: any.
 * Return: the claimant, not trusted.
 */
struct umbra_claimant umbra_limit_claimant(const struct umbra_net *un,
					   const struct umbra_key *key, bool reversed);

/*
 * A session ended. @rule: row id or 0.
 * Context: any, rcu_read_lock() held.
 */
void umbra_limit_release(struct umbra_net *un, u32 rule, const struct umbra_claimant *who);

/**
 * umbra_limit_move() - a session goes over to another rule, without limits
 * @un: namespace
 * @from: row id of the rule that it was under, or 0
 * @to: verdict of the other one
 * @who: whose session it is
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 * Return: false if it cannot be counted there for want of memory, and is where it was.
 */
bool umbra_limit_move(struct umbra_net *un, u32 from, const struct umbra_verdict *to,
		      const struct umbra_claimant *who);

#endif
