/* SPDX-License-Identifier: GPL-2.0 */
/* Spared: sessions that have expired and go on. See spared.c. */
#ifndef UMBRA_SPARED_H
#define UMBRA_SPARED_H

#include <linux/types.h>

struct umbra_policy;
struct umbra_session;

/* Does a tcp-relay's connection hold the session? Context: rcu_read_lock() held. */
bool umbra_spared_held(const struct umbra_session *s);

/* Are its ends to be asked whether they live? @p: the policy. Context: rcu_read_lock() held. */
bool umbra_spared_probed(const struct umbra_session *s, const struct umbra_policy *p);

/**
 * umbra_spared() - does a session that has expired go on?
 * @s: session
 * @p: the policy that runs
 *
 * Either its ends are to be asked first, or a tcp-relay's connection holds it.
 *
 * Context: rcu_read_lock() held.
 */
bool umbra_spared(const struct umbra_session *s, const struct umbra_policy *p);

#endif
