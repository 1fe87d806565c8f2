// SPDX-License-Identifier: GPL-2.0
/* Clients: what a rule allows each of them, and when a client is forgotten. */
#include "world.h"

#include <linux/hash.h>

#include "life/client.h"
#include "life/limit.h"
#include "policy/policy.h"
#include "life/pressure.h"

#define RULE		77
#define OTHER_RULE	78
#define RATE		5
#define MANY		20000

/* The @n-th client. */
static struct umbra_claimant client(u32 n)
{
	return (struct umbra_claimant) {
		.source = hash_32(n, 32),
		.net = { .word = { htonl(0x0a000000 | n) }, .family = AF_INET },
	};
}

static u8 asked(umbra_test_limit *what, struct kunit *test, const struct umbra_verdict *v, u32 n)
{
	struct umbra_claimant who = client(n);
	u8 why;

	local_bh_disable();
	rcu_read_lock();
	why = what(test->priv, v, &who);
	rcu_read_unlock();
	local_bh_enable();
	return why;
}

static u8 admit(struct kunit *test, const struct umbra_verdict *v, u32 n)
{
	return asked(umbra_limit_admit, test, v, n);
}

static u8 foresee(struct kunit *test, const struct umbra_verdict *v, u32 n)
{
	return asked(umbra_limit_foresee, test, v, n);
}

static u8 do_cancel(struct umbra_net *un, const struct umbra_verdict *v,
		    const struct umbra_claimant *who)
{
	umbra_limit_cancel(un, v, who);
	return 0;
}

static void cancel(struct kunit *test, const struct umbra_verdict *v, u32 n)
{
	asked(do_cancel, test, v, n);
}

static void release(struct kunit *test, u32 rule, u32 n)
{
	struct umbra_claimant who = client(n);

	rcu_read_lock();
	umbra_limit_release(test->priv, rule, &who);
	rcu_read_unlock();
}

static bool move(struct kunit *test, u32 from, const struct umbra_verdict *to, u32 n)
{
	struct umbra_claimant who = client(n);
	bool moved;

	local_bh_disable();
	rcu_read_lock();
	moved = umbra_limit_move(test->priv, from, to, &who);
	rcu_read_unlock();
	local_bh_enable();
	return moved;
}

/* How many of @tries are admitted, and why the last one is not, if so. */
static u32 admitted(struct kunit *test, const struct umbra_verdict *v, u32 n, u32 tries, u8 *why)
{
	u32 nr = 0;

	while (tries--) {
		*why = admit(test, v, n);
		nr += !*why;
	}
	return nr;
}

static void release_many(struct kunit *test, u32 rule, u32 n, u32 nr)
{
	while (nr--)
		release(test, rule, n);
}

static u32 clients(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	return atomic_read(&un->clients.nr);
}

static u32 live(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	return atomic_read(&un->table.count);
}

static void reap(struct kunit *test)
{
	struct umbra_net *un = test->priv;

	umbra_clients_reap(&un->clients);
}

static struct umbra_client *next_client(struct rhashtable_iter *iter)
{
	struct umbra_client *c;

	do {
		c = rhashtable_walk_next(iter);
	} while (IS_ERR(c));	/* a resize: some come again */
	return c;
}

