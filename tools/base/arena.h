/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that is freed all at once: a policy has many small strings and
 * lists, and all of them live as long as the policy.
 */
#ifndef UMBRA_TOOL_ARENA_H
#define UMBRA_TOOL_ARENA_H

#include <stddef.h>

struct arena_block;

/* All zero is an empty arena. */
struct arena {
	struct arena_block *blocks;
	size_t used;			/* of the newest block */
};

/**
 * arena_alloc() - zeroed memory that lives as long as the arena
 * @a: arena
 * @size: bytes
 *
 * Return: memory aligned for any type, or NULL when there is none.
 */
void *arena_alloc(struct arena *a, size_t size);

/* A copy of the first @len bytes of @text with a final 0, or NULL. */
char *arena_strndup(struct arena *a, const char *text, size_t len);
char *arena_strdup(struct arena *a, const char *text);

/* A copy of @size bytes, or NULL. */
void *arena_memdup(struct arena *a, const void *data, size_t size);

void arena_free(struct arena *a);

#endif
