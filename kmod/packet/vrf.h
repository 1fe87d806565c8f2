/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VRFs: the number of a VRF in keys.
 *
 * A key has 16 bits for the VRF (struct umbra_key fills its line), but a device index may have 31.
 * A small index is its own number. A VRF with a larger index gets a number when its device is
 * registered, unique in the namespace. Numbers are allocated cyclically, so that the next VRF does
 * not find the sessions of a VRF that was deleted.
 *
 * A number is used in keys only. Look-ups of devices, routes and sockets use the index.
 */
#ifndef UMBRA_VRF_H
#define UMBRA_VRF_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "under_rcu.h"

struct net_device;
struct umbra_net;

#define UMBRA_VRF_FIRST		0x8000	/* range of the numbers that are allocated */
#define UMBRA_VRF_LAST		0xfffe
#define UMBRA_VRF_GONE		0xffff	/* for an index without a number: its device is gone */

/**
 * struct umbra_vrfs - the VRFs of a namespace
 * @number: index -> allocated number; RCU, written under RTNL
 * @index: allocated number -> index
 * @next: where the search for a free number begins
 */
struct umbra_vrfs {
	struct xarray number;
	struct xarray index;
	u32 next;
};

void umbra_vrfs_init(struct umbra_vrfs *v);
void umbra_vrfs_exit(struct umbra_vrfs *v);

/**
 * umbra_vrf_comes() - a device was registered
 * @v: VRFs of its namespace
 * @dev: device, a VRF or not
 *
 * Context: process, RTNL held.
 * Return: 0; -ENOMEM; -EBUSY if no number is free.
 */
int umbra_vrf_comes(struct umbra_vrfs *v, const struct net_device *dev);

/* A device is unregistered: no packet is in it any more. Context: process, RTNL held. */
void umbra_vrf_goes(struct umbra_vrfs *v, const struct net_device *dev);

u16 __umbra_vrf_number(struct umbra_vrfs *v, int index);

/**
 * umbra_vrf_number() - get the number of a VRF in keys
 * @v: VRFs of the namespace
 * @index: of its device, or 0 for no VRF
 *
 * Context: any, rcu_read_lock() held.
 */
static inline u16 umbra_vrf_number(struct umbra_vrfs *v, int index)
{
	umbra_assert_rcu();
	return likely(index < UMBRA_VRF_FIRST) ? index : __umbra_vrf_number(v, index);
}

#endif
