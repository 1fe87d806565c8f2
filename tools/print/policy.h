/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows as text in the grammar, and as values for the printer. The text can be
 * parsed again and gives the same row.
 */
#ifndef UMBRA_TOOL_PRINT_POLICY_H
#define UMBRA_TOOL_PRINT_POLICY_H

#include "out/out.h"
#include "policy/policy.h"

#include <stdio.h>

/* One row, with its newline. */
void print_row(FILE *file, const struct row *row);

/* The same as a string, to be freed, without newline; NULL when out of memory. */
char *print_row_text(const struct row *row);

/* Every row, one table after another, each under a heading for its columns. */
void print_policy(FILE *file, const struct policy *p);

/*
 * Some columns of a row as text, such as "eth1 10.0.0.0/8". Each returns a
 * string, to be freed, or NULL when out of memory.
 */
char *print_items(const struct network *network);
char *print_match(const struct service *service);
char *print_ports(const struct port_list *ports);
char *print_end(const struct nat_end *end);
char *print_translation(const struct nat *nat);
char *print_relay_listen(const struct relay *relay);
char *print_relay_target(const struct relay *relay);
char *print_relay_from(const struct relay *relay);
char *print_service_opts(const struct service *service);
char *print_relay_opts(const struct relay *relay);
char *print_time_spans(const struct time_class *time);

/* The name of a protocol, or its number in @buf. */
const char *print_protocol(uint16_t protocol, char buf[8]);

/* The value of a setting: its word, network or log, or its number in @buf. */
const char *print_value(const struct setting *setting, char buf[16]);

#endif
