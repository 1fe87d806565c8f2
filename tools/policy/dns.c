// SPDX-License-Identifier: GPL-2.0
#include "policy/dns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct dns_name *dns_find(struct dns_name *names, const char *name)
{
	for (; names; names = names->next)
		if (!strcasecmp(names->name, name))
			break;
	return names;
}

static const struct dns_address *find(const struct dns_name *name,
				      const struct address *address)
{
	unsigned int i;

	for (i = 0; i < name->nr; i++)
		if (address_equal(&name->addresses[i].address, address))
			return &name->addresses[i];
	return NULL;
}

bool dns_has(const struct dns_name *name, const struct address *address)
{
	const struct dns_address *a = find(name, address);

	return a && !a->until;
}

static void add(struct dns_name *name, const struct address *address, uint64_t until)
{
	if (address->len && !find(name, address))
		name->addresses[name->nr++] = (struct dns_address){ *address, until };
}

/* Why no address was found; the first reason, if each family has one. */
static const char *why_nothing(const struct answer *answer)
{
	int i;

	for (i = 0; i < FAMILY_MAX; i++)
		if (answer->why[i])
			return answer->why[i];
	return "it has neither A nor AAAA records";
}

struct dns_name *dns_ask(struct dns_name **names, struct arena *arena,
			 const char *name)
{
	struct dns_name *asked = arena_alloc(arena, sizeof(*asked));
	struct answer *answer;
	unsigned int i;

	if (!asked)
		return NULL;
	*asked = (struct dns_name){ .next = *names, .name = name };
	answer = &asked->answer;
	if (resolver_ask(name, arena, answer))
		return NULL;
	asked->addresses = arena_alloc(arena, (answer->nr + 1) * sizeof(*asked->addresses));
	if (!asked->addresses)
		return NULL;
	for (i = 0; i < answer->nr; i++)
		add(asked, &answer->addresses[i], 0);
	asked->nr_found = asked->nr;
	if (!asked->nr)
		asked->why = why_nothing(answer);
	*names = asked;
	return asked;
}

/* The addresses that the rows of a policy have for a name, with duplicates. */
struct memory {
	const struct dns_name *name;
	struct dns_address *addresses;	/* NULL: only count them */
	size_t nr;
};

static void remember(struct memory *m, const char *host, const struct address *address,
		     uint64_t until)
{
	if (!host || !address->len || strcasecmp(host, m->name->name))
		return;
	if (m->addresses)
		m->addresses[m->nr] = (struct dns_address){ *address, until };
	m->nr++;
}

static size_t recall(struct memory *m, const struct policy *last)
{
	const struct row_list *networks = &last->tables[UMBRA_TABLE_NETWORK];
	const struct row_list *relays = &last->tables[UMBRA_TABLE_RELAY];
	unsigned int j;
	size_t i;

	m->nr = 0;
	for (i = 0; i < networks->nr; i++)
		for (j = 0; j < networks->row[i].network.nr_items; j++) {
			const struct item *item = &networks->row[i].network.items[j];

			if (item->kind == ITEM_ADDRESS)
				remember(m, item->host, &item->first, item->until);
		}
	for (i = 0; i < relays->nr; i++)
		remember(m, relays->row[i].relay.host, &relays->row[i].relay.target, 0);
	return m->nr;
}

/* The latest time first; 0, of an address in the answers, comes before all. */
static int compare_until(const void *pa, const void *pb)
{
	const struct dns_address *a = pa, *b = pb;

	if (a->until != b->until)
		return a->until - 1 > b->until - 1 ? -1 : 1;
	return address_compare(&a->address, &b->address);
}

/* Was there no answer for the address's family, or no address at all? Then it stays as it was. */
static bool is_unanswered(const struct dns_name *name, const struct address *address)
{
	return !name->nr_found ||
	       name->answer.why[address->len == 4 ? FAMILY_IPV4 : FAMILY_IPV6];
}

/* When a missing address expires: DNS_STAYS from now at most, even if the clock was set back. */
static uint64_t stays(uint64_t until, uint64_t now)
{
	return until && until < now + DNS_STAYS ? until : now + DNS_STAYS;
}

static void keep(struct dns_name *name, const struct memory *m, uint64_t now)
{
	unsigned int kept = 0;
	uint64_t until;
	size_t i;

	for (i = 0; i < m->nr; i++) {
		const struct dns_address *was = &m->addresses[i];

		if (find(name, &was->address))
			continue;
		if (is_unanswered(name, &was->address)) {
			add(name, &was->address, was->until);
			continue;
		}
		until = stays(was->until, now);
		if (until > now && kept++ < DNS_STAY_MAX)
			add(name, &was->address, until);
	}
}

int dns_recall(struct dns_name *name, struct arena *arena,
	       const struct policy *last, uint64_t now)
{
	struct memory m = { .name = name };
	struct dns_address *all;

	if (!recall(&m, last))
		return 0;
	m.addresses = arena_alloc(arena, m.nr * sizeof(*m.addresses));
	all = arena_alloc(arena, (name->nr + m.nr) * sizeof(*all));
	if (!m.addresses || !all)
		return -ENOMEM;
	memcpy(all, name->addresses, name->nr * sizeof(*all));
	name->addresses = all;
	recall(&m, last);
	qsort(m.addresses, m.nr, sizeof(*m.addresses), compare_until);
	keep(name, &m, now);
	return 0;
}
