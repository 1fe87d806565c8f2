// SPDX-License-Identifier: GPL-2.0
#include "rulemap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

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

static int rulemap_row(const struct unl_reply *reply, void *arg)
{
	struct nlattr *row[UMBRA_A_ROW_MAX + 1], *rule[UMBRA_A_RULE_MAX + 1];
	struct rule_ref ref = { 0 };

	if (nla_parse(row, UMBRA_A_ROW_MAX, reply->attrs, reply->len, NULL))
		return -EBADMSG;
	if (!row[UMBRA_A_ROW_RULE] || !row[UMBRA_A_ROW_ID] || !row[UMBRA_A_ROW_POSITION])
		return 0;
	if (nla_parse_nested(rule, UMBRA_A_RULE_MAX, row[UMBRA_A_ROW_RULE], NULL))
		return -EBADMSG;
	ref.id = nla_get_u32(row[UMBRA_A_ROW_ID]);
	ref.position = nla_get_u32(row[UMBRA_A_ROW_POSITION]) + 1;
	if (rule[UMBRA_A_RULE_NAME])
		nla_strlcpy(ref.name, rule[UMBRA_A_RULE_NAME], sizeof(ref.name));
	return rulemap_add(arg, &ref);
}

static void rulemap_restart(void *arg)
{
	struct rulemap *map = arg;

	map->count = 0;
}

int rulemap_load(struct rulemap *map, struct unl *nl)
{
	struct nl_msg *msg = unl_message(nl, UMBRA_CMD_ROW_GET);
	int err;

	if (msg)
		nla_put_u8(msg, UMBRA_A_ROW_TABLE, UMBRA_TABLE_RULE);
	map->count = 0;
	err = unl_dump(nl, msg, rulemap_row, rulemap_restart, map);
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

const struct rule_ref *rulemap_match(const struct rulemap *map, const char *text)
{
	unsigned long position;
	char *end;
	size_t i;

	position = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end)
		position = 0;
	for (i = 0; i < map->count; i++)
		if (position ? map->rules[i].position == position :
			       !strcmp(map->rules[i].name, text))
			return &map->rules[i];
	return NULL;
}

const char *rulemap_text(const struct rulemap *map, uint32_t id, char text[RULE_TEXT_MAX])
{
	const struct rule_ref *rule = rulemap_find(map, id);

	if (!id)
		snprintf(text, RULE_TEXT_MAX, "-");
	else if (!rule)
		snprintf(text, RULE_TEXT_MAX, "gone");
	else
		snprintf(text, RULE_TEXT_MAX, "%u%s%s", rule->position,
			 rule->name[0] ? "/" : "", rule->name);
	return text;
}

void rulemap_print(const struct rulemap *map, uint32_t id, struct out *out, const char *key)
{
	const struct rule_ref *rule = rulemap_find(map, id);

	if (!id)
		return;
	out_object_begin(out, key);
	out_number(out, "id", id);
	if (rule) {
		out_number(out, "position", rule->position);
		if (rule->name[0])
			out_string(out, "name", rule->name);
	}
	out_object_end(out);
}
