// SPDX-License-Identifier: GPL-2.0
/*
 * Relays: the listening sockets and the connections of a namespace, and how a policy changes them.
 *
 * A commit opens the listening sockets before it publishes the policy. So it fails if a program
 * holds one of the ports. A connection outlives a commit if its relay still leads from the same
 * place to the same server in the same manner. Then it belongs to that row, even if the row has
 * another id.
 *
 * The order of locks is in Documentation/architecture.md.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "relay/internal.h"

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/umbra.h>
#include <net/ipv6.h>

#include "policy/policy.h"
#include "policy/extack.h"
#include "umbra.h"
#include "under_rcu.h"

int umbra_relays_init(struct umbra_net *un)
{
	struct umbra_relays *relays = kzalloc(sizeof(*relays), GFP_KERNEL_ACCOUNT);

	BUILD_BUG_ON(sizeof(struct umbra_relay_conn) > 4096);
	if (!relays)
		return -ENOMEM;
	relays->wq = alloc_workqueue("umbra-relay", WQ_UNBOUND, num_possible_cpus());
	if (!relays->wq) {
		kfree(relays);
		return -ENOMEM;
	}
	relays->un = un;
	mutex_init(&relays->lock);
	INIT_LIST_HEAD(&relays->conns);
	INIT_DELAYED_WORK(&relays->watch, umbra_relay_watch);
	spin_lock_init(&relays->tuple_lock);
	un->relays = relays;
	return 0;
}

static void close_listeners(struct umbra_relays *relays, bool all)
{
	struct umbra_relay_listener *l;
	struct hlist_node *next;
	u32 bucket;

	hash_for_each_safe(relays->listeners, bucket, next, l, node)
		if (all || !l->wanted)
			umbra_relay_listener_close(l);
}

/*
 * New clients are no longer accepted, and each connection is asked to end itself. After the flush
 * there is no connection left that could queue a work.
 */
void umbra_relays_exit(struct umbra_net *un)
{
	struct umbra_relays *relays = un->relays;
	struct umbra_relay_conn *conn;

	if (!relays)
		return;
	mutex_lock(&un->lock);
	close_listeners(relays, true);
	mutex_unlock(&un->lock);
	cancel_delayed_work_sync(&relays->watch);
	mutex_lock(&relays->lock);
	list_for_each_entry(conn, &relays->conns, list)
		umbra_relay_conn_ask(conn, UMBRA_RELAY_ABORT);
	mutex_unlock(&relays->lock);
	flush_workqueue(relays->wq);
	WARN_ON(!list_empty(&relays->conns));
	destroy_workqueue(relays->wq);
	synchronize_rcu();		/* a callback that was replaced may still be running */
	un->relays = NULL;
	kfree(relays);
}

static void place_of(const struct umbra_relay *relay, u32 port, struct umbra_relay_place *place)
{
	memset(place, 0, sizeof(*place));
	place->addr = relay->listen;
	place->port = port;
	place->family = relay->family;
}

/* Each port of each tcp-relay. */
#define for_each_place(p, relay, port)							\
	for ((relay) = (p)->relay; (relay) < (p)->relay + (p)->nr_relays; (relay)++)	\
		if ((relay)->type == UMBRA_RELAY_TYPE_TCP_RELAY)			\
			for ((port) = (relay)->first; (port) <= (relay)->last; (port)++)

/* Rows are counted from 1, as the administrator counts them. */
static u32 row_number(const struct umbra_policy *p, const struct umbra_relay *relay)
{
	return umbra_policy_position(p, relay->verdict.row) + 1;
}

static int refuse(const struct umbra_policy *p, const struct umbra_relay *relay, u32 port,
		  int err, struct umbra_refusal *why)
{
	u32 row = row_number(p, relay);
	bool v4 = relay->family == AF_INET;

	switch (err) {
	case -EADDRINUSE:
		return umbra_refuse(why, NULL, err, v4 ?
			"relay row %u: port %u of %pI4 is held by a program on the firewall: stop it, or listen elsewhere" :
			"relay row %u: port %u of %pI6c is held by a program on the firewall: stop it, or listen elsewhere",
			row, port, &relay->listen);
	case -ENOMEM:
		return err;
	default:
		return umbra_refuse(why, NULL, -EADDRNOTAVAIL, v4 ?
			"relay row %u: the firewall cannot listen on port %u of %pI4: use an address that it can have" :
			"relay row %u: the firewall cannot listen on port %u of %pI6c: use an address that it can have",
			row, port, &relay->listen);
	}
}

static int check_number(const struct umbra_policy *p, struct umbra_refusal *why)
{
	const struct umbra_relay *relay;
	u32 port, nr = 0;

	for_each_place(p, relay, port)
		if (++nr > UMBRA_RELAY_LISTENERS)
			return umbra_refuse(why, NULL, -E2BIG,
				"relay row %u: the tcp-relays listen on more than %u ports with it: use tcp-forward for a wide range",
				row_number(p, relay), UMBRA_RELAY_LISTENERS);
	return 0;
}

/* The listeners made by this attempt are those that do not serve yet. */
static void give_up(struct umbra_relays *relays)
{
	struct umbra_relay_listener *l;
	u32 bucket;

	hash_for_each(relays->listeners, bucket, l, node)
		l->wanted = l->serving;
	close_listeners(relays, false);
}

