/* SPDX-License-Identifier: GPL-2.0 */
/* Judge: may this flow begin? The way from a miss in the table to a verdict. */
#ifndef UMBRA_JUDGE_H
#define UMBRA_JUDGE_H

#include <linux/types.h>

#include "packet/key.h"

struct umbra_classifier;
struct umbra_policy;
struct umbra_verdict;

/**
 * umbra_judge_by() - which rule of a classifier fits a flow
 * @p: policy that @cls is of, published or not
 * @cls: that of its rules, its nat rows or its relays
 * @key: the client's packets
 * @iif: device index of the client's side, 0 for the firewall itself
 * @oif: device index of the server's side, 0 for the firewall itself
 * @kind: UMBRA_CLS_OPEN, ...
 *
 * Context: rcu_read_lock() held.
 * Return: the rule's index, or UMBRA_CLS_NO_RULE.
 */
u32 umbra_judge_by(const struct umbra_policy *p, const struct umbra_classifier *cls,
		   const struct umbra_key *key, int iif, int oif, u8 kind);

/**
 * umbra_judge_key() - what a policy says of a flow
 * @p: policy, published or not
 * @key: the client's packets
 * @iif: device index of the client's side, 0 for the firewall itself
 * @oif: device index of the server's side, 0 for the firewall itself
 * @kind: UMBRA_CLS_OPEN, ...
 *
 * Context: rcu_read_lock() held.
 * Return: verdict, or NULL when no rule fits.
 */
const struct umbra_verdict *umbra_judge_key(const struct umbra_policy *p,
					    const struct umbra_key *key, int iif, int oif, u8 kind);

/* Does it allow a session? @v may be NULL. */
bool umbra_verdict_opens(const struct umbra_verdict *v);

/**
 * umbra_judge_alone() - does a packet-filter rule let a packet pass that no session has?
 * @p: policy, published or not
 * @key: of the packet; of TCP one in mid-stream is meant
 * @iif: device index of arrival, 0 for the firewall itself
 * @oif: device index that it leaves by, 0 for the firewall itself
 *
 * Not if a relay or a nat row would have it, since both want a session.
 *
 * Context: rcu_read_lock() held.
 */
bool umbra_judge_alone(const struct umbra_policy *p, const struct umbra_key *key, int iif, int oif);

#endif
