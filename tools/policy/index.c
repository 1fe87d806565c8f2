// SPDX-License-Identifier: GPL-2.0
#include "policy/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_rows(const void *a, const void *b)
{
	const struct index_name *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->row > y->row) - (x->row < y->row);
}

static int compare_names(const void *a, const void *b)
{
	const struct index_name *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int index_build(struct index *index, const struct row_list *list)
{
	uint32_t i, nr = 0;
	const char *name;

	*index = (struct index){
		.names = calloc(list->nr + 1, sizeof(*index->names)),
	};
	if (!index->names)
		return -ENOMEM;
	for (i = 0; i < list->nr; i++) {
		name = row_name(&list->row[i]);
		if (name)
			index->names[nr++] = (struct index_name){ name, i };
	}
	qsort(index->names, nr, sizeof(*index->names), compare_rows);
	for (i = 0; i < nr; i++)
		if (!i || strcmp(index->names[index->nr - 1].name,
				 index->names[i].name))
			index->names[index->nr++] = index->names[i];
	return 0;
}

void index_free(struct index *index)
{
	free(index->names);
	*index = (struct index){ 0 };
}

uint32_t index_find(const struct index *index, const char *name)
{
	struct index_name key = { .name = name }, *found;

	if (!index->nr)
		return INDEX_NONE;
	found = bsearch(&key, index->names, index->nr, sizeof(key),
			compare_names);
	return found ? found - index->names : INDEX_NONE;
}
