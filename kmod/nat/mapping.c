// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings of nat rows with endpoint-independent.
 *
 * Life: the first session of an inside socket makes the mapping and reserves its port. Each further
 * session of that socket takes a reference. The last one that ends gives the port back and takes
 * the mapping out of both tables, and a grace period later it is freed. Sessions that come in from
 * outside through the mapping hold it as well, so it lives as long as either side uses it.
 *
 * Two hash tables lead to a mapping, by the inside and by the outside socket. They are written
 * under umbra_mappings.lock and read under RCU. A reader can find a mapping whose last reference
 * is just being dropped; refcount_inc_not_zero() then fails. Under the lock every mapping in the
 * tables has a reference, because the count falls to zero only there. So a packet never gets a
 * mapping whose port belongs to another one.
 *
 * Attack: an outsider cannot make a mapping, and cannot keep one alive unless a rule lets the
 * packets in (path/to_mapping.c). An inside host can have as many as it may have sessions.
 */
#include "nat/mapping.h"

#include <linux/err.h>
#include <linux/in.h>
#include <linux/slab.h>
#include <linux/umbra.h>

#include "policy/policy.h"
#include "under_rcu.h"

static const struct rhashtable_params inside_params = {
	.head_offset = offsetof(struct umbra_mapping, by_inside),
	.key_offset = offsetof(struct umbra_mapping, inside),
	.key_len = sizeof_field(struct umbra_mapping, inside),
	.automatic_shrinking = true,
};

static const struct rhashtable_params outside_params = {
	.head_offset = offsetof(struct umbra_mapping, by_outside),
	.key_offset = offsetof(struct umbra_mapping, outside),
	.key_len = sizeof(struct umbra_socket),
	.automatic_shrinking = true,
};

static_assert(sizeof(struct umbra_socket) == 24);	/* no padding */

static struct umbra_socket source_of(const struct umbra_key *key)
{
	return (struct umbra_socket) {
		.addr = key->src, .port = key->sport, .vrf = key->vrf,
		.family = key->family, .proto = key->proto,
	};
}

/* Context: umbra_mappings.lock held. */
static int put_in_tables(struct umbra_mappings *m, struct umbra_mapping *map)
{
	int err = rhashtable_insert_fast(&m->inside, &map->by_inside, inside_params);

	lockdep_assert_held(&m->lock);
	if (err)
		return err;
	err = rhashtable_insert_fast(&m->outside, &map->by_outside, outside_params);
	if (err)
		rhashtable_remove_fast(&m->inside, &map->by_inside, inside_params);
	else
		atomic_inc(&m->nr);
	return err;
}

static int reserve(struct umbra_portmaps *ports, struct umbra_mapping *map,
		   const struct umbra_port_choice *choice)
{
	const struct umbra_socket *in = &map->inside.socket;
	const struct umbra_port_subject subject = {
		.addr = map->inside.to, .vrf = map->inside.vrf, .family = in->family,
		.proto = in->proto,
	};
	u16 port;

	map->ports = umbra_port_take(ports, &subject, ntohs(in->port), choice, &port);
	if (IS_ERR(map->ports))
		return PTR_ERR(map->ports);
	map->outside = *in;
	map->outside.addr = map->inside.to;
	map->outside.vrf = map->inside.vrf;
	map->outside.port = htons(port);
	return 0;
}

/* Context: umbra_mappings.lock held. */
static struct umbra_mapping *make(struct umbra_mappings *m, struct umbra_portmaps *ports,
				  const struct umbra_mapping *wanted,
				  const struct umbra_port_choice *choice)
{
	struct umbra_mapping *map = kmemdup(wanted, sizeof(*map), GFP_ATOMIC);
	int err;

	lockdep_assert_held(&m->lock);
	if (!map)
		return ERR_PTR(-ENOMEM);
	refcount_set(&map->refs, 1);
	err = reserve(ports, map, choice);
	if (err)
		goto err_map;
	err = put_in_tables(m, map);
	if (err)
		goto err_port;
	return map;

err_port:
	umbra_port_give(ports, map->ports, ntohs(map->outside.port));
	err = -ENOMEM;		/* a table that cannot grow, whatever error it returns */
err_map:
	kfree(map);
	return ERR_PTR(err);
}

struct umbra_mapping *umbra_mapping_get(struct umbra_mappings *m, struct umbra_portmaps *ports,
					const struct umbra_key *key, const struct umbra_key *leaves,
					const struct umbra_nat *nat,
					const struct umbra_port_choice *choice)
{
	struct umbra_mapping *map, wanted = {
		.nat = nat->row->id,
		.masquerade = nat->type == UMBRA_NAT_TYPE_MASQUERADE,
	};

	umbra_assert_rcu();
	wanted.inside.socket = source_of(key);
	wanted.inside.to = leaves->src;
	wanted.inside.vrf = leaves->vrf;
	map = rhashtable_lookup_fast(&m->inside, &wanted.inside, inside_params);
	if (map && refcount_inc_not_zero(&map->refs))
		return map;
	spin_lock_bh(&m->lock);
	/* Under the lock each mapping in the table has a reference. */
	map = rhashtable_lookup_fast(&m->inside, &wanted.inside, inside_params);
	if (map)
		refcount_inc(&map->refs);
	else
		map = make(m, ports, &wanted, choice);
	spin_unlock_bh(&m->lock);
	return map;
}

bool umbra_mapping_hold(struct umbra_mapping *map)
{
	umbra_assert_rcu();
	return refcount_inc_not_zero(&map->refs);
}

void umbra_mapping_put(struct umbra_mappings *m, struct umbra_portmaps *ports,
		       struct umbra_mapping *map)
{
	bool last;

	if (refcount_dec_not_one(&map->refs))
		return;
	spin_lock_bh(&m->lock);
	last = refcount_dec_and_test(&map->refs);
	if (last) {
		rhashtable_remove_fast(&m->inside, &map->by_inside, inside_params);
		rhashtable_remove_fast(&m->outside, &map->by_outside, outside_params);
		atomic_dec(&m->nr);
		umbra_port_give(ports, map->ports, ntohs(map->outside.port));
	}
	spin_unlock_bh(&m->lock);
	if (last)
		kfree_rcu(map, rcu);
}

struct umbra_mapping *umbra_mapping_find(struct umbra_mappings *m, const struct umbra_key *key)
{
	struct umbra_socket outside = {
		.addr = key->dst, .port = key->dport, .vrf = key->vrf,
		.family = key->family, .proto = key->proto,
	};

	umbra_assert_rcu();
	if (key->proto != IPPROTO_TCP && key->proto != IPPROTO_UDP)
		return NULL;
	return rhashtable_lookup_fast(&m->outside, &outside, outside_params);
}

int umbra_mappings_init(struct umbra_mappings *m)
{
	int err = rhashtable_init(&m->inside, &inside_params);

	if (err)
		return err;
	err = rhashtable_init(&m->outside, &outside_params);
	if (err)
		rhashtable_destroy(&m->inside);
	spin_lock_init(&m->lock);
	atomic_set(&m->nr, 0);
	return err;
}

void umbra_mappings_exit(struct umbra_mappings *m)
{
	WARN_ON_ONCE(atomic_read(&m->nr));
	rhashtable_destroy(&m->outside);
	rhashtable_destroy(&m->inside);
}
