// SPDX-License-Identifier: GPL-2.0
/* Netlink: the running policy; candidates; commit, confirm, revert. */
#include "commit/candidate.h"
#include "commit/commit.h"
#include "netlink/request.h"
#include "policy/policy.h"

#include <linux/errno.h>
#include <linux/in.h>
#include <linux/timekeeping.h>

static u32 rows_of(const struct umbra_policy *p, u8 table)
{
	return p ? p->rows[table].nr : 0;
}

int umbra_put_policy(struct sk_buff *skb, struct umbra_net *un, const struct umbra_policy *p)
{
	u32 seconds = umbra_commit_seconds(un);

	lockdep_assert_held(&un->lock);
	if (nla_put_u32(skb, UMBRA_A_POLICY_GENERATION, un->generation) ||
	    (seconds && nla_put_u32(skb, UMBRA_A_POLICY_CONFIRM, seconds)) ||
	    nla_put_u32(skb, UMBRA_A_POLICY_NETWORKS, rows_of(p, UMBRA_TABLE_NETWORK)) ||
	    nla_put_u32(skb, UMBRA_A_POLICY_SERVICES, rows_of(p, UMBRA_TABLE_SERVICE)) ||
	    nla_put_u32(skb, UMBRA_A_POLICY_RULES, rows_of(p, UMBRA_TABLE_RULE)) ||
	    nla_put_u32(skb, UMBRA_A_POLICY_SETTINGS, rows_of(p, UMBRA_TABLE_SETTING)) ||
	    nla_put_u32(skb, UMBRA_A_POLICY_NATS, rows_of(p, UMBRA_TABLE_NAT)) ||
	    nla_put_u32(skb, UMBRA_A_POLICY_RELAYS, rows_of(p, UMBRA_TABLE_RELAY)) ||
	    nla_put_u32(skb, UMBRA_A_POLICY_TIMES, rows_of(p, UMBRA_TABLE_TIME)) ||
	    (un->zone.nr && nla_put_s32(skb, UMBRA_A_POLICY_UTC_OFFSET,
					umbra_zone_offset(&un->zone, ktime_get_real_seconds()))) ||
	    umbra_put_u64(skb, UMBRA_A_POLICY_BYTES, p ? p->bytes : 0) ||
	    umbra_put_u64(skb, UMBRA_A_POLICY_COMPILE_US, p ? p->compile_us : 0) ||
	    nla_put_u32(skb, UMBRA_A_POLICY_SESSIONS, atomic_read(&un->table.count)) ||
	    (p && nla_put_flag(skb, UMBRA_A_POLICY_RUNS)))
		return -EMSGSIZE;
	return seconds && un->typed_in.family ?
	       umbra_put_tuple(skb, UMBRA_A_POLICY_TYPED_IN, &un->typed_in) : 0;
}

int umbra_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct umbra_request r;
	struct sk_buff *reply;
	void *hdr;
	int err;

	reply = umbra_reply_new(info, NLMSG_DEFAULT_SIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	umbra_request_begin_any(&r, skb, info);
	err = umbra_put_policy(reply, r.un, umbra_running(r.un));
	umbra_request_end(&r);
	return umbra_reply_send(reply, hdr, info, err);
}

int umbra_nl_candidate_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool clone = info->attrs[UMBRA_A_POLICY_CLONE];
	struct umbra_request r;
	struct sk_buff *reply;
	void *hdr;
	int err;

	reply = umbra_reply_new(info, NLMSG_DEFAULT_SIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	umbra_request_begin_any(&r, skb, info);
	err = umbra_candidate_open(r.un, NETLINK_CB(skb).sk, info->snd_portid, clone);
	if (err == -EBUSY)
		NL_SET_ERR_MSG(info->extack,
			"too many candidates are open in this namespace: let others commit first");
	if (!err && nla_put_u32(reply, UMBRA_A_POLICY_GENERATION, r.un->generation))
		err = -EMSGSIZE;
	umbra_request_end(&r);
	return umbra_reply_send(reply, hdr, info, err);
}

int umbra_nl_candidate_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct umbra_request r;
	int err = umbra_request_begin(&r, skb, info);

	if (err)
		return err;
	umbra_candidate_close(r.un, r.candidate);
	umbra_request_end(&r);
	return 0;
}

int umbra_get_connection(const struct nlattr *nest, struct umbra_key *key, bool *has,
			 struct netlink_ext_ack *extack)
{
	int err;

	if (!nest)
		return 0;
	err = umbra_get_tuple(nest, key, extack);
	if (err)
		return err;
	if (key->proto != IPPROTO_TCP) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
			"the connection that this is typed in must be TCP");
		return -EINVAL;
	}
	*has = true;
	return 0;
}

