/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hours: the arithmetic of time classes. The functions depend on their arguments only, and build in
 * user space too.
 *
 * Local time is the time on a wall clock: UTC plus the offset at that moment. A span holds while
 * the wall clock shows a time in the span. So when clocks go forward, the skipped hour is in no
 * span; when they go back, the hour that comes twice counts twice.
 */
#ifndef UMBRA_HOURS_H
#define UMBRA_HOURS_H

#include <linux/types.h>
#include <linux/umbra.h>

/**
 * struct umbra_span - hours of some days of the week
 * @days: days on which it begins, one bit each; Monday's bit is 1; not 0
 * @begin: minute of the day, below UMBRA_MINUTES_DAY
 * @end: first minute of the day after the span, at most UMBRA_MINUTES_DAY; if it is below @begin,
 *	it is on the next day; never equal to @begin
 */
struct umbra_span {
	u8 days;
	u16 begin;
	u16 end;
};

/**
 * struct umbra_offset - offset of local time from a moment on
 * @from: seconds since 1970, UTC
 * @seconds: local time minus UTC, at most a day in either direction
 */
struct umbra_offset {
	s64 from;
	s32 seconds;
};

/**
 * struct umbra_zone - local time
 * @nr: number of @at; 0: local time is UTC
 * @at: in order of time; the first one also holds before its @from
 */
struct umbra_zone {
	u32 nr;
	struct umbra_offset at[UMBRA_OFFSETS_MAX];
};

/* Local time minus UTC, in seconds, at @utc. */
s32 umbra_zone_offset(const struct umbra_zone *zone, s64 utc);

/* Is @utc inside one of the @nr spans? */
bool umbra_hours_hold(const struct umbra_span *span, u32 nr, const struct umbra_zone *zone,
		      s64 utc);

/**
 * umbra_hours_next() - when to call umbra_hours_hold() again
 * @span: spans
 * @nr: number of @span
 * @zone: local time
 * @utc: now
 *
 * Return: a moment after @utc, at most a week later. Until then the answer of umbra_hours_hold()
 *	does not change.
 */
s64 umbra_hours_next(const struct umbra_span *span, u32 nr, const struct umbra_zone *zone,
		     s64 utc);

#endif
