/* SPDX-License-Identifier: GPL-2.0 */
/* Phantom: a made-up packet, as it would arrive. */
#ifndef UMBRA_PHANTOM_H
#define UMBRA_PHANTOM_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "packet/key.h"

/**
 * umbra_phantom_new() - make the first packet of a flow
 * @flow: the flow; not an ICMP error, which would have to quote a packet
 * @dev: device where it arrives, held as long as the packet; NULL: the firewall sends it
 * @gfp: how to allocate it
 *
 * It has only what judging reads: transport checksums and data are missing. A TCP packet is a SYN.
 *
 * Context: as @gfp says.
 * Return: the packet, with data at its IP header, or NULL without memory.
 */
struct sk_buff *umbra_phantom_new(const struct umbra_key *flow, struct net_device *dev,
				  gfp_t gfp);

#endif
