/* SPDX-License-Identifier: GPL-2.0 */
/* The SSH connection in which fwtool runs. */
#ifndef UMBRA_TOOL_GUARD_H
#define UMBRA_TOOL_GUARD_H

#include "live/tuple.h"

/**
 * guard_find() - look for $SSH_CONNECTION, here and in the parent processes
 * @guard: the connection, client first
 *
 * It looks in the parents because sudo and su remove the variable.
 *
 * Return: whether there is one that ends at an address of this network
 * namespace.
 */
bool guard_find(struct tuple *guard);

/**
 * guard_parse() - read the four words of $SSH_CONNECTION
 * @text: "CLIENT-IP CLIENT-PORT SERVER-IP SERVER-PORT"
 * @guard: filled in
 *
 * Return: whether @text has this form.
 */
bool guard_parse(const char *text, struct tuple *guard);

#endif
