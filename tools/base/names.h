/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words for the enumerations of the netlink contract, from <linux/umbra_names.h>.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>

/**
 * struct name - a word of an enumeration
 * @value: its number
 * @word: its word
 * @help: one line about it
 */
struct name {
	unsigned int value;
	const char *word;
	const char *help;
};

/** The enumerations; each list is ended by a row without a word. */
extern const struct name names_table[];
extern const struct name names_service_type[];
extern const struct name names_action[];
extern const struct name names_nat_type[];
extern const struct name names_relay_type[];
extern const struct name names_proxy_protocol[];
extern const struct name names_setting[];
extern const struct name names_verdict_setting[];
extern const struct name names_ping_setting[];
extern const struct name names_window_setting[];
extern const struct name names_ends_setting[];
extern const struct name names_probes_setting[];
extern const struct name names_state[];
extern const struct name names_reason[];
extern const struct name names_way[];
extern const struct name names_policy_event[];
extern const struct name names_obstacle[];

/**
 * name_word() - the word for a value
 * @list: one of names_*
 * @value: a number
 *
 * Return: the word; "unknown" for a number that only a newer module knows.
 */
const char *name_word(const struct name *list, unsigned int value);

/** name_help() - the help text for a value, "" if it is unknown */
const char *name_help(const struct name *list, unsigned int value);

/**
 * name_value() - the value for a word
 * @list: one of names_*
 * @word: exactly as it is written
 *
 * Return: the value, which is never 0; 0 if there is no such word.
 */
unsigned int name_value(const struct name *list, const char *word);

/**
 * name_list() - all words of a list for an error message: "allow, reject, discard"
 * @list: one of names_*
 * @text: buffer
 * @size: bytes of @text; "..." replaces words that do not fit
 *
 * Return: @text.
 */
const char *name_list(const struct name *list, char *text, size_t size);

#endif
