// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: which sessions a candidate would end.
 *
 * A single request gets their number, a dump gets the sessions themselves. Each request compiles a
 * policy of the candidate as it is at that time. A dump keeps that policy from its first message to
 * its last, or until the socket closes. If a commit or a resize of the table comes in between, the
 * reader is notified (NLM_F_DUMP_INTR).
 */
#include "commit/commit.h"
#include "compat/umbra_genl.h"
#include "commit/guard.h"
#include "netlink/request.h"
#include "policy/policy.h"
#include "commit/preview.h"

#include <linux/errno.h>
#include <net/sock.h>

static int read_how(struct umbra_commit *how, const struct nlmsghdr *nlh, struct nlattr **a,
		    struct netlink_ext_ack *extack)
{
	int err;

	memset(how, 0, sizeof(*how));
	how->has_base = a[UMBRA_A_SESSION_BASE];
	if (how->has_base)
		how->base = nla_get_u32(a[UMBRA_A_SESSION_BASE]);
	how->keep_sessions = a[UMBRA_A_SESSION_KEEP_SESSIONS];
	how->has_zone = a[UMBRA_A_SESSION_OFFSET];
	err = umbra_get_zone(nlh, UMBRA_A_SESSION_OFFSET, &how->zone, extack);
	return err ?: umbra_get_connection(a[UMBRA_A_SESSION_GUARD], &how->guard, &how->has_guard,
					   extack);
}

struct tally {
	struct umbra_preview preview;
	u32 sessions;
	u32 ends;
	bool guard_ends;
};

static void tally_begin(void *arg)
{
	struct tally *t = arg;

	t->sessions = 0;
	t->ends = 0;
}

static int tally_session(struct umbra_session *s, void *arg)
{
	const struct umbra_row *by;
	struct tally *t = arg;

	t->sessions++;
	t->ends += umbra_preview_obstacle(&t->preview, s, &by) != 0;
	return 0;
}

/* A commit would be refused if the guard is cut, but here that is a result to report. */
static int tally(const struct sk_buff *skb, struct genl_info *info, struct umbra_commit *how,
		 struct tally *t)
{
	bool guarded = how->has_guard;
	struct umbra_request r;
	int err;

	err = umbra_request_begin(&r, skb, info);
	if (err)
		return err;
	how->has_guard = false;
	err = umbra_preview_begin(&t->preview, r.un, r.candidate, how, &r.why);
	t->guard_ends = !err && guarded &&
			umbra_guard_check(r.un, t->preview.policy, t->preview.since, &how->guard,
					  NULL);
	umbra_request_end(&r);
	if (err)
		return err;
	umbra_walk_sessions(r.un, tally_session, tally_begin, t);
	umbra_preview_end(&t->preview, r.un);
	return 0;
}

static int put_tally(struct sk_buff *skb, const struct tally *t)
{
	if (nla_put_u32(skb, UMBRA_A_SESSION_COUNT, t->sessions) ||
	    nla_put_u32(skb, UMBRA_A_SESSION_ENDS, t->ends))
		return -EMSGSIZE;
	return t->guard_ends ? nla_put_flag(skb, UMBRA_A_SESSION_GUARD_ENDS) : 0;
}

int umbra_nl_candidate_preview_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct umbra_commit how;
	struct sk_buff *reply;
	struct tally t = {};
	void *hdr;
	int err;

	err = read_how(&how, info->nlhdr, info->attrs, info->extack);
	if (err)
		return err;
	reply = umbra_reply_new(info, NLMSG_DEFAULT_SIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	err = tally(skb, info, &how, &t);
	err = err ?: put_tally(reply, &t);
	return umbra_reply_send(reply, hdr, info, err);
}

/* State of a dump, in the callback's own memory; all 0 at first. */
struct named {
	struct umbra_preview preview;
	u32 place;
};

static struct named *named_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct named) > sizeof(cb->ctx));
	return (struct named *)cb->ctx;
}

/* Called with the first message: in 6.1 the start of a dump has no place for error messages. */
static int named_begin(struct named *at, struct netlink_callback *cb)
{
	struct umbra_commit how;
	struct umbra_request r;
	int err;

	if (at->preview.policy)
		return 0;
	err = read_how(&how, cb->nlh, umbra_dump_attrs(cb), cb->extack);
	err = err ?: umbra_request_begin_dump(&r, cb);
	if (err)
		return err;
	how.has_guard = false;
	err = umbra_preview_begin(&at->preview, r.un, r.candidate, &how, &r.why);
	umbra_request_end(&r);
	return err;
}

struct naming {
	const struct umbra_preview *preview;
	struct sk_buff *skb;
	struct netlink_callback *cb;
};

/* New rows of the candidate have no ids, so a row is named by table and position. */
static int put_row(struct sk_buff *skb, const struct umbra_policy *p, const struct umbra_row *row)
{
	static const int names[UMBRA_TABLE_MAX + 1] = {
		[UMBRA_TABLE_RULE] = UMBRA_A_RULE_NAME,
		[UMBRA_TABLE_NAT] = UMBRA_A_NAT_NAME,
		[UMBRA_TABLE_RELAY] = UMBRA_A_RELAY_NAME,
	};
	const char *name = umbra_row_text(row, names[row->table]);

	if (nla_put_u8(skb, UMBRA_A_SESSION_BY_TABLE, row->table) ||
	    nla_put_u32(skb, UMBRA_A_SESSION_BY_POSITION, umbra_policy_position(p, row)))
		return -EMSGSIZE;
	return name ? nla_put_string(skb, UMBRA_A_SESSION_BY_NAME, name) : 0;
}

static int name_session(struct umbra_session *s, void *arg)
{
	const struct naming *n = arg;
	const struct umbra_row *by;
	u8 obstacle;
	void *hdr;

	obstacle = umbra_preview_obstacle(n->preview, s, &by);
	if (!obstacle)
		return 0;
	hdr = umbra_dump_session(n->skb, n->cb, UMBRA_CMD_CANDIDATE_PREVIEW, s);
	if (!hdr || nla_put_u8(n->skb, UMBRA_A_SESSION_OBSTACLE, obstacle) ||
	    (by && put_row(n->skb, n->preview->policy, by)))
		return -EMSGSIZE;
	genlmsg_end(n->skb, hdr);
	return 0;
}

int umbra_nl_candidate_preview_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct umbra_net *un = umbra_net(sock_net(cb->skb->sk));
	struct named *at = named_of(cb);
	struct naming n = { .preview = &at->preview, .skb = skb, .cb = cb };
	int err = named_begin(at, cb);

	if (err)
		return err;
	/* Generation and epoch only grow, so their sum changes with either. */
	cb->seq = READ_ONCE(un->generation) + 1;
	return umbra_dump_buckets(un, skb, cb, &at->place, name_session, &n);
}

/* The policy that was compiled for the dump goes with it. */
int umbra_nl_candidate_preview_done(struct netlink_callback *cb)
{
	umbra_preview_end(&named_of(cb)->preview, umbra_net(sock_net(cb->skb->sk)));
	return 0;
}
