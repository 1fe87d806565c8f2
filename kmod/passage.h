/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Passage: one packet on its way through.
 *
 * The straight line: path/hooks.c makes a passage and reads the packet; path/known.c takes
 * it on when its session is known, path/open.c when it is not; path/drop.c ends it when
 * the answer is no. Every step returns 0 to let the packet go on, or enum
 * umbra_reason why it may not. path/express.c has the same steps taken earlier.
 */
#ifndef UMBRA_PASSAGE_H
#define UMBRA_PASSAGE_H

#include <linux/netfilter.h>

#include "not_cleared.h"
#include "packet/packet.h"
#include "life/pressure.h"
#include "egress/route.h"
#include "umbra.h"

struct umbra_mapping;
struct umbra_nat;
struct umbra_net;
struct umbra_policy;
struct umbra_relay;
struct umbra_verdict;

/**
 * struct umbra_passage - one packet and all that is known of it
 * @skb: packet
 * @un: namespace
 * @policy: what judges; the same from the first look to the last
 * @packet: headers
 * @verdict: rule or relay that decided, or NULL
 * @relay: relay that it is for, or NULL
 * @mapping: whose outside socket it is for, when the rules let it in; or NULL
 * @nat: nat row that it falls under, or NULL; known once a session may open
 * @who: who is to have the session; known likewise
 * @outside: one of the firewall's addresses, that it is masqueraded with; if it is
 * @epoch: of the precedents, when one was looked for
 * @adj: slot of the adjacency that it leaves by; of a session that was opened
 * @adj_id: which one is meant, or 0
 * @hook: NF_INET_PRE_ROUTING or NF_INET_LOCAL_OUT
 * @iif: device index of arrival, 0 at LOCAL_OUT
 * @oif: device index it leaves by, 0 for local delivery; known once routed
 * @hash: of @packet.key, once looked for in the table
 * @way: enum umbra_way, once routed
 * @family: AF_INET or AF_INET6
 * @action: what a refusal does, enum umbra_action
 * @early: it has not come to the IP layer yet: what does not just go through is UMBRA_LEFT
 * @likewise: there is a precedent, which says @way, @oif, @verdict, @nat, @who, @outside and @adj
 * @stranger: @relay is not for its sender
 * @dry: nothing is opened, counted, told or written: somebody only asks (path/explain.c)
 * @passed: when @dry, enum umbra_reason why it passes
 */
struct umbra_passage {
	struct sk_buff *skb;
	struct umbra_net *un;
	const struct umbra_policy *policy;
	struct umbra_packet packet;
	const struct umbra_verdict *verdict;
	const struct umbra_relay *relay;
	struct umbra_mapping *mapping;
	const struct umbra_nat *nat;
	struct umbra_claimant who;
	struct in6_addr outside;
	u32 epoch;
	u32 adj;
	u32 adj_id;
	unsigned int hook;
	int iif;
	int oif;
	u32 hash;
	u8 way;
	u8 family;
	u8 action;
	bool early;
	bool likewise;
	bool stranger;
	bool dry;
	u8 passed;
};

/* No reason, but in place of one: nothing has happened, and the packet is as it came. */
#define UMBRA_LEFT	0xff
/* Likewise: its session is none any more, and it is judged as one without. */
#define UMBRA_ALONE	0xfe
static_assert(UMBRA_ALONE > UMBRA_REASON_MAX);

/**
 * umbra_passage_init() - a passage begins
 * @w: passage, of which @packet and @policy are not touched
 * @un: namespace
 * @skb: packet
 * @hook: NF_INET_PRE_ROUTING or NF_INET_LOCAL_OUT
 * @iif: device index of arrival, 0 at LOCAL_OUT
 * @family: AF_INET or AF_INET6
 */
static __always_inline void umbra_passage_init(struct umbra_passage *w, struct umbra_net *un,
					       struct sk_buff *skb, unsigned int hook, int iif,
					       u8 family)
{
	w->skb = skb;
	w->un = un;
	w->verdict = NULL;
	w->relay = NULL;
	w->mapping = NULL;
	w->nat = NULL;
	w->hook = hook;
	w->iif = iif;
	w->oif = 0;
	w->way = UMBRA_WAY_NONE;
	w->family = family;
	w->early = false;
	w->likewise = false;
	w->stranger = false;
	w->dry = false;
}

/* What keys have for the VRF that it leaves by, once it is routed through. */
static inline u16 umbra_passage_vrf(const struct umbra_passage *w)
{
	return umbra_vrf_number(&w->un->vrfs,
				umbra_route_vrf(w->un->net, skb_dst(w->skb), w->oif));
}

