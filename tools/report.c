// SPDX-License-Identifier: GPL-2.0
#include "report.h"

#include <errno.h>
#include <stdarg.h>

#define INPUT_SHOWN	120	/* bytes */

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

static void print_line(struct report *r, struct place at, const char *kind,
		       const char *what, const char *input,
		       const char *more, va_list args)
{
	if (at.file && at.line)
		fprintf(r->to, "%s:%u: ", at.file, at.line);
	else if (at.file || r->prefix)
		fprintf(r->to, "%s: ", at.file ? at.file : r->prefix);
	if (!at.file && at.table)
		fprintf(r->to, "%s %u: ", at.table, at.line);
	fprintf(r->to, "%s%s", kind, what);
	if (input)
		print_input(r->to, input);
	if (more) {
		fputs(": ", r->to);
		vfprintf(r->to, more, args);
	}
	fputc('\n', r->to);
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
		fprintf(r->to, "%s: %d errors, no more are shown\n",
			at.file ? at.file : r->prefix ? r->prefix : "fwtool",
			REPORT_MAX);
	return -EINVAL;
}

void report_warning(struct report *r, struct place at, const char *what,
		    const char *input, const char *remedy, ...)
{
	va_list args;

	r->warnings++;
	va_start(args, remedy);
	print_line(r, at, "warning: ", what, input, remedy, args);
	va_end(args);
}
