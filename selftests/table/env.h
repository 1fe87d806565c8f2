/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel functions that the table in kmod/session/ uses, for user space. Each header that it names
 * is a stub that leads here (Makefile).
 *
 * There is one thread. Before each store that a reader without a lock may see, and in each grace period,
 * env_step() is called. In it a test does what a reader would do at that moment.
 */
#ifndef UMBRA_SELFTEST_TABLE_ENV_H
#define UMBRA_SELFTEST_TABLE_ENV_H

#include <errno.h>
#include <netinet/in.h>
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

extern void (*env_step)(void);
#define env_then(store)		do { env_step(); store; } while (0)

/* A kernel has one of the two. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#undef __BIG_ENDIAN
#endif

#define __rcu
#define __force
#define __acquires(x)
#define __releases(x)
#define __acquire(x)		((void)(x))
#define __release(x)		((void)(x))
#define noinline		__attribute__((noinline))
#undef __aligned
#define __aligned(n)		__attribute__((aligned(n)))
#define ____cacheline_aligned	__aligned(64)
#undef static_assert
#define static_assert(cond)	_Static_assert(cond, #cond)
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)
#define container_of(p, type, member)	((type *)((char *)(p) - offsetof(type, member)))
#define unlikely(x)		(x)
#define likely(x)		(x)
#define swap(a, b)		do { typeof(a) a__ = (a); (a) = (b); (b) = a__; } while (0)
#define max(a, b)		((a) > (b) ? (a) : (b))
#define clamp_t(type, x, low, high)	\
	((type)(x) < (type)(low) ? (type)(low) : (type)(x) > (type)(high) ? (type)(high) : (type)(x))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof(*(a)))
#define U32_MAX			UINT32_MAX
#define HZ			100
#define jiffies			0UL
#define GFP_KERNEL_ACCOUNT	0
#define struct_size(p, member, n)	(sizeof(*(p)) + (n) * sizeof((p)->member[0]))
#define WARN_ON_ONCE(cond)	((void)(cond))
#define RCU_LOCKDEP_WARN(cond, text)	((void)0)
#define lockdep_assert_held(lock)	((void)(lock))
#define prefetch(p)		((void)(p))
#define prefetchw(p)		((void)(p))
#define __ffs64(x)		((u32)__builtin_ctzll(x))

static inline u32 ror32(u32 word, unsigned int shift)
{
	return word >> shift | word << (32 - shift);
}

static inline u32 roundup_pow_of_two(u32 n)
{
	return n < 2 ? 1 : 1U << (32 - __builtin_clz(n - 1));
}

/* Stores that readers may see, and their reads. */
#define READ_ONCE(x)			(*(volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val)		env_then((x) = (val))
#define RCU_INIT_POINTER(p, val)	env_then((p) = (val))
#define rcu_assign_pointer(p, val)	env_then((p) = (val))
#define smp_store_release(p, val)	env_then(*(p) = (val))
#define smp_load_acquire(p)		(*(p))
#define rcu_dereference(p)		(p)
#define rcu_dereference_protected(p, cond)	(p)
#define rcu_access_pointer(p)		(p)
#define unrcu_pointer(p)		(p)
#define smp_wmb()			((void)0)
#define smp_rmb()			((void)0)
#define cpu_relax()			abort()		/* the test waits for nobody */
#define cond_resched()			((void)0)
#define synchronize_rcu()		env_step()
#define rcu_read_lock()			((void)0)
#define rcu_read_unlock()		((void)0)
#define local_bh_disable()		((void)0)
#define local_bh_enable()		((void)0)
#define preempt_disable()		((void)0)
#define preempt_enable()		((void)0)
struct rcu_head { char unused; };
#define kvfree_rcu(p, field)		do { env_step(); free(p); } while (0)

typedef struct { int counter; } atomic_t;
#define atomic_set(a, n)		((a)->counter = (n))
#define atomic_read(a)			((a)->counter)
#define atomic_read_acquire(a)		((a)->counter)
#define atomic_inc(a)			env_then((a)->counter++)
#define atomic_dec(a)			env_then((a)->counter--)
#define atomic_add(n, a)		env_then((a)->counter += (n))

static inline int atomic_fetch_add_release(int n, atomic_t *a)
{
	env_step();
	a->counter += n;
	return a->counter - n;
}

#define atomic_fetch_inc_release(a)	atomic_fetch_add_release(1, a)

typedef struct { char unused; } spinlock_t;
#define spin_lock_init(lock)		((void)(lock))
#define spin_lock(lock)			((void)(lock))
#define spin_lock_nested(lock, n)	((void)(lock))
#define spin_unlock(lock)		((void)(lock))

static inline void *env_zalloc(size_t size)
{
	size = (size + 63) / 64 * 64;
	return memset(aligned_alloc(64, size), 0, size);
}

#define kvzalloc(size, gfp)		env_zalloc(size)
#define kvmalloc_array(n, size, gfp)	calloc(n, size)
#define kvfree(p)			free(p)

/* A work is run by the test. */
struct work_struct { void (*fn)(struct work_struct *work); };
struct delayed_work { struct work_struct work; };
#define to_delayed_work(w)		container_of(w, struct delayed_work, work)
#define INIT_DELAYED_WORK(d, f)		((d)->work.fn = (f))
#define queue_delayed_work(wq, d, delay)	((void)(d))
#define delayed_work_pending(d)		((void)(d), true)
#define flush_delayed_work(d)		((void)(d))
#define cancel_delayed_work_sync(d)	((void)(d))
#define current_work()			NULL

/* The hash of a key is the smaller one of its addresses, so the test chooses it. */
typedef struct { u64 key[2]; } hsiphash_key_t;
#define get_random_bytes(p, n)		((void)(p))
#define hsiphash_4u32(a, b, c, d, key)	((void)(b), (void)(c), (void)(d), (a))
#define hsiphash(p, n, key)		((void)(p), 0U)

#endif