/* Set the tokens of all clients to 0, and their last use to @ago jiffies ago. */
static void emptied(struct kunit *test, unsigned long ago)
{
	struct umbra_net *un = test->priv;
	struct rhashtable_iter iter;
	struct umbra_client *c;

	rhashtable_walk_enter(&un->clients.table, &iter);
	rhashtable_walk_start(&iter);
	while ((c = next_client(&iter))) {
		c->rate.tokens = 0;
		c->rate.filled = c->since = jiffies - ago;
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

static void each_client_may_have_exactly_as_many_sessions_as_the_rule_allows(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	u8 why;

	v->client_sessions = 3;
	KUNIT_EXPECT_EQ(test, admitted(test, v, 1, 7, &why), 3);
	KUNIT_EXPECT_EQ(test, why, UMBRA_REASON_CLIENT_SESSIONS);
	KUNIT_EXPECT_EQ(test, foresee(test, v, 1), UMBRA_REASON_CLIENT_SESSIONS);
	KUNIT_EXPECT_EQ(test, foresee(test, v, 2), 0);
	KUNIT_EXPECT_EQ(test, admitted(test, v, 2, 7, &why), 3);
	KUNIT_EXPECT_EQ(test, live(test), 6);
	release(test, RULE, 1);
	KUNIT_EXPECT_EQ(test, foresee(test, v, 1), 0);
	KUNIT_EXPECT_EQ(test, admitted(test, v, 1, 7, &why), 1);
	release_many(test, RULE, 1, 3);
	release_many(test, RULE, 2, 3);
	KUNIT_EXPECT_EQ(test, live(test), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&v->row->sessions), 0);
}

static void each_rule_limits_a_client_separately(struct kunit *test)
{
	struct umbra_verdict *one = umbra_test_verdict(test, RULE);
	struct umbra_verdict *two = umbra_test_verdict(test, OTHER_RULE);

	one->client_sessions = two->client_sessions = 1;
	KUNIT_EXPECT_EQ(test, admit(test, one, 1), 0);
	KUNIT_EXPECT_EQ(test, admit(test, two, 1), 0);
	KUNIT_EXPECT_EQ(test, admit(test, two, 1), UMBRA_REASON_CLIENT_SESSIONS);
	release(test, RULE, 1);
	KUNIT_EXPECT_EQ(test, admit(test, two, 1), UMBRA_REASON_CLIENT_SESSIONS);
	release(test, OTHER_RULE, 1);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
}

static void a_rule_without_limits_for_clients_keeps_no_clients(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);

	v->sessions = v->rate = 100;
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	KUNIT_EXPECT_EQ(test, admit(test, NULL, 1), 0);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
	release(test, RULE, 1);
	release(test, 0, 1);
}

static void a_client_without_a_rate_is_forgotten_with_its_last_session(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);

	v->client_sessions = 2;
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	release(test, RULE, 1);
	KUNIT_EXPECT_EQ(test, clients(test), 1);
	release(test, RULE, 1);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
}

/* How many a client's rate admits after @ago. Releases those sessions again. */
static void brings(struct kunit *test, struct umbra_verdict *v, unsigned long ago, u32 want)
{
	unsigned long begin = jiffies;
	u32 nr, more;
	u8 why;

	emptied(test, ago);
	nr = admitted(test, v, 1, 3 * RATE, &why);
	/* The client's rate also adds tokens while the sessions are admitted. */
	more = (jiffies - begin + 1) * RATE / HZ;
	release_many(test, RULE, 1, nr);
	KUNIT_EXPECT_GE(test, nr, want);
	KUNIT_EXPECT_LE(test, nr, want + more);
	KUNIT_EXPECT_EQ(test, why, UMBRA_REASON_CLIENT_RATE);
}

static void a_client_s_rate_accumulates_tokens_for_one_second_at_most(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	u8 why;

	v->client_rate = RATE;
	KUNIT_EXPECT_GE(test, admitted(test, v, 1, 3 * RATE, &why), RATE);
	release_many(test, RULE, 1, atomic_read(&v->row->sessions));
	brings(test, v, HZ * 61 / 100, 3);
	brings(test, v, HZ, RATE);
	brings(test, v, 3600 * HZ, RATE);
	KUNIT_EXPECT_EQ(test, foresee(test, v, 2), 0);
	KUNIT_EXPECT_EQ(test, live(test), 0);
}

static void a_client_with_a_rate_is_remembered_until_all_its_tokens_are_back(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);

	v->client_rate = 1;
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	emptied(test, 0);
	release(test, RULE, 1);
	reap(test);
	KUNIT_EXPECT_EQ(test, clients(test), 1);
	KUNIT_EXPECT_EQ(test, foresee(test, v, 1), UMBRA_REASON_CLIENT_RATE);
	emptied(test, HZ);
	reap(test);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
	KUNIT_EXPECT_EQ(test, foresee(test, v, 1), 0);
}

