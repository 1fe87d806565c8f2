// SPDX-License-Identifier: GPL-2.0
#include "parse/parse.h"

#include "parse/cursor.h"
#include "base/near.h"
#include "parse/internal.h"

#include <errno.h>
#include <string.h>

/* "include" begins a row, but is not a table. */
enum { TABLE_INCLUDE = 100 };

/* The words that may begin a row. */
static const struct name first_words[] = {
	{ UMBRA_TABLE_NETWORK, "network", "" },
	{ UMBRA_TABLE_SERVICE, "service", "" },
	{ UMBRA_TABLE_RULE, "rule", "" },
	{ UMBRA_TABLE_NAT, "nat", "" },
	{ UMBRA_TABLE_RELAY, "relay", "" },
	{ UMBRA_TABLE_LOG, "log", "" },
	{ UMBRA_TABLE_TIME, "time", "" },
	{ UMBRA_TABLE_SETTING, "set", "" },
	{ TABLE_INCLUDE, "include", "" },
	{ 0 },
};

static const struct name other_words[] = {
	{ 1, "group", "" }, { 2, "code", "" }, { 3, "from", "" },
	{ 0 },
};

const struct name *const parse_lists[] = {
	names_network_keyword,
	names_protocol, names_leaf_type, names_service_option,
	names_action, names_rule_option,
	names_nat_type, names_nat_option,
	names_relay_type, names_relay_option, names_proxy_protocol,
	names_log_kind, names_log_option,
	names_day, names_time_option,
	names_setting, names_verdict_setting, names_ping_setting, names_window_setting,
	names_ends_setting, names_probes_setting,
	other_words,
	NULL,
};

enum umbra_table parse_table_word(const char *word)
{
	return name_value(names_table,
			  strcmp(word, "set") ? word : "setting");
}

bool parse_is_reserved(const char *word)
{
	return !*word || word[strcspn(word, " \t\r\n\"\\#")] ||
	       name_value(first_words, word) ||
	       name_value(names_network_keyword, word) ||
	       name_value(names_service_option, word) ||
	       name_value(names_rule_option, word) ||
	       name_value(names_relay_option, word) ||
	       parse_looks_like_address(word);
}

int parse_row(const struct line *line, struct arena *arena, struct row *row,
	      struct report *report)
{
	struct cursor c = {
		.at = line->tokens,
		.end = line->tokens + line->nr,
		.place = line->place,
		.arena = arena,
		.report = report,
		.form = "network, service, rule, nat, relay, log, time or set "
			"and its columns",
	};
	const struct token *word = cursor_word(&c, "table");

	if (!word)
		return -EINVAL;
	*row = (struct row){
		.table = word->quoted ? 0 : parse_table_word(word->text),
		.place = line->place,
	};
	switch (row->table) {
	case UMBRA_TABLE_NETWORK:
		return parse_network(&c, &row->network);
	case UMBRA_TABLE_SERVICE:
		return parse_service(&c, &row->service);
	case UMBRA_TABLE_RULE:
		return parse_rule(&c, &row->rule);
	case UMBRA_TABLE_SETTING:
		return parse_setting(&c, &row->setting);
	case UMBRA_TABLE_NAT:
		return parse_nat(&c, &row->nat);
	case UMBRA_TABLE_RELAY:
		return parse_relay(&c, &row->relay);
	case UMBRA_TABLE_LOG:
		return parse_log(&c, &row->log);
	case UMBRA_TABLE_TIME:
		return parse_time(&c, &row->time);
	default:
		return cursor_refuse(&c, "table", word->text, first_words);
	}
}

int parse_words(struct policy *p, int argc, char *const argv[],
		struct row *row, struct report *report)
{
	struct line line = { 0 };

	if (argc < 1 || argc > LEX_WORDS_MAX)
		return report_error(report, line.place, argc < 1 ?
				    "no row" : "too many words", NULL,
				    "TABLE and its columns, %d words at most",
				    LEX_WORDS_MAX);
	for (; line.nr < (unsigned int)argc; line.nr++)
		line.tokens[line.nr].text = argv[line.nr];
	return parse_row(&line, &p->arena, row, report);
}
