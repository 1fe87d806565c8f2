// SPDX-License-Identifier: GPL-2.0
/*
 * refresh - resolve the DNS names of the running policy again, and update local time
 *
 * Local time is sent first, without a commit. The kernel keeps its offsets for two years; time
 * classes use them.
 *
 * The rows whose addresses changed then replace their old versions in a copy of the running
 * policy. The copy is committed, unless no row changed.
 */
#include "kernel/nl.h"
#include "live/candidate.h"
#include "live/pending.h"
#include "out/out.h"
#include "policy/resolve.h"
#include "live/rows.h"
#include "live/zone.h"

#include <errno.h>

static const struct fw_option options[] = {
	CANDIDATE_OPTIONS,
	{ NULL, NULL, NULL, 0 },
};

static const enum umbra_table tables[] = {
	UMBRA_TABLE_NETWORK, UMBRA_TABLE_RELAY,
};

/* Put the changed rows into the candidate. Return: 0, or as candidate_add(). */
static int send_changed(struct unl *nl, const struct policy *p)
{
	size_t table, i;
	int err = 0;

	for (table = 0; table < sizeof(tables) / sizeof(*tables); table++) {
		const struct row_list *list = &p->tables[tables[table]];

		for (i = 0; !err && i < list->nr; i++) {
			if (!list->row[i].changed)
				continue;
			err = candidate_delete(nl, tables[table], i);
			if (!err)
				err = candidate_add(nl, &list->row[i],
						    i + 1 < list->nr ? i :
						    CANDIDATE_END);
		}
	}
	return err;
}

static size_t count_changed(const struct policy *p)
{
	size_t table, i, nr = 0;

	for (table = 0; table < sizeof(tables) / sizeof(*tables); table++)
		for (i = 0; i < p->tables[tables[table]].nr; i++)
			nr += p->tables[tables[table]].row[i].changed;
	return nr;
}

static int commit_changed(struct fw *fw, const struct policy *p,
			  struct commit *commit, bool *again)
{
	int err;

	if (candidate_new(fw->nl, true, &commit->base))
		return unl_fail(fw->nl, "cannot open a candidate");
	*again = commit->base != p->generation;
	if (*again)
		return FW_REFUSED;
	if (send_changed(fw->nl, p))
		return unl_fail(fw->nl, "cannot change the rows");
	err = candidate_commit(fw->nl, commit);
	*again = err == -ESTALE;
	return !err ? FW_OK : *again ? FW_REFUSED : candidate_fail(fw->nl);
}

static void tell(struct out *out, const struct resolve *how, size_t changed,
		 const struct commit *commit)
{
	if (out_is_json(out)) {
		out_record_begin(out, "refresh");
		out_number(out, "resolved", how->resolved);
		out_number(out, "kept", how->kept);
		out_number(out, "changed_rows", changed);
		if (changed)
			out_number(out, "generation", commit->generation);
		out_record_end(out);
		return;
	}
	out_line_begin(out);
	out_text(out, "names", "%u name%s resolved, %u kept:", how->resolved,
		 how->resolved == 1 ? "" : "s", how->kept);
	if (changed)
		out_text(out, "changed", "%zu row%s changed, policy %u runs",
			 changed, changed == 1 ? "" : "s",
			 commit->generation);
	else
		out_text(out, "changed", "nothing changed");
	out_line_end(out);
}

/*
 * While a policy waits for confirmation, refresh without --confirm changes nothing, not even local
 * time. The kernel would refuse the commit, too.
 */
static int refuse_waiting(struct fw *fw, const struct commit *commit)
{
	struct pending pending;
	int ret = pending_read(fw, &pending);

	if (ret || !pending.seconds || commit->confirm)
		return ret;
	fw_error("refresh: policy %u waits for confirmation: confirm or revert it first, or "
		 "commit with --confirm", pending.generation);
	return FW_REFUSED;
}

/* Read the running policy. If it has time classes, send local time to the kernel. */
static int fetch(struct fw *fw, struct policy *p)
{
	int ret = rows_read(fw, p);

	if (ret)
		return ret;
	if (p->tables[UMBRA_TABLE_TIME].nr && zone_send(fw->nl))
		return unl_fail(fw->nl, "cannot tell the kernel the local time");
	return FW_OK;
}

static int attempt(struct fw *fw, const struct fw_args *args,
		   struct commit *commit, const void *arg, bool *again)
{
	struct report report = { .to = stderr, .prefix = "fwtool" };
	struct resolve how = { .again = true };
	struct policy policy = { 0 };
	size_t changed = 0;
	int err, ret;

	(void)args;
	(void)arg;
	ret = refuse_waiting(fw, commit);
	if (!ret)
		ret = fetch(fw, &policy);
	if (ret) {
		policy_free(&policy);
		return ret;
	}
	policy_place_rows(&policy);
	err = policy_resolve(&policy, &how, &report);
	if (err == -ENOMEM)
		fw_error("refresh: out of memory");
	if (!err)
		changed = count_changed(&policy);
	if (changed)
		ret = commit_changed(fw, &policy, commit, again);
	if (err)
		ret = FW_REFUSED;
	if (!ret)
		tell(fw->out, &how, changed, commit);
	if (!ret && how.kept && !how.resolved)
		ret = FW_REFUSED;
	policy_free(&policy);
	return ret;
}

static int run(struct fw *fw, const struct fw_args *args)
{
	int ret = fw_no_more(args, 0);

	return ret ? ret : commit_attempts(fw, args, attempt, NULL);
}

const struct fw_command cmd_refresh = {
	.name = "refresh",
	.synopsis = "",
	.help = "resolve the DNS names of the running policy again, and update local time",
	.details =
		"Commits the networks and relays whose addresses changed; if none did, it\n"
		"commits nothing. These keep the addresses that they had, with a warning:\n"
		"a name that does not resolve, a row that has no room for more addresses,\n"
		"and, of a name that resolves for IPv4 or IPv6 only, the other family. The\n"
		"exit status is 1 only if no name resolved. An address that a name does not\n"
		"have any more stays for an hour. If the policy has time classes, the kernel\n"
		"also gets the local time, now and for the next two years.\n",
	.options = options,
	.run = run,
};
