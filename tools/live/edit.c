// SPDX-License-Identifier: GPL-2.0
#include "live/edit.h"

#include "kernel/nl.h"
#include "live/candidate.h"
#include "check/check.h"
#include "parse/nat_end.h"
#include "policy/resolve.h"
#include "live/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void edit_remove(struct edit *e, enum umbra_table table, size_t position)
{
	policy_remove(&e->policy, table, position);
	e->table = table;
	e->removes = true;
	e->removed = position;
}

int edit_insert(struct edit *e, const struct row *row, size_t position)
{
	size_t nr = e->policy.tables[row->table].nr;

	if (policy_insert(&e->policy, position, row)) {
		fw_error("out of memory");
		return FW_REFUSED;
	}
	e->table = row->table;
	e->adds = true;
	e->added = position < nr ? position : nr;
	return FW_OK;
}

static int check(struct fw *fw, struct edit *e)
{
	struct resolve how = { .fetch = candidate_running, .arg = fw };
	int err;

	/* Errors name rows by their positions after the change. */
	policy_place_rows(&e->policy);
	err = policy_bind_ends(&e->policy, &e->report);
	if (!err)
		err = policy_resolve(&e->policy, &how, &e->report);
	if (!err)
		err = policy_check(&e->policy, &e->report);
	if (err == -ENOMEM)
		fw_error("out of memory");
	return err ? FW_REFUSED : FW_OK;
}

static int send_added(struct unl *nl, struct edit *e)
{
	const struct row_list *list = &e->policy.tables[e->table];
	const struct row *row = &list->row[e->added];
	int err;

	err = candidate_add(nl, row, e->added + 1 < list->nr ? e->added :
						 CANDIDATE_END);
	if (err == -EMSGSIZE) {
		report_error(&e->report, row->place, "row too large",
			     row_name(row), "fewer items in one row");
		return FW_REFUSED;
	}
	return err ? unl_fail(nl, "cannot add the row") : FW_OK;
}

static int send_change(struct unl *nl, struct edit *e)
{
	if (e->removes && candidate_delete(nl, e->table, e->removed))
		return unl_fail(nl, "cannot delete the row");
	return e->adds ? send_added(nl, e) : FW_OK;
}

/* Return: enum fw_exit; sets *again when another commit came in between. */
static int attempt(struct fw *fw, struct edit *e, struct commit *commit,
		   int (*plan)(struct edit *edit), bool *again)
{
	int err, ret;

	if (candidate_new(fw->nl, true, &commit->base))
		return unl_fail(fw->nl, "cannot open a candidate");
	ret = rows_read(fw, &e->policy);
	if (ret)
		return ret;
	*again = policy_rows(&e->policy) &&
		 e->policy.generation != commit->base;
	if (*again)
		return FW_REFUSED;
	ret = plan(e);
	if (!ret)
		ret = check(fw, e);
	if (!ret)
		ret = send_change(fw->nl, e);
	if (ret)
		return ret;
	commit->timed = e->policy.tables[UMBRA_TABLE_TIME].nr;
	err = candidate_commit(fw->nl, commit);
	*again = err == -ESTALE;
	return !err ? FW_OK : *again ? FW_REFUSED : candidate_fail(fw->nl);
}

/* Make an attempt; print its errors and warnings only if it is not repeated. */
static int attempt_told(struct fw *fw, const struct fw_args *args,
			struct commit *commit, const void *arg, bool *again)
{
	struct edit e = { .args = args, .report.prefix = "fwtool" };
	const struct edit_plan *plan = arg;
	char *text = NULL;
	size_t size;
	int ret;

	e.report.to = open_memstream(&text, &size);
	if (!e.report.to) {
		fw_error("out of memory");
		return FW_REFUSED;
	}
	ret = attempt(fw, &e, commit, plan->change, again);
	if (!fclose(e.report.to) && !*again)
		fputs(text, stderr);
	if (!ret)
		ret = commit_tell(fw, commit, e.done);
	free(text);
	policy_free(&e.policy);
	return ret;
}

int edit_run(struct fw *fw, const struct fw_args *args,
	     const struct edit_plan *plan)
{
	return commit_attempts(fw, args, attempt_told, plan);
}
