// SPDX-License-Identifier: GPL-2.0
/*
 * DNS names in networks become addresses here, in the tool: the kernel has
 * no resolver, and a policy whose names do not resolve must not be committed.
 */
#include "check.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct resolving {
	struct policy *p;
	struct report *report;
	struct item items[POLICY_LIST_MAX];
	unsigned int nr;
};

static int add_item(struct resolving *r, const struct row *row,
		    const struct item *item)
{
	if (r->nr == POLICY_LIST_MAX)
		return report_error(r->report, row->place,
				    "too many addresses in one row",
				    row->network.name,
				    "%d, with those that names resolve to; "
				    "the rest on another line",
				    POLICY_LIST_MAX);
	r->items[r->nr++] = *item;
	return 0;
}

static struct address address_of(const struct sockaddr *sa)
{
	struct address a = { 0 };

	if (sa->sa_family == AF_INET) {
		a.len = 4;
		memcpy(a.bytes, &((const struct sockaddr_in *)sa)->sin_addr,
		       4);
	} else if (sa->sa_family == AF_INET6) {
		a.len = 16;
		memcpy(a.bytes, &((const struct sockaddr_in6 *)sa)->sin6_addr,
		       16);
	}
	return a;
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->first.len != y->first.len)
		return x->first.len < y->first.len ? -1 : 1;
	return address_compare(&x->first, &y->first);
}

/* In order and without doubles, so that the same answer is the same row. */
static void sort_items(struct resolving *r, unsigned int from)
{
	unsigned int i, nr = from;

	qsort(r->items + from, r->nr - from, sizeof(*r->items), compare_items);
	for (i = from; i < r->nr; i++)
		if (nr == from ||
		    compare_items(&r->items[nr - 1], &r->items[i]))
			r->items[nr++] = r->items[i];
	r->nr = nr;
}

static int resolve_host(struct resolving *r, const struct row *row,
			const struct item *item)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct item address = *item;
	unsigned int from = r->nr;
	struct addrinfo *list, *ai;
	int err;

	err = getaddrinfo(item->host, NULL, &hints, &list);
	if (err)
		return report_error(r->report, row->place,
				    "cannot resolve the DNS name", item->host,
				    "%s", gai_strerror(err));
	address.kind = ITEM_ADDRESS;
	for (ai = list; !err && ai; ai = ai->ai_next) {
		address.first = address_of(ai->ai_addr);
		if (address.first.len)
			err = add_item(r, row, &address);
	}
	freeaddrinfo(list);
	if (!err && r->nr == from)
		err = report_error(r->report, row->place,
				   "the DNS name has no address", item->host,
				   "a name with A or AAAA records");
	if (!err)
		sort_items(r, from);
	return err;
}

static bool has_host(const struct network *network)
{
	unsigned int i;

	for (i = 0; i < network->nr_items; i++)
		if (network->items[i].kind == ITEM_HOST)
			return true;
	return false;
}

static int resolve_row(struct resolving *r, struct row *row)
{
	struct network *network = &row->network;
	unsigned int i;
	int err = 0;

	r->nr = 0;
	for (i = 0; !err && i < network->nr_items; i++) {
		if (network->items[i].kind == ITEM_HOST)
			err = resolve_host(r, row, &network->items[i]);
		else
			err = add_item(r, row, &network->items[i]);
	}
	if (err)
		return err;
	network->items = arena_memdup(&r->p->arena, r->items,
				      r->nr * sizeof(*r->items));
	network->nr_items = network->items ? r->nr : 0;
	return network->items ? 0 : -ENOMEM;
}

int policy_resolve(struct policy *p, struct report *report)
{
	struct row_list *list = policy_table(p, UMBRA_TABLE_NETWORK);
	struct resolving r = { .p = p, .report = report };
	int err, first = 0;
	size_t i;

	for (i = 0; i < list->nr && !report_is_full(report); i++) {
		if (!has_host(&list->row[i].network))
			continue;
		err = resolve_row(&r, &list->row[i]);
		if (err && !first)
			first = err;
	}
	return first;
}
