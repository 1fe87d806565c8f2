/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is a policy right as a whole? The module asks the same again when it
 * compiles one; asking here tells file and line, and needs no module.
 */
#ifndef UMBRA_TOOL_CHECK_H
#define UMBRA_TOOL_CHECK_H

#include "policy/policy.h"
#include "policy/resolve.h"

/**
 * policy_check() - names, cycles, doubles, and rules that nothing can reach
 * @p: policy
 * @report: told about every error and warning
 *
 * Return: 0, -EINVAL when there were errors, -ENOMEM.
 */
int policy_check(const struct policy *p, struct report *report);

/* Rules that an earlier rule keeps from being asked: warnings only. */
int policy_check_shadowed(const struct policy *p, struct report *report);

/*
 * Nat rows that can never apply, and rules to servers whose addresses nat rows
 * hide from their clients.
 */
int policy_check_nat(const struct policy *p, struct report *report);

/* Rules that fit nothing but multicasts, while the setting discards those: warnings only. */
int policy_check_multicast(const struct policy *p, struct report *report);

/* Relays that cannot be, and two in one place: errors. */
int policy_check_relays(const struct policy *p, struct report *report);

/**
 * policy_check_here() - relays that cannot work on this machine as it is now
 * @p: policy that policy_check() found right
 * @running: what runs, whose own listening sockets are not in the way
 * @report: told about each
 *
 * An address that the firewall does not have, a port that a daemon listens on,
 * replies that go around the firewall: warnings only, for all of it may change.
 */
void policy_check_here(const struct policy *p, const struct policy *running,
		       struct report *report);

/**
 * policy_advisories() - what to know about the services that rules allow
 * @p: policy that policy_check() found right
 * @fn: called for each advisory: position of the rule, from 0; the service
 *      that has it, which may be a member of the one in the rule
 * @arg: passed to @fn
 *
 * Return: 0 or -ENOMEM.
 */
int policy_advisories(const struct policy *p,
		      void (*fn)(size_t rule, const struct service *service,
				 void *arg), void *arg);

/**
 * policy_read() - parse a file, resolve its names, and check it
 * @p: empty policy
 * @path: file name, or "-" for standard input
 * @how: how to resolve names
 * @report: told about every error and warning
 *
 * Return: 0, -EINVAL or -ENOMEM; nothing is left to print but the latter.
 */
int policy_read(struct policy *p, const char *path, struct resolve *how,
		struct report *report);

#endif
