// SPDX-License-Identifier: GPL-2.0
/* set KEY VALUE */
#include "parse/internal.h"
#include "base/setting.h"

#include <errno.h>

static int parse_number(struct cursor *c, const struct setting_kind *kind,
			uint32_t *value)
{
	const struct token *token = cursor_word(c, "value");
	const char *text;

	if (!token)
		return -EINVAL;
	text = token->text;
	if (number_parse(&text, kind->max, value) && !*text &&
	    *value >= kind->min)
		return 0;
	return report_error(c->report, c->place, "value out of bounds", token->text, "%s",
			    kind->accepts);
}

int parse_setting(struct cursor *c, struct setting *setting)
{
	struct name words[SETTING_WORDS_MAX + 1];
	const struct setting_kind *kind;
	unsigned int key = 0;
	int err;

	c->form = "set KEY VALUE";
	err = cursor_choice(c, "setting", names_setting, &key);
	if (err)
		return err;
	setting->key = key;
	kind = setting_kind(key);
	if (kind->words)
		err = cursor_choice(c, "value", setting_words(kind, words),
				    &setting->value);
	else if (kind->network)
		err = cursor_name(c, "network", &setting->network);
	else if (kind->log)
		err = cursor_name(c, "log", &setting->log);
	else
		err = parse_number(c, kind, &setting->value);
	if (!err && !cursor_at_end(c))
		err = report_error(c->report, c->place, "one word too many",
				   c->at->text, "%s", c->form);
	return err;
}
