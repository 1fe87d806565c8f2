/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows of the running policy by id, which sessions and events refer to: rules, the relays
 * that stand in a rule's place, and nat rows.
 */
#ifndef RULEMAP_H
#define RULEMAP_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/nl.h"

/** Room for rulemap_text(): a table, a position, a slash and a name. */
#define RULE_TEXT_MAX (UMBRA_NAME_MAX + 24)

/**
 * struct rule_ref - a rule, relay or nat row
 * @id: of its row; stays the same over commits, and is unique among all tables
 * @table: its table; 0 means UMBRA_TABLE_RULE
 * @position: from 1, as people count
 * @name: "" for none
 * @service: of a rule; else ""
 */
struct rule_ref {
	uint32_t id;
	enum umbra_table table;
	uint32_t position;
	char name[UMBRA_NAME_MAX + 1];
	char service[UMBRA_NAME_MAX + 1];
};

/**
 * struct rulemap - rows by id; begin with all 0
 * @rules: by ascending id
 * @count: of @rules
 * @room: how many @rules has room for
 */
struct rulemap {
	struct rule_ref *rules;
	size_t count;
	size_t room;
};

/**
 * rulemap_load() - replace the rows of @map by those of the running policy
 * @map: to be freed with rulemap_free()
 * @nl: connection
 *
 * Return: 0 or a negative errno.
 */
int rulemap_load(struct rulemap *map, struct unl *nl);

/** rulemap_add() - add a rule; rulemap_sort() must follow. Return: 0 or -ENOMEM. */
int rulemap_add(struct rulemap *map, const struct rule_ref *rule);

/** rulemap_sort() - sort the map for rulemap_find() */
void rulemap_sort(struct rulemap *map);

void rulemap_free(struct rulemap *map);

/** rulemap_find() - a rule by its id. Return: the rule or NULL. */
const struct rule_ref *rulemap_find(const struct rulemap *map, uint32_t id);

/**
 * rulemap_match() - find a row by position or name
 * @map: rows
 * @table: its table
 * @text: its position if that is a number, else its name
 *
 * Return: the rule or NULL.
 */
const struct rule_ref *rulemap_match(const struct rulemap *map, enum umbra_table table,
				     const char *text);

/** rulemap_count() - how many rows of a table there are */
size_t rulemap_count(const struct rulemap *map, enum umbra_table table);

/** rule_ref_text() - a row as text. Return: @text: "3", "3/web", "relay 1/icq", "nat 2" */
const char *rule_ref_text(const struct rule_ref *rule, char text[RULE_TEXT_MAX]);

/**
 * rulemap_text() - a row as text, by its id
 * @map: rules
 * @id: of its row
 * @text: buffer
 *
 * Return: @text: as from rule_ref_text(); "gone" if @map has no such row; "-" for id 0.
 */
const char *rulemap_text(const struct rulemap *map, uint32_t id, char text[RULE_TEXT_MAX]);

struct out;

/** rule_ref_print() - a row as JSON: { table, position, name } in the open object */
void rule_ref_print(const struct rule_ref *rule, struct out *out);

/** rulemap_print() - a row as JSON: { id, table, position, name } under @key */
void rulemap_print(const struct rulemap *map, uint32_t id, struct out *out, const char *key);

#endif
