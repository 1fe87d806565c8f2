// SPDX-License-Identifier: GPL-2.0
/*
 * Errors in relays. The kernel refuses the same relays (kmod/policy/check/relay.c,
 * kmod/policy/build/relay.c), but cannot name the line.
 */
#include "check/check.h"

#include "print/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LISTENERS	1024	/* each port of a tcp-relay is a socket */
#define RELAYS		4096

/* A disabled row is checked, too. A name that is not resolved yet has no address. */
static void check_addresses(struct report *report, const struct row *row)
{
	const struct relay *relay = &row->relay;
	const char *odd = address_odd(&relay->listen);
	char text[ADDRESS_TEXT];

	if (odd)
		report_error(report, row->place, "no relay listens there",
			     address_print(&relay->listen, text),
			     "an address of the firewall's own; this is %s", odd);
	odd = relay->target.len ? address_odd(&relay->target) : NULL;
	if (odd)
		report_error(report, row->place, "no relay leads there",
			     address_print(&relay->target, text),
			     "the server's own address; this is %s", odd);
	else if (address_equal(&relay->listen, &relay->target))
		report_error(report, row->place, "the relay leads to where it listens",
			     address_print(&relay->target, text),
			     "a rule, and the service itself listening there");
}

static void check_row(struct report *report, const struct row *row)
{
	const struct relay *relay = &row->relay;
	unsigned int ports = relay->ports.last - relay->ports.first + 1;
	char *listen;

	check_addresses(report, row);
	if (relay->type != UMBRA_RELAY_TYPE_TCP_RELAY || ports <= LISTENERS)
		return;
	listen = print_relay_listen(relay);
	report_error(report, row->place, "too many ports for a tcp-relay", listen,
		     "%d at most: several rows, or tcp-forward", LISTENERS);
	free(listen);
}

/* Sort by protocol, address, first port and position. */
static int compare(const void *a, const void *b)
{
	const struct row *x = *(const struct row *const *)a;
	const struct row *y = *(const struct row *const *)b;
	int order = relay_is_tcp(&x->relay) - relay_is_tcp(&y->relay);

	if (!order)
		order = x->relay.listen.len - y->relay.listen.len;
	if (!order)
		order = address_compare(&x->relay.listen, &y->relay.listen);
	if (!order)
		order = x->relay.ports.first - y->relay.ports.first;
	return order ? order : (x > y) - (x < y);
}

static bool overlap(const struct relay *a, const struct relay *b)
{
	return relay_is_tcp(a) == relay_is_tcp(b) &&
	       address_equal(&a->listen, &b->listen) &&
	       a->ports.first <= b->ports.last &&
	       b->ports.first <= a->ports.last;
}

static void report_pair(struct report *report, const struct row_list *list,
			const struct row *a, const struct row *b)
{
	const struct row *first = a < b ? a : b, *second = a < b ? b : a;
	char *listen = print_relay_listen(&second->relay);

	report_error(report, second->place, "two relays listen there", listen,
		     "another address or port; relay %zu listens there too",
		     (size_t)(first - list->row) + 1);
	free(listen);
}

int policy_check_relays(const struct policy *p, struct report *report)
{
	const struct row_list *list = &p->tables[UMBRA_TABLE_RELAY];
	const struct row **sorted, *widest = NULL;
	size_t i, nr = 0;

	sorted = calloc(list->nr + 1, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < list->nr && !report_is_full(report); i++) {
		check_row(report, &list->row[i]);
		if (list->row[i].relay.disabled)
			continue;
		sorted[nr++] = &list->row[i];
		if (nr == RELAYS + 1)
			report_error(report, list->row[i].place, "too many relays", NULL,
				     "%d at most: ranges of ports", RELAYS);
	}
	qsort(sorted, nr, sizeof(*sorted), compare);
	for (i = 0; i < nr && !report_is_full(report); i++) {
		if (widest && overlap(&widest->relay, &sorted[i]->relay))
			report_pair(report, list, widest, sorted[i]);
		else
			widest = sorted[i];
	}
	free(sorted);
	return 0;
}
