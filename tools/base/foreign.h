/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of other firewalls.
 */
#ifndef UMBRA_TOOL_FOREIGN_H
#define UMBRA_TOOL_FOREIGN_H

#include <stdbool.h>

/**
 * foreign_means() - does a word of other firewalls mean a word of ours?
 * @foreign: what was typed, such as "drop"
 * @own: a word of ours, such as "discard"
 *
 * Return: whether it does. The caller knows whether @own can stand there.
 */
bool foreign_means(const char *foreign, const char *own);

#endif
