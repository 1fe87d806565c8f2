/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classifier: shared by its own files. Others include classify.h.
 *
 *   classify.c          entry points, check of the input, order of the build
 *   pool.c     memory: budget, pools, growing arrays
 *   set.c      bags of ids, and numbers for distinct sets
 *   map.c      address -> number, over disjoint intervals
 *   addr.c     rows of networks -> address classes
 *   owners.c    rows bound to interfaces -> owners of addresses
 *   service.c  terms of services -> service classes
 *   rules.c    classes -> first rule, by sparse bit sets
 *   rules_build.c  builds those sets
 *   memo.c     cache of the results
 */
#ifndef UMBRA_CLASSIFY_INT_H
#define UMBRA_CLASSIFY_INT_H

#include "classify/classify.h"

/* Limit of rows in each table of the input, so that all sums fit into 32 bits. */
#define UMBRA_CLS_MAX_ROWS	(1U << 24)

/* ---- pool.c: build side ---- */

struct umbra_cls_budget {
	size_t used;
	size_t max;			/* 0: no limit */
	int err;			/* why the last allocation failed */
};

struct umbra_cls_chunk;

/* All memory taken from a pool is freed with the pool. */
struct umbra_cls_pool {
	struct umbra_cls_budget *budget;
	struct umbra_cls_chunk *chunks;
	u8 *bump;
	size_t left;
	size_t step;
};

struct umbra_cls_vec {
	struct umbra_cls_pool *pool;
	u32 *v;
	u32 nr;
	u32 cap;
};

void *umbra_cls_block(struct umbra_cls_pool *pool, size_t nr, size_t size);
void umbra_cls_block_free(struct umbra_cls_pool *pool, void *p);
void *umbra_cls_alloc(struct umbra_cls_pool *pool, size_t nr, size_t size);
void umbra_cls_pool_free(struct umbra_cls_pool *pool);
int umbra_cls_vec_push(struct umbra_cls_vec *vec, u32 value);

/* ---- set.c: build side ---- */

/* Ids that are in the bag at the moment, with a count for each. */
struct umbra_cls_bag {
	u32 *count;
	u32 *where;
	u32 *list;
	u32 nr;
	u64 hash;
	u64 seed;
};

/* Distinct sets, numbered from 0; number 0 is the empty set. */
struct umbra_cls_sets {
	struct umbra_cls_pool *pool;
	struct umbra_cls_vec start;	/* set n is items[start[n] .. start[n + 1] - 1] */
	struct umbra_cls_vec items;
	struct umbra_cls_vec hash;
	u32 *table;
	u32 mask;
};

int umbra_cls_bag_init(struct umbra_cls_bag *bag, struct umbra_cls_pool *pool,
		       u32 universe, u64 seed);
void umbra_cls_bag_put(struct umbra_cls_bag *bag, u32 id);
void umbra_cls_bag_take(struct umbra_cls_bag *bag, u32 id);
void umbra_cls_bag_clear(struct umbra_cls_bag *bag);
int umbra_cls_sets_init(struct umbra_cls_sets *sets, struct umbra_cls_pool *pool);
int umbra_cls_sets_number(struct umbra_cls_sets *sets,
			  const struct umbra_cls_bag *bag, u32 *number);

static inline u32 umbra_cls_sets_count(const struct umbra_cls_sets *sets)
{
	return sets->start.nr - 1;
}

static inline const u32 *umbra_cls_sets_get(const struct umbra_cls_sets *sets,
					    u32 number, u32 *nr)
{
	*nr = sets->start.v[number + 1] - sets->start.v[number];
	return sets->items.v + sets->start.v[number];
}

/* ---- map.c ---- */

/* An address in host byte order; an IPv4 address is the top 32 bits of @hi. */
struct umbra_cls_key {
	u64 hi;
	u64 lo;
};

/* From @at up to the next cut, the result is @value. */
struct umbra_cls_cut {
	struct umbra_cls_key at;
	u32 value;
};

struct umbra_cls_edge {
	u64 hi;
	u32 value;
};

struct umbra_cls_map {
	u64 base;			/* high word at which the index begins */
	u32 last;			/* last bucket of the index */
	u32 nr;
	u8 shift;
	const u32 *index;		/* first cut of each bucket; nr at the end */
	const struct umbra_cls_edge *edges;
	const u64 *lo;			/* low word of each edge; NULL if all are 0 */
};

struct umbra_cls_map *umbra_cls_map_build(struct umbra_cls_pool *pool,
					  struct umbra_cls_cut *cuts, u32 nr);
u32 umbra_cls_map_find(const struct umbra_cls_map *map, struct umbra_cls_key key);

static inline struct umbra_cls_key umbra_cls_key(u8 family, const struct in6_addr *a)
{
	struct umbra_cls_key k = { .hi = (u64)be32_to_cpu(a->s6_addr32[0]) << 32 };

	if (family == AF_INET6) {
		k.hi |= be32_to_cpu(a->s6_addr32[1]);
		k.lo = (u64)be32_to_cpu(a->s6_addr32[2]) << 32 | be32_to_cpu(a->s6_addr32[3]);
	}
	return k;
}

static inline int umbra_cls_key_cmp(const struct umbra_cls_key *a,
				    const struct umbra_cls_key *b)
{
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return 0;
}

