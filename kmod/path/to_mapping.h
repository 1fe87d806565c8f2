/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mapped: packets for an outside socket that a mapping stands for.
 *
 * The rules judge such a packet as one for the inside socket. If they do not let
 * it in, it is taken for what it says: a packet to the firewall itself.
 */
#ifndef UMBRA_MAPPED_H
#define UMBRA_MAPPED_H

#include "passage.h"
#include "umbra.h"

/* The look-up behind umbra_mapped_find(), which is not called where there are none. */
bool __umbra_mapped_find(struct umbra_passage *w);

/**
 * umbra_mapped_find() - does a packet without a session go to a mapping's inside socket?
 * @w: passage at PRE_ROUTING; on success routed, with @mapping and @verdict, and @nat
 *	when it comes from the inside itself (RFC 4787 REQ-9)
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 */
static inline bool umbra_mapped_find(struct umbra_passage *w)
{
	return unlikely(atomic_read(&w->un->mappings.nr)) && __umbra_mapped_find(w);
}

/* Was the session opened so? Then @judged is what the rules judge it by. */
bool umbra_mapped_session(const struct umbra_session *s, struct umbra_key *judged);

#endif
