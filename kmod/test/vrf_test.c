// SPDX-License-Identifier: GPL-2.0
/* VRFs: which number keys have for a device, including devices with large indices. */
#include "world.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "packet/vrf.h"

static struct net_device *device(struct kunit *test, int index, unsigned int flags)
{
	struct net_device *dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	dev->ifindex = index;
	dev->priv_flags = flags;
	return dev;
}

static int comes(struct umbra_vrfs *v, const struct net_device *dev)
{
	int err;

	rtnl_lock();
	err = umbra_vrf_comes(v, dev);
	rtnl_unlock();
	return err;
}

static void goes(struct umbra_vrfs *v, const struct net_device *dev)
{
	rtnl_lock();
	umbra_vrf_goes(v, dev);
	rtnl_unlock();
}

static u16 number(struct umbra_vrfs *v, int index)
{
	u16 nr;

	rcu_read_lock();
	nr = umbra_vrf_number(v, index);
	rcu_read_unlock();
	return nr;
}

static void an_interface_index_below_32768_is_its_own_VRF_number(struct kunit *test)
{
	struct umbra_vrfs v;

	umbra_vrfs_init(&v);
	KUNIT_EXPECT_EQ(test, number(&v, 0), 0);
	KUNIT_EXPECT_EQ(test, number(&v, 1), 1);
	KUNIT_EXPECT_EQ(test, comes(&v, device(test, 0x7fff, IFF_L3MDEV_MASTER)), 0);
	KUNIT_EXPECT_EQ(test, number(&v, 0x7fff), 0x7fff);
	KUNIT_EXPECT_TRUE(test, xa_empty(&v.number));
	umbra_vrfs_exit(&v);
}

static void no_two_VRFs_have_the_same_number(struct kunit *test)
{
	static const int index[] = { 5, 0x7fff, 0x8000, 0xffff, 0x10000, 0x10005, 0x20005,
				     0x7fffffff };
	struct umbra_vrfs v;
	u32 i, j, same = 0;

	umbra_vrfs_init(&v);
	for (i = 0; i < ARRAY_SIZE(index); i++)
		KUNIT_EXPECT_EQ(test, comes(&v, device(test, index[i], IFF_L3MDEV_MASTER)), 0);
	for (i = 0; i < ARRAY_SIZE(index); i++)
		for (j = 0; j < i; j++)
			same += number(&v, index[i]) == number(&v, index[j]);
	KUNIT_EXPECT_EQ(test, same, 0);
	umbra_vrfs_exit(&v);
}

static void only_a_VRF_device_gets_a_VRF_number(struct kunit *test)
{
	struct umbra_vrfs v;

	umbra_vrfs_init(&v);
	KUNIT_EXPECT_EQ(test, comes(&v, device(test, 70000, IFF_L3MDEV_SLAVE)), 0);
	KUNIT_EXPECT_EQ(test, number(&v, 70000), UMBRA_VRF_GONE);
	goes(&v, device(test, 70000, IFF_L3MDEV_SLAVE));
	umbra_vrfs_exit(&v);
}

static void a_VRF_keeps_its_number_and_the_next_VRF_gets_another(struct kunit *test)
{
	struct net_device *dev = device(test, 70000, IFF_L3MDEV_MASTER);
	struct umbra_vrfs v;
	u16 first;

	umbra_vrfs_init(&v);
	KUNIT_EXPECT_EQ(test, comes(&v, dev), 0);
	first = number(&v, 70000);
	KUNIT_EXPECT_EQ(test, comes(&v, dev), 0);
	KUNIT_EXPECT_EQ(test, number(&v, 70000), first);
	goes(&v, dev);
	KUNIT_EXPECT_EQ(test, number(&v, 70000), UMBRA_VRF_GONE);
	KUNIT_EXPECT_EQ(test, comes(&v, device(test, 70001, IFF_L3MDEV_MASTER)), 0);
	KUNIT_EXPECT_NE(test, number(&v, 70001), first);
	umbra_vrfs_exit(&v);
}

static void only_32767_VRFs_with_larger_indices_than_32767_get_a_number(struct kunit *test)
{
	struct net_device *dev = device(test, 70000, IFF_L3MDEV_MASTER);
	const int nr = UMBRA_VRF_LAST - UMBRA_VRF_FIRST + 1;
	struct umbra_vrfs v;
	u32 refused = 0;

	umbra_vrfs_init(&v);
	for (; dev->ifindex < 70000 + nr; dev->ifindex++)
		refused += comes(&v, dev) != 0;
	KUNIT_EXPECT_EQ(test, refused, 0);
	KUNIT_EXPECT_EQ(test, comes(&v, dev), -EBUSY);
	KUNIT_EXPECT_EQ(test, number(&v, dev->ifindex), UMBRA_VRF_GONE);
	goes(&v, device(test, 70007, IFF_L3MDEV_MASTER));
	KUNIT_EXPECT_EQ(test, comes(&v, dev), 0);
	KUNIT_EXPECT_EQ(test, number(&v, dev->ifindex), UMBRA_VRF_FIRST + 7);
	umbra_vrfs_exit(&v);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_interface_index_below_32768_is_its_own_VRF_number),
	KUNIT_CASE(no_two_VRFs_have_the_same_number),
	KUNIT_CASE(only_a_VRF_device_gets_a_VRF_number),
	KUNIT_CASE(a_VRF_keeps_its_number_and_the_next_VRF_gets_another),
	KUNIT_CASE(only_32767_VRFs_with_larger_indices_than_32767_get_a_number),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_vrf",
	.test_cases = cases,
};
kunit_test_suites(&suite);
