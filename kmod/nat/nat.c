// SPDX-License-Identifier: GPL-2.0
/*
 * NAT: the choice that is made once, when a session opens.
 *
 * A session has two keys, one for each direction as it arrives. The choice made here is the second
 * key: the answer must arrive as the inverse of what leaves. If the keys are not each other's
 * inverse, the session is translated, and nothing else has to be stored. Three things can change
 * the key:
 * - a relay row gives another destination;
 * - a mapping leads to the inside socket that it stands for;
 * - a nat row (or a relay that hides its clients) gives another source.
 *
 * The source. A client keeps its own port if the row's range has it, no socket and no relay of the
 * firewall uses it, and no other session has it at that outside address. Else a port is picked at
 * random (RFC 6056). As long as one is free there, it is outside of the range from which the kernel
 * gives ports to local sockets. A client of a pool always begins at the same address (paired
 * pooling, RFC 4787 REQ-2). It moves on to the next POOL_TRIES only if that address has no port
 * left.
 *
 * A session has its port from before it is in the table until after it has left the table
 * (life/end.c), so two sessions never have the same second key. No lock is held here: a port is won
 * by one atomic bit (portmap.c), and a mapping has its own lock (mapping.c).
 *
 * Attack: a client that opens many sessions can use up the ports of an outside address. Its next
 * session is then refused, and counted as nat-exhausted. The limits of a rule keep one client
 * from getting there.
 */
#include "nat/nat.h"

#include <linux/icmp.h>
#include <linux/jhash.h>
#include <linux/umbra.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/lwtunnel.h>

#include "packet/icmp.h"
#include "packet/mark.h"
#include "nat/own_port.h"
#include "policy/policy.h"
#include "nat/portmap.h"
#include "egress/route.h"
#include "packet/translate.h"
#include "umbra.h"
#include "under_rcu.h"

/* How many addresses of a pool are tried, if those before have no port left. */
#define POOL_TRIES	64

bool umbra_nat_shows_client(const struct umbra_relay *relay)
{
	return relay->type == UMBRA_RELAY_TYPE_SEMITRANSPARENT_TCP_FORWARD ||
	       relay->type == UMBRA_RELAY_TYPE_SEMITRANSPARENT_UDP_FORWARD;
}

/*
 * A server on the same link as the client would answer the client directly. So there the firewall
 * hides the client even in a semitransparent relay.
 */
static bool hides_client(const struct umbra_passage *w)
{
	return !umbra_nat_shows_client(w->relay) || w->oif == w->iif;
}

/* A packet to a mapping's outside socket from its own side. Both ends see the firewall. */
static bool is_hairpin(const struct umbra_passage *w)
{
	return w->mapping && w->nat;
}

static bool changes_source(const struct umbra_passage *w)
{
	return umbra_nat_redirects(w->relay) ? hides_client(w) : w->nat != NULL;
}

/* Not inlined, because it is only for packets that are neither TCP nor UDP. */
static noinline bool is_query(const struct umbra_key *key)
{
	return key->proto == umbra_icmp_proto(key->family) &&
	       umbra_icmp_class(key->family, ntohs(key->dport) >> 8) == UMBRA_ICMP_QUERY;
}

/* SCTP has ports, but a translator must not change them (RFC 8540). */
static __always_inline bool has_port(const struct umbra_key *key)
{
	return key->proto == IPPROTO_TCP || umbra_key_is_udp(key) || is_query(key);
}

bool umbra_nat_may_apply(const struct umbra_passage *w)
{
	return w->policy->nat_cls && w->hook == NF_INET_PRE_ROUTING && w->way == UMBRA_WAY_FORWARD;
}

bool umbra_nat_is_taken(const struct umbra_passage *w)
{
	struct umbra_key back;

	umbra_assert_rcu();
	if (w->hook != NF_INET_LOCAL_OUT)
		return false;
	umbra_key_invert(&w->packet.key, &back);
	return umbra_table_find(&w->un->table, &back);
}

bool umbra_nat_takes_port(const struct umbra_passage *w)
{
	umbra_assert_rcu();
	return has_port(&w->packet.key) && (changes_source(w) || umbra_nat_is_taken(w));
}

static const struct umbra_port_range *ports_of(const struct umbra_passage *w)
{
	return w->nat ? &w->nat->ports : &umbra_nat_ports;
}

static bool is_masquerade(const struct umbra_passage *w)
{
	return !w->nat || w->nat->type == UMBRA_NAT_TYPE_MASQUERADE;
}

