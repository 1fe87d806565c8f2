/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mapped: packets to an outside address and port that a mapping holds.
 *
 * The rules judge such a packet as one to the inside socket. If they do not let it in, it is
 * judged by its own address: a packet to the firewall itself.
 */
#ifndef UMBRA_MAPPED_H
#define UMBRA_MAPPED_H

#include "passage.h"
#include "umbra.h"
#include "under_rcu.h"

/* The look-up of umbra_mapped_find(), which skips it while there are no mappings. */
bool __umbra_mapped_find(struct umbra_passage *w);

/**
 * umbra_mapped_find() - does a packet without a session go to a mapping's inside socket?
 * @w: passage at PRE_ROUTING; on success it is routed and has @mapping and @verdict, and @nat
 *	if the packet comes from the inside (RFC 4787 REQ-9)
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 */
static inline bool umbra_mapped_find(struct umbra_passage *w)
{
	umbra_assert_rcu();
	return unlikely(atomic_read(&w->un->mappings.nr)) && __umbra_mapped_find(w);
}

/* Was the session opened through a mapping? Then the rules judge it by @judged. */
bool umbra_mapped_session(const struct umbra_session *s, struct umbra_key *judged);

#endif
