/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cursor on the words of a row. A function that finds an error reports it in
 * one line and returns a negative errno.
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

/* If the next word is the bare keyword @word, take it. */
bool cursor_take(struct cursor *c, const char *word);

/**
 * cursor_word() - take the next word, whatever it is
 * @c: cursor
 * @what: what is expected, for the error line
 *
 * Return: the word; NULL after reporting that there is none.
 */
const struct token *cursor_word(struct cursor *c, const char *what);

/* A name of a network, service or rule: 1 to UMBRA_NAME_MAX bytes. */
int cursor_name(struct cursor *c, const char *what, const char **name);

/* A comment or an advisory: up to UMBRA_TEXT_MAX bytes; NULL if it is empty. */
int cursor_text(struct cursor *c, const char *what, const char **text);

/* A decimal number from @min to @max. */
int cursor_number(struct cursor *c, const char *what, uint32_t min,
		  uint32_t max, uint32_t *value);

/* One of the words of @list. */
int cursor_choice(struct cursor *c, const char *what, const struct name *list,
		  unsigned int *value);

/* Report that @word is unknown, with the words of @list. Return: -EINVAL. */
int cursor_refuse(struct cursor *c, const char *what, const char *word,
		  const struct name *list);

/**
 * cursor_option() - take the word of an option: bare, and at most once a row
 * @c: cursor, not at its end
 * @what: such as "option of a rule", for the error line
 * @list: options
 * @seen: options seen so far, a bit for each
 * @option: its value
 *
 * Return: 0, or -EINVAL when it is unknown or was seen before.
 */
int cursor_option(struct cursor *c, const char *what, const struct name *list,
		  unsigned int *seen, unsigned int *option);

/**
 * number_parse() - read a decimal number at the beginning of a text
 * @text: moved to the first byte after the number
 * @max: largest accepted
 * @value: the number
 *
 * Return: whether there is a number of at most @max.
 */
bool number_parse(const char **text, uint32_t max, uint32_t *value);

/* As number_parse(), for N or N-M, where N is at most M. */
bool span_parse(const char **text, uint32_t max, uint32_t *first,
		uint32_t *last);

#endif
