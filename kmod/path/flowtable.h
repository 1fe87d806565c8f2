/* SPDX-License-Identifier: GPL-2.0 */
/* Flowtables: remove the flows from those of nftables. See flowtable.c. */
#ifndef UMBRA_FLOWTABLE_H
#define UMBRA_FLOWTABLE_H

struct umbra_net;

/**
 * umbra_flowtables_give_up() - make packets that a flowtable forwards reach our hooks again
 * @un: namespace, which has a policy
 *
 * Flows that were offloaded to hardware are removed there, too. The connections continue if the
 * policy allows them.
 *
 * Context: process, umbra_net.lock not held; takes RTNL, waits for grace periods if there may be
 * such flows.
 */
void umbra_flowtables_give_up(struct umbra_net *un);

#endif
