/* SPDX-License-Identifier: GPL-2.0 */
/* Test Anything Protocol, as much as the unit programs here need. */
#ifndef UMBRA_SELFTEST_TAP_H
#define UMBRA_SELFTEST_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_count;
static int tap_failed;

static inline bool tap_ok(bool ok, const char *name)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tap_count, name);
	fflush(stdout);
	tap_failed += !ok;
	return ok;
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif
