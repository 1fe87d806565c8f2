/* SPDX-License-Identifier: GPL-2.0 */
/* Edges: the rest of the module, as the tested files see it. */
#ifndef UMBRA_TEST_EDGES_H
#define UMBRA_TEST_EDGES_H

#include <linux/types.h>

#include "session/session.h"
#include "session/window.h"

struct umbra_verdict;

/**
 * struct umbra_told - what an end was told
 * @refused: that its SYN is refused, and the number that this acknowledges
 * @ack: that number
 * @resets: number of resets, with @seq
 * @seq: their numbers
 * @prohibited: ICMP errors
 * @probes: number of probes
 * @probe: the last one
 * @aborts: of associations
 * @tag: of the last of these
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
 * struct umbra_edges - what a case may ask of them, and what they were told
 * @hooks_fail: errno that registering the hooks fails with, or 0
 * @relays_fail: errno that preparing the relays fails with, or 0
 * @tell_fails: bits, by direction of what they send: ends that cannot be told, for memory or a
 *	route
 * @obstacle: enum umbra_obstacle that the policy has against a session, or 0
 * @verdict: of the rule that allows it otherwise, or NULL
 * @hooked: hooks are registered
 * @expressing: and those at the devices were last told that they are
 * @prepared: relays were prepared, and not settled yet
 * @ended: events of sessions that ended
 * @policies: events of policies
 * @told: by direction of what they send, ends that were told
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

/* One at a time: KUnit runs one case after the other. */
extern struct umbra_edges umbra_edges;

#endif
