// SPDX-License-Identifier: GPL-2.0
/*
 * Reject: notify the sender of a refused packet.
 *
 * The kernel's own functions make the answer. So its rate limits, its routes, and its checks of
 * what must not be answered (RFC 1122 3.2.2, RFC 4443 2.4) apply here as well. We add one: an ICMP
 * error or answer is never answered.
 *
 * The answer passes our own hook at LOCAL_OUT while this function runs. @sending is set meanwhile,
 * so the hook lets the answer pass without a rule, and opens no session. @sending is per CPU. BH is
 * off from before it is set until after it is reset, so no other packet of this CPU can be taken
 * for an answer. It is a counter, so that such functions can nest.
 *
 * Attack: a packet with a forged source causes an answer to somebody else. The answer is no larger
 * than the packet, and icmp_ratelimit limits ICMP answers. The action discard sends nothing.
 */
#include "packet/reject.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/percpu.h>
#include <linux/umbra.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

#include "packet/packet.h"

/*
 * Above 0 while this CPU sends a packet of Umbra's own. The packet passes LOCAL_OUT before the send
 * returns, and BH stays off until then.
 */
static DEFINE_PER_CPU(int, sending);

bool umbra_reject_sending(void)
{
	return __this_cpu_read(sending);
}

static void reset(struct net *net, struct sk_buff *skb, u8 family, unsigned int hook)
{
	if (family == AF_INET)
		nf_send_reset(net, skb->sk, skb, hook);
	else
		nf_send_reset6(net, skb->sk, skb, hook);
}

/* icmp_send() finds the namespace by the route, icmpv6_send() by the device. */
static void unreachable_v4(struct sk_buff *skb, bool route)
{
	if (skb_rtable(skb))
		icmp_send(skb, ICMP_DEST_UNREACH, route ? ICMP_PKT_FILTERED : ICMP_NET_UNREACH, 0);
}

static u8 code_v6(u8 reason)
{
	switch (reason) {
	case UMBRA_REASON_NO_ROUTE:
		return ICMPV6_NOROUTE;
	case UMBRA_REASON_SOURCE_SCOPE:
		return ICMPV6_NOT_NEIGHBOUR;
	}
	return ICMPV6_ADM_PROHIBITED;
}

static void unreachable_v6(struct net *net, struct sk_buff *skb, u8 reason)
{
	if (!skb->dev)
		skb->dev = net->loopback_dev;	/* at LOCAL_OUT it has none yet */
	icmpv6_send(skb, ICMPV6_DEST_UNREACH, code_v6(reason), 0);
}

/* TCP gets no reset for lack of a route or a port, because a later attempt may succeed. */
static bool is_reset(const struct umbra_packet *p, u8 reason)
{
	return p->key.proto == IPPROTO_TCP && reason != UMBRA_REASON_NO_ROUTE &&
	       reason != UMBRA_REASON_SOURCE_SCOPE && reason != UMBRA_REASON_NAT_EXHAUSTED;
}

static void answer(struct net *net, struct sk_buff *skb, const struct umbra_packet *p,
		   unsigned int hook, u8 reason)
{
	if (is_reset(p, reason))
		reset(net, skb, p->key.family, hook);
	else if (p->key.family == AF_INET)
		unreachable_v4(skb, reason != UMBRA_REASON_NO_ROUTE);
	else
		unreachable_v6(net, skb, reason);
}

static void begin(void)
{
	local_bh_disable();
	__this_cpu_inc(sending);
}

static void end(void)
{
	__this_cpu_dec(sending);
	local_bh_enable();
}

void umbra_reject_send(struct net *net, struct sk_buff *skb)
{
	begin();
	if (skb->protocol == htons(ETH_P_IP))
		ip_local_out(net, NULL, skb);
	else
		ip6_local_out(net, NULL, skb);
	end();
}

void umbra_reject(struct sk_buff *skb, const struct umbra_packet *p, unsigned int hook, u8 reason)
{
	struct net *net = dev_net(skb->dev ?: skb_dst(skb)->dev);

	if (p->kind == UMBRA_PACKET_ICMP_ERROR || p->kind == UMBRA_PACKET_ICMP_ANSWER)
		return;
	begin();
	answer(net, skb, p, hook, reason);
	end();
}