static void a_client_whose_tokens_are_back_is_forgotten_with_its_last_session(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);

	v->client_rate = 1;
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	emptied(test, HZ);
	release(test, RULE, 1);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
}

static void a_client_that_has_a_session_again_is_not_forgotten(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);

	v->client_rate = 1;
	v->client_sessions = 1;
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	emptied(test, 0);
	release(test, RULE, 1);
	emptied(test, HZ);
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	emptied(test, HZ);
	reap(test);
	KUNIT_EXPECT_EQ(test, clients(test), 1);
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), UMBRA_REASON_CLIENT_SESSIONS);
	/* The client waits again, for a second from now on. */
	emptied(test, 0);
	release(test, RULE, 1);
	reap(test);
	KUNIT_EXPECT_EQ(test, clients(test), 1);
	emptied(test, HZ);
	reap(test);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
}

static void the_maximum_of_clients_is_twice_the_maximum_of_sessions(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	struct umbra_net *un = test->priv;
	u32 n;

	un->sessions_max = 50;
	v->client_rate = 1;
	for (n = 0; n < 100; n++) {
		KUNIT_ASSERT_EQ(test, admit(test, v, n), 0);
		emptied(test, 0);
		release(test, RULE, n);
	}
	KUNIT_EXPECT_EQ(test, clients(test), 100);
	KUNIT_EXPECT_EQ(test, admit(test, v, 100), UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, foresee(test, v, 100), UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, clients(test), 100);
	KUNIT_EXPECT_EQ(test, live(test), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&v->row->sessions), 0);
	emptied(test, HZ);
	/* A client that is known already has its place. */
	KUNIT_EXPECT_EQ(test, admit(test, v, 7), 0);
	reap(test);
	KUNIT_EXPECT_EQ(test, clients(test), 1);
	KUNIT_EXPECT_EQ(test, admit(test, v, 100), 0);
	release(test, RULE, 7);
	release(test, RULE, 100);
}

static void a_session_over_a_client_s_limit_takes_no_place_or_token_of_the_rule(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	u32 n, others = 0;
	u8 why;

	v->client_sessions = 1;
	v->sessions = v->rate = RATE;
	umbra_rate_init(&v->row->rate, RATE);
	KUNIT_EXPECT_EQ(test, admitted(test, v, 1, 10 * RATE, &why), 1);
	KUNIT_EXPECT_EQ(test, why, UMBRA_REASON_CLIENT_SESSIONS);
	for (n = 2; n <= RATE; n++)
		others += !admit(test, v, n);
	KUNIT_EXPECT_EQ(test, others, RATE - 1);
	KUNIT_EXPECT_EQ(test, live(test), RATE);
	for (n = 1; n <= RATE; n++)
		release(test, RULE, n);
	KUNIT_EXPECT_EQ(test, atomic_read(&v->row->sessions), 0);
}

static void a_session_over_the_rule_s_own_limit_creates_no_client(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);

	v->client_sessions = 5;
	v->sessions = 1;
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	KUNIT_EXPECT_EQ(test, admit(test, v, 2), UMBRA_REASON_RULE_SESSIONS);
	KUNIT_EXPECT_EQ(test, clients(test), 1);
	release(test, RULE, 1);
}

static void a_session_that_a_full_namespace_refuses_leaves_no_client(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	struct umbra_net *un = test->priv;

	un->sessions_max = 1;
	v->client_sessions = v->client_rate = 1;
	KUNIT_EXPECT_EQ(test, admit(test, NULL, 1), 0);
	KUNIT_EXPECT_EQ(test, admit(test, v, 2), UMBRA_REASON_SESSIONS_FULL);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
	release(test, 0, 1);
	KUNIT_EXPECT_EQ(test, admit(test, v, 2), 0);
	release(test, RULE, 2);
}

static void a_session_that_is_cancelled_does_not_count_towards_any_rate(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	u32 i;

	v->client_rate = v->rate = 1;
	umbra_rate_init(&v->row->rate, 1);
	for (i = 0; i < 10; i++) {
		KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
		cancel(test, v, 1);
		KUNIT_EXPECT_EQ(test, clients(test), 0);
	}
	KUNIT_EXPECT_EQ(test, live(test), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&v->row->sessions), 0);
}

