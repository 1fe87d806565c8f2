/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One change to the running policy. fwtool reads the policy, changes it and
 * checks the result. Then it makes the same change to a candidate, which begins
 * as a copy of the running policy, and commits the candidate. If another commit
 * came in between, all of this is done again from the new policy, so that two
 * changes at the same time are both kept.
 */
#ifndef UMBRA_TOOL_EDIT_H
#define UMBRA_TOOL_EDIT_H

#include "base/fwtool.h"
#include "policy/policy.h"

struct edit {
	const struct fw_args *args;
	struct report report;
	struct policy policy;	/* the running policy, then the changed one */
	enum umbra_table table;
	bool removes;		/* first, remove row @removed, counted from 0 */
	size_t removed;
	bool adds;		/* then, add a row as @added, counted from 0 */
	size_t added;
	char done[256];		/* the change as text, for people */
};

/**
 * struct edit_plan - what a command changes
 * @change: changes edit->policy with edit_remove() and edit_insert(), each at
 *	most once and in this order, and writes edit->done; returns FW_OK, or
 *	another enum fw_exit after printing what is wrong
 */
struct edit_plan {
	int (*change)(struct edit *edit);
};

/**
 * edit_run() - plan a change, commit it and print it
 * @fw: this run
 * @args: command line with CANDIDATE_OPTIONS
 * @plan: the change
 *
 * Return: enum fw_exit.
 */
int edit_run(struct fw *fw, const struct fw_args *args,
	     const struct edit_plan *plan);

void edit_remove(struct edit *e, enum umbra_table table, size_t position);
int edit_insert(struct edit *e, const struct row *row, size_t position);

/* Set @table to the table that @word names. Return: FW_OK or FW_USAGE. */
int edit_table(const char *word, enum umbra_table *table);

/**
 * edit_find() - find a row by its position, from 1, or its name
 * @e: edit
 * @table: which table
 * @word: position or name
 * @position: the row's, from 0
 *
 * Return: FW_OK; FW_REFUSED after printing that no row or more than one fits.
 */
int edit_find(struct edit *e, enum umbra_table table, const char *word,
	      size_t *position);

/**
 * edit_find_row() - find the row that has the same text as @row
 * @e: edit
 * @row: a row that was parsed
 * @position: the first such row's, from 0
 *
 * Return: FW_OK; FW_REFUSED after printing that no row or more than one fits.
 */
int edit_find_row(struct edit *e, const struct row *row, size_t *position);

#endif
