/* SPDX-License-Identifier: GPL-2.0 */
/* Checks of single rows: shared by the files of this room and policy/settings.c. */
#ifndef UMBRA_ROW_CHECK_H
#define UMBRA_ROW_CHECK_H

#include "policy/extack.h"

#include <linux/bits.h>
#include <net/netlink.h>

/**
 * struct umbra_check - a row that is being checked
 * @nest: the row
 * @why: gets the text of an error
 * @word: name of its table
 * @name: name of the row in messages, printable
 * @text: buffer for @name, if no column has it
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
 * struct umbra_columns - the attributes that a nest may contain
 * @name: name of each attribute, by number
 * @nr: attribute numbers are below this
 * @required: bits of attributes that must be present
 * @many: bits of attributes that may be repeated
 * @text: bits of attributes that are text
 */
struct umbra_columns {
	const char *const *name;
	u32 nr;
	u32 required;
	u32 many;
	u32 text;
};

/* Are all required columns there, and repeated only where allowed? @seen: bits of those there. */
int umbra_check_columns(struct umbra_check *c, const struct nlattr *nest,
			const struct umbra_columns *cols, u32 *seen);

int umbra_check_ifname(struct umbra_check *c, const struct nlattr *attr);

/* Does it have the length of an address? */
int umbra_check_length(struct umbra_check *c, const struct nlattr *attr);

/* Is @last of the family of the address @first, and not below it? */
int umbra_check_last(struct umbra_check *c, const struct nlattr *first, const struct nlattr *last);

/* Is it the address of one host that others can reach? @remedy: what to do if it is not. */
int umbra_check_unicast(struct umbra_check *c, const struct nlattr *attr, const char *column,
			const char *remedy);

/* Read a range of ports. */
int umbra_check_ports(struct umbra_check *c, const struct nlattr *item, u16 *first, u16 *last);

/* Read a range of ports without port 0. */
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
