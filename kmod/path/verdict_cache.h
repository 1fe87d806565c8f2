/* SPDX-License-Identifier: GPL-2.0 */
/* Precedents: what was decided of flows just now. See verdict_cache.c. */
#ifndef UMBRA_PRECEDENT_H
#define UMBRA_PRECEDENT_H

#include <linux/atomic.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct umbra_passage;
struct umbra_precedent;

#define UMBRA_PRECEDENTS	256	/* each CPU's */

/**
 * struct umbra_precedents - those of a namespace
 * @slot: UMBRA_PRECEDENTS of them; a CPU's own, with BH off
 * @epoch: older ones do not count
 */
struct umbra_precedents {
	struct umbra_precedent __percpu *slot;
	atomic_t epoch;
};

/* Context: process. Return: 0 or -ENOMEM. */
int umbra_precedents_init(struct umbra_precedents *p);
void umbra_precedents_exit(struct umbra_precedents *p);

/*
 * Devices or their addresses changed, and whoever judges sees it by now: nothing that was
 * decided before counts. Context: any.
 */
static inline void umbra_precedents_forget(struct umbra_precedents *p)
{
	atomic_inc(&p->epoch);
}

/**
 * umbra_precedent_find() - was just now a session opened that is like this packet's?
 * @w: passage of a packet that no relay and no mapping is for; gets @epoch, and @likewise with
 *	what goes with it, and its packet the route, all as the look-ups would have it
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 */
bool umbra_precedent_find(struct umbra_passage *w);

/*
 * A rule has let @w, for which there was none, open a session that goes through. Best effort.
 */
void umbra_precedent_set(const struct umbra_passage *w);

#endif
