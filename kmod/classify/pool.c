// SPDX-License-Identifier: GPL-2.0
/*
 * Classifier memory: pools within one budget.
 *
 * A build makes many small objects that live as long as the classifier, and a few large ones that
 * live as long as one step of the build. Each kind has its own pool. Nothing is freed singly except
 * an array that grew. A step that fails frees its pools, so it needs no unwinding code. Both kinds
 * count against one budget, which is the caller's max_bytes and the result of
 * umbra_classifier_bytes().
 *
 * Small objects share chunks, whose sizes double from 1 KB on, so a policy of ten rules needs
 * memory for ten rules. All memory is zeroed.
 */
#include "classify/internal.h"

#define CHUNK_MIN	((size_t)1024)
#define CHUNK_MAX	((size_t)128 * 1024)
#define BLOCK_MAX	((size_t)1 << 30)	/* kvzalloc() warns near 2 GB */

struct umbra_cls_chunk {
	struct umbra_cls_chunk *prev;
	struct umbra_cls_chunk *next;
	size_t bytes;
} __aligned(16);

static bool budget_take(struct umbra_cls_budget *b, size_t bytes)
{
	if (bytes > BLOCK_MAX || (b->max && bytes > b->max - min(b->used, b->max))) {
		b->err = -E2BIG;
		return false;
	}
	b->used += bytes;
	return true;
}

/**
 * umbra_cls_block() - allocate a zeroed array of its own
 * @pool: owner
 * @nr: elements; 0 gives a pointer that may only be freed
 * @size: bytes of each
 *
 * Context: process, may sleep.
 * Return: the array, or NULL, with the reason in the budget's err.
 */
void *umbra_cls_block(struct umbra_cls_pool *pool, size_t nr, size_t size)
{
	struct umbra_cls_chunk *chunk;
	size_t bytes;

	if (check_mul_overflow(nr, size, &bytes) ||
	    check_add_overflow(bytes, sizeof(*chunk), &bytes))
		bytes = SIZE_MAX;
	if (!budget_take(pool->budget, bytes))
		return NULL;
	chunk = kvzalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!chunk) {
		pool->budget->used -= bytes;
		pool->budget->err = -ENOMEM;
		return NULL;
	}
	chunk->bytes = bytes;
	chunk->next = pool->chunks;
	if (chunk->next)
		chunk->next->prev = chunk;
	pool->chunks = chunk;
	cond_resched();
	return chunk + 1;
}

/**
 * umbra_cls_block_free() - free an array from umbra_cls_block()
 * @pool: owner
 * @p: the array, or NULL
 */
void umbra_cls_block_free(struct umbra_cls_pool *pool, void *p)
{
	struct umbra_cls_chunk *chunk;

	if (!p)
		return;
	chunk = (struct umbra_cls_chunk *)p - 1;
	if (chunk->next)
		chunk->next->prev = chunk->prev;
	if (chunk->prev)
		chunk->prev->next = chunk->next;
	else
		pool->chunks = chunk->next;
	pool->budget->used -= chunk->bytes;
	kvfree(chunk);
}

/**
 * umbra_cls_alloc() - allocate a zeroed object that lives as long as its pool
 * @pool: owner
 * @nr: elements
 * @size: bytes of each
 *
 * Context: process, may sleep.
 * Return: the object, or NULL, with the reason in the budget's err.
 */
void *umbra_cls_alloc(struct umbra_cls_pool *pool, size_t nr, size_t size)
{
	size_t bytes;
	void *p;

	if (nr > BLOCK_MAX / size || nr * size >= CHUNK_MAX / 4)
		return umbra_cls_block(pool, nr, size);
	bytes = (nr * size + 15) & ~(size_t)15;
	if (bytes > pool->left) {
		pool->step = clamp_t(size_t, pool->step * 2, max(CHUNK_MIN, 2 * bytes), CHUNK_MAX);
		pool->left = 0;
		pool->bump = umbra_cls_block(pool, pool->step, 1);
		if (!pool->bump)
			return NULL;
		pool->left = pool->step;
	}
	p = pool->bump;
	pool->bump += bytes;
	pool->left -= bytes;
	return p;
}

/**
 * umbra_cls_pool_free() - free all memory of a pool
 * @pool: may be used again afterwards
 */
void umbra_cls_pool_free(struct umbra_cls_pool *pool)
{
	struct umbra_cls_chunk *chunk;

	while ((chunk = pool->chunks)) {
		pool->chunks = chunk->next;
		pool->budget->used -= chunk->bytes;
		kvfree(chunk);
		cond_resched();
	}
	pool->left = 0;
	pool->step = 0;
}

static int vec_grow(struct umbra_cls_vec *vec)
{
	u32 cap = vec->cap ? vec->cap + vec->cap / 2 : 64;
	u32 *v = umbra_cls_block(vec->pool, cap, sizeof(*v));

	if (!v)
		return vec->pool->budget->err;
	if (vec->nr)
		memcpy(v, vec->v, vec->nr * sizeof(*v));
	umbra_cls_block_free(vec->pool, vec->v);
	vec->v = v;
	vec->cap = cap;
	return 0;
}

/**
 * umbra_cls_vec_push() - append to a growing array
 * @vec: array, with its pool set
 * @value: value to append
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_cls_vec_push(struct umbra_cls_vec *vec, u32 value)
{
	if (vec->nr == vec->cap) {
		int err = vec_grow(vec);

		if (err)
			return err;
	}
	vec->v[vec->nr++] = value;
	return 0;
}
