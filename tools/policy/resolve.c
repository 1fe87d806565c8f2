// SPDX-License-Identifier: GPL-2.0
#include "policy/resolve.h"

#include "policy/dns.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct resolving {
	struct policy *p;
	struct resolve *how;
	struct report *report;
	struct dns_name *names;
	struct policy last;		/* from @how->fetch */
	bool fetched;
	struct item items[POLICY_LIST_MAX];
	unsigned int nr;
	size_t bytes;			/* of @items, as live/rows.c sends them */
};

/* The kernel's limit for one row, less room for its name and comment. */
#define ITEMS_BYTES	(32768 - 512)

/* The policy that has the last known addresses; empty if there is none. */
static const struct policy *last_policy(struct resolving *r)
{
	if (r->how->again)
		return r->p;
	if (!r->fetched && r->how->fetch && r->how->fetch(&r->last, r->how->arg))
		policy_free(&r->last);
	r->fetched = true;
	return &r->last;
}

static void tell_half(struct resolving *r, const struct row *row,
		      const struct dns_name *name)
{
	static const char *const what[FAMILY_MAX] = {
		[FAMILY_IPV4] = "cannot resolve the IPv4 addresses of the DNS name",
		[FAMILY_IPV6] = "cannot resolve the IPv6 addresses of the DNS name",
	};
	int i;

	for (i = 0; i < FAMILY_MAX; i++)
		if (name->answer.why[i])
			report_warning(r->report, row->place, what[i], name->name,
				       "%s; it keeps those that it had",
				       name->answer.why[i]);
}

/* Report how a name was resolved. Return: 0, or -EINVAL when it has no address. */
static int tell(struct resolving *r, const struct row *row,
		const struct dns_name *name)
{
	if (!name->nr)
		return report_error(r->report, row->place,
				    "cannot resolve the DNS name", name->name,
				    "%s", name->why);
	if (name->nr_found) {
		r->how->resolved++;
		tell_half(r, row, name);
		return 0;
	}
	r->how->kept++;
	report_warning(r->report, row->place, "cannot resolve the DNS name",
		       name->name, "%s; it keeps the addresses that it had",
		       name->why);
	return 0;
}

/* Return: 0, with the name in @found; -EINVAL after reporting an error; -ENOMEM. */
static int resolve_name(struct resolving *r, const struct row *row,
			const char *host, const struct dns_name **found)
{
	struct dns_name *name = dns_find(r->names, host);
	int err = 0;

	if (!name) {
		name = dns_ask(&r->names, &r->p->arena, host);
		if (!name)
			return -ENOMEM;
		err = dns_recall(name, &r->p->arena, last_policy(r), time(NULL));
		if (!err)
			err = tell(r, row, name);
	} else if (!name->nr) {
		err = report_error(r->report, row->place,
				   "cannot resolve the DNS name", host, "%s",
				   name->why);
	}
	*found = name;
	return err;
}

/* The bytes of an attribute with @len bytes of data. */
static size_t attr_bytes(size_t len)
{
	return NLA_HDRLEN + NLA_ALIGN(len);
}

static size_t text_bytes(const char *text)
{
	return text ? attr_bytes(strlen(text) + 1) : 0;
}

static size_t item_bytes(const struct item *item)
{
	return NLA_HDRLEN + text_bytes(item->ifname) + text_bytes(item->network) +
	       text_bytes(item->host) + 2 * attr_bytes(item->first.len) +
	       attr_bytes(sizeof(item->until));
}

static int add_item(struct resolving *r, const struct item *item)
{
	if (r->nr == POLICY_LIST_MAX || r->bytes + item_bytes(item) > ITEMS_BYTES)
		return -E2BIG;
	r->items[r->nr++] = *item;
	r->bytes += item_bytes(item);
	return 0;
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->first.len != y->first.len)
		return x->first.len < y->first.len ? -1 : 1;
	return address_compare(&x->first, &y->first);
}

/* @found_only: leave out addresses that have a time at which they expire. */
static int resolve_item(struct resolving *r, const struct row *row,
			const struct item *item, bool found_only)
{
	struct item address = *item;
	const struct dns_name *name;
	unsigned int from = r->nr, i;
	int err = resolve_name(r, row, item->host, &name);

	address.kind = ITEM_ADDRESS;
	for (i = 0; !err && i < name->nr; i++) {
		address.first = name->addresses[i].address;
		address.until = name->addresses[i].until;
		if (!found_only || !address.until)
			err = add_item(r, &address);
	}
	qsort(r->items + from, r->nr - from, sizeof(*r->items), compare_items);
	return err;
}

/* Do @a and @b come from one item: do they have the same DNS name and interface? */
static bool same_host(const struct item *a, const struct item *b)
{
	if (!b->host || strcmp(a->host, b->host))
		return false;
	if (!a->ifname || !b->ifname)
		return a->ifname == b->ifname;
	return !strcmp(a->ifname, b->ifname);
}

static bool to_resolve(const struct resolving *r, const struct item *item)
{
	return item->kind == ITEM_HOST || (r->how->again && item->host);
}

static bool has_name(const struct resolving *r, const struct network *network)
{
	unsigned int i;

	for (i = 0; i < network->nr_items; i++)
		if (to_resolve(r, &network->items[i]))
			return true;
	return false;
}

