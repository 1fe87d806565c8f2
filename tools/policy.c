// SPDX-License-Identifier: GPL-2.0
#include "policy.h"

#include "names.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

void policy_free(struct policy *p)
{
	int table;

	for (table = 0; table <= UMBRA_TABLE_MAX; table++)
		free(p->tables[table].row);
	arena_free(&p->arena);
	*p = (struct policy){ 0 };
}

size_t policy_rows(const struct policy *p)
{
	size_t rows = 0;
	int table;

	for (table = 1; table <= UMBRA_TABLE_MAX; table++)
		rows += p->tables[table].nr;
	return rows;
}

static int make_room(struct row_list *list)
{
	size_t room = list->room ? 2 * list->room : 16;
	struct row *row;

	if (list->nr < list->room)
		return 0;
	row = reallocarray(list->row, room, sizeof(*row));
	if (!row)
		return -ENOMEM;
	list->row = row;
	list->room = room;
	return 0;
}

int policy_insert(struct policy *p, size_t position, const struct row *row)
{
	struct row_list *list = &p->tables[row->table];
	int err = make_room(list);

	if (err)
		return err;
	if (position > list->nr)
		position = list->nr;
	memmove(list->row + position + 1, list->row + position,
		(list->nr - position) * sizeof(*row));
	list->row[position] = *row;
	list->nr++;
	return 0;
}

int policy_append(struct policy *p, const struct row *row)
{
	return policy_insert(p, SIZE_MAX, row);
}

void policy_remove(struct policy *p, enum umbra_table table, size_t position)
{
	struct row_list *list = &p->tables[table];

	if (position >= list->nr)
		return;
	list->nr--;
	memmove(list->row + position, list->row + position + 1,
		(list->nr - position) * sizeof(*list->row));
}

bool service_has_ports(const struct service *service)
{
	switch (service->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
		return true;
	default:
		return false;
	}
}

bool service_has_icmp(const struct service *service)
{
	return service->protocol == IPPROTO_ICMP ||
	       service->protocol == IPPROTO_ICMPV6;
}

const char *row_name(const struct row *row)
{
	switch (row->table) {
	case UMBRA_TABLE_NETWORK:
		return row->network.name;
	case UMBRA_TABLE_SERVICE:
		return row->service.name;
	case UMBRA_TABLE_RULE:
		return row->rule.name;
	case UMBRA_TABLE_SETTING:
		return name_word(names_setting, row->setting.key);
	default:
		return NULL;
	}
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool item_equal(const struct item *a, const struct item *b)
{
	if (a->kind != b->kind || !same_text(a->ifname, b->ifname) ||
	    !same_text(a->host, b->host) || !same_text(a->network, b->network))
		return false;
	switch (a->kind) {
	case ITEM_ADDRESS:
		return address_equal(&a->first, &b->first);
	case ITEM_PREFIX:
		return address_equal(&a->first, &b->first) &&
		       a->prefix_len == b->prefix_len;
	case ITEM_RANGE:
		return address_equal(&a->first, &b->first) &&
		       address_equal(&a->last, &b->last);
	default:
		return true;
	}
}

static bool network_equal(const struct network *a, const struct network *b)
{
	unsigned int i;

	if (!same_text(a->name, b->name) || a->nr_items != b->nr_items ||
	    !same_text(a->comment, b->comment))
		return false;
	for (i = 0; i < a->nr_items; i++)
		if (!item_equal(&a->items[i], &b->items[i]))
			return false;
	return true;
}

static bool ports_equal(const struct port_list *a, const struct port_list *b)
{
	unsigned int i;

	if (a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++)
		if (a->ranges[i].first != b->ranges[i].first ||
		    a->ranges[i].last != b->ranges[i].last)
			return false;
	return true;
}

static bool icmp_equal(const struct icmp_match *a, const struct icmp_match *b)
{
	return a->type == b->type && a->has_code == b->has_code &&
	       (!a->has_code || (a->code_first == b->code_first &&
				 a->code_last == b->code_last));
}

static bool service_lists_equal(const struct service *a,
				const struct service *b)
{
	unsigned int i;

	if (a->nr_icmp != b->nr_icmp || a->nr_members != b->nr_members ||
	    !ports_equal(&a->client_ports, &b->client_ports) ||
	    !ports_equal(&a->server_ports, &b->server_ports))
		return false;
	for (i = 0; i < a->nr_icmp; i++)
		if (!icmp_equal(&a->icmp[i], &b->icmp[i]))
			return false;
	for (i = 0; i < a->nr_members; i++)
		if (strcmp(a->members[i], b->members[i]))
			return false;
	return true;
}

static bool service_equal(const struct service *a, const struct service *b)
{
	return same_text(a->name, b->name) && a->type == b->type &&
	       a->protocol == b->protocol && a->timeout == b->timeout &&
	       a->pickup == b->pickup && service_lists_equal(a, b) &&
	       same_text(a->advisory, b->advisory) &&
	       same_text(a->comment, b->comment);
}

static bool rule_equal(const struct rule *a, const struct rule *b)
{
	return same_text(a->client, b->client) &&
	       same_text(a->server, b->server) &&
	       same_text(a->service, b->service) && a->action == b->action &&
	       same_text(a->name, b->name) &&
	       same_text(a->comment, b->comment) &&
	       a->disabled == b->disabled && a->sessions == b->sessions &&
	       a->rate == b->rate;
}

bool row_equal(const struct row *a, const struct row *b)
{
	if (a->table != b->table)
		return false;
	switch (a->table) {
	case UMBRA_TABLE_NETWORK:
		return network_equal(&a->network, &b->network);
	case UMBRA_TABLE_SERVICE:
		return service_equal(&a->service, &b->service);
	case UMBRA_TABLE_RULE:
		return rule_equal(&a->rule, &b->rule);
	case UMBRA_TABLE_SETTING:
		return a->setting.key == b->setting.key &&
		       a->setting.value == b->setting.value;
	default:
		return false;
	}
}
