// SPDX-License-Identifier: GPL-2.0
/*
 * Hours: time classes compared with a slow model, minute by minute.
 *
 * The model has no arithmetic of weeks. It walks through local days, one after the other,
 * from a Monday that is well known, and marks the minutes of each span. Zones have
 * whole minutes here, as all zones have that were in use since 1972.
 */
#include <stdio.h>
#include <time.h>

#include "env.h"
#include "policy/hours.h"

#define MINUTE	60
#define DAY	86400
#define MONDAY	345600LL		/* 1970-01-05 00:00 UTC */
#define DAYS	30			/* that a picture covers */

static unsigned int nr_tests, failed;

static void tap(bool ok, const char *name)
{
	printf("%sok %u - %s\n", ok ? "" : "not ", ++nr_tests, name);
	failed += !ok;
}

/* --- The model ------------------------------------------------------------------- */

/* By local minute, from midnight of a Monday, with a day on either side. */
struct picture {
	s64 begin;
	bool minute[(DAYS + 2) * UMBRA_MINUTES_DAY];
};

static void paint(struct picture *p, s64 monday, const struct umbra_span *span, u32 nr)
{
	u32 day, i, m, at;

	memset(p, 0, sizeof(*p));
	p->begin = monday;
	for (day = 0; day < DAYS; day++)
		for (i = 0; i < nr; i++) {
			if (!(span[i].days >> day % 7 & 1))
				continue;
			at = day * UMBRA_MINUTES_DAY + span[i].begin;
			m = span[i].begin;
			do {
				p->minute[at++] = true;
				if (++m == UMBRA_MINUTES_DAY && span[i].end != UMBRA_MINUTES_DAY)
					m = 0;
			} while (m != span[i].end);
		}
}

static s32 model_offset(const struct umbra_zone *zone, s64 utc)
{
	s32 offset = zone->nr ? zone->at[0].seconds : 0;
	u32 i;

	for (i = 0; i < zone->nr; i++)
		if (utc >= zone->at[i].from)
			offset = zone->at[i].seconds;
	return offset;
}

/* Does the model agree at each minute, from a week after the beginning of its picture? */
static bool agrees(const struct umbra_span *span, u32 nr, const struct umbra_zone *zone,
		   s64 monday)
{
	static struct picture p;
	s64 utc, next = 0, end = monday + (DAYS - 8) * DAY;
	bool was = false, now, late = false;

	paint(&p, monday, span, nr);
	for (utc = monday + 8 * DAY; utc < end; utc += MINUTE) {
		now = p.minute[(utc + model_offset(zone, utc) - monday) / MINUTE];
		if (umbra_hours_hold(span, nr, zone, utc) != now ||
		    umbra_hours_hold(span, nr, zone, utc + 59) != now)
			goto wrong;
		/* The state that was promised until then has stayed the same. */
		if (next && utc < next && now != was)
			goto wrong;
		if (!next || utc >= next) {
			late |= next && utc > next + 59;
			next = umbra_hours_next(span, nr, zone, utc);
			if (next <= utc || next > utc + 7 * DAY)
				goto wrong;
		}
		was = now;
	}
	return !late;
wrong:
	printf("# UTC %lld: %d, next %lld\n", (long long)utc, now, (long long)next);
	return false;
}

/* --- Zones ----------------------------------------------------------------------- */

/* Offsets of a zone by name, around a moment, as the C library has them. */
static void zone_of(struct umbra_zone *zone, const char *name, s64 when)
{
	s64 t = when - 10 * DAY;
	struct tm tm;
	time_t u;

	setenv("TZ", name, 1);
	tzset();
	zone->nr = 0;
	for (; t < when + 60 * DAY; t += 15 * MINUTE) {
		u = t;
		localtime_r(&u, &tm);
		if (!zone->nr || tm.tm_gmtoff != zone->at[zone->nr - 1].seconds)
			zone->at[zone->nr++] = (struct umbra_offset){ t, tm.tm_gmtoff };
	}
}

