// SPDX-License-Identifier: GPL-2.0
/*
 * Open: a packet without a session.
 *
 * The steps: route, spoofing check, broadcast and the like, rules, limits, new session. After that
 * the packet continues like one whose session was found. If two CPUs race to open a session for
 * the same packet, the session that was inserted first lets both packets in.
 */
#include <linux/inetdevice.h>
#include <linux/umbra.h>
#include <net/addrconf.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "life/end.h"
#include "life/wake.h"
#include "path/carried.h"
#include "report/event.h"
#include "egress/forward.h"
#include "policy/judge.h"
#include "life/limit.h"
#include "report/log.h"
#include "path/to_mapping.h"
#include "nat/nat.h"
#include "passage.h"
#include "policy/policy.h"
#include "path/verdict_cache.h"
#include "path/to_relay.h"
#include "egress/route.h"
#include "session/track.h"
#include "umbra.h"
#include "under_rcu.h"

void umbra_passage_route(struct umbra_passage *w, const struct in6_addr *to)
{
	umbra_assert_rcu();
	if (w->hook == NF_INET_PRE_ROUTING)
		w->way = umbra_route_input(w->skb, w->family, to, &w->oif);
}

void umbra_passage_hit(const struct umbra_passage *w)
{
	umbra_assert_rcu();
	if (!w->dry)
		umbra_row_hit(w->verdict->row);
}

/* Such an address may be behind every interface. */
static bool is_link_local_or_none(u8 family, const struct in6_addr *addr)
{
	if (family == AF_INET)
		return !addr->s6_addr32[0];	/* a host without an address, RFC 2131 */
	return ipv6_addr_any(addr) || ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;
}

bool umbra_policy_spoofed(const struct umbra_policy *p, int iif, u8 family,
			  const struct in6_addr *src)
{
	umbra_assert_rcu();
	if (!iif || is_link_local_or_none(family, src))
		return false;
	return umbra_classify_spoofed(p->cls, umbra_policy_iface(p, iif), family, src);
}

static bool is_own_source(const struct umbra_passage *w)
{
	const struct in6_addr *src = &w->packet.outer_src;

	if (w->family == AF_INET)
		return inet_addr_type_dev_table(w->un->net, w->skb->dev,
						src->s6_addr32[0]) == RTN_LOCAL;
	return ipv6_chk_addr(w->un->net, src, w->skb->dev, 0);
}

/*
 * IPv4 finds no route for a packet whose source is the firewall's own address, so a routed packet
 * needs no second check. There are two exceptions: accept_local, and loopback addresses.
 */
static bool route_vouches(const struct umbra_passage *w)
{
	struct in_device *in = __in_dev_get_rcu(w->skb->dev);

	return w->family == AF_INET && in && !IN_DEV_ACCEPT_LOCAL(in) &&
	       (w->way == UMBRA_WAY_FORWARD || w->way == UMBRA_WAY_LOCAL) &&
	       !ipv4_is_loopback(w->packet.outer_src.s6_addr32[0]);
}

static bool is_spoofed(const struct umbra_passage *w, bool routed)
{
	if (w->hook != NF_INET_PRE_ROUTING)
		return false;
	if (!(routed && route_vouches(w)) &&
	    !is_link_local_or_none(w->family, &w->packet.outer_src) && is_own_source(w))
		return true;
	return umbra_policy_spoofed(w->policy, w->iif, w->family, &w->packet.outer_src);
}

bool umbra_passage_spoofed(const struct umbra_passage *w)
{
	umbra_assert_rcu();
	return is_spoofed(w, false);
}

static u32 setting(const struct umbra_passage *w, u8 key)
{
	return w->policy->settings.value[key];
}

static u8 unmatched_action(const struct umbra_passage *w)
{
	return setting(w, UMBRA_SETTING_UNMATCHED) == UMBRA_VERDICT_SETTING_REJECT ?
	       UMBRA_ACTION_REJECT : UMBRA_ACTION_DISCARD;
}

/* The firewall's own DHCP: RFC 2131 and RFC 8415, from server to client; outbound the reverse. */
static bool is_own_dhcp(const struct umbra_passage *w)
{
	bool out = w->hook == NF_INET_LOCAL_OUT;
	u16 client = w->family == AF_INET ? 68 : 546;
	u16 server = w->family == AF_INET ? 67 : 547;

	if (w->packet.key.proto != IPPROTO_UDP || (!out && w->way == UMBRA_WAY_FORWARD))
		return false;
	return w->packet.key.sport == htons(out ? client : server) &&
	       w->packet.key.dport == htons(out ? server : client);
}

