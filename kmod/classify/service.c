// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier services: kind, protocol and ports -> service class.
 *
 * A service is a union of terms. A term matches kind, protocol, source port and destination port
 * together, so a look-up cannot treat the two ports separately. The steps are nested instead:
 *
 *   (kind, protocol)  -> their terms: a slot
 *   destination port  -> the slot's terms that cover it: a list
 *   source port       -> the services of the list's terms that cover it: a class
 *
 * Slots, lists and classes are sets with numbers, so equal ones are built and stored once.
 * Protocols that only "any" covers share a slot. The three kinds share theirs unless a service
 * distinguishes them. Every port that only "dns" covers leads to one list. A list rarely has more
 * than a few source ranges. The cost is about terms x terms that overlap in both ports; the budget
 * stops absurd policies.
 *
 * Work for one packet: two binary searches of at most 17 steps.
 */
#include "classify/internal.h"

/* From first[i] up to first[i + 1], the result is value[i]; first[0] is 0. */
struct umbra_cls_ports {
	u32 nr;
	const u16 *first;
	const u32 *value;
};

struct event {
	u32 at;
	u32 id;
	bool end;
};

struct build {
	struct umbra_cls_services *services;
	struct umbra_cls_pool *keep;
	struct umbra_cls_pool scratch;
	const struct umbra_cls_input *in;
	struct umbra_cls_sets slots;	/* of terms */
	struct umbra_cls_sets lists;	/* of terms */
	struct umbra_cls_sets *classes;	/* of services */
	struct umbra_cls_bag terms;
	struct umbra_cls_bag members;
	u32 *proto_first;		/* proto 0..256 -> index of its terms in by_proto */
	u32 *by_proto;
	struct event *events;
	u32 nr_events;
	u16 *first;
	u32 *value;
};

/* Return: the index of the range that @port is in. */
static u32 range_of(const struct umbra_cls_ports *ports, u16 port)
{
	u32 half, from = 0, nr = ports->nr;

	for (; nr > 1; nr -= half) {
		half = nr / 2;
		from += ports->first[from + half] <= port ? half : 0;
	}
	return from;
}

static u32 ports_find(const struct umbra_cls_ports *ports, u16 port)
{
	return ports->value[range_of(ports, port)];
}

/* Return: number of the list of source ports for the other fields, 0 if nothing matches. */
static u32 list_of(const struct umbra_cls_services *s, u8 packet_kind, u8 proto, u16 dport)
{
	/* a single bit is a kind; no bit, or several, is none */
	static const u8 kind_of[] = { 3, 0, 1, 3, 2, 3, 3, 3 };
	u32 slot, kind;

	kind = packet_kind <= UMBRA_CLS_ALL ? kind_of[packet_kind] : UMBRA_CLS_KINDS;
	slot = kind < UMBRA_CLS_KINDS ? s->slot[kind][proto] : 0;
	return slot ? ports_find(s->dst[slot], dport) : 0;
}

/**
 * umbra_cls_services_find() - find the service class of a packet
 * @s: services
 * @packet_kind: UMBRA_CLS_OPEN, ...
 * @proto: IP protocol
 * @sport: source port, host byte order, as is @dport
 * @dport: destination port
 *
 * Context: any.
 * Return: number of the set of services that match, 0 if none does.
 */
u32 umbra_cls_services_find(const struct umbra_cls_services *s, u8 packet_kind, u8 proto,
			    u16 sport, u16 dport)
{
	u32 list = list_of(s, packet_kind, proto, dport);

	return list ? ports_find(s->src[list], sport) : 0;
}

/* Implements umbra_classify_alike(). */
struct umbra_cls_range umbra_cls_services_alike(const struct umbra_cls_services *s, u8 packet_kind,
						u8 proto, u16 sport, u16 dport)
{
	u32 list = list_of(s, packet_kind, proto, dport), at;
	struct umbra_cls_range alike = { .first = 0, .last = 0xffff };
	const struct umbra_cls_ports *ports;

	if (!list)
		return alike;
	ports = s->src[list];
	at = range_of(ports, sport);
	alike.first = ports->first[at];
	if (at + 1 < ports->nr)
		alike.last = ports->first[at + 1] - 1;
	return alike;
}

