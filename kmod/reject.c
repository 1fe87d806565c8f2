// SPDX-License-Identifier: GPL-2.0
#include "reject.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/percpu.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

#include "packet.h"

/* Sending runs through LOCAL_OUT before it returns; BH is off all the while. */
static DEFINE_PER_CPU(int, sending);

bool umbra_reject_sending(void)
{
	return __this_cpu_read(sending);
}

static void reject_v4(struct net *net, struct sk_buff *skb, bool tcp, unsigned int hook)
{
	if (tcp)
		nf_send_reset(net, skb->sk, skb, hook);
	else
		nf_send_unreach(skb, ICMP_PKT_FILTERED, hook);
}

static void reject_v6(struct net *net, struct sk_buff *skb, bool tcp, unsigned int hook)
{
	if (tcp)
		nf_send_reset6(net, skb->sk, skb, hook);
	else
		nf_send_unreach6(net, skb, ICMPV6_ADM_PROHIBITED, hook);
}

void umbra_reject(struct sk_buff *skb, const struct umbra_packet *p, unsigned int hook)
{
	struct net *net = dev_net(skb_dst(skb) ? skb_dst(skb)->dev : skb->dev);
	bool tcp = p->key.proto == IPPROTO_TCP;

	if (p->kind == UMBRA_PACKET_ICMP_ERROR || p->kind == UMBRA_PACKET_ICMP_ANSWER)
		return;
	local_bh_disable();
	__this_cpu_inc(sending);
	if (p->key.family == AF_INET)
		reject_v4(net, skb, tcp, hook);
	else
		reject_v6(net, skb, tcp, hook);
	__this_cpu_dec(sending);
	local_bh_enable();
}
