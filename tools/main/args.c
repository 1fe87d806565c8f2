// SPDX-License-Identifier: GPL-2.0
/*
 * Options may stand anywhere before `--`. A command's own options must follow its name;
 * global ones may also precede it.
 */
#include "main/args.h"

#include <string.h>

#include "base/near.h"

const struct fw_option args_global[] = {
	{ "json", NULL, "print one JSON object instead of text", 0 },
	{ "help", NULL, "describe the command", 'h' },
	{ "version", NULL, "print the version", 'V' },
	{ NULL, NULL, NULL, 0 },
};

const struct fw_command *args_find(const char *name)
{
	struct near near = { .typed = name };
	char hint[128];
	int i;

	for (i = 0; fw_commands[i]; i++) {
		if (!strcmp(fw_commands[i]->name, name))
			return fw_commands[i];
		near_offer(&near, fw_commands[i]->name);
	}
	fw_error("no command '%s'%s", name, near_hint(&near, hint, sizeof(hint)));
	return NULL;
}

/* An option as typed: --name, --name=value, -x or -xvalue. It points into argv. */
struct word {
	const char *text;
	const char *value;
	size_t name_len;
};

static bool word_is(const struct word *word, const struct fw_option *option)
{
	if (word->text[1] != '-')
		return option->letter && word->text[1] == option->letter;
	return strlen(option->name) == word->name_len &&
	       !strncmp(option->name, word->text + 2, word->name_len);
}

static void word_split(struct word *word, const char *text)
{
	const char *equals = strchr(text, '=');

	word->text = text;
	if (text[1] != '-') {
		word->name_len = 1;
		word->value = text[2] ? text + 2 : NULL;
		return;
	}
	word->name_len = equals ? (size_t)(equals - text - 2) : strlen(text + 2);
	word->value = equals ? equals + 1 : NULL;
}

/* Index of the option in @options, or -1. */
static int word_find(const struct word *word, const struct fw_option *options)
{
	int i;

	for (i = 0; options && options[i].name; i++)
		if (word_is(word, &options[i]))
			return i;
	return -1;
}

static int args_unknown(const struct word *word, const struct fw_command *command)
{
	const struct fw_option *options = command ? command->options : NULL;
	struct near near = { .typed = word->text + 2, .prefix = "--" };
	char hint[128] = "";
	int i;

	if (word->text[1] == '-') {
		for (i = 0; options && options[i].name; i++)
			near_offer(&near, options[i].name);
		for (i = 0; args_global[i].name; i++)
			near_offer(&near, args_global[i].name);
		near_hint(&near, hint, sizeof(hint));
	}
	return fw_usage("no option '%s'%s%s%s", word->text, command ? " of " : "",
			command ? command->name : "", hint);
}

static void args_set_global(struct args_line *line, int index)
{
	const char *name = args_global[index].name;

	line->json |= !strcmp(name, "json");
	line->help |= !strcmp(name, "help");
	line->version |= !strcmp(name, "version");
}

/*
 * Take the option at argv[*index], and the next word if that is the option's value.
 */
static int args_option(struct args_line *line, char **argv, int *index)
{
	const struct fw_command *command = line->args.command;
	const struct fw_option *option;
	struct word word;
	int found;

	word_split(&word, argv[*index]);
	found = word_find(&word, args_global);
	if (found >= 0 && !word.value) {
		args_set_global(line, found);
		return FW_OK;
	}
	found = word_find(&word, command ? command->options : NULL);
	if (found < 0)
		return args_unknown(&word, command);

	option = &command->options[found];
	if (!option->argument && word.value)
		return fw_usage("option '--%s' takes no value", option->name);
	if (option->argument && !word.value) {
		if (!argv[*index + 1])
			return fw_usage("option '--%s' needs a value: %s", option->name,
					option->argument);
		word.value = argv[++*index];
	}
	line->args.values[found] = word.value ? word.value : "";
	return FW_OK;
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

int args_parse(struct args_line *line, int argc, char **argv)
{
	bool options = true;
	int words = 0;
	int i, ret;

	memset(line, 0, sizeof(*line));
	line->args.argv = argv;
	for (i = 1; i < argc; i++) {
		if (options && !strcmp(argv[i], "--")) {
			options = false;
		} else if (options && is_option(argv[i])) {
			ret = args_option(line, argv, &i);
			if (ret)
				return ret;
		} else if (!line->args.command) {
			line->args.command = args_find(argv[i]);
			if (!line->args.command)
				return FW_USAGE;
		} else {
			argv[words++] = argv[i];
		}
	}
	argv[words] = NULL;
	line->args.argc = words;
	line->help |= !line->args.command;
	return FW_OK;
}
