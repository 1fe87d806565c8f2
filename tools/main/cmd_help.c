// SPDX-License-Identifier: GPL-2.0
/*
 * help - commands and options: for people, for the shell's completion, for the manual page
 */
#include "base/fwtool.h"

#include <stdio.h>
#include <string.h>

#include "main/args.h"
#include "main/help.h"
#include "out/out.h"
#include "parse/words.h"

static void word(struct out *out, const char *prefix, const char *text, size_t len)
{
	out_line_begin(out);
	out_stringf(out, "word", "%s%.*s", prefix, (int)len, text);
	out_line_end(out);
}

static void option_words(struct out *out, const struct fw_option *options)
{
	for (; options && options->name; options++)
		word(out, "--", options->name, strlen(options->name));
}

static bool is_in(const struct name *list, const char *text)
{
	for (; list->word; list++)
		if (!strcmp(list->word, text))
			return true;
	return false;
}

/* The words that rows may have, each once. */
static void row_words(struct out *out)
{
	const struct name *const *list, *const *earlier;
	const struct name *name;

	for (list = parse_lists; *list; list++)
		for (name = *list; name->word; name++) {
			earlier = parse_lists;
			while (earlier != list && !is_in(*earlier, name->word))
				earlier++;
			if (earlier == list && strcmp(name->help, PARSE_LATER))
				word(out, "", name->word, strlen(name->word));
		}
}

static void command_words(struct out *out, const char *words)
{
	size_t len;

	for (; words && *words; words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		if (len == strlen("@rows") && !strncmp(words, "@rows", len))
			row_words(out);
		else
			word(out, "", words, len);
	}
}

/* One word a line: the commands, or the words that may follow @command. */
static int help_words(struct out *out, const struct fw_command *command)
{
	int i;

	for (i = 0; !command && fw_commands[i]; i++)
		word(out, "", fw_commands[i]->name, strlen(fw_commands[i]->name));
	command_words(out, command ? command->words : NULL);
	option_words(out, command ? command->options : NULL);
	option_words(out, args_global);
	return FW_OK;
}

/* Escape text for roff, which reads a plain - as a hyphen and a leading . or ' as a request. */
static void roff(FILE *file, const char *text)
{
	bool begin = true;

	for (; *text; text++) {
		if (begin && (*text == '.' || *text == '\''))
			fputs("\\&", file);
		if (*text == '-')
			fputs("\\-", file);
		else if (*text == '\\')
			fputs("\\e", file);
		else if (*text == '"')
			fputs("\\(dq", file);
		else
			fputc(*text, file);
		begin = *text == '\n';
	}
}

static void roff_options(FILE *file, const struct fw_option *options)
{
	for (; options && options->name; options++) {
		fputs(".TP\n.B ", file);
		if (options->letter)
			fprintf(file, "\\-%c, ", options->letter);
		fputs("\\-\\-", file);
		roff(file, options->name);
		if (options->argument)
			fprintf(file, " \\fI%s\\fR", options->argument);
		fputc('\n', file);
		roff(file, options->help);
		fputc('\n', file);
	}
}

static void roff_command(FILE *file, const struct fw_command *command)
{
	fprintf(file, ".SS \"%s%s", command->name, command->synopsis[0] ? " " : "");
	roff(file, command->synopsis);
	fputs("\"\n", file);
	roff(file, command->help);
	fputs(".\n", file);
	if (command->details) {
		fputs(".PP\n.nf\n", file);
		roff(file, command->details);
		fputs(".fi\n", file);
	}
	roff_options(file, command->options);
}

/* The manual page's list of commands. */
static int help_man(void)
{
	int i;

	for (i = 0; fw_commands[i]; i++)
		roff_command(stdout, fw_commands[i]);
	fputs(".SS \"Options of every command\"\n", stdout);
	roff_options(stdout, args_global);
	return FW_OK;
}

static int help_run(struct fw *fw, const struct fw_args *args)
{
	const struct fw_command *command = NULL;
	int ret;

	ret = fw_no_more(args, 1);
	if (ret)
		return ret;
	if (args->argc) {
		command = args_find(args->argv[0]);
		if (!command)
			return FW_USAGE;
	}
	if (fw_option(args, "words"))
		return help_words(fw->out, command);
	if (fw_option(args, "man"))
		return help_man();
	return help_print(fw->out, command);
}

static const struct fw_option options[] = {
	{ "words", NULL, "one word a line, for completion", 0 },
	{ "man", NULL, "the list of commands, as in the manual page", 0 },
	{ NULL, NULL, NULL, 0 },
};

const struct fw_command cmd_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.help = "list the commands, or describe one",
	.options = options,
	.words = "@commands",
	.run = help_run,
};
