// SPDX-License-Identifier: GPL-2.0
/*
 * Gate: the hooks at FORWARD and LOCAL_IN, in front of all others there.
 *
 * A packet is judged at PRE_ROUTING (hooks.c), which is where the kernel lets an arriving
 * packet into the IP layer. Some parts of the kernel know other ways in: br_netfilter keeps
 * packets from PRE_ROUTING (bridge.c says how it is kept from that), an SRv6 endpoint makes
 * another packet of the one that was judged (carried.c refuses that one as it is routed there),
 * and a later kernel may have ways that nobody here has heard of. Each of them leads to FORWARD
 * or LOCAL_IN, so what comes there without the sign of having been judged is dropped, and counted.
 *
 * It is not judged here. It has been routed, its time to live is one less, and errors about it
 * may have been sent: what relays and NAT have to do comes too late.
 *
 * The sign is in the packet's control block, which the IP layer clears as the packet comes in,
 * copies with its clones, and keeps while the packet waits in a queue (NFQUEUE). So the sign
 * holds from one PRE_ROUTING to the end of the packet's way through the IP layer. At LOCAL_IN
 * it is taken away: what IPsec or a tunnel then unwraps in place comes to PRE_ROUTING as another
 * packet, and in a VRF the sign would exempt it there.
 *
 * A route into SRv6 (encap seg6) puts an IPv6 header in front of the packet that was judged, and
 * clears the block of an IPv4 packet with it. The last hook at PRE_ROUTING therefore lets such a
 * packet go on from there itself, and notes its address for the time of that call. What comes to
 * a gate under this address is the packet that was judged: nobody can have freed it in
 * between, for the gate forgets the address with the first look.
 */
#include "path/gate.h"

#include <linux/bottom_half.h>
#include <linux/umbra.h>
#include <net/netfilter/nf_conntrack.h>

#include "path/bridge.h"
#include "passage.h"
#include "policy/policy.h"
#include "umbra.h"

/* Of the packet that goes into SRv6 just now; guarded by BH being off. */
static DEFINE_PER_CPU(const struct sk_buff *, wrapped);

unsigned int umbra_gate_wrap(struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct sk_buff *outer;

	/* The second pass of a VRF, within the first: its okfn frees the packet. */
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

/* Another CPU's note is never about a packet of ours, so a process may ask as well. */
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
 * A chain behind PRE_ROUTING's hook of ours can have conntrack look at a packet again (nftables'
 * "ct zone set" does). Its flow would get into a flowtable, which is in front of us.
 */
static noinline void untrack_again(const struct umbra_net *un, struct sk_buff *skb)
{
	if (!rcu_access_pointer(un->policy))
		return;
	nf_reset_ct(skb);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
}

static __always_inline unsigned int gate(struct sk_buff *skb, const struct nf_hook_state *state,
					 u8 family)
{
	if (likely(umbra_gate_judged(skb, family))) {
		if (state->hook == NF_INET_LOCAL_IN)
			umbra_gate_leave(skb, family);
		else if (unlikely(skb_nfct(skb)))
			untrack_again(umbra_net(state->net), skb);
		return NF_ACCEPT;
	}
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
