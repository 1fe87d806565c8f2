/* SPDX-License-Identifier: GPL-2.0 */
/* Rows as tables with counters, or as JSON, on the printer of out/out.h. */
#ifndef UMBRA_TOOL_PRINT_VALUES_H
#define UMBRA_TOOL_PRINT_VALUES_H

#include "out/out.h"
#include "policy/policy.h"

/* One table: its rows as they were written, with their counters. */
void print_table(struct out *out, const struct row_list *list,
		 enum umbra_table table);

/* Every setting: the value in force, the default, the meaning, and whether @list sets it. */
void print_settings(struct out *out, const struct row_list *list);

#endif
