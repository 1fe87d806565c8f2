// SPDX-License-Identifier: GPL-2.0
#include "check/check.h"

#include "check/graph.h"
#include "base/ifname.h"
#include "policy/index.h"
#include "base/names.h"
#include "base/near.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A policy being checked, with the numbers of its names. */
struct checking {
	const struct policy *p;
	struct report *report;
	struct index networks;
	struct index services;
	struct index rules;
	struct index nats;
	struct index relays;
	struct index logs;
	struct index times;
};

static bool is_built_in(const char *network)
{
	return !strcmp(network, POLICY_ANY) ||
	       !strcmp(network, POLICY_FIREWALL);
}

static int unknown_name(struct checking *c, const struct row *row,
			const char *what, const char *name,
			const struct index *index)
{
	struct near near = { .typed = name };
	char hint[128];
	uint32_t i;

	for (i = 0; i < index->nr; i++)
		near_offer(&near, index->names[i].name);
	if (index == &c->networks) {
		near_offer(&near, POLICY_ANY);
		near_offer(&near, POLICY_FIREWALL);
	}
	return report_error(c->report, row->place, what, name,
			    "a name that the policy defines%s",
			    near_hint(&near, hint, sizeof(hint)));
}

static void check_network_name(struct checking *c, const struct row *row,
			       const char *name)
{
	if (!is_built_in(name) &&
	    index_find(&c->networks, name) == INDEX_NONE)
		unknown_name(c, row, "no such network", name, &c->networks);
}

static void check_service_name(struct checking *c, const struct row *row,
			       const char *name)
{
	if (index_find(&c->services, name) == INDEX_NONE)
		unknown_name(c, row, "no such service", name, &c->services);
}

/* @name: NULL when the row has no log. */
static void check_log_name(struct checking *c, const struct row *row,
			   const char *name)
{
	if (name && index_find(&c->logs, name) == INDEX_NONE)
		unknown_name(c, row, "no such log", name, &c->logs);
}

/* @name: NULL when the row has no time class. */
static void check_time_name(struct checking *c, const struct row *row,
			    const char *name)
{
	if (name && index_find(&c->times, name) == INDEX_NONE)
		unknown_name(c, row, "no such time class", name, &c->times);
}

/* Warn of addresses, prefixes and ranges that are completely inside ::ffff:0:0/96. */
static void check_mapped(struct checking *c, const struct row *row, const struct item *item)
{
	char text[ADDRESS_TEXT];

	if (item->kind == ITEM_NETWORK || !address_is_mapped(&item->first) ||
	    (item->kind == ITEM_PREFIX && item->prefix_len < 96) ||
	    (item->kind == ITEM_RANGE && !address_is_mapped(&item->last)))
		return;
	report_warning(c->report, row->place, "no packet has such an address",
		       address_print(&item->first, text), "IPv4 addresses are written without "
		       "::ffff:");
}

static void check_network(struct checking *c, const struct row *row)
{
	const struct network *network = &row->network;
	unsigned int i;

	if (is_built_in(network->name))
		report_error(c->report, row->place,
			     "this network is built in", network->name,
			     "another name");
	for (i = 0; i < network->nr_items; i++) {
		if (network->items[i].kind == ITEM_NETWORK)
			check_network_name(c, row, network->items[i].network);
		check_mapped(c, row, &network->items[i]);
	}
}

static void second_name(struct checking *c, const struct row *row,
			const struct row_list *list, const struct index *index)
{
	const char *name = row_name(row);
	const struct row *first;

	if (!name)
		return;
	first = &list->row[index->names[index_find(index, name)].row];
	if (first == row)
		return;
	if (first->place.file)
		report_error(c->report, row->place, "the name is taken", name,
			     "%s:%u has it: choose another name",
			     first->place.file, first->place.line);
	else
		report_error(c->report, row->place, "the name is taken", name,
			     "%s %zu has it: choose another name",
			     name_word(names_table, row->table),
			     (size_t)(first - list->row) + 1);
}

static void check_services(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_SERVICE];
	unsigned int i;
	size_t at;

	for (at = 0; at < list->nr && !report_is_full(c->report); at++) {
		const struct row *row = &list->row[at];

		second_name(c, row, list, &c->services);
		for (i = 0; i < row->service.nr_members; i++)
			check_service_name(c, row, row->service.members[i]);
	}
}

static bool is_limited(const struct rule *rule)
{
	return rule->sessions || rule->rate || rule->client_sessions ||
	       rule->client_rate;
}