/* @leaves: key with which the packet leaves; if @translated, a new key with its VRF set. */
static __always_inline void set_halves(struct umbra_passage *w, struct umbra_session *s,
				       bool reversed, const struct umbra_key *leaves,
				       bool translated)
{
	struct umbra_half *here = &s->half[reversed], *back = &s->half[!reversed];

	here->key = w->packet.key;
	here->hash = w->hash;
	umbra_key_invert(leaves, &back->key);
	here->translate = back->translate = translated;
	here->iif = back->oif = w->iif;
	here->oif = back->iif = w->oif;
	/* If it is routed into or out of a VRF, the replies arrive in that one. */
	if (w->oif && !translated)
		back->key.vrf = umbra_passage_vrf(w);
	back->hash = translated ? 0 : umbra_table_hash_of_answer(here->hash, &here->key,
								 &back->key);
}

static __always_inline void set_policy(struct umbra_passage *w, struct umbra_session *s, u8 reason)
{
	const struct umbra_verdict *v = w->verdict;
	u8 window = v ? v->window : 0, probes = v ? v->probes : 0;
	bool silent = umbra_policy_silent(w->policy, v);

	s->generation = w->policy->generation;
	s->reason = reason;
	/* One byte, and together one store. */
	s->window = window;
	s->probes = probes;
	s->silent = silent;
	s->heard = 0;
	s->aborted = false;
	if (v) {
		s->rule = v->row->id;
		s->timeout = v->timeout;
	}
	if (w->relay && w->relay->type == UMBRA_RELAY_TYPE_TCP_RELAY)
		s->flags |= UMBRA_SESSION_RELAY;
	if (w->nat) {
		s->nat = w->nat->row->id;
		s->flags |= UMBRA_SESSION_NAT;
	}
}

/* Use the session that another CPU inserted first. */
static noinline u8 adopt(struct umbra_passage *w)
{
	struct umbra_half *half;
	bool gone = false;
	u8 why;

	if (w->early) {
		umbra_row_unhit(w->verdict->row);
		return UMBRA_LEFT;
	}
	half = umbra_table_find(&w->un->table, &w->packet.key);
	if (!half)
		return UMBRA_REASON_DUPLICATE;
	why = umbra_hit(w, half, &gone);
	return gone ? UMBRA_REASON_DUPLICATE : why;
}

static noinline void give_up(struct umbra_passage *w, struct umbra_session *s)
{
	umbra_nat_release(w->un, s);
	umbra_limit_cancel(w->un, w->verdict, &w->who);
	umbra_session_free_new(s);
}

/*
 * Not inlined, so that packets without translation need no stack for a third key.
 * @again: choose another port than before.
 */
static noinline u8 set_translated(struct umbra_passage *w, struct umbra_session *s, bool reversed,
				  bool again)
{
	struct umbra_key leaves umbra_not_cleared;
	u8 why = umbra_nat_choose(w, s, again, &leaves);

	if (why)
		return why;
	/* Twice, because most of it is constant for the compiler then. */
	if (umbra_key_equal(&leaves, &w->packet.key))
		set_halves(w, s, reversed, &leaves, false);
	else
		set_halves(w, s, reversed, &leaves, true);
	umbra_table_expect(&w->un->table, &s->half[!reversed]);
	return 0;
}

/* Its two keys. Return: 0 or enum umbra_reason. */
static __always_inline u8 set_keys(struct umbra_passage *w, struct umbra_session *s, bool reversed)
{
	if (umbra_nat_changes(w))
		return set_translated(w, s, reversed, false);
	set_halves(w, s, reversed, &w->packet.key, false);
	return 0;
}

static void remember_way(struct umbra_passage *w, struct umbra_half *half)
{
	if (w->hook != NF_INET_PRE_ROUTING)
		return;
	if (!w->likewise)
		umbra_adjacency_name(&w->un->adjacencies, skb_dst(w->skb), &w->adj, &w->adj_id);
	umbra_adjacency_remember(half, w->adj, w->adj_id);
}

/*
 * Fill in the session, except for its place in the table. The keys come first, because the table's
 * lines for them are prefetched meanwhile. Tracking comes before the session is visible, so that
 * every session that is found has an expiry.
 */
static __always_inline u8 prepare(struct umbra_passage *w, struct umbra_session *s, u8 reason,
				  bool mid_stream, bool reversed)
{
	u8 why = set_keys(w, s, reversed);

	if (why)
		return why;
	set_policy(w, s, reason);
	remember_way(w, &s->half[reversed]);
	umbra_track_begin(s, mid_stream);
	return umbra_track(s, reversed, &w->packet, &w->policy->settings);
}

