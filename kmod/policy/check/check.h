/* SPDX-License-Identifier: GPL-2.0 */
/* Checks of single rows: what the files of this room and policy/settings.c share. */
#ifndef UMBRA_ROW_CHECK_H
#define UMBRA_ROW_CHECK_H

#include "policy/extack.h"

#include <linux/bits.h>
#include <net/netlink.h>

/**
 * struct umbra_check - one row under examination
 * @nest: the row
 * @why: told what is wrong
 * @word: which table
 * @name: what to call the row, printable
 * @text: room for @name, when no column has it
 */
struct umbra_check {
	const struct nlattr *nest;
	struct umbra_refusal *why;
	const char *word;
	const char *name;
	char text[48];
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

int umbra_check_ifname(struct umbra_check *c, const struct nlattr *attr);

/* Is it an address by its length? */
int umbra_check_length(struct umbra_check *c, const struct nlattr *attr);

/* Is @last of the same family as @first, which is an address, and not below it? */
int umbra_check_last(struct umbra_check *c, const struct nlattr *first, const struct nlattr *last);

/* Is it an address of one host that others can reach? @remedy: what to do if not. */
int umbra_check_unicast(struct umbra_check *c, const struct nlattr *attr, const char *column,
			const char *remedy);

/* Read a range of ports. */
int umbra_check_ports(struct umbra_check *c, const struct nlattr *item, u16 *first, u16 *last);

/* The same without port 0. */
int umbra_check_real_ports(struct umbra_check *c, const struct nlattr *item, u16 *first,
			   u16 *last);

int umbra_check_network(struct umbra_check *c, u32 seen);
int umbra_check_service(struct umbra_check *c, u32 seen);
int umbra_check_rule(struct umbra_check *c, u32 seen);
int umbra_check_setting(struct umbra_check *c, u32 seen);
int umbra_check_nat(struct umbra_check *c, u32 seen);
int umbra_check_relay(struct umbra_check *c, u32 seen);
int umbra_check_log(struct umbra_check *c, u32 seen);
int umbra_check_time(struct umbra_check *c, u32 seen);

static inline const struct nlattr *umbra_check_find(const struct nlattr *nest, int type)
{
	return nla_find_nested(nest, type);
}

#endif
