// SPDX-License-Identifier: GPL-2.0
/*
 * Nat rows that can never apply, and rules that overlook what nat rows do.
 * Every report is certain. A network that is too large to compare counts as
 * unknown, so nothing is reported about it.
 */
#include "check/check.h"

#include "base/ifname.h"
#include "base/names.h"
#include "base/near.h"
#include "print/policy.h"
#include "check/spans.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX	500	/* nat rows compared with each other and with rules */

#define IPV4	1
#define IPV6	2

struct checking {
	const struct policy *p;
	struct report *report;
	struct span_source networks;
	struct spans a, b;		/* too large for the stack */
};

static const char *family_word(unsigned int families)
{
	return families == IPV4 ? "IPv4" : "IPv6";
}

/* The families that a row translates; for type none, those that it exempts. */
static unsigned int families_of(const struct nat *nat)
{
	if (nat->first.len)
		return nat->first.len == 4 ? IPV4 : IPV6;
	return nat->type == UMBRA_NAT_TYPE_MASQUERADE ? IPV4 : IPV4 | IPV6;
}

static unsigned int families_in(const struct spans *spans)
{
	unsigned int i, families = spans->unknown ? IPV4 | IPV6 : 0;

	for (i = 0; i < spans->nr; i++)
		families |= spans->span[i].first.len == 4 ? IPV4 : IPV6;
	return families;
}

static void get_end(struct checking *c, const struct nat_end *end,
		    struct spans *spans)
{
	spans_get(&c->networks, end->network ? end->network : POLICY_ANY,
		  end->ifname, spans);
}

/* The kernel refuses these rows, too, but cannot name the line. */
static void check_end(struct checking *c, const struct row *row,
		      const struct nat_end *end)
{
	unsigned int families = families_of(&row->nat);

	if (!end->network)
		return;
	get_end(c, end, &c->a);
	if (!families_in(&c->a) && end->ifname)
		report_error(c->report, row->place,
			     "nothing of the network is bound to the interface",
			     end->network, "use another interface than %s, or the "
			     "network alone", end->ifname);
	else if (!(families_in(&c->a) & families))
		report_error(c->report, row->place, "the network has no "
			     "address of the family that is translated",
			     end->network, "a network with %s addresses%s",
			     family_word(families),
			     row->nat.type == UMBRA_NAT_TYPE_MASQUERADE ?
			     ", or source with IPv6 ones" : "");
}

static void check_ifname(struct checking *c, const struct row *row,
			 const char *ifname)
{
	struct near near = { .typed = ifname };
	char hint[128], real[IF_NAMESIZE];
	uint32_t i;

	if (ifname && ifname_is_alternative(ifname, real))
		report_error(c->report, row->place,
			     "an alternative name of an interface", ifname,
			     "use its own name, %s", real);
	if (!ifname || if_nametoindex(ifname))
		return;
	for (i = 0; i < c->networks.names.nr; i++)
		near_offer(&near, c->networks.names.names[i].name);
	report_warning(c->report, row->place, "neither a network nor an "
		       "interface that there is now", ifname,
		       "the row matches nothing until there is one%s",
		       near_hint(&near, hint, sizeof(hint)));
}

/* Are all ranges of @narrow in these families inside ranges of @wide? False if there are none. */
static bool is_within(const struct spans *narrow, const struct spans *wide,
		      unsigned int families)
{
	unsigned int i, found = 0;

	if (narrow->unknown || wide->unknown)
		return false;
	for (i = 0; i < narrow->nr; i++) {
		const struct span *span = &narrow->span[i];

		if (!(families & (span->first.len == 4 ? IPV4 : IPV6)))
			continue;
		if (!span_within(span, wide))
			return false;
		found++;
	}
	return found;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool end_within(struct checking *c, const struct nat_end *narrow,
		       const struct nat_end *wide, unsigned int families)
{
	unsigned int i;

	if ((!wide->ifname || same_text(narrow->ifname, wide->ifname)) &&
	    (!wide->network || same_text(narrow->network, wide->network)))
		return true;
	get_end(c, narrow, &c->a);
	get_end(c, wide, &c->b);
	/* A range on any interface is not within a range on one interface. */
	for (i = 0; i < c->a.nr; i++)
		if (!c->a.span[i].ifname)
			c->a.span[i].ifname = "";
	return is_within(&c->a, &c->b, families);
}

static void check_shadowed(struct checking *c, size_t at)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_NAT];
	const struct row *row = &list->row[at];
	unsigned int families = families_of(&row->nat);
	char *text;
	size_t i;

	for (i = 0; i < at; i++) {
		const struct nat *first = &list->row[i].nat;

		if (first->disabled || (families & ~families_of(first)) ||
		    !end_within(c, &row->nat.from, &first->from, families) ||
		    !end_within(c, &row->nat.to, &first->to, families))
			continue;
		text = print_row_text(row);
		report_warning(c->report, row->place,
			       "this nat row never applies", text,
			       "nat row %zu takes all of it: move that row behind this one",
			       i + 1);
		free(text);
		return;
	}
}

