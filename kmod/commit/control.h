/* SPDX-License-Identifier: GPL-2.0 */
/* Control: what the module and a namespace call to be configured at all. */
#ifndef UMBRA_CONTROL_H
#define UMBRA_CONTROL_H

struct umbra_net;

/* Open and close the netlink family. Every namespace is initialised meanwhile. */
int umbra_netlink_init(void);
void umbra_netlink_exit(void);

/**
 * umbra_control_net_init() - candidates, rows and the timer of a namespace
 * @un: namespace, zeroed, @un->net set
 *
 * Return: 0.
 */
int umbra_control_net_init(struct umbra_net *un);

/* No policy returns by itself any more. Context: process, umbra_net.lock not held. */
void umbra_control_net_stop(struct umbra_net *un);

/* Hooks are unregistered, sessions are gone. Frees policies and candidates. */
void umbra_control_net_exit(struct umbra_net *un);

#endif