static int collect_items(struct resolving *r, const struct row *row, bool found_only)
{
	const struct network *network = &row->network;
	unsigned int i;
	int err = 0;

	r->nr = 0;
	r->bytes = 0;
	for (i = 0; !err && i < network->nr_items; i++) {
		const struct item *item = &network->items[i];

		if (!to_resolve(r, item))
			err = add_item(r, item);
		else if (!i || item->kind == ITEM_HOST ||
			 !item[-1].host || !same_host(item, &item[-1]))
			err = resolve_item(r, row, item, found_only);
	}
	return err;
}

/* Compare addresses and when they expire; names and interfaces are the same in both. */
static bool is_changed(const struct resolving *r, const struct network *network)
{
	unsigned int i;

	if (r->nr != network->nr_items)
		return true;
	for (i = 0; i < r->nr; i++)
		if (r->items[i].host &&
		    (!address_equal(&r->items[i].first,
				    &network->items[i].first) ||
		     r->items[i].until != network->items[i].until))
			return true;
	return false;
}

/* A row that was resolved before keeps its addresses, with a warning; else it is an error. */
static int too_many(struct resolving *r, const struct row *row)
{
	static const char what[] = "too many addresses in one row";
	const char *name = row->network.name;

	if (!r->how->again)
		return report_error(r->report, row->place, what, name,
				    "%d, or %d KiB, at most, with those that names "
				    "resolve to: put the rest on another line",
				    POLICY_LIST_MAX, ITEMS_BYTES / 1024);
	r->how->kept++;
	report_warning(r->report, row->place, what, name,
		       "%d, or %d KiB, at most, with those that names resolve to; "
		       "it keeps the addresses that it had", POLICY_LIST_MAX,
		       ITEMS_BYTES / 1024);
	return 0;
}

static int resolve_network(struct resolving *r, struct row *row)
{
	struct network *network = &row->network;
	int err;

	if (!has_name(r, network))
		return 0;
	err = collect_items(r, row, false);
	if (err == -E2BIG)
		err = collect_items(r, row, true);
	if (err == -E2BIG)
		return too_many(r, row);
	if (err)
		return err;
	row->changed = is_changed(r, network);
	if (!row->changed)
		return 0;
	network->items = arena_memdup(&r->p->arena, r->items,
				      r->nr * sizeof(*r->items));
	network->nr_items = network->items ? r->nr : 0;
	return network->items ? 0 : -ENOMEM;
}

static int no_target(struct resolving *r, const struct row *row)
{
	const struct relay *relay = &row->relay;
	const char *family = relay->listen.len == 4 ? "IPv4" : "IPv6";

	if (!relay->target.len)
		return report_error(r->report, row->place, "the DNS name has "
				    "no address of the family that the relay "
				    "listens in", relay->host,
				    "a name with an %s address", family);
	report_warning(r->report, row->place, "the DNS name has no address that "
		       "the relay can lead to", relay->host,
		       "it keeps the %s address that it had", family);
	return 0;
}

/* The kernel refuses any other address, and with that one row the whole commit. */
static bool can_lead_to(const struct relay *relay, const struct address *address)
{
	return address->len == relay->listen.len && !address_odd(address) &&
	       !address_equal(address, &relay->listen);
}

/*
 * If no address of the family is usable, a relay without an earlier address
 * still gets one: the check then reports what is wrong with it.
 */
static const struct address *find_target(const struct relay *relay,
					 const struct dns_name *name)
{
	const struct address *any = NULL;
	unsigned int i;

	for (i = 0; i < name->nr; i++) {
		const struct address *address = &name->addresses[i].address;

		if (name->nr_found && name->addresses[i].until)
			continue;	/* no longer in the answer */
		if (can_lead_to(relay, address))
			return address;
		if (!relay->target.len && !any && address->len == relay->listen.len)
			any = address;
	}
	return any;
}

static int resolve_relay(struct resolving *r, struct row *row)
{
	struct relay *relay = &row->relay;
	const struct address *target;
	const struct dns_name *name;
	int err;

	if (!relay->host || (relay->target.len && !r->how->again))
		return 0;
	err = resolve_name(r, row, relay->host, &name);
	if (err || (relay->target.len && dns_has(name, &relay->target)))
		return err;
	target = find_target(relay, name);
	if (!target)
		return no_target(r, row);
	relay->target = *target;
	row->changed = true;
	return 0;
}

static int resolve_table(struct resolving *r, enum umbra_table table,
			 int (*resolve)(struct resolving *r, struct row *row))
{
	struct row_list *list = policy_table(r->p, table);
	int err, first = 0;
	size_t i;

	for (i = 0; i < list->nr && !report_is_full(r->report); i++) {
		err = resolve(r, &list->row[i]);
		if (err && !first)
			first = err;
	}
	return first;
}

int policy_resolve(struct policy *p, struct resolve *how,
		   struct report *report)
{
	struct resolving r = { .p = p, .how = how, .report = report };
	int err, relays;

	err = resolve_table(&r, UMBRA_TABLE_NETWORK, resolve_network);
	relays = resolve_table(&r, UMBRA_TABLE_RELAY, resolve_relay);
	policy_free(&r.last);
	return err ? err : relays;
}
