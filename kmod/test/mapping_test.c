// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings, whose tables are those of the kernel. The port maps on which they build also build in
 * user space; selftests/nat tests these alone and for races.
 */
#include "world.h"

#include "nat/mapping.h"
#include "policy/policy.h"

static struct umbra_nat *nat_new(struct kunit *test, u16 first, u16 last)
{
	struct umbra_nat *nat = kunit_kzalloc(test, sizeof(*nat), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, nat);
	nat->row = kunit_kzalloc(test, sizeof(*nat->row), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, nat->row);
	nat->row->id = 5;
	nat->type = UMBRA_NAT_TYPE_MASQUERADE;
	nat->ports = (struct umbra_port_range){ .first = first, .last = last };
	return nat;
}

static const struct in6_addr outside = { .s6_addr = { 198, 51, 100, 1 } };

/* Get the mapping of the @n-th inside socket of VRF @in, to an address in VRF @out. */
static struct umbra_mapping *get_across(struct kunit *test, u32 n, const struct umbra_nat *nat,
					u16 in, u16 out)
{
	const struct umbra_port_choice choice = { .range = nat->ports };
	const struct umbra_key leaves = { .src = outside, .vrf = out };
	struct umbra_net *un = test->priv;
	struct umbra_mapping *map;
	struct umbra_key key;

	umbra_test_key(&key, n, IPPROTO_UDP);
	key.vrf = in;
	rcu_read_lock_bh();
	map = umbra_mapping_get(&un->mappings, &un->portmaps, &key, &leaves, nat, &choice);
	rcu_read_unlock_bh();
	return map;
}

static struct umbra_mapping *get(struct kunit *test, u32 n, const struct umbra_nat *nat)
{
	return get_across(test, n, nat, 0, 0);
}

static void put(struct kunit *test, struct umbra_mapping *map)
{
	struct umbra_net *un = test->priv;

	rcu_read_lock();
	umbra_mapping_put(&un->mappings, &un->portmaps, map);
	rcu_read_unlock();
}

/* The mapping that has this outside port. */
static struct umbra_mapping *find_in(struct kunit *test, __be16 port, u8 proto, u16 vrf)
{
	struct umbra_net *un = test->priv;
	struct umbra_key key = { .dst = outside, .dport = port, .proto = proto,
				 .family = AF_INET, .vrf = vrf };
	struct umbra_mapping *map;

	rcu_read_lock();
	map = umbra_mapping_find(&un->mappings, &key);
	rcu_read_unlock();
	return map;
}

static struct umbra_mapping *find(struct kunit *test, __be16 port, u8 proto)
{
	return find_in(test, port, proto, 0);
}

static void each_inside_socket_has_one_outside_port_and_is_found_by_it(struct kunit *test)
{
	const struct umbra_nat *nat = nat_new(test, 1024, 65535);
	struct umbra_mapping *map = get(test, 1, nat), *again = get(test, 1, nat);
	struct umbra_mapping *other = get(test, 2, nat);

	KUNIT_ASSERT_FALSE(test, IS_ERR(map) || IS_ERR(again) || IS_ERR(other));
	KUNIT_EXPECT_PTR_EQ(test, again, map);
	KUNIT_EXPECT_PTR_NE(test, other, map);
	KUNIT_EXPECT_TRUE(test, map->outside.port == map->inside.socket.port);
	KUNIT_EXPECT_EQ(test, map->nat, 5);
	KUNIT_EXPECT_TRUE(test, map->masquerade);
	KUNIT_EXPECT_PTR_EQ(test, find(test, map->outside.port, IPPROTO_UDP), map);
	KUNIT_EXPECT_PTR_EQ(test, find(test, other->outside.port, IPPROTO_UDP), other);
	KUNIT_EXPECT_NULL(test, find(test, map->outside.port, IPPROTO_TCP));
	put(test, map);
	put(test, again);
	put(test, other);
}

