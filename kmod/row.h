/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows: what an administrator wrote, one line each, kept as it came.
 *
 * A row is the payload of its netlink attribute, validated once and never
 * changed, so that a dump gives back exactly what was written. Policies and
 * candidates share rows by reference count. A row that is unchanged from one
 * policy to the next is the same object with the same id: this is how rule
 * counters survive a commit, and what the rule id in a session means.
 */
#ifndef UMBRA_ROW_H
#define UMBRA_ROW_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct umbra_net;

/**
 * struct umbra_row - one row of one table
 * @refs: policies and candidates that have it
 * @id: unique in the namespace, 0 until it is first committed
 * @table: enum umbra_table
 * @hash: of @table and @data, to find equal rows
 * @len: bytes of @data
 * @hits: rules: sessions and stateless packets decided
 * @last_hit: rules: jiffies64 of the last one, 0 for none
 * @sessions: rules: live sessions
 * @rate_lock: guards @tokens and @filled
 * @tokens: rules with a rate: sessions that may begin now
 * @filled: rules with a rate: jiffies when @tokens was last filled
 * @rcu: freed after a grace period, for sessions look rows up by id
 * @data: attributes of the row's own set (UMBRA_A_RULE_*, ...)
 */
struct umbra_row {
	refcount_t refs;
	u32 id;
	u8 table;
	u32 hash;
	u32 len;
	atomic64_t hits;
	u64 last_hit;
	atomic_t sessions;
	spinlock_t rate_lock;
	u32 tokens;
	unsigned long filled;
	struct rcu_head rcu;
	u8 data[] __aligned(4);
};

/* Rows of one table in order. */
struct umbra_rows {
	struct umbra_row **row;
	u32 nr;
	u32 room;
};

#endif
