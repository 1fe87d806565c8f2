/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The values that each setting takes (words, a number within bounds, or a name), and its default.
 * The module uses the same table, generated from Documentation/netlink/settings.yaml.
 */
#ifndef UMBRA_TOOL_SETTING_H
#define UMBRA_TOOL_SETTING_H

#include "base/names.h"

#include <linux/umbra.h>
#include <stdbool.h>
#include <stdint.h>

/** The most words that a setting takes. */
#define SETTING_WORDS_MAX	8

/**
 * struct setting_kind - what a setting takes
 * @key: which setting
 * @words: enumeration; NULL for a setting that takes a number or a name
 * @bits: the values of @words that are accepted, a bit each
 * @missing: the default, in force without a row; a name has no default
 * @min: least number
 * @max: greatest number
 * @unit: unit of the number, or NULL
 * @accepts: the accepted numbers, for an error message
 * @network: it takes the name of a network
 * @log: it takes the name of a log
 */
struct setting_kind {
	enum umbra_setting key;
	const struct name *words;
	uint32_t bits;
	uint32_t missing;
	uint32_t min;
	uint32_t max;
	const char *unit;
	const char *accepts;
	bool network;
	bool log;
};

/** setting_kinds - every setting, in the order of umbra.conf(5); ended by a row with key 0 */
extern const struct setting_kind setting_kinds[];

/* Never NULL: a setting that only a newer kernel knows may have any number. */
const struct setting_kind *setting_kind(enum umbra_setting key);

/**
 * setting_words() - the words that a setting takes
 * @kind: one that takes words
 * @words: filled in, ended by a row without a word
 *
 * Return: @words.
 */
const struct name *setting_words(const struct setting_kind *kind,
				 struct name words[SETTING_WORDS_MAX + 1]);

/* The word, or the number in @buf; "" for a setting without default, or one that is unknown. */
const char *setting_default(const struct setting_kind *kind, char buf[16]);

#endif
