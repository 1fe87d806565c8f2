// SPDX-License-Identifier: GPL-2.0
/*
 * Shadowed rules. A rule is reported if an earlier rule names the same client,
 * server and service, or networks and groups that contain those by name. A
 * reported rule is certainly never reached. Addresses and ports are not
 * compared, so a rule that is shadowed only by them is not found.
 *
 * For each rule, all triples (client, server, service) that are as wide as its
 * own or wider are looked up. The first rule with one of them shadows it. There
 * are few such triples; WIDER_MAX limits the time for an unusual policy.
 */
#include "check/check.h"

#include "check/graph.h"
#include "policy/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WIDER_MAX	16	/* per column: at most 16^3 look-ups per rule */

/* The numbers of a rule's columns, and its position; sorted in this order. */
struct triple {
	uint32_t client;
	uint32_t server;
	uint32_t service;
	uint32_t position;
};

struct shadow {
	const struct policy *p;
	struct index networks;	/* Any has the number networks.nr, */
				/* Firewall networks.nr + 1 */
	struct index services;
	struct graph net_in;	/* from a network to those that contain it */
	struct graph service_in;
	struct triple *triples;
	size_t nr;
};

static uint32_t network_number(const struct shadow *s, const char *name)
{
	if (!strcmp(name, POLICY_ANY))
		return s->networks.nr;
	if (!strcmp(name, POLICY_FIREWALL))
		return s->networks.nr + 1;
	return index_find(&s->networks, name);
}

static size_t network_edges(const struct shadow *s, const struct row *row,
			    struct edge *edges)
{
	const struct network *network = &row->network;
	uint32_t number = network_number(s, network->name);
	size_t nr = 0;
	unsigned int i;

	edges[nr++] = (struct edge){ number, s->networks.nr };
	for (i = 0; i < network->nr_items; i++)
		if (network->items[i].kind == ITEM_NETWORK &&
		    !network->items[i].ifname)
			edges[nr++] = (struct edge){
				network_number(s, network->items[i].network),
				number,
			};
	return nr;
}

static int build_networks(struct shadow *s)
{
	const struct row_list *list = &s->p->tables[UMBRA_TABLE_NETWORK];
	size_t room = 1, nr = 0, i;
	struct edge *edges;
	int err;

	for (i = 0; i < list->nr; i++)
		room += 1 + list->row[i].network.nr_items;
	edges = calloc(room, sizeof(*edges));
	if (!edges)
		return -ENOMEM;
	for (i = 0; i < list->nr; i++)
		nr += network_edges(s, &list->row[i], edges + nr);
	edges[nr++] = (struct edge){ s->networks.nr + 1, s->networks.nr };
	err = graph_build(&s->net_in, s->networks.nr + 2, edges, nr);
	free(edges);
	return err;
}

static int build_services(struct shadow *s)
{
	const struct row_list *list = &s->p->tables[UMBRA_TABLE_SERVICE];
	size_t room = 1, nr = 0, i, j;
	struct edge *edges;
	int err;

	for (i = 0; i < list->nr; i++)
		room += list->row[i].service.nr_members;
	edges = calloc(room, sizeof(*edges));
	if (!edges)
		return -ENOMEM;
	for (i = 0; i < list->nr; i++) {
		const struct service *group = &list->row[i].service;

		for (j = 0; j < group->nr_members; j++)
			edges[nr++] = (struct edge){
				index_find(&s->services, group->members[j]),
				index_find(&s->services, group->name),
			};
	}
	err = graph_build(&s->service_in, s->services.nr, edges, nr);
	free(edges);
	return err;
}

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_columns(const void *a, const void *b)
{
	const struct triple *x = a, *y = b;
	int order = compare(x->client, y->client);

	order = order ? order : compare(x->server, y->server);
	return order ? order : compare(x->service, y->service);
}

static int compare_triples(const void *a, const void *b)
{
	const struct triple *x = a, *y = b;
	int order = compare_columns(a, b);

	return order ? order : compare(x->position, y->position);
}

/* The triples of enabled rules without a time class; of equal triples only the first. */
static int build_triples(struct shadow *s)
{
	const struct row_list *list = &s->p->tables[UMBRA_TABLE_RULE];
	size_t i, nr = 0;

	s->triples = calloc(list->nr + 1, sizeof(*s->triples));
	if (!s->triples)
		return -ENOMEM;
	for (i = 0; i < list->nr; i++) {
		const struct rule *rule = &list->row[i].rule;

		if (!rule->disabled && !rule->time)
			s->triples[nr++] = (struct triple){
				network_number(s, rule->client),
				network_number(s, rule->server),
				index_find(&s->services, rule->service), i,
			};
	}
	qsort(s->triples, nr, sizeof(*s->triples), compare_triples);
	for (i = 0; i < nr; i++)
		if (!s->nr || compare_columns(&s->triples[s->nr - 1],
					      &s->triples[i]))
			s->triples[s->nr++] = s->triples[i];
	return 0;
}

/* The position of the first rule that is as wide as @rule or wider. */
static size_t first_wider(const struct shadow *s, const struct rule *rule)
{
	uint32_t clients[WIDER_MAX], servers[WIDER_MAX], services[WIDER_MAX];
	size_t nr_clients, nr_servers, nr_services, i, j, k;
	const struct triple *found;
	size_t first = SIZE_MAX;
	struct triple key;

	nr_clients = graph_reach(&s->net_in, network_number(s, rule->client),
				 clients, WIDER_MAX);
	nr_servers = graph_reach(&s->net_in, network_number(s, rule->server),
				 servers, WIDER_MAX);
	nr_services = graph_reach(&s->service_in,
				  index_find(&s->services, rule->service),
				  services, WIDER_MAX);
	for (i = 0; i < nr_clients; i++)
		for (j = 0; j < nr_servers; j++)
			for (k = 0; k < nr_services; k++) {
				key = (struct triple){ clients[i], servers[j],
						       services[k], 0 };
				found = bsearch(&key, s->triples, s->nr,
						sizeof(key), compare_columns);
				if (found && found->position < first)
					first = found->position;
			}
	return first;
}

static void report_shadowed(const struct shadow *s, struct report *report)
{
	const struct row_list *list = &s->p->tables[UMBRA_TABLE_RULE];
	size_t i, first;
	char columns[3 * UMBRA_NAME_MAX + 4];

	for (i = 0; i < list->nr; i++) {
		const struct row *row = &list->row[i];

		if (row->rule.disabled)
			continue;
		first = first_wider(s, &row->rule);
		if (first >= i)
			continue;
		snprintf(columns, sizeof(columns), "%s %s %s",
			 row->rule.client, row->rule.server,
			 row->rule.service);
		report_warning(report, row->place, "this rule is never reached",
			       columns, "rule %zu takes all of it: delete this rule, or "
			       "move it before that one", first + 1);
	}
}

int policy_check_shadowed(const struct policy *p, struct report *report)
{
	struct shadow s = { .p = p };
	int err;

	err = index_build(&s.networks, &p->tables[UMBRA_TABLE_NETWORK]);
	if (!err)
		err = index_build(&s.services,
				  &p->tables[UMBRA_TABLE_SERVICE]);
	if (!err)
		err = build_networks(&s);
	if (!err)
		err = build_services(&s);
	if (!err)
		err = build_triples(&s);
	if (!err)
		report_shadowed(&s, report);
	graph_free(&s.net_in);
	graph_free(&s.service_in);
	index_free(&s.networks);
	index_free(&s.services);
	free(s.triples);
	return err;
}
