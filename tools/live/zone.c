// SPDX-License-Identifier: GPL-2.0
/*
 * The offset is read for one day after another. Where two days differ, the moment of the
 * change is found by bisection. No zone has moved its clocks there and back within a day.
 */
#include "live/zone.h"

#include <errno.h>

#define DAY	86400
#define BEFORE	(31 * DAY)		/* in case the clock is set back a little */
#define AFTER	(2 * 366 * DAY)		/* in case nobody refreshes for so long */

static long offset_at(time_t when)
{
	struct tm tm;

	return localtime_r(&when, &tm) ? tm.tm_gmtoff : 0;
}

/* The first second in (@first, @last] with the offset of @last; that of @first differs. */
static time_t find_move(time_t first, time_t last)
{
	long after = offset_at(last);
	time_t middle;

	while (last - first > 1) {
		middle = first + (last - first) / 2;
		if (offset_at(middle) == after)
			last = middle;
		else
			first = middle;
	}
	return last;
}

unsigned int zone_read(time_t now, struct zone_offset at[UMBRA_OFFSETS_MAX])
{
	time_t when = now - BEFORE;
	unsigned int nr = 1;

	tzset();
	at[0] = (struct zone_offset){ when, offset_at(when) };
	for (; when < now + AFTER && nr < UMBRA_OFFSETS_MAX; when += DAY)
		if (offset_at(when + DAY) != at[nr - 1].seconds) {
			at[nr].from = find_move(when, when + DAY);
			at[nr].seconds = offset_at(when + DAY);
			nr++;
		}
	return nr;
}

static int put_offset(struct nl_msg *msg, int type, const struct zone_offset *offset)
{
	struct nlattr *nest = nla_nest_start(msg, type);
	int64_t from = offset->from;
	int32_t seconds = offset->seconds;

	if (!nest || nla_put(msg, UMBRA_A_OFFSET_FROM, sizeof(from), &from) ||
	    nla_put(msg, UMBRA_A_OFFSET_SECONDS, sizeof(seconds), &seconds))
		return -EMSGSIZE;
	return nla_nest_end(msg, nest) < 0 ? -EMSGSIZE : 0;
}

int zone_put(struct nl_msg *msg, int type)
{
	struct zone_offset at[UMBRA_OFFSETS_MAX];
	unsigned int nr, i;
	int err = 0;

	nr = zone_read(time(NULL), at);
	for (i = 0; !err && i < nr; i++)
		err = put_offset(msg, type, &at[i]);
	return err;
}

int zone_send(struct unl *nl)
{
	struct nl_msg *msg = unl_message(nl, UMBRA_CMD_ZONE_SET);
	int err = msg ? zone_put(msg, UMBRA_A_ZONE_OFFSET) : 0;

	if (err) {
		nlmsg_free(msg);
		return err;
	}
	return unl_request(nl, msg);
}
