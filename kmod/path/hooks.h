/* SPDX-License-Identifier: GPL-2.0 */
/* Hooks: where packets come in. */
#ifndef UMBRA_HOOKS_H
#define UMBRA_HOOKS_H

#include <linux/netfilter.h>

struct umbra_net;

/* Context: process, umbra_net.lock held. Return: 0 or -errno, nothing done. */
int umbra_hooks_register(struct umbra_net *un);
void umbra_hooks_unregister(struct umbra_net *un);

/* The hooks at PRE_ROUTING, for who looks whether others are there too. */
nf_hookfn umbra_arrives_v4, umbra_arrives_v6;

#endif