int umbra_relays_prepare(struct umbra_net *un, const struct umbra_policy *p,
			 struct umbra_refusal *why)
{
	struct umbra_relays *relays = un->relays;
	const struct umbra_relay *relay;
	struct umbra_relay_place place;
	u32 port;
	int err;

	lockdep_assert_held(&un->lock);
	err = check_number(p, why);
	if (err)
		return err;
	for_each_place(p, relay, port) {
		place_of(relay, port, &place);
		if (umbra_relay_listener_find(relays, &place))
			continue;
		err = umbra_relay_listen(relays, &place);
		if (err) {
			give_up(relays);
			return refuse(p, relay, port, err, why);
		}
	}
	return 0;
}

static struct umbra_relay_listener *listener_at(struct umbra_relays *relays,
						const struct umbra_relay_place *place)
{
	struct umbra_relay_listener *l = umbra_relay_listener_find(relays, place);
	int err;

	if (l)
		return l;
	err = umbra_relay_listen(relays, place);
	if (!err)
		return umbra_relay_listener_find(relays, place);
	if (place->family == AF_INET)
		pr_warn_ratelimited("no tcp-relay listens on port %u of %pI4: error %d\n",
				    place->port, &place->addr, err);
	else
		pr_warn_ratelimited("no tcp-relay listens on port %u of %pI6c: error %d\n",
				    place->port, &place->addr, err);
	return NULL;
}

static struct umbra_relay_config config_of(const struct umbra_policy *p,
					   const struct umbra_relay *relay, u16 port)
{
	return (struct umbra_relay_config) {
		.target = relay->target,
		.port = umbra_relay_target_port(relay, port),
		.proxy_protocol = relay->proxy_protocol,
		.row = relay->verdict.row->id,
		.timeout = relay->verdict.timeout ?:
			   p->settings.value[UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED],
		.lifetime = relay->lifetime,
	};
}

static void configure(struct umbra_relay_listener *l, const struct umbra_policy *p,
		      const struct umbra_relay *relay)
{
	const struct umbra_relay_config config = config_of(p, relay, l->place.port);

	mutex_lock(&l->relays->lock);
	l->config = config;
	l->serving = true;
	mutex_unlock(&l->relays->lock);
	l->wanted = true;
}

static void settle_listeners(struct umbra_relays *relays, const struct umbra_policy *p)
{
	struct umbra_relay_listener *l;
	const struct umbra_relay *relay;
	struct umbra_relay_place place;
	u32 bucket, port;

	hash_for_each(relays->listeners, bucket, l, node)
		l->wanted = false;
	if (p)
		for_each_place(p, relay, port) {
			place_of(relay, port, &place);
			l = listener_at(relays, &place);
			if (l && !l->wanted)
				configure(l, p, relay);
		}
	close_listeners(relays, false);
}

static bool leads_there(const struct umbra_relay_config *a, const struct umbra_relay_config *b)
{
	return ipv6_addr_equal(&a->target, &b->target) && a->port == b->port &&
	       a->proxy_protocol == b->proxy_protocol;
}

/* The tcp-relay that listens at a place. */
static const struct umbra_relay *relay_at(const struct umbra_policy *p,
					  const struct umbra_relay_place *place)
{
	u32 i;

	for (i = 0; i < p->nr_relays; i++) {
		const struct umbra_relay *r = &p->relay[i];

		if (r->type == UMBRA_RELAY_TYPE_TCP_RELAY && r->family == place->family &&
		    ipv6_addr_equal(&r->listen, &place->addr) &&
		    place->port >= r->first && place->port <= r->last)
			return r;
	}
	return NULL;
}

bool umbra_relay_outlives(const struct umbra_session *s, const struct umbra_policy *p)
{
	struct umbra_relay_config now, then;
	const struct umbra_relay *relay;
	struct umbra_relay_place place;

	umbra_assert_rcu();
	if (!umbra_relay_session_leads(s, &place, &now))
		return true;
	relay = relay_at(p, &place);
	if (!relay)
		return false;
	then = config_of(p, relay, place.port);
	return leads_there(&then, &now);
}

static void settle_conn(struct umbra_relays *relays, struct umbra_relay_conn *conn)
{
	const struct umbra_relay_listener *l = umbra_relay_listener_find(relays, &conn->place);

	if (!l || !leads_there(&l->config, &conn->config)) {
		umbra_relay_conn_ask(conn, UMBRA_RELAY_ABORT);
		return;
	}
	WRITE_ONCE(conn->config.row, l->config.row);
	conn->config.timeout = l->config.timeout;
	conn->config.lifetime = l->config.lifetime;
}

void umbra_relays_settle(struct umbra_net *un, const struct umbra_policy *p)
{
	struct umbra_relays *relays = un->relays;
	struct umbra_relay_conn *conn;

	lockdep_assert_held(&un->lock);
	if (!relays)
		return;
	settle_listeners(relays, p);
	mutex_lock(&relays->lock);
	list_for_each_entry(conn, &relays->conns, list) {
		settle_conn(relays, conn);
		cond_resched();
	}
	mutex_unlock(&relays->lock);
}
