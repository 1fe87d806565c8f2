// SPDX-License-Identifier: GPL-2.0
#include "packet/vrf.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/l3mdev.h>

void umbra_vrfs_init(struct umbra_vrfs *v)
{
	xa_init(&v->number);
	xa_init_flags(&v->index, XA_FLAGS_ALLOC);
	v->next = UMBRA_VRF_FIRST;
}

void umbra_vrfs_exit(struct umbra_vrfs *v)
{
	xa_destroy(&v->number);
	xa_destroy(&v->index);
}

static bool wants_number(const struct net_device *dev)
{
	return netif_is_l3_master(dev) && dev->ifindex >= UMBRA_VRF_FIRST;
}

static int give_out(struct umbra_vrfs *v, int index)
{
	u32 number;
	int err;

	err = xa_alloc_cyclic(&v->index, &number, xa_mk_value(index),
			      XA_LIMIT(UMBRA_VRF_FIRST, UMBRA_VRF_LAST), &v->next, GFP_KERNEL);
	if (err < 0)
		return err;
	err = xa_err(xa_store(&v->number, index, xa_mk_value(number), GFP_KERNEL));
	if (err)
		xa_erase(&v->index, number);
	return err;
}

int umbra_vrf_comes(struct umbra_vrfs *v, const struct net_device *dev)
{
	ASSERT_RTNL();
	if (!wants_number(dev) || xa_load(&v->number, dev->ifindex))
		return 0;
	return give_out(v, dev->ifindex);
}

void umbra_vrf_goes(struct umbra_vrfs *v, const struct net_device *dev)
{
	void *number;

	ASSERT_RTNL();
	if (!wants_number(dev))
		return;
	number = xa_erase(&v->number, dev->ifindex);
	if (number)
		xa_erase(&v->index, xa_to_value(number));
}

u16 __umbra_vrf_number(struct umbra_vrfs *v, int index)
{
	const void *number = xa_load(&v->number, index);

	return number ? xa_to_value(number) : UMBRA_VRF_GONE;
}
