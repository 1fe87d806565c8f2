// SPDX-License-Identifier: GPL-2.0
#include "base/report.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define INPUT_SHOWN	120	/* bytes */

#define LINE_MAX_BYTES	4096

static void print_input(FILE *to, const char *input)
{
	unsigned int i;

	fputs(": '", to);
	for (i = 0; input[i] && i < INPUT_SHOWN; i++) {
		unsigned char c = input[i];

		fputc(c < ' ' || c == 0x7f ? '?' : c, to);
	}
	fputs(input[i] ? "...'" : "'", to);
}

static void print_place(FILE *to, const struct report *r, struct place at)
{
	if (at.file && at.line)
		fprintf(to, "%s:%u: ", at.file, at.line);
	else if (at.file || r->prefix)
		fprintf(to, "%s: ", at.file ? at.file : r->prefix);
	if (!at.file && at.table)
		fprintf(to, "%s %u: ", at.table, at.line);
}

/* The line is written in one piece, so that the lines of two commands do not mix. */
static void print_line(struct report *r, struct place at, const char *kind,
		       const char *what, const char *input,
		       const char *more, va_list args)
{
	char text[LINE_MAX_BYTES];
	FILE *line = fmemopen(text, sizeof(text) - 1, "w");

	if (!line)
		return;
	memset(text, 0, sizeof(text));
	print_place(line, r, at);
	fprintf(line, "%s%s", kind, what);
	if (input)
		print_input(line, input);
	if (more) {
		fputs(": ", line);
		vfprintf(line, more, args);
	}
	fclose(line);
	fprintf(r->to, "%s\n", text);
}

static void print_limit(struct report *r, struct place at, const char *what)
{
	fprintf(r->to, "%s: %d %s, no more are shown\n",
		at.file ? at.file : r->prefix ? r->prefix : "fwtool",
		REPORT_MAX, what);
}

int report_error(struct report *r, struct place at, const char *what,
		 const char *input, const char *accepted, ...)
{
	va_list args;

	if (r->errors++ < REPORT_MAX) {
		va_start(args, accepted);
		print_line(r, at, "", what, input, accepted, args);
		va_end(args);
	}
	if (r->errors == REPORT_MAX)
		print_limit(r, at, "errors");
	return -EINVAL;
}

void report_warning(struct report *r, struct place at, const char *what,
		    const char *input, const char *remedy, ...)
{
	va_list args;

	if (r->warnings++ < REPORT_MAX) {
		va_start(args, remedy);
		print_line(r, at, "warning: ", what, input, remedy, args);
		va_end(args);
	}
	if (r->warnings == REPORT_MAX)
		print_limit(r, at, "warnings");
}
