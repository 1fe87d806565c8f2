/* SPDX-License-Identifier: GPL-2.0 */
/* Probe: the ends of an idle TCP session are asked whether they live. See probe.c. */
#ifndef UMBRA_PROBE_H
#define UMBRA_PROBE_H

#include <linux/types.h>

struct umbra_net;
struct umbra_session;

void umbra_probe_init(struct umbra_net *un);

/**
 * umbra_probe_expired() - what becomes of a session that has expired
 * @s: session
 *
 * Context: the walker, rcu_read_lock() held, no lock.
 * Return: 0, and it was probed, or waits for that, or is held; or enum umbra_reason why it ends.
 */
u8 umbra_probe_expired(struct umbra_session *s);

#endif
