/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A candidate of this connection: open it, fill it, commit it. The kernel drops
 * it when the connection is closed, so a command that fails cleans nothing up.
 */
#ifndef UMBRA_TOOL_CANDIDATE_H
#define UMBRA_TOOL_CANDIDATE_H

#include "base/fwtool.h"
#include "kernel/nl.h"
#include "policy/policy.h"
#include "live/preview.h"

/* The running policy, as the fetch function of struct resolve; @arg is the struct fw. */
int candidate_running(struct policy *p, void *arg);

/* The options of every command that commits, for its table of options. */
#define CANDIDATE_OPTIONS						\
	{ "confirm", "SECONDS", "return to the previous policy unless "	\
	  "confirmed in time", 'c' },					\
	{ "keep-sessions", NULL, "do not judge running sessions by the "	\
	  "new policy", 'k' },						\
	{ "force", NULL, "commit even if it cuts the SSH connection "	\
	  "that you type in", 'f' }

/* How to commit, and the result. */
struct commit {
	uint32_t base;		/* generation that the candidate began with */
	uint32_t confirm;	/* seconds; 0: no confirmation is needed */
	bool keep_sessions;
	bool force;
	bool check;		/* compile only */
	bool timed;		/* the policy has time classes: send local time, too */
	bool previews;		/* commit nothing, fill in @preview */
	struct preview preview;
	uint32_t generation;	/* of the new policy */
};

/* Read CANDIDATE_OPTIONS, and PREVIEW_OPTIONS. Return: FW_OK or FW_USAGE. */
int commit_options(const struct fw_args *args, struct commit *commit);

/**
 * commit_attempts() - commit a change that is based on the running policy
 * @fw: this run; connected here
 * @args: command line with CANDIDATE_OPTIONS
 * @attempt: one attempt; if another commit came first, it sets *again and
 *	returns FW_REFUSED, and is called again for the new policy
 * @arg: passed to @attempt
 *
 * Return: enum fw_exit; FW_REFUSED, with an error, if another commit came first every time.
 */
int commit_attempts(struct fw *fw, const struct fw_args *args,
		    int (*attempt)(struct fw *fw, const struct fw_args *args,
				   struct commit *commit, const void *arg,
				   bool *again),
		    const void *arg);

/**
 * candidate_new() - open a candidate
 * @nl: connection
 * @clone: begin with the rows of the running policy
 * @generation: set to the running policy's
 *
 * Return: 0 or a negative errno, for unl_fail().
 */
int candidate_new(struct unl *nl, bool clone, uint32_t *generation);

#define CANDIDATE_END	UINT32_MAX

/* Add a row at @position, from 0, or at CANDIDATE_END. Return: 0 or -errno. */
int candidate_add(struct unl *nl, const struct row *row, uint32_t position);
int candidate_delete(struct unl *nl, enum umbra_table table,
		     uint32_t position);

/**
 * candidate_add_all() - add every row of a policy
 * @nl: connection
 * @p: policy
 * @report: gets the rows that the kernel refused, by file and line
 *
 * Return: FW_OK; FW_REFUSED or FW_UNAVAILABLE after printing why.
 */
int candidate_add_all(struct unl *nl, const struct policy *p,
		      struct report *report);

/**
 * candidate_commit() - commit the candidate, or preview the commit
 * @nl: connection
 * @commit: how; gets the new generation
 *
 * Sends the SSH connection in which fwtool runs, if any. With commit->confirm,
 * the kernel notes it as the one in which the policy was committed. Otherwise
 * the kernel guards it, unless commit->force or commit->check is set.
 *
 * Return: 0 or a negative errno, for candidate_fail(); -ESTALE when another
 * commit came first.
 */
int candidate_commit(struct unl *nl, struct commit *commit);

/* Print why the commit failed, with the remedy. Return: as unl_fail(). */
int candidate_fail(const struct unl *nl);

/**
 * candidate_fail_at() - the same, by file and line if the error names a row
 * @nl: connection
 * @p: policy whose rows the candidate has
 * @report: gets the error, with the place where the row was written
 *
 * Return: as unl_fail().
 */
int candidate_fail_at(const struct unl *nl, const struct policy *p,
		      struct report *report);

/**
 * commit_tell() - print what was done, or the preview
 * @fw: printer
 * @commit: the result
 * @done: such as "added rule 3"
 *
 * Return: FW_OK, or as preview_tell() for a preview.
 */
int commit_tell(struct fw *fw, struct commit *commit, const char *done);

#endif
