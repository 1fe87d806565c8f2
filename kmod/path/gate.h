/* SPDX-License-Identifier: GPL-2.0 */
/* Gate: nothing goes through or is delivered that was not judged. */
#ifndef UMBRA_GATE_H
#define UMBRA_GATE_H

#include <linux/bits.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/lwtunnel.h>

/*
 * In the flags that the IP layer keeps of a packet, where the kernel uses bits from the other
 * end. ip_rcv() and ipv6_rcv() clear them, so nobody can bring them along.
 */
#define UMBRA_GATE_JUDGED	BIT(15)
#define UMBRA_GATE_UNPACKED	BIT(14)	/* and its route makes another packet of it */

static __always_inline u16 *umbra_gate_flags(struct sk_buff *skb, u8 family)
{
	return family == AF_INET ? &IPCB(skb)->flags : &IP6CB(skb)->flags;
}

/* An SRv6 endpoint: it sends on what is inside, or to the next segment. */
static inline bool umbra_gate_unpacks(const struct dst_entry *dst)
{
	return dst && dst->lwtstate && dst->lwtstate->type == LWTUNNEL_ENCAP_SEG6_LOCAL;
}

/**
 * umbra_gate_admit() - a packet was judged, or is exempt, and may pass the gate
 * @skb: packet at PRE_ROUTING or LOCAL_OUT
 * @family: AF_INET or AF_INET6
 */
static __always_inline void umbra_gate_admit(struct sk_buff *skb, u8 family)
{
	u16 *flags = umbra_gate_flags(skb, family);

	*flags = (*flags & ~UMBRA_GATE_UNPACKED) | UMBRA_GATE_JUDGED;
	if (unlikely(umbra_gate_unpacks(skb_dst(skb))))
		*flags |= UMBRA_GATE_UNPACKED;
}

/* Was it judged, and is still the packet that was? */
static __always_inline bool umbra_gate_judged(struct sk_buff *skb, u8 family)
{
	u16 flags = *umbra_gate_flags(skb, family);

	return (flags & (UMBRA_GATE_JUDGED | UMBRA_GATE_UNPACKED)) == UMBRA_GATE_JUDGED;
}

/* Its way ends here: it is delivered. */
static __always_inline void umbra_gate_leave(struct sk_buff *skb, u8 family)
{
	*umbra_gate_flags(skb, family) &= ~UMBRA_GATE_JUDGED;
}

/* Into SRv6: does the sign get lost, or does the kernel show the new packet to LOCAL_OUT? */
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
 * umbra_gate_wrap() - let a packet that was judged go on into SRv6
 * @skb: packet for which umbra_gate_wraps() holds, at the end of PRE_ROUTING
 * @state: of the hook
 *
 * Context: any in which hooks run, rcu_read_lock() held.
 * Return: the netfilter verdict.
 */
unsigned int umbra_gate_wrap(struct sk_buff *skb, const struct nf_hook_state *state);

/* Is it what a packet that was judged has become in SRv6? It says so once. */
bool umbra_gate_wrapped(const struct sk_buff *skb);

struct umbra_net;

/**
 * umbra_gate_refuse() - drop and count a packet that another hook of ours has not refused
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

/* The hooks at LOCAL_IN and FORWARD, for who looks whether others are there too. */
nf_hookfn umbra_gate_v4, umbra_gate_v6;

#endif
