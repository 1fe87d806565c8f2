/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two sides of a nat row. A bare word is a network when the policy has
 * one of that name, else an interface, or INTERFACE:NETWORK; so it can only be
 * told when all networks are known.
 */
#ifndef UMBRA_TOOL_NAT_END_H
#define UMBRA_TOOL_NAT_END_H

#include "policy/policy.h"

/**
 * policy_bind_ends() - find out what the words of nat rows are
 * @p: policy
 * @report: told about words that are neither
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int policy_bind_ends(struct policy *p, struct report *report);

/* The same for one row, in @p or not; a row of another table is fine. */
int policy_bind_row(struct policy *p, struct row *row, struct report *report);

/* Rows that came without words: mark interfaces whose name a network has too. */
int policy_mark_ends(struct policy *p);

#endif
