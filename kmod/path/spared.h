/* SPDX-License-Identifier: GPL-2.0 */
/* Spared: sessions that have expired and go on. See spared.c. */
#ifndef UMBRA_SPARED_H
#define UMBRA_SPARED_H

#include <linux/types.h>

struct umbra_policy;
struct umbra_session;

/* Does a tcp-relay's connection hold the session? Context: rcu_read_lock() held. */
bool umbra_spared_held(const struct umbra_session *s);

/* Must its ends be probed first? @p: running policy. Context: rcu_read_lock() held. */
bool umbra_spared_probed(const struct umbra_session *s, const struct umbra_policy *p);

/**
 * umbra_spared() - does a session that has expired go on?
 * @s: session
 * @p: running policy
 *
 * It does if its ends must be probed first, or if a tcp-relay's connection holds it.
 *
 * Context: rcu_read_lock() held.
 */
bool umbra_spared(const struct umbra_session *s, const struct umbra_policy *p);

#endif
