/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One change to the running policy. The policy is read, changed and checked
 * here, then the same change is made to a candidate that began as a copy of
 * it, and committed. When another commit came in between, all of that is done
 * again from the new policy, so that two changes at once cannot lose one.
 */
#ifndef UMBRA_TOOL_EDIT_H
#define UMBRA_TOOL_EDIT_H

#include "base/fwtool.h"
#include "policy/policy.h"

struct edit {
	const struct fw_args *args;
	struct report report;
	struct policy policy;	/* what runs; then, what shall run */
	enum umbra_table table;
	bool removes;		/* a row goes from position @removed, */
	size_t removed;
	bool adds;		/* and then one comes to @added; from 0 */
	size_t added;
	char done[256];		/* for a person: what the change was */
};

/**
 * struct edit_plan - what a command changes
 * @change: changes edit->policy with edit_remove() and edit_insert(), each at
 *	most once and in this order, and writes edit->done; returns an enum
 *	fw_exit after printing what is wrong
 */
struct edit_plan {
	int (*change)(struct edit *edit);
};

/**
 * edit_run() - plan a change, make it and say so
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

/* The table a word names, in @table. Return: FW_OK or FW_USAGE. */
int edit_table(const char *word, enum umbra_table *table);

/**
 * edit_find() - the row that a position, from 1, or a name stands for
 * @e: edit
 * @table: which table
 * @word: position or name
 * @position: the row's, from 0
 *
 * Return: FW_OK, or FW_REFUSED after printing that there is none or more
 * than one.
 */
int edit_find(struct edit *e, enum umbra_table table, const char *word,
	      size_t *position);

/**
 * edit_find_row() - the row that says the same as @row
 * @e: edit
 * @row: a row that was parsed
 * @position: the first such row's, from 0
 *
 * Return: FW_OK, or FW_REFUSED after printing that there is none or more
 * than one.
 */
int edit_find_row(struct edit *e, const struct row *row, size_t *position);

#endif
