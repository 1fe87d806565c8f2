/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VRFs: the number that keys have for one.
 *
 * A key has 16 bits for the VRF (struct umbra_key fills its line), and the index of a device may
 * have 31. An index that is small is its own number. A VRF with a larger index gets
 * a number when its device comes, and no other VRF of the namespace has that number then.
 * Numbers are given out in turn, so that a session of a VRF that was deleted is not met by the
 * next one.
 *
 * A number is for keys only: who looks for a device, a route or a socket asks for the index.
 */
#ifndef UMBRA_VRF_H
#define UMBRA_VRF_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct net_device;
struct umbra_net;

#define UMBRA_VRF_FIRST		0x8000	/* of the numbers that are given out */
#define UMBRA_VRF_LAST		0xfffe
#define UMBRA_VRF_GONE		0xffff	/* of an index that has none, because its device is gone */

/**
 * struct umbra_vrfs - of a namespace
 * @number: by index, those that are given out; RCU, written under RTNL
 * @index: by number, the same
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
 * Return: 0; -ENOMEM; -EBUSY when all numbers are given out.
 */
int umbra_vrf_comes(struct umbra_vrfs *v, const struct net_device *dev);

/* A device goes: no packet is in it any more. Context: process, RTNL held. */
void umbra_vrf_goes(struct umbra_vrfs *v, const struct net_device *dev);

u16 __umbra_vrf_number(const struct umbra_vrfs *v, int index);

/**
 * umbra_vrf_number() - what keys have for a VRF
 * @v: VRFs of the namespace
 * @index: of its device, or 0 for no VRF
 *
 * Context: any, rcu_read_lock() held.
 */
static inline u16 umbra_vrf_number(const struct umbra_vrfs *v, int index)
{
	return likely(index < UMBRA_VRF_FIRST) ? index : __umbra_vrf_number(v, index);
}

#endif
