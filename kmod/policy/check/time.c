// SPDX-License-Identifier: GPL-2.0
/* Checks of single rows: time classes. */
#include "policy/row.h"
#include "policy/check/check.h"

#include <linux/errno.h>

static const char *const span_columns[] = {
	[UMBRA_A_SPAN_DAYS] = "days",
	[UMBRA_A_SPAN_BEGIN] = "begin",
	[UMBRA_A_SPAN_END] = "end",
};

static const struct umbra_columns span = {
	.name = span_columns, .nr = ARRAY_SIZE(span_columns),
	.required = BIT(UMBRA_A_SPAN_DAYS) | BIT(UMBRA_A_SPAN_BEGIN) | BIT(UMBRA_A_SPAN_END),
};

/* Netlink has already checked that the numbers are within their ranges. */
static int check_span(struct umbra_check *c, const struct nlattr *item)
{
	u32 seen;
	u16 begin;
	int err = umbra_check_columns(c, item, &span, &seen);

	if (err)
		return err;
	begin = nla_get_u16(umbra_check_find(item, UMBRA_A_SPAN_BEGIN));
	if (begin != nla_get_u16(umbra_check_find(item, UMBRA_A_SPAN_END)))
		return 0;
	return umbra_check_refuse(c, item, -EINVAL,
		"a span begins and ends at %02u:%02u: give it an end, 00:00 to 24:00 is a whole day",
		begin / 60, begin % 60);
}

int umbra_check_time(struct umbra_check *c, u32 seen)
{
	const struct nlattr *attr;
	u32 nr = 0;
	int rem, err = 0;

	nla_for_each_nested(attr, c->nest, rem) {
		if (nla_type(attr) != UMBRA_A_TIME_SPAN)
			continue;
		if (++nr > UMBRA_SPANS_MAX)
			return umbra_check_refuse(c, attr, -E2BIG,
				"a time class has at most %u spans: use several, with a rule for each",
				UMBRA_SPANS_MAX);
		err = err ?: check_span(c, attr);
	}
	return err;
}
