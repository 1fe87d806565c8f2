// SPDX-License-Identifier: GPL-2.0
/*
 * Clients: the sessions and the rate of each client under a rule that limits its clients.
 *
 * Life. The first session of a client under such a rule creates the client's object. That session
 * is counted before the object can be found, so a look-up never finds an object without a reason to
 * exist. The object is of no more use when its last session is gone and its rate has all its
 * tokens. Then it is marked dead under its lock, removed from the table, and freed after a grace
 * period. If tokens are missing, it waits in a list for a second, because by then they are there.
 * The walker (upkeep/walker.c) takes it out of the list and looks again. An object in the list may
 * get sessions again; only the walker, which takes it out, may free it. A look-up that finds a dead
 * object is repeated.
 *
 * Bounds. Each object has a session, or had one within about a second. A new object is refused when
 * there are twice as many objects as the namespace may have sessions, so forged clients cannot use
 * more memory than that. The table is the kernel's rhashtable: it grows by itself, its hash has a
 * random key, and it takes another key if a chain becomes long.
 *
 * A session names its client by rule and address instead of a pointer, because it has no room for
 * a pointer and needs the client only when it ends. A row never changes. A changed limit is another
 * row, with clients of its own, and the old row's clients go with its sessions.
 *
 * Locks: a client's lock, and under it the lock of the list and the table's own lock.
 */
#include "life/client.h"

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/umbra.h>

#include "policy/policy.h"
#include "under_rcu.h"

#define TRIES		4	/* look-ups, when each finds a client that is just dying */
#define BUCKETS_LEAST	1024	/* so that the table need not grow at the start of a flood */

static_assert(sizeof_field(struct umbra_client, key) == 16);	/* no padding */

static const struct rhashtable_params params = {
	.head_offset = offsetof(struct umbra_client, node),
	.key_offset = offsetof(struct umbra_client, key),
	.key_len = sizeof_field(struct umbra_client, key),
	.min_size = BUCKETS_LEAST,
	.automatic_shrinking = true,
};

struct umbra_client_net umbra_client_net(const struct umbra_key *key, bool reversed)
{
	const struct in6_addr *addr = reversed ? &key->dst : &key->src;

	/* The second word of an IPv4 address is 0. */
	return (struct umbra_client_net) {
		.word = { addr->s6_addr32[0], addr->s6_addr32[1] },
		.family = key->family,
	};
}

/* Context: rcu_read_lock() held. */
static struct umbra_client *find(struct umbra_clients *cs, u32 rule,
				 const struct umbra_client_net *net)
{
	typeof_member(struct umbra_client, key) key = { .net = *net, .rule = rule };

	umbra_assert_rcu();
	return rhashtable_lookup(&cs->table, &key, params);
}

static struct umbra_client *client_new(const struct umbra_verdict *v,
				       const struct umbra_client_net *net)
{
	struct umbra_client *c = kzalloc(sizeof(*c), GFP_ATOMIC);

	if (!c)
		return NULL;
	spin_lock_init(&c->lock);
	c->key.net = *net;
	c->key.rule = v->row->id;
	c->per_second = v->client_rate;
	umbra_rate_init(&c->rate, c->per_second);
	return c;
}

/*
 * Make the client with its first session. @begins: the session is new; otherwise it only changes
 * its rule.
 *
 * Return: 0; -EEXIST if another CPU has made it meanwhile; -ENOSPC if there are @max; -ENOMEM.
 */
static int make(struct umbra_clients *cs, const struct umbra_verdict *v,
		const struct umbra_client_net *net, u32 max, bool begins)
{
	struct umbra_client *c = NULL, *other;
	int err = -ENOSPC;

	/* It is counted before it can be found, and the count is given back on failure. */
	if ((u32)atomic_inc_return(&cs->nr) > max)
		goto err_nr;
	err = -ENOMEM;
	c = client_new(v, net);
	if (!c)
		goto err_nr;
	c->sessions = 1;
	if (begins && v->client_rate)
		umbra_rate_has(&c->rate, v->client_rate, true);
	other = rhashtable_lookup_get_insert_fast(&cs->table, &c->node, params);
	if (!other)
		return 0;
	/* Any other error means that the table could not grow: treat it as no memory. */
	err = IS_ERR(other) ? -ENOMEM : -EEXIST;
	kfree(c);
err_nr:
	atomic_dec(&cs->nr);
	return err;
}

/* Context: the client's lock held. */
static u8 refusal(struct umbra_client *c, const struct umbra_verdict *v, bool take)
{
	lockdep_assert_held(&c->lock);
	if (c->sessions >= (v->client_sessions ?: INT_MAX))
		return UMBRA_REASON_CLIENT_SESSIONS;
	if (v->client_rate && !umbra_rate_has(&c->rate, v->client_rate, take))
		return UMBRA_REASON_CLIENT_RATE;
	return 0;
}

