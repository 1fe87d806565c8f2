/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of the parser: a function for each table. */
#ifndef UMBRA_TOOL_PARSE_INT_H
#define UMBRA_TOOL_PARSE_INT_H

#include "cursor.h"
#include "policy.h"

/*
 * Each takes the words behind the table's name, all of them, and fills in
 * what was zeroed before. Return: 0, -EINVAL after telling c->report, -ENOMEM.
 */
int parse_network(struct cursor *c, struct network *network);
int parse_service(struct cursor *c, struct service *service);
int parse_rule(struct cursor *c, struct rule *rule);
int parse_setting(struct cursor *c, struct setting *setting);

/* Protocols with a name; value UMBRA_PROTO_ANY is "any". */
extern const struct name names_protocol[];

/* Bare, these words are never names. */
extern const struct name names_network_keyword[];
extern const struct name names_service_option[];
extern const struct name names_group_option[];
extern const struct name names_rule_option[];

/* Is @word meant to be an address rather than the name of an interface? */
bool parse_looks_like_address(const char *word);

#endif
