/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows: what an administrator wrote, kept as it came.
 *
 * A row is the payload of its netlink attribute. It is validated once and never changes, so a dump
 * returns exactly what was written. Policies and candidates share rows by reference count. A row
 * that is unchanged from one policy to the next is the same object with the same id. So counters of
 * rules survive a commit, and the rule id in a session stays valid.
 */
#ifndef UMBRA_ROW_H
#define UMBRA_ROW_H

#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/umbra.h>
#include <net/netlink.h>

#include "rate.h"

struct umbra_net;
struct umbra_refusal;

/* A row must fit into a message of a dump, together with its headers. */
#define UMBRA_ROW_BYTES		32768

/**
 * struct umbra_row - one row of one table
 * @refs: held by policies and candidates
 * @id: unique in the namespace, 0 until it is first committed
 * @table: enum umbra_table
 * @hash: of @table and @data, to find equal rows
 * @len: bytes of @data
 * @claimed: already matched with a row of the policy being built; guarded by umbra_net.lock, false
 *	except during a build
 * @hits: rules, relays, nat: sessions opened, and packets passed or refused without one; logs:
 *	packets logged
 * @last_hit: jiffies64 of the last hit, 0 for none. If a long is shorter, a reader may see it half
 *	written, once in some weeks, and then reports a wrong time for once
 * @sessions: rules, relays: live sessions
 * @rate_lock: guards @rate and @missed
 * @rate: rules with a rate: of new sessions; logs: of packets
 * @missed: logs: packets suppressed since the last logged one
 * @rcu: freed after a grace period, because sessions look rows up by id
 * @data: attributes of the row's own set (UMBRA_A_RULE_*, ...)
 */
struct umbra_row {
	refcount_t refs;
	u32 id;
	u8 table;
	bool claimed;
	u32 hash;
	u32 len;
	atomic64_t hits;
	u64 last_hit;
	atomic_t sessions;
	spinlock_t rate_lock;
	struct umbra_rate rate;
	u32 missed;
	struct rcu_head rcu;
	u8 data[] __aligned(4);
};

/* Rows of one table in order. */
struct umbra_rows {
	struct umbra_row **row;
	u32 nr;
	u32 room;
};

/**
 * umbra_row_new() - create a row from its netlink attribute
 * @attr: nest that has passed umbra_row_check()
 * @table: enum umbra_table
 *
 * Context: process.
 * Return: a row with one reference, which is the caller's; or NULL without memory.
 */
struct umbra_row *umbra_row_new(const struct nlattr *attr, u8 table);

static inline struct umbra_row *umbra_row_get(struct umbra_row *row)
{
	refcount_inc(&row->refs);
	return row;
}

/* Context: process. The last put removes the row's id. */
void umbra_row_put(struct umbra_net *un, struct umbra_row *row);

bool umbra_row_equal(const struct umbra_row *a, const struct umbra_row *b);

/* Count a decision by this row. Context: any. */
static inline void umbra_row_hit(struct umbra_row *row)
{
	atomic64_inc(&row->hits);
	WRITE_ONCE(row->last_hit, get_jiffies_64());
}

/* Take the count back: another CPU opened the session first, and the packet belongs to that. */
static inline void umbra_row_unhit(struct umbra_row *row)
{
	atomic64_dec(&row->hits);
}

static inline size_t umbra_row_bytes(const struct umbra_row *row)
{
	return sizeof(*row) + row->len + sizeof(row);
}

#define umbra_row_for_each(attr, row, rem)				\
	nla_for_each_attr(attr, (const struct nlattr *)(row)->data,	\
			  (row)->len, rem)

/* First attribute of @type, or NULL. */
const struct nlattr *umbra_row_attr(const struct umbra_row *row, int type);

/* Text of the attribute, or "". */
const char *umbra_row_text(const struct umbra_row *row, int type);

/* Number in the attribute, or @missing. */
u8 umbra_row_u8(const struct umbra_row *row, int type, u8 missing);
u16 umbra_row_u16(const struct umbra_row *row, int type, u16 missing);
u32 umbra_row_u32(const struct umbra_row *row, int type, u32 missing);

/**
 * umbra_row_check() - check a row by itself
 * @attr: the row's nest, which has passed the generated policy
 * @table: enum umbra_table
 * @why: gets the text of an error
 *
 * What depends on other rows, such as names, is checked when a policy is built.
 *
 * Context: process.
 * Return: 0, -EINVAL, -ERANGE, -E2BIG.
 */
int umbra_row_check(const struct nlattr *attr, u8 table, struct umbra_refusal *why);

/* Insert @row before the row at @position, or at the end if that is nr. Takes the reference. */
int umbra_rows_insert(struct umbra_rows *rows, u32 position, struct umbra_row *row);

/* Remove the row at @position. The caller gets its reference. */
struct umbra_row *umbra_rows_remove(struct umbra_rows *rows, u32 position);

/* Make @to, which is empty, share the rows of @from. */
int umbra_rows_copy(struct umbra_rows *to, const struct umbra_rows *from);
void umbra_rows_free(struct umbra_net *un, struct umbra_rows *rows);

#endif