static u32 pool_size(const struct umbra_passage *w)
{
	int word = w->family == AF_INET ? 0 : 3;

	if (is_masquerade(w))
		return 1;
	return ntohl(w->nat->last.s6_addr32[word]) - ntohl(w->nat->first.s6_addr32[word]) + 1;
}

/* The place in the pool of the address that this client always gets first (paired pooling). */
static u32 pool_place(const struct umbra_passage *w, u32 size)
{
	u32 hash;

	if (size == 1)
		return 0;
	hash = jhash2((__force const u32 *)w->packet.key.src.s6_addr32, 4, w->un->nat_seed);
	return reciprocal_scale(hash, size);
}

/* A pool has at most 65536 addresses, so an addition carries at most 1 into the next word. */
static void pool_address(const struct umbra_passage *w, u32 place, struct in6_addr *addr)
{
	int word = w->family == AF_INET ? 0 : 3;
	u32 low = ntohl(w->nat->first.s6_addr32[word]), sum = low + place;

	*addr = w->nat->first;
	addr->s6_addr32[word] = htonl(sum);
	for (; sum < low && word; word--) {
		low = ntohl(addr->s6_addr32[word - 1]);
		sum = low + 1;
		addr->s6_addr32[word - 1] = htonl(sum);
	}
}

/* Inlined from here on: each is one step of umbra_nat_choose(), and used little elsewhere. */
static __always_inline u8 own_address(struct umbra_passage *w, struct umbra_key *leaves)
{
	if (!w->likewise && !umbra_nat_own_address(w->un->net, w->skb, skb_dst(w->skb)->dev, leaves,
						   &w->outside))
		return UMBRA_REASON_NAT_ADDRESS;
	leaves->src = w->outside;
	return 0;
}

static __always_inline u8 outside_address(struct umbra_passage *w, u32 place,
					  struct umbra_key *leaves)
{
	if (is_hairpin(w)) {
		leaves->src = w->mapping->inside.to;
		return 0;
	}
	if (is_masquerade(w))
		return own_address(w, leaves);
	pool_address(w, place, &leaves->src);
	return 0;
}

static __always_inline void redirect(const struct umbra_passage *w, struct umbra_key *leaves)
{
	const struct umbra_relay *r = w->relay;

	*leaves = w->packet.key;
	if (w->oif)
		leaves->vrf = umbra_passage_vrf(w);
	if (w->mapping) {
		leaves->dst = w->mapping->inside.socket.addr;
		leaves->dport = w->mapping->inside.socket.port;
	}
	if (!umbra_nat_redirects(r))
		return;
	leaves->dst = r->target;
	leaves->dport = htons(umbra_relay_target_port(r, ntohs(leaves->dport)));
}

u8 umbra_nat_leaves(struct umbra_passage *w, struct umbra_key *leaves)
{
	umbra_assert_rcu();
	redirect(w, leaves);
	if (!changes_source(w))
		return 0;
	return outside_address(w, pool_place(w, pool_size(w)), leaves);
}

static u8 no_port(long err)
{
	return err == -ENOSPC ? UMBRA_REASON_NAT_EXHAUSTED : UMBRA_REASON_NO_MEMORY;
}

/* Does a relay listen on the port? Some relays have no socket. */
static noinline bool is_relayed(const struct umbra_passage *w, const struct umbra_key *leaves,
				u16 port)
{
	struct umbra_key in;
	bool allowed;

	umbra_key_invert(leaves, &in);
	in.dport = htons(port);
	return umbra_policy_relay(w->policy, &in, w->oif, &allowed);
}

/* Does the firewall itself use the port, at the address in @leaves? */
static __always_inline bool is_own_port(const struct umbra_passage *w,
					const struct umbra_key *leaves, u16 port)
{
	return umbra_own_port_held(w->un->net, leaves, port) ||
	       (unlikely(w->policy->relay_cls) && is_relayed(w, leaves, port));
}

/* A packet that is about to leave; the argument of umbra_port_choice.held. */
struct leaving {
	const struct umbra_passage *w;
	const struct umbra_key *leaves;
};

static bool is_held(const void *arg, u16 port)
{
	const struct leaving *l = arg;

	return is_own_port(l->w, l->leaves, port);
}

/* The range from which the kernel takes ports for its own sockets. */
static struct umbra_port_range local_ports(struct net *net)
{
	int first, last;

	inet_get_local_port_range(net, &first, &last);
	return (struct umbra_port_range){ .first = first, .last = last };
}

/* @l: must outlive @choice, which refers to it. */
static void make_choice(const struct leaving *l, struct umbra_port_choice *choice)
{
	*choice = (struct umbra_port_choice) {
		.range = *ports_of(l->w), .shun = local_ports(l->w->un->net),
		.held = is_held, .arg = l,
	};
}

