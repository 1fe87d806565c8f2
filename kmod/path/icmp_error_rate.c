// SPDX-License-Identifier: GPL-2.0
/*
 * Error rates: how many ICMP errors about a flow pass.
 *
 * In an error that quotes UDP, an off-path attacker has to guess only addresses and ports. An
 * attacker who knows these could make the sender process as many errors as the line carries. So
 * each flow has its own token bucket. One bucket for all flows would be wrong: a flood of errors
 * about one flow would block the errors about all others, and with them path-MTU discovery (RFC
 * 1191, RFC 8201).
 *
 * The rate: a path search within one flow needs the most errors. A traceroute of echo requests
 * has 30 hops with three probes each, so 90 errors at once; mtr has 30 a second. A burst
 * of 64 KiB that is too big is 45 packets. Routers limit the errors that they send to one host:
 * Linux sends one a second of most kinds.
 *
 * "Too big" has a bucket of its own. Without this error a connection hangs, instead of slowing
 * down or giving up (RFC 2923 section 2.1). An attacker, or the closed port of a client that is
 * gone, can cause any number of the other errors.
 *
 * The buckets are an array, so the memory does not grow. Flows share them by a keyed hash, so an
 * attacker cannot choose whose bucket to empty. A flood about one flow also hits one in
 * UMBRA_ERROR_BUCKETS of the other flows. A flow has one bucket for each direction.
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
