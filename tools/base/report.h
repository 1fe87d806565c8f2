/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is wrong with a policy, one line each:
 *
 *	FILE:LINE: what is wrong: 'the input': accepted form
 *
 * A report counts what it was told, so that a caller may go on to the next
 * row and still learn in the end whether all was well.
 */
#ifndef UMBRA_TOOL_REPORT_H
#define UMBRA_TOOL_REPORT_H

#include <stdio.h>

#define REPORT_MAX	20	/* errors shown, and warnings; there may be thousands */

/*
 * Where a row was written: line @line of @file (0: the file as a whole), row
 * @line of table @table of the running policy, or on the command line.
 */
struct place {
	const char *file;
	unsigned int line;
	const char *table;
};

struct report {
	FILE *to;
	const char *prefix;	/* of what has no file, such as "fwtool" */
	unsigned int errors;
	unsigned int warnings;
};

/**
 * report_error() - say what is wrong
 * @r: report
 * @at: where the row stands
 * @what: what is wrong
 * @input: the words it is about, or NULL; control characters are not printed
 * @accepted: printf format of the accepted form or the remedy, or NULL
 *
 * Return: -EINVAL, for the caller to return.
 */
__attribute__((format(printf, 5, 6)))
int report_error(struct report *r, struct place at, const char *what,
		 const char *input, const char *accepted, ...);

/* The same, for what is odd but works. */
__attribute__((format(printf, 5, 6)))
void report_warning(struct report *r, struct place at, const char *what,
		    const char *input, const char *remedy, ...);

/* Has so much gone wrong that there is no use in reading on? */
static inline int report_is_full(const struct report *r)
{
	return r->errors >= REPORT_MAX;
}

#endif