static int read_commit(struct umbra_commit *how, struct genl_info *info)
{
	struct nlattr **a = info->attrs;
	int err;

	memset(how, 0, sizeof(*how));
	how->has_base = a[UMBRA_A_POLICY_BASE];
	if (how->has_base)
		how->base = nla_get_u32(a[UMBRA_A_POLICY_BASE]);
	if (a[UMBRA_A_POLICY_CONFIRM])
		how->confirm = nla_get_u32(a[UMBRA_A_POLICY_CONFIRM]);
	how->keep_sessions = a[UMBRA_A_POLICY_KEEP_SESSIONS];
	how->has_zone = a[UMBRA_A_POLICY_OFFSET];
	err = umbra_get_zone(info->nlhdr, UMBRA_A_POLICY_OFFSET, &how->zone, info->extack);
	err = err ?: umbra_get_connection(a[UMBRA_A_POLICY_GUARD], &how->guard, &how->has_guard,
					  info->extack);
	return err ?: umbra_get_connection(a[UMBRA_A_POLICY_TYPED_IN], &how->typed_in,
					   &how->has_typed_in, info->extack);
}

/* What runs has changed: it is too late to fail, and the reply has room. */
static void answer_settled(struct sk_buff *reply, struct umbra_net *un)
{
	int err = umbra_put_policy(reply, un, umbra_running(un));

	WARN_ON_ONCE(err);
}

static int commit(struct umbra_request *r, const struct umbra_commit *how, bool check,
		  struct sk_buff *reply, struct umbra_retired *retired)
{
	struct umbra_policy *p;
	int err = check ? 0 : umbra_commit_waits(r->un, how, &r->why);

	err = err ?: umbra_commit_build(r->un, r->candidate, how, &r->why, &p);
	if (err)
		return err;
	err = check ? 0 : umbra_commit_publish(r->un, p, how, &r->why, retired);
	if (err || check) {
		err = err ?: umbra_put_policy(reply, r->un, p);
		umbra_policy_free(r->un, p);
		return err;
	}
	umbra_candidate_close(r->un, r->candidate);
	answer_settled(reply, r->un);
	return 0;
}

int umbra_nl_commit_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct umbra_retired retired = {};
	struct umbra_commit how;
	struct umbra_request r;
	struct sk_buff *reply;
	void *hdr;
	int err;

	err = read_commit(&how, info);
	if (err)
		return err;
	reply = umbra_reply_new(info, NLMSG_DEFAULT_SIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	err = umbra_request_begin(&r, skb, info);
	if (!err) {
		err = commit(&r, &how, info->attrs[UMBRA_A_POLICY_CHECK], reply, &retired);
		umbra_request_end(&r);
		umbra_retire(r.un, &retired);
	}
	return umbra_reply_send(reply, hdr, info, err);
}

/* Is the policy that waits for confirmation the one that the administrator names? */
static int check_meant(const struct umbra_net *un, const struct genl_info *info)
{
	struct nlattr *generation = info->attrs[UMBRA_A_POLICY_GENERATION];

	if (!umbra_commit_seconds(un)) {
		NL_SET_ERR_MSG(info->extack, "no commit waits for its confirmation");
		return -ENOENT;
	}
	if (!generation) {
		NL_SET_ERR_MSG(info->extack,
			"which policy is meant? give the generation that the commit answered with");
		return -EINVAL;
	}
	if (!umbra_commit_has_rows_of(un, nla_get_u32(generation))) {
		NL_SET_ERR_MSG_ATTR(info->extack, generation,
			"another generation runs now: look at it first");
		return -ESTALE;
	}
	return 0;
}

/* The common part of confirm and revert. */
static int settle(const struct sk_buff *skb, struct genl_info *info,
		  int (*fn)(struct umbra_request *r, struct genl_info *info,
			    struct umbra_retired *retired))
{
	struct umbra_retired retired = {};
	struct umbra_request r;
	struct sk_buff *reply;
	void *hdr;
	int err;

	reply = umbra_reply_new(info, NLMSG_DEFAULT_SIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	umbra_request_begin_any(&r, skb, info);
	err = check_meant(r.un, info);
	err = err ?: fn(&r, info, &retired);
	if (!err)
		answer_settled(reply, r.un);
	umbra_request_end(&r);
	umbra_retire(r.un, &retired);
	return umbra_reply_send(reply, hdr, info, err);
}

static int confirm(struct umbra_request *r, struct genl_info *info, struct umbra_retired *retired)
{
	return umbra_commit_confirm(r->un, retired);
}

/* The previous policy may cut the connection, too. Then nothing could bring it back. */
static int revert(struct umbra_request *r, struct genl_info *info, struct umbra_retired *retired)
{
	struct nlattr *guard = info->attrs[UMBRA_A_POLICY_GUARD];
	struct umbra_key key;
	bool guarded = false;
	int err;

	err = umbra_get_connection(guard, &key, &guarded, info->extack);
	if (!err && guarded) {
		err = umbra_commit_revert_check(r->un, &key);
		if (err)
			NL_SET_ERR_MSG_ATTR(info->extack, guard,
				"the policy before would cut the connection that this was typed in");
	}
	return err ?: umbra_commit_revert(r->un, retired);
}

int umbra_nl_confirm_doit(struct sk_buff *skb, struct genl_info *info)
{
	return settle(skb, info, confirm);
}

int umbra_nl_revert_doit(struct sk_buff *skb, struct genl_info *info)
{
	return settle(skb, info, revert);
}