static void checking_the_limits_in_advance_takes_no_token_and_adds_no_client(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	u32 i;

	v->client_rate = 1;
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, foresee(test, v, 1), 0);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	emptied(test, HZ);
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, foresee(test, v, 1), 0);
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	emptied(test, 0);
	KUNIT_EXPECT_EQ(test, foresee(test, v, 1), UMBRA_REASON_CLIENT_RATE);
	release_many(test, RULE, 1, 2);
}

static void a_session_that_moves_to_another_rule_is_counted_there(struct kunit *test)
{
	struct umbra_verdict *from = umbra_test_verdict(test, RULE);
	struct umbra_verdict *to = umbra_test_verdict(test, OTHER_RULE);

	from->client_sessions = to->client_sessions = 1;
	to->client_rate = 1;
	KUNIT_EXPECT_EQ(test, admit(test, from, 1), 0);
	KUNIT_EXPECT_EQ(test, admit(test, to, 1), 0);
	/* It is counted already, so no limit refuses it, and the rate does not count it as new. */
	emptied(test, HZ);
	KUNIT_EXPECT_TRUE(test, move(test, RULE, to, 1));
	KUNIT_EXPECT_EQ(test, clients(test), 1);
	release(test, OTHER_RULE, 1);
	KUNIT_EXPECT_EQ(test, admit(test, to, 1), UMBRA_REASON_CLIENT_SESSIONS);
	KUNIT_EXPECT_EQ(test, admit(test, from, 1), 0);
	release(test, RULE, 1);
	release(test, OTHER_RULE, 1);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
}

static void a_session_counts_for_its_client_while_its_rule_limits_clients(struct kunit *test)
{
	struct umbra_verdict *limited = umbra_test_verdict(test, RULE);
	struct umbra_verdict *open = umbra_test_verdict(test, OTHER_RULE);

	limited->client_sessions = limited->client_rate = 1;
	KUNIT_EXPECT_EQ(test, admit(test, open, 1), 0);
	KUNIT_EXPECT_TRUE(test, move(test, OTHER_RULE, limited, 1));
	KUNIT_EXPECT_EQ(test, admit(test, limited, 1), UMBRA_REASON_CLIENT_SESSIONS);
	KUNIT_EXPECT_TRUE(test, move(test, RULE, open, 1));
	KUNIT_EXPECT_EQ(test, clients(test), 0);
	KUNIT_EXPECT_EQ(test, admit(test, limited, 1), 0);
	release(test, RULE, 1);
	release(test, OTHER_RULE, 1);
	KUNIT_EXPECT_EQ(test, live(test), 0);
}

static void a_session_gives_its_place_back_even_if_its_rule_is_gone(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	struct umbra_net *un = test->priv;

	v->client_sessions = 1;
	KUNIT_EXPECT_EQ(test, admit(test, v, 1), 0);
	xa_erase(&un->rows, RULE);
	release(test, RULE, 1);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
	KUNIT_EXPECT_EQ(test, live(test), 0);
}

/* The @n-th host of the @net-th IPv6 network. */
static struct umbra_client_net host6(u32 net, u32 n)
{
	struct umbra_key key = { .family = AF_INET6 };

	key.src.s6_addr32[0] = htonl(0x20010db8);
	key.src.s6_addr32[1] = htonl(net);
	key.src.s6_addr32[3] = htonl(n);
	key.dst.s6_addr32[0] = htonl(0x20010db9);
	return umbra_client_net(&key, false);
}

static u8 take(struct kunit *test, const struct umbra_verdict *v, struct umbra_client_net net)
{
	struct umbra_net *un = test->priv;
	u8 why;

	local_bh_disable();
	rcu_read_lock();
	why = umbra_client_take(&un->clients, v, &net, 100);
	rcu_read_unlock();
	local_bh_enable();
	return why;
}

static void give(struct kunit *test, u32 rule, struct umbra_client_net net)
{
	struct umbra_net *un = test->priv;

	rcu_read_lock();
	umbra_client_give(&un->clients, rule, &net, false);
	rcu_read_unlock();
}

