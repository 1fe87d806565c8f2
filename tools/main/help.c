// SPDX-License-Identifier: GPL-2.0
#include "main/help.h"

#include <stdio.h>
#include <string.h>

#include "main/args.h"
#include "out/out.h"

static const struct out_column columns[] = {
	{ "name", "COMMAND", 0 },
	{ "help", "WHAT IT DOES", OUT_TRUNC },
	{ NULL, NULL, 0 },
};

static void line(struct out *out, const char *text)
{
	out_line_begin(out);
	out_text(out, "text", "%s", text);
	out_line_end(out);
}

static const char *option_text(const struct fw_option *option, char *text, size_t size)
{
	char letter[8] = "";

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c, ", option->letter);
	snprintf(text, size, "%s--%s%s%s", letter, option->name,
		 option->argument ? " " : "", option->argument ? option->argument : "");
	return text;
}

static void options_text(struct out *out, const struct fw_option *options)
{
	char text[64], row[256];

	for (; options && options->name; options++) {
		snprintf(row, sizeof(row), "  %-24s %s",
			 option_text(options, text, sizeof(text)), options->help);
		line(out, row);
	}
}

/* Print each line of the details. */
static void details_text(struct out *out, const char *details)
{
	char row[256];
	size_t len;

	while (details && *details) {
		len = strcspn(details, "\n");
		snprintf(row, sizeof(row), "%.*s", (int)len, details);
		line(out, row);
		details += len + (details[len] == '\n');
	}
}

static void command_text(struct out *out, const struct fw_command *command)
{
	char row[256];

	snprintf(row, sizeof(row), "fwtool %s%s%s%s", command->name,
		 command->options ? " [OPTIONS]" : "", command->synopsis[0] ? " " : "",
		 command->synopsis);
	line(out, row);
	snprintf(row, sizeof(row), "    %s", command->help);
	line(out, row);
	details_text(out, command->details);
	options_text(out, command->options);
	options_text(out, args_global);
}

static void options_json(struct out *out, const struct fw_option *options)
{
	for (; options && options->name; options++) {
		out_object_begin(out, NULL);
		out_string(out, "name", options->name);
		out_string(out, "argument", options->argument);
		out_string(out, "help", options->help);
		out_object_end(out);
	}
}

static void command_row(struct out *out, const struct fw_command *command)
{
	out_row_begin(out);
	out_string(out, "name", command->name);
	out_string(out, "synopsis", command->synopsis);
	out_string(out, "help", command->help);
	out_string(out, "details", command->details);
	out_array_begin(out, "options");
	options_json(out, command->options);
	options_json(out, args_global);
	out_array_end(out);
	out_row_end(out);
}

int help_print(struct out *out, const struct fw_command *command)
{
	int i;

	if (command && !out_is_json(out)) {
		command_text(out, command);
		return FW_OK;
	}
	out_list_begin(out, "commands", columns);
	for (i = 0; fw_commands[i]; i++)
		if (!command || command == fw_commands[i])
			command_row(out, fw_commands[i]);
	out_list_end(out);
	if (!out_is_json(out)) {
		out_gap(out);
		line(out, "With every command:");
		options_text(out, args_global);
		line(out, "For more, see 'fwtool help COMMAND' and fwtool(8).");
	}
	return FW_OK;
}

int help_version(struct out *out)
{
	out_line_begin(out);
	out_text(out, "program", "fwtool");
	out_string(out, "version", UMBRA_VERSION);
	out_line_end(out);
	return FW_OK;
}
