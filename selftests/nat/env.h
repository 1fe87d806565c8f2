/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel functions that kmod/nat/portmap.c and kmod/packet/translate.c use, for user space. Each
 * <linux/...> header that they name is a stub that leads here (Makefile).
 *
 * Atomics are the compiler's, with the order that the kernel's have, so that the
 * thread sanitizer judges nat/portmap.c's own reasoning. An RCU reader holds a lock for
 * reading, and a grace period is one moment of holding it for writing.
 */
#ifndef UMBRA_SELFTEST_NAT_ENV_H
#define UMBRA_SELFTEST_NAT_ENV_H

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;
#define S64_MAX			INT64_MAX
#define S64_MIN			INT64_MIN

#define __force
#undef static_assert
#define static_assert(cond)	_Static_assert(cond, #cond)
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)
#define __aligned(n)		__attribute__((aligned(n)))
#define memset_startat(obj, value, member)	\
	memset((u8 *)(obj) + offsetof(typeof(*(obj)), member), value, \
	       sizeof(*(obj)) - offsetof(typeof(*(obj)), member))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof(*(a)))
#define BITS_PER_LONG		64
#define HZ			1000
#define BIT(n)			(1UL << (n))
#define BIT_WORD(n)		((n) / BITS_PER_LONG)
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define BITMAP_FIRST_WORD_MASK(n)	(~0UL << ((n) % BITS_PER_LONG))
#define BITMAP_LAST_WORD_MASK(n)	(~0UL >> (-(n) % BITS_PER_LONG))
#define __ffs(word)		((unsigned long)__builtin_ctzl(word))
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define ERR_PTR(err)		((void *)(long)(err))
#define IS_ERR(p)		((unsigned long)(p) >= (unsigned long)-4095)
#define PTR_ERR(p)		((long)(p))

static inline bool ipv6_addr_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline u32 ror32(u32 word, unsigned int shift)
{
	return word >> shift | word << (32 - shift);
}

static inline bool test_and_set_bit(u32 nr, unsigned long *bits)
{
	return __atomic_fetch_or(&bits[BIT_WORD(nr)], BIT(nr % BITS_PER_LONG),
				 __ATOMIC_SEQ_CST) & BIT(nr % BITS_PER_LONG);
}

static inline bool test_and_clear_bit(u32 nr, unsigned long *bits)
{
	return __atomic_fetch_and(&bits[BIT_WORD(nr)], ~BIT(nr % BITS_PER_LONG),
				  __ATOMIC_SEQ_CST) & BIT(nr % BITS_PER_LONG);
}

/* The time; the test moves it. */
extern unsigned long jiffies;

/* Warnings are counted; a test says how many it expects. */
extern u32 env_warnings;
#define WARN_ON_ONCE(cond)	({					\
	bool warn__ = (cond);						\
	if (warn__)							\
		__atomic_add_fetch(&env_warnings, 1, __ATOMIC_RELAXED);	\
	warn__;								\
})

/* Pieces of memory that are not freed yet, and how many more may be allocated. */
extern int env_pieces;
extern int env_pieces_max;
#define GFP_ATOMIC		0
#define GFP_KERNEL_ACCOUNT	0
#define __GFP_NOWARN		0

static inline void *kcalloc(size_t n, size_t size, int flags)
{
	if (__atomic_add_fetch(&env_pieces, 1, __ATOMIC_RELAXED) > env_pieces_max) {
		__atomic_sub_fetch(&env_pieces, 1, __ATOMIC_RELAXED);
		return NULL;
	}
	return calloc(n, size);
}

#define kmalloc(size, flags)	kcalloc(1, size, flags)
#define kzalloc(size, flags)	kcalloc(1, size, flags)

static inline void kfree(void *p)
{
	__atomic_sub_fetch(&env_pieces, 1, __ATOMIC_RELAXED);
	free(p);
}

typedef struct { u32 count; } refcount_t;

static inline void refcount_set(refcount_t *r, u32 n)
{
	__atomic_store_n(&r->count, n, __ATOMIC_RELAXED);
}

static inline void refcount_inc(refcount_t *r)
{
	WARN_ON_ONCE(!__atomic_fetch_add(&r->count, 1, __ATOMIC_RELAXED));
}

static inline bool env_add_unless(refcount_t *r, int add, u32 unless, int order)
{
	u32 old = __atomic_load_n(&r->count, __ATOMIC_RELAXED);

	while (old != unless)
		if (__atomic_compare_exchange_n(&r->count, &old, old + add, false, order,
						__ATOMIC_RELAXED))
			return true;
	return false;
}

#define refcount_inc_not_zero(r)	env_add_unless(r, 1, 0, __ATOMIC_RELAXED)
#define refcount_dec_not_one(r)		env_add_unless(r, -1, 1, __ATOMIC_RELEASE)

static inline bool refcount_dec_and_test(refcount_t *r)
{
	u32 old = __atomic_fetch_sub(&r->count, 1, __ATOMIC_ACQ_REL);

	WARN_ON_ONCE(!old);
	return old == 1;
}

typedef pthread_mutex_t spinlock_t;
#define spin_lock_init(lock)	pthread_mutex_init(lock, NULL)
#define spin_lock_bh(lock)	pthread_mutex_lock(lock)
#define spin_unlock_bh(lock)	pthread_mutex_unlock(lock)

/* As the kernel does it, a reader that frees goes on reading first: see env.c. */
struct rcu_head { struct rcu_head *next; void *object; };
void rcu_read_lock(void);
void rcu_read_unlock(void);
#define RCU_LOCKDEP_WARN(cond, text)	((void)0)
void env_free_later(struct rcu_head *rcu, void *object);
#define kfree_rcu(p, field)	env_free_later(&(p)->field, p)

struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node *first; };
#define hlist_empty(head)	(!(head)->first)
#define hlist_for_each_entry_rcu(pos, head, member, cond)		\
	for (pos = env_pos((head)->first, typeof(*pos), member); pos;	\
	     pos = env_pos(pos->member.next, typeof(*pos), member))
#define env_pos(from, type, member)	({				\
	struct hlist_node *node__ = __atomic_load_n(&(from), __ATOMIC_ACQUIRE);	\
	node__ ? (type *)((char *)node__ - offsetof(type, member)) : NULL;	\
})

static inline void hlist_add_head_rcu(struct hlist_node *n, struct hlist_head *head)
{
	n->next = head->first;
	n->pprev = &head->first;
	if (n->next)
		n->next->pprev = &n->next;
	__atomic_store_n(&head->first, n, __ATOMIC_RELEASE);
}

static inline void hlist_del_rcu(struct hlist_node *n)
{
	__atomic_store_n(n->pprev, n->next, __ATOMIC_RELEASE);
	if (n->next)
		n->next->pprev = n->pprev;
}

/* Few buckets, so that chains are long. */
static inline u32 hash_32(u32 val, unsigned int bits)
{
	return val & 1;
}

#define ilog2(n)	(31 - __builtin_clz(n))

static inline u32 reciprocal_scale(u32 val, u32 ep_ro)
{
	return (u64)val * ep_ro >> 32;
}

static inline s64 div_s64_rem(s64 dividend, s32 divisor, s32 *rem)
{
	*rem = dividend % divisor;
	return dividend / divisor;
}

u32 get_random_u32(void);

static inline u16 get_random_u16(void)
{
	return get_random_u32();
}

#endif
