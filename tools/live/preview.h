/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live sessions that would end if a candidate were committed. The kernel
 * sends them one by one; only those to be printed are kept, so that memory is
 * bounded. The SSH connection in which fwtool runs comes first, then the others
 * by bytes.
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
 * @bytes: carried so far, both ways
 * @obstacle: enum umbra_obstacle: why it would end
 * @by: the candidate's row that refuses it; position 0: no row
 * @own: the SSH connection in which fwtool runs
 */
struct cut {
	struct session session;
	uint64_t bytes;
	struct rule_ref by;
	uint8_t obstacle;
	bool own;
};

/**
 * struct preview - the sessions that would end; begin with @limit and all 0
 * @limit: how many to keep at most
 * @cuts: the sessions that were kept
 * @nr: number of @cuts
 * @room: how many @cuts has room for
 * @sessions: number of all live sessions
 * @ends: number of sessions that would end
 * @bytes: carried by those that would end
 * @guard: the SSH connection in which fwtool runs
 * @guarded: there is one
 * @guard_ends: a commit would be refused because of @guard
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
 * preview_ask() - ask the kernel which sessions would end
 * @nl: connection, with the candidate
 * @commit: how it would be committed; its preview is filled in
 *
 * Return: 0, and preview_tell() must follow; or a negative errno, as
 * candidate_commit().
 */
int preview_ask(struct unl *nl, struct commit *commit);

/**
 * preview_tell() - print the preview, and free it
 * @fw: printer
 * @preview: filled in by preview_ask()
 *
 * Return: FW_OK, or FW_CUTS_OWN.
 */
int preview_tell(struct fw *fw, struct preview *preview);

/* Count @cut, and keep it if it is to be printed. Return: 0 or -ENOMEM. For tests. */
int preview_keep(struct preview *preview, const struct cut *cut);

/* Sort the kept sessions in the order in which they are printed. For tests. */
void preview_sort(struct preview *preview);

void preview_free(struct preview *preview);

#endif
