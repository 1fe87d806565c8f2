// SPDX-License-Identifier: GPL-2.0
/*
 * fwtool - the command of the Umbra firewall.
 */
#include "fwtool.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "help.h"

static void fw_error_list(const char *format, va_list arguments)
{
	char line[2048];
	char *c;

	vsnprintf(line, sizeof(line), format, arguments);
	for (c = line; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	fprintf(stderr, "fwtool: %s\n", line);
}

void fw_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fw_error_list(format, arguments);
	va_end(arguments);
}

int fw_usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fw_error_list(format, arguments);
	va_end(arguments);
	return FW_USAGE;
}

int fw_connect(struct fw *fw)
{
	return fw->nl ? FW_OK : unl_open(&fw->nl);
}

static int fw_run(struct fw *fw, const struct args_line *line)
{
	if (line->version)
		return help_version(fw->out);
	if (line->help)
		return help_print(fw->out, line->args.command);
	return line->args.command->run(fw, &line->args);
}

int main(int argc, char **argv)
{
	struct args_line line;
	struct fw fw = { 0 };
	int ret, err;

	setlocale(LC_CTYPE, "");
	ret = args_parse(&line, argc, argv);
	if (ret)
		return ret;
	fw.out = out_open(stdout, line.json);
	if (!fw.out) {
		fw_error("out of memory");
		return FW_REFUSED;
	}
	ret = fw_run(&fw, &line);
	unl_close(fw.nl);
	err = out_close(fw.out);
	if (err && ret == FW_OK) {
		fw_error("cannot write the output: %s", strerror(-err));
		ret = FW_REFUSED;
	}
	return ret;
}
