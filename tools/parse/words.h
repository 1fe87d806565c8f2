/* SPDX-License-Identifier: GPL-2.0 */
/* What the grammar says of single words, for printers and commands too. */
#ifndef UMBRA_TOOL_PARSE_WORDS_H
#define UMBRA_TOOL_PARSE_WORDS_H

#include <stdbool.h>

#include "base/names.h"
#include "policy/policy.h"

/* Protocols with a name; value UMBRA_PROTO_ANY is "any". */
extern const struct name names_protocol[];

/* Monday is 1. */
extern const struct name names_day[];

/* The help of a word that is refused so far. */
#define PARSE_LATER	"not yet supported"

/* Every list of words that a row may have behind its table; ended by NULL. */
extern const struct name *const parse_lists[];

/* Can @word be a DNS name? An address is none. */
bool parse_is_host_name(const char *word);

#define PARSE_END_MAX	(UMBRA_TEXT_MAX + 1)	/* bytes, with the final 0 */

/**
 * parse_end_split() - take HOST, HOST:PORTS, [HOST] or [HOST]:PORTS apart
 * @word: the whole; IPv6 addresses without brackets have no ports
 * @host: what is in front, without brackets
 * @ports: what is behind the colon, or NULL
 *
 * Return: whether it has this form.
 */
bool parse_end_split(const char *word, char host[PARSE_END_MAX],
		     const char **ports);

/* PORT or PORT-PORT from 1 on, and nothing behind. */
bool parse_end_ports(const char *text, struct port_range *range);

#endif
