// SPDX-License-Identifier: GPL-2.0
/* Relays that listen in one place: the kernel refuses the same, and knows no lines. */
#include "check.h"

#include "print_policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* By protocol and address, then by port, then by position. */
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
	for (i = 0; i < list->nr; i++)
		if (!list->row[i].relay.disabled)
			sorted[nr++] = &list->row[i];
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
