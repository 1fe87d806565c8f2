// SPDX-License-Identifier: GPL-2.0
#include "tap.h"

#include "parse/parse.h"
#include "print/policy.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static unsigned int done, failed;

void tap(bool ok, const char *name, ...)
{
	va_list args;

	printf("%sok %u ", ok ? "" : "not ", ++done);
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	putchar('\n');
	failed += !ok;
}

void tap_note(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

int tap_end(void)
{
	printf("1..%u\n", done);
	return failed ? 1 : 0;
}

void told_open(struct told *told)
{
	*told = (struct told){ 0 };
	told->report.to = open_memstream(&told->text, &told->size);
	if (!told->report.to)
		abort();
}

const char *told_text(struct told *told)
{
	fflush(told->report.to);
	return told->text;
}

void told_close(struct told *told)
{
	fclose(told->report.to);
	free(told->text);
}

int parse_string(struct policy *p, const char *text, struct told *told)
{
	return parse_text(p, text, strlen(text), "f", &told->report);
}

char *rows_text(const struct policy *p)
{
	size_t size, table, i;
	char *text = NULL;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		abort();
	for (table = 1; table <= UMBRA_TABLE_MAX; table++)
		for (i = 0; i < p->tables[table].nr; i++)
			print_row(file, &p->tables[table].row[i]);
	fclose(file);
	return text;
}
