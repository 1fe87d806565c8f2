// SPDX-License-Identifier: GPL-2.0
/*
 * To a relay: packets and sessions of a relay row.
 *
 * A relay is its own permission, so relays are looked up before the rules. At PRE_ROUTING the row
 * is found by the packet's address and port, and the row's "from" networks say whether the sender
 * may use it. At LOCAL_OUT the row is found by the packet's socket, which is the
 * connection of a tcp-relay to its server.
 *
 * The session of a relay survives a commit if the new policy has a relay that leads to the same
 * server and shows it the same client address. That may be another row. A tcp-relay has two
 * sessions. They are judged separately, because the second one has no device of arrival.
 *
 * Answers to a relay's client leave by the device where the client arrived, whatever the route
 * says (umbra_relayed_stay()): of two uplinks only one may have the relay's address.
 *
 * Context: the packet path, under RCU. No lock is taken.
 */
#include "path/to_relay.h"

#include <linux/umbra.h>
#include <net/ipv6.h>

#include "policy/judge.h"
#include "nat/nat.h"
#include "policy/policy.h"
#include "relay/relay.h"
#include "egress/route.h"
#include "umbra.h"
#include "under_rcu.h"

bool __umbra_relayed_find(struct umbra_passage *w)
{
	bool allowed = true;
	u32 row;

	if (w->hook == NF_INET_PRE_ROUTING) {
		w->relay = umbra_policy_relay(w->policy, &w->packet.key, w->iif, &allowed);
		w->stranger = !allowed;
	} else {
		row = umbra_relay_row_of(w->skb);
		w->relay = row ? umbra_policy_relay_of_row(w->policy, row) : NULL;
	}
	return w->relay;
}

const struct in6_addr *umbra_relayed_to(const struct umbra_passage *w)
{
	umbra_assert_rcu();
	return umbra_nat_redirects(w->relay) ? &w->relay->target : &w->packet.outer_dst;
}

static u8 wanted_way(const struct umbra_passage *w)
{
	return umbra_nat_redirects(w->relay) ? UMBRA_WAY_FORWARD : UMBRA_WAY_LOCAL;
}

u8 umbra_relayed_open(struct umbra_passage *w)
{
	umbra_assert_rcu();
	w->verdict = &w->relay->verdict;
	if (w->packet.cls_kind != UMBRA_CLS_OPEN)
		return UMBRA_REASON_TCP_STRAY;
	if (w->hook == NF_INET_LOCAL_OUT)
		return umbra_open_session(w, UMBRA_REASON_RELAY, false, false);
	if (w->way != wanted_way(w))
		return UMBRA_REASON_RELAY_SERVER;
	umbra_passage_hit(w);
	return umbra_open_session(w, UMBRA_REASON_RELAY, false, false);
}

bool umbra_relayed_reset(const struct umbra_passage *w)
{
	umbra_assert_rcu();
	return w->hook == NF_INET_LOCAL_OUT && w->packet.tcp_flags & UMBRA_TCP_RST &&
	       umbra_relay_sends(w->skb);
}

void umbra_relayed_stay(struct umbra_passage *w, struct umbra_half *half)
{
	const struct umbra_session *s = umbra_half_session(half);
	const struct umbra_half *orig = &s->half[UMBRA_DIR_ORIGINAL];
	int iif = READ_ONCE(orig->iif);

	umbra_assert_rcu();
	if (half->dir == UMBRA_DIR_ORIGINAL || s->reason != UMBRA_REASON_RELAY)
		return;
	if (!iif || w->oif == iif)
		return;
	if (w->hook == NF_INET_PRE_ROUTING && w->way != UMBRA_WAY_FORWARD)
		return;
	if (umbra_route_by(w->un->net, w->skb, w->hook, &orig->key, iif))
		w->oif = iif;
}

static bool is_server_of(const struct umbra_relay *r, const struct umbra_key *key)
{
	return r->type == UMBRA_RELAY_TYPE_TCP_RELAY && r->family == key->family &&
	       ipv6_addr_equal(&r->target, &key->dst) && ntohs(key->dport) >= r->target_port &&
	       ntohs(key->dport) <= umbra_relay_target_port(r, r->last);
}

/* Find the relay of the firewall's own connection to the server of a tcp-relay. */
static const struct umbra_relay *find_by_server(const struct umbra_policy *p,
						const struct umbra_session *s)
{
	const struct umbra_relay *r = umbra_policy_relay_of_row(p, READ_ONCE(s->rule));
	u32 i;

	for (i = 0; !r && i < p->nr_relays; i++)
		if (is_server_of(&p->relay[i], &s->half[UMBRA_DIR_ORIGINAL].key))
			r = &p->relay[i];
	return r;
}

/* Does the relay lead to the session's server, and show it the same client address? */
static bool leads_there(const struct umbra_relay *r, const struct umbra_session *s)
{
	const struct umbra_key *key = &s->half[UMBRA_DIR_ORIGINAL].key;
	const struct umbra_key *back = &s->half[UMBRA_DIR_REPLY].key;
	bool hidden = s->flags & UMBRA_SESSION_MASQUERADE;

	if (!umbra_nat_redirects(r))
		return !s->half[UMBRA_DIR_ORIGINAL].translate || umbra_nat_is_own(s);
	return ipv6_addr_equal(&r->target, &back->src) && (hidden || umbra_nat_shows_client(r)) &&
	       ntohs(back->sport) == umbra_relay_target_port(r, ntohs(key->dport));
}

u8 umbra_relayed_judge(const struct umbra_policy *p, const struct umbra_session *s, int iif,
		       const struct umbra_verdict **verdict)
{
	const struct umbra_relay *r = NULL;
	bool allowed = true;

	umbra_assert_rcu();
	if (p->relay_cls && iif)
		r = umbra_policy_relay(p, &s->half[UMBRA_DIR_ORIGINAL].key, iif, &allowed);
	else if (p->relay_cls)
		r = find_by_server(p, s);
	if (r && !allowed) {
		*verdict = &r->verdict;
		return UMBRA_OBSTACLE_RELAY_ACCESS;
	}
	if (!r || !leads_there(r, s))
		return UMBRA_OBSTACLE_RELAY;
	*verdict = &r->verdict;
	return 0;
}
