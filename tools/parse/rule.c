// SPDX-License-Identifier: GPL-2.0
/* rule CLIENT SERVER SERVICE ACTION [options] */
#include "parse/internal.h"

#include <errno.h>
#include <string.h>

enum {
	OPTION_NAME = 1,
	OPTION_COMMENT,
	OPTION_DISABLED,
	OPTION_SESSIONS,
	OPTION_RATE,
	OPTION_CLIENT_SESSIONS,
	OPTION_CLIENT_RATE,
	OPTION_TIME,
	OPTION_LOG,
};

const struct name names_rule_option[] = {
	{ OPTION_NAME, "name", "its name" },
	{ OPTION_COMMENT, "comment", "a remark" },
	{ OPTION_DISABLED, "disabled", "as if it were not there" },
	{ OPTION_SESSIONS, "sessions", "ceiling of its live sessions" },
	{ OPTION_RATE, "rate", "new sessions per second" },
	{ OPTION_CLIENT_SESSIONS, "client-sessions", "ceiling of one client's" },
	{ OPTION_CLIENT_RATE, "client-rate", "one client's new ones per second" },
	{ OPTION_TIME, "time", "the time class in which it is there" },
	{ OPTION_LOG, "log", "where its packets are logged" },
	{ 0 },
};

int parse_row_name(struct cursor *c, const char **name)
{
	int err = cursor_name(c, "name of the row", name);

	if (err || (*name)[strspn(*name, "0123456789")])
		return err;
	return report_error(c->report, c->place, "a number as a row's name",
			    *name,
			    "a name with a letter: numbers are positions");
}

int parse_later(struct cursor *c, const char *remedy)
{
	return report_error(c->report, c->place, "not yet supported",
			    c->at[-1].text, "%s", remedy);
}

static int parse_option(struct cursor *c, struct rule *rule,
			unsigned int *seen)
{
	unsigned int option;
	int err = cursor_option(c, "option of a rule", names_rule_option,
				seen, &option);

	if (err)
		return err;
	switch (option) {
	case OPTION_NAME:
		return parse_row_name(c, &rule->name);
	case OPTION_COMMENT:
		return cursor_text(c, "comment", &rule->comment);
	case OPTION_DISABLED:
		rule->disabled = true;
		return 0;
	case OPTION_SESSIONS:
		return cursor_number(c, "sessions", 1, UINT32_MAX,
				     &rule->sessions);
	case OPTION_RATE:
		return cursor_number(c, "rate", 1, UINT32_MAX, &rule->rate);
	case OPTION_CLIENT_SESSIONS:
		return cursor_number(c, "client-sessions", 1, UINT32_MAX,
				     &rule->client_sessions);
	case OPTION_CLIENT_RATE:
		return cursor_number(c, "client-rate", 1, UINT32_MAX,
				     &rule->client_rate);
	case OPTION_LOG:
		return cursor_name(c, "log", &rule->log);
	default:	/* OPTION_TIME */
		return cursor_name(c, "time class", &rule->time);
	}
}

/* The first option of @rule that limits sessions, or NULL. */
static const char *limit_of(const struct rule *rule)
{
	if (rule->sessions)
		return "sessions";
	if (rule->rate)
		return "rate";
	if (rule->client_sessions)
		return "client-sessions";
	return rule->client_rate ? "client-rate" : NULL;
}

int parse_rule(struct cursor *c, struct rule *rule)
{
	unsigned int action = 0, seen = 0;
	int err;

	c->form = "rule CLIENT SERVER SERVICE allow|reject|discard [options]";
	err = cursor_name(c, "client network", &rule->client);
	if (!err)
		err = cursor_name(c, "server network", &rule->server);
	if (!err)
		err = cursor_name(c, "service", &rule->service);
	if (!err)
		err = cursor_choice(c, "action", names_action, &action);
	rule->action = action;
	while (!err && !cursor_at_end(c))
		err = parse_option(c, rule, &seen);
	if (!err && rule->action != UMBRA_ACTION_ALLOW &&
	    limit_of(rule))
		err = report_error(c->report, c->place,
				   "only what is allowed can be limited",
				   limit_of(rule),
				   "use allow, or leave this option out");
	return err;
}
