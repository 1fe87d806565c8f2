/* SPDX-License-Identifier: GPL-2.0 */
/* Precedents: recent verdicts. See verdict_cache.c. */
#ifndef UMBRA_PRECEDENT_H
#define UMBRA_PRECEDENT_H

#include <linux/atomic.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct umbra_passage;
struct umbra_precedent;

#define UMBRA_PRECEDENTS	256	/* per CPU */

/**
 * struct umbra_precedents - the precedents of a namespace
 * @slot: UMBRA_PRECEDENTS of them for each CPU, used with BH off
 * @epoch: precedents of an older epoch are invalid
 */
struct umbra_precedents {
	struct umbra_precedent __percpu *slot;
	atomic_t epoch;
};

/* Context: process. Return: 0 or -ENOMEM. */
int umbra_precedents_init(struct umbra_precedents *p);
void umbra_precedents_exit(struct umbra_precedents *p);

/*
 * Devices or their addresses have changed, and the packet path sees the change already: all
 * earlier precedents become invalid. Context: any.
 */
static inline void umbra_precedents_forget(struct umbra_precedents *p)
{
	/*
	 * The change before the epoch: a packet that reads the new epoch and then asks for a route or
	 * an address sees the change. Pairs with the acquire in umbra_precedent_find().
	 */
	smp_mb__before_atomic();
	atomic_inc(&p->epoch);
}

/**
 * umbra_precedent_find() - is there a recent verdict on a packet like this?
 * @w: passage of a packet that goes to no relay and no mapping; gets @epoch. On success it also
 *	gets @likewise and its fields, and the packet a route, as after the look-ups
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 */
bool umbra_precedent_find(struct umbra_passage *w);

/*
 * Remember the verdict of @w: no precedent was found, and a rule let it open a session that is
 * forwarded. Best effort.
 */
void umbra_precedent_set(const struct umbra_passage *w);

#endif