static void check_rows(struct checking *c)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_NAT];
	size_t i;

	for (i = 0; i < list->nr && !report_is_full(c->report); i++) {
		const struct row *row = &list->row[i];

		if (row->nat.disabled)
			continue;
		check_end(c, row, &row->nat.from);
		check_end(c, row, &row->nat.to);
		check_ifname(c, row, row->nat.from.ifname);
		check_ifname(c, row, row->nat.to.ifname);
		if (i < ROWS_MAX)
			check_shadowed(c, i);
	}
}

/* Is the whole network on this side? A range that is bound to no interface may be on any. */
static bool network_is_at(struct checking *c, const char *network,
			  const struct nat_end *end, unsigned int families)
{
	unsigned int i;

	spans_get(&c->networks, network, NULL, &c->a);
	for (i = 0; end->ifname && i < c->a.nr; i++)
		if (c->a.span[i].ifname &&
		    strcmp(c->a.span[i].ifname, end->ifname))
			return false;
	get_end(c, end, &c->b);
	return is_within(&c->a, &c->b, families);
}

/*
 * For each nat row and network: is the network on that side of the row? Each
 * answer is stored, because many rules may name the same network.
 */
struct sides {
	size_t nr_networks;
	uint8_t *from;
	uint8_t *to;
};

enum { SIDE_UNASKED, SIDE_NO, SIDE_YES };

static bool is_at(struct checking *c, const struct nat *nat,
		  const struct nat_end *end, const char *network, uint8_t *side)
{
	if (*side == SIDE_UNASKED)
		*side = network_is_at(c, network, end, families_of(nat)) ?
			SIDE_YES : SIDE_NO;
	return *side == SIDE_YES;
}

/* May packets of the rule go out of and back into the same network? */
static bool may_turn(struct checking *c, const struct nat *nat,
		     const struct rule *rule, uint8_t *client_from,
		     uint8_t *server_to)
{
	if (nat->from.ifname || nat->from.network)
		return is_at(c, nat, &nat->from, rule->client, client_from);
	return is_at(c, nat, &nat->to, rule->server, server_to);
}

/*
 * Warn of a rule whose server's addresses are translated on the way to the
 * rule's clients: these see only the outside address and must connect to that.
 */
static void check_rule(struct checking *c, const struct row *row,
		       struct sides *sides)
{
	const struct row_list *list = &c->p->tables[UMBRA_TABLE_NAT];
	uint32_t client = index_find(&c->networks.names, row->rule.client);
	uint32_t server = index_find(&c->networks.names, row->rule.server);
	char columns[3 * UMBRA_NAME_MAX + 4];
	size_t i;

	if (client == INDEX_NONE || server == INDEX_NONE)
		return;
	spans_get(&c->networks, row->rule.server, NULL, &c->a);
	if (spans_are_multicast(&c->a))
		return;		/* never a host's own address, never translated */
	for (i = 0; i < list->nr; i++) {
		const struct nat *nat = &list->row[i].nat;
		size_t at = i * sides->nr_networks;

		if (nat->disabled ||
		    !is_at(c, nat, &nat->from, row->rule.server,
			   &sides->from[at + server]) ||
		    !is_at(c, nat, &nat->to, row->rule.client,
			   &sides->to[at + client]))
			continue;
		if (nat->type == UMBRA_NAT_TYPE_NONE ||
		    may_turn(c, nat, &row->rule, &sides->from[at + client],
			     &sides->to[at + server]))
			return;
		snprintf(columns, sizeof(columns), "%s %s %s",
			 row->rule.client, row->rule.server,
			 row->rule.service);
		report_warning(c->report, row->place, "these clients do not "
			       "see the server's own addresses", columns,
			       "nat row %zu translates them: let them connect "
			       "to the outside address, with a relay from %s",
			       i + 1, row->rule.client);
		return;
	}
}

static int check_rules(struct checking *c)
{
	const struct row_list *rules = &c->p->tables[UMBRA_TABLE_RULE];
	size_t nr = c->p->tables[UMBRA_TABLE_NAT].nr, i;
	struct sides sides = { .nr_networks = c->networks.names.nr };

	if (!nr || nr > ROWS_MAX || !sides.nr_networks)
		return 0;
	sides.from = calloc(nr, sides.nr_networks);
	sides.to = calloc(nr, sides.nr_networks);
	for (i = 0; sides.from && sides.to && i < rules->nr; i++)
		if (rules->row[i].rule.action == UMBRA_ACTION_ALLOW &&
		    !rules->row[i].rule.disabled)
			check_rule(c, &rules->row[i], &sides);
	free(sides.from);
	free(sides.to);
	return sides.from && sides.to ? 0 : -ENOMEM;
}

int policy_check_nat(const struct policy *p, struct report *report)
{
	struct checking *c;
	int err;

	if (!p->tables[UMBRA_TABLE_NAT].nr)
		return 0;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->p = p;
	c->report = report;
	err = spans_open(&c->networks, p);
	if (!err) {
		check_rows(c);
		err = check_rules(c);
	}
	spans_close(&c->networks);
	free(c);
	return err;
}
