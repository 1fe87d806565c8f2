/* SPDX-License-Identifier: GPL-2.0 */
/* Gate: a packet that was not judged is neither forwarded nor delivered. */
#ifndef UMBRA_GATE_H
#define UMBRA_GATE_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/lwtunnel.h>

#include "packet/mark.h"

/* An SRv6 endpoint: it forwards the inner packet, or sends the packet to the next segment. */
static inline bool umbra_gate_unpacks(const struct dst_entry *dst)
{
	return dst && dst->lwtstate && dst->lwtstate->type == LWTUNNEL_ENCAP_SEG6_LOCAL;
}

/**
 * umbra_gate_admit() - mark a packet that was judged, or is exempt, so that it passes the gate
 * @skb: packet at PRE_ROUTING or LOCAL_OUT
 * @family: AF_INET or AF_INET6
 */
static __always_inline void umbra_gate_admit(struct sk_buff *skb, u8 family)
{
	u16 *marks = umbra_marks(skb, family);

	*marks = (*marks & ~UMBRA_MARK_UNPACKED) | UMBRA_MARK_JUDGED;
	if (unlikely(umbra_gate_unpacks(skb_dst(skb))))
		*marks |= UMBRA_MARK_UNPACKED;
}

/* Was it judged, and is it still the same packet? */
static __always_inline bool umbra_gate_judged(struct sk_buff *skb, u8 family)
{
	return (*umbra_marks(skb, family) & (UMBRA_MARK_JUDGED | UMBRA_MARK_UNPACKED)) ==
	       UMBRA_MARK_JUDGED;
}

/* Judged, still the same packet, and translated if it should be? One comparison, not two. */
static __always_inline bool umbra_gate_ready(struct sk_buff *skb, u8 family)
{
	return (*umbra_marks(skb, family) &
		(UMBRA_MARK_JUDGED | UMBRA_MARK_UNPACKED | UMBRA_MARK_UNTRANSLATED)) ==
	       UMBRA_MARK_JUDGED;
}

/* The packet is delivered: remove its mark. */
static __always_inline void umbra_gate_leave(struct sk_buff *skb, u8 family)
{
	*umbra_marks(skb, family) &= ~UMBRA_MARK_JUDGED;
}

/* Into SRv6: is the mark lost, or does the kernel pass the new packet through LOCAL_OUT? */
#ifdef CONFIG_LWTUNNEL
static inline bool umbra_gate_wraps(const struct dst_entry *dst, u8 family)
{
	return dst && dst->lwtstate && dst->lwtstate->type == LWTUNNEL_ENCAP_SEG6 &&
	       (family == AF_INET || static_branch_unlikely(&nf_hooks_lwtunnel_enabled));
}
#else
static inline bool umbra_gate_wraps(const struct dst_entry *dst, u8 family)
{
	return false;
}
#endif

/**
 * umbra_gate_wrap() - let a judged packet continue into SRv6
 * @skb: packet for which umbra_gate_wraps() holds, at the end of PRE_ROUTING
 * @state: of the hook
 *
 * Context: any in which hooks run, rcu_read_lock() held.
 * Return: the netfilter verdict.
 */
unsigned int umbra_gate_wrap(struct sk_buff *skb, const struct nf_hook_state *state);

/* Is it the SRv6 form of a judged packet? True once per packet. */
bool umbra_gate_wrapped(const struct sk_buff *skb);

struct umbra_net;

/**
 * umbra_gate_refuse() - drop and count a packet that no other hook of ours has refused
 * @un: namespace
 * @skb: packet
 * @iif: device index of arrival
 * @family: AF_INET or AF_INET6
 * @reason: enum umbra_reason
 *
 * Context: any in which hooks run, rcu_read_lock() held.
 * Return: the netfilter verdict.
 */
unsigned int umbra_gate_refuse(struct umbra_net *un, struct sk_buff *skb, int iif, u8 family,
			       u8 reason);

/* The hooks at LOCAL_IN and FORWARD, for code that checks whether other hooks are registered. */
nf_hookfn umbra_gate_v4, umbra_gate_v6;

#endif
