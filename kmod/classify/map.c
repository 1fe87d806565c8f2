// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier maps: address -> number, over disjoint intervals.
 *
 * A map is a sorted array of cuts. An address belongs to the last cut that is not above it. Both
 * families share the code: an IPv4 address is the top 32 bits of the high word. If all low words of
 * a map are 0 (IPv4, and IPv6 without cuts inside a /64), the map neither stores nor compares them.
 *
 * An index comes first. The bucket of an address is its high word minus a base, shifted. It says
 * where the binary search begins and ends. Policies have most of their networks in a small part of
 * the address space (10/8, one /32 of IPv6) and a few cuts far away (::/0, fe80::/10). So the index
 * covers a window, which may leave out some cuts at either end. Those fall into the first or last
 * bucket, where the search takes a few more steps. The builder tries several windows and keeps the
 * one with the least expected work. The index has about one bucket per cut, so small policies have
 * small maps.
 *
 * Work for one address: one bucket, then at most log2(cuts) steps.
 */
#include "classify/internal.h"

#define BUCKETS_MAX	(1U << 16)

static u32 bucket_of(const struct umbra_cls_map *map, u64 hi)
{
	if (hi < map->base)
		return 0;
	return min_t(u64, (hi - map->base) >> map->shift, map->last);
}

static bool cut_not_above(const struct umbra_cls_map *map, u32 i, struct umbra_cls_key key)
{
	return map->edges[i].hi < key.hi || (map->edges[i].hi == key.hi && map->lo[i] <= key.lo);
}

/**
 * umbra_cls_map_find() - find the number of an address
 * @map: map
 * @key: address
 *
 * Context: any.
 * Return: value of the interval that contains @key.
 */
u32 umbra_cls_map_find(const struct umbra_cls_map *map, struct umbra_cls_key key)
{
	u32 bucket = bucket_of(map, key.hi);
	u32 from = map->index[bucket];
	u32 nr, half;

	from -= from > 0;	/* the interval may begin in an earlier bucket */
	nr = map->index[bucket + 1] - from;
	if (!map->lo) {
		for (; nr > 1; nr -= half) {
			half = nr / 2;
			from += map->edges[from + half].hi <= key.hi ? half : 0;
		}
	} else {
		for (; nr > 1; nr -= half) {
			half = nr / 2;
			from += cut_not_above(map, from + half, key) ? half : 0;
		}
	}
	return map->edges[from].value;
}

/* Merge neighbours with the same result. */
static u32 cuts_squeeze(struct umbra_cls_cut *cuts, u32 nr)
{
	u32 i, n = 1;

	for (i = 1; i < nr; i++)
		if (cuts[i].value != cuts[n - 1].value)
			cuts[n++] = cuts[i];
	return n;
}

static void window_set(struct umbra_cls_map *map, u64 first, u64 last)
{
	int spare = fls64(last - first) - fls64(map->last);

	map->base = first;
	map->shift = max(spare, 0);
}

/* Sum of the squares of the buckets' sizes, which is proportional to the work of look-ups. */
static u64 window_cost(const struct umbra_cls_map *map)
{
	u32 i, run = 0, bucket, prev = 0;
	u64 cost = 0;

	for (i = 0; i < map->nr; i++) {
		bucket = bucket_of(map, map->edges[i].hi);
		if (bucket != prev)
			run = 0;
		cost += 2 * run++ + 1;
		prev = bucket;
	}
	return cost;
}

static void window_choose(struct umbra_cls_map *map)
{
	static const u8 share[] = { 0, 16, 8, 4 };	/* left out: none, 1/16, 1/8, 1/4 */
	u32 below, above, best_first = 0, best_last = map->nr - 1;
	u64 cost, best = U64_MAX;

	for (below = 0; below < ARRAY_SIZE(share); below++) {
		for (above = 0; above < ARRAY_SIZE(share); above++) {
			/* the first cut is always at 0, so it is no guide */
			u32 first = min(1 + (below ? map->nr / share[below] : 0), map->nr - 1);
			u32 last = map->nr - 1 - (above ? map->nr / share[above] : 0);

			if (last < first)
				continue;
			window_set(map, map->edges[first].hi, map->edges[last].hi);
			cost = window_cost(map);
			if (cost < best) {
				best = cost;
				best_first = first;
				best_last = last;
			}
		}
		cond_resched();
	}
	window_set(map, map->edges[best_first].hi, map->edges[best_last].hi);
}

static bool index_build(struct umbra_cls_map *map, struct umbra_cls_pool *pool)
{
	u32 *index, i, bucket = 0;

	map->last = min_t(u32, roundup_pow_of_two(map->nr), BUCKETS_MAX) - 1;
	window_choose(map);
	index = umbra_cls_alloc(pool, map->last + 2, sizeof(*index));
	if (!index)
		return false;
	for (i = 0; i < map->nr; i++)
		while (bucket < bucket_of(map, map->edges[i].hi))
			index[++bucket] = i;
	while (bucket <= map->last)
		index[++bucket] = map->nr;
	map->index = index;
	return true;
}

static bool cuts_copy(struct umbra_cls_map *map, struct umbra_cls_pool *pool,
		      const struct umbra_cls_cut *cuts)
{
	struct umbra_cls_edge *edges = umbra_cls_alloc(pool, map->nr, sizeof(*edges));
	u64 *lo = NULL, any = 0;
	u32 i;

	for (i = 0; i < map->nr; i++)
		any |= cuts[i].at.lo;
	if (any)
		lo = umbra_cls_alloc(pool, map->nr, sizeof(*lo));
	if (!edges || (any && !lo))
		return false;
	for (i = 0; i < map->nr; i++) {
		edges[i] = (struct umbra_cls_edge) { cuts[i].at.hi, cuts[i].value };
		if (lo)
			lo[i] = cuts[i].at.lo;
	}
	map->edges = edges;
	map->lo = lo;
	return true;
}

/**
 * umbra_cls_map_build() - build a map from cuts
 * @pool: pool of the map
 * @cuts: ascending, distinct, the first at address 0; overwritten
 * @nr: number of cuts, at least 1
 *
 * Return: the map, or NULL, with the reason in the budget's err.
 */
struct umbra_cls_map *umbra_cls_map_build(struct umbra_cls_pool *pool,
					  struct umbra_cls_cut *cuts, u32 nr)
{
	struct umbra_cls_map *map = umbra_cls_alloc(pool, 1, sizeof(*map));

	if (!map)
		return NULL;
	map->nr = cuts_squeeze(cuts, nr);
	if (!cuts_copy(map, pool, cuts) || !index_build(map, pool))
		return NULL;
	return map;
}
