// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: rows.
 *
 * A dump remembers table and position, and its sequence number is the generation. If a commit comes
 * between two of its messages, the reader is notified (NLM_F_DUMP_INTR) and begins again.
 */
#include "commit/candidate.h"
#include "compat/umbra_genl.h"
#include "report/log.h"
#include "netlink/request.h"
#include "policy/policy.h"

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/skbuff.h>
#include <linux/umbra_names.h>
#include <net/sock.h>

/* Room for what surrounds a row's own data in its message. */
#define ROW_ROOM	128

#define NEST(table, nest)	[table] = nest,
static const int nest_of_table[UMBRA_TABLE_MAX + 1] = { UMBRA_ROW_NESTS(NEST) };

/* Get the one row in a request, and its table. */
static struct nlattr *read_row(struct genl_info *info, u8 *table)
{
	struct nlattr *given = info->attrs[UMBRA_A_ROW_TABLE];
	struct nlattr *row = NULL;
	u32 nr = 0;
	u8 t;

	for (t = 1; t <= UMBRA_TABLE_MAX; t++) {
		if (!info->attrs[nest_of_table[t]])
			continue;
		row = info->attrs[nest_of_table[t]];
		*table = t;
		nr++;
	}
	if (nr != 1) {
		NL_SET_ERR_MSG(info->extack,
			"give one row: a network, a service, a rule, a setting, a nat row, a relay, a log or a time class");
		return NULL;
	}
	if (given && nla_get_u8(given) != *table) {
		NL_SET_ERR_MSG_ATTR(info->extack, given, "the row belongs to another table");
		return NULL;
	}
	return row;
}

int umbra_nl_row_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *at = info->attrs[UMBRA_A_ROW_POSITION];
	struct umbra_request r;
	struct nlattr *row;
	u8 table;
	int err;

	row = read_row(info, &table);
	if (!row)
		return -EINVAL;
	if (table == UMBRA_TABLE_LOG)
		umbra_log_load(umbra_net(genl_info_net(info)));
	err = umbra_request_begin(&r, skb, info);
	if (err)
		return err;
	err = umbra_candidate_add(r.un, r.candidate, table, at ? nla_get_u32(at) : U32_MAX,
				  row, &r.why);
	umbra_request_end(&r);
	return err;
}

/* Read table and position; both must be given. */
static int read_place(struct genl_info *info, u8 *table, u32 *position)
{
	if (GENL_REQ_ATTR_CHECK(info, UMBRA_A_ROW_TABLE) ||
	    GENL_REQ_ATTR_CHECK(info, UMBRA_A_ROW_POSITION)) {
		NL_SET_ERR_MSG(info->extack, "which row? give its table and its position");
		return -EINVAL;
	}
	*table = nla_get_u8(info->attrs[UMBRA_A_ROW_TABLE]);
	*position = nla_get_u32(info->attrs[UMBRA_A_ROW_POSITION]);
	return 0;
}

int umbra_nl_row_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct umbra_request r;
	u32 position;
	u8 table;
	int err;

	err = read_place(info, &table, &position);
	err = err ?: umbra_request_begin(&r, skb, info);
	if (err)
		return err;
	err = umbra_candidate_remove(r.un, r.candidate, table, position, &r.why);
	umbra_request_end(&r);
	return err;
}

static int put_hits(struct sk_buff *skb, const struct umbra_row *row)
{
	u64 last = READ_ONCE(row->last_hit);
	u64 now = get_jiffies_64();

	if (umbra_put_u64(skb, UMBRA_A_ROW_HITS, atomic64_read(&row->hits)))
		return -EMSGSIZE;
	if (!last)
		return 0;
	return umbra_put_u64(skb, UMBRA_A_ROW_LAST_HIT,
				 now > last ?
				 div_u64(jiffies64_to_msecs(now - last), MSEC_PER_SEC) : 0);
}