static int event_cmp(const void *pa, const void *pb)
{
	const struct event *a = pa, *b = pb;

	return a->at < b->at ? -1 : a->at > b->at;
}

static void events_add(struct build *b, const struct umbra_cls_range *range, u32 id)
{
	b->events[b->nr_events++] = (struct event) { .at = range->first, .id = id };
	b->events[b->nr_events++] = (struct event) { .at = range->last + 1u, .id = id,
						     .end = true };
}

static struct umbra_cls_ports *ports_copy(struct build *b, u32 nr)
{
	struct umbra_cls_ports *ports = umbra_cls_alloc(b->keep, 1, sizeof(*ports));
	u16 *first = umbra_cls_alloc(b->keep, nr, sizeof(*first));
	u32 *value = umbra_cls_alloc(b->keep, nr, sizeof(*value));

	if (!ports || !first || !value)
		return NULL;
	memcpy(first, b->first, nr * sizeof(*first));
	memcpy(value, b->value, nr * sizeof(*value));
	*ports = (struct umbra_cls_ports) { .nr = nr, .first = first, .value = value };
	return ports;
}

static u32 sweep_point(struct build *b, struct umbra_cls_bag *bag, u32 i)
{
	u32 at = b->events[i].at;

	for (; i < b->nr_events && b->events[i].at == at; i++) {
		if (b->events[i].end)
			umbra_cls_bag_take(bag, b->events[i].id);
		else
			umbra_cls_bag_put(bag, b->events[i].id);
	}
	return i;
}

/* Sweep the events along the ports. The bag is empty afterwards. */
static int ports_build(struct build *b, struct umbra_cls_bag *bag, struct umbra_cls_sets *sets,
		       const struct umbra_cls_ports **ports)
{
	u32 i = 0, nr = 1, number;
	int err = 0;

	sort(b->events, b->nr_events, sizeof(*b->events), event_cmp, NULL);
	b->first[0] = 0;
	b->value[0] = 0;
	umbra_cls_bag_clear(bag);
	while (i < b->nr_events && b->events[i].at <= 0xffff && !err) {
		u32 at = b->events[i].at;

		i = sweep_point(b, bag, i);
		err = umbra_cls_sets_number(sets, bag, &number);
		if (at && number == b->value[nr - 1])
			continue;
		nr += at > 0;
		b->first[nr - 1] = at;
		b->value[nr - 1] = number;
	}
	umbra_cls_bag_clear(bag);
	b->nr_events = 0;
	*ports = err ? NULL : ports_copy(b, nr);
	return *ports ? 0 : b->keep->budget->err;
}

/* Terms by protocol, without those of services that no rule asks for. */
static int by_proto_build(struct build *b)
{
	const struct umbra_cls_input *in = b->in;
	u8 *used = umbra_cls_block(&b->scratch, in->nr_services, 1);
	u32 i, *fill;

	b->proto_first = umbra_cls_block(&b->scratch, UMBRA_CLS_PROTO_ANY + 3, sizeof(u32));
	b->by_proto = umbra_cls_block(&b->scratch, in->nr_terms, sizeof(u32));
	if (!used || !b->proto_first || !b->by_proto)
		return b->scratch.budget->err;
	for (i = 0; i < in->nr_rules; i++)
		used[in->rules[i].service] = 1;
	fill = b->proto_first + 1;	/* one place ahead: filling moves each start back */
	for (i = 0; i < in->nr_terms; i++)
		fill[in->terms[i].proto + 1] += used[in->terms[i].service];
	for (i = 0; i <= UMBRA_CLS_PROTO_ANY; i++)
		fill[i + 1] += fill[i];
	for (i = 0; i < in->nr_terms; i++)
		if (used[in->terms[i].service])
			b->by_proto[fill[in->terms[i].proto]++] = i;
	return 0;
}

static void slot_terms(struct build *b, u32 proto, u32 kind)
{
	u32 i;

	for (i = b->proto_first[proto]; i < b->proto_first[proto + 1]; i++)
		if (b->in->terms[b->by_proto[i]].kinds & 1u << kind)
			umbra_cls_bag_put(&b->terms, b->by_proto[i]);
}

