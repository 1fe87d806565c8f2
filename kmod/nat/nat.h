/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NAT: what the far end of a session sees of it.
 *
 * Decided once, when a session opens: a relay gives it another destination, a
 * nat row (or a relay that hides its clients) another source. From then on the
 * session's two keys say it all: what leaves is the inverse of what the other
 * direction expects. Nothing here is asked again for a packet of a session but
 * umbra_nat_apply().
 */
#ifndef UMBRA_NAT_H
#define UMBRA_NAT_H

#include "passage.h"
#include "policy/policy.h"
#include "nat/portmap.h"
#include "session/session.h"

struct umbra_net;

/* A relay that rewrites packets, in contrast to the tcp-relay. */
static inline bool umbra_nat_redirects(const struct umbra_relay *relay)
{
	return relay && relay->type != UMBRA_RELAY_TYPE_TCP_RELAY;
}

/* A semitransparent one: its server sees the client's own address. */
bool umbra_nat_shows_client(const struct umbra_relay *relay);

/* Are there nat rows, and does the packet go through the firewall? */
bool umbra_nat_may_apply(const struct umbra_passage *w);

/**
 * umbra_nat_leaves() - addresses that a new session leaves with
 * @w: passage, routed; @w->relay and @w->nat say what is done to it; gets @outside
 * @leaves: key of the packet as it leaves, but for a source port that is yet to be
 *	chosen
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: 0; UMBRA_REASON_NAT_ADDRESS when the interface it leaves by has no address.
 */
u8 umbra_nat_leaves(struct umbra_passage *w, struct umbra_key *leaves);

/* Does a new session leave with other addresses than it comes with? */
static inline bool umbra_nat_changes(const struct umbra_passage *w)
{
	return w->nat || w->mapping || umbra_nat_redirects(w->relay);
}

/* Is a source port to be chosen as well? */
bool umbra_nat_takes_port(const struct umbra_passage *w);

/*
 * Is it sent by the firewall itself, and what would answer it belongs to another session? To be
 * asked of a packet that has none itself.
 */
bool umbra_nat_is_taken(const struct umbra_passage *w);

/**
 * umbra_nat_choose() - the same with a source port, reserved for the session
 * @w: passage; gets @outside
 * @s: session, not yet in the table; told whose port it has
 * @again: the port chosen before, given back by now, clashed with a session of the firewall
 *	itself; so even where it would be shared, this session gets one of its own
 * @leaves: key of the packet as it leaves; its VRF is the one that its answers arrive in
 *
 * The client's port is kept when it is free and in the row's range (RFC 4787
 * REQ-3, RFC 5382 REQ-7), else one is picked at random (RFC 6056). A port that a socket of
 * the firewall has, or that a relay listens at, is not free. A client has the
 * same outside address in all its sessions, as long as that has ports left (paired
 * pooling, RFC 4787 REQ-2).
 *
 * Return: 0; UMBRA_REASON_NAT_ADDRESS, UMBRA_REASON_NAT_EXHAUSTED or
 * UMBRA_REASON_NO_MEMORY.
 */
u8 umbra_nat_choose(struct umbra_passage *w, struct umbra_session *s, bool again,
		    struct umbra_key *leaves);

/**
 * umbra_nat_choose_own() - another source port for what the firewall itself sends
 * @w: passage at LOCAL_OUT, whose own port a session to the same server has
 * @s: session, not yet in the table; told whose port it has
 * @leaves: key of the packet as it leaves; of the address, and so by the way, that it has
 *
 * Return: as umbra_nat_choose(); UMBRA_REASON_DUPLICATE when it has no port to change.
 */
u8 umbra_nat_choose_own(struct umbra_passage *w, struct umbra_session *s, struct umbra_key *leaves);

/* Does a session of the firewall's own leave with another port than its socket's? */
static inline bool umbra_nat_is_own(const struct umbra_session *s)
{
	const struct umbra_half *orig = &s->half[UMBRA_DIR_ORIGINAL];

	return orig->translate && !READ_ONCE(orig->iif);
}

/* Give the session's port back; it is in no table any more. Context: any. */
void umbra_nat_release(struct umbra_net *un, struct umbra_session *s);

/**
 * umbra_nat_apply() - translate a packet of a session
 * @w: passage, routed
 * @half: direction of the packet
 *
 * A packet that the kernel would refuse to forward, because its time to live is over
 * or it is too large, is left as it came: so the error that the kernel makes of it is
 * about what its sender sent, and goes to it.
 *
 * Return: 0 or enum umbra_reason.
 */
u8 umbra_nat_apply(struct umbra_passage *w, const struct umbra_half *half);

/**
 * umbra_nat_holds() - would a policy still translate a session's source as it is?
 * @w: passage; its policy is asked, and it gets the row
 * @s: session that a rule allows
 * @iif: device index of the client's side
 * @oif: device index of the server's side
 *
 * A row that was edited and still has the session's outside address and port may take
 * the session over.
 */
bool umbra_nat_holds(struct umbra_passage *w, const struct umbra_session *s, int iif, int oif);

/*
 * The direction in which a masqueraded session leaves with the firewall's address: that
 * of its answers, if it came in by a mapping.
 */
static inline u8 umbra_nat_masquerade_dir(const struct umbra_session *s)
{
	return s->flags & UMBRA_SESSION_MAPPED && !READ_ONCE(s->nat) ? UMBRA_DIR_REPLY :
								       UMBRA_DIR_ORIGINAL;
}

/**
 * umbra_nat_own_address() - the firewall's own address towards a destination
 * @net: namespace
 * @skb: packet, routed
 * @dev: device by which it leaves
 * @leaves: its addresses as it leaves
 * @addr: gets the address; IPv4 in the first four bytes, the rest 0
 *
 * Return: whether there is one. Context: RCU.
 */
bool umbra_nat_own_address(struct net *net, const struct sk_buff *skb,
			   const struct net_device *dev, const struct umbra_key *leaves,
			   struct in6_addr *addr);

#endif
