/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Help, completion and the manual page's list of commands, all printed from fw_commands.
 */
#ifndef HELP_H
#define HELP_H

#include "base/fwtool.h"

/**
 * help_print() - print the help of a command, or the list of commands
 * @out: printer
 * @command: one command, or NULL for all
 *
 * Return: FW_OK.
 */
int help_print(struct out *out, const struct fw_command *command);

/** help_version() - print the version. Return: FW_OK. */
int help_version(struct out *out);

#endif
