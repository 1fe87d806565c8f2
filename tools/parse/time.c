// SPDX-License-Identifier: GPL-2.0
/* time NAME DAYS HOURS... [DAYS HOURS...]... [comment TEXT] */
#include "base/near.h"
#include "parse/internal.h"

#include <errno.h>
#include <string.h>

#define DAYS_FORM	"days such as mon-fri or mon,wed,sat-sun, or comment TEXT"
#define HOURS_FORM	"HH:MM-HH:MM from 00:00 to 24:00, such as 08:00-17:30 or 22:00-06:00"

enum { OPTION_COMMENT = 1 };

const struct name names_time_option[] = {
	{ OPTION_COMMENT, "comment", "a remark" },
	{ 0 },
};

const struct name names_day[] = {
	{ 1, "mon", "" }, { 2, "tue", "" }, { 3, "wed", "" }, { 4, "thu", "" },
	{ 5, "fri", "" }, { 6, "sat", "" }, { 7, "sun", "" },
	{ 0 },
};

/* Read a day, and move @text after it. Return: the day; 0 if @text begins with none. */
static unsigned int take_day(const char **text)
{
	const struct name *day;

	for (day = names_day; day->word; day++)
		if (!strncmp(*text, day->word, 3)) {
			*text += 3;
			return day->value;
		}
	return 0;
}

/* DAY or DAY-DAY; the second day may be in the next week. */
static bool take_days(const char **text, uint8_t *days)
{
	unsigned int first = take_day(text), last = first;

	if (first && **text == '-') {
		++*text;
		last = take_day(text);
	}
	if (!first || !last)
		return false;
	for (; first != last; first = first % 7 + 1)
		*days |= 1 << (first - 1);
	*days |= 1 << (last - 1);
	return true;
}

static bool read_days(const char *text, uint8_t *days)
{
	for (;;) {
		if (!take_days(&text, days))
			return false;
		if (!*text)
			return true;
		if (*text++ != ',')
			return false;
	}
}

static int refuse_days(struct cursor *c, const char *word)
{
	struct near near = { .typed = word };
	const struct name *name;
	char hint[128];

	for (name = names_day; name->word; name++)
		near_offer(&near, name->word);
	for (name = names_time_option; name->word; name++)
		near_offer(&near, name->word);
	return report_error(c->report, c->place, "bad days", word, DAYS_FORM "%s",
			    near_hint(&near, hint, sizeof(hint)));
}

static int parse_days(struct cursor *c, uint8_t *days)
{
	const struct token *token = cursor_word(c, "days");

	if (!token)
		return -EINVAL;
	if (!token->quoted && read_days(token->text, days))
		return 0;
	return refuse_days(c, token->text);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* HH:MM, at most @max minutes after 00:00. */
static bool take_minute(const char **text, unsigned int max, uint16_t *minute)
{
	const char *t = *text;
	unsigned int minutes;

	if (!is_digit(t[0]) || !is_digit(t[1]) || t[2] != ':' || !is_digit(t[3]) ||
	    !is_digit(t[4]))
		return false;
	minutes = 10 * (t[3] - '0') + t[4] - '0';
	*minute = 60 * (10 * (t[0] - '0') + t[1] - '0') + minutes;
	*text += 5;
	return minutes < 60 && *minute <= max;
}

static bool read_hours(const char *text, struct time_span *span)
{
	return take_minute(&text, UMBRA_MINUTES_DAY - 1, &span->begin) && *text++ == '-' &&
	       take_minute(&text, UMBRA_MINUTES_DAY, &span->end) && !*text;
}

static int parse_hours(struct cursor *c, struct time_span *span)
{
	const struct token *token = cursor_word(c, "hours");

	if (!token)
		return -EINVAL;
	if (token->quoted || !read_hours(token->text, span))
		return report_error(c->report, c->place, "bad hours", token->text, HOURS_FORM);
	if (span->begin == span->end)
		return report_error(c->report, c->place,
				    "hours end at the time at which they begin", token->text,
				    "give another end; a whole day is 00:00-24:00");
	return 0;
}

/* Hours begin with a digit, days and options with a letter. */
static bool at_hours(const struct cursor *c)
{
	return !cursor_at_end(c) && !c->at->quoted && is_digit(c->at->text[0]);
}

/* DAYS HOURS...: each HOURS makes a span. */
static int parse_spans(struct cursor *c, struct time_span *spans, unsigned int *nr)
{
	uint8_t days = 0;
	int err = parse_days(c, &days);

	if (err)
		return err;
	do {
		if (*nr == UMBRA_SPANS_MAX)
			return report_error(c->report, c->place, "too many hours", c->at->text,
					    "%d at most in one time class", UMBRA_SPANS_MAX);
		spans[*nr].days = days;
		err = parse_hours(c, &spans[*nr]);
		++*nr;
	} while (!err && at_hours(c));
	return err;
}

static bool at_option(const struct cursor *c)
{
	return !c->at->quoted && name_value(names_time_option, c->at->text);
}

int parse_time(struct cursor *c, struct time_class *time)
{
	struct time_span spans[UMBRA_SPANS_MAX];
	unsigned int option, seen = 0;
	int err;

	c->form = "time NAME DAYS HH:MM-HH:MM... [comment TEXT]";
	err = cursor_name(c, "time class", &time->name);
	do {
		if (!err)
			err = parse_spans(c, spans, &time->nr_spans);
	} while (!err && !cursor_at_end(c) && !at_option(c));
	while (!err && !cursor_at_end(c)) {
		err = cursor_option(c, "option of a time class", names_time_option, &seen, &option);
		if (!err)
			err = cursor_text(c, "comment", &time->comment);
	}
	if (err)
		return err;
	time->spans = arena_memdup(c->arena, spans, time->nr_spans * sizeof(*spans));
	return time->spans ? 0 : -ENOMEM;
}
