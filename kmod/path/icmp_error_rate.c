// SPDX-License-Identifier: GPL-2.0
/*
 * Error rates: how many ICMP errors about a flow pass.
 *
 * An error that quotes UDP has nothing in it that an off-path attacker would have to
 * guess but addresses and ports, so whoever knows these could have its sender deal with
 * as many as the line carries. Each flow has a bucket of tokens, and none is of all
 * flows: then a flood about one would keep out the errors about all the others, and
 * path-MTU discovery with them (RFC 1191, RFC 8201).
 *
 * How many? What needs the most is somebody who looks for the way by one flow, as a
 * traceroute of echo requests does: 30 hops with three probes each are 90 errors in one
 * go, and mtr has its 30 a second. A burst of 64 KiB that does not fit is 45 packets.
 * Routers themselves send fewer to one host: one a second is what Linux does of most.
 *
 * Too big has a bucket of its own, for without that error a connection does not go
 * slower or give up but hangs (RFC 2923 section 2.1), and the others are what an
 * attacker, or the closed port of a client that is gone, brings about without end.
 *
 * The buckets are an array, so their memory is the same whatever comes. Flows share them
 * by a keyed hash: nobody can choose whose bucket he empties, and who floods about one
 * flow has one in UMBRA_ERROR_BUCKETS of the others with it. A flow has one for each direction.
 */
#include "path/icmp_error_rate.h"

#include <linux/errno.h>
#include <linux/mm.h>

int umbra_error_rates_init(struct umbra_error_rates *e)
{
	u32 i, sort;

	e->bucket = kvcalloc(UMBRA_ERROR_BUCKETS, sizeof(*e->bucket), GFP_KERNEL_ACCOUNT);
	if (!e->bucket)
		return -ENOMEM;
	for (i = 0; i < UMBRA_ERROR_BUCKETS; i++) {
		spin_lock_init(&e->bucket[i].lock);
		for (sort = 0; sort < UMBRA_ERROR_SORTS; sort++)
			umbra_rate_init(&e->bucket[i].rate[sort], UMBRA_ERROR_RATE);
	}
	return 0;
}

void umbra_error_rates_exit(struct umbra_error_rates *e)
{
	kvfree(e->bucket);
	e->bucket = NULL;
}

bool umbra_error_rate_admit(struct umbra_error_rates *e, u32 hash, enum umbra_error_sort sort)
{
	struct umbra_error_bucket *b = &e->bucket[hash % UMBRA_ERROR_BUCKETS];
	bool admitted;

	spin_lock(&b->lock);
	admitted = umbra_rate_has(&b->rate[sort], UMBRA_ERROR_RATE, true);
	spin_unlock(&b->lock);
	return admitted;
}
