/* SPDX-License-Identifier: GPL-2.0 */
/* Edges: the rest of the module, as the tested files see it. */
#ifndef UMBRA_TEST_EDGES_H
#define UMBRA_TEST_EDGES_H

#include <linux/types.h>

#include "session/session.h"
#include "session/window.h"

struct umbra_verdict;

/**
 * struct umbra_told - what was sent to an end
 * @refused: a reset that refuses its SYN, which acknowledges @ack
 * @ack: that number
 * @resets: number of resets, whose sequence numbers are @seq
 * @seq: their sequence numbers
 * @prohibited: number of ICMP errors
 * @probes: number of probes
 * @probe: the last probe
 * @aborts: number of ABORTs of associations
 * @tag: tag of the last ABORT
 */
struct umbra_told {
	bool refused;
	u32 ack;
	u32 resets;
	u32 seq[2];
	u32 prohibited;
	u32 probes;
	struct umbra_segment probe;
	u32 aborts;
	u32 tag;
};

/**
 * struct umbra_edges - how the edges behave, and what was called
 * @hooks_fail: errno with which registering the hooks fails, or 0
 * @relays_fail: errno with which preparing the relays fails, or 0
 * @tell_fails: bits, by direction of what they send: ends that cannot be notified, for lack of
 *	memory or a route
 * @obstacle: enum umbra_obstacle of the policy against a session, or 0
 * @verdict: verdict of the rule that allows it otherwise, or NULL
 * @hooked: hooks are registered
 * @expressing: the value of @hooked when the hooks at devices last followed it
 * @prepared: relays were prepared, and not settled yet
 * @ended: number of events of sessions that ended
 * @policies: number of events of policies
 * @told: notifications sent to an end, by the direction in which that end sends
 */
struct umbra_edges {
	int hooks_fail;
	int relays_fail;
	u8 tell_fails;
	u8 obstacle;
	const struct umbra_verdict *verdict;
	bool hooked;
	bool expressing;
	bool prepared;
	u32 ended;
	u32 policies;
	struct umbra_told told[UMBRA_DIR_MAX];
};

/* Shared by all cases, because KUnit runs one case after the other. */
extern struct umbra_edges umbra_edges;

#endif
