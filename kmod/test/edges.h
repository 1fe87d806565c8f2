/* SPDX-License-Identifier: GPL-2.0 */
/* Edges: the rest of the module, as the tested files see it. */
#ifndef UMBRA_TEST_EDGES_H
#define UMBRA_TEST_EDGES_H

#include <linux/types.h>

/**
 * struct umbra_edges - what a case may ask of them, and what they were told
 * @hooks_fail: errno that registering the hooks fails with, or 0
 * @relays_fail: errno that preparing the relays fails with, or 0
 * @hooked: hooks are registered
 * @prepared: relays were prepared, and not settled yet
 * @ended: events of sessions that ended
 * @policies: events of policies
 */
struct umbra_edges {
	int hooks_fail;
	int relays_fail;
	bool hooked;
	bool prepared;
	u32 ended;
	u32 policies;
};

/* One at a time: KUnit runs one case after the other. */
extern struct umbra_edges umbra_edges;

#endif
