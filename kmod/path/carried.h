/* SPDX-License-Identifier: GPL-2.0 */
/* Carried: packets that something beside us carries on. See carried.c. */
#ifndef UMBRA_CARRIED_H
#define UMBRA_CARRIED_H

#include <linux/netfilter.h>
#include <linux/types.h>

struct umbra_passage;

/**
 * umbra_carried_out() - does, or will, LOCAL_OUT send it on behalf of somebody else?
 * @w: passage
 *
 * Context: rcu_read_lock() held.
 * Return: at LOCAL_OUT, whether its source is not the firewall's and no program sent it; else
 *	whether its route leads out by a VRF's device, which sends it by LOCAL_OUT.
 */
bool umbra_carried_out(const struct umbra_passage *w);

/**
 * umbra_carried_off() - does its route lead to an SRv6 endpoint, which makes another packet of it?
 * @w: passage
 *
 * Context: rcu_read_lock() held.
 * Return: whether it does; at LOCAL_OUT it does not.
 */
bool umbra_carried_off(const struct umbra_passage *w);

/**
 * umbra_carried_in() - is it for a guest that gets it behind PRE_ROUTING?
 * @w: passage; its packet came by a device with a handler of layer 3, and has no route
 *
 * Context: rcu_read_lock() held.
 * Return: whether it is; at LOCAL_OUT it is not.
 */
bool umbra_carried_in(const struct umbra_passage *w);

/*
 * The last hooks at PRE_ROUTING: whose socket was found too late, and who goes into SRv6 (gate.c).
 */
nf_hookfn umbra_carried_v4, umbra_carried_v6;

#endif
