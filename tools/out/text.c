// SPDX-License-Identifier: GPL-2.0
/*
 * Text: libsmartcols draws lists. A list longer than ROWS_AT_ONCE is drawn in several
 * parts, so that a million sessions need no more memory than ten thousand.
 */
#include "out/internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <libsmartcols.h>

#define ROWS_AT_ONCE 10000
/* The column in which the values of a record begin. */
#define LABEL_WIDTH 22

static void text_column(struct out *out, const struct out_column *column)
{
	struct libscols_column *drawn;
	int flags = 0;

	if (column->flags & OUT_RIGHT)
		flags |= SCOLS_FL_RIGHT;
	if (column->flags & OUT_TRUNC)
		flags |= SCOLS_FL_TRUNC;
	drawn = scols_table_new_column(out->table, column->heading, 0, flags);
	if (!drawn)
		out->error = ENOMEM;
}

void text_list_begin(struct out *out, const struct out_column *columns)
{
	out->columns = columns;
	out->headed = false;
	out->table = scols_new_table();
	if (!out->table) {
		out->error = ENOMEM;
		return;
	}
	/* If the output is not a terminal, cut nothing. */
	if (!isatty(fileno(out->file)))
		scols_table_set_termforce(out->table, SCOLS_TERMFORCE_NEVER);
	scols_table_set_stream(out->table, out->file);
	for (; columns->key; columns++)
		text_column(out, columns);
}

/* The next part of the list gets the column widths of this one, where possible. */
static void text_keep_widths(struct out *out)
{
	struct libscols_column *column;
	size_t i;

	for (i = 0; out->columns[i].key; i++) {
		column = scols_table_get_column(out->table, i);
		if (column && scols_column_get_width(column) > 1)
			scols_column_set_whint(column, scols_column_get_width(column));
	}
}

static void text_draw(struct out *out)
{
	if (!out->rows)
		return;
	scols_table_enable_noheadings(out->table, out->headed);
	scols_print_table(out->table);
	text_keep_widths(out);
	scols_table_remove_lines(out->table);
	out->headed = true;
	out->rows = 0;
}

void text_list_end(struct out *out)
{
	if (!out->table)
		return;
	text_draw(out);
	text_end(out);
}

void text_row_begin(struct out *out)
{
	if (!out->table)
		return;
	out->line = scols_table_new_line(out->table, NULL);
	if (!out->line)
		out->error = ENOMEM;
}

void text_row_end(struct out *out)
{
	size_t i;

	if (!out->line)
		return;
	/* An empty cell becomes "-", so that `awk '{ print $5 }'` works. */
	for (i = 0; out->columns[i].key; i++) {
		const char *data = scols_cell_get_data(scols_line_get_cell(out->line, i));

		if ((!data || !*data) && scols_line_set_data(out->line, i, "-"))
			out->error = ENOMEM;
	}
	out->line = NULL;
	out->rows++;
	if (out->rows == ROWS_AT_ONCE)
		text_draw(out);
}

/* Print "?" for control characters: names come from files and must not control a terminal. */
static void text_clean(struct out *out, const char *value)
{
	for (; *value; value++)
		fputc((unsigned char)*value < ' ' || *value == 0x7f ? '?' : *value,
		      out->file);
}

static void text_cell(struct out *out, const char *key, const char *value)
{
	size_t i;

	if (!out->line)
		return;
	for (i = 0; out->columns[i].key; i++)
		if (!strcmp(out->columns[i].key, key) &&
		    scols_line_set_data(out->line, i, value))
			out->error = ENOMEM;
}

static void text_label(struct out *out, const char *key)
{
	int left = LABEL_WIDTH - (int)strlen(key) - 1;

	for (; *key; key++)
		fputc(*key == '_' ? ' ' : *key, out->file);
	fprintf(out->file, ":%*s", left > 1 ? left : 1, "");
}

void text_value(struct out *out, const char *key, const char *value)
{
	if (out->depth)
		return;
	switch (out->frame) {
	case OUT_ROW:
		text_cell(out, key, value);
		break;
	case OUT_RECORD:
		text_label(out, key);
		text_clean(out, value);
		fputc('\n', out->file);
		break;
	case OUT_LINE:
		if (out->cells++)
			fputc(' ', out->file);
		text_clean(out, value);
		break;
	case OUT_NOTHING:
	case OUT_LIST:
		break;
	}
}

void text_end(struct out *out)
{
	scols_unref_table(out->table);
	out->table = NULL;
	out->line = NULL;
}
