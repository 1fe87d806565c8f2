// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: time classes, and which of them hold now.
 *
 * A policy is right for the moment for which it is built (umbra_build.now): rules and relays out of
 * their time are left out, as disabled ones are. When the moment has passed, commit/clock.c builds
 * another policy.
 */
#include "policy/hours.h"
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/sched.h>

#define time_refuse(b, row, err, fmt, ...)					\
	umbra_refuse((b)->why, NULL, err, "time row %u: " fmt, (row) + 1, ##__VA_ARGS__)

static const struct umbra_row *time_row(const struct umbra_build *b, u32 i)
{
	return b->policy->rows[UMBRA_TABLE_TIME].row[i];
}

static void read_span(struct umbra_span *span, const struct nlattr *nest)
{
	span->days = nla_get_u8(nla_find_nested(nest, UMBRA_A_SPAN_DAYS));
	span->begin = nla_get_u16(nla_find_nested(nest, UMBRA_A_SPAN_BEGIN));
	span->end = nla_get_u16(nla_find_nested(nest, UMBRA_A_SPAN_END));
}

static int time_build(struct umbra_build *b, u32 i)
{
	struct umbra_policy *p = b->policy;
	const struct umbra_row *row = time_row(b, i);
	const char *name = umbra_row_text(row, UMBRA_A_TIME_NAME);
	struct umbra_time *time = &p->time[i];
	const struct nlattr *attr;
	u32 number;
	int rem;

	number = umbra_names_add(&b->times, name);
	if (number != i)
		return time_refuse(b, i, -EEXIST,
			"the name \"%s\" is taken by row %u: use another one, or put the spans into one row",
			name, number + 1);
	time->first = p->nr_spans;
	umbra_row_for_each(attr, row, rem) {
		if (nla_type(attr) != UMBRA_A_TIME_SPAN)
			continue;
		if (umbra_build_room(&p->span, p->nr_spans, &b->room_spans, sizeof(*p->span)))
			return -ENOMEM;
		read_span(&p->span[p->nr_spans++], attr);
		time->nr++;
	}
	time->active = b->always || umbra_policy_time_holds(p, i, b->zone, b->now);
	return 0;
}

/* Context: process. Fills the policy's time classes. */
int umbra_times_build(struct umbra_build *b)
{
	struct umbra_policy *p = b->policy;
	u32 nr = p->rows[UMBRA_TABLE_TIME].nr;
	int err = 0;
	u32 i;

	if (nr > UMBRA_BUILD_TIMES)
		return umbra_refuse(b->why, NULL, -E2BIG,
			"a policy has at most %u time classes: let rules share them",
			UMBRA_BUILD_TIMES);
	err = umbra_names_init(&b->times, nr);
	p->time = umbra_build_alloc(nr, sizeof(*p->time));
	if (err || !p->time)
		return -ENOMEM;
	p->nr_times = nr;
	for (i = 0; !err && i < nr; i++) {
		err = time_build(b, i);
		cond_resched();
	}
	return err;
}

bool umbra_time_find(const struct umbra_build *b, const char *name, bool *active)
{
	u32 number = umbra_names_find(&b->times, name);

	if (number == UMBRA_NONE)
		return false;
	*active = b->policy->time[number].active;
	return true;
}

bool umbra_policy_time_holds(const struct umbra_policy *p, u32 i, const struct umbra_zone *zone,
			     s64 utc)
{
	const struct umbra_time *time = &p->time[i];

	return umbra_hours_hold(p->span + time->first, time->nr, zone, utc);
}

bool umbra_policy_timely(const struct umbra_policy *p, const struct umbra_zone *zone, s64 utc)
{
	u32 i;

	for (i = 0; i < p->nr_times; i++)
		if (p->time[i].active != umbra_policy_time_holds(p, i, zone, utc))
			return false;
	return true;
}

s64 umbra_policy_next_time(const struct umbra_policy *p, const struct umbra_zone *zone, s64 utc)
{
	const struct umbra_time *time;
	s64 next = S64_MAX;
	u32 i;

	for (i = 0; i < p->nr_times; i++) {
		time = &p->time[i];
		next = min(next, umbra_hours_next(p->span + time->first, time->nr, zone, utc));
	}
	return next;
}