static void hosts_of_one_ipv6_network_are_one_client(struct kunit *test)
{
	struct umbra_client_net ipv4 = { .word = { htonl(0x20010db8) }, .family = AF_INET };
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);

	v->client_sessions = 1;
	KUNIT_EXPECT_EQ(test, take(test, v, host6(0, 1)), 0);
	KUNIT_EXPECT_EQ(test, take(test, v, host6(0, 2)), UMBRA_REASON_CLIENT_SESSIONS);
	KUNIT_EXPECT_EQ(test, take(test, v, host6(1, 1)), 0);
	/* The same bits as an address of the other family. */
	KUNIT_EXPECT_EQ(test, take(test, v, ipv4), 0);
	give(test, RULE, host6(0, 3));
	give(test, RULE, host6(1, 3));
	give(test, RULE, ipv4);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
}

static void the_client_of_a_server_s_packet_is_its_destination(struct kunit *test)
{
	struct umbra_client_net forth, back;
	struct umbra_key key, reply;

	umbra_test_key(&key, 1, IPPROTO_TCP);
	umbra_test_reply(&key, &reply);
	forth = umbra_client_net(&key, false);
	back = umbra_client_net(&reply, true);
	KUNIT_EXPECT_EQ(test, memcmp(&forth, &back, sizeof(forth)), 0);
}

static void each_of_20000_clients_is_counted_and_forgotten_at_the_end(struct kunit *test)
{
	struct umbra_verdict *v = umbra_test_verdict(test, RULE);
	u32 n, wrong = 0;

	v->client_sessions = v->client_rate = 1;
	for (n = 0; n < MANY; n++) {
		wrong += admit(test, v, n) != 0;
		cond_resched();
	}
	for (n = 0; n < MANY; n++)
		wrong += admit(test, v, n) != UMBRA_REASON_CLIENT_SESSIONS;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, clients(test), MANY);
	emptied(test, 0);
	for (n = 0; n < MANY; n++)
		release(test, RULE, n);
	emptied(test, HZ);
	reap(test);
	KUNIT_EXPECT_EQ(test, clients(test), 0);
	KUNIT_EXPECT_EQ(test, live(test), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(each_client_may_have_exactly_as_many_sessions_as_the_rule_allows),
	KUNIT_CASE(each_rule_limits_a_client_separately),
	KUNIT_CASE(a_rule_without_limits_for_clients_keeps_no_clients),
	KUNIT_CASE(a_client_without_a_rate_is_forgotten_with_its_last_session),
	KUNIT_CASE(a_client_s_rate_accumulates_tokens_for_one_second_at_most),
	KUNIT_CASE(a_client_with_a_rate_is_remembered_until_all_its_tokens_are_back),
	KUNIT_CASE(a_client_whose_tokens_are_back_is_forgotten_with_its_last_session),
	KUNIT_CASE(a_client_that_has_a_session_again_is_not_forgotten),
	KUNIT_CASE(the_maximum_of_clients_is_twice_the_maximum_of_sessions),
	KUNIT_CASE(a_session_over_a_client_s_limit_takes_no_place_or_token_of_the_rule),
	KUNIT_CASE(a_session_over_the_rule_s_own_limit_creates_no_client),
	KUNIT_CASE(a_session_that_a_full_namespace_refuses_leaves_no_client),
	KUNIT_CASE(a_session_that_is_cancelled_does_not_count_towards_any_rate),
	KUNIT_CASE(checking_the_limits_in_advance_takes_no_token_and_adds_no_client),
	KUNIT_CASE(a_session_that_moves_to_another_rule_is_counted_there),
	KUNIT_CASE(a_session_counts_for_its_client_while_its_rule_limits_clients),
	KUNIT_CASE(a_session_gives_its_place_back_even_if_its_rule_is_gone),
	KUNIT_CASE(hosts_of_one_ipv6_network_are_one_client),
	KUNIT_CASE(the_client_of_a_server_s_packet_is_its_destination),
	KUNIT_CASE(each_of_20000_clients_is_counted_and_forgotten_at_the_end),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_client",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