static int slots_build(struct build *b)
{
	u32 kind, proto, any;
	int err;

	for (kind = 0; kind < UMBRA_CLS_KINDS; kind++) {
		umbra_cls_bag_clear(&b->terms);
		slot_terms(b, UMBRA_CLS_PROTO_ANY, kind);
		err = umbra_cls_sets_number(&b->slots, &b->terms, &any);
		for (proto = 0; proto < 256 && !err; proto++) {
			b->services->slot[kind][proto] = any;
			if (b->proto_first[proto] == b->proto_first[proto + 1])
				continue;
			umbra_cls_bag_clear(&b->terms);
			slot_terms(b, UMBRA_CLS_PROTO_ANY, kind);
			slot_terms(b, proto, kind);
			err = umbra_cls_sets_number(&b->slots, &b->terms,
						    &b->services->slot[kind][proto]);
		}
		if (err)
			return err;
	}
	return 0;
}

static int dst_build(struct build *b)
{
	u32 i, slot, nr, nr_slots = umbra_cls_sets_count(&b->slots);
	const struct umbra_cls_ports **dst;
	const u32 *terms;
	int err = 0;

	dst = umbra_cls_alloc(b->keep, nr_slots, sizeof(*dst));
	if (!dst)
		return b->keep->budget->err;
	for (slot = 1; slot < nr_slots && !err; slot++) {
		terms = umbra_cls_sets_get(&b->slots, slot, &nr);
		for (i = 0; i < nr; i++)
			events_add(b, &b->in->terms[terms[i]].dst, terms[i]);
		err = ports_build(b, &b->terms, &b->lists, &dst[slot]);
	}
	b->services->dst = dst;
	return err;
}

static int src_build(struct build *b)
{
	u32 i, list, nr, nr_lists = umbra_cls_sets_count(&b->lists);
	const struct umbra_cls_ports **src;
	const u32 *terms;
	int err = 0;

	src = umbra_cls_alloc(b->keep, nr_lists, sizeof(*src));
	if (!src)
		return b->keep->budget->err;
	for (list = 1; list < nr_lists && !err; list++) {
		terms = umbra_cls_sets_get(&b->lists, list, &nr);
		for (i = 0; i < nr; i++)
			events_add(b, &b->in->terms[terms[i]].src, b->in->terms[terms[i]].service);
		err = ports_build(b, &b->members, b->classes, &src[list]);
	}
	b->services->src = src;
	return err;
}

static int scratch_build(struct build *b)
{
	size_t cuts = min_t(size_t, 2 * (size_t)b->in->nr_terms, 0xffff) + 1;
	int err = umbra_cls_sets_init(&b->slots, &b->scratch);

	if (!err)
		err = umbra_cls_sets_init(&b->lists, &b->scratch);
	if (!err)
		err = umbra_cls_bag_init(&b->terms, &b->scratch, b->in->nr_terms, b->in->seed[0]);
	if (!err)
		err = umbra_cls_bag_init(&b->members, &b->scratch, b->in->nr_services,
					 b->in->seed[1]);
	if (err)
		return err;
	b->events = umbra_cls_block(&b->scratch, 2 * (size_t)b->in->nr_terms, sizeof(*b->events));
	b->first = umbra_cls_block(&b->scratch, cuts, sizeof(*b->first));
	b->value = umbra_cls_block(&b->scratch, cuts, sizeof(*b->value));
	return b->events && b->first && b->value ? 0 : b->scratch.budget->err;
}

/**
 * umbra_cls_services_build() - build the look-up of service classes
 * @s: result
 * @keep: pool of the result
 * @in: checked input
 * @classes: gets the sets of services of the classes
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_cls_services_build(struct umbra_cls_services *s, struct umbra_cls_pool *keep,
			     const struct umbra_cls_input *in, struct umbra_cls_sets *classes)
{
	struct build b = {
		.services = s,
		.keep = keep,
		.scratch.budget = keep->budget,
		.in = in,
		.classes = classes,
	};
	int err = scratch_build(&b);

	if (!err)
		err = by_proto_build(&b);
	if (!err)
		err = slots_build(&b);
	if (!err)
		err = dst_build(&b);
	if (!err)
		err = src_build(&b);
	umbra_cls_pool_free(&b.scratch);
	return err;
}
