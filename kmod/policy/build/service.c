// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: services become parts.
 *
 * The classifier's services are called parts here. A part has the members of one service that are
 * treated alike. A service that is not a group has one part. A group has one part for each
 * combination of firewall type, timeout, pickup, tcp-window, ends and tcp-probes among its members,
 * dynamic ones first. Parts are made for the services that rules name, once for each service. See
 * term.c for the packets that they match.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>

#define service_refuse(b, row, err, fmt, ...)					\
	umbra_refuse((b)->why, NULL, err, "service row %u: " fmt, (row) + 1, ##__VA_ARGS__)

static const struct umbra_row *service_row(const struct umbra_build *b, u32 i)
{
	return b->policy->rows[UMBRA_TABLE_SERVICE].row[i];
}

static u8 service_type(const struct umbra_build *b, u32 i)
{
	return umbra_row_u8(service_row(b, i), UMBRA_A_SERVICE_TYPE, 0);
}

/* The part, of the service being made, that a member belongs to; made if it does not exist. */
static struct umbra_part *part_find(struct umbra_build *b, u32 from, u32 leaf, int *err)
{
	const struct umbra_row *row = service_row(b, leaf);
	struct umbra_part new = {
		.shadow = UMBRA_NONE,
		.type = umbra_row_u8(row, UMBRA_A_SERVICE_TYPE, 0),
		.timeout = umbra_row_u32(row, UMBRA_A_SERVICE_TIMEOUT, 0),
		.pickup = !!umbra_row_attr(row, UMBRA_A_SERVICE_PICKUP),
		.window = umbra_row_u8(row, UMBRA_A_SERVICE_TCP_WINDOW, 0),
		.ends = umbra_row_u8(row, UMBRA_A_SERVICE_ENDS, 0),
		.probes = umbra_row_u8(row, UMBRA_A_SERVICE_TCP_PROBES, 0),
	};
	u32 i;

	for (i = from; i < b->nr_parts; i++)
		if (b->parts[i].type == new.type && b->parts[i].timeout == new.timeout &&
		    b->parts[i].pickup == new.pickup && b->parts[i].window == new.window &&
		    b->parts[i].ends == new.ends && b->parts[i].probes == new.probes)
			return &b->parts[i];
	*err = -E2BIG;
	if (b->nr_parts - from == UMBRA_BUILD_PARTS)
		return NULL;
	*err = umbra_build_room(&b->parts, b->nr_parts, &b->room_parts, sizeof(new));
	if (*err)
		return NULL;
	new.number = b->nr_numbers++;
	if (new.type == UMBRA_SERVICE_TYPE_PACKET_FILTER)
		new.shadow = b->nr_numbers++;
	b->parts[b->nr_parts] = new;
	return &b->parts[b->nr_parts++];
}

/* Collect the members of @service that are not groups, each once, in the order written. */
static int leaves_find(struct umbra_build *b, u32 service)
{
	const struct umbra_graph *g = &b->members;
	u32 walk = ++b->nr_walks;
	u32 depth = 0;
	u32 i;

	b->nr_leaves = 0;
	b->walk[depth++] = service;
	b->seen[service] = walk;
	while (depth) {
		u32 node = b->walk[--depth];

		if (service_type(b, node) != UMBRA_SERVICE_TYPE_GROUP)
			b->leaf[b->nr_leaves++] = node;
		for (i = g->start[node + 1]; i-- > g->start[node];) {
			if (++b->visits > UMBRA_BUILD_VISITS)
				return -E2BIG;
			if (b->seen[g->to[i]] == walk)
				continue;
			b->seen[g->to[i]] = walk;
			b->walk[depth++] = g->to[i];
		}
		cond_resched();
	}
	return 0;
}

static int parts_of_type(struct umbra_build *b, u32 service, u32 from, u8 type)
{
	struct umbra_part *part;
	int err = 0;
	u32 i;

	for (i = 0; !err && i < b->nr_leaves; i++) {
		if (service_type(b, b->leaf[i]) != type)
			continue;
		part = part_find(b, from, b->leaf[i], &err);
		if (part)
			err = umbra_terms_push(b, part, b->leaf[i]);
		else if (err == -E2BIG)
			err = service_refuse(b, service, err,
				"the members of \"%s\" have more than %u different timeouts: use several groups",
				b->services.name[service], UMBRA_BUILD_PARTS);
	}
	return err;
}

/**
 * umbra_service_parts() - make the parts of a service, unless they exist
 * @b: build
 * @service: number of the service
 * @rule: row that names it
 *
 * Return: 0, and @b->part_first and @b->part_count are set; -ENOMEM or -E2BIG.
 */
int umbra_service_parts(struct umbra_build *b, u32 service, u32 rule)
{
	u32 from = b->nr_parts;
	int err;

	if (b->part_first[service] != UMBRA_NONE)
		return 0;
	err = leaves_find(b, service);
	if (err)
		return umbra_refuse(b->why, NULL, err,
			"rule row %u: service \"%s\" goes through too many groups: nest fewer",
			rule + 1, b->services.name[service]);
	err = parts_of_type(b, service, from, UMBRA_SERVICE_TYPE_DYNAMIC);
	err = err ?: parts_of_type(b, service, from, UMBRA_SERVICE_TYPE_PACKET_FILTER);
	if (err)
		return err;
	b->part_first[service] = from;
	b->part_count[service] = b->nr_parts - from;
	return 0;
}

static int row_members(struct umbra_build *b, u32 row)
{
	const struct nlattr *attr;
	int rem, err = 0;
	u32 to;

	umbra_graph_begin(&b->members, row);
	umbra_row_for_each(attr, service_row(b, row), rem) {
		if (nla_type(attr) != UMBRA_A_SERVICE_MEMBER)
			continue;
		to = umbra_names_find(&b->services, nla_data(attr));
		if (to == UMBRA_NONE)
			return service_refuse(b, row, -ENOENT,
				"group \"%s\" has member \"%s\", which does not exist: add a service of that name",
				b->services.name[row], (char *)nla_data(attr));
		err = umbra_graph_add(&b->members, to);
		if (err)
			break;
	}
	return err;
}

static int members(struct umbra_build *b)
{
	u32 *order = umbra_build_alloc(b->services.nr, sizeof(u32));
	u32 loop[2], i;
	int err = order ? umbra_graph_init(&b->members, b->services.nr) : -ENOMEM;

	for (i = 0; !err && i < b->services.nr; i++) {
		err = row_members(b, i);
		cond_resched();
	}
	if (!err) {
		umbra_graph_end(&b->members);
		err = umbra_graph_order(&b->members, order, loop);
	}
	if (err == -ELOOP)
		service_refuse(b, loop[0], err,
			"group \"%s\" contains itself, by way of \"%s\": take one out of the other",
			b->services.name[loop[0]], b->services.name[loop[1]]);
	kvfree(order);
	return err;
}

static int names(struct umbra_build *b)
{
	u32 nr = b->policy->rows[UMBRA_TABLE_SERVICE].nr;
	u32 i;

	for (i = 0; i < nr; i++) {
		const char *name = umbra_row_text(service_row(b, i), UMBRA_A_SERVICE_NAME);
		u32 number = umbra_names_add(&b->services, name);

		if (number != i)
			return service_refuse(b, i, -EEXIST,
				"service \"%s\" is there already, in row %u: rename or delete one",
				name, number + 1);
		cond_resched();
	}
	return 0;
}

/* Context: process. Reads names and groups; parts are made on demand. */
int umbra_services_build(struct umbra_build *b)
{
	u32 nr = b->policy->rows[UMBRA_TABLE_SERVICE].nr;
	int err = umbra_names_init(&b->services, nr);

	b->part_first = umbra_build_alloc(nr, sizeof(u32));
	b->part_count = umbra_build_alloc(nr, sizeof(u32));
	b->walk = umbra_build_alloc(nr, sizeof(u32));
	b->leaf = umbra_build_alloc(nr, sizeof(u32));
	b->seen = umbra_build_alloc(nr, sizeof(u32));
	if (!b->part_first || !b->part_count || !b->walk || !b->leaf || !b->seen)
		err = -ENOMEM;
	if (err)
		return err;
	memset(b->part_first, 0xff, nr * sizeof(u32));
	err = names(b);
	return err ?: members(b);
}
