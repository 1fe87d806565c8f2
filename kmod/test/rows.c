// SPDX-License-Identifier: GPL-2.0
#include "rows.h"

#include <net/netlink.h>
#include <net/sock.h>

#include "policy/judge.h"
#include "policy/policy.h"

static int put_ports(struct sk_buff *skb, int type, u16 first, u16 last)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u16(skb, UMBRA_A_RANGE_FIRST, first) ||
	    nla_put_u16(skb, UMBRA_A_RANGE_LAST, last))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_service(struct sk_buff *skb, const char *name, u16 port)
{
	if (nla_put_string(skb, UMBRA_A_SERVICE_NAME, name) ||
	    nla_put_u8(skb, UMBRA_A_SERVICE_TYPE, UMBRA_SERVICE_TYPE_DYNAMIC) ||
	    nla_put_u16(skb, UMBRA_A_SERVICE_PROTOCOL, IPPROTO_TCP))
		return -EMSGSIZE;
	return put_ports(skb, UMBRA_A_SERVICE_CLIENT_PORTS, 0, 65535) ?:
	       put_ports(skb, UMBRA_A_SERVICE_SERVER_PORTS, port, port);
}

static int put_rule(struct sk_buff *skb, const char *service, u16 action)
{
	if (nla_put_string(skb, UMBRA_A_RULE_CLIENT, "Any") ||
	    nla_put_string(skb, UMBRA_A_RULE_SERVER, "Any") ||
	    nla_put_string(skb, UMBRA_A_RULE_SERVICE, service) ||
	    nla_put_u8(skb, UMBRA_A_RULE_ACTION, action))
		return -EMSGSIZE;
	return 0;
}

static int put_timed_rule(struct sk_buff *skb, const char *service, u16 action)
{
	return put_rule(skb, service, action) ?:
	       nla_put_string(skb, UMBRA_A_RULE_TIME, "mornings");
}

static int put_time(struct sk_buff *skb, const char *name, u16 end)
{
	struct nlattr *nest;

	if (nla_put_string(skb, UMBRA_A_TIME_NAME, name))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, UMBRA_A_TIME_SPAN);
	if (!nest || nla_put_u8(skb, UMBRA_A_SPAN_DAYS, 127) ||
	    nla_put_u16(skb, UMBRA_A_SPAN_BEGIN, 0) || nla_put_u16(skb, UMBRA_A_SPAN_END, end))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* A row as fwtool would send it. @put writes its contents, from @name and @value. */
struct row {
	u8 table;
	u16 nest;
	int (*put)(struct sk_buff *skb, const char *name, u16 value);
};

static int add_row(struct umbra_net *un, struct umbra_candidate *c, const struct row *row,
		   const char *name, u16 value)
{
	struct sk_buff *skb = alloc_skb(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct nlattr *nest = skb ? nla_nest_start(skb, row->nest) : NULL;
	int err = nest ? row->put(skb, name, value) : -ENOMEM;

	if (!err) {
		nla_nest_end(skb, nest);
		err = umbra_candidate_add(un, c, row->table, U32_MAX, nest, NULL);
	}
	kfree_skb(skb);
	return err;
}

int umbra_test_add_service(struct umbra_net *un, struct umbra_candidate *c, const char *name,
			   u16 port)
{
	static const struct row row = { UMBRA_TABLE_SERVICE, UMBRA_A_ROW_SERVICE, put_service };

	return add_row(un, c, &row, name, port);
}

int umbra_test_add_rule(struct umbra_net *un, struct umbra_candidate *c, const char *service,
			u8 action)
{
	static const struct row row = { UMBRA_TABLE_RULE, UMBRA_A_ROW_RULE, put_rule };

	return add_row(un, c, &row, service, action);
}

int umbra_test_add_timed_rule(struct umbra_net *un, struct umbra_candidate *c,
			      const char *service, u8 action)
{
	static const struct row row = { UMBRA_TABLE_RULE, UMBRA_A_ROW_RULE, put_timed_rule };

	return add_row(un, c, &row, service, action);
}

int umbra_test_add_time(struct umbra_net *un, struct umbra_candidate *c, const char *name,
			u16 end)
{
	static const struct row row = { UMBRA_TABLE_TIME, UMBRA_A_ROW_TIME, put_time };

	return add_row(un, c, &row, name, end);
}

struct umbra_candidate *umbra_test_candidate(struct umbra_net *un, u32 portid)
{
	static const struct sock sk;

	if (umbra_candidate_open(un, &sk, portid, false))
		return NULL;
	return umbra_candidate_find(un, &sk);
}

struct umbra_policy *umbra_test_build(struct kunit *test, u16 also)
{
	static const struct umbra_commit plainly;
	struct umbra_net *un = test->priv;
	struct umbra_candidate *c = umbra_test_candidate(un, UMBRA_TEST_PORTID);
	struct umbra_policy *p = NULL;
	int err;

	err = c ? umbra_test_add_service(un, c, "icq", 5190) : -ENOMEM;
	err = err ?: umbra_test_add_rule(un, c, "icq", UMBRA_ACTION_ALLOW);
	if (also) {
		err = err ?: umbra_test_add_service(un, c, "other", also);
		err = err ?: umbra_test_add_rule(un, c, "other", UMBRA_ACTION_REJECT);
	}
	err = err ?: umbra_commit_build(un, c, &plainly, NULL, &p);
	KUNIT_EXPECT_EQ(test, err, 0);
	if (c)
		umbra_candidate_close(un, c);
	return p;
}

struct umbra_policy *umbra_test_commit(struct kunit *test, u16 also,
				       const struct umbra_commit *how, struct umbra_retired *r)
{
	struct umbra_net *un = test->priv;
	struct umbra_policy *p = umbra_test_build(test, also);
	int err;

	if (!p)
		return NULL;
	err = umbra_commit_publish(un, p, how, NULL, r);
	KUNIT_EXPECT_EQ(test, err, 0);
	if (!err)
		return p;
	umbra_policy_free(un, p);
	return NULL;
}

u8 umbra_test_says(const struct umbra_policy *p, u16 port)
{
	const struct umbra_verdict *v;
	struct umbra_key key;
	u8 action;

	umbra_test_key(&key, 1, IPPROTO_TCP);
	key.dport = htons(port);
	rcu_read_lock();
	v = umbra_judge_key(p, &key, 1, 1, UMBRA_CLS_OPEN);
	action = v ? v->action : 0;
	rcu_read_unlock();
	return action;
}
