/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grammar of a policy, as in umbra.conf(5): rows of words become rows of a
 * struct policy. A file and a command line use the same words.
 */
#ifndef UMBRA_TOOL_PARSE_H
#define UMBRA_TOOL_PARSE_H

#include "parse/lex.h"
#include "policy/policy.h"

/**
 * parse_file() - add the rows of a file and of the files it includes to a policy
 * @p: policy
 * @path: file name, or "-" for standard input
 * @report: gets an error for every wrong row
 *
 * Return: 0, -EINVAL when anything was wrong, -ENOMEM.
 */
int parse_file(struct policy *p, const char *path, struct report *report);

/* The same for a text in memory, which may include files. */
int parse_text(struct policy *p, const char *text, size_t size,
	       const char *name, struct report *report);

/**
 * parse_words() - make a row from the words of a command line
 * @p: policy in whose arena the row's strings are kept
 * @argc: number of words
 * @argv: the words; the first names the table
 * @row: filled in; the caller inserts it into a table
 * @report: gets the error
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int parse_words(struct policy *p, int argc, char *const argv[],
		struct row *row, struct report *report);

/**
 * parse_row() - make a row from its words
 * @line: the words
 * @arena: where the row's strings and lists are kept
 * @row: filled in
 * @report: gets the error
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int parse_row(const struct line *line, struct arena *arena, struct row *row,
	      struct report *report);

/* The table that a row's first word names: "set" and "setting" are the same. */
enum umbra_table parse_table_word(const char *word);

/**
 * parse_is_reserved() - would a bare @word be read as something else?
 * @word: a name
 *
 * True for keywords of the grammar, for addresses, and for names that are empty
 * or contain blanks, quotes, backslashes or #. They are always written in quotes.
 */
bool parse_is_reserved(const char *word);

#endif
