// SPDX-License-Identifier: GPL-2.0
/*
 * Clients: what each holds of a rule that limits it.
 *
 * Life. The first session of a client under such a rule makes its object, with that session
 * already counted, so nobody finds one that is worth nothing. When its last
 * session is gone and its rate has all tokens, it is as if it had never been: marked dead
 * under its lock, out of the table, freed after a grace period. When tokens are
 * missing it waits in a list for a second, for by then the tokens are there; the walker
 * (upkeep/walker.c) takes it out of the list and looks again. An object in the list may have
 * sessions anew, and is never freed but by who took it out. Who finds a dead one
 * looks once more.
 *
 * Bounds. Each object has a session, or had one within about a second. A new one is
 * refused when there are twice as many as there may be sessions in all: forged clients
 * cannot use up more memory than that. The table is the kernel's own, which grows by
 * itself, keys its hash at random, and anew should a chain become long all the same.
 *
 * Sessions name their object by rule and address, not by pointer: they have no room for
 * one, and look for it only when they end. A row never changes, so another limit is another
 * row's, with clients of its own: those of the old one go with its sessions.
 *
 * Locks: a client's, under it that of the list and the table's own.
 */
#include "life/client.h"

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/umbra.h>

#include "policy/policy.h"

#define TRIES		4	/* to find one that is not just going */
#define BUCKETS_LEAST	1024	/* so that a flood does not wait for the table at once */

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

	/* Of an IPv4 address the second word is 0. */
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
 * With its first session, @begins: which is new, and not one that only changes its rule.
 *
 * Return: 0; -EEXIST: now somebody else has made it; -ENOSPC: there are @max; -ENOMEM.
 */
static int make(struct umbra_clients *cs, const struct umbra_verdict *v,
		const struct umbra_client_net *net, u32 max, bool begins)
{
	struct umbra_client *c = NULL, *other;
	int err = -ENOSPC;

	/* Counted before it can be found, and given back. */
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
	/* Whatever keeps the table from growing is no memory. */
	err = IS_ERR(other) ? -ENOMEM : -EEXIST;
	kfree(c);
err_nr:
	atomic_dec(&cs->nr);
	return err;
}

/* Context: its lock held. */
static u8 refusal(struct umbra_client *c, const struct umbra_verdict *v, bool take)
{
	if (c->sessions >= (v->client_sessions ?: INT_MAX))
		return UMBRA_REASON_CLIENT_SESSIONS;
	if (v->client_rate && !umbra_rate_has(&c->rate, v->client_rate, take))
		return UMBRA_REASON_CLIENT_RATE;
	return 0;
}

/* One more session. @v: with these limits, or NULL. Return: false if it is dead. */
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
	return take(cs, v, net, max, true);
}

bool umbra_client_join(struct umbra_clients *cs, const struct umbra_verdict *v,
		       const struct umbra_client_net *net)
{
	return !take(cs, v, net, U32_MAX, false);
}

u8 umbra_client_foresee(struct umbra_clients *cs, const struct umbra_verdict *v,
			const struct umbra_client_net *net, u32 max)
{
	struct umbra_client *c = find(cs, v->row->id, net);
	u8 why;

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

/* It has no session, and is not in the list. */
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
		rcu_read_lock();	/* for the lock of one that is forgotten */
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