/* Ports to try: the port map does not know those of most sessions of the firewall itself. */
#define CLASHES		8

/*
 * Return: 0 or enum umbra_reason, likewise below: UMBRA_REASON_DUPLICATE when another session has
 * one of its keys, UMBRA_REASON_TABLE_FULL when there is no slot.
 */
static u8 put_in_table(struct umbra_passage *w, struct umbra_session *s)
{
	int err = umbra_table_insert(&w->un->table, s);

	if (likely(!err))
		return 0;
	return err == -EEXIST ? UMBRA_REASON_DUPLICATE : UMBRA_REASON_TABLE_FULL;
}

static noinline u8 insert_elsewhere(struct umbra_passage *w, struct umbra_session *s,
				    bool reversed)
{
	u8 why = UMBRA_REASON_DUPLICATE;
	int i;

	for (i = 1; i < CLASHES && why == UMBRA_REASON_DUPLICATE; i++) {
		if (umbra_table_find(&w->un->table, &w->packet.key))
			break;
		umbra_nat_release(w->un, s);
		s->flags &= ~UMBRA_SESSION_MAPPED;
		why = set_translated(w, s, reversed, true) ?: put_in_table(w, s);
	}
	return why;
}

static u8 set_own(struct umbra_passage *w, struct umbra_session *s)
{
	struct umbra_key leaves;
	u8 why = umbra_nat_choose_own(w, s, &leaves);

	if (!why)
		set_halves(w, s, false, &leaves, true);
	return why;
}

/* Insert with another port, while there is one. */
static u8 insert_own_elsewhere(struct umbra_passage *w, struct umbra_session *s)
{
	u8 why = UMBRA_REASON_DUPLICATE;
	int i;

	for (i = 1; i < CLASHES && why == UMBRA_REASON_DUPLICATE; i++) {
		umbra_nat_release(w->un, s);
		why = set_own(w, s) ?: put_in_table(w, s);
	}
	return why;
}

/* Replace the session that is in the way, unless that is one of the firewall's own, too. */
static u8 insert_instead(struct umbra_passage *w, struct umbra_session *s, bool reversed)
{
	struct umbra_half *other;

	umbra_nat_release(w->un, s);
	set_halves(w, s, reversed, &w->packet.key, false);
	other = umbra_table_find(&w->un->table, &s->half[!reversed].key);
	if (other && umbra_half_other(other)->iif)
		umbra_session_kill(umbra_half_session(other), UMBRA_REASON_DUPLICATE);
	return put_in_table(w, s);
}

/*
 * A packet of the firewall itself takes precedence over a client's session. If a client already has
 * its port towards that server, the packet leaves with another port. That fails if no port is free,
 * or if the server knows the port already, because the packet is an answer or within a connection.
 * Then the client's session ends.
 */
static noinline u8 insert_own(struct umbra_passage *w, struct umbra_session *s, bool reversed)
{
	u8 why = UMBRA_REASON_DUPLICATE;

	if (umbra_table_find(&w->un->table, &w->packet.key))
		return why;
	if (!reversed && w->packet.cls_kind == UMBRA_CLS_OPEN)
		why = insert_own_elsewhere(w, s);
	return why && why != UMBRA_REASON_TABLE_FULL ? insert_instead(w, s, reversed) : why;
}

static u8 insert(struct umbra_passage *w, struct umbra_session *s, bool reversed)
{
	u8 why = put_in_table(w, s);

	if (likely(why != UMBRA_REASON_DUPLICATE))
		return why;
	if (w->hook == NF_INET_LOCAL_OUT)
		return insert_own(w, s, reversed);
	return s->ports ? insert_elsewhere(w, s, reversed) : why;
}

static __always_inline u8 published(struct umbra_passage *w, struct umbra_session *s,
				    bool reversed)
{
	struct umbra_half *half = &s->half[reversed];

	umbra_count(w->un, created);
	if (w->nat)
		umbra_row_hit(w->nat->row);
	umbra_walker_wake(w->un);
	umbra_event_session(s, UMBRA_CMD_SESSION_NEW_NTF);
	umbra_log_passed(w, s->reason);
	return half->translate ? umbra_nat_apply(w, half) : 0;
}

