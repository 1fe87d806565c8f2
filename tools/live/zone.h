/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Local time, as the C library knows it, for the kernel, which knows UTC only.
 */
#ifndef UMBRA_TOOL_ZONE_H
#define UMBRA_TOOL_ZONE_H

#include "kernel/nl.h"

#include <linux/umbra.h>
#include <time.h>

/* Local time is ahead of UTC by so many @seconds @from then on. */
struct zone_offset {
	time_t from;
	long seconds;
};

/**
 * zone_read() - the offsets of the years around a moment
 * @now: seconds since 1970
 * @at: filled in, in the order of time; the first is that of a month ago
 *
 * The time zone is that of TZ, or of /etc/localtime.
 *
 * Return: how many, 1 at least.
 */
unsigned int zone_read(time_t now, struct zone_offset at[UMBRA_OFFSETS_MAX]);

/* Add the offsets of now to a message, as attributes of @type. Return: 0 or -EMSGSIZE. */
int zone_put(struct nl_msg *msg, int type);

/* Tell the kernel, at once. Return: 0 or a negative errno, for unl_fail(). */
int zone_send(struct unl *nl);

#endif
