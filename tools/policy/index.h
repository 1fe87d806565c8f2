/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of a table as small numbers: 0 .. nr - 1 in the order of the
 * alphabet, one for all rows of a name.
 */
#ifndef UMBRA_TOOL_INDEX_H
#define UMBRA_TOOL_INDEX_H

#include "policy/policy.h"

#define INDEX_NONE	UINT32_MAX

struct index {
	struct index_name {
		const char *name;
		uint32_t row;		/* the first of that name */
	} *names;
	uint32_t nr;
};

/**
 * index_build() - number the names of a table
 * @index: filled in, for index_free(); keeps pointers to the names
 * @list: rows; those without a name have no number
 *
 * Return: 0 or -ENOMEM.
 */
int index_build(struct index *index, const struct row_list *list);
void index_free(struct index *index);

/* The number of @name, or INDEX_NONE. */
uint32_t index_find(const struct index *index, const char *name);

#endif
