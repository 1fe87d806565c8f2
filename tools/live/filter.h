/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters for sessions: the words after `session list`, `count` and `kill`, and the
 * attributes with which the kernel chooses the sessions.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "kernel/nl.h"
#include "live/rulemap.h"

/**
 * struct filter_end - an address or prefix of an end
 * @address: length 0 if not given
 * @prefix: prefix length in bits
 */
struct filter_end {
	struct address address;
	uint8_t prefix;
};

/**
 * struct filter - a session must match everything that is given
 * @given: keywords given, a bit each by position in the list of keywords
 * @all: the word `all` was given: every session is meant
 * @family: AF_INET or AF_INET6, 0 for both
 * @protocol: of IP
 * @state: enum umbra_state
 * @client: the client's end
 * @server: the server's end
 * @host: either end
 * @client_port: host byte order
 * @server_port: host byte order
 * @table: table of @rule: rules or relays
 * @rule: as typed; filter_resolve() turns it into @rule_id
 * @rule_id: of a row of @table
 * @ifindex: the client's or the server's interface
 * @id: of the session
 */
struct filter {
	uint32_t given;
	bool all;
	uint8_t family;
	uint8_t protocol;
	uint8_t state;
	struct filter_end client;
	struct filter_end server;
	struct filter_end host;
	uint16_t client_port;
	uint16_t server_port;
	uint32_t rule_id;
	uint32_t ifindex;
	uint64_t id;
	enum umbra_table table;
	const char *rule;
};

/**
 * filter_parse() - read the words of a filter
 * @filter: result; points to @words
 * @words: ended by NULL
 *
 * Return: FW_OK, or FW_USAGE after printing the word and what is accepted there.
 */
int filter_parse(struct filter *filter, char *const *words);

/**
 * filter_resolve() - find the row of the filter's rule, if it has one
 * @filter: filter
 * @rules: of the running policy
 *
 * Return: FW_OK, or FW_REFUSED after printing that there is none.
 */
int filter_resolve(struct filter *filter, const struct rulemap *rules);

/**
 * filter_put() - add a filter to a message
 * @filter: after filter_resolve()
 * @msg: message with session attributes; NULL is left alone
 *
 * Return: 0 or a negative error of libnl.
 */
int filter_put(const struct filter *filter, struct nl_msg *msg);

/** filter_is_empty() - was no word given? `all` is a word. */
bool filter_is_empty(const struct filter *filter);


#endif
