// SPDX-License-Identifier: GPL-2.0
/* Options and words of a parsed command line. */
#include "base/fwtool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *fw_option(const struct fw_args *args, const char *name)
{
	const struct fw_option *options = args->command->options;
	int i;

	for (i = 0; options && options[i].name; i++)
		if (!strcmp(options[i].name, name))
			return args->values[i];
	return NULL;
}

int fw_option_number(const struct fw_args *args, const char *name, uint64_t min,
		     uint64_t max, uint64_t *value)
{
	const char *text = fw_option(args, name);
	unsigned long long number;
	char *end;

	if (!text)
		return FW_OK;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && !*end && !errno && number >= min &&
	    number <= max) {
		*value = number;
		return FW_OK;
	}
	if (max == UINT64_MAX)
		return fw_usage("--%s '%s': give a number of at least %llu", name, text,
				(unsigned long long)min);
	return fw_usage("--%s '%s': give a number from %llu to %llu", name, text,
			(unsigned long long)min, (unsigned long long)max);
}

int fw_no_more(const struct fw_args *args, int taken)
{
	if (args->argc <= taken)
		return FW_OK;
	return fw_usage("%s: one word too many: '%s'", args->command->name,
			args->argv[taken]);
}
