/* SPDX-License-Identifier: GPL-2.0 */
/* Checks of single rows: what the files row_check*.c and settings.c share. */
#ifndef UMBRA_ROW_CHECK_H
#define UMBRA_ROW_CHECK_H

#include "refusal.h"

#include <linux/bits.h>
#include <net/netlink.h>

/**
 * struct umbra_check - one row under examination
 * @nest: the row
 * @why: told what is wrong
 * @word: which table
 * @name: what to call the row, printable
 */
struct umbra_check {
	const struct nlattr *nest;
	struct umbra_refusal *why;
	const char *word;
	const char *name;
};

#define umbra_check_refuse(c, attr, err, fmt, ...)				\
	umbra_refuse((c)->why, attr, err, "%s \"%s\": " fmt, (c)->word,		\
		     (c)->name, ##__VA_ARGS__)

/**
 * struct umbra_columns - what a nest may contain
 * @name: of each attribute, by number
 * @nr: attribute numbers are below this
 * @required: bits of those that must be there
 * @many: bits of those that may be repeated
 * @text: bits of those that are text
 */
struct umbra_columns {
	const char *const *name;
	u32 nr;
	u32 required;
	u32 many;
	u32 text;
};

/* Are all columns there that must be, and once? @seen: bits of those there. */
int umbra_check_columns(struct umbra_check *c, const struct nlattr *nest,
			const struct umbra_columns *cols, u32 *seen);

int umbra_check_network(struct umbra_check *c, u32 seen);
int umbra_check_service(struct umbra_check *c, u32 seen);
int umbra_check_rule(struct umbra_check *c, u32 seen);
int umbra_check_setting(struct umbra_check *c, u32 seen);

static inline const struct nlattr *umbra_check_find(const struct nlattr *nest, int type)
{
	return nla_find_nested(nest, type);
}

#endif
