// SPDX-License-Identifier: GPL-2.0
/*
 * To a mapping: a packet from outside to the outside address and port of an inside socket.
 *
 * The packet is routed and judged as if it were addressed to the inside socket (RFC 4787 REQ-8: the
 * filter decides, not the translator). If the rules let it in, a session opens and is translated as
 * the mapping says. If they do not, the packet is judged by its own address, as a packet to the
 * firewall itself. The same happens if a socket of the firewall has taken that port meanwhile and a
 * rule lets the packet to it.
 *
 * A packet that comes from the inside is a hairpin (REQ-9): both ends get the firewall's address,
 * because otherwise the inside socket would answer its neighbour directly.
 *
 * Attack: a packet with a spoofed source is refused before the rules are asked. The look-up costs
 * one hash for a packet of a stranger, and nothing while there are no mappings
 * (umbra_mapped_find()).
 *
 * Context: the packet path, under RCU. No lock is taken.
 */
#include "path/to_mapping.h"

#include <linux/umbra.h>
#include <net/ipv6.h>

#include "policy/judge.h"
#include "nat/own_port.h"
#include "policy/policy.h"
#include "umbra.h"

static const struct umbra_nat *nat_of_row(const struct umbra_policy *p, u32 row)
{
	u32 i;

	for (i = 0; i < p->nr_nats; i++)
		if (p->nat[i].row->id == row)
			return &p->nat[i];
	return NULL;
}

/* Do the rules let it in? It is routed to the inside socket. A hairpin needs its nat row, too. */
static bool let_in(struct umbra_passage *w, const struct umbra_mapping *map)
{
	struct umbra_key key = w->packet.key;

	if (w->way != UMBRA_WAY_FORWARD || umbra_passage_spoofed(w))
		return false;
	key.dst = map->inside.socket.addr;
	key.dport = map->inside.socket.port;
	w->verdict = umbra_judge_key(w->policy, &key, w->iif, w->oif, w->packet.cls_kind);
	if (!umbra_verdict_opens(w->verdict))
		return false;
	if (w->oif != w->iif)
		return true;
	w->nat = nat_of_row(w->policy, map->nat);
	return w->nat;
}

/*
 * A socket of the firewall has taken that port, and the rules let the packet to it. A client's
 * mapping must not take the packets of a service of the firewall.
 */
static bool is_for_firewall(struct umbra_passage *w)
{
	const struct umbra_verdict *v = NULL;
	struct umbra_key at;

	umbra_key_invert(&w->packet.key, &at);
	if (!umbra_own_port_held(w->un->net, &at, ntohs(at.sport)))
		return false;
	umbra_passage_route(w, &w->packet.outer_dst);
	if (w->way == UMBRA_WAY_LOCAL)
		v = umbra_judge_key(w->policy, &w->packet.key, w->iif, 0, w->packet.cls_kind);
	skb_dst_drop(w->skb);
	return v && v->action == UMBRA_ACTION_ALLOW;
}

bool __umbra_mapped_find(struct umbra_passage *w)
{
	struct umbra_mapping *map;

	if (w->hook != NF_INET_PRE_ROUTING || w->packet.cls_kind != UMBRA_CLS_OPEN)
		return false;
	map = umbra_mapping_find(&w->un->mappings, &w->packet.key);
	if (likely(!map) || is_for_firewall(w))
		return false;
	umbra_passage_route(w, &map->inside.socket.addr);
	if (let_in(w, map)) {
		w->mapping = map;
		return true;
	}
	w->verdict = NULL;
	skb_dst_drop(w->skb);
	return false;
}

bool umbra_mapped_session(const struct umbra_session *s, struct umbra_key *judged)
{
	const struct umbra_key *back = &s->half[UMBRA_DIR_REPLY].key;

	*judged = s->half[UMBRA_DIR_ORIGINAL].key;
	if (ipv6_addr_equal(&back->src, &judged->dst))
		return false;
	judged->dst = back->src;
	judged->dport = back->sport;
	return true;
}
