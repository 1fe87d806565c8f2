/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a candidate would cut: the live sessions that would end if it were
 * committed. The kernel tells them one by one; those that are printed are kept
 * here, the SSH connection that this was typed in first, then by bytes, so
 * memory is bounded however many there are.
 */
#ifndef UMBRA_TOOL_PREVIEW_H
#define UMBRA_TOOL_PREVIEW_H

#include "base/fwtool.h"
#include "live/session.h"

struct commit;

/* For a command's table of options, next to CANDIDATE_OPTIONS. */
#define PREVIEW_OPTIONS							\
	{ "preview", NULL, "commit nothing; print the sessions that "	\
	  "would end", 'p' },						\
	{ "limit", "N", "print at most N of them (default 100)", 'n' }

/**
 * struct cut - a session that would end
 * @session: as it is now
 * @bytes: that it has carried, both ways
 * @obstacle: enum umbra_obstacle, why
 * @by: the candidate's row that refuses it; position 0: there is none
 * @own: this was typed in it
 */
struct cut {
	struct session session;
	uint64_t bytes;
	struct rule_ref by;
	uint8_t obstacle;
	bool own;
};

/**
 * struct preview - all that is known of them; begin with @limit and all 0
 * @limit: how many to keep at most
 * @cuts: those that were kept
 * @nr: of them
 * @room: for so many
 * @sessions: live ones, whatever becomes of them
 * @ends: those that would end
 * @bytes: what these have carried
 * @guard: the connection that this was typed in
 * @guarded: there is one
 * @guard_ends: a commit would be refused because of it
 * @names: of rows and interfaces
 */
struct preview {
	uint64_t limit;
	struct cut *cuts;
	size_t nr;
	size_t room;
	uint64_t sessions;
	uint64_t ends;
	uint64_t bytes;
	struct tuple guard;
	bool guarded;
	bool guard_ends;
	struct session_names names;
};

/* Read PREVIEW_OPTIONS into @commit. Return: FW_OK or FW_USAGE. */
int preview_options(const struct fw_args *args, struct commit *commit);

/**
 * preview_ask() - ask for them; the candidate is on @nl
 * @nl: connection
 * @commit: how it would be committed; its preview is filled in
 *
 * Return: 0, and preview_tell() must follow; or a negative errno, as
 * candidate_commit().
 */
int preview_ask(struct unl *nl, struct commit *commit);

/**
 * preview_tell() - print them, and forget them
 * @fw: printer
 * @preview: as preview_ask() has left it
 *
 * Return: FW_OK, or FW_CUTS_OWN.
 */
int preview_tell(struct fw *fw, struct preview *preview);

/* Keep @cut, or what it is not worth. Return: 0 or -ENOMEM. For tests. */
int preview_keep(struct preview *preview, const struct cut *cut);

/* What is kept, in the order in which it is printed. For tests. */
void preview_sort(struct preview *preview);

void preview_free(struct preview *preview);

#endif
