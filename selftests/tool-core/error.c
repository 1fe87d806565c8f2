// SPDX-License-Identifier: GPL-2.0
/*
 * fw_error() and its relatives: errors are stored instead of printed.
 */
#include <stdarg.h>

#include "base/fwtool.h"
#include "tap.h"

char tap_error[2048];

void fw_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(tap_error, sizeof(tap_error), format, arguments);
	va_end(arguments);
}

int fw_usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(tap_error, sizeof(tap_error), format, arguments);
	va_end(arguments);
	return FW_USAGE;
}

int fw_unwritable(int err)
{
	fw_error("%d", err);
	return FW_REFUSED;
}