/* Add a session. @v: verdict with the limits, or NULL for none. Return: false if @c is dead. */
static bool take_from(struct umbra_client *c, const struct umbra_verdict *v, u8 *why)
{
	bool alive;

	spin_lock_bh(&c->lock);
	alive = !c->dead;
	*why = alive && v ? refusal(c, v, true) : 0;
	c->sessions += alive && !*why;
	spin_unlock_bh(&c->lock);
	return alive;
}

static u8 take(struct umbra_clients *cs, const struct umbra_verdict *v,
	       const struct umbra_client_net *net, u32 max, bool begins)
{
	int i, err = -EEXIST;
	struct umbra_client *c;
	u8 why;

	for (i = 0; i < TRIES && err == -EEXIST; i++) {
		c = find(cs, v->row->id, net);
		if (c && take_from(c, begins ? v : NULL, &why))
			return why;
		err = make(cs, v, net, max, begins);
	}
	if (err == -ENOSPC)
		return UMBRA_REASON_SESSIONS_FULL;
	return err ? UMBRA_REASON_NO_MEMORY : 0;
}

u8 umbra_client_take(struct umbra_clients *cs, const struct umbra_verdict *v,
		     const struct umbra_client_net *net, u32 max)
{
	umbra_assert_rcu();
	return take(cs, v, net, max, true);
}

bool umbra_client_join(struct umbra_clients *cs, const struct umbra_verdict *v,
		       const struct umbra_client_net *net)
{
	umbra_assert_rcu();
	return !take(cs, v, net, U32_MAX, false);
}

u8 umbra_client_foresee(struct umbra_clients *cs, const struct umbra_verdict *v,
			const struct umbra_client_net *net, u32 max)
{
	struct umbra_client *c = find(cs, v->row->id, net);
	u8 why;

	umbra_assert_rcu();
	if (!c)
		return (u32)atomic_read(&cs->nr) >= max ? UMBRA_REASON_SESSIONS_FULL : 0;
	spin_lock_bh(&c->lock);
	why = refusal(c, v, false);
	spin_unlock_bh(&c->lock);
	return why;
}

static void let_wait(struct umbra_clients *cs, struct umbra_client *c)
{
	c->waits = true;
	c->since = jiffies;
	spin_lock(&cs->lock);
	list_add_tail(&c->waiting, &cs->waiting);
	spin_unlock(&cs->lock);
}

static void forget(struct umbra_clients *cs, struct umbra_client *c)
{
	c->dead = true;
	rhashtable_remove_fast(&cs->table, &c->node, params);
	atomic_dec(&cs->nr);
	kfree_rcu(c, rcu);
}

/* The client has no session, and is not in the list. */
static void settle(struct umbra_clients *cs, struct umbra_client *c)
{
	lockdep_assert_held(&c->lock);
	if (c->per_second && !umbra_rate_is_full(&c->rate, c->per_second))
		let_wait(cs, c);
	else
		forget(cs, c);
}

void __umbra_client_give(struct umbra_clients *cs, u32 rule, const struct umbra_client_net *net,
			 bool token)
{
	struct umbra_client *c = find(cs, rule, net);

	umbra_assert_rcu();
	if (!c)
		return;
	spin_lock_bh(&c->lock);
	if (token && c->per_second)
		umbra_rate_give(&c->rate, c->per_second);
	if (!WARN_ON_ONCE(!c->sessions) && !--c->sessions && !c->waits)
		settle(cs, c);
	spin_unlock_bh(&c->lock);
}

/* The list is in order of @since. */
static struct umbra_client *take_due(struct umbra_clients *cs)
{
	struct umbra_client *c;

	spin_lock_bh(&cs->lock);
	c = list_first_entry_or_null(&cs->waiting, struct umbra_client, waiting);
	if (c && jiffies - c->since < HZ)
		c = NULL;
	if (c)
		list_del(&c->waiting);
	spin_unlock_bh(&cs->lock);
	return c;
}

void umbra_clients_reap(struct umbra_clients *cs)
{
	u32 left = atomic_read(&cs->nr);
	struct umbra_client *c;

	while (left-- && (c = take_due(cs))) {
		rcu_read_lock();	/* settle() may hand @c to RCU while its lock is held */
		spin_lock_bh(&c->lock);
		c->waits = false;
		if (!c->sessions)
			settle(cs, c);
		spin_unlock_bh(&c->lock);
		rcu_read_unlock();
		cond_resched();
	}
}

int umbra_clients_init(struct umbra_clients *cs)
{
	atomic_set(&cs->nr, 0);
	spin_lock_init(&cs->lock);
	INIT_LIST_HEAD(&cs->waiting);
	return rhashtable_init(&cs->table, &params);
}

static void free_client(void *object, void *arg)
{
	struct umbra_client *c = object;

	WARN_ON_ONCE(c->sessions);
	kfree(c);
}

void umbra_clients_exit(struct umbra_clients *cs)
{
	rhashtable_free_and_destroy(&cs->table, free_client, NULL);
}
