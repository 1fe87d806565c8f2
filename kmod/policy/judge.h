/* SPDX-License-Identifier: GPL-2.0 */
/* Judge: may this flow begin? From a miss in the session table to a verdict. */
#ifndef UMBRA_JUDGE_H
#define UMBRA_JUDGE_H

#include <linux/types.h>

#include "packet/key.h"

struct umbra_classifier;
struct umbra_policy;
struct umbra_verdict;

/**
 * umbra_judge_by() - find the rule of a classifier that matches a flow
 * @p: policy of @cls, published or not
 * @cls: classifier of its rules, its nat rows or its relays
 * @key: key of the client's packets
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
 * umbra_judge_key() - find the verdict of a policy on a flow
 * @p: policy, published or not
 * @key: key of the client's packets
 * @iif: device index of the client's side, 0 for the firewall itself
 * @oif: device index of the server's side, 0 for the firewall itself
 * @kind: UMBRA_CLS_OPEN, ...
 *
 * Context: rcu_read_lock() held.
 * Return: verdict, or NULL if no rule matches.
 */
const struct umbra_verdict *umbra_judge_key(const struct umbra_policy *p,
					    const struct umbra_key *key, int iif, int oif, u8 kind);

/* Does it allow a session? @v may be NULL. */
bool umbra_verdict_opens(const struct umbra_verdict *v);

/**
 * umbra_judge_alone() - does a packet-filter rule let a packet pass without a session?
 * @p: policy, published or not
 * @key: of the packet; TCP and SCTP packets are taken to be in mid-stream
 * @iif: device index of arrival, 0 for the firewall itself
 * @oif: device index that it leaves by, 0 for the firewall itself
 *
 * False if a relay or a nat row applies to the packet, because both need a session.
 *
 * Context: rcu_read_lock() held.
 */
bool umbra_judge_alone(const struct umbra_policy *p, const struct umbra_key *key, int iif, int oif);

#endif
