/* SPDX-License-Identifier: GPL-2.0 */
/* Single words of the grammar, for the parser, printers and commands. */
#ifndef UMBRA_TOOL_PARSE_WORDS_H
#define UMBRA_TOOL_PARSE_WORDS_H

#include <stdbool.h>

#include "base/names.h"
#include "policy/policy.h"

/* Protocols by name; "any" has the value UMBRA_PROTO_ANY. */
extern const struct name names_protocol[];

/* Days of the week; Monday is 1. */
extern const struct name names_day[];

/* The help text of a word that is not supported yet. */
#define PARSE_LATER	"not yet supported"

/* The lists of all words that may follow the table's name; ended by NULL. */
extern const struct name *const parse_lists[];

/* Can @word be a DNS name? An address cannot. */
bool parse_is_host_name(const char *word);

#define PARSE_END_MAX	(UMBRA_TEXT_MAX + 1)	/* bytes, with the final 0 */

/**
 * parse_end_split() - split HOST, HOST:PORTS, [HOST] or [HOST]:PORTS
 * @word: one of these; an IPv6 address without brackets has no ports
 * @host: set to HOST, without brackets
 * @ports: set to PORTS, or NULL
 *
 * Return: whether @word has one of these forms.
 */
bool parse_end_split(const char *word, char host[PARSE_END_MAX],
		     const char **ports);

/* PORT or PORT-PORT, from 1 up, with nothing after it. */
bool parse_end_ports(const char *text, struct port_range *range);

#endif
