/* SPDX-License-Identifier: GPL-2.0 */
/* Flowtables: those of nftables give up their flows. See flowtable.c. */
#ifndef UMBRA_FLOWTABLE_H
#define UMBRA_FLOWTABLE_H

struct umbra_net;

/**
 * umbra_flowtables_give_up() - whatever a flowtable forwards comes to our hooks from now on
 * @un: namespace, which has a policy
 *
 * Flows that the hardware has are taken back from it, too. Connections go on if the
 * policy lets them.
 *
 * Context: process, umbra_net.lock not held; takes RTNL, waits for a grace period when there
 * may be such flows.
 */
void umbra_flowtables_give_up(struct umbra_net *un);

#endif
