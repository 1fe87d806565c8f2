// SPDX-License-Identifier: GPL-2.0
#include "policy/policy.h"

#include "base/names.h"

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

void policy_place_rows(struct policy *p)
{
	size_t table, i;

	for (table = 1; table <= UMBRA_TABLE_MAX; table++)
		for (i = 0; i < p->tables[table].nr; i++)
			p->tables[table].row[i].place = (struct place){
				.table = name_word(names_table, table),
				.line = i + 1,
			};
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

bool relay_is_tcp(const struct relay *relay)
{
	switch (relay->type) {
	case UMBRA_RELAY_TYPE_TCP_RELAY:
	case UMBRA_RELAY_TYPE_TCP_FORWARD:
	case UMBRA_RELAY_TYPE_SEMITRANSPARENT_TCP_FORWARD:
		return true;
	default:
		return false;
	}
}

bool table_has_nameless(enum umbra_table table)
{
	return table == UMBRA_TABLE_RULE || table == UMBRA_TABLE_NAT ||
	       table == UMBRA_TABLE_RELAY;
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
	case UMBRA_TABLE_NAT:
		return row->nat.name;
	case UMBRA_TABLE_RELAY:
		return row->relay.name;
	case UMBRA_TABLE_LOG:
		return row->log.name;
	case UMBRA_TABLE_TIME:
		return row->time.name;
	default:
		return NULL;
	}
}
