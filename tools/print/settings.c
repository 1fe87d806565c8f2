// SPDX-License-Identifier: GPL-2.0
/* The table of settings: the value in force of each, whether it is set or not. */
#include "print/values.h"

#include "base/names.h"
#include "base/setting.h"
#include "print/policy.h"

static const struct out_column columns[] = {
	{ "name", "NAME", 0 },
	{ "value", "VALUE", 0 },
	{ "unit", "UNIT", 0 },
	{ "default", "DEFAULT", 0 },
	{ "set", "SET", 0 },
	{ "help", "MEANING", OUT_TRUNC },
	{ NULL, NULL, 0 },
};

/* "" becomes an empty cell. */
static void put_text(struct out *out, const char *key, const char *text)
{
	out_string(out, key, *text ? text : NULL);
}

/* @position: of the row that sets it, from 1; 0 when none does. */
static void print_setting(struct out *out, const struct setting_kind *kind,
			  const struct setting *setting, size_t position)
{
	char value[16], number[16];
	const char *missing = setting_default(kind, number);

	out_row_begin(out);
	if (position)
		out_number(out, "position", position);
	out_string(out, "name", name_word(names_setting, setting->key));
	put_text(out, "value", position ? print_value(setting, value) : missing);
	out_string(out, "unit", kind->unit);
	put_text(out, "default", missing);
	out_bool(out, "set", position);
	out_string(out, "help", name_help(names_setting, setting->key));
	out_row_end(out);
}

static void print_known(struct out *out, const struct setting_kind *kind,
			const struct row_list *list)
{
	const struct setting unset = { .key = kind->key };
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (list->row[i].setting.key == kind->key)
			break;
	if (i < list->nr)
		print_setting(out, kind, &list->row[i].setting, i + 1);
	else
		print_setting(out, kind, &unset, 0);
}

void print_settings(struct out *out, const struct row_list *list)
{
	const struct setting_kind *kind;
	size_t i;

	out_list_begin(out, "settings", columns);
	for (kind = setting_kinds; kind->key; kind++)
		print_known(out, kind, list);
	/* Settings that only a newer kernel knows. */
	for (i = 0; i < list->nr; i++) {
		kind = setting_kind(list->row[i].setting.key);
		if (!kind->key)
			print_setting(out, kind, &list->row[i].setting, i + 1);
	}
	out_list_end(out);
}
