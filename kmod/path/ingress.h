/* SPDX-License-Identifier: GPL-2.0 */
/* Ingress: the hooks at devices. See ingress.c. */
#ifndef UMBRA_INGRESS_H
#define UMBRA_INGRESS_H

#include <linux/netdevice.h>

struct umbra_net;

void umbra_ingress_net_init(struct umbra_net *un);

/**
 * umbra_ingress_follow() - make the hooks at the devices match those of hooks.c
 * @un: namespace, whose umbra_net.hooked may have just changed
 *
 * If memory is short, a device gets no hook: its packets take the slower way through the IP layer.
 *
 * Context: process, umbra_net.lock not held; takes RTNL.
 */
void umbra_ingress_follow(struct umbra_net *un);

/* A device comes to the namespace, or leaves it. Context: RTNL held. */
void umbra_ingress_device_comes(struct umbra_net *un, struct net_device *dev);
void umbra_ingress_device_goes(struct umbra_net *un, const struct net_device *dev);

#endif
