/* SPDX-License-Identifier: GPL-2.0 */
/* Clock: compiles the policy again when a time class begins or ends. */
#ifndef UMBRA_CLOCK_H
#define UMBRA_CLOCK_H

#include <linux/types.h>

struct umbra_net;
struct umbra_policy;
struct umbra_zone;

void umbra_clock_init(struct umbra_net *un);

/* Context: process, umbra_net.lock not held; no policy may be published any more. */
void umbra_clock_stop(struct umbra_net *un);

/**
 * umbra_clock_arm() - watch the time for the running policy
 * @un: namespace
 *
 * Does nothing without a policy, or if the policy has no time classes.
 *
 * Context: process, umbra_net.lock held.
 */
void umbra_clock_arm(struct umbra_net *un);

/* Are the time classes of a policy in their right state now? Context: umbra_net.lock held. */
bool umbra_clock_timely(const struct umbra_net *un, const struct umbra_policy *p);

/* Set local time, which takes effect at once. Context: umbra_net.lock held. */
void umbra_clock_set_zone(struct umbra_net *un, const struct umbra_zone *zone);

#endif
