/* SPDX-License-Identifier: GPL-2.0 */
/* Express: packets of known sessions, in front of the IP layer. */
#ifndef UMBRA_EXPRESS_H
#define UMBRA_EXPRESS_H

#include <linux/netdevice.h>

struct umbra_net;

void umbra_express_net_init(struct umbra_net *un);

/**
 * umbra_express_follow() - have hooks at the devices if, and only if, there are those of hooks.c
 * @un: namespace, whose umbra_net.hooked may just have changed
 *
 * A device whose hook finds no memory goes without, which is slower and no more.
 *
 * Context: process, umbra_net.lock not held; takes RTNL.
 */
void umbra_express_follow(struct umbra_net *un);

/* A device has come to the namespace, or leaves it. Context: RTNL held. */
void umbra_express_device_comes(struct umbra_net *un, struct net_device *dev);
void umbra_express_device_goes(struct umbra_net *un, const struct net_device *dev);

#endif
