// SPDX-License-Identifier: GPL-2.0
#include "parse/cursor.h"

#include "base/near.h"

#include <errno.h>
#include <linux/umbra.h>
#include <stdio.h>
#include <string.h>

bool cursor_is(const struct cursor *c, const char *word)
{
	return !cursor_at_end(c) && !c->at->quoted &&
	       !strcmp(c->at->text, word);
}

bool cursor_take(struct cursor *c, const char *word)
{
	if (!cursor_is(c, word))
		return false;
	c->at++;
	return true;
}

const struct token *cursor_word(struct cursor *c, const char *what)
{
	char missing[64];

	if (!cursor_at_end(c))
		return c->at++;
	snprintf(missing, sizeof(missing), "%s expected after", what);
	report_error(c->report, c->place, missing, c->at[-1].text, "%s",
		     c->form);
	return NULL;
}

static int bounded_word(struct cursor *c, const char *what, size_t max,
			const char **text)
{
	const struct token *token = cursor_word(c, what);
	char wrong[64];

	if (!token)
		return -EINVAL;
	if (!lex_is_printable(token->text)) {
		snprintf(wrong, sizeof(wrong), "%s has control characters, "
			 "or is not UTF-8", what);
		return report_error(c->report, c->place, wrong, token->text,
				    "printable text");
	}
	if (strlen(token->text) > max) {
		snprintf(wrong, sizeof(wrong), "%s too long", what);
		return report_error(c->report, c->place, wrong, token->text,
				    "%zu bytes at most", max);
	}
	*text = token->text;
	return 0;
}

int cursor_name(struct cursor *c, const char *what, const char **name)
{
	char wrong[64];
	int err = bounded_word(c, what, UMBRA_NAME_MAX, name);

	if (err || **name)
		return err;
	snprintf(wrong, sizeof(wrong), "%s is empty", what);
	return report_error(c->report, c->place, wrong, "", "%s", c->form);
}

int cursor_text(struct cursor *c, const char *what, const char **text)
{
	int err = bounded_word(c, what, UMBRA_TEXT_MAX, text);

	if (!err && !**text)
		*text = NULL;
	return err;
}

bool number_parse(const char **text, uint32_t max, uint32_t *value)
{
	const char *at = *text;
	uint64_t number = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		number = 10 * number + (*at - '0');
		if (number > max)
			return false;
	}
	if (at == *text)
		return false;
	*text = at;
	*value = number;
	return true;
}

bool span_parse(const char **text, uint32_t max, uint32_t *first,
		uint32_t *last)
{
	if (!number_parse(text, max, first))
		return false;
	*last = *first;
	if (**text != '-')
		return true;
	++*text;
	return number_parse(text, max, last) && *first <= *last;
}

int cursor_number(struct cursor *c, const char *what, uint32_t min,
		  uint32_t max, uint32_t *value)
{
	const struct token *token = cursor_word(c, what);
	const char *text;
	char wrong[64];

	if (!token)
		return -EINVAL;
	text = token->text;
	if (number_parse(&text, max, value) && !*text && *value >= min)
		return 0;
	snprintf(wrong, sizeof(wrong), "%s out of bounds", what);
	return report_error(c->report, c->place, wrong, token->text,
			    "a number from %u to %u", min, max);
}

int cursor_refuse(struct cursor *c, const char *what, const char *word,
		  const struct name *list)
{
	struct near near = { .typed = word };
	char wrong[64], text[440], hint[128];
	const struct name *name;

	for (name = list; name->word; name++)
		near_offer(&near, name->word);
	/* Other firewalls write nat and relay as actions; here they are rows. */
	if (list == names_action || list == names_nat_type) {
		near_offer_row(&near, "nat");
		near_offer_row(&near, "relay");
	}
	snprintf(wrong, sizeof(wrong), "unknown %s", what);
	return report_error(c->report, c->place, wrong, word, "one of %s%s",
			    name_list(list, text, sizeof(text)),
			    near_hint(&near, hint, sizeof(hint)));
}

int cursor_choice(struct cursor *c, const char *what, const struct name *list,
		  unsigned int *value)
{
	const struct token *token = cursor_word(c, what);

	if (!token)
		return -EINVAL;
	*value = name_value(list, token->text);
	return *value ? 0 : cursor_refuse(c, what, token->text, list);
}

int cursor_option(struct cursor *c, const char *what, const struct name *list,
		  unsigned int *seen, unsigned int *option)
{
	const struct token *token = c->at++;

	*option = token->quoted ? 0 : name_value(list, token->text);
	if (!*option)
		return cursor_refuse(c, what, token->text, list);
	if (*seen & 1U << *option)
		return report_error(c->report, c->place, "given twice",
				    token->text, "give it once");
	*seen |= 1U << *option;
	return 0;
}