static void a_mapping_s_last_user_gives_its_port_back(struct kunit *test)
{
	const struct umbra_nat *nat = nat_new(test, 5500, 5500);
	struct umbra_mapping *map = get(test, 1, nat), *again = get(test, 1, nat), *other;
	struct umbra_net *un = test->priv;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map) || IS_ERR(again));
	KUNIT_EXPECT_EQ(test, PTR_ERR(get(test, 2, nat)), -ENOSPC);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->mappings.nr), 1);
	put(test, map);
	KUNIT_EXPECT_PTR_EQ(test, find(test, htons(5500), IPPROTO_UDP), again);
	KUNIT_EXPECT_EQ(test, PTR_ERR(get(test, 2, nat)), -ENOSPC);
	put(test, again);
	KUNIT_EXPECT_NULL(test, find(test, htons(5500), IPPROTO_UDP));
	KUNIT_EXPECT_EQ(test, atomic_read(&un->mappings.nr), 0);
	other = get(test, 2, nat);
	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	KUNIT_EXPECT_EQ(test, ntohs(other->outside.port), 5500);
	put(test, other);
}

static void a_session_that_came_in_by_a_mapping_keeps_it(struct kunit *test)
{
	const struct umbra_nat *nat = nat_new(test, 1024, 65535);
	struct umbra_mapping *map = get(test, 1, nat);
	__be16 port;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	port = map->outside.port;
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, umbra_mapping_hold(map));
	rcu_read_unlock();
	put(test, map);
	KUNIT_EXPECT_PTR_EQ(test, find(test, port, IPPROTO_UDP), map);
	put(test, map);
	KUNIT_EXPECT_NULL(test, find(test, port, IPPROTO_UDP));
}

static void a_mapping_without_users_cannot_be_held(struct kunit *test)
{
	struct umbra_mapping *map = get(test, 1, nat_new(test, 1024, 65535));
	bool held;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	rcu_read_lock();	/* like a packet that found the mapping just before */
	put(test, map);
	held = umbra_mapping_hold(map);
	rcu_read_unlock();
	KUNIT_EXPECT_FALSE(test, held);
}

static void each_vrf_that_packets_leave_by_has_its_own_outside_ports(struct kunit *test)
{
	const struct umbra_nat *nat = nat_new(test, 5500, 5500);
	struct umbra_mapping *out = get_across(test, 1, nat, 7, 0);
	struct umbra_mapping *within = get_across(test, 1, nat, 7, 7);
	struct umbra_mapping *other = get_across(test, 1, nat, 7, 9);

	KUNIT_ASSERT_FALSE(test, IS_ERR(out) || IS_ERR(within) || IS_ERR(other));
	KUNIT_EXPECT_PTR_EQ(test, find_in(test, htons(5500), IPPROTO_UDP, 0), out);
	KUNIT_EXPECT_PTR_EQ(test, find_in(test, htons(5500), IPPROTO_UDP, 7), within);
	KUNIT_EXPECT_PTR_EQ(test, find_in(test, htons(5500), IPPROTO_UDP, 9), other);
	KUNIT_EXPECT_EQ(test, PTR_ERR(get_across(test, 1, nat, 0, 7)), -ENOSPC);
	put(test, out);
	put(test, within);
	put(test, other);
}

static void thousands_of_mappings_each_have_a_port_and_give_it_back(struct kunit *test)
{
	const u32 nr = 3000;
	struct umbra_mapping **map = kunit_kcalloc(test, nr, sizeof(*map), GFP_KERNEL);
	const struct umbra_nat *nat = nat_new(test, 10001, 13000);
	struct umbra_net *un = test->priv;
	u32 i, wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, map);
	for (i = 0; i < nr; i++) {
		map[i] = get(test, i, nat);
		wrong += IS_ERR(map[i]);
	}
	KUNIT_ASSERT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(get(test, nr, nat)), -ENOSPC);
	for (i = 0; i < nr; i++)
		wrong += find(test, htons(10001 + i), IPPROTO_UDP) == NULL;
	for (i = 0; i < nr; i++)
		wrong += find(test, map[i]->outside.port, IPPROTO_UDP) != map[i];
	KUNIT_EXPECT_EQ(test, wrong, 0);
	for (i = 0; i < nr; i++)
		put(test, map[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&un->mappings.nr), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(each_inside_socket_has_one_outside_port_and_is_found_by_it),
	KUNIT_CASE(a_mapping_s_last_user_gives_its_port_back),
	KUNIT_CASE(a_session_that_came_in_by_a_mapping_keeps_it),
	KUNIT_CASE(a_mapping_without_users_cannot_be_held),
	KUNIT_CASE(each_vrf_that_packets_leave_by_has_its_own_outside_ports),
	KUNIT_CASE(thousands_of_mappings_each_have_a_port_and_give_it_back),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_mapping",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
