// SPDX-License-Identifier: GPL-2.0
/* Errors, one line each on stderr. */
#include "base/fwtool.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

int fw_unwritable(int err)
{
	fw_error("cannot write the output: %s", strerror(-err));
	return FW_REFUSED;
}

int fw_usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fw_error_list(format, arguments);
	va_end(arguments);
	return FW_USAGE;
}
