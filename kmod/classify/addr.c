// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier addresses: rows of networks -> address classes.
 *
 * An address at an interface belongs to the networks whose rows cover it and are bound to that
 * interface or to none. Expanding unbound rows into every interface would cost rows x interfaces.
 * So there is one map per family for the unbound rows, and one for each interface that rows name.
 * The class of an address is a pair: its number in the common maps, and its number in the map of
 * the interface. A number stands for a set of networks; stretches of addresses with the same set
 * share it, in both families.
 *
 * Networks that no rule mentions are left out, because they would only split classes.
 *
 * Each row is two events: its first address, and the address after its last. All events are sorted
 * by (map, address) and swept once. Between two events the set does not change.
 */
#include "classify/internal.h"

struct event {
	struct umbra_cls_key at;
	u32 map;			/* 0, 1: common; then two for each interface */
	u32 network;
	bool end;
};

struct sweep {
	struct umbra_cls_addrs *addrs;
	struct umbra_cls_pool *keep;
	struct umbra_cls_pool scratch;
	struct umbra_cls_sets *common;
	struct umbra_cls_sets *bound;
	struct umbra_cls_bag bag;
	struct umbra_cls_cut *cuts;
	struct event *events;
	u32 nr_events;
};

static int event_cmp(const void *pa, const void *pb)
{
	const struct event *a = pa, *b = pb;

	if (a->map != b->map)
		return a->map < b->map ? -1 : 1;
	return umbra_cls_key_cmp(&a->at, &b->at);
}

static u8 *used_networks(const struct umbra_cls_input *in, struct umbra_cls_pool *pool)
{
	u8 *used = umbra_cls_block(pool, in->nr_networks, 1);
	u32 i;

	for (i = 0; used && i < in->nr_rules; i++) {
		if (in->rules[i].client != UMBRA_CLS_NET_ANY)
			used[in->rules[i].client] = 1;
		if (in->rules[i].server != UMBRA_CLS_NET_ANY)
			used[in->rules[i].server] = 1;
	}
	return used;
}

static void events_add(struct sweep *s, const struct umbra_cls_addr *row)
{
	struct event e = {
		.at = umbra_cls_key(row->family, &row->first),
		.map = row->family == AF_INET6,
		.network = row->network,
	};

	if (row->iface != UMBRA_IFACE_ANY)
		e.map += 2 + row->iface * 2;
	s->events[s->nr_events++] = e;
	e.at = umbra_cls_key(row->family, &row->last);
	e.end = true;
	if (umbra_cls_key_next(row->family, &e.at))
		s->events[s->nr_events++] = e;
}

static int events_build(struct sweep *s, const struct umbra_cls_input *in)
{
	u8 *used = used_networks(in, &s->scratch);
	u32 i;

	if (!used)
		return s->scratch.budget->err;
	s->events = umbra_cls_block(&s->scratch, 2 * (size_t)in->nr_addrs, sizeof(*s->events));
	if (!s->events)
		return s->scratch.budget->err;
	s->cuts = umbra_cls_block(&s->scratch, 2 * (size_t)in->nr_addrs + 1, sizeof(*s->cuts));
	if (!s->cuts)
		return s->scratch.budget->err;
	for (i = 0; i < in->nr_addrs; i++)
		if (used[in->addrs[i].network])
			events_add(s, &in->addrs[i]);
	sort(s->events, s->nr_events, sizeof(*s->events), event_cmp, NULL);
	return 0;
}

static int map_place(struct sweep *s, u32 map, const struct umbra_cls_map *built)
{
	struct umbra_cls_addrs *addrs = s->addrs;

	if (!built)
		return s->keep->budget->err;
	if (map < 2) {
		addrs->common[map] = built;
		return 0;
	}
	if (!addrs->bound)
		addrs->bound = umbra_cls_alloc(s->keep, 2 * (size_t)addrs->nr_ifaces,
					       sizeof(*addrs->bound));
	if (!addrs->bound)
		return s->keep->budget->err;
	addrs->bound[map - 2] = built;
	return 0;
}

/* Apply the events of one address of one map. Return: the first event after them. */
static u32 sweep_point(struct sweep *s, u32 i)
{
	const struct event *first = &s->events[i];

	for (; i < s->nr_events && !event_cmp(&s->events[i], first); i++) {
		if (s->events[i].end)
			umbra_cls_bag_take(&s->bag, s->events[i].network);
		else
			umbra_cls_bag_put(&s->bag, s->events[i].network);
	}
	return i;
}

/* Build the map that begins with event @i, and set @i to the next map's first event. */
static int sweep_map(struct sweep *s, u32 *i)
{
	u32 nr = 0, map = s->events[*i].map;
	struct umbra_cls_sets *sets = map < 2 ? s->common : s->bound;
	int err;

	umbra_cls_bag_clear(&s->bag);
	s->cuts[nr++] = (struct umbra_cls_cut) {};
	while (*i < s->nr_events && s->events[*i].map == map) {
		struct umbra_cls_key at = s->events[*i].at;

		if (umbra_cls_key_cmp(&at, &s->cuts[nr - 1].at))
			s->cuts[nr++].at = at;
		*i = sweep_point(s, *i);
		err = umbra_cls_sets_number(sets, &s->bag, &s->cuts[nr - 1].value);
		if (err)
			return err;
	}
	return map_place(s, map, umbra_cls_map_build(s->keep, s->cuts, nr));
}

static int sweep_all(struct sweep *s, const struct umbra_cls_input *in)
{
	int err = events_build(s, in);
	u32 i = 0;

	if (!err)
		err = umbra_cls_bag_init(&s->bag, &s->scratch, in->nr_networks, in->seed[0]);
	while (!err && i < s->nr_events)
		err = sweep_map(s, &i);
	return err;
}

/**
 * umbra_cls_addrs_build() - build the maps from addresses to classes
 * @addrs: result
 * @keep: pool of the result
 * @in: checked input
 * @common: gets the sets of networks of the common numbers
 * @bound: gets the sets of networks of the interfaces' numbers
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_cls_addrs_build(struct umbra_cls_addrs *addrs, struct umbra_cls_pool *keep,
			  const struct umbra_cls_input *in, struct umbra_cls_sets *common,
			  struct umbra_cls_sets *bound)
{
	struct sweep s = {
		.addrs = addrs,
		.keep = keep,
		.scratch.budget = keep->budget,
		.common = common,
		.bound = bound,
	};
	int err;

	addrs->nr_ifaces = in->nr_ifaces;
	err = sweep_all(&s, in);
	umbra_cls_pool_free(&s.scratch);
	return err;
}
