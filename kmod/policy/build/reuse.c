// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: reuse rows of the running policy.
 *
 * A row that is equal to a row of the running policy is replaced by that row, so its id and its
 * counters continue. Equal rows are matched in order, the first with the first. Rows that the
 * candidate already shares with the running policy are matched with themselves.
 */
#include "policy/build/build.h"
#include "umbra.h"

#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>

/* Rows of the running policy by content: equal rows form a list, in order. */
struct stock {
	const struct umbra_rows *running;
	u32 *sample;			/* by slot: a row with the slot's content */
	u32 *head;			/* by slot: the first unclaimed row with that content */
	u32 *next;			/* by row: the next equal row */
	u32 mask;
};

static u32 stock_slot(const struct stock *s, const struct umbra_row *row)
{
	u32 i = row->hash & s->mask;

	while (s->sample[i] != UMBRA_NONE &&
	       !umbra_row_equal(s->running->row[s->sample[i]], row))
		i = (i + 1) & s->mask;
	return i;
}

static void stock_free(struct stock *s)
{
	kvfree(s->sample);
	kvfree(s->head);
	kvfree(s->next);
}

static int stock_fill(struct stock *s, const struct umbra_rows *running)
{
	u32 slots = roundup_pow_of_two(2 * running->nr + 2);
	u32 i;

	s->running = running;
	s->mask = slots - 1;
	s->sample = umbra_build_alloc(slots, sizeof(u32));
	s->head = umbra_build_alloc(slots, sizeof(u32));
	s->next = umbra_build_alloc(running->nr, sizeof(u32));
	if (!s->sample || !s->head || !s->next)
		return -ENOMEM;
	memset(s->sample, 0xff, slots * sizeof(u32));
	memset(s->head, 0xff, slots * sizeof(u32));
	for (i = running->nr; i-- > 0;) {
		u32 slot = stock_slot(s, running->row[i]);

		s->sample[slot] = i;
		s->next[i] = s->head[slot];
		s->head[slot] = i;
		cond_resched();
	}
	return 0;
}

static struct umbra_row *stock_take(struct stock *s, const struct umbra_row *like)
{
	u32 slot = stock_slot(s, like);
	u32 i = s->head[slot];

	while (i != UMBRA_NONE && s->running->row[i]->claimed)
		i = s->next[i];
	s->head[slot] = i == UMBRA_NONE ? i : s->next[i];
	return i == UMBRA_NONE ? NULL : s->running->row[i];
}

static void rows_claim(const struct umbra_rows *rows, bool claimed)
{
	u32 i;

	for (i = 0; i < rows->nr; i++)
		if (rows->row[i]->id)
			rows->row[i]->claimed = claimed;
}

/**
 * umbra_rows_reuse() - replace rows by equal rows of the running policy
 * @un: namespace
 * @rows: rows of the policy being built
 * @running: same table of the running policy
 *
 * Only rows without an id are replaced. They belong only to their candidate.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0 or -ENOMEM.
 */
int umbra_rows_reuse(const struct umbra_net *un, struct umbra_rows *rows,
		     const struct umbra_rows *running)
{
	struct stock s = {};
	int err = stock_fill(&s, running);
	u32 i;

	lockdep_assert_held(&un->lock);
	if (err)
		goto out;
	rows_claim(rows, true);
	for (i = 0; i < rows->nr; i++) {
		struct umbra_row *row = rows->row[i]->id ? NULL : stock_take(&s, rows->row[i]);

		if (row) {
			/* This is not the last reference: the candidate has one. */
			refcount_dec(&rows->row[i]->refs);
			rows->row[i] = umbra_row_get(row);
		}
		cond_resched();
	}
	rows_claim(rows, false);
out:
	stock_free(&s);
	return err;
}
