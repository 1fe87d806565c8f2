/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Local time, from the C library, for the kernel, which knows only UTC.
 */
#ifndef UMBRA_TOOL_ZONE_H
#define UMBRA_TOOL_ZONE_H

#include "kernel/nl.h"

#include <linux/umbra.h>
#include <time.h>

/* From the time @from on, local time is @seconds ahead of UTC. */
struct zone_offset {
	time_t from;
	long seconds;
};

/**
 * zone_read() - the offsets from a month before a moment to two years after it
 * @now: the moment, in seconds since 1970
 * @at: filled in, earliest first
 *
 * The time zone is that of TZ, or of /etc/localtime.
 *
 * Return: the number of offsets, at least 1.
 */
unsigned int zone_read(time_t now, struct zone_offset at[UMBRA_OFFSETS_MAX]);

/* Add the offsets around now to a message, as attributes of @type. Return: 0 or -EMSGSIZE. */
int zone_put(struct nl_msg *msg, int type);

/* Send the offsets to the kernel. Return: 0 or a negative errno, for unl_fail(). */
int zone_send(struct unl *nl);

#endif
