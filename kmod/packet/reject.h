/* SPDX-License-Identifier: GPL-2.0 */
/* Reject: notify the sender of a refused packet. */
#ifndef UMBRA_REJECT_H
#define UMBRA_REJECT_H

#include <linux/skbuff.h>

struct umbra_packet;

/**
 * umbra_reject() - answer a refused packet
 * @skb: the packet, with a route; the caller still owns and drops it
 * @p: its headers
 * @hook: NF_INET_PRE_ROUTING or NF_INET_LOCAL_OUT
 * @reason: reason of the refusal, enum umbra_reason
 *
 * TCP gets a reset (RFC 9293 3.5.2). Other protocols get the ICMP error "communication
 * administratively prohibited" (RFC 1812 5.2.7.1, RFC 4443 3.1). If there is no route, all
 * protocols get "unreachable". Answers are never answered.
 *
 * Context: any.
 */
void umbra_reject(struct sk_buff *skb, const struct umbra_packet *p, unsigned int hook,
		  u8 reason);

/**
 * umbra_reject_send() - send a packet that the firewall has made
 * @net: namespace
 * @skb: complete, with a route; consumed
 *
 * Context: any.
 */
void umbra_reject_send(struct net *net, struct sk_buff *skb);

/* True while these two send on this CPU: their packets pass LOCAL_OUT, too. */
bool umbra_reject_sending(void);

#endif
