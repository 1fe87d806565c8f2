/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients: the sessions and the rate of each client under a rule that limits its clients
 * (client-sessions, client-rate).
 *
 * The counts are exact, so each client of such a rule has an object. The object exists while the
 * client has a session of the rule, and then until the client's rate has all its tokens again,
 * which takes a second at most. See client.c.
 */
#ifndef UMBRA_CLIENT_H
#define UMBRA_CLIENT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "rate.h"
#include "under_rcu.h"

struct umbra_key;
struct umbra_verdict;

/**
 * struct umbra_client_net - the address or network that counts as one client
 * @word: IPv4 address, then 0; or the first 64 bits of an IPv6 address
 * @family: AF_INET or AF_INET6
 */
struct umbra_client_net {
	__be32 word[2];
	u32 family;
};

/**
 * struct umbra_client - a client of a rule
 * @node: in umbra_clients.table
 * @key: the client, and the id of the rule's row; hashed and compared as a whole
 * @lock: guards all fields below
 * @dead: it is no longer in a table
 * @waits: it is in umbra_clients.waiting; only the walker, which takes it out, may free it
 * @sessions: number of live sessions
 * @per_second: the rule's client-rate, 0 if it has none
 * @rate: tokens for new sessions
 * @since: jiffies when it was put into umbra_clients.waiting
 * @waiting: node in umbra_clients.waiting; guarded by umbra_clients.lock
 * @rcu: to free it after a grace period, in place of @waiting
 */
struct umbra_client {
	struct rhash_head node;
	struct {
		struct umbra_client_net net;
		u32 rule;
	} key;
	spinlock_t lock;
	bool dead;
	bool waits;
	u32 sessions;
	u32 per_second;
	struct umbra_rate rate;
	unsigned long since;
	union {
		struct list_head waiting;
		struct rcu_head rcu;
	};
};

/**
 * struct umbra_clients - the clients of a namespace
 * @table: clients by umbra_client.key
 * @nr: number of clients; while it is 0, the end of a session needs no look-up
 * @lock: guards @waiting; taken under a client's lock
 * @waiting: clients that had no session left when they were put here, but lacked tokens; the
 *	one that has waited longest is first
 */
struct umbra_clients {
	struct rhashtable table;
	atomic_t nr;
	spinlock_t lock;
	struct list_head waiting;
};

int umbra_clients_init(struct umbra_clients *cs);

/* All sessions have ended, and no packet is inside the hooks. Context: process. */
void umbra_clients_exit(struct umbra_clients *cs);

/**
 * umbra_client_net() - get the client that a session is counted for
 * @key: a packet of the session, as it arrives
 * @reversed: the packet is from the server
 *
 * The VRF does not matter, because a packet from the server does not show the client's VRF.
 *
 * Context: any.
 */
struct umbra_client_net umbra_client_net(const struct umbra_key *key, bool reversed);

/**
 * umbra_client_take() - may this client have one more session of the rule?
 * @cs: clients
 * @v: verdict of a rule that limits its clients
 * @net: client
 * @max: how many clients the namespace may have; limits only a client without an object yet
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: 0, and umbra_client_give() must follow later; or UMBRA_REASON_CLIENT_SESSIONS,
 * UMBRA_REASON_CLIENT_RATE, UMBRA_REASON_SESSIONS_FULL, UMBRA_REASON_NO_MEMORY.
 */
u8 umbra_client_take(struct umbra_clients *cs, const struct umbra_verdict *v,
		     const struct umbra_client_net *net, u32 max);

/* What umbra_client_take() would return, save UMBRA_REASON_NO_MEMORY; takes nothing. */
u8 umbra_client_foresee(struct umbra_clients *cs, const struct umbra_verdict *v,
			const struct umbra_client_net *net, u32 max);

/* An existing session comes to this rule; limits do not apply. Return: false without memory. */
bool umbra_client_join(struct umbra_clients *cs, const struct umbra_verdict *v,
		       const struct umbra_client_net *net);

/* The rest of umbra_client_give(), needed only where there are clients. */
void __umbra_client_give(struct umbra_clients *cs, u32 rule, const struct umbra_client_net *net,
			 bool token);

/**
 * umbra_client_give() - give back the place of a session
 * @cs: clients
 * @rule: row id of the session's rule; if the rule does not limit its clients, nothing is found
 * @net: client
 * @token: the session never began, so its token is given back, too
 *
 * Context: any, rcu_read_lock() held.
 */
static inline void umbra_client_give(struct umbra_clients *cs, u32 rule,
				     const struct umbra_client_net *net, bool token)
{
	umbra_assert_rcu();
	if (unlikely(atomic_read(&cs->nr)))
		__umbra_client_give(cs, rule, net, token);
}

/* Free the clients that have waited long enough. Context: process, one caller at a time. */
void umbra_clients_reap(struct umbra_clients *cs);

#endif
