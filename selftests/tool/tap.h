/* SPDX-License-Identifier: GPL-2.0 */
/* Test Anything Protocol, and the few things that the tests share. */
#ifndef TAP_H
#define TAP_H

#include "policy/policy.h"

#include <stdbool.h>
#include <stdio.h>

/* One test: "ok N name", or "not ok N name" and what was seen instead. */
__attribute__((format(printf, 2, 3)))
void tap(bool ok, const char *name, ...);
__attribute__((format(printf, 1, 2)))
void tap_note(const char *format, ...);

/* The plan. Return: the status of the program. */
int tap_end(void);

/* A report that is kept as text. */
struct told {
	struct report report;
	char *text;
	size_t size;
};

void told_open(struct told *told);
const char *told_text(struct told *told);
void told_close(struct told *told);

/* Parse @text as a file called "f". Return: as parse_text(). */
int parse_string(struct policy *p, const char *text, struct told *told);

/* All rows in the grammar, without headings, for free(). */
char *rows_text(const struct policy *p);

#endif
