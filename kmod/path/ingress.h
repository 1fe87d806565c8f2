/* SPDX-License-Identifier: GPL-2.0 */
/* Ingress: the hooks at devices. See ingress.c. */
#ifndef UMBRA_INGRESS_H
#define UMBRA_INGRESS_H

#include <linux/netdevice.h>

struct umbra_net;

void umbra_ingress_net_init(struct umbra_net *un);

/**
 * umbra_ingress_follow() - have hooks at the devices if, and only if, there are those of hooks.c
 * @un: namespace, whose umbra_net.hooked may just have changed
 *
 * A device whose hook finds no memory goes without, which is slower and no more.
 *
 * Context: process, umbra_net.lock not held; takes RTNL.
 */
void umbra_ingress_follow(struct umbra_net *un);

/* A device has come to the namespace, or leaves it. Context: RTNL held. */
void umbra_ingress_device_comes(struct umbra_net *un, struct net_device *dev);
void umbra_ingress_device_goes(struct umbra_net *un, const struct net_device *dev);

#endif
