/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks: what Umbra has written into a packet's control block, for a later hook of ours.
 *
 * They are bits in the IP layer's flags of the packet. The kernel's own flags begin at bit 0, so
 * ours are at the top. ip_rcv() and ipv6_rcv() clear all flags, so an arriving packet has none of
 * them set, and a sender cannot forge one.
 */
#ifndef UMBRA_MARK_H
#define UMBRA_MARK_H

#include <linux/bits.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ip.h>

#define UMBRA_MARK_JUDGED	BIT(15)
#define UMBRA_MARK_UNPACKED	BIT(14)	/* its route makes a new packet of it */
#define UMBRA_MARK_UNTRANSLATED	BIT(13)	/* NAT left it as it came, for the kernel to refuse */

static __always_inline u16 *umbra_marks(struct sk_buff *skb, u8 family)
{
	return family == AF_INET ? &IPCB(skb)->flags : &IP6CB(skb)->flags;
}

#endif
