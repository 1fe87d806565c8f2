// SPDX-License-Identifier: GPL-2.0
#include "parse/nat_end.h"

#include "policy/index.h"
#include "base/near.h"
#include "parse/internal.h"

#include <errno.h>
#include <string.h>

struct binding {
	struct policy *p;
	struct report *report;
	struct index networks;
};

static bool has_network(const struct binding *b, const char *name)
{
	return index_find(&b->networks, name) != INDEX_NONE;
}

static int refuse_end(struct binding *b, const struct row *row,
		      const char *word)
{
	struct near near = { .typed = word };
	char hint[128];
	uint32_t i;

	for (i = 0; i < b->networks.nr; i++)
		near_offer(&near, b->networks.names[i].name);
	return report_error(b->report, row->place,
			    "neither a network nor an interface", word,
			    "INTERFACE, NETWORK, INTERFACE:NETWORK or Any%s",
			    near_hint(&near, hint, sizeof(hint)));
}

static int bind_both(struct binding *b, const struct row *row,
		     struct nat_end *end, const char *colon)
{
	const char *word = end->word, *network = colon + 1;
	char *ifname = arena_strndup(&b->p->arena, word, colon - word);

	if (!ifname)
		return -ENOMEM;
	if (!strcmp(network, POLICY_FIREWALL))
		return report_error(b->report, row->place, "what the firewall "
				    "sends itself is not translated", word,
				    "another network behind the interface");
	if (!parse_is_ifname(ifname) || !*network ||
	    strlen(network) > UMBRA_NAME_MAX)
		return refuse_end(b, row, word);
	end->ifname = ifname;
	end->network = strcmp(network, POLICY_ANY) ? network : NULL;
	end->whole = !end->network && has_network(b, ifname);
	return 0;
}

static int bind_end(struct binding *b, const struct row *row,
		    struct nat_end *end)
{
	const char *word = end->word;
	const char *colon = word ? strchr(word, ':') : NULL;
	int err = 0;

	if (!word)
		return 0;
	if (has_network(b, word))
		end->network = word;
	else if (colon)
		err = bind_both(b, row, end, colon);
	else if (parse_is_ifname(word))
		end->ifname = word;
	else
		err = refuse_end(b, row, word);
	if (!err)
		end->word = NULL;
	return err;
}

static int bind_row(struct binding *b, struct row *row)
{
	int err = bind_end(b, row, &row->nat.from);

	return err ? err : bind_end(b, row, &row->nat.to);
}

static int binding_begin(struct binding *b, struct policy *p,
			 struct report *report)
{
	*b = (struct binding){ .p = p, .report = report };
	return index_build(&b->networks, &p->tables[UMBRA_TABLE_NETWORK]);
}

int policy_bind_ends(struct policy *p, struct report *report)
{
	struct row_list *list = policy_table(p, UMBRA_TABLE_NAT);
	struct binding b;
	int err, first;
	size_t i;

	first = binding_begin(&b, p, report);
	for (i = 0; i < list->nr && first != -ENOMEM; i++) {
		err = bind_row(&b, &list->row[i]);
		if (err && (!first || err == -ENOMEM))
			first = err;
	}
	index_free(&b.networks);
	return first;
}

int policy_bind_row(struct policy *p, struct row *row, struct report *report)
{
	struct binding b;
	int err;

	if (row->table != UMBRA_TABLE_NAT)
		return 0;
	err = binding_begin(&b, p, report);
	if (!err)
		err = bind_row(&b, row);
	index_free(&b.networks);
	return err;
}

static void mark_end(const struct binding *b, struct nat_end *end)
{
	end->whole = end->ifname && !end->network &&
		     has_network(b, end->ifname);
}

int policy_mark_ends(struct policy *p)
{
	struct row_list *list = policy_table(p, UMBRA_TABLE_NAT);
	struct binding b;
	size_t i;

	if (binding_begin(&b, p, NULL))
		return -ENOMEM;
	for (i = 0; i < list->nr; i++) {
		mark_end(&b, &list->row[i].nat.from);
		mark_end(&b, &list->row[i].nat.to);
	}
	index_free(&b.networks);
	return 0;
}