/* Give the session the port that its inside socket has at the address in @leaves. */
static noinline u8 share_port(const struct umbra_passage *w, struct umbra_session *s,
			      struct umbra_key *leaves)
{
	const struct leaving l = { .w = w, .leaves = leaves };
	struct umbra_port_choice choice;
	struct umbra_mapping *map;

	make_choice(&l, &choice);
	map = umbra_mapping_get(&w->un->mappings, &w->un->portmaps, &w->packet.key, leaves,
				w->nat, &choice);
	if (IS_ERR(map))
		return no_port(PTR_ERR(map));
	leaves->sport = map->outside.port;
	s->mapping = map;
	s->flags |= UMBRA_SESSION_MAPPED;
	return 0;
}

static noinline struct umbra_portmap *pick_port(const struct umbra_passage *w,
						const struct umbra_port_subject *subject,
						const struct umbra_key *leaves, u16 *port)
{
	const struct leaving l = { .w = w, .leaves = leaves };
	struct umbra_port_choice choice;

	make_choice(&l, &choice);
	return umbra_port_pick(&w->un->portmaps, subject, &choice, port);
}

/* May the client keep its own port, if that is free? */
static __always_inline bool may_keep(const struct umbra_passage *w, const struct umbra_key *leaves,
				     u16 port)
{
	return port && umbra_port_in(ports_of(w), port) && !is_own_port(w, leaves, port);
}

/* Reserve a port of the address in @leaves. */
static __always_inline u8 take_port(const struct umbra_passage *w, struct umbra_session *s,
				    bool again, struct umbra_key *leaves)
{
	const struct umbra_port_subject subject = {
		.addr = leaves->src, .proto = leaves->proto, .family = leaves->family,
		.vrf = leaves->vrf,
	};
	u16 port = ntohs(w->packet.key.sport);
	struct umbra_portmap *map = NULL;

	if (w->nat && w->nat->endpoint_independent && !again)
		return share_port(w, s, leaves);
	if (!again && may_keep(w, leaves, port))
		map = umbra_port_keep(&w->un->portmaps, &subject, port);
	if (!map)
		map = pick_port(w, &subject, leaves, &port);
	if (IS_ERR(map))
		return no_port(PTR_ERR(map));
	leaves->sport = htons(port);
	s->ports = map;
	return 0;
}

/* Choose the address at @place of a pool, and a port. */
static __always_inline u8 choose_at(struct umbra_passage *w, struct umbra_session *s, bool again,
				    u32 place, struct umbra_key *leaves)
{
	u8 why = outside_address(w, place, leaves);

	return why || !has_port(leaves) ? why : take_port(w, s, again, leaves);
}

static noinline u8 choose_of_pool(struct umbra_passage *w, struct umbra_session *s, bool again,
				  struct umbra_key *leaves)
{
	u32 size = pool_size(w), place = pool_place(w, size), i;
	u8 why = UMBRA_REASON_NAT_EXHAUSTED;

	for (i = 0; i < min_t(u32, size, POOL_TRIES) && why == UMBRA_REASON_NAT_EXHAUSTED; i++)
		why = choose_at(w, s, again, (place + i) % size, leaves);
	return why;
}

/* The session keeps the mapping alive for as long as the outside end uses it. */
static u8 keep_mapping(const struct umbra_passage *w, struct umbra_session *s)
{
	if (!umbra_mapping_hold(w->mapping))
		return UMBRA_REASON_NAT_ADDRESS;
	s->mapping = w->mapping;
	s->flags |= UMBRA_SESSION_MAPPED;
	if (w->mapping->masquerade)
		s->flags |= UMBRA_SESSION_MASQUERADE;
	return 0;
}

u8 umbra_nat_choose(struct umbra_passage *w, struct umbra_session *s, bool again,
		    struct umbra_key *leaves)
{
	umbra_assert_rcu();
	redirect(w, leaves);
	if (w->mapping && !w->nat)
		return keep_mapping(w, s);
	if (!changes_source(w))
		return 0;
	if (!is_masquerade(w))
		return choose_of_pool(w, s, again, leaves);
	s->flags |= UMBRA_SESSION_MASQUERADE;
	return choose_at(w, s, again, 0, leaves);
}

u8 umbra_nat_choose_own(struct umbra_passage *w, struct umbra_session *s, struct umbra_key *leaves)
{
	umbra_assert_rcu();
	*leaves = w->packet.key;
	return has_port(leaves) ? take_port(w, s, true, leaves) : UMBRA_REASON_NAT_EXHAUSTED;
}

