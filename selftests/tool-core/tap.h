/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the Test Anything Protocol that these tests use, and what fwtool printed
 * as an error: error.c replaces the file of main().
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/**
 * struct tap - results so far; begin with all 0
 * @number: of the last result
 * @failed: how many were not as expected
 */
struct tap {
	unsigned int number;
	unsigned int failed;
};

/** The last line given to fw_error(). */
extern char tap_error[2048];

static inline void tap_ok(struct tap *tap, bool ok, const char *name)
{
	tap->failed += !ok;
	printf("%sok %u %s\n", ok ? "" : "not ", ++tap->number, name);
}

static inline void tap_is(struct tap *tap, const char *got, const char *wanted,
			  const char *name)
{
	bool same = got && !strcmp(got, wanted);

	tap_ok(tap, same, name);
	if (!same)
		printf("# got    '%s'\n# wanted '%s'\n", got ? got : "(null)", wanted);
}

static inline int tap_end(const struct tap *tap)
{
	printf("1..%u\n", tap->number);
	return tap->failed != 0;
}

#endif
