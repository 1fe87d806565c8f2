/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers for the names of a table: 0 .. nr - 1, in alphabetical order. All
 * rows of one name have the same number.
 */
#ifndef UMBRA_TOOL_INDEX_H
#define UMBRA_TOOL_INDEX_H

#include "policy/policy.h"

#define INDEX_NONE	UINT32_MAX

struct index {
	struct index_name {
		const char *name;
		uint32_t row;		/* the first row of that name */
	} *names;
	uint32_t nr;
};

/**
 * index_build() - number the names of a table
 * @index: filled in; points to the names; to be freed with index_free()
 * @list: rows; those without a name have no number
 *
 * Return: 0 or -ENOMEM.
 */
int index_build(struct index *index, const struct row_list *list);
void index_free(struct index *index);

/* The number of @name, or INDEX_NONE. */
uint32_t index_find(const struct index *index, const char *name);

#endif
