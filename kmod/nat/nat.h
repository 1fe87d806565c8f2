/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NAT: the addresses and ports that the far end of a session sees.
 *
 * They are decided once, when a session opens: a relay gives it another destination, and a nat row
 * (or a relay that hides its clients) another source. From then on the session's two keys are the
 * whole record of it: a packet leaves as the inverse of the key of the other direction. For later
 * packets of the session only umbra_nat_apply() is called.
 */
#ifndef UMBRA_NAT_H
#define UMBRA_NAT_H

#include "passage.h"
#include "policy/policy.h"
#include "nat/portmap.h"
#include "session/session.h"
#include "under_rcu.h"

struct umbra_net;

/* Does the relay rewrite packets, in contrast to the tcp-relay? */
static inline bool umbra_nat_redirects(const struct umbra_relay *relay)
{
	return relay && relay->type != UMBRA_RELAY_TYPE_TCP_RELAY;
}

/* Is the relay semitransparent, so that its server sees the client's own address? */
bool umbra_nat_shows_client(const struct umbra_relay *relay);

/* Are there nat rows, and does the packet go through the firewall? */
bool umbra_nat_may_apply(const struct umbra_passage *w);

/**
 * umbra_nat_leaves() - get the addresses that a new session leaves with
 * @w: passage, routed; @w->relay and @w->nat say what is done to it; @outside gets set
 * @leaves: set to the key of the packet as it leaves, except for a source port that is still to
 *	be chosen
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: 0; UMBRA_REASON_NAT_ADDRESS if the interface that it leaves by has no address.
 */
u8 umbra_nat_leaves(struct umbra_passage *w, struct umbra_key *leaves);

/* Does a new session leave with other addresses than it came with? */
static inline bool umbra_nat_changes(const struct umbra_passage *w)
{
	umbra_assert_rcu();
	return w->nat || w->mapping || umbra_nat_redirects(w->relay);
}

/* Does a source port have to be chosen, too? */
bool umbra_nat_takes_port(const struct umbra_passage *w);

/*
 * Does the firewall itself send the packet, and would its answers belong to another session? Only
 * for a packet that has no session itself.
 */
bool umbra_nat_is_taken(const struct umbra_passage *w);

/**
 * umbra_nat_choose() - choose addresses and a source port, reserved for the session
 * @w: passage; @outside gets set
 * @s: session, not yet in the table; gets the port map or the mapping of its port
 * @again: the port chosen before, which the caller has given back, clashed with a session of the
 *	firewall itself; so this session gets a port of its own even if it would share one
 * @leaves: set to the key of the packet as it leaves; its VRF is the one in which answers arrive
 *
 * The client's port is kept if it is free and in the row's range (RFC 4787 REQ-3, RFC 5382 REQ-7),
 * else one is picked at random (RFC 6056). A port is not free if a socket of the firewall has it or
 * a relay listens on it. A client has the same outside address in all its sessions as long as that
 * address has ports left (paired pooling, RFC 4787 REQ-2).
 *
 * Return: 0; UMBRA_REASON_NAT_ADDRESS, UMBRA_REASON_NAT_EXHAUSTED or
 * UMBRA_REASON_NO_MEMORY.
 */
u8 umbra_nat_choose(struct umbra_passage *w, struct umbra_session *s, bool again,
		    struct umbra_key *leaves);

/**
 * umbra_nat_choose_own() - choose another source port for a packet of the firewall itself
 * @w: passage at LOCAL_OUT; another session to the same server has its port
 * @s: session, not yet in the table; gets the port map of its port
 * @leaves: set to the key of the packet as it leaves; address and route stay as they are
 *
 * Return: as umbra_nat_choose(); UMBRA_REASON_NAT_EXHAUSTED also if it has no port to change.
 */
u8 umbra_nat_choose_own(struct umbra_passage *w, struct umbra_session *s, struct umbra_key *leaves);

/* Does a session of the firewall itself leave with another port than its socket's? */
static inline bool umbra_nat_is_own(const struct umbra_session *s)
{
	const struct umbra_half *orig = &s->half[UMBRA_DIR_ORIGINAL];

	umbra_assert_rcu();
	return orig->translate && !READ_ONCE(orig->iif);
}

/* Give the session's port back, after the session has left the table. Context: any. */
void umbra_nat_release(struct umbra_net *un, struct umbra_session *s);

/**
 * umbra_nat_apply() - translate a packet of a session
 * @w: passage, routed
 * @half: direction of the packet
 *
 * If the kernel would refuse to forward the packet, because its time to live is over or it is too
 * large, the packet stays as it came and is marked (UMBRA_MARK_UNTRANSLATED). So the kernel's error
 * is about the packet that its sender sent, and goes to that sender. If the kernel does not
 * refuse the packet, path/gate.c does.
 *
 * Return: 0 or enum umbra_reason.
 */
u8 umbra_nat_apply(struct umbra_passage *w, const struct umbra_half *half);

/**
 * umbra_nat_holds() - would a policy still translate a session's source in the same way?
 * @w: passage with the policy; its nat row gets set
 * @s: session that a rule allows
 * @iif: device index of the client's side
 * @oif: device index of the server's side
 *
 * A row that was edited may take the session over if it still has the session's outside address
 * and port.
 */
bool umbra_nat_holds(struct umbra_passage *w, const struct umbra_session *s, int iif, int oif);

/*
 * The direction in which a masqueraded session leaves with the firewall's address. If it came in
 * through a mapping, that is the direction of its answers.
 */
static inline u8 umbra_nat_masquerade_dir(const struct umbra_session *s)
{
	umbra_assert_rcu();
	return s->flags & UMBRA_SESSION_MAPPED && !READ_ONCE(s->nat) ? UMBRA_DIR_REPLY :
								       UMBRA_DIR_ORIGINAL;
}

/**
 * umbra_nat_own_address() - get the firewall's own address towards a destination
 * @net: namespace
 * @skb: packet, routed
 * @dev: device by which it leaves
 * @leaves: its addresses as it leaves
 * @addr: set to the address; IPv4 in the first four bytes, the rest 0
 *
 * Return: true if there is one. Context: RCU.
 */
bool umbra_nat_own_address(struct net *net, const struct sk_buff *skb,
			   const struct net_device *dev, const struct umbra_key *leaves,
			   struct in6_addr *addr);

#endif
