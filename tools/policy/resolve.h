/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resolve the DNS names in networks and relays to addresses. fwtool does this,
 * because the kernel has no resolver. A policy with a name that does not
 * resolve is not committed, unless the name's earlier addresses are known.
 */
#ifndef UMBRA_TOOL_RESOLVE_H
#define UMBRA_TOOL_RESOLVE_H

#include "policy/policy.h"

/**
 * struct resolve - how to resolve, and the result
 * @fetch: reads the running policy, which has the last addresses; called
 *         once, and only if there are names. NULL: no addresses are known.
 *         Return: 0, or anything else when there is no such policy.
 * @arg: passed to @fetch
 * @again: the policy is the running one: all its names were resolved before
 * @resolved: how many names resolved, in at least one family
 * @kept: how many names did not resolve, and how many rows had no room for all
 *        addresses: they kept their last known addresses
 */
struct resolve {
	int (*fetch)(struct policy *last, void *arg);
	void *arg;
	bool again;
	unsigned int resolved;
	unsigned int kept;
};

/**
 * policy_resolve() - give every DNS name its addresses
 * @p: policy; row.changed is set for rows whose addresses changed
 * @how: how
 * @report: gets an error for each name without addresses, and a warning for
 *          each name that kept its earlier ones
 *
 * A network gets one item for each address. The items are sorted, so that the
 * same answer makes the same row. A relay keeps its address while the name has
 * it; otherwise it gets the first usable one of the family that it listens in.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int policy_resolve(struct policy *p, struct resolve *how,
		   struct report *report);

#endif