/* Prepare and insert the session, or use the other CPU's. It was admitted before. */
static __always_inline u8 publish(struct umbra_passage *w, struct umbra_session *s, u8 reason,
				  bool mid_stream, bool reversed)
{
	u8 why = prepare(w, s, reason, mid_stream, reversed);

	why = why ?: insert(w, s, reversed);
	if (!why)
		return published(w, s, reversed);
	give_up(w, s);
	if (why == UMBRA_REASON_NAT_EXHAUSTED)	/* a rule allows it: RFC 5508 REQ-8 */
		w->action = UMBRA_ACTION_REJECT;
	return why == UMBRA_REASON_DUPLICATE ? adopt(w) : why;
}

/* Would it open a session? It may still find no free port. */
static noinline u8 foresee(struct umbra_passage *w, u8 reason)
{
	struct umbra_key leaves;

	w->passed = reason;
	return umbra_limit_foresee(w->un, w->verdict, &w->who) ?: umbra_nat_leaves(w, &leaves);
}

/* For a packet of the server, it is not known whether the client is trusted. */
static noinline void find_claimant(struct umbra_passage *w, bool reversed)
{
	const struct umbra_key *key = &w->packet.key;

	w->who = umbra_limit_claimant(w->un, key, reversed);
	if (!reversed)
		w->who.trusted = w->hook == NF_INET_LOCAL_OUT ||
				 umbra_policy_names(w->policy, UMBRA_SETTING_MANAGEMENT, key,
						    w->iif);
}

/* Inlined down to the table: most sessions are opened by a rule and a client's first packet. */
static __always_inline u8 open_session(struct umbra_passage *w, u8 reason, bool mid_stream,
				       bool reversed)
{
	struct umbra_session *s;
	u8 why;

	w->action = UMBRA_ACTION_DISCARD;
	if (!w->likewise)
		find_claimant(w, reversed);
	if (w->dry)
		return foresee(w, reason);
	if (umbra_packet_corrupt(w->skb, &w->packet, w->hook))
		return UMBRA_REASON_MALFORMED;
	why = umbra_limit_admit(w->un, w->verdict, &w->who);
	if (why)
		return why;
	s = umbra_session_new(w->un);
	if (!s) {
		umbra_limit_cancel(w->un, w->verdict, &w->who);
		return UMBRA_REASON_NO_MEMORY;
	}
	return publish(w, s, reason, mid_stream, reversed);
}

u8 umbra_open_session(struct umbra_passage *w, u8 reason, bool mid_stream, bool reversed)
{
	umbra_assert_rcu();
	return open_session(w, reason, mid_stream, reversed);
}

static u8 no_rule(struct umbra_passage *w)
{
	if (w->packet.cls_kind != UMBRA_CLS_OPEN)
		return umbra_pick_up(w);
	if (w->packet.kind == UMBRA_PACKET_ICMP_ANSWER) {
		w->action = UMBRA_ACTION_DISCARD;
		return UMBRA_REASON_ICMP_STRAY;
	}
	w->action = unmatched_action(w);
	return UMBRA_REASON_UNMATCHED;
}

static u8 open_by_rule(struct umbra_passage *w)
{
	umbra_passage_hit(w);
	return open_session(w, UMBRA_REASON_RULE, false, false);
}

/* Allowed by a rule. @session: it may open a session. */
static u8 allowed(struct umbra_passage *w, bool session)
{
	u8 why;

	if (session && umbra_nat_may_apply(w))
		w->nat = umbra_policy_nat(w->policy, &w->packet.key, w->iif, w->oif);
	/* Only a session can translate the replies back. */
	if (!session || (w->verdict->type == UMBRA_SERVICE_TYPE_PACKET_FILTER && !w->nat &&
			 !umbra_nat_is_taken(w))) {
		umbra_passage_hit(w);
		return umbra_pass(w, UMBRA_REASON_RULE);
	}
	if (w->packet.kind == UMBRA_PACKET_ICMP_ANSWER)
		return UMBRA_REASON_ICMP_STRAY;
	if (w->packet.cls_kind != UMBRA_CLS_OPEN)
		return umbra_packet_stray(&w->packet);
	if (unlikely(umbra_carried_out(w))) {
		w->action = UMBRA_ACTION_DISCARD;
		return UMBRA_REASON_NOT_FOLLOWED;
	}
	why = open_by_rule(w);
	if (!why && w->early)
		umbra_precedent_set(w);
	return why;
}

static u8 ask_rules(struct umbra_passage *w, bool session)
{
	const struct umbra_verdict *v;

	v = umbra_judge_key(w->policy, &w->packet.key, w->iif, w->oif, w->packet.cls_kind);
	if (!v)
		return no_rule(w);
	w->verdict = v;
	w->action = v->action;
	if (v->action == UMBRA_ACTION_ALLOW)
		return allowed(w, session);
	umbra_passage_hit(w);
	return UMBRA_REASON_RULE;
}

