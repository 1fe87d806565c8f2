/* SPDX-License-Identifier: GPL-2.0 */
/* Guard: protects the connection from which a policy is committed. */
#ifndef UMBRA_GUARD_H
#define UMBRA_GUARD_H

#include <linux/types.h>

struct umbra_key;
struct umbra_net;
struct umbra_policy;
struct umbra_refusal;

/**
 * umbra_guard_check() - would a connection survive under a policy?
 * @un: namespace
 * @p: policy that is about to be published; NULL: there will be none
 * @since: sessions judged by this generation or a later one are not judged again; 0: all are
 * @key: TCP connection from a client (source) to the firewall (destination)
 * @why: set to the reason of a refusal
 *
 * A connection to an address that this namespace does not have is never cut.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0 or -EPERM.
 */
int umbra_guard_check(struct umbra_net *un, const struct umbra_policy *p, u32 since,
		      const struct umbra_key *key, struct umbra_refusal *why);

#endif