/**
 * umbra_passage_begin() - the headers, and what is judged without the session table
 * @w: passage; gets @packet and @action
 * @dev: where it arrives, or leaves at LOCAL_OUT
 * @settled: set when the answer is final
 *
 * For who asks (path/explain.c); packets have it inlined.
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: 0 or enum umbra_reason.
 */
u8 umbra_passage_begin(struct umbra_passage *w, const struct net_device *dev, bool *settled);

/**
 * umbra_hit() - a packet whose key is in the session table
 * @w: passage
 * @half: what was found
 * @gone: set when the session turned out to be over, and the packet is as one
 *	without a session
 */
u8 umbra_hit(struct umbra_passage *w, struct umbra_half *half, bool *gone);

/* A packet without a session: may it open one, or pass without? */
u8 umbra_open(struct umbra_passage *w);

/**
 * umbra_open_session() - a session for this packet, which then is its first
 * @w: passage; @w->verdict says by which rule, or is NULL for a setting
 * @reason: enum umbra_reason
 * @mid_stream: a TCP connection that began elsewhere
 * @reversed: the packet is one of the server's
 */
u8 umbra_open_session(struct umbra_passage *w, u8 reason, bool mid_stream, bool reversed);

/* TCP that no session knows and that opens none: may it be picked up? */
u8 umbra_pick_up(struct umbra_passage *w);

/* Is it an echo request to the firewall, once routed? */
bool umbra_ping_here(const struct umbra_passage *w);

/**
 * umbra_ping_allowed() - does the ping setting allow an echo request?
 * @w: passage; of it the policy and the namespace are asked
 * @dev: where the request arrives
 * @key: of the request
 */
bool umbra_ping_allowed(const struct umbra_passage *w, struct net_device *dev,
			const struct umbra_key *key);

/* From a socket of the kernel's own, as the ICMP errors are that it makes. */
bool umbra_sent_by_kernel(const struct sk_buff *skb);

/* An ICMP error, whose key is that of the packet it is about. */
u8 umbra_related(struct umbra_passage *w);

/* Route it to @to at PRE_ROUTING; at LOCAL_OUT it comes routed. */
void umbra_passage_route(struct umbra_passage *w, const struct in6_addr *to);

/**
 * umbra_judge_session() - would a policy let a session go on as it is?
 * @w: passage, of which the policy and the namespace are enough; gets @nat
 * @s: session, which stays as it is
 * @verdict: what lets it go on, or fits and does not; NULL for the ping setting
 *
 * Context: rcu_read_lock() held.
 * Return: 0, or enum umbra_obstacle why not.
 */
u8 umbra_judge_session(struct umbra_passage *w, const struct umbra_session *s,
		       const struct umbra_verdict **verdict);

/*
 * A packet of a session that was judged by an older policy: may it go on? Cuts the
 * session if not, and lets the policy that allows it now have it. UMBRA_ALONE: what it
 * belongs to has a packet-filter service now, which has no sessions.
 */
u8 umbra_judge_again(struct umbra_passage *w, struct umbra_half *half);

/* Its packet does not pass, and so ends the session. Return: @why, enum umbra_reason. */
u8 umbra_cut(const struct umbra_passage *w, struct umbra_half *half, u8 why);

/* It came in by another device than so far: may it? Writes nothing into the session. */
u8 umbra_moved_in(struct umbra_passage *w, struct umbra_half *half);

/* And leaves by another than so far, which says nothing of the session: may it? Likewise. */
u8 umbra_goes_astray(struct umbra_passage *w, struct umbra_half *half);

/* And passes, and is the session's own for certain: what follows comes by this device. */
void umbra_move_in(struct umbra_passage *w, struct umbra_half *half);

/* It leaves by another device than so far. UMBRA_ALONE: likewise. */
u8 umbra_moved_out(struct umbra_passage *w, struct umbra_half *half);

/* May @src not live behind the device @iif, as @p binds its networks? 0: the firewall. */
bool umbra_policy_spoofed(const struct umbra_policy *p, int iif, u8 family,
			  const struct in6_addr *src);

/* The same of the packet, whose source may be none of the firewall's own either. */
bool umbra_passage_spoofed(const struct umbra_passage *w);

/* Count that @w->verdict decided. */
void umbra_passage_hit(const struct umbra_passage *w);

/* Count and tell a packet that passes without a session. Return: 0. */
u8 umbra_pass(struct umbra_passage *w, u8 reason);

/**
 * umbra_drop() - the one way in which a packet is refused
 * @w: passage
 * @reason: enum umbra_reason
 *
 * Counts it, tells who listens, answers the sender if @w->action says so.
 *
 * Return: the netfilter verdict.
 */
unsigned int umbra_drop(struct umbra_passage *w, u8 reason);

#endif
