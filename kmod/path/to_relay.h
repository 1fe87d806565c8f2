/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Relayed: packets and sessions of a relay row.
 *
 * A relay is its own permission, so no rule is asked. The types that rewrite packets have one
 * translated session (nat/nat.h). A tcp-relay has two untranslated sessions: one from the client
 * to the firewall, and one from the firewall to the server.
 */
#ifndef UMBRA_RELAYED_H
#define UMBRA_RELAYED_H

#include "passage.h"
#include "policy/policy.h"
#include "under_rcu.h"

/* The look-up of umbra_relayed_find(), which skips it while there are no relays. */
bool __umbra_relayed_find(struct umbra_passage *w);

/**
 * umbra_relayed_find() - is a packet without a session for a relay?
 * @w: passage; gets @relay and @stranger
 *
 * At LOCAL_OUT: is it a tcp-relay's own connection to its server?
 *
 * Context: rcu_read_lock() held; likewise below.
 */
static inline bool umbra_relayed_find(struct umbra_passage *w)
{
	umbra_assert_rcu();
	return unlikely(w->policy->relay_cls) && __umbra_relayed_find(w);
}

/* Destination of a packet after umbra_relayed_find(): the relay's server, or the packet's own. */
const struct in6_addr *umbra_relayed_to(const struct umbra_passage *w);

/* Open the session of a packet that is routed and not spoofed. Return: 0 or enum umbra_reason. */
u8 umbra_relayed_open(struct umbra_passage *w);

/* Does a tcp-relay reset its peer? That is harmless, and the session may have ended already. */
bool umbra_relayed_reset(const struct umbra_passage *w);

/**
 * umbra_relayed_stay() - send the answers to a relay's client out by its device of arrival
 * @w: passage, routed
 * @half: direction of the packet, or of the error
 *
 * This overrides the route to the client: of a router's two uplinks only one may have the relay's
 * address.
 */
void umbra_relayed_stay(struct umbra_passage *w, struct umbra_half *half);

/**
 * umbra_relayed_judge() - may a relay's session go on as it is?
 * @p: policy
 * @s: session
 * @iif: device index of the client's side; 0 for a tcp-relay's own connection
 * @verdict: gets the verdict of the relay that allows it, or that excludes the client
 *
 * Return: 0, or enum umbra_obstacle why not.
 */
u8 umbra_relayed_judge(const struct umbra_policy *p, const struct umbra_session *s, int iif,
		       const struct umbra_verdict **verdict);

#endif
