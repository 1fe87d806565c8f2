/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Relays: the tcp-relay, which ends TCP in the firewall.
 *
 * The packet path (relay rows in path/open.c) has judged a client before its SYN
 * reaches the listening socket here, and opens a session for each of the two
 * connections as for any other of the firewall's own. The kinds that rewrite
 * packets need nothing of this: they are translations (nat/nat.h).
 */
#ifndef UMBRA_RELAY_H
#define UMBRA_RELAY_H

#include <linux/types.h>

struct sk_buff;
struct umbra_net;
struct umbra_policy;
struct umbra_refusal;
struct umbra_session;

/* What the namespace keeps for its tcp-relays, in struct umbra_net; allocated by init. */
struct umbra_relays;

int umbra_relays_init(struct umbra_net *un);

/*
 * Every listener and connection is closed when this returns. The hooks are off.
 * Context: process, may sleep; a namespace's exit or the module's.
 */
void umbra_relays_exit(struct umbra_net *un);

/**
 * umbra_relays_prepare() - listen where a policy that is about to run has tcp-relays
 * @un: namespace
 * @p: policy, not published
 * @why: told what is wrong, or NULL
 *
 * Listeners that exist stay as they are; until umbra_relays_settle() the new ones
 * refuse all connections. A refusal leaves everything as it was.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0; -EADDRINUSE, -EADDRNOTAVAIL or -E2BIG with a reason that names the row;
 * -ENOMEM.
 */
int umbra_relays_prepare(struct umbra_net *un, const struct umbra_policy *p,
			 struct umbra_refusal *why);

/**
 * umbra_relays_settle() - serve what a policy says
 * @un: namespace
 * @p: policy that runs now, or NULL: none; what umbra_relays_prepare() had
 *	made for another one is closed
 *
 * Listeners that it does not have are closed, and connections of relays that it
 * does not have or that lead elsewhere now. A listener that it has and that is not
 * there (a revert cannot be refused) is tried again, and reported if that fails.
 *
 * Context: process, umbra_net.lock held.
 */
void umbra_relays_settle(struct umbra_net *un, const struct umbra_policy *p);

/**
 * umbra_relay_row_of() - is a packet of a tcp-relay's own connection to its server?
 * @skb: packet at LOCAL_OUT
 *
 * Context: any, rcu_read_lock() held.
 * Return: id of the relay row, or 0.
 */
u32 umbra_relay_row_of(const struct sk_buff *skb);

/* Is a packet at LOCAL_OUT of either end of a tcp-relay's connection? Context: likewise. */
bool umbra_relay_sends(const struct sk_buff *skb);

/**
 * umbra_relay_holds() - does a connection want its session to stay, however long it is idle?
 * @s: session, flagged UMBRA_SESSION_RELAY
 *
 * One end may be silent while the other is busy: the connection's own timeout counts both. What
 * is not established yet it does not hold.
 *
 * Context: any, RCU read side held.
 */
bool umbra_relay_holds(const struct umbra_session *s);

/**
 * umbra_relay_session_ended() - a session of a tcp-relay's connection was ended
 * @s: session, flagged UMBRA_SESSION_RELAY; killed, not freed yet
 *
 * Its connection, both ends of it, is reset soon after unless it is over already.
 * Context: any.
 */
void umbra_relay_session_ended(const struct umbra_session *s);

/**
 * umbra_relay_peer() - the session of the other end of a tcp-relay's connection
 * @s: session, flagged UMBRA_SESSION_RELAY
 *
 * Context: any, rcu_read_lock() held.
 * Return: the session, or NULL when it has ended, or is in another VRF.
 */
const struct umbra_session *umbra_relay_peer(const struct umbra_session *s);

/**
 * umbra_relay_outlives() - would umbra_relays_settle() leave a connection alone?
 * @s: session of it, flagged UMBRA_SESSION_RELAY
 * @p: policy, published or not
 *
 * Context: process or softirq, rcu_read_lock() held.
 * Return: true as well when the connection is over already.
 */
bool umbra_relay_outlives(const struct umbra_session *s, const struct umbra_policy *p);

#endif
