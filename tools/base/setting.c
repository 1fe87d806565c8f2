// SPDX-License-Identifier: GPL-2.0
#include "base/setting.h"

#include <linux/umbra_names.h>
#include <stdio.h>

#define WORD(k, list, def, mask, text) \
	{ .key = k, .words = names_##list, .bits = mask, .missing = def },
#define NUMBER(k, what, def, least, most, text) \
	{ .key = k, .unit = what, .missing = def, .min = least, .max = most, .accepts = text },
#define NAME(k, attr) \
	{ .key = k, .network = attr == UMBRA_A_SETTING_NETWORK, \
	  .log = attr == UMBRA_A_SETTING_LOG },

const struct setting_kind setting_kinds[] = {
	UMBRA_SETTINGS(WORD, NUMBER, NAME)
	{ .max = UINT32_MAX },
};

const struct setting_kind *setting_kind(enum umbra_setting key)
{
	const struct setting_kind *kind = setting_kinds;

	while (kind->key && kind->key != key)
		kind++;
	return kind;
}

const struct name *setting_words(const struct setting_kind *kind,
				 struct name words[SETTING_WORDS_MAX + 1])
{
	const struct name *name;
	unsigned int nr = 0;

	for (name = kind->words; name->word && nr < SETTING_WORDS_MAX; name++)
		if (kind->bits >> name->value & 1)
			words[nr++] = *name;
	words[nr] = (struct name){ 0 };
	return words;
}

const char *setting_default(const struct setting_kind *kind, char buf[16])
{
	if (!kind->key || kind->network || kind->log)
		return "";
	if (kind->words)
		return name_word(kind->words, kind->missing);
	snprintf(buf, 16, "%u", kind->missing);
	return buf;
}
