// SPDX-License-Identifier: GPL-2.0
/* Find the row of the running policy that is meant. */
#include "live/edit.h"

#include "parse/cursor.h"
#include "base/near.h"
#include "parse/parse.h"
#include "print/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rows that fit: the first, their number, and their positions as text. */
struct found {
	size_t first;
	size_t nr;
	char positions[100];
};

static void found_row(struct found *found, size_t position)
{
	size_t used = strlen(found->positions);

	if (!found->nr++)
		found->first = position;
	if (used + 24 < sizeof(found->positions))
		sprintf(found->positions + used, "%s%zu", used ? ", " : "",
			position + 1);
}

int edit_table(const char *word, enum umbra_table *table)
{
	*table = word ? parse_table_word(word) : 0;
	if (*table)
		return FW_OK;
	return fw_usage("unknown table '%s': network, service, rule, "
			"nat, relay, log, time or set",
			word ? word : "");
}

static int find_position(const struct row_list *list, const char *table,
			 const char *word, size_t *position)
{
	const char *at = word;
	uint32_t number;

	if (number_parse(&at, UINT32_MAX, &number) && number &&
	    number <= list->nr) {
		*position = number - 1;
		return FW_OK;
	}
	fw_error("no %s at position '%s': give one from 1 to %zu", table, word, list->nr);
	return FW_REFUSED;
}

static int not_found(const struct row_list *list, const char *table,
		     const char *word)
{
	struct near near = { .typed = word };
	char hint[128];
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (row_name(&list->row[i]))
			near_offer(&near, row_name(&list->row[i]));
	fw_error("no %s named '%s'%s", table, word,
		 near_hint(&near, hint, sizeof(hint)));
	return FW_REFUSED;
}

static int one_row(const struct found *found, const char *table,
		   const char *word, size_t *position)
{
	*position = found->first;
	if (found->nr == 1)
		return FW_OK;
	fw_error("%zu rows of table %s match '%s': give the position of one: %s",
		 found->nr, table, word, found->positions);
	return FW_REFUSED;
}

int edit_find(struct edit *e, enum umbra_table table, const char *word,
	      size_t *position)
{
	const struct row_list *list = &e->policy.tables[table];
	const char *title = name_word(names_table, table);
	struct found found = { 0 };
	const char *name;
	size_t i;

	if (*word && !word[strspn(word, "0123456789")])
		return find_position(list, title, word, position);
	for (i = 0; i < list->nr; i++) {
		name = row_name(&list->row[i]);
		if (name && !strcmp(name, word))
			found_row(&found, i);
	}
	if (!found.nr)
		return not_found(list, title, word);
	return one_row(&found, title, word, position);
}

int edit_find_row(struct edit *e, const struct row *row, size_t *position)
{
	const struct row_list *list = &e->policy.tables[row->table];
	char *wanted = print_row_text(row), *text;
	struct found found = { 0 };
	size_t i;
	int ret;

	for (i = 0; wanted && i < list->nr; i++) {
		text = print_row_text(&list->row[i]);
		if (text && !strcmp(text, wanted))
			found_row(&found, i);
		free(text);
	}
	if (!found.nr) {
		fw_error("no such row: '%s'", wanted ? wanted : "");
		ret = FW_REFUSED;
	} else {
		ret = one_row(&found, name_word(names_table, row->table),
			       wanted, position);
	}
	free(wanted);
	return ret;
}
