// SPDX-License-Identifier: GPL-2.0
/*
 * load - replace the running policy by the one in a file
 */
#include "beside/beside.h"
#include "kernel/nl.h"
#include "live/candidate.h"
#include "check/check.h"

#include <errno.h>
#include <string.h>

static const struct fw_option options[] = {
	CANDIDATE_OPTIONS,
	PREVIEW_OPTIONS,
	{ NULL, NULL, NULL, 0 },
};

static int commit_policy(struct fw *fw, const struct policy *p,
			 struct commit *commit, struct report *report)
{
	int ret = fw_connect(fw);

	if (ret)
		return ret;
	if (candidate_new(fw->nl, false, &commit->base))
		return unl_fail(fw->nl, "cannot open a candidate");
	ret = candidate_add_all(fw->nl, p, report);
	if (ret)
		return ret;
	commit->timed = p->tables[UMBRA_TABLE_TIME].nr;
	return candidate_commit(fw->nl, commit) ?
	       candidate_fail_at(fw->nl, p, report) : FW_OK;
}

static int run(struct fw *fw, const struct fw_args *args)
{
	struct report report = { .to = stderr, .prefix = "fwtool" };
	struct resolve how = { .fetch = candidate_running, .arg = fw };
	struct policy policy = { 0 };
	struct commit commit;
	char done[256];
	int ret, err;

	if (!args->argc)
		return fw_usage("load: which file? Give FILE, or - for standard "
				"input");
	ret = fw_no_more(args, 1);
	if (!ret)
		ret = commit_options(args, &commit);
	if (ret)
		return ret;
	err = policy_read(&policy, args->argv[0], &how, &report);
	if (err == -ENOMEM)
		fw_error("load: out of memory");
	ret = err ? FW_REFUSED : commit_policy(fw, &policy, &commit, &report);
	if (!ret) {
		check_beside(&policy, &report);
		snprintf(done, sizeof(done), "loaded %s",
			 strcmp(args->argv[0], "-") ? args->argv[0] :
			 "standard input");
		ret = commit_tell(fw, &commit, done);
	}
	policy_free(&policy);
	return ret;
}

const struct fw_command cmd_load = {
	.name = "load",
	.synopsis = "FILE",
	.help = "replace the running policy by the one in a file",
	.details =
		"umbra.conf(5) describes the policy in FILE; - is standard input. The whole\n"
		"policy is checked first. If it has any error, the running policy stays.\n"
		"With --preview the running policy stays in any case, and the sessions are\n"
		"printed that the new one would cut: first the SSH connection that you type\n"
		"in, then the others by their bytes. Like 'check', warns of what else\n"
		"handles packets on this machine.\n",
	.options = options,
	.words = "@files",
	.run = run,
};