/* The port or identifier that the far end answers to, in host byte order. */
static u16 outside_port(const struct umbra_session *s)
{
	const struct umbra_key *reply = &s->half[UMBRA_DIR_REPLY].key;

	return ntohs(reply->proto == umbra_icmp_proto(reply->family) ? reply->sport : reply->dport);
}

void umbra_nat_release(struct umbra_net *un, struct umbra_session *s)
{
	if (!s->ports)
		return;
	if (s->flags & UMBRA_SESSION_MAPPED)
		umbra_mapping_put(&un->mappings, &un->portmaps, s->mapping);
	else
		umbra_port_give(&un->portmaps, s->ports, outside_port(s));
	s->ports = NULL;
}

/*
 * Would a packet with a link-local source be forwarded to another link? Its session stayed on the
 * link when it was opened: see is_confined() in path/open.c.
 */
static bool leaves_its_link(const struct umbra_passage *w)
{
	return w->family == AF_INET6 && w->hook == NF_INET_PRE_ROUTING &&
	       w->way == UMBRA_WAY_FORWARD &&
	       ipv6_addr_type(&w->packet.outer_src) & IPV6_ADDR_LINKLOCAL &&
	       skb_dst(w->skb)->dev->ifindex != w->iif;
}

static bool forwarding_refuses(const struct umbra_passage *w)
{
	if (w->hook != NF_INET_PRE_ROUTING || w->way != UMBRA_WAY_FORWARD)
		return false;
	if (w->packet.ttl <= 1)
		return true;
	if (leaves_its_link(w))
		return true;
	if (w->family == AF_INET && !(ip_hdr(w->skb)->frag_off & htons(IP_DF)))
		return false;	/* the kernel fragments it */
	return umbra_route_refuses(w->skb, w->family,
				   umbra_route_mtu(skb_dst(w->skb), w->family));
}

/* A tunnel in the route (SRv6) wraps the packet before the kernel looks at it. */
static bool kernel_will_refuse(const struct umbra_passage *w)
{
	return unlikely(forwarding_refuses(w)) &&
	       !lwtunnel_input_redirect(skb_dst(w->skb)->lwtstate);
}

u8 umbra_nat_apply(struct umbra_passage *w, const struct umbra_half *half)
{
	umbra_assert_rcu();
	if (!w->early && kernel_will_refuse(w)) {	/* is_left() has checked early packets */
		*umbra_marks(w->skb, w->family) |= UMBRA_MARK_UNTRANSLATED;
		return 0;
	}
	/* An ICMP redirect would name an address that the sender does not know. */
	if (w->family == AF_INET)
		IPCB(w->skb)->flags &= ~IPSKB_DOREDIRECT;
	return umbra_translate(w->skb, &w->packet, &umbra_half_other(half)->key);
}

static bool has_address(const struct umbra_nat *nat, const struct umbra_key *reply)
{
	if (reply->family == AF_INET)
		return ntohl(reply->dst.s6_addr32[0]) >= ntohl(nat->first.s6_addr32[0]) &&
		       ntohl(reply->dst.s6_addr32[0]) <= ntohl(nat->last.s6_addr32[0]);
	return memcmp(&reply->dst, &nat->first, sizeof(reply->dst)) >= 0 &&
	       memcmp(&reply->dst, &nat->last, sizeof(reply->dst)) <= 0;
}

static bool has_same(const struct umbra_nat *nat, const struct umbra_session *s)
{
	bool masqueraded = s->flags & UMBRA_SESSION_MASQUERADE;

	if (nat->endpoint_independent != !!(s->flags & UMBRA_SESSION_MAPPED))
		return false;
	if (masqueraded != (nat->type == UMBRA_NAT_TYPE_MASQUERADE))
		return false;
	if (!masqueraded && !has_address(nat, &s->half[UMBRA_DIR_REPLY].key))
		return false;
	return !s->ports || umbra_port_in(&nat->ports, outside_port(s));
}

bool umbra_nat_holds(struct umbra_passage *w, const struct umbra_session *s, int iif, int oif)
{
	u32 row = READ_ONCE(s->nat);

	umbra_assert_rcu();
	w->nat = NULL;
	if (iif && oif)
		w->nat = umbra_policy_nat(w->policy, &s->half[UMBRA_DIR_ORIGINAL].key, iif, oif);
	if (!w->nat || !row)
		return !w->nat && !row;
	return w->nat->row->id == row || has_same(w->nat, s);
}