/* Only rows that decide about packets have counters. */
static int put_counters(struct sk_buff *skb, const struct umbra_row *row)
{
	switch (row->table) {
	case UMBRA_TABLE_RULE:
	case UMBRA_TABLE_RELAY:
		if (nla_put_u32(skb, UMBRA_A_ROW_SESSIONS, atomic_read(&row->sessions)))
			return -EMSGSIZE;
		fallthrough;
	case UMBRA_TABLE_NAT:
	case UMBRA_TABLE_LOG:
		return put_hits(skb, row);
	}
	return 0;
}

static int put_row(struct sk_buff *skb, const struct umbra_policy *p, u8 table, u32 position)
{
	const struct umbra_row *row = p->rows[table].row[position];

	if (nla_put_u8(skb, UMBRA_A_ROW_TABLE, table) ||
	    nla_put_u32(skb, UMBRA_A_ROW_POSITION, position) ||
	    nla_put(skb, nest_of_table[table] | NLA_F_NESTED, row->len, row->data) ||
	    nla_put_u32(skb, UMBRA_A_ROW_ID, row->id) ||
	    nla_put_u32(skb, UMBRA_A_ROW_GENERATION, p->generation))
		return -EMSGSIZE;
	if (table == UMBRA_TABLE_TIME && p->time[position].active &&
	    nla_put_flag(skb, UMBRA_A_ROW_ACTIVE))
		return -EMSGSIZE;
	return put_counters(skb, row);
}

int umbra_nl_row_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct umbra_policy *p;
	struct umbra_request r;
	struct sk_buff *reply;
	u32 position;
	void *hdr;
	u8 table;
	int err;

	err = read_place(info, &table, &position);
	if (err)
		return err;
	reply = umbra_reply_new(info, UMBRA_ROW_BYTES + ROW_ROOM, &hdr);
	if (!reply)
		return -ENOMEM;
	umbra_request_begin_any(&r, skb, info);
	p = umbra_running(r.un);
	if (p && position < p->rows[table].nr) {
		err = put_row(reply, p, table, position);
	} else {
		NL_SET_ERR_MSG(info->extack, "the running policy has no row there");
		err = -ENOENT;
	}
	umbra_request_end(&r);
	return umbra_reply_send(reply, hdr, info, err);
}

/* Where a dump continues, in the callback's own memory; all 0 at first. */
struct row_cursor {
	u32 index;
	u8 table;
};

static int dump_row(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct umbra_policy *p, const struct row_cursor *at)
{
	u32 need = NLMSG_HDRLEN + GENL_HDRLEN + ROW_ROOM + p->rows[at->table].row[at->index]->len;
	void *hdr;

	/* If the first message is too small for this row alone, it grows. */
	if (!skb->len && skb_tailroom(skb) < need &&
	    pskb_expand_head(skb, 0, need - skb_tailroom(skb), GFP_KERNEL))
		return -ENOMEM;
	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &umbra_nl_family,
			  NLM_F_MULTI, UMBRA_CMD_ROW_GET);
	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	if (put_row(skb, p, at->table, at->index)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int dump_rows(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct umbra_policy *p, struct row_cursor *at, u8 only)
{
	int err = 0;

	for (; !err && at->table <= UMBRA_TABLE_MAX; at->table++, at->index = 0) {
		if (only && at->table != only)
			continue;
		while (at->index < p->rows[at->table].nr) {
			err = dump_row(skb, cb, p, at);
			if (err)
				return skb->len ?: err;
			at->index++;
		}
	}
	return skb->len;
}

int umbra_nl_row_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct umbra_net *un = umbra_net(sock_net(cb->skb->sk));
	struct row_cursor *at = (struct row_cursor *)cb->ctx;
	struct nlattr *table = umbra_dump_attrs(cb)[UMBRA_A_ROW_TABLE];
	const struct umbra_policy *p;
	int len = 0;

	if (!at->table)
		at->table = 1;
	mutex_lock(&un->lock);
	p = umbra_running(un);
	cb->seq = un->generation;
	if (p)
		len = dump_rows(skb, cb, p, at, table ? nla_get_u8(table) : 0);
	mutex_unlock(&un->lock);
	return len;
}
