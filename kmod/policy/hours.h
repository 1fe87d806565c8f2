/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hours: the arithmetic of time classes. Nothing but its arguments decides, and it builds
 * in user space too.
 *
 * Local time is what a clock on the wall shows: UTC and the offset of that moment. A span
 * holds while that clock shows a time of it. So where the clock is put forward, the hour
 * that is left out belongs to nobody, and where it is put back, the hour that comes twice
 * counts twice.
 */
#ifndef UMBRA_HOURS_H
#define UMBRA_HOURS_H

#include <linux/types.h>
#include <linux/umbra.h>

/**
 * struct umbra_span - hours of some days of the week
 * @days: those on which it begins, a bit each, Monday's is 1; not 0
 * @begin: minute of the day, below UMBRA_MINUTES_DAY
 * @end: minute of the day, the first outside, UMBRA_MINUTES_DAY at most; where it is not
 *	above @begin, of the next day; not the same as @begin
 */
struct umbra_span {
	u8 days;
	u16 begin;
	u16 end;
};

/**
 * struct umbra_offset - local time from a moment on
 * @from: seconds since 1970, UTC
 * @seconds: that local time is ahead of UTC, a day at most either way
 */
struct umbra_offset {
	s64 from;
	s32 seconds;
};

/**
 * struct umbra_zone - local time
 * @nr: of @at; 0: local time is UTC
 * @at: in the order of time; the first holds before it begins, too
 */
struct umbra_zone {
	u32 nr;
	struct umbra_offset at[UMBRA_OFFSETS_MAX];
};

/* Seconds that local time is ahead of UTC at @utc. */
s32 umbra_zone_offset(const struct umbra_zone *zone, s64 utc);

/* Is @utc inside one of the @nr spans? */
bool umbra_hours_hold(const struct umbra_span *span, u32 nr, const struct umbra_zone *zone,
		      s64 utc);

/**
 * umbra_hours_next() - when to ask umbra_hours_hold() again
 * @span: spans
 * @nr: of @span
 * @zone: local time
 * @utc: now
 *
 * Return: a moment after @utc, and up to it the answer is the one of @utc; a week away
 * at most.
 */
s64 umbra_hours_next(const struct umbra_span *span, u32 nr, const struct umbra_zone *zone,
		     s64 utc);

#endif
