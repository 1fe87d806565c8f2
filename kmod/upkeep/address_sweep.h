/* SPDX-License-Identifier: GPL-2.0 */
/* Sweep: ends the sessions whose outside address is gone. See address_sweep.c. */
#ifndef UMBRA_ADDRESS_SWEEP_H
#define UMBRA_ADDRESS_SWEEP_H

struct umbra_net;

/* Soon end the masqueraded sessions whose address is gone. Context: any. */
void umbra_address_sweep(struct umbra_net *un);

void umbra_address_sweep_net_init(struct umbra_net *un);

/* From here on umbra_address_sweep() has an effect. Context: process. */
void umbra_address_sweep_start(struct umbra_net *un);

/**
 * umbra_address_sweep_stop() - stop sweeping
 * @un: namespace, whose hooks are already gone
 *
 * When it returns no sweep runs, and none will begin. It waits for a grace period, after which no
 * packet is inside the hooks either.
 *
 * Context: process, may sleep.
 */
void umbra_address_sweep_stop(struct umbra_net *un);

/* Begin and end to be notified of addresses in all namespaces. Context: module init and exit. */
int umbra_address_sweep_init(void);
void umbra_address_sweep_exit(void);

#endif
