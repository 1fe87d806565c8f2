// SPDX-License-Identifier: GPL-2.0
/*
 * Hours: the arithmetic of time classes.
 *
 * All calculations use seconds of the week in local time, from Monday's midnight on. While the
 * offset stays the same, local time advances as UTC does. So the next moment of interest is the
 * nearest beginning or end of a span, or the next change of the offset.
 */
#include "policy/hours.h"

#include <linux/limits.h>
#include <linux/math64.h>

#define DAY		86400
#define WEEK		(7 * DAY)
#define THURSDAY	(3 * DAY)	/* 1970 began on a Thursday */

/* @seconds since the midnight of any Monday. */
static u32 in_week(s64 seconds)
{
	s32 rem;

	div_s64_rem(seconds, WEEK, &rem);
	return rem < 0 ? rem + WEEK : rem;
}

s32 umbra_zone_offset(const struct umbra_zone *zone, s64 utc)
{
	u32 i;

	if (!zone->nr)
		return 0;
	for (i = 1; i < zone->nr && zone->at[i].from <= utc; i++)
		;
	return zone->at[i - 1].seconds;
}

/* Seconds of the week in local time. Reduce @utc first, so that the sum cannot overflow. */
static u32 local(const struct umbra_zone *zone, s64 utc)
{
	return in_week((s64)in_week(utc) + THURSDAY + umbra_zone_offset(zone, utc));
}

static u32 length(const struct umbra_span *span)
{
	u32 minutes = span->end > span->begin ? span->end - span->begin :
		      span->end + UMBRA_MINUTES_DAY - span->begin;

	return 60 * minutes;
}

/* Seconds since the span last began on that day of the week. */
static u32 since(const struct umbra_span *span, u32 day, u32 now)
{
	return in_week((s64)now - day * DAY - 60 * span->begin);
}

bool umbra_hours_hold(const struct umbra_span *span, u32 nr, const struct umbra_zone *zone,
		      s64 utc)
{
	u32 now = local(zone, utc);
	u32 i, day;

	for (i = 0; i < nr; i++)
		for (day = 0; day < 7; day++)
			if (span[i].days & 1 << day && since(&span[i], day, now) < length(&span[i]))
				return true;
	return false;
}

/* Seconds until the span begins or ends. */
static u32 until(const struct umbra_span *span, u32 now)
{
	u32 len = length(span);
	u32 best = WEEK;
	u32 day, s;

	for (day = 0; day < 7; day++) {
		if (!(span->days & 1 << day))
			continue;
		s = since(span, day, now);
		s = s < len ? len - s : WEEK - s;
		if (s < best)
			best = s;
	}
	return best;
}

s64 umbra_hours_next(const struct umbra_span *span, u32 nr, const struct umbra_zone *zone,
		     s64 utc)
{
	u32 now = local(zone, utc);
	u32 best = WEEK;
	u32 i, s;
	s64 next;

	for (i = 0; i < nr; i++) {
		s = until(&span[i], now);
		if (s < best)
			best = s;
	}
	next = utc > S64_MAX - best ? S64_MAX : utc + best;
	for (i = 1; i < zone->nr; i++)
		if (zone->at[i].from > utc && zone->at[i].from < next)
			next = zone->at[i].from;
	return next;
}