/* Limits count sessions, and a packet-filter service has no sessions. */
static void check_limits(struct checking *c, const struct row *row)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_SERVICE];
	const struct rule *rule = &row->rule;
	uint32_t number = index_find(&c->services, rule->service);

	if (number == INDEX_NONE || !is_limited(rule) ||
	    list->row[c->services.names[number].row].service.type !=
	    UMBRA_SERVICE_TYPE_PACKET_FILTER)
		return;
	report_error(c->report, row->place,
		     "the rule limits sessions, and this service opens none", rule->service,
		     "use a dynamic service, or leave the limits out");
}

static void check_rules(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_RULE];
	size_t at;

	for (at = 0; at < list->nr && !report_is_full(c->report); at++) {
		const struct row *row = &list->row[at];

		check_network_name(c, row, row->rule.client);
		check_network_name(c, row, row->rule.server);
		check_service_name(c, row, row->rule.service);
		check_log_name(c, row, row->rule.log);
		check_limits(c, row);
		check_time_name(c, row, row->rule.time);
		second_name(c, row, list, &c->rules);
	}
}

static void check_nats(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_NAT];
	size_t at;

	for (at = 0; at < list->nr && !report_is_full(c->report); at++) {
		const struct row *row = &list->row[at];

		if (row->nat.from.network)
			check_network_name(c, row, row->nat.from.network);
		if (row->nat.to.network)
			check_network_name(c, row, row->nat.to.network);
		second_name(c, row, list, &c->nats);
	}
}

static void check_relays(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_RELAY];
	unsigned int i;
	size_t at;

	for (at = 0; at < list->nr && !report_is_full(c->report); at++) {
		const struct row *row = &list->row[at];

		for (i = 0; i < row->relay.nr_from; i++)
			check_network_name(c, row, row->relay.from[i]);
		check_log_name(c, row, row->relay.log);
		check_time_name(c, row, row->relay.time);
		second_name(c, row, list, &c->relays);
	}
}

static void check_logs(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_LOG];
	size_t at;

	for (at = 0; at < list->nr && !report_is_full(c->report); at++)
		second_name(c, &list->row[at], list, &c->logs);
}

static void check_times(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_TIME];
	size_t at;

	for (at = 0; at < list->nr && !report_is_full(c->report); at++)
		second_name(c, &list->row[at], list, &c->times);
}

static void check_settings(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_SETTING];
	const struct row *seen[UMBRA_SETTING_MAX + 1] = { NULL };
	size_t at;

	for (at = 0; at < list->nr; at++) {
		const struct row *row = &list->row[at];

		if (row->setting.network)
			check_network_name(c, row, row->setting.network);
		check_log_name(c, row, row->setting.log);
		if (row->setting.key > UMBRA_SETTING_MAX)
			continue;
		if (seen[row->setting.key])
			report_error(c->report, row->place, "set twice",
				     row_name(row), "delete one of the rows");
		seen[row->setting.key] = row;
	}
}

/* The rows of its own table that a row contains, as edges from its name. */
static size_t row_edges(const struct checking *c, const struct row *row,
			struct edge *edges)
{
	const bool network = row->table == UMBRA_TABLE_NETWORK;
	const struct index *index = network ? &c->networks : &c->services;
	unsigned int nr = network ? row->network.nr_items :
				    row->service.nr_members, i;
	uint32_t from = index_find(index, row_name(row)), to;
	const char *name;
	size_t found = 0;

	for (i = 0; i < nr; i++) {
		name = network ? row->network.items[i].network :
				 row->service.members[i];
		to = name ? index_find(index, name) : INDEX_NONE;
		if (to != INDEX_NONE)
			edges[found++] = (struct edge){ from, to };
	}
	return found;
}

static int build_graph(const struct checking *c, enum umbra_table table,
		       struct graph *graph)
{
	const struct row_list *list = &c->p->tables[table];
	const bool network = table == UMBRA_TABLE_NETWORK;
	size_t room = 1, nr = 0, i;
	struct edge *edges;
	int err;

	for (i = 0; i < list->nr; i++)
		room += network ? list->row[i].network.nr_items :
				  list->row[i].service.nr_members;
	edges = calloc(room, sizeof(*edges));
	if (!edges)
		return -ENOMEM;
	for (i = 0; i < list->nr; i++)
		nr += row_edges(c, &list->row[i], edges + nr);
	err = graph_build(graph, network ? c->networks.nr : c->services.nr,
			  edges, nr);
	free(edges);
	return err;
}

