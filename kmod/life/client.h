/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients: what each holds of a rule that limits it (client-sessions, client-rate).
 *
 * Exact, so there is an object for each client of such a rule. It is there while the
 * client has a session of the rule, and until its rate is as if it had never had one,
 * which is a second later at most. See client.c.
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

struct umbra_key;
struct umbra_verdict;

/**
 * struct umbra_client_net - who is one client
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
 * @key: who, and the id of the rule's row; hashed and compared as a whole
 * @lock: guards all below
 * @dead: it is in no table any more
 * @waits: it is in umbra_clients.waiting, and only who takes it out may free it
 * @sessions: live ones
 * @per_second: the rule's client-rate, 0: none
 * @rate: of new sessions
 * @since: jiffies, when it came into umbra_clients.waiting
 * @waiting: there; guarded by umbra_clients.lock
 * @rcu: freed after a grace period, in place of @waiting
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
 * struct umbra_clients - of a namespace
 * @table: by umbra_client.key
 * @nr: how many there are; whose session ends asks no further while it is 0
 * @lock: guards @waiting; taken under a client's
 * @waiting: those that had no session left when they came here, but not all tokens; the
 *	longest there first
 */
struct umbra_clients {
	struct rhashtable table;
	atomic_t nr;
	spinlock_t lock;
	struct list_head waiting;
};

int umbra_clients_init(struct umbra_clients *cs);

/* All sessions have ended, and no packet is inside. Context: process. */
void umbra_clients_exit(struct umbra_clients *cs);

/**
 * umbra_client_net() - the client that a session is counted for
 * @key: a packet of the session, as it arrives
 * @reversed: it is one of the server's
 *
 * Whatever the VRF: a server's packet does not tell the client's.
 *
 * Context: any.
 */
struct umbra_client_net umbra_client_net(const struct umbra_key *key, bool reversed);

/**
 * umbra_client_take() - may this client have one more session of the rule?
 * @cs: clients
 * @v: verdict of a rule that limits its clients
 * @net: client
 * @max: of clients in all; who is there already is not asked for it
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: 0, and umbra_client_give() must follow one day; or UMBRA_REASON_CLIENT_SESSIONS,
 * UMBRA_REASON_CLIENT_RATE, UMBRA_REASON_SESSIONS_FULL, UMBRA_REASON_NO_MEMORY.
 */
u8 umbra_client_take(struct umbra_clients *cs, const struct umbra_verdict *v,
		     const struct umbra_client_net *net, u32 max);

/* What it would say, but for want of memory; takes nothing. */
u8 umbra_client_foresee(struct umbra_clients *cs, const struct umbra_verdict *v,
			const struct umbra_client_net *net, u32 max);

/* A session that is there comes to this rule: without limits. Return: false without memory. */
bool umbra_client_join(struct umbra_clients *cs, const struct umbra_verdict *v,
		       const struct umbra_client_net *net);

/* The work behind umbra_client_give(), which has none where there are no clients. */
void __umbra_client_give(struct umbra_clients *cs, u32 rule, const struct umbra_client_net *net,
			 bool token);

/**
 * umbra_client_give() - a session less
 * @cs: clients
 * @rule: id of its rule's row; one without limits for its clients has none here
 * @net: client
 * @token: it never came to be, so it does not count for the rate either
 *
 * Context: any, rcu_read_lock() held.
 */
static inline void umbra_client_give(struct umbra_clients *cs, u32 rule,
				     const struct umbra_client_net *net, bool token)
{
	if (unlikely(atomic_read(&cs->nr)))
		__umbra_client_give(cs, rule, net, token);
}

/* Free those that have waited long enough. Context: process, one at a time. */
void umbra_clients_reap(struct umbra_clients *cs);

#endif