/* The address after @k; false if @k is the family's last. */
static inline bool umbra_cls_key_next(u8 family, struct umbra_cls_key *k)
{
	if (family == AF_INET) {
		k->hi += 1ULL << 32;
		return k->hi;
	}
	if (!++k->lo)
		return ++k->hi;
	return true;
}

/* ---- addr.c ---- */

/* Class of an address at an interface, in two parts. */
struct umbra_cls_code {
	u32 common;			/* from rows that name no interface */
	u32 bound;			/* from rows bound to this interface */
};

struct umbra_cls_addrs {
	const struct umbra_cls_map *common[2];
	const struct umbra_cls_map **bound;	/* [iface * 2 + v6], or NULL */
	u32 nr_ifaces;
};

int umbra_cls_addrs_build(struct umbra_cls_addrs *addrs, struct umbra_cls_pool *keep,
			  const struct umbra_cls_input *in, struct umbra_cls_sets *common,
			  struct umbra_cls_sets *bound);

static inline struct umbra_cls_code umbra_cls_addrs_find(const struct umbra_cls_addrs *addrs,
							 u32 iface, u8 family,
							 const struct in6_addr *addr)
{
	struct umbra_cls_key key = umbra_cls_key(family, addr);
	struct umbra_cls_code code = {};
	bool v6 = family == AF_INET6;

	if (addrs->common[v6])
		code.common = umbra_cls_map_find(addrs->common[v6], key);
	if (addrs->bound && iface < addrs->nr_ifaces && addrs->bound[iface * 2 + v6])
		code.bound = umbra_cls_map_find(addrs->bound[iface * 2 + v6], key);
	return code;
}

/* ---- owners.c ---- */

struct umbra_cls_owners {
	const struct umbra_cls_map *map[2];	/* address -> set of owners, 0: none */
	const u32 *start;
	const u32 *ifaces;			/* ascending within a set */
};

int umbra_cls_owners_build(struct umbra_cls_owners *owners, struct umbra_cls_pool *keep,
			   const struct umbra_cls_input *in);
bool umbra_cls_owners_exclude(const struct umbra_cls_owners *owners, u32 iface,
			      u8 family, const struct in6_addr *addr);

/* ---- service.c ---- */

#define UMBRA_CLS_KINDS		3

struct umbra_cls_ports;

struct umbra_cls_services {
	u32 slot[UMBRA_CLS_KINDS][256];		/* kind, protocol -> @dst */
	const struct umbra_cls_ports **dst;	/* port -> @src */
	const struct umbra_cls_ports **src;	/* port -> service class */
};

int umbra_cls_services_build(struct umbra_cls_services *s, struct umbra_cls_pool *keep,
			     const struct umbra_cls_input *in, struct umbra_cls_sets *classes);
u32 umbra_cls_services_find(const struct umbra_cls_services *s, u8 packet_kind, u8 proto,
			    u16 sport, u16 dport);
struct umbra_cls_range umbra_cls_services_alike(const struct umbra_cls_services *s, u8 packet_kind,
						u8 proto, u16 sport, u16 dport);

/* ---- rules.c, rules_build.c ---- */

#define UMBRA_CLS_GROUPS	4

#define UMBRA_CLS_BLOCK_RULES	4096U

struct umbra_cls_block_bits {
	u64 summary;			/* which of the block's 64 words are stored */
	u32 number;
	u32 word;			/* index of the first of them */
};

/* A set of rules. Its words follow the blocks. */
struct umbra_cls_bits {
	u32 nr;
	struct umbra_cls_block_bits blocks[];	/* ascending */
};

struct umbra_cls_rules {
	const u32 *rule_of;			/* place -> rule, group by group */
	u32 first_block[UMBRA_CLS_GROUPS + 1];
	u32 first_place[UMBRA_CLS_GROUPS + 1];
	const struct umbra_cls_bits **client[2];	/* [0] common, [1] bound classes */
	const struct umbra_cls_bits **server[2];
	const struct umbra_cls_bits **service;
};

int umbra_cls_rules_build(struct umbra_cls_rules *rules, struct umbra_cls_pool *keep,
			  const struct umbra_cls_input *in, const struct umbra_cls_sets *common,
			  const struct umbra_cls_sets *bound,
			  const struct umbra_cls_sets *services);
u32 umbra_cls_rules_first(const struct umbra_cls_rules *rules, struct umbra_cls_code client,
			  struct umbra_cls_code server, u32 service);

/* ---- memo.c ---- */

struct umbra_cls_memo {
	u64 *slots;			/* NULL: the policy has no memo */
	u64 mask;			/* mask of the whole key */
	u64 add;			/* key of the permutation */
	u64 mul[2];
	u8 width[3];			/* bits of common, bound and service classes */
	u8 key_bits;
	u8 slot_bits;
	u8 rule_bits;
};

int umbra_cls_memo_build(struct umbra_cls_memo *memo, struct umbra_cls_pool *keep,
			 const struct umbra_cls_input *in, u32 nr_common, u32 nr_bound,
			 u32 nr_services);
u64 umbra_cls_memo_key(const struct umbra_cls_memo *memo, struct umbra_cls_code client,
		       struct umbra_cls_code server, u32 service);
bool umbra_cls_memo_find(const struct umbra_cls_memo *memo, u64 key, u32 *rule);
void umbra_cls_memo_store(const struct umbra_cls_memo *memo, u64 key, u32 rule);

#endif
