/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DNS names in networks and relays become addresses here, in the tool: the
 * kernel has no resolver, and a policy whose names do not resolve must not be
 * committed, unless it is known what they were.
 */
#ifndef UMBRA_TOOL_RESOLVE_H
#define UMBRA_TOOL_RESOLVE_H

#include "policy/policy.h"

/**
 * struct resolve - how to resolve, and what came of it
 * @fetch: reads the running policy, which knows the last addresses; asked
 *         once, and only if there are names. NULL: nothing is known.
 *         Return: 0, or anything else when there is no such policy.
 * @arg: passed to @fetch
 * @again: the policy is the running one, with all its names resolved before
 * @resolved: how many names resolved, at least in one family
 * @kept: how many did not, and rows that had no room: they kept their last known addresses
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
 * @p: policy; rows whose addresses changed are marked when @how says again
 * @how: how
 * @report: told about names that have none, and about those that kept theirs
 *
 * An item of a network becomes one for each address, in order, so that the
 * same answer is the same row. A relay gets the first address of the family
 * that it listens in, or keeps the one it has as long as the name has it.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int policy_resolve(struct policy *p, struct resolve *how,
		   struct report *report);

#endif
