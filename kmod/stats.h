/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a namespace: per CPU, incremented with this_cpu_inc() by the packet path, and summed
 * when they are read.
 */
#ifndef UMBRA_STATS_H
#define UMBRA_STATS_H

#include <linux/percpu.h>
#include <linux/umbra.h>

struct umbra_stats {
	u64 dropped[UMBRA_REASON_MAX + 1];	/* packets, by enum umbra_reason */
	u64 passed[UMBRA_REASON_MAX + 1];	/* packets passed without a session */
	u64 ended[UMBRA_REASON_MAX + 1];	/* sessions */
	u64 created;
	u64 missed;
	u64 found;
	u64 express;
	u64 rejudged;
	u64 events_lost;
	u64 told;
	u64 untold;
	u64 probed;
	u32 express_left;			/* packets left in a row, see path/express.c */
	u32 unseen;				/* drops since the last drop event */
	unsigned long event_at;			/* jiffies of the current event budget */
	u32 event_left;
};

#define umbra_count(un, field)	this_cpu_inc((un)->stats->field)

/* Sum over all CPUs into @sum. Context: any. */
void umbra_stats_sum(const struct umbra_stats __percpu *stats, struct umbra_stats *sum);

#endif
