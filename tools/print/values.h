/* SPDX-License-Identifier: GPL-2.0 */
/* Rows as tables with counters, or as JSON, by the one printer. */
#ifndef UMBRA_TOOL_PRINT_VALUES_H
#define UMBRA_TOOL_PRINT_VALUES_H

#include "out/out.h"
#include "policy/policy.h"

/* One table: what was written, and what it has seen since. */
void print_table(struct out *out, const struct row_list *list,
		 enum umbra_table table);

/*
 * Every setting with the value in force, whether a row of @list sets it, its default, and what it
 * means.
 */
void print_settings(struct out *out, const struct row_list *list);

#endif
