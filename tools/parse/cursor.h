/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A row's words under the parser's finger. Each function that finds something
 * wrong says so in one line and returns a negative errno.
 */
#ifndef UMBRA_TOOL_CURSOR_H
#define UMBRA_TOOL_CURSOR_H

#include "parse/lex.h"
#include "base/names.h"

#include <stdint.h>

struct cursor {
	const struct token *at;
	const struct token *end;
	struct place place;
	struct arena *arena;
	struct report *report;
	const char *form;	/* of the whole row, for the error lines */
};

static inline bool cursor_at_end(const struct cursor *c)
{
	return c->at == c->end;
}

/* Is the next word the bare keyword @word? */
bool cursor_is(const struct cursor *c, const char *word);

/* The same, and if so take it. */
bool cursor_take(struct cursor *c, const char *word);

/**
 * cursor_word() - take the next word, whatever it is
 * @c: cursor
 * @what: what is expected, for the error line
 *
 * Return: the word, or NULL after an error, when there is none.
 */
const struct token *cursor_word(struct cursor *c, const char *what);

/* A name of a network, service or rule: 1 to UMBRA_NAME_MAX bytes. */
int cursor_name(struct cursor *c, const char *what, const char **name);

/* A comment or an advisory: up to UMBRA_TEXT_MAX bytes. */
int cursor_text(struct cursor *c, const char *what, const char **text);

/* A decimal number from @min to @max. */
int cursor_number(struct cursor *c, const char *what, uint32_t min,
		  uint32_t max, uint32_t *value);

/* One of the words of @list. */
int cursor_choice(struct cursor *c, const char *what, const struct name *list,
		  unsigned int *value);

/* Refuse the word @word, with what @list would have accepted. */
int cursor_refuse(struct cursor *c, const char *what, const char *word,
		  const struct name *list);

/**
 * cursor_option() - take the word of an option, which is bare and comes once
 * @c: cursor, not at its end
 * @what: what the options are of, for the error line
 * @list: options
 * @seen: options seen so far, a bit for each
 * @option: its value
 *
 * Return: 0, or -EINVAL when it is none of them or was seen before.
 */
int cursor_option(struct cursor *c, const char *what, const struct name *list,
		  unsigned int *seen, unsigned int *option);

/**
 * number_parse() - a decimal number at the beginning of a text
 * @text: moved behind the number
 * @max: largest accepted
 * @value: the number
 *
 * Return: whether there is one, of digits only and not too large.
 */
bool number_parse(const char **text, uint32_t max, uint32_t *value);

/* N or N-M, N not above M; otherwise as number_parse(). */
bool span_parse(const char **text, uint32_t max, uint32_t *first,
		uint32_t *last);

#endif
