// SPDX-License-Identifier: GPL-2.0
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK	(64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *arena_grow(struct arena *a, size_t size)
{
	size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
	struct arena_block *block;

	if (room > SIZE_MAX - sizeof(*block))
		return NULL;
	block = calloc(1, sizeof(*block) + room);
	if (!block)
		return NULL;
	block->size = room;
	block->next = a->blocks;
	a->blocks = block;
	a->used = 0;
	return block;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t) - 1;
	struct arena_block *block = a->blocks;
	void *memory;

	if (size > SIZE_MAX - align)
		return NULL;
	size = (size + align) & ~align;
	if (!block || block->size - a->used < size)
		block = arena_grow(a, size);
	if (!block)
		return NULL;
	memory = block->bytes + a->used;
	a->used += size;
	return memory;
}

void *arena_memdup(struct arena *a, const void *data, size_t size)
{
	void *copy = arena_alloc(a, size);

	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

void arena_free(struct arena *a)
{
	struct arena_block *block, *next;

	for (block = a->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	*a = (struct arena){ 0 };
}
