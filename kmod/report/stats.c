// SPDX-License-Identifier: GPL-2.0
#include "stats.h"

#include <linux/cpumask.h>
#include <linux/string.h>

void umbra_stats_sum(const struct umbra_stats __percpu *stats, struct umbra_stats *sum)
{
	int cpu, i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct umbra_stats *s = per_cpu_ptr(stats, cpu);

		for (i = 0; i <= UMBRA_REASON_MAX; i++) {
			sum->dropped[i] += READ_ONCE(s->dropped[i]);
			sum->passed[i] += READ_ONCE(s->passed[i]);
			sum->ended[i] += READ_ONCE(s->ended[i]);
		}
		sum->created += READ_ONCE(s->created);
		sum->missed += READ_ONCE(s->missed);
		sum->found += READ_ONCE(s->found);
		sum->express += READ_ONCE(s->express);
		sum->rejudged += READ_ONCE(s->rejudged);
		sum->events_lost += READ_ONCE(s->events_lost);
		sum->told += READ_ONCE(s->told);
		sum->untold += READ_ONCE(s->untold);
		sum->probed += READ_ONCE(s->probed);
	}
}
