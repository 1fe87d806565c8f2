/* SPDX-License-Identifier: GPL-2.0 */
/* Probe: asks the ends of an idle TCP session whether they are alive. See probe.c. */
#ifndef UMBRA_PROBE_H
#define UMBRA_PROBE_H

#include <linux/types.h>

struct umbra_net;
struct umbra_session;

void umbra_probe_init(struct umbra_net *un);

/**
 * umbra_probe_expired() - probe a session that has expired, or say why it ends
 * @s: session
 *
 * Context: the walker, rcu_read_lock() held, no lock.
 * Return: 0 if it was probed, waits to be probed, or is held; or the enum umbra_reason why it ends.
 */
u8 umbra_probe_expired(struct umbra_session *s);

#endif
