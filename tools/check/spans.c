// SPDX-License-Identifier: GPL-2.0
#include "check/spans.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX	4096	/* networks visited for one answer */

/* A network to visit, and the interface that limits it, or NULL. */
struct step {
	uint32_t number;
	const char *ifname;
};

struct walk {
	const struct span_source *s;
	struct spans *spans;
	struct step steps[SPANS_MAX];
	unsigned int nr;
	unsigned int taken;
};

static int count_rows(struct span_source *s)
{
	uint32_t i, number;

	s->first = calloc(s->names.nr + 2, sizeof(*s->first));
	s->row_of = calloc(s->rows->nr + 1, sizeof(*s->row_of));
	if (!s->first || !s->row_of)
		return -ENOMEM;
	for (i = 0; i < s->rows->nr; i++) {
		number = index_find(&s->names, s->rows->row[i].network.name);
		s->first[number + 2]++;
	}
	for (i = 2; i < s->names.nr + 2; i++)
		s->first[i] += s->first[i - 1];
	for (i = 0; i < s->rows->nr; i++) {
		number = index_find(&s->names, s->rows->row[i].network.name);
		s->row_of[s->first[number + 1]++] = i;
	}
	return 0;
}

int spans_open(struct span_source *s, const struct policy *p)
{
	int err;

	*s = (struct span_source){ .rows = &p->tables[UMBRA_TABLE_NETWORK] };
	err = index_build(&s->names, s->rows);
	return err ? err : count_rows(s);
}

void spans_close(struct span_source *s)
{
	index_free(&s->names);
	free(s->first);
	free(s->row_of);
}

/* The interface that satisfies both; false when they name two different ones. */
static bool both(const char *a, const char *b, const char **ifname)
{
	*ifname = a ? a : b;
	return !a || !b || !strcmp(a, b);
}

static void add_span(struct spans *spans, const char *ifname,
		     const struct item *item)
{
	struct span *span = &spans->span[spans->nr];
	unsigned int i, bits = item->prefix_len;

	if (spans->nr == SPANS_MAX) {
		spans->unknown = true;
		return;
	}
	spans->nr++;
	*span = (struct span){ ifname, item->first, item->first };
	if (item->kind == ITEM_RANGE)
		span->last = item->last;
	for (i = bits; item->kind == ITEM_PREFIX &&
	     i < address_bits(&span->last); i++)
		span->last.bytes[i / 8] |= 0x80 >> i % 8;
}

static void add_step(struct walk *w, const char *network, const char *ifname)
{
	uint32_t number = index_find(&w->s->names, network);

	if (number == INDEX_NONE || w->nr == SPANS_MAX ||
	    w->taken++ == STEPS_MAX)
		w->spans->unknown = true;
	else
		w->steps[w->nr++] = (struct step){ number, ifname };
}

static void walk_item(struct walk *w, const struct item *item,
		      const char *bound)
{
	const char *ifname;

	if (!both(bound, item->ifname, &ifname))
		return;
	if (item->kind == ITEM_NETWORK && !strcmp(item->network, POLICY_ANY))
		w->spans->unknown = true;
	else if (item->kind == ITEM_NETWORK)
		add_step(w, item->network, ifname);
	else if (item->kind != ITEM_HOST)
		add_span(w->spans, ifname, item);
}

static void add_everything(struct spans *spans, const char *ifname)
{
	struct item all = { .kind = ITEM_PREFIX, .first.len = 4 };

	add_span(spans, ifname, &all);
	all.first.len = 16;
	add_span(spans, ifname, &all);
}

void spans_get(const struct span_source *s, const char *network,
	       const char *ifname, struct spans *spans)
{
	struct walk w = { .s = s, .spans = spans };
	struct step step;
	uint32_t i;
	unsigned int j;

	spans->nr = 0;
	spans->unknown = false;
	if (!strcmp(network, POLICY_ANY))
		add_everything(spans, ifname);
	else
		add_step(&w, network, ifname);
	while (w.nr && !spans->unknown) {
		step = w.steps[--w.nr];
		for (i = s->first[step.number]; i < s->first[step.number + 1];
		     i++) {
			const struct network *n =
				&s->rows->row[s->row_of[i]].network;

			for (j = 0; j < n->nr_items; j++)
				walk_item(&w, &n->items[j], step.ifname);
		}
	}
}

bool span_within(const struct span *span, const struct spans *spans)
{
	unsigned int i;

	for (i = 0; i < spans->nr; i++) {
		const struct span *wide = &spans->span[i];

		if (wide->first.len == span->first.len &&
		    address_compare(&wide->first, &span->first) <= 0 &&
		    address_compare(&wide->last, &span->last) >= 0 &&
		    (!wide->ifname || !span->ifname ||
		     !strcmp(wide->ifname, span->ifname)))
			return true;
	}
	return false;
}

static bool is_multicast(const struct address *a)
{
	return a->len == 16 ? a->bytes[0] == 0xff : (a->bytes[0] & 0xf0) == 0xe0;
}

bool spans_are_multicast(const struct spans *spans)
{
	unsigned int i;

	for (i = 0; i < spans->nr; i++)
		if (!is_multicast(&spans->span[i].first) ||
		    !is_multicast(&spans->span[i].last))
			return false;
	return spans->nr && !spans->unknown;
}
