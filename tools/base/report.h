/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors and warnings about a policy, one line each:
 *
 *	FILE:LINE: what is wrong: 'the input': accepted form
 *
 * A report counts them, so that a caller can go on to the next row and see at
 * the end whether any row was wrong.
 */
#ifndef UMBRA_TOOL_REPORT_H
#define UMBRA_TOOL_REPORT_H

#include <stdio.h>

#define REPORT_MAX	20	/* errors shown, and as many warnings; there may be thousands */

/*
 * Where a row was written: line @line of @file (0: the file as a whole); row
 * @line of table @table of the running policy; or, without both, the command line.
 */
struct place {
	const char *file;
	unsigned int line;
	const char *table;
};

struct report {
	FILE *to;
	const char *prefix;	/* of lines without a file, such as "fwtool" */
	unsigned int errors;
	unsigned int warnings;
};

/**
 * report_error() - print one line about an error
 * @r: report
 * @at: where the row stands
 * @what: what is wrong
 * @input: the wrong words, or NULL; control characters are printed as "?"
 * @accepted: printf format of the accepted form or the remedy, or NULL
 *
 * Return: -EINVAL, for the caller to return.
 */
__attribute__((format(printf, 5, 6)))
int report_error(struct report *r, struct place at, const char *what,
		 const char *input, const char *accepted, ...);

/* The same for a warning: the row works, but is probably not what was meant. */
__attribute__((format(printf, 5, 6)))
void report_warning(struct report *r, struct place at, const char *what,
		    const char *input, const char *remedy, ...);

/* Are there so many errors that it is useless to read on? */
static inline int report_is_full(const struct report *r)
{
	return r->errors >= REPORT_MAX;
}

#endif
