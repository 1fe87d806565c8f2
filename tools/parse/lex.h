/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of a policy file. A row is a line of words between blanks; `#` begins
 * a comment; "double quotes" hold blanks and # together, with \" and \\ for
 * the two characters themselves; a backslash that ends a line continues it.
 */
#ifndef UMBRA_TOOL_LEX_H
#define UMBRA_TOOL_LEX_H

#include "base/arena.h"
#include "base/report.h"

#include <stdbool.h>
#include <stddef.h>

#define LEX_WORDS_MAX	2048	/* in one row */
#define LEX_WORD_MAX	4095	/* bytes of one word, a path being the longest */

struct token {
	const char *text;
	bool quoted;		/* in quotes, so never a keyword nor an address */
};

/* A row: its words, and where its first one stands. */
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
 * @text: kept by the caller until the last lex_line()
 * @size: bytes of @text
 * @file: its name, which must outlive the rows
 * @arena: where words are kept
 * @report: told about errors
 */
void lex_open(struct lexer *lex, const char *text, size_t size,
	      const char *file, struct arena *arena, struct report *report);

/**
 * lex_line() - the words of the next row
 * @lex: lexer
 * @line: filled in
 *
 * Return: 1; 0 at the end of the text; -EINVAL when the row is wrong, which
 * was reported, and the rest of its line skipped; -ENOMEM.
 */
int lex_line(struct lexer *lex, struct line *line);

/* Is @text free of control characters, and UTF-8? */
bool lex_is_printable(const char *text);

#endif
