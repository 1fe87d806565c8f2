// SPDX-License-Identifier: GPL-2.0
/* Netlink: local time. */
#include "commit/clock.h"
#include "policy/hours.h"
#include "netlink/request.h"

#include <linux/errno.h>
#include <linux/string.h>

#define SECONDS_MAX	86400	/* the largest difference of local time from UTC */

static int refuse(struct netlink_ext_ack *extack, const struct nlattr *attr, const char *text)
{
	NL_SET_BAD_ATTR(extack, attr);
	if (extack)
		extack->_msg = text;
	return -EINVAL;
}

static int read_offset(struct umbra_zone *zone, const struct nlattr *nest,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *from = nla_find_nested(nest, UMBRA_A_OFFSET_FROM);
	const struct nlattr *seconds = nla_find_nested(nest, UMBRA_A_OFFSET_SECONDS);
	struct umbra_offset *at;
	struct nlattr *attr;
	int rem;

	if (zone->nr == UMBRA_OFFSETS_MAX)
		return refuse(extack, nest, "too many offsets: leave out the last of them");
	if (!from || !seconds)
		return refuse(extack, nest, "an offset has a from and its seconds: give both");
	nla_for_each_nested(attr, nest, rem)
		if (attr != from && attr != seconds)
			return refuse(extack, attr, "an offset has one from and its seconds once");
	at = &zone->at[zone->nr];
	at->from = nla_get_s64(from);
	at->seconds = nla_get_s32(seconds);
	if (at->seconds < -SECONDS_MAX || at->seconds > SECONDS_MAX)
		return refuse(extack, seconds,
			      "local time is at most a day, 86400 seconds, off UTC");
	if (zone->nr && at->from <= at[-1].from)
		return refuse(extack, from,
			      "an offset begins no later than the one before: sort them");
	zone->nr++;
	return 0;
}

int umbra_get_zone(const struct nlmsghdr *nlh, int type, struct umbra_zone *zone,
		   struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem, err = 0;

	memset(zone, 0, sizeof(*zone));
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem)
		if (!err && nla_type(attr) == type)
			err = read_offset(zone, attr, extack);
	return err;
}

int umbra_nl_zone_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct umbra_zone zone;
	struct umbra_request r;
	int err;

	err = umbra_get_zone(info->nlhdr, UMBRA_A_ZONE_OFFSET, &zone, info->extack);
	if (err)
		return err;
	umbra_request_begin_any(&r, skb, info);
	umbra_clock_set_zone(r.un, &zone);
	umbra_request_end(&r);
	return 0;
}
