/* SPDX-License-Identifier: GPL-2.0 */
/* Hooks: where packets enter Umbra. */
#ifndef UMBRA_HOOKS_H
#define UMBRA_HOOKS_H

#include "egress/forward.h"

struct umbra_net;

/* Context: process, umbra_net.lock held. Return: 0, or -errno and nothing is registered. */
int umbra_hooks_register(struct umbra_net *un);
void umbra_hooks_unregister(struct umbra_net *un);

/* Our hooks, by which egress/forward.c sees whether other hooks are registered. */
extern const struct umbra_hookfns umbra_hookfns_v4, umbra_hookfns_v6;

#endif
