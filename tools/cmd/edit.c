// SPDX-License-Identifier: GPL-2.0
/*
 * add, delete, replace, move - change one row of the running policy
 */
#include "live/candidate.h"
#include "live/edit.h"
#include "base/names.h"
#include "parse/nat_end.h"
#include "parse/parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fw_option options[] = {
	CANDIDATE_OPTIONS,
	PREVIEW_OPTIONS,
	{ NULL, NULL, NULL, 0 },
};

/* Make a row from @table and the words from @from on. */
static int parse(struct edit *e, char *table, int from, struct row *row)
{
	char **words = e->args->argv + from - 1;
	char *replaced = *words;
	int err;

	*words = table;
	err = parse_words(&e->policy, e->args->argc - from + 1, words, row,
			  &e->report);
	*words = replaced;
	if (!err)
		err = policy_bind_row(&e->policy, row, &e->report);
	if (err == -ENOMEM)
		fw_error("out of memory");
	return err ? FW_REFUSED : FW_OK;
}

static void say(struct edit *e, const char *verb, enum umbra_table table,
		size_t position)
{
	const struct row_list *list = &e->policy.tables[table];
	const char *name = position < list->nr ?
			   row_name(&list->row[position]) : NULL;

	snprintf(e->done, sizeof(e->done), "%s %s %zu%s%s", verb,
		 name_word(names_table, table), position + 1,
		 name ? ", " : "", name ? name : "");
}

/*
 * A place: "at N", "before ROW" or "after ROW"; without one, the end of the
 * table. @used is set to the number of words taken.
 */
static int parse_place(struct edit *e, enum umbra_table table, int from,
		       size_t *position, int *used)
{
	const char *word = e->args->argv[from];
	const char *which = word ? e->args->argv[from + 1] : NULL;
	bool at = word && !strcmp(word, "at");
	bool before = word && !strcmp(word, "before");
	bool after = word && !strcmp(word, "after");
	int ret;

	*position = e->policy.tables[table].nr;
	*used = 0;
	if (!which || (!at && !before && !after))
		return FW_OK;
	*used = 2;
	/* N may be one past the last row. */
	if (at && strtoul(which, NULL, 10) == *position + 1)
		return FW_OK;
	ret = edit_find(e, table, which, position);
	*position += !ret && after;
	return ret;
}

static int plan_add(struct edit *e)
{
	enum umbra_table table;
	size_t position = SIZE_MAX;
	int ret, used = 0;
	struct row row;

	/* If the first word is not a table, parse() reports that. */
	table = parse_table_word(e->args->argv[0]);
	ret = table ? parse_place(e, table, 1, &position, &used) : FW_OK;
	if (!ret)
		ret = parse(e, e->args->argv[0], 1 + used, &row);
	if (!ret)
		ret = edit_insert(e, &row, position);
	if (!ret)
		say(e, "added", e->table, e->added);
	return ret;
}

static int plan_delete(struct edit *e)
{
	enum umbra_table table;
	size_t position;
	struct row row;
	int ret;

	ret = edit_table(e->args->argv[0], &table);
	if (ret)
		return ret;
	if (e->args->argc == 2) {
		ret = edit_find(e, table, e->args->argv[1], &position);
	} else {
		ret = parse(e, e->args->argv[0], 1, &row);
		if (!ret)
			ret = edit_find_row(e, &row, &position);
	}
	if (ret)
		return ret;
	say(e, "deleted", table, position);
	edit_remove(e, table, position);
	return FW_OK;
}

/*
 * The row to replace. In tables whose rows may lack a name (rule, nat, relay),
 * its position or name precedes the new row. In other tables it is the row that
 * has the new row's name, unless a position is given.
 */
static int plan_replace(struct edit *e)
{
	bool at = e->args->argc > 2 && !strcmp(e->args->argv[1], "at");
	enum umbra_table table;
	size_t position;
	struct row row;
	int ret, from = at ? 2 : 1;
	bool named;

	ret = edit_table(e->args->argv[0], &table);
	if (ret)
		return ret;
	named = at || table_has_nameless(table);
	if (named)
		ret = edit_find(e, table, e->args->argv[from], &position);
	if (!ret)
		ret = parse(e, e->args->argv[0], from + named, &row);
	if (!ret && !named)
		ret = edit_find(e, table, row_name(&row), &position);
	if (ret)
		return ret;
	edit_remove(e, table, position);
	ret = edit_insert(e, &row, position);
	if (!ret)
		say(e, "replaced", table, position);
	return ret;
}

