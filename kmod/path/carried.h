/* SPDX-License-Identifier: GPL-2.0 */
/* Carried: packets that another subsystem carries on. See carried.c. */
#ifndef UMBRA_CARRIED_H
#define UMBRA_CARRIED_H

#include <linux/netfilter.h>
#include <linux/types.h>

struct umbra_passage;

/**
 * umbra_carried_out() - is it sent, or will it be sent, through LOCAL_OUT for another subsystem?
 * @w: passage
 *
 * Context: rcu_read_lock() held.
 * Return: at LOCAL_OUT, true if its source is not an address of the firewall and no program of
 *	the firewall sent it; else true if its route leads to a VRF device, which sends through
 *	LOCAL_OUT.
 */
bool umbra_carried_out(const struct umbra_passage *w);

/**
 * umbra_carried_off() - does its route lead to an SRv6 endpoint, which makes a new packet of it?
 * @w: passage
 *
 * Context: rcu_read_lock() held.
 * Return: true if it does; always false at LOCAL_OUT.
 */
bool umbra_carried_off(const struct umbra_passage *w);

/**
 * umbra_carried_in() - is it for a guest that receives it after PRE_ROUTING?
 * @w: passage; its packet arrived at a device with a layer-3 handler and has no route
 *
 * Context: rcu_read_lock() held.
 * Return: true if it is; always false at LOCAL_OUT.
 */
bool umbra_carried_in(const struct umbra_passage *w);

/*
 * The last hooks at PRE_ROUTING: refuse packets that got a proxy's socket too late, and send
 * packets into SRv6 (gate.c).
 */
nf_hookfn umbra_carried_v4, umbra_carried_v6;

#endif
