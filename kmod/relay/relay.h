/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Relays: the tcp-relay, which terminates TCP in the firewall.
 *
 * The packet path (relay rows in path/open.c) has judged a client before its SYN reaches the
 * listening socket here. It opens a session for each of the two connections, as for any other
 * connection of the firewall itself. The other types of relay rewrite packets and need nothing of
 * this: they are translations (nat/nat.h).
 */
#ifndef UMBRA_RELAY_H
#define UMBRA_RELAY_H

#include <linux/types.h>

struct sk_buff;
struct umbra_net;
struct umbra_policy;
struct umbra_refusal;
struct umbra_session;

/* What a namespace keeps for its tcp-relays, see struct umbra_net; allocated by init. */
struct umbra_relays;

int umbra_relays_init(struct umbra_net *un);

/*
 * Closes every listener and connection before it returns. The hooks must be off.
 * Context: process, may sleep; when a namespace or the module ends.
 */
void umbra_relays_exit(struct umbra_net *un);

/**
 * umbra_relays_prepare() - listen for the tcp-relays of a policy that is about to run
 * @un: namespace
 * @p: policy, not published
 * @why: set to what is wrong; or NULL
 *
 * Listeners that exist stay as they are. New ones refuse all connections until
 * umbra_relays_settle(). If the function fails, everything is as before.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0; -EADDRINUSE, -EADDRNOTAVAIL or -E2BIG with a reason that names the row;
 * -ENOMEM.
 */
int umbra_relays_prepare(struct umbra_net *un, const struct umbra_policy *p,
			 struct umbra_refusal *why);

/**
 * umbra_relays_settle() - serve the relays of a policy
 * @un: namespace
 * @p: policy that runs now; or NULL for none, which closes what umbra_relays_prepare() had
 *	made for another one
 *
 * Closes listeners that the policy does not have. Also closes connections whose relay the policy
 * does not have, or whose relay now leads elsewhere. If a listener is missing (because a revert
 * cannot be refused), tries again to listen, and logs a failure.
 *
 * Context: process, umbra_net.lock held.
 */
void umbra_relays_settle(struct umbra_net *un, const struct umbra_policy *p);

/**
 * umbra_relay_row_of() - is it a packet of a tcp-relay's own connection to its server?
 * @skb: packet at LOCAL_OUT
 *
 * Context: any, rcu_read_lock() held.
 * Return: id of the relay row, or 0.
 */
u32 umbra_relay_row_of(const struct sk_buff *skb);

/* Is a packet at LOCAL_OUT from either socket of a tcp-relay's connection? Context: any. */
bool umbra_relay_sends(const struct sk_buff *skb);

/**
 * umbra_relay_holds() - must a session stay for its connection, however long it is idle?
 * @s: session, flagged UMBRA_SESSION_RELAY
 *
 * One end may be silent while the other is busy, and the connection's own timeout counts both.
 * A session that is not established yet is not held.
 *
 * Context: any, RCU read side held.
 */
bool umbra_relay_holds(const struct umbra_session *s);

/**
 * umbra_relay_session_ended() - reset a tcp-relay's connection, because a session of it has ended
 * @s: session, flagged UMBRA_SESSION_RELAY; killed, not freed yet
 *
 * Both ends of the connection are reset soon after, unless it is already over.
 * Context: any.
 */
void umbra_relay_session_ended(const struct umbra_session *s);

/**
 * umbra_relay_peer() - get the session of the other end of a tcp-relay's connection
 * @s: session, flagged UMBRA_SESSION_RELAY
 *
 * Context: any, rcu_read_lock() held.
 * Return: the session, or NULL if it has ended or is in another VRF.
 */
const struct umbra_session *umbra_relay_peer(const struct umbra_session *s);

/**
 * umbra_relay_outlives() - would umbra_relays_settle() leave a connection alone?
 * @s: session of the connection, flagged UMBRA_SESSION_RELAY
 * @p: policy, published or not
 *
 * Context: process or softirq, rcu_read_lock() held.
 * Return: true also if the connection is already over.
 */
bool umbra_relay_outlives(const struct umbra_session *s, const struct umbra_policy *p);

#endif
