// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a policy file: the parser must neither crash nor accept what
 * it cannot print and read again.
 */
#include "check/check.h"
#include "parse/nat_end.h"
#include "parse/parse.h"
#include "print/policy.h"

#include <stdlib.h>
#include <string.h>

/* No includes, because a fuzzer must not read files. */
static int has_include(const uint8_t *data, size_t size)
{
	return memmem(data, size, "include", 7) != NULL;
}

static char *print(const struct policy *p)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		abort();
	print_policy(file, p);
	fclose(file);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report report = { .to = fopen("/dev/null", "w") };
	struct policy p = { 0 }, again = { 0 };
	char *text, *second;

	if (!report.to)
		abort();
	if (!has_include(data, size) &&
	    !parse_text(&p, (const char *)data, size, "f", &report)) {
		text = print(&p);
		if (parse_text(&again, text, strlen(text), "f", &report))
			abort();
		second = print(&again);
		if (strcmp(text, second))
			abort();
		if (!policy_bind_ends(&p, &report))
			policy_check(&p, &report);
		free(text);
		free(second);
	}
	policy_free(&p);
	policy_free(&again);
	fclose(report.to);
	return 0;
}
