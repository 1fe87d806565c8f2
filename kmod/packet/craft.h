/* SPDX-License-Identifier: GPL-2.0 */
/* Phantom: the packet that somebody asks about, made up as it would arrive. */
#ifndef UMBRA_PHANTOM_H
#define UMBRA_PHANTOM_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "packet/key.h"

/**
 * umbra_phantom_new() - the first packet of a flow
 * @flow: the flow; no ICMP error, which would have to quote another
 * @dev: device it arrives at, held as long as the packet; NULL: the firewall sends it
 * @gfp: how to allocate it
 *
 * It has what judging looks at, and no more: checksums of the transport and
 * data are missing. A TCP packet is a SYN.
 *
 * Context: as @gfp says.
 * Return: the packet, whose data begins with its IP header, or NULL without memory.
 */
struct sk_buff *umbra_phantom_new(const struct umbra_key *flow, struct net_device *dev,
				  gfp_t gfp);

#endif
