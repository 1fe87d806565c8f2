/* SPDX-License-Identifier: GPL-2.0 */
/* Error rates: how many ICMP errors about a flow pass. */
#ifndef UMBRA_ERROR_RATE_H
#define UMBRA_ERROR_RATE_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "rate.h"

/* Errors of each sort: per second, and at once. icmp_error_rate.c gives the reason. */
#define UMBRA_ERROR_RATE	100

#define UMBRA_ERROR_BUCKETS	1024	/* a power of two; 40 KiB */

enum umbra_error_sort {
	UMBRA_ERROR_OTHER,
	UMBRA_ERROR_TOO_BIG,	/* path-MTU discovery needs it: RFC 1191, RFC 8201 */
	UMBRA_ERROR_SORTS,
};

/**
 * struct umbra_error_bucket - the rates of the flows that share a bucket
 * @lock: guards @rate
 * @rate: one for each sort of error
 */
struct umbra_error_bucket {
	spinlock_t lock;
	struct umbra_rate rate[UMBRA_ERROR_SORTS];
};

/**
 * struct umbra_error_rates - the buckets of a namespace
 * @bucket: indexed by the hash of the flow
 */
struct umbra_error_rates {
	struct umbra_error_bucket *bucket;
};

/* Context: process. Return: 0 or -ENOMEM. */
int umbra_error_rates_init(struct umbra_error_rates *e);

/* Context: process, after the last packet has left the hooks. */
void umbra_error_rates_exit(struct umbra_error_rates *e);

/**
 * umbra_error_rate_admit() - may one more ICMP error about a flow pass?
 * @e: of the namespace
 * @hash: of the flow in the error's direction, as in the session table
 * @sort: which kind of error
 *
 * If the answer is yes, it uses one token.
 *
 * Context: softirq or BH off; takes the lock of a bucket.
 */
bool umbra_error_rate_admit(struct umbra_error_rates *e, u32 hash,
			    enum umbra_error_sort sort);

#endif
