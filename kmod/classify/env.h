/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classifier: what it needs from its environment.
 *
 * The classifier's sources are built twice: into the module, and into user-space tests and tools.
 * This header has all the differences: kernel headers on one side, the same names on top of libc on
 * the other. In user space, allocations ask umbra_env_may_alloc(), so a test can make them fail and
 * run every failure path.
 */
#ifndef UMBRA_CLASSIFY_ENV_H
#define UMBRA_CLASSIFY_ENV_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/in6.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/types.h>

#else /* !__KERNEL__ */

#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef uint32_t gfp_t;

#ifndef U32_MAX
#define U32_MAX			UINT32_MAX
#define U64_MAX			UINT64_MAX
#endif

#define BITS_PER_LONG		((int)(8 * sizeof(long)))
#define GFP_KERNEL_ACCOUNT	0
#define __GFP_NOWARN		0

#ifndef __aligned
#define __aligned(n)		__attribute__((aligned(n)))
#endif
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELAXED)

#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min_t(t, a, b)		min((t)(a), (t)(b))
#define max_t(t, a, b)		max((t)(a), (t)(b))
#define clamp_t(t, v, l, h)	min_t(t, max_t(t, v, l), h)
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))

#define check_add_overflow(a, b, d)	__builtin_add_overflow(a, b, d)
#define check_mul_overflow(a, b, d)	__builtin_mul_overflow(a, b, d)
#define be32_to_cpu(x)		be32toh(x)
#define hweight64(x)		((unsigned int)__builtin_popcountll(x))
#define __ffs64(x)		((unsigned int)__builtin_ctzll(x))

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n < 2 ? 1 : 1UL << fls64(n - 1);
}

static inline void cond_resched(void)
{
}

static inline void sort(void *base, size_t nr, size_t size,
			int (*cmp)(const void *, const void *),
			void (*swap)(void *, void *, int))
{
	(void)swap;
	if (nr > 1)
		qsort(base, nr, size, cmp);
}

/* A test may set it. If it returns false, the allocation of @bytes fails. */
extern bool (*umbra_env_may_alloc)(size_t bytes);

static inline void *kvzalloc(size_t bytes, gfp_t flags)
{
	(void)flags;
	if (umbra_env_may_alloc && !umbra_env_may_alloc(bytes))
		return NULL;
	return calloc(1, bytes);
}

static inline void kvfree(const void *p)
{
	free((void *)p);
}

#endif /* __KERNEL__ */

#endif
