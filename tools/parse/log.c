// SPDX-License-Identifier: GPL-2.0
/*
 * log NAME nflog GROUP [prefix TEXT] [rate N] [comment TEXT]
 * log NAME none [comment TEXT]
 */
#include "parse/internal.h"

#include <errno.h>
#include <string.h>

enum { KIND_NFLOG = 1, KIND_NONE };

const struct name names_log_kind[] = {
	{ KIND_NFLOG, "nflog", "to a group of nfnetlink_log" },
	{ KIND_NONE, "none", "nowhere" },
	{ 0 },
};

enum { OPTION_PREFIX = 1, OPTION_RATE, OPTION_COMMENT };

const struct name names_log_option[] = {
	{ OPTION_PREFIX, "prefix", "text in front of what is told" },
	{ OPTION_RATE, "rate", "packets per second" },
	{ OPTION_COMMENT, "comment", "a remark" },
	{ 0 },
};

static int parse_group(struct cursor *c, struct log *log)
{
	uint32_t group = 0;
	int err = cursor_number(c, "group", 0, UINT16_MAX, &group);

	log->has_group = true;
	log->group = group;
	return err;
}

static int parse_prefix(struct cursor *c, const char **prefix)
{
	int err = cursor_text(c, "prefix", prefix);

	/* cursor_text() gives NULL for an empty prefix. */
	if (err || !*prefix || strlen(*prefix) <= UMBRA_PREFIX_MAX)
		return err;
	return report_error(c->report, c->place, "prefix too long", *prefix,
			    "%d bytes at most", UMBRA_PREFIX_MAX);
}

static int parse_option(struct cursor *c, struct log *log, unsigned int *seen)
{
	unsigned int option;
	int err = cursor_option(c, "option of a log", names_log_option, seen,
				&option);

	if (err)
		return err;
	switch (option) {
	case OPTION_PREFIX:
		return parse_prefix(c, &log->prefix);
	case OPTION_RATE:
		return cursor_number(c, "rate", 1, UINT32_MAX, &log->rate);
	default:
		return cursor_text(c, "comment", &log->comment);
	}
}

int parse_log(struct cursor *c, struct log *log)
{
	unsigned int kind = 0, seen = 0;
	int err;

	c->form = "log NAME nflog GROUP|none [options]";
	err = cursor_name(c, "name", &log->name);
	if (!err)
		err = cursor_choice(c, "place to log to", names_log_kind,
				    &kind);
	if (!err && kind == KIND_NFLOG)
		err = parse_group(c, log);
	while (!err && !cursor_at_end(c))
		err = parse_option(c, log, &seen);
	if (!err && kind == KIND_NONE && (log->prefix || log->rate))
		err = report_error(c->report, c->place,
				   "none logs nothing",
				   log->prefix ? "prefix" : "rate",
				   "nflog GROUP, or without this option");
	return err;
}
