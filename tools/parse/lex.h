/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of a policy file:
 *
 * - A row is a line of words, separated by blanks.
 * - `#` begins a comment.
 * - A word in "double quotes" may contain blanks and #; \" stands for " in it,
 *   and \\ for \.
 * - A backslash at the end of a line continues the row on the next line.
 */
#ifndef UMBRA_TOOL_LEX_H
#define UMBRA_TOOL_LEX_H

#include "base/arena.h"
#include "base/report.h"

#include <stdbool.h>
#include <stddef.h>

#define LEX_WORDS_MAX	2048	/* in one row */
#define LEX_WORD_MAX	4095	/* bytes of one word; the longest is a path */

struct token {
	const char *text;
	bool quoted;		/* in quotes: neither a keyword nor an address */
};

/* A row: its words, and the place of the first one. */
struct line {
	struct place place;
	unsigned int nr;
	struct token tokens[LEX_WORDS_MAX];
};

struct lexer {
	const char *at;
	const char *end;
	struct place place;
	struct arena *arena;	/* of the words */
	struct report *report;
};

/**
 * lex_open() - begin to read a text
 * @lex: set up here
 * @text: the caller keeps it until after the last lex_line()
 * @size: bytes of @text
 * @file: its name, which must outlive the rows
 * @arena: where words are kept
 * @report: gets the errors
 */
void lex_open(struct lexer *lex, const char *text, size_t size,
	      const char *file, struct arena *arena, struct report *report);

/**
 * lex_line() - the words of the next row
 * @lex: lexer
 * @line: filled in
 *
 * Return: 1; 0 at the end of the text; -ENOMEM; -EINVAL when the row is wrong:
 * the error was reported and the rest of the line skipped.
 */
int lex_line(struct lexer *lex, struct line *line);

/* Is @text free of control characters, and UTF-8? */
bool lex_is_printable(const char *text);

#endif
