// SPDX-License-Identifier: GPL-2.0
/*
 * Gate: the hooks at FORWARD and LOCAL_IN, in front of all others there.
 *
 * A packet is judged at PRE_ROUTING (hooks.c), which is where the kernel lets an arriving
 * packet into the IP layer. Some parts of the kernel know other ways in: br_netfilter keeps
 * packets from PRE_ROUTING (bridge.c says how it is kept from that), an SRv6 endpoint makes
 * another packet of the one that was judged, and a later kernel may have ways that nobody here
 * has heard of. Each of them leads to FORWARD or LOCAL_IN, so what comes there without the sign
 * of having been judged is dropped, and counted.
 *
 * It is not judged here. It has been routed, its time to live is one less, and errors about it
 * may have been sent: what relays and NAT have to do comes too late.
 *
 * The sign is in the packet's control block, which the IP layer clears as the packet comes in,
 * copies with its clones, and keeps while the packet waits in a queue (NFQUEUE). So the sign
 * holds from one PRE_ROUTING to the end of the packet's way through the IP layer. At LOCAL_IN
 * it is taken away: what IPsec or a tunnel then unwraps in place comes to PRE_ROUTING as another
 * packet, and in a VRF the sign would exempt it there.
 */
#include "gate.h"

#include <linux/bottom_half.h>
#include <linux/umbra.h>

#include "bridge.h"
#include "passage.h"
#include "policy.h"
#include "umbra.h"

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

static __always_inline unsigned int gate(struct sk_buff *skb, const struct nf_hook_state *state,
					 u8 family)
{
	if (likely(umbra_gate_judged(skb, family))) {
		if (state->hook == NF_INET_LOCAL_IN)
			umbra_gate_leave(skb, family);
		return NF_ACCEPT;
	}
	if (state->hook == NF_INET_FORWARD && umbra_bridge_forwards(skb))
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