/* The last Monday, UTC, at or before. */
static s64 monday_before(s64 utc)
{
	s64 weeks = (utc - MONDAY) / (7 * DAY);

	while (MONDAY + weeks * 7 * DAY > utc)
		weeks--;
	return MONDAY + weeks * 7 * DAY;
}

#define MON	0x01
#define FRI	0x10
#define SAT	0x20
#define SUN	0x40
#define WORK	0x1f
#define ALL	0x7f

static const struct {
	const char *name;
	u32 nr;
	struct umbra_span span[3];
} classes[] = {
	{ "office hours", 1, { { WORK, 8 * 60, 17 * 60 } } },
	{ "nights, each its day's", 1, { { ALL, 22 * 60, 6 * 60 } } },
	{ "Sunday night, into the next week", 1, { { SUN, 22 * 60, 6 * 60 } } },
	{ "whole days", 1, { { MON | FRI, 0, 1440 } } },
	{ "always", 1, { { ALL, 0, 1440 } } },
	{ "to midnight", 1, { { SAT, 1439, 0 } } },
	{ "a minute less than a day", 1, { { SUN, 12 * 60, 12 * 60 - 1 } } },
	{ "the hour that summer takes away", 1, { { SUN, 2 * 60, 3 * 60 } } },
	{ "into that hour", 1, { { SUN, 1 * 60, 2 * 60 + 30 } } },
	{ "out of it", 1, { { SUN, 2 * 60 + 30, 4 * 60 } } },
	{ "spans that touch and overlap", 3,
	  { { WORK, 8 * 60, 12 * 60 }, { WORK, 12 * 60, 17 * 60 }, { MON, 10 * 60, 20 * 60 } } },
	{ "minutes at either end of a week", 2, { { MON, 0, 1 }, { SUN, 1439, 1440 } } },
};

static const struct {
	const char *zone;
	s64 when;
} places[] = {
	{ "UTC", 1000000000 },
	{ "Europe/Berlin", 1711846800 },	/* 2024-03-31, forward */
	{ "Europe/Berlin", 1729990800 },	/* 2024-10-27, back */
	{ "America/New_York", 1710054000 },	/* forward, west of Greenwich */
	{ "America/New_York", 1730613600 },	/* back */
	{ "Australia/Lord_Howe", 1712415600 },	/* by half an hour */
	{ "Asia/Kathmandu", 1700000000 },	/* +05:45 */
	{ "Pacific/Kiritimati", 1700000000 },	/* +14 */
	{ "Etc/GMT+12", 1700000000 },		/* -12 */
	{ "Pacific/Apia", 1325239200 },		/* 2011-12-30, which it left out */
};

static void test_places(void)
{
	struct umbra_zone zone;
	char name[128];
	u32 i, j;
	bool ok;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		zone_of(&zone, places[i].zone, places[i].when);
		ok = true;
		for (j = 0; j < ARRAY_SIZE(classes); j++)
			if (!agrees(classes[j].span, classes[j].nr, &zone,
				    monday_before(places[i].when) - 14 * DAY)) {
				printf("# %s\n", classes[j].name);
				ok = false;
			}
		snprintf(name, sizeof(name), "%s, %s: each minute is as in the model",
			 places[i].zone, zone.nr > 1 ? "when its clocks move" : "all the time");
		tap(ok, name);
	}
}

static u32 below(u32 n)
{
	return get_random_u32() % n;
}

static void test_random(void)
{
	struct umbra_span span[4];
	struct umbra_zone zone;
	u32 round, i, nr;
	bool ok = true;
	s64 monday;

	for (round = 0; ok && round < 60; round++) {
		monday = monday_before((s64)below(4000000000U) - 1000000000);
		nr = 1 + below(4);
		for (i = 0; i < nr; i++) {
			span[i].days = 1 + below(127);
			span[i].begin = below(1440);
			do {
				span[i].end = below(1441);
			} while (span[i].end == span[i].begin);
		}
		zone.nr = below(5);
		for (i = 0; i < zone.nr; i++) {
			zone.at[i].from = monday + (8 + 3 * i) * DAY + below(1440) * MINUTE;
			zone.at[i].seconds = ((s32)below(2881) - 1440) * MINUTE;
		}
		ok = agrees(span, nr, &zone, monday);
	}
	tap(ok, "random spans in random zones are as in the model");
}

