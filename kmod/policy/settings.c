// SPDX-License-Identifier: GPL-2.0
/* Settings: their permitted values, and their defaults. */
#include "policy/build/build.h"
#include "policy/check/check.h"

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/umbra_names.h>

struct setting {
	u32 missing;			/* default, used without a row */
	u32 min;
	u32 max;
	u32 words;			/* in place of min and max, a bit for each value */
	const char *accepts;
	u32 takes;			/* attribute of a name, which it takes instead of a value; or 0 */
};

#define WORD(key, list, def, bits, text) \
	[key] = { .missing = def, .words = bits, .accepts = text },
#define NUMBER(key, unit, def, least, most, text) \
	[key] = { .missing = def, .min = least, .max = most, .accepts = text },
#define NAMED(key, attr) \
	[key] = { .takes = attr },

static const struct setting settings[UMBRA_SETTING_MAX + 1] = {
	UMBRA_SETTINGS(WORD, NUMBER, NAMED)
};

static const char *const names[UMBRA_SETTING_MAX + 1] = {
#define NAME(value, word, help)	[value] = word,
	UMBRA_NAMES_SETTING(NAME)
#undef NAME
};

static bool setting_takes(const struct setting *s, u32 value)
{
	if (s->words)
		return value < BITS_PER_TYPE(s->words) && s->words & BIT(value);
	return value >= s->min && value <= s->max;
}

static const char *word_of(const struct setting *s)
{
	switch (s->takes) {
	case UMBRA_A_SETTING_NETWORK:
		return "network";
	case UMBRA_A_SETTING_LOG:
		return "log";
	}
	return "value";
}

int umbra_check_setting(struct umbra_check *c, u32 seen)
{
	const struct nlattr *value = umbra_check_find(c->nest, UMBRA_A_SETTING_VALUE);
	u8 key = nla_get_u8(umbra_check_find(c->nest, UMBRA_A_SETTING_KEY));
	u32 wanted = settings[key].takes ?: UMBRA_A_SETTING_VALUE;

	c->name = names[key];
	if (seen != (BIT(UMBRA_A_SETTING_KEY) | BIT(wanted)))
		return umbra_check_refuse(c, c->nest, -EINVAL, "it takes a %s and nothing else",
					  word_of(&settings[key]));
	if (settings[key].takes)
		return 0;
	if (setting_takes(&settings[key], nla_get_u32(value)))
		return 0;
	return umbra_check_refuse(c, value, -ERANGE, "the value %u is not allowed: it takes %s",
				  nla_get_u32(value), settings[key].accepts);
}

int umbra_settings_build(struct umbra_build *b)
{
	const struct umbra_rows *rows = &b->policy->rows[UMBRA_TABLE_SETTING];
	u32 *value = b->policy->settings.value;
	u64 given = 0;
	u32 i;

	for (i = 1; i <= UMBRA_SETTING_MAX; i++)
		value[i] = settings[i].missing;
	for (i = 0; i < rows->nr; i++) {
		u8 key = umbra_row_u8(rows->row[i], UMBRA_A_SETTING_KEY, 0);

		if (given & BIT_ULL(key))
			return umbra_refuse(b->why, NULL, -EEXIST,
				"setting row %u: %s is set twice: delete one of the rows",
				i + 1, names[key]);
		given |= BIT_ULL(key);
		value[key] = umbra_row_u32(rows->row[i], UMBRA_A_SETTING_VALUE, value[key]);
	}
	return 0;
}
