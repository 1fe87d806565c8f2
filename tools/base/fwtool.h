/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every command of fwtool shares.
 *
 * A command is one descriptor, `const struct fw_command cmd_<name>`, in its own file
 * cmd/<name>.c, and one line in main/commands.c; its object is named in the Makefile.
 * Help, completion and the command list of the manual page are printed from the descriptor.
 *
 * main() splits the command line. The first word that is not an option names the command.
 * The options of the descriptor may stand anywhere after that name and before `--`; main()
 * takes them out, and run() gets the other words. A command never calls exit(). It returns
 * an enum fw_exit; if that is not FW_OK, it has printed exactly one line with fw_error().
 */
#ifndef FWTOOL_H
#define FWTOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * enum fw_exit - the exit status of fwtool, documented in fwtool(8)
 * @FW_OK: done
 * @FW_REFUSED: the request was understood and refused, or failed
 * @FW_USAGE: the command line is wrong
 * @FW_UNAVAILABLE: the kernel module is not loaded, or the user has no permission
 * @FW_CUTS_OWN: a preview found that a commit would end the SSH connection in which fwtool runs
 */
enum fw_exit {
	FW_OK = 0,
	FW_REFUSED = 1,
	FW_USAGE = 2,
	FW_UNAVAILABLE = 3,
	FW_CUTS_OWN = 4,
};

/** The most options a command may have. */
#define FW_OPTIONS_MAX 12

/**
 * struct fw_option - an option of a command
 * @name: long name without the dashes; NULL ends a list
 * @argument: what stands for its value in help, such as "SECONDS"; NULL for a flag
 * @help: one line
 * @letter: the short form, or 0
 */
struct fw_option {
	const char *name;
	const char *argument;
	const char *help;
	char letter;
};

struct fw;
struct fw_args;
struct out;
struct unl;

/**
 * struct fw_command - a command
 * @name: the word that names it
 * @synopsis: what follows the name, without the options
 * @help: one line, no full stop
 * @details: more lines for `fwtool help COMMAND`, each ended by a newline; or NULL
 * @options: ended by a row without a name; or NULL
 * @words: what completion offers as arguments, separated by blanks; "@files" for file
 *         names, "@commands" for commands, "@rows" for the words of a row; or NULL
 * @run: runs the command; returns an enum fw_exit
 */
struct fw_command {
	const char *name;
	const char *synopsis;
	const char *help;
	const char *details;
	const struct fw_option *options;
	const char *words;
	int (*run)(struct fw *fw, const struct fw_args *args);
};

/**
 * struct fw_args - a command line, taken apart
 * @command: the command to run
 * @argc: number of words that are not options
 * @argv: those words, without the command's name; argv[argc] is NULL
 * @values: one for each of @command's options: "" for a flag, NULL if the option was not
 *          given; read it with fw_option()
 */
struct fw_args {
	const struct fw_command *command;
	int argc;
	char **argv;
	const char *values[FW_OPTIONS_MAX];
};

/**
 * struct fw - one run of fwtool
 * @out: the printer for stdout, text or JSON
 * @nl: the connection, NULL until fw_connect()
 */
struct fw {
	struct out *out;
	struct unl *nl;
};

/** fw_commands - every command in the order of help; ended by NULL */
extern const struct fw_command *const fw_commands[];

/**
 * fw_error() - print one line on stderr, after "fwtool: "
 * @format: as printf, without the newline. Newlines in the arguments become blanks.
 */
void fw_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * fw_unwritable() - fw_error() for output that could not be written
 * @err: negative errno from out_flush() or out_close()
 *
 * Return: FW_REFUSED.
 */
int fw_unwritable(int err);

/**
 * fw_usage() - fw_error() for a wrong command line
 * @format: as printf
 *
 * Return: FW_USAGE, so that a caller can write `return fw_usage(...)`.
 */
int fw_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * fw_option() - the value of an option
 * @args: the command line
 * @name: a name out of the command's options
 *
 * Return: the value; "" for a flag; NULL if the option was not given.
 */
const char *fw_option(const struct fw_args *args, const char *name);

/**
 * fw_option_number() - the value of an option that is a number
 * @args: the command line
 * @name: a name out of the command's options
 * @min: the smallest accepted
 * @max: the largest accepted
 * @value: set only if the option was given
 *
 * Return: FW_OK, or FW_USAGE after printing what is accepted.
 */
int fw_option_number(const struct fw_args *args, const char *name, uint64_t min,
		     uint64_t max, uint64_t *value);

/**
 * fw_no_more() - refuse words that a command does not take
 * @args: the command line
 * @taken: how many words were used
 *
 * Return: FW_OK, or FW_USAGE after printing the first word too many.
 */
int fw_no_more(const struct fw_args *args, int taken);

#endif