/* move TABLE ROW [to] N | before ROW | after ROW */
static int plan_move(struct edit *e)
{
	char **words = e->args->argv;
	bool before, after;
	enum umbra_table table;
	size_t from, to;
	struct row row;
	int ret, where = 2;

	ret = edit_table(words[0], &table);
	if (!ret)
		ret = edit_find(e, table, words[1], &from);
	if (ret)
		return ret;
	before = !strcmp(words[2], "before");
	after = !strcmp(words[2], "after");
	where += before || after || !strcmp(words[2], "to");
	if (where != e->args->argc - 1)
		return fw_usage("move: where to? Give N, before ROW or after ROW");
	ret = edit_find(e, table, words[where], &to);
	if (ret)
		return ret;
	if ((before && from < to) || (after && from > to))
		to += after ? 1 : -1;
	row = e->policy.tables[table].row[from];
	edit_remove(e, table, from);
	ret = edit_insert(e, &row, to);
	if (!ret)
		say(e, "moved to", table, to);
	return ret;
}

static int run_edit(struct fw *fw, const struct fw_args *args, int words,
		    int (*change)(struct edit *e))
{
	const struct edit_plan plan = { .change = change };

	if (args->argc < words)
		return fw_usage("%s: too few words: %s %s",
				args->command->name, args->command->name,
				args->command->synopsis);
	return edit_run(fw, args, &plan);
}

static int run_add(struct fw *fw, const struct fw_args *args)
{
	return run_edit(fw, args, 2, plan_add);
}

static int run_delete(struct fw *fw, const struct fw_args *args)
{
	return run_edit(fw, args, 2, plan_delete);
}

static int run_replace(struct fw *fw, const struct fw_args *args)
{
	return run_edit(fw, args, 3, plan_replace);
}

static int run_move(struct fw *fw, const struct fw_args *args)
{
	return run_edit(fw, args, 3, plan_move);
}

#define TABLES		"network service rule nat relay log time set"
#define WORDS		TABLES " at before after @rows"
#define TABLES_HELP	"TABLE is network, service, rule, nat, relay, log, time or set.\n"

const struct fw_command cmd_add = {
	.name = "add",
	.synopsis = "TABLE [at N | before ROW | after ROW] COLUMNS...",
	.help = "add a row to the running policy",
	.details =
		TABLES_HELP
		"COLUMNS are those of a policy file, see umbra.conf(5). ROW is a name, or\n"
		"a position counted from 1. Without a place the row goes to the end:\n"
		"  fwtool add rule Inside Internet icq allow\n"
		"  fwtool add rule at 1 Any Firewall ssh allow name admin\n"
		"  fwtool add nat Inside eth0 masquerade\n"
		"  fwtool add relay 1.2.3.4:5190 192.168.1.17:5190 tcp-relay from Internet\n",
	.options = options,
	.words = WORDS,
	.run = run_add,
};

const struct fw_command cmd_delete = {
	.name = "delete",
	.synopsis = "TABLE NAME | TABLE N | TABLE COLUMNS...",
	.help = "delete a row of the running policy",
	.details =
		TABLES_HELP
		"The row is given by its name, by its position counted from 1, or as it\n"
		"was written. If several rows fit, none is deleted.\n",
	.options = options,
	.words = WORDS,
	.run = run_delete,
};

const struct fw_command cmd_replace = {
	.name = "replace",
	.synopsis = "rule|nat|relay ROW COLUMNS... | TABLE [at N] COLUMNS...",
	.help = "replace a row by another one",
	.details =
		TABLES_HELP
		"A rule, nat row or relay is given by its name or position. In the other\n"
		"tables, the new row replaces the one of the same name, or the one at\n"
		"position N:\n"
		"  fwtool replace rule 3 Inside Internet icq reject\n"
		"  fwtool replace set ping any\n",
	.options = options,
	.words = WORDS,
	.run = run_replace,
};

const struct fw_command cmd_move = {
	.name = "move",
	.synopsis = "TABLE ROW [to] N | TABLE ROW before|after ROW",
	.help = "move a row to another position in its table",
	.details =
		TABLES_HELP
		"ROW is a name, or a position counted from 1. The first rule or nat row\n"
		"that fits decides, so their order matters.\n",
	.options = options,
	.words = TABLES " to before after",
	.run = run_move,
};
