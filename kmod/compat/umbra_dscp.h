/* SPDX-License-Identifier: GPL-2.0 */
/* The DSCP of a packet in look-ups of IPv4 routes. */
#ifndef UMBRA_COMPAT_DSCP_H
#define UMBRA_COMPAT_DSCP_H

#include <net/inet_dscp.h>
#include <net/ip.h>
#include <net/route.h>

/*
 * Return: is there a route? If so, it is attached to @skb.
 *
 * Since 6.13 the look-up takes a dscp_t, and the caller clears the ECN bits; before, it took the
 * whole byte and cleared them itself. It also returns a reason, before an errno; 0 is success in
 * both. Probed in kmod/Kbuild. Needed for 6.1 and 6.12 only.
 */
static inline bool umbra_route_attach_v4(struct sk_buff *skb, __be32 to)
{
	const struct iphdr *ip = ip_hdr(skb);

#ifdef UMBRA_HAVE_ROUTE_DSCP
	return !ip_route_input_noref(skb, to, ip->saddr, inet_dsfield_to_dscp(ip->tos), skb->dev);
#else
	return !ip_route_input_noref(skb, to, ip->saddr, ip->tos, skb->dev);
#endif
}

/*
 * Initializes the DSCP of a struct flowi4. The field is a dscp_t since 6.18; probed in kmod/Kbuild.
 * Needed for 6.1 and 6.12 only.
 */
#ifdef UMBRA_HAVE_FLOW_DSCP
#define UMBRA_FLOW_DSCP(_tos)	.flowi4_dscp = inet_dsfield_to_dscp(_tos)
#else
#define UMBRA_FLOW_DSCP(_tos)	.flowi4_tos = (_tos) & INET_DSCP_MASK
#endif

#endif
