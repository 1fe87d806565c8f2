/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Passage: one packet on its way through Umbra.
 *
 * The usual steps: path/hooks.c makes a passage and reads the packet. path/known.c handles it if it
 * has a session, path/open.c if it has none. path/drop.c handles it if it is refused. Every step
 * returns 0 if the packet may go on, or enum umbra_reason if it may not. path/express.c takes the
 * same steps earlier.
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
 * struct umbra_passage - one packet and what is known about it
 * @skb: packet
 * @un: namespace
 * @policy: policy that judges; the same in all steps
 * @packet: headers
 * @verdict: rule or relay that decided, or NULL
 * @relay: relay that the packet is for, or NULL
 * @mapping: mapping that the packet is for, if the rules let it in; or NULL
 * @nat: nat row that applies, or NULL; set before a session opens
 * @who: claimant of the session; set before a session opens
 * @outside: address of the firewall by which the packet is masqueraded, if it is
 * @epoch: of the precedents, if one was looked up
 * @adj: slot of the adjacency by which it leaves, if it opens a session
 * @adj_id: id of that adjacency, or 0
 * @hook: NF_INET_PRE_ROUTING or NF_INET_LOCAL_OUT
 * @iif: device index of arrival, 0 at LOCAL_OUT
 * @oif: index of the device that it leaves by, 0 for local delivery; set once routed
 * @hash: of @packet.key, set once it was looked up in the table
 * @way: enum umbra_way, set once routed
 * @family: AF_INET or AF_INET6
 * @action: what a refusal does, enum umbra_action
 * @early: in the express lane, before the IP layer: a packet that cannot be forwarded here returns
 *	UMBRA_LEFT
 * @likewise: a precedent was found; it set @way, @oif, @verdict, @nat, @who, @outside and @adj
 * @stranger: the sender may not use @relay
 * @dry: only a question (path/explain.c): nothing is opened, counted, reported or written
 * @passed: if @dry, enum umbra_reason why it passes
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

/* Returned in place of a reason: nothing has happened, and the packet is unchanged. */
#define UMBRA_LEFT	0xff
/* In place of a reason, too: the session has ended; the packet is judged as one without a session. */
#define UMBRA_ALONE	0xfe
static_assert(UMBRA_ALONE > UMBRA_REASON_MAX);

/**
 * umbra_passage_init() - begin a passage
 * @w: passage; @packet and @policy are left as they are
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

/* Number, as in keys, of the VRF by which the packet leaves; it must be routed for forwarding. */
static inline u16 umbra_passage_vrf(const struct umbra_passage *w)
{
	return umbra_vrf_number(&w->un->vrfs,
				umbra_route_vrf(w->un->net, skb_dst(w->skb), w->oif));
}

/**
 * umbra_passage_begin() - read the headers, and judge what needs no session table
 * @w: passage; gets @packet and @action
 * @dev: device of arrival, or of departure at LOCAL_OUT
 * @settled: set if the result is final
 *
 * For path/explain.c; for real packets it is inlined.
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: 0 or enum umbra_reason.
 */
u8 umbra_passage_begin(struct umbra_passage *w, const struct net_device *dev, bool *settled);

/**
 * umbra_hit() - handle a packet whose key is in the session table
 * @w: passage
 * @half: the half that was found
 * @gone: set if the session was over, so that the packet is now one without a session
 */
u8 umbra_hit(struct umbra_passage *w, struct umbra_half *half, bool *gone);

/* Handle a packet without a session: may it open one, or pass without one? */
u8 umbra_open(struct umbra_passage *w);

/**
 * umbra_open_session() - open a session with this packet as its first
 * @w: passage; @w->verdict is the rule that allows it, or NULL if a setting does
 * @reason: enum umbra_reason
 * @mid_stream: it is a connection whose beginning was not seen
 * @reversed: the server sent the packet
 */
u8 umbra_open_session(struct umbra_passage *w, u8 reason, bool mid_stream, bool reversed);

/* May a TCP or SCTP packet that has no session and cannot open one be picked up? */
u8 umbra_pick_up(struct umbra_passage *w);

/* Is it an echo request to the firewall? It must be routed. */
bool umbra_ping_here(const struct umbra_passage *w);

/**
 * umbra_ping_allowed() - does the ping setting allow an echo request?
 * @w: passage; only its policy and namespace are used
 * @dev: where the request arrives
 * @key: of the request
 */
bool umbra_ping_allowed(const struct umbra_passage *w, struct net_device *dev,
			const struct umbra_key *key);

/* Sent from a socket of the kernel, as the kernel's ICMP errors are? */
bool umbra_sent_by_kernel(const struct sk_buff *skb);

/* Handle an ICMP error, whose key is that of the quoted packet. */
u8 umbra_related(struct umbra_passage *w);

/* At PRE_ROUTING, route the packet to @to; at LOCAL_OUT it has a route already. */
void umbra_passage_route(struct umbra_passage *w, const struct in6_addr *to);

/**
 * umbra_judge_session() - would a policy let a session go on as it is?
 * @w: passage; only its policy and namespace are used; gets @nat
 * @s: session; not changed
 * @verdict: gets the rule or relay that matches, even if it does not let the session go on; NULL
 *	for the ping setting
 *
 * Context: rcu_read_lock() held.
 * Return: 0, or enum umbra_obstacle if it would not.
 */
u8 umbra_judge_session(struct umbra_passage *w, const struct umbra_session *s,
		       const struct umbra_verdict **verdict);

/*
 * The session of this packet was judged by an older policy: may it go on? If it may, it moves to
 * the rule that allows it now; if not, it is cut. UMBRA_ALONE: a packet-filter service now allows
 * it, and needs no session.
 */
u8 umbra_judge_again(struct umbra_passage *w, struct umbra_half *half);

/* Refuse the packet and end its session. Return: @why, enum umbra_reason. */
u8 umbra_cut(const struct umbra_passage *w, struct umbra_half *half, u8 why);

/* The packet arrived at another device than before: may it? Does not change the session. */
u8 umbra_moved_in(struct umbra_passage *w, struct umbra_half *half);

/* It also leaves by another device: may it? Does not change the session, which stays where it is. */
u8 umbra_goes_astray(struct umbra_passage *w, struct umbra_half *half);

/* It is certainly the session's own, and may pass: the session moves to this device of arrival. */
void umbra_move_in(struct umbra_passage *w, struct umbra_half *half);

/* The session leaves by another device than before: may it? UMBRA_ALONE: as above. */
u8 umbra_moved_out(struct umbra_passage *w, struct umbra_half *half);

/* Is @src spoofed at the device @iif, by the networks bound to it in @p? 0: the firewall. */
bool umbra_policy_spoofed(const struct umbra_policy *p, int iif, u8 family,
			  const struct in6_addr *src);

/* Is the packet's source spoofed, or one of the firewall's own addresses? */
bool umbra_passage_spoofed(const struct umbra_passage *w);

/* Count a hit of the row of @w->verdict. */
void umbra_passage_hit(const struct umbra_passage *w);

/* Count and log a packet that passes without a session. Return: 0. */
u8 umbra_pass(struct umbra_passage *w, u8 reason);

/**
 * umbra_drop() - refuse a packet; all refusals go through this function
 * @w: passage
 * @reason: enum umbra_reason
 *
 * Counts the packet, sends an event, logs it, and answers the sender if @w->action says so.
 *
 * Return: the netfilter verdict.
 */
unsigned int umbra_drop(struct umbra_passage *w, u8 reason);

#endif
