// SPDX-License-Identifier: GPL-2.0
/* Netlink: the counters of each reason, and those of the session table. */
#include "netlink/request.h"
#include "stats.h"
#include "session/table.h"

#include <linux/errno.h>
#include <linux/slab.h>

/* Room for a nest for each reason, and for the rest. */
#define STATS_ROOM	((UMBRA_REASON_MAX + 1) * 64 + 512)

static int put_counter(struct sk_buff *skb, const struct umbra_stats *s, u8 reason)
{
	struct nlattr *nest = nla_nest_start(skb, UMBRA_A_STATS_COUNTER);

	if (!nest ||
	    nla_put_u8(skb, UMBRA_A_COUNTER_REASON, reason) ||
	    umbra_put_u64(skb, UMBRA_A_COUNTER_DROPPED, s->dropped[reason]) ||
	    umbra_put_u64(skb, UMBRA_A_COUNTER_PASSED, s->passed[reason]) ||
	    umbra_put_u64(skb, UMBRA_A_COUNTER_ENDED, s->ended[reason]))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_table(struct sk_buff *skb, struct umbra_net *un)
{
	struct umbra_session_table *t = &un->table;

	if (nla_put_u32(skb, UMBRA_A_STATS_SESSIONS, atomic_read(&t->count)) ||
	    nla_put_u32(skb, UMBRA_A_STATS_SESSIONS_MAX, READ_ONCE(un->sessions_max)) ||
	    nla_put_u32(skb, UMBRA_A_STATS_BUCKETS, umbra_table_buckets(t)) ||
	    nla_put_u32(skb, UMBRA_A_STATS_RESIZES, READ_ONCE(t->resizes)))
		return -EMSGSIZE;
	return 0;
}

static int put_stats(struct sk_buff *skb, struct umbra_net *un, const struct umbra_stats *s)
{
	u64 ended = 0;
	u8 reason;

	for (reason = 1; reason <= UMBRA_REASON_MAX; reason++) {
		ended += s->ended[reason];
		if (put_counter(skb, s, reason))
			return -EMSGSIZE;
	}
	if (umbra_put_u64(skb, UMBRA_A_STATS_CREATED, s->created) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_ENDED, ended) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_LOOKUPS, s->found + s->missed) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_FOUND, s->found) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_REJUDGED, s->rejudged) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_EVENTS_LOST, s->events_lost) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_TOLD, s->told) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_UNTOLD, s->untold) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_EXPRESS, s->express) ||
	    umbra_put_u64(skb, UMBRA_A_STATS_PROBED, s->probed))
		return -EMSGSIZE;
	return put_table(skb, un);
}

int umbra_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct umbra_net *un = umbra_net(genl_info_net(info));
	struct umbra_stats *sum;
	struct sk_buff *reply;
	void *hdr;
	int err;

	sum = kmalloc(sizeof(*sum), GFP_KERNEL_ACCOUNT);
	if (!sum)
		return -ENOMEM;
	reply = umbra_reply_new(info, STATS_ROOM, &hdr);
	if (!reply) {
		kfree(sum);
		return -ENOMEM;
	}
	umbra_stats_sum(un->stats, sum);
	err = put_stats(reply, un, sum);
	kfree(sum);
	return umbra_reply_send(reply, hdr, info, err);
}
