/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Check a policy as a whole. The module makes the same checks when it compiles
 * a policy. The checks here report file and line, and need no module.
 */
#ifndef UMBRA_TOOL_CHECK_H
#define UMBRA_TOOL_CHECK_H

#include "policy/policy.h"
#include "policy/resolve.h"

/**
 * policy_check() - check names, cycles, duplicates, and rules never reached
 * @p: policy
 * @report: gets every error and warning
 *
 * Return: 0, -EINVAL when there were errors, -ENOMEM.
 */
int policy_check(const struct policy *p, struct report *report);

/* Rules that are never reached because of an earlier rule: warnings only. */
int policy_check_shadowed(const struct policy *p, struct report *report);

/*
 * Nat rows that can never apply, and rules whose clients cannot see the
 * server's addresses because of a nat row.
 */
int policy_check_nat(const struct policy *p, struct report *report);

/* Rules for multicasts only, while "set multicast" discards those: warnings only. */
int policy_check_multicast(const struct policy *p, struct report *report);

/* Relays that the kernel refuses, such as two on one address and port: errors. */
int policy_check_relays(const struct policy *p, struct report *report);

/**
 * policy_check_here() - relays that cannot work on this machine as it is now
 * @p: policy that policy_check() found right
 * @running: running policy; the listening sockets of its relays do not count
 * @report: gets the warnings
 *
 * Warns of addresses that the firewall does not have, ports that a daemon
 * listens on, and replies that go around the firewall. They are not errors,
 * because all of this may change.
 */
void policy_check_here(const struct policy *p, const struct policy *running,
		       struct report *report);

/**
 * policy_advisories() - the advisories of the services that rules allow
 * @p: policy that policy_check() found right
 * @fn: called for each advisory, with the rule's position, from 0, and the
 *      service that has the advisory: the rule's own, or a member of that
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
 * @report: gets every error and warning
 *
 * Return: 0, -EINVAL or -ENOMEM; only -ENOMEM is not reported yet.
 */
int policy_read(struct policy *p, const char *path, struct resolve *how,
		struct report *report);

#endif
