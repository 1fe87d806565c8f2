// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier sets: a bag of ids, and numbers for distinct sets.
 *
 * Every step of the build sweeps over a line (addresses, ports) and asks at each cut: which ids
 * cover this stretch, and has the same set occurred before?
 *
 * The bag answers the first question. Ids are put in and taken out in any order, and an id is in
 * while it was put in more often than taken out. All operations are O(1). The bag keeps the sum of
 * a mixed value of its members. The sum does not depend on their order, so the set has a hash at
 * any time.
 *
 * A hash table of sets answers the second question. Equal hashes do not prove equal sets: a
 * candidate of the same size is compared with the bag member by member, which needs no sorting. The
 * seed keeps anybody from writing a policy whose sets collide.
 */
#include "classify/internal.h"

static u64 mix(u64 x, u64 seed)
{
	x = (x + 1) * 0x9e3779b97f4a7c15ULL ^ seed;
	x = (x ^ x >> 31) * 0xd6e8feb86659fd93ULL;
	return x ^ x >> 32;
}

/**
 * umbra_cls_bag_init() - make an empty bag
 * @bag: bag
 * @pool: pool of its arrays
 * @universe: ids are below this
 * @seed: random
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_cls_bag_init(struct umbra_cls_bag *bag, struct umbra_cls_pool *pool,
		       u32 universe, u64 seed)
{
	*bag = (struct umbra_cls_bag) { .seed = seed };
	bag->count = umbra_cls_block(pool, universe, sizeof(u32));
	if (!bag->count)
		return pool->budget->err;
	bag->where = umbra_cls_block(pool, universe, sizeof(u32));
	if (!bag->where)
		return pool->budget->err;
	bag->list = umbra_cls_block(pool, universe, sizeof(u32));
	return bag->list ? 0 : pool->budget->err;
}

/**
 * umbra_cls_bag_put() - put an id in once
 * @bag: bag
 * @id: id
 */
void umbra_cls_bag_put(struct umbra_cls_bag *bag, u32 id)
{
	if (bag->count[id]++)
		return;
	bag->where[id] = bag->nr;
	bag->list[bag->nr++] = id;
	bag->hash += mix(id, bag->seed);
}

/**
 * umbra_cls_bag_take() - take an id out once
 * @bag: bag
 * @id: id that is in the bag
 */
void umbra_cls_bag_take(struct umbra_cls_bag *bag, u32 id)
{
	u32 last;

	if (--bag->count[id])
		return;
	last = bag->list[--bag->nr];
	bag->list[bag->where[id]] = last;
	bag->where[last] = bag->where[id];
	bag->hash -= mix(id, bag->seed);
}

/**
 * umbra_cls_bag_clear() - take everything out
 * @bag: bag
 */
void umbra_cls_bag_clear(struct umbra_cls_bag *bag)
{
	while (bag->nr)
		bag->count[bag->list[--bag->nr]] = 0;
	bag->hash = 0;
}

/**
 * umbra_cls_sets_init() - begin with the empty set only
 * @sets: sets
 * @pool: their pool
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_cls_sets_init(struct umbra_cls_sets *sets, struct umbra_cls_pool *pool)
{
	int err;

	*sets = (struct umbra_cls_sets) { .pool = pool, .mask = 63 };
	sets->start.pool = pool;
	sets->items.pool = pool;
	sets->hash.pool = pool;
	sets->table = umbra_cls_block(pool, sets->mask + 1, sizeof(u32));
	if (!sets->table)
		return pool->budget->err;
	err = umbra_cls_vec_push(&sets->start, 0);
	if (!err)
		err = umbra_cls_vec_push(&sets->start, 0);
	if (!err)
		err = umbra_cls_vec_push(&sets->hash, 0);
	return err;
}

static bool set_is_bag(const struct umbra_cls_sets *sets, u32 number,
		       const struct umbra_cls_bag *bag)
{
	u32 i, nr;
	const u32 *items = umbra_cls_sets_get(sets, number, &nr);

	if (nr != bag->nr)
		return false;
	for (i = 0; i < nr; i++)
		if (!bag->count[items[i]])
			return false;
	return true;
}

static void table_insert(u32 *table, u32 mask, u32 hash, u32 number)
{
	u32 i = hash & mask;

	while (table[i])
		i = (i + 1) & mask;
	table[i] = number;
}

static int table_grow(struct umbra_cls_sets *sets)
{
	u32 number, mask = sets->mask * 2 + 1;
	u32 *table = umbra_cls_block(sets->pool, (size_t)mask + 1, sizeof(u32));

	if (!table)
		return sets->pool->budget->err;
	for (number = 1; number < umbra_cls_sets_count(sets); number++)
		table_insert(table, mask, sets->hash.v[number], number);
	umbra_cls_block_free(sets->pool, sets->table);
	sets->table = table;
	sets->mask = mask;
	return 0;
}

static int set_append(struct umbra_cls_sets *sets, const struct umbra_cls_bag *bag, u32 hash)
{
	int err = 0;
	u32 i;

	for (i = 0; i < bag->nr && !err; i++)
		err = umbra_cls_vec_push(&sets->items, bag->list[i]);
	if (!err)
		err = umbra_cls_vec_push(&sets->start, sets->items.nr);
	if (!err)
		err = umbra_cls_vec_push(&sets->hash, hash);
	if (!err && umbra_cls_sets_count(sets) > sets->mask / 2)
		return table_grow(sets);
	if (!err)
		table_insert(sets->table, sets->mask, hash, umbra_cls_sets_count(sets) - 1);
	return err;
}

/**
 * umbra_cls_sets_number() - get the number of the set in a bag
 * @sets: sets; the bag's set is added if it is new
 * @bag: bag
 * @number: result
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_cls_sets_number(struct umbra_cls_sets *sets,
			  const struct umbra_cls_bag *bag, u32 *number)
{
	u32 hash = bag->hash ^ bag->hash >> 32;
	u32 i, n;

	*number = 0;
	if (!bag->nr)
		return 0;
	for (i = hash & sets->mask; (n = sets->table[i]); i = (i + 1) & sets->mask) {
		if (sets->hash.v[n] == hash && set_is_bag(sets, n, bag)) {
			*number = n;
			return 0;
		}
	}
	*number = umbra_cls_sets_count(sets);
	cond_resched();
	return set_append(sets, bag, hash);
}
