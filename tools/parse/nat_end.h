/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two sides of a nat row. A word is a network when the policy has one of
 * that name, else INTERFACE:NETWORK or an interface. So words can be bound only
 * when all networks are known.
 */
#ifndef UMBRA_TOOL_NAT_END_H
#define UMBRA_TOOL_NAT_END_H

#include "policy/policy.h"

/**
 * policy_bind_ends() - bind the words of nat rows to networks and interfaces
 * @p: policy
 * @report: gets an error for each word that can be neither
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int policy_bind_ends(struct policy *p, struct report *report);

/* The same for one row, which need not be in @p. Other tables: does nothing. */
int policy_bind_row(struct policy *p, struct row *row, struct report *report);

/* Rows from the kernel have no words: set nat_end.whole as binding would. */
int policy_mark_ends(struct policy *p);

#endif
