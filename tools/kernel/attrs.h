/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of attributes, for errors that refer to one.
 */
#ifndef ATTRS_H
#define ATTRS_H

#include <stddef.h>

#include <linux/netlink.h>

/**
 * struct attr_set - the attributes of a message or a nest
 * @attrs: indexed by type
 * @max: the highest type
 */
struct attr_set {
	const struct attr_info *attrs;
	unsigned int max;
};

/**
 * struct attr_info - an attribute
 * @name: as in Documentation/netlink/specs/umbra.yaml; NULL for padding
 * @nested: the attributes inside, or NULL
 */
struct attr_info {
	const char *name;
	const struct attr_set *nested;
};

/**
 * attrs_of_command() - the attributes of a message
 * @command: enum UMBRA_CMD_*
 *
 * Return: the set; NULL for an unknown command.
 */
const struct attr_set *attrs_of_command(unsigned int command);

/**
 * attrs_path() - name the attribute at an offset of a message that was sent
 * @message: the message: netlink header, generic netlink header, attributes
 * @offset: bytes from the beginning of @message; 0 for the message itself
 * @missing: the type of an attribute that is missing at @offset, or 0
 * @text: filled in, such as "network address 3 first"
 * @size: bytes of @text
 */
void attrs_path(const struct nlmsghdr *message, unsigned int offset, unsigned int missing,
		char *text, size_t size);

#endif
