// SPDX-License-Identifier: GPL-2.0
#include "live/rulemap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "out/out.h"

int rulemap_add(struct rulemap *map, const struct rule_ref *rule)
{
	struct rule_ref *rules;
	size_t room;

	if (map->count == map->room) {
		room = map->room ? 2 * map->room : 64;
		rules = reallocarray(map->rules, room, sizeof(*rules));
		if (!rules)
			return -ENOMEM;
		map->rules = rules;
		map->room = room;
	}
	map->rules[map->count++] = *rule;
	return 0;
}

static int rule_compare(const void *a, const void *b)
{
	const struct rule_ref *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

void rulemap_sort(struct rulemap *map)
{
	if (map->count)
		qsort(map->rules, map->count, sizeof(*map->rules), rule_compare);
}

/* Read a name from a row; without one, @name stays as it is. */
static int row_name(struct nlattr *nest, int max, int attr, char name[UMBRA_NAME_MAX + 1])
{
	struct nlattr *tb[64];

	if (max >= (int)(sizeof(tb) / sizeof(tb[0])) ||
	    nla_parse_nested(tb, max, nest, NULL))
		return -EBADMSG;
	if (tb[attr])
		nla_strlcpy(name, tb[attr], UMBRA_NAME_MAX + 1);
	return 0;
}

static int rulemap_row(const struct unl_reply *reply, void *arg)
{
	struct nlattr *row[UMBRA_A_ROW_MAX + 1];
	struct rule_ref ref = { 0 };
	int err;

	if (nla_parse(row, UMBRA_A_ROW_MAX, reply->attrs, reply->len, NULL))
		return -EBADMSG;
	if (!row[UMBRA_A_ROW_ID] || !row[UMBRA_A_ROW_POSITION])
		return 0;
	ref.id = nla_get_u32(row[UMBRA_A_ROW_ID]);
	ref.position = nla_get_u32(row[UMBRA_A_ROW_POSITION]) + 1;
	if (row[UMBRA_A_ROW_RULE]) {
		ref.table = UMBRA_TABLE_RULE;
		err = row_name(row[UMBRA_A_ROW_RULE], UMBRA_A_RULE_MAX, UMBRA_A_RULE_NAME,
			       ref.name);
		err = err ? err : row_name(row[UMBRA_A_ROW_RULE], UMBRA_A_RULE_MAX,
					   UMBRA_A_RULE_SERVICE, ref.service);
	} else if (row[UMBRA_A_ROW_RELAY]) {
		ref.table = UMBRA_TABLE_RELAY;
		err = row_name(row[UMBRA_A_ROW_RELAY], UMBRA_A_RELAY_MAX,
			       UMBRA_A_RELAY_NAME, ref.name);
	} else if (row[UMBRA_A_ROW_NAT]) {
		ref.table = UMBRA_TABLE_NAT;
		err = row_name(row[UMBRA_A_ROW_NAT], UMBRA_A_NAT_MAX, UMBRA_A_NAT_NAME,
			       ref.name);
	} else {
		return 0;
	}
	return err ? err : rulemap_add(arg, &ref);
}

/* If a dump begins again, only its own rows are dropped; those of earlier tables stay. */
struct loading {
	struct rulemap *map;
	size_t before;
};

static int loading_row(const struct unl_reply *reply, void *arg)
{
	struct loading *loading = arg;

	return rulemap_row(reply, loading->map);
}

static void loading_restart(void *arg)
{
	struct loading *loading = arg;

	loading->map->count = loading->before;
}

int rulemap_load(struct rulemap *map, struct unl *nl)
{
	static const enum umbra_table tables[] = {
		UMBRA_TABLE_RULE, UMBRA_TABLE_RELAY, UMBRA_TABLE_NAT,
	};
	struct loading loading = { .map = map };
	struct nl_msg *msg;
	int err = 0;
	size_t i;

	map->count = 0;
	for (i = 0; !err && i < sizeof(tables) / sizeof(tables[0]); i++) {
		loading.before = map->count;
		msg = unl_message(nl, UMBRA_CMD_ROW_GET);
		if (msg)
			nla_put_u8(msg, UMBRA_A_ROW_TABLE, tables[i]);
		err = unl_dump(nl, msg, loading_row, loading_restart, &loading);
	}
	rulemap_sort(map);
	return err;
}

void rulemap_free(struct rulemap *map)
{
	free(map->rules);
	memset(map, 0, sizeof(*map));
}

const struct rule_ref *rulemap_find(const struct rulemap *map, uint32_t id)
{
	const struct rule_ref wanted = { .id = id };

	if (!map->count)
		return NULL;
	return bsearch(&wanted, map->rules, map->count, sizeof(*map->rules), rule_compare);
}

static enum umbra_table rule_table(const struct rule_ref *rule)
{
	return rule->table ? rule->table : UMBRA_TABLE_RULE;
}

size_t rulemap_count(const struct rulemap *map, enum umbra_table table)
{
	size_t i, count = 0;

	for (i = 0; i < map->count; i++)
		count += rule_table(&map->rules[i]) == table;
	return count;
}

const struct rule_ref *rulemap_match(const struct rulemap *map, enum umbra_table table,
				     const char *text)
{
	unsigned long position;
	char *end;
	size_t i;

	position = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end)
		position = 0;
	for (i = 0; i < map->count; i++)
		if (rule_table(&map->rules[i]) == table &&
		    (position ? map->rules[i].position == position :
				!strcmp(map->rules[i].name, text)))
			return &map->rules[i];
	return NULL;
}

const char *rule_ref_text(const struct rule_ref *rule, char text[RULE_TEXT_MAX])
{
	bool is_rule = rule_table(rule) == UMBRA_TABLE_RULE;

	snprintf(text, RULE_TEXT_MAX, "%s%s%u%s%s",
		 is_rule ? "" : name_word(names_table, rule->table), is_rule ? "" : " ",
		 rule->position, rule->name[0] ? "/" : "", rule->name);
	return text;
}

const char *rulemap_text(const struct rulemap *map, uint32_t id, char text[RULE_TEXT_MAX])
{
	const struct rule_ref *rule = rulemap_find(map, id);

	if (!id)
		snprintf(text, RULE_TEXT_MAX, "-");
	else if (!rule)
		snprintf(text, RULE_TEXT_MAX, "gone");
	else
		rule_ref_text(rule, text);
	return text;
}

void rule_ref_print(const struct rule_ref *rule, struct out *out)
{
	out_string(out, "table", name_word(names_table, rule_table(rule)));
	out_number(out, "position", rule->position);
	if (rule->name[0])
		out_string(out, "name", rule->name);
}

void rulemap_print(const struct rulemap *map, uint32_t id, struct out *out, const char *key)
{
	const struct rule_ref *rule = rulemap_find(map, id);

	if (!id)
		return;
	out_object_begin(out, key);
	out_number(out, "id", id);
	if (rule)
		rule_ref_print(rule, out);
	out_object_end(out);
}
