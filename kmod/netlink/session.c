// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: sessions.
 *
 * Walks go through the table bucket by bucket. A bucket is the unit of a dump: one that does not
 * fit any more is removed as a whole and begins the next message, so no session is listed twice or
 * left out. The sequence number of a dump is the table's epoch, so the reader is notified if the
 * table was resized meanwhile.
 */
#include "compat/umbra_genl.h"
#include "life/end.h"
#include "netlink/request.h"
#include "session/table.h"

#include <linux/errno.h>
#include <net/sock.h>

#define BUCKETS_AT_ONCE	1024		/* between two calls of cond_resched() */

/* Walk the whole table with pauses. Return: the error with which @fn stopped the walk, or 0. */
static int walk_all(struct umbra_net *un, int (*fn)(struct umbra_session *s, void *arg),
		    void *arg)
{
	u32 place = 0;
	int err;

	do {
		err = umbra_table_walk(&un->table, &place, BUCKETS_AT_ONCE, fn, arg);
		cond_resched();
	} while (!err);
	return err < 0 ? err : 0;
}

struct one {
	struct umbra_filter filter;
	struct sk_buff *reply;
	bool found;
};

/* Return: -EALREADY to end the walk, because the session was found. */
static int put_one(struct umbra_session *s, void *arg)
{
	struct one *one = arg;

	if (!umbra_filter_fits(&one->filter, s))
		return 0;
	one->found = true;
	return umbra_put_session(one->reply, s, s->reason) ?: -EALREADY;
}

int umbra_nl_session_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct one one = {};
	void *hdr;
	int err;

	err = umbra_filter_read(&one.filter, info->attrs[UMBRA_A_SESSION_FILTER], info->extack);
	if (err)
		return err;
	if (!(one.filter.given & BIT(UMBRA_A_FILTER_ID))) {
		NL_SET_ERR_MSG(info->extack, "one session is asked for by its id; others, by a dump");
		return -EINVAL;
	}
	one.reply = umbra_reply_new(info, UMBRA_SESSION_ROOM, &hdr);
	if (!one.reply)
		return -ENOMEM;
	err = walk_all(umbra_net(genl_info_net(info)), put_one, &one);
	if (err == -EALREADY)
		err = 0;
	if (!err && !one.found) {
		NL_SET_ERR_MSG(info->extack, "there is no such session, or it has ended");
		err = -ENOENT;
	}
	return umbra_reply_send(one.reply, hdr, info, err);
}

struct dump {
	struct umbra_filter filter;
	struct sk_buff *skb;
	struct netlink_callback *cb;
};

void *umbra_dump_session(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
			 struct umbra_session *s)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				&umbra_nl_family, NLM_F_MULTI, cmd);

	if (!hdr)
		return NULL;
	genl_dump_check_consistent(cb, hdr);
	return umbra_put_session(skb, s, s->reason) ? NULL : hdr;
}

static int dump_session(struct umbra_session *s, void *arg)
{
	struct dump *d = arg;
	void *hdr;

	if (!umbra_filter_fits(&d->filter, s))
		return 0;
	hdr = umbra_dump_session(d->skb, d->cb, UMBRA_CMD_SESSION_GET, s);
	if (!hdr)
		return -EMSGSIZE;
	genlmsg_end(d->skb, hdr);
	return 0;
}

static int dump_buckets(struct umbra_net *un, struct sk_buff *skb, u32 *place,
			int (*fn)(struct umbra_session *s, void *arg), void *arg)
{
	u32 nr = 0;
	int err;

	do {
		u32 before = skb->len;

		err = umbra_table_walk(&un->table, place, 1, fn, arg);
		if (err < 0) {
			nlmsg_trim(skb, skb->data + before);
			return before ?: err;
		}
		if (!(++nr % BUCKETS_AT_ONCE))
			cond_resched();
	} while (!err);
	return skb->len;
}

/*
 * The message that ends the dump has the sequence number as well. So the reader also learns of a
 * change that came after the last session was listed, or while there was no session to list.
 */
int umbra_dump_buckets(struct umbra_net *un, struct sk_buff *skb, struct netlink_callback *cb,
		       u32 *place, int (*fn)(struct umbra_session *s, void *arg), void *arg)
{
	u32 more = cb->seq;
	int len;

	if (!cb->prev_seq)
		umbra_table_settle(&un->table);
	cb->seq = umbra_table_epoch(&un->table) + more;
	if (!cb->prev_seq)
		cb->prev_seq = cb->seq;
	len = dump_buckets(un, skb, place, fn, arg);
	cb->seq = umbra_table_epoch(&un->table) + more;
	return len;
}

int umbra_nl_session_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct umbra_net *un = umbra_net(sock_net(cb->skb->sk));
	struct nlattr *filter = umbra_dump_attrs(cb)[UMBRA_A_SESSION_FILTER];
	u32 *place = (u32 *)cb->ctx;
	struct dump d = { .skb = skb, .cb = cb };
	int err;

	err = umbra_filter_read(&d.filter, filter, cb->extack);
	if (err)
		return err;
	cb->seq = 1;
	return umbra_dump_buckets(un, skb, cb, place, dump_session, &d);
}

struct count {
	struct umbra_filter filter;
	bool kill;
	u32 nr;
};

#define RESIZES_FOLLOWED	4

static int count_session(struct umbra_session *s, void *arg)
{
	struct count *c = arg;

	if (umbra_filter_fits(&c->filter, s))
		c->nr += c->kill ? umbra_session_kill(s, UMBRA_REASON_KILLED) : 1;
	return 0;
}

/* A walk that ends sessions does not meet them again, so their count stays. */
static void count_begin(void *arg)
{
	struct count *c = arg;

	if (!c->kill)
		c->nr = 0;
}

void umbra_walk_sessions(struct umbra_net *un, int (*fn)(struct umbra_session *s, void *arg),
			 void (*begin)(void *arg), void *arg)
{
	u32 i, epoch;

	for (i = 0; i < RESIZES_FOLLOWED; i++) {
		epoch = umbra_table_epoch(&un->table);
		begin(arg);
		walk_all(un, fn, arg);
		if (umbra_table_is_epoch(&un->table, epoch))
			break;
		umbra_table_settle(&un->table);
	}
}

static int count(struct genl_info *info, bool kill)
{
	struct count c = { .kill = kill };
	struct sk_buff *reply;
	void *hdr;
	int err;

	err = umbra_filter_read(&c.filter, info->attrs[UMBRA_A_SESSION_FILTER], info->extack);
	if (err)
		return err;
	if (kill && !c.filter.given) {
		NL_SET_ERR_MSG(info->extack, "which sessions? an empty filter ends none");
		return -EINVAL;
	}
	reply = umbra_reply_new(info, NLMSG_DEFAULT_SIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	umbra_walk_sessions(umbra_net(genl_info_net(info)), count_session, count_begin, &c);
	err = nla_put_u32(reply, UMBRA_A_SESSION_COUNT, c.nr);
	return umbra_reply_send(reply, hdr, info, err);
}

int umbra_nl_session_count_doit(struct sk_buff *skb, struct genl_info *info)
{
	return count(info, false);
}

int umbra_nl_session_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return count(info, true);
}
