/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Relayed: packets and sessions that a relay row stands for.
 *
 * A relay is its own permission: no rule is asked. The kinds that rewrite
 * packets have one session, translated (nat/nat.h). A tcp-relay has two untranslated
 * ones: the client's to the firewall, and the firewall's to the server.
 */
#ifndef UMBRA_RELAYED_H
#define UMBRA_RELAYED_H

#include "passage.h"
#include "policy/policy.h"

/* The look-up behind umbra_relayed_find(), which is not called where there are none. */
bool __umbra_relayed_find(struct umbra_passage *w);

/**
 * umbra_relayed_find() - is a packet without a session for a relay?
 * @w: passage; gets @relay and @stranger
 *
 * At LOCAL_OUT, whether it is a tcp-relay's own connection to its server.
 *
 * Context: rcu_read_lock() held; likewise below.
 */
static inline bool umbra_relayed_find(struct umbra_passage *w)
{
	return unlikely(w->policy->relay_cls) && __umbra_relayed_find(w);
}

/* Where the packet goes that umbra_relayed_find() has looked at. */
const struct in6_addr *umbra_relayed_to(const struct umbra_passage *w);

/* Open the session; routed and not spoofed. Return: 0 or enum umbra_reason. */
u8 umbra_relayed_open(struct umbra_passage *w);

/* A tcp-relay's end resets its peer: harmless, and its session may be over. */
bool umbra_relayed_reset(const struct umbra_passage *w);

/**
 * umbra_relayed_stay() - keep what answers a relay's client on the way it came by
 * @w: passage, routed
 * @half: direction of the packet, or of the error
 *
 * Whatever the route to the client says: a router with two ways out may have the relay
 * on one only.
 */
void umbra_relayed_stay(struct umbra_passage *w, struct umbra_half *half);

/**
 * umbra_relayed_judge() - may a relay's session go on as it is?
 * @p: policy
 * @s: session
 * @iif: device index of the client's side; 0 for a tcp-relay's own connection
 * @verdict: what lets it, or whose from networks its client is not in
 *
 * Return: 0, or enum umbra_obstacle why not.
 */
u8 umbra_relayed_judge(const struct umbra_policy *p, const struct umbra_session *s, int iif,
		       const struct umbra_verdict **verdict);

#endif
