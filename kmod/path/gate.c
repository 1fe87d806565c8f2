// SPDX-License-Identifier: GPL-2.0
/*
 * Gate: the hooks at FORWARD and LOCAL_IN, before all others there.
 *
 * Umbra judges a packet at PRE_ROUTING (hooks.c), where the kernel lets arriving packets into the
 * IP layer. Some parts of the kernel have other ways in:
 *
 * - br_netfilter makes packets skip PRE_ROUTING (bridge.c prevents that);
 * - an SRv6 endpoint makes a new packet out of the judged one (carried.c refuses the outer packet
 *   when it is routed there);
 * - a later kernel may add ways that we do not know.
 *
 * All of them lead to FORWARD or LOCAL_IN. So a packet that arrives there without the mark of a
 * judged packet is dropped and counted.
 *
 * We do not judge it here, because it is too late for relays and NAT: the packet has been routed,
 * its time to live is reduced, and errors about it may have been sent.
 *
 * The mark is in the packet's control block (packet/mark.h). The IP layer clears the block when
 * the packet comes in, copies it to clones, and keeps it while the packet waits in a queue
 * (NFQUEUE). So the mark lasts from PRE_ROUTING to the end of the packet's path through the IP
 * layer. We remove it at LOCAL_IN, because IPsec or a tunnel may unwrap the packet in place. The
 * inner packet comes to PRE_ROUTING as a new packet, and in a VRF the mark would exempt it there.
 *
 * A route into SRv6 (encap seg6) puts an IPv6 header before the judged packet, and clears the
 * control block of an IPv4 packet. Therefore the last hook at PRE_ROUTING continues the path of
 * such a packet itself, and stores the packet's address during that call. A packet that reaches a
 * gate with this address is the one that was judged. The address cannot belong to a new packet
 * after a free, because the gate clears it at the first comparison that matches.
 *
 * Another mark says that NAT left the packet as it came, because the kernel was going to refuse it
 * (umbra_nat_apply()). Such a packet may be here all the same, and must not leave with an address
 * from inside:
 *
 * - A chain behind our hook has changed what the kernel would have refused: the time to live, or
 *   don't-fragment.
 * - IPv6 compares with the path MTU that the firewall has learnt only behind POST_ROUTING. There it
 *   cuts up a packet of several segments (GSO), refuses those that are too large, and sends the
 *   others. So the gate refuses the whole packet, with the error that the kernel would have sent.
 */
#include "path/gate.h"

#include <linux/bottom_half.h>
#include <linux/icmpv6.h>
#include <linux/umbra.h>
#include <net/ip6_fib.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "path/bridge.h"
#include "egress/route.h"
#include "passage.h"
#include "policy/policy.h"
#include "umbra.h"
#include "under_rcu.h"

/* The packet that is going into SRv6 on this CPU; guarded by BH being off. */
static DEFINE_PER_CPU(const struct sk_buff *, wrapped);

unsigned int umbra_gate_wrap(struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct sk_buff *outer;

	umbra_assert_rcu();
	/* The second pass of a VRF runs inside the first, whose okfn frees the packet. */
	if (this_cpu_read(wrapped) == skb)
		return NF_ACCEPT;
	local_bh_disable();	/* NFQUEUE brings packets back in process context */
	outer = __this_cpu_read(wrapped);
	__this_cpu_write(wrapped, skb);
	state->okfn(state->net, state->sk, skb);
	__this_cpu_write(wrapped, outer);
	local_bh_enable();
	return NF_STOLEN;
}

/* Process context is fine: the note of another CPU is never about a packet that we hold. */
bool umbra_gate_wrapped(const struct sk_buff *skb)
{
	if (likely(this_cpu_read(wrapped) != skb))
		return false;
	this_cpu_write(wrapped, NULL);
	return true;
}

unsigned int umbra_gate_refuse(struct umbra_net *un, struct sk_buff *skb, int iif, u8 family,
			       u8 reason)
{
	struct umbra_passage w umbra_not_cleared;
	unsigned int verdict = NF_ACCEPT;

	local_bh_disable();	/* NFQUEUE brings packets back in process context */
	w.policy = rcu_dereference(un->policy);
	if (w.policy) {
		umbra_passage_init(&w, un, skb, NF_INET_PRE_ROUTING, iif, family);
		w.action = UMBRA_ACTION_DISCARD;
		umbra_packet_parse(skb, family, &w.packet);
		verdict = umbra_drop(&w, reason);
	}
	local_bh_enable();
	return verdict;
}

/*
 * A chain that runs after our hook at PRE_ROUTING can have conntrack track the packet again (as "ct
 * zone set" of nftables does). Then its flow could enter a flowtable, which runs before us.
 */
static noinline void untrack_again(const struct umbra_net *un, struct sk_buff *skb)
{
	if (!rcu_access_pointer(un->policy))
		return;
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
}

/* As ip6_fragment() does it: RFC 8201 section 4, RFC 4443 section 3.2. */
static void refuse_too_big(struct net *net, struct sk_buff *skb, u32 mtu)
{
	struct dst_entry *dst = skb_dst(skb);

	skb->dev = dst->dev;
	icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	__IP6_INC_STATS(net, ip6_dst_idev(dst), IPSTATS_MIB_INTOOBIGERRORS);
	__IP6_INC_STATS(net, ip6_dst_idev(dst), IPSTATS_MIB_FRAGFAILS);
}

static noinline unsigned int refuse_untranslated(struct sk_buff *skb,
						 const struct nf_hook_state *state, u8 family)
{
	u32 mtu = umbra_route_mtu(skb_dst(skb), family);

	if (family == AF_INET6 && state->hook == NF_INET_FORWARD &&
	    umbra_route_refuses(skb, family, mtu)) {
		refuse_too_big(state->net, skb, mtu);
		return NF_DROP;
	}
	return umbra_gate_refuse(umbra_net(state->net), skb, state->in->ifindex, family,
				 UMBRA_REASON_UNTRANSLATED);
}

static __always_inline unsigned int gate(struct sk_buff *skb, const struct nf_hook_state *state,
					 u8 family)
{
	if (likely(umbra_gate_ready(skb, family))) {
		if (state->hook == NF_INET_LOCAL_IN)
			umbra_gate_leave(skb, family);
		else if (unlikely(skb_nfct(skb)))
			untrack_again(umbra_net(state->net), skb);
		return NF_ACCEPT;
	}
	if (umbra_gate_judged(skb, family))
		return refuse_untranslated(skb, state, family);
	if (state->hook == NF_INET_FORWARD && umbra_bridge_forwards(skb))
		return NF_ACCEPT;
	if (umbra_gate_wrapped(skb) && !umbra_gate_unpacks(skb_dst(skb)))
		return NF_ACCEPT;
	return umbra_gate_refuse(umbra_net(state->net), skb, state->in->ifindex, family,
				 UMBRA_REASON_UNJUDGED);
}

unsigned int umbra_gate_v4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return gate(skb, state, AF_INET);
}

unsigned int umbra_gate_v6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return gate(skb, state, AF_INET6);
}
