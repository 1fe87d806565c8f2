/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parsing the command line.
 */
#ifndef ARGS_H
#define ARGS_H

#include <stdbool.h>

#include "base/fwtool.h"

/**
 * struct args_line - the whole command line
 * @args: the command with its options and words
 * @json: --json was given
 * @help: --help, or no command at all
 * @version: --version
 */
struct args_line {
	struct fw_args args;
	bool json;
	bool help;
	bool version;
};

/** args_global - the options that every command takes; ended by a row without a name */
extern const struct fw_option args_global[];

/**
 * args_find() - look a command up
 * @name: its name
 *
 * Return: the command, or NULL after printing the nearest name.
 */
const struct fw_command *args_find(const char *name);

/**
 * args_parse() - parse a command line
 * @line: result; it refers to @argv, whose order changes
 * @argc: as main() got it
 * @argv: as main() got it
 *
 * Return: FW_OK, or FW_USAGE after printing why.
 */
int args_parse(struct args_line *line, int argc, char **argv);

#endif
