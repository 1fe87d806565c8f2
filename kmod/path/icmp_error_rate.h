/* SPDX-License-Identifier: GPL-2.0 */
/* Error rates: how many ICMP errors about a flow pass. */
#ifndef UMBRA_ERROR_RATE_H
#define UMBRA_ERROR_RATE_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "rate.h"

/* Of each sort, a second and at once. icmp_error_rate.c says why so many. */
#define UMBRA_ERROR_RATE	100

#define UMBRA_ERROR_BUCKETS	1024	/* a power of two; 40 KiB */

enum umbra_error_sort {
	UMBRA_ERROR_OTHER,
	UMBRA_ERROR_TOO_BIG,	/* what path-MTU discovery needs: RFC 1191, RFC 8201 */
	UMBRA_ERROR_SORTS,
};

/**
 * struct umbra_error_bucket - of the flows that share it
 * @lock: guards @rate
 * @rate: by sort
 */
struct umbra_error_bucket {
	spinlock_t lock;
	struct umbra_rate rate[UMBRA_ERROR_SORTS];
};

/**
 * struct umbra_error_rates - what a namespace keeps for it
 * @bucket: by hash of the flow
 */
struct umbra_error_rates {
	struct umbra_error_bucket *bucket;
};

/* Context: process. Return: 0 or -ENOMEM. */
int umbra_error_rates_init(struct umbra_error_rates *e);

/* No packet is inside the hooks. */
void umbra_error_rates_exit(struct umbra_error_rates *e);

/**
 * umbra_error_rate_admit() - may one more ICMP error about a flow pass?
 * @e: of the namespace
 * @hash: of the flow that the error goes along with, as the session table has it
 * @sort: which kind of error
 *
 * Yes uses up one of them.
 *
 * Context: softirq or BH off; takes the lock of a bucket.
 */
bool umbra_error_rate_admit(struct umbra_error_rates *e, u32 hash,
			    enum umbra_error_sort sort);

#endif
