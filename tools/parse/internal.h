/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the files of the parser: a function for each table. */
#ifndef UMBRA_TOOL_PARSE_INT_H
#define UMBRA_TOOL_PARSE_INT_H

#include "parse/cursor.h"
#include "parse/words.h"
#include "policy/policy.h"

/*
 * Each takes all words after the table's name and fills in a zeroed struct.
 * Return: 0, -EINVAL after reporting the error to c->report, or -ENOMEM.
 */
int parse_network(struct cursor *c, struct network *network);
int parse_service(struct cursor *c, struct service *service);
int parse_rule(struct cursor *c, struct rule *rule);
int parse_setting(struct cursor *c, struct setting *setting);
int parse_nat(struct cursor *c, struct nat *nat);
int parse_relay(struct cursor *c, struct relay *relay);
int parse_log(struct cursor *c, struct log *log);
int parse_time(struct cursor *c, struct time_class *time);

/* Without quotes, these words are never names. */
extern const struct name names_network_keyword[];
extern const struct name names_service_option[];
extern const struct name names_group_option[];
extern const struct name names_rule_option[];
extern const struct name names_relay_option[];

/* Other words of the grammar. */
extern const struct name names_leaf_type[];
extern const struct name names_nat_option[];
extern const struct name names_log_kind[];
extern const struct name names_log_option[];
extern const struct name names_time_option[];

/* Is @word read as an address, rather than as the name of an interface? */
bool parse_looks_like_address(const char *word);

/* Can @word be the name of an interface? */
bool parse_is_ifname(const char *word);

/* The name of a row. It is not a number, because numbers are positions. */
int parse_row_name(struct cursor *c, const char **name);

/* Refuse the option just taken: it is not supported yet. */
int parse_later(struct cursor *c, const char *remedy);

#endif