/* At the ends of the range of times: nothing overflows, and there is always a next moment. */
static void test_extremes(void)
{
	static const s64 at[] = { 0, -1, 1, -DAY, S64_MAX, S64_MAX - 1, S64_MIN, S64_MIN + 1,
				  1LL << 32, -(1LL << 32), MONDAY, MONDAY - 1 };
	static const struct umbra_span noon = { ALL, 12 * 60, 13 * 60 };
	struct umbra_zone zone = { .nr = 2, .at = { { S64_MIN, -86400 }, { S64_MAX, 86400 } } };
	bool ok = true;
	u32 i;
	s64 next;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		next = umbra_hours_next(&noon, 1, &zone, at[i]);
		ok &= at[i] == S64_MAX ? next == S64_MAX : next > at[i];
		umbra_hours_hold(&noon, 1, &zone, at[i]);
	}
	tap(ok, "there is a next moment up to the end of the range of times");
	zone.nr = 0;
	tap(!umbra_hours_hold(&noon, 1, &zone, 12 * 3600 - 1) &&
	    umbra_hours_hold(&noon, 1, &zone, 12 * 3600) &&
	    umbra_hours_hold(&noon, 1, &zone, 13 * 3600 - 1) &&
	    !umbra_hours_hold(&noon, 1, &zone, 13 * 3600),
	    "a span includes its first second and excludes the second of its end");
	tap(umbra_hours_hold(&noon, 1, &zone, -12 * 3600) &&
	    !umbra_hours_hold(&noon, 1, &zone, -12 * 3600 - 1), "a span holds before 1970, too");
}

static void test_days(void)
{
	struct umbra_zone utc = { .nr = 0 };
	struct umbra_span span = { 0, 0, 1440 };
	bool ok = true;
	u32 day;

	for (day = 0; day < 7; day++) {
		span.days = 1 << day;
		ok &= umbra_hours_hold(&span, 1, &utc, MONDAY + day * DAY) &&
		      !umbra_hours_hold(&span, 1, &utc, MONDAY + day * DAY - 1) &&
		      umbra_hours_next(&span, 1, &utc, MONDAY + day * DAY + 5) ==
		      MONDAY + (day + 1) * DAY &&
		      umbra_hours_next(&span, 1, &utc, MONDAY + (day + 1) * DAY) ==
		      MONDAY + (day + 7) * DAY;
	}
	tap(ok, "the days of the week are those of the calendar");
	span.days = 0;
	tap(!umbra_hours_hold(&span, 0, &utc, MONDAY) &&
	    umbra_hours_next(&span, 0, &utc, MONDAY) > MONDAY, "a class without spans never holds");
}

static void test_zone(void)
{
	struct umbra_zone zone = { .nr = 3, .at = { { 100, 60 }, { 200, -120 }, { 300, 0 } } };

	tap(umbra_zone_offset(&zone, -1000) == 60 && umbra_zone_offset(&zone, 100) == 60 &&
	    umbra_zone_offset(&zone, 199) == 60 && umbra_zone_offset(&zone, 200) == -120 &&
	    umbra_zone_offset(&zone, 300) == 0 && umbra_zone_offset(&zone, 1LL << 40) == 0,
	    "an offset holds until the next one, and the first offset also before it begins");
	zone.nr = 0;
	tap(umbra_zone_offset(&zone, 1000) == 0, "a zone without offsets is UTC");
}

int main(void)
{
	test_days();
	test_zone();
	test_extremes();
	test_places();
	test_random();
	printf("1..%u\n", nr_tests);
	return failed != 0;
}
