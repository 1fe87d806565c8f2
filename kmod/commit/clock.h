/* SPDX-License-Identifier: GPL-2.0 */
/* The clock: when a time class begins or ends, the policy is made anew. */
#ifndef UMBRA_CLOCK_H
#define UMBRA_CLOCK_H

#include <linux/types.h>

struct umbra_net;
struct umbra_policy;
struct umbra_zone;

void umbra_clock_init(struct umbra_net *un);

/* Context: process, umbra_net.lock not held; nothing may be published any more. */
void umbra_clock_stop(struct umbra_net *un);

/**
 * umbra_clock_arm() - watch the time for the policy that runs now
 * @un: namespace
 *
 * Without a policy, or without time classes in it, there is nothing to watch.
 *
 * Context: process, umbra_net.lock held.
 */
void umbra_clock_arm(struct umbra_net *un);

/* Are the classes of a policy what they should be now? Context: umbra_net.lock held. */
bool umbra_clock_timely(const struct umbra_net *un, const struct umbra_policy *p);

/* Local time, from now on. What that changes follows at once. Context: likewise. */
void umbra_clock_set_zone(struct umbra_net *un, const struct umbra_zone *zone);

#endif