/* RFC 1122 4.2.3.10, RFC 9260 8.4: no connections with many hosts. */
static bool is_connected(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_SCTP;
}

static u8 open_many(struct umbra_passage *w, u8 key, u8 reason)
{
	w->action = UMBRA_ACTION_DISCARD;	/* never answer one packet to many */
	if (setting(w, key) != UMBRA_VERDICT_SETTING_JUDGE || is_connected(w->packet.key.proto))
		return reason;
	reason = ask_rules(w, false);
	if (w->action == UMBRA_ACTION_REJECT)
		w->action = UMBRA_ACTION_DISCARD;
	return reason;
}

/* Allowed by the ping setting, else judged by the rules. */
static u8 open_ping(struct umbra_passage *w)
{
	u8 why;

	if (umbra_ping_allowed(w, w->skb->dev, &w->packet.key))
		return umbra_open_session(w, UMBRA_REASON_PING, false, false);
	why = ask_rules(w, true);
	return why == UMBRA_REASON_UNMATCHED ? UMBRA_REASON_PING : why;
}

/* A sender who may not use the relay gets the answer of a packet that no rule matches. */
static u8 not_for_you(struct umbra_passage *w)
{
	if (w->packet.cls_kind == UMBRA_CLS_OPEN)
		w->action = unmatched_action(w);
	return UMBRA_REASON_RELAY_ACCESS;
}

/*
 * IPv6: an unspecified or link-local source may not leave its link (RFC 4291 section 2.5.2,
 * 2.5.6). The kernel checks this when it forwards, but only after NAT or a relay may have changed
 * the source.
 */
static bool is_confined(const struct umbra_passage *w)
{
	const struct in6_addr *src = &w->packet.outer_src;

	if (w->family != AF_INET6 || w->way != UMBRA_WAY_FORWARD || w->hook != NF_INET_PRE_ROUTING)
		return false;
	return ipv6_addr_any(src) ||
	       (ipv6_addr_type(src) & IPV6_ADDR_LINKLOCAL && w->oif != w->iif);
}

/*
 * Before the IP layer, only packets that are forwarded are handled, and only by a plain route.
 * Nothing has been counted or taken so far.
 */
static bool is_left(const struct umbra_passage *w)
{
	struct dst_entry *dst = skb_dst(w->skb);

	return w->early && !(w->way == UMBRA_WAY_FORWARD &&
			     umbra_forward_is_plain(w->un->net, w->skb, dst, w->family) &&
			     umbra_forward_room(w->skb, dst));
}

/* A mapping or a precedent decides the route and the rule that lets it in. */
static bool is_decided(struct umbra_passage *w)
{
	return umbra_mapped_find(w) || (w->early && umbra_precedent_find(w));
}

u8 umbra_open(struct umbra_passage *w)
{
	bool relayed = umbra_relayed_find(w), decided = !relayed && is_decided(w);

	umbra_assert_rcu();
	if (!decided)
		umbra_passage_route(w, w->stranger ? &w->packet.outer_dst : umbra_relayed_to(w));
	if (is_left(w))
		return UMBRA_LEFT;
	if (unlikely(is_confined(w))) {
		w->action = unmatched_action(w);
		return UMBRA_REASON_SOURCE_SCOPE;
	}
	if (decided)
		return open_by_rule(w);
	w->action = UMBRA_ACTION_DISCARD;
	if (is_spoofed(w, true))
		return UMBRA_REASON_SPOOFED;
	if (unlikely(umbra_carried_off(w) || (relayed && umbra_carried_out(w))))
		return UMBRA_REASON_NOT_FOLLOWED;
	if (relayed)
		return w->stranger ? not_for_you(w) : umbra_relayed_open(w);
	if (is_own_dhcp(w))
		return umbra_pass(w, UMBRA_REASON_DHCP);
	switch (w->way) {
	case UMBRA_WAY_BROADCAST:
		return open_many(w, UMBRA_SETTING_BROADCAST, UMBRA_REASON_BROADCAST);
	case UMBRA_WAY_MULTICAST:
		return open_many(w, UMBRA_SETTING_MULTICAST, UMBRA_REASON_MULTICAST);
	case UMBRA_WAY_NONE:
		w->action = unmatched_action(w);
		return UMBRA_REASON_NO_ROUTE;
	}
	return umbra_ping_here(w) ? open_ping(w) : ask_rules(w, true);
}
