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
 * @v: verdict that allows the session; NULL for a session that a setting allows
 * @who: the source that the session is counted for
 *
 * May end another session to make room, see pressure.c.
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 * Return: 0, and umbra_limit_release() or umbra_limit_cancel() must follow later;
 * or enum umbra_reason.
 */
u8 umbra_limit_admit(struct umbra_net *un, const struct umbra_verdict *v,
		     const struct umbra_claimant *who);

/* What umbra_limit_admit() would return; takes nothing. */
u8 umbra_limit_foresee(struct umbra_net *un, const struct umbra_verdict *v,
		       const struct umbra_claimant *who);

/* Undo umbra_limit_admit(), tokens too: the session did not begin. */
void umbra_limit_cancel(struct umbra_net *un, const struct umbra_verdict *v,
			const struct umbra_claimant *who);

/**
 * umbra_limit_claimant() - get the source that a session is counted for
 * @un: namespace
 * @key: a packet of the session, as it arrives
 * @reversed: the packet is from the server
 *
 * Context: any.
 * Return: the claimant; it is not trusted.
 */
struct umbra_claimant umbra_limit_claimant(const struct umbra_net *un,
					   const struct umbra_key *key, bool reversed);

/*
 * Give back the place of a session that has ended. @rule: row id or 0.
 * Context: any, rcu_read_lock() held.
 */
void umbra_limit_release(struct umbra_net *un, u32 rule, const struct umbra_claimant *who);

/**
 * umbra_limit_move() - count a session for another rule; limits do not apply
 * @un: namespace
 * @from: row id of the rule that it was counted for, or 0
 * @to: verdict of the other rule
 * @who: the source that the session is counted for
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 * Return: false without memory; the session then stays counted for the old rule.
 */
bool umbra_limit_move(struct umbra_net *un, u32 from, const struct umbra_verdict *to,
		      const struct umbra_claimant *who);

#endif