/* "A > B > A", cut off when @text is full. */
static void print_cycle(const struct index *index, const uint32_t *cycle,
			size_t len, char *text, size_t size)
{
	size_t used = 0, i;

	for (i = 0; i <= len && used < size; i++)
		used += snprintf(text + used, size - used, "%s%s",
				 i ? " > " : "",
				 index->names[cycle[i % len]].name);
}

static int check_cycle(struct checking *c, enum umbra_table table)
{
	const struct index *index = table == UMBRA_TABLE_NETWORK ?
				    &c->networks : &c->services;
	const struct row *row;
	struct graph graph;
	uint32_t *cycle;
	char text[120];
	size_t len;
	int err;

	err = build_graph(c, table, &graph);
	if (err)
		return err;
	err = graph_cycle(&graph, &cycle, &len);
	if (cycle) {
		row = &c->p->tables[table].row[index->names[cycle[0]].row];
		print_cycle(index, cycle, len, text, sizeof(text));
		report_error(c->report, row->place, "contains itself", text,
			     "take one of these %s out of the other",
			     table == UMBRA_TABLE_NETWORK ? "networks" :
			     "groups");
	}
	free(cycle);
	graph_free(&graph);
	return err;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * A missing interface may still appear, so that is a warning. An alternative name is an error,
 * because the kernel matches packets by an interface's own name.
 */
static void check_interface(struct checking *c, const char *name)
{
	char real[IF_NAMESIZE];

	if (!if_nametoindex(name))
		report_warning(c->report, (struct place){ 0 },
			       "no such interface now", name,
			       "its rows match nothing until there is one");
	else if (ifname_is_alternative(name, real))
		report_error(c->report, (struct place){ 0 },
			     "an alternative name of an interface", name,
			     "use its own name, %s", real);
}

/* Check the interfaces that networks name, each once. */
static int check_interfaces(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_NETWORK];
	size_t room = 1, nr = 0, at, i;
	const char **names;

	for (at = 0; at < list->nr; at++)
		room += list->row[at].network.nr_items;
	names = calloc(room, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (at = 0; at < list->nr; at++)
		for (i = 0; i < list->row[at].network.nr_items; i++)
			if (list->row[at].network.items[i].ifname)
				names[nr++] =
					list->row[at].network.items[i].ifname;
	qsort(names, nr, sizeof(*names), compare_text);
	for (i = 0; i < nr; i++)
		if (!i || strcmp(names[i - 1], names[i]))
			check_interface(c, names[i]);
	free(names);
	return 0;
}

static int check_names(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_NETWORK];
	size_t at;
	int err;

	for (at = 0; at < list->nr && !report_is_full(c->report); at++)
		check_network(c, &list->row[at]);
	check_services(c);
	check_rules(c);
	check_nats(c);
	check_relays(c);
	check_logs(c);
	check_times(c);
	check_settings(c);
	err = check_cycle(c, UMBRA_TABLE_NETWORK);
	if (!err)
		err = check_cycle(c, UMBRA_TABLE_SERVICE);
	return err;
}

int policy_check(const struct policy *p, struct report *report)
{
	struct checking c = { .p = p, .report = report };
	unsigned int before = report->errors;
	int err;

	err = index_build(&c.networks, &p->tables[UMBRA_TABLE_NETWORK]);
	if (!err)
		err = index_build(&c.services,
				  &p->tables[UMBRA_TABLE_SERVICE]);
	if (!err)
		err = index_build(&c.rules, &p->tables[UMBRA_TABLE_RULE]);
	if (!err)
		err = index_build(&c.nats, &p->tables[UMBRA_TABLE_NAT]);
	if (!err)
		err = index_build(&c.relays, &p->tables[UMBRA_TABLE_RELAY]);
	if (!err)
		err = index_build(&c.logs, &p->tables[UMBRA_TABLE_LOG]);
	if (!err)
		err = index_build(&c.times, &p->tables[UMBRA_TABLE_TIME]);
	if (!err)
		err = check_names(&c);
	if (!err)
		err = policy_check_relays(p, report);
	if (!err && report->errors == before)
		err = check_interfaces(&c);
	if (!err && report->errors == before)
		err = policy_check_nat(p, report);
	if (!err && report->errors == before)
		err = policy_check_multicast(p, report);
	index_free(&c.networks);
	index_free(&c.services);
	index_free(&c.rules);
	index_free(&c.nats);
	index_free(&c.relays);
	index_free(&c.logs);
	index_free(&c.times);
	if (!err && report->errors > before)
		err = -EINVAL;
	return err ? err : policy_check_shadowed(p, report);
}
