// SPDX-License-Identifier: GPL-2.0
#include "dns.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>

struct dns_name *dns_find(struct dns_name *names, const char *name)
{
	for (; names; names = names->next)
		if (!strcasecmp(names->name, name))
			break;
	return names;
}

bool dns_has(const struct dns_name *name, const struct address *address)
{
	unsigned int i;

	for (i = 0; i < name->nr; i++)
		if (address_equal(&name->addresses[i], address))
			return true;
	return false;
}

static void add_address(struct dns_name *name, const struct address *address)
{
	if (address->len && !dns_has(name, address))
		name->addresses[name->nr++] = *address;
}

static int take_answer(struct dns_name *name, struct arena *arena,
		       const struct addrinfo *list)
{
	const struct addrinfo *ai;
	struct address address;
	size_t nr = 0;

	for (ai = list; ai; ai = ai->ai_next)
		nr++;
	name->addresses = arena_alloc(arena, nr * sizeof(*name->addresses));
	if (!name->addresses)
		return -ENOMEM;
	for (ai = list; ai; ai = ai->ai_next) {
		address = address_of(ai->ai_addr);
		add_address(name, &address);
	}
	if (!name->nr)
		name->why = "it has neither A nor AAAA records";
	return 0;
}

struct dns_name *dns_ask(struct dns_name **names, struct arena *arena,
			 const char *name)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct dns_name *asked = arena_alloc(arena, sizeof(*asked));
	struct addrinfo *list;
	int err;

	if (!asked)
		return NULL;
	*asked = (struct dns_name){ .next = *names, .name = name };
	err = getaddrinfo(name, NULL, &hints, &list);
	if (err == EAI_MEMORY)
		return NULL;
	if (err) {
		asked->why = gai_strerror(err);
	} else {
		err = take_answer(asked, arena, list);
		freeaddrinfo(list);
		if (err)
			return NULL;
	}
	*names = asked;
	return asked;
}

/* How many addresses the rows of @last have for the name, doubles included. */
static size_t recall(struct dns_name *name, const struct policy *last,
		     void (*fn)(struct dns_name *name,
				const struct address *address))
{
	const struct row_list *networks = &last->tables[UMBRA_TABLE_NETWORK];
	const struct row_list *relays = &last->tables[UMBRA_TABLE_RELAY];
	size_t i, nr = 0;
	unsigned int j;

	for (i = 0; i < networks->nr; i++)
		for (j = 0; j < networks->row[i].network.nr_items; j++) {
			const struct item *item =
				&networks->row[i].network.items[j];

			if (item->kind != ITEM_ADDRESS || !item->host ||
			    strcasecmp(item->host, name->name))
				continue;
			nr++;
			if (fn)
				fn(name, &item->first);
		}
	for (i = 0; i < relays->nr; i++) {
		const struct relay *relay = &relays->row[i].relay;

		if (!relay->host || !relay->target.len ||
		    strcasecmp(relay->host, name->name))
			continue;
		nr++;
		if (fn)
			fn(name, &relay->target);
	}
	return nr;
}

int dns_recall(struct dns_name *name, struct arena *arena,
	       const struct policy *last)
{
	size_t nr = recall(name, last, NULL);

	if (!nr)
		return 0;
	name->addresses = arena_alloc(arena, nr * sizeof(*name->addresses));
	if (!name->addresses)
		return -ENOMEM;
	recall(name, last, add_address);
	return 0;
}
