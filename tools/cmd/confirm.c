// SPDX-License-Identifier: GPL-2.0
/*
 * confirm, revert - keep the policy that waits for confirmation, or return to the previous one
 */
#include "kernel/nl.h"
#include "out/out.h"
#include "parse/cursor.h"
#include "live/guard.h"
#include "live/pending.h"

#include <errno.h>
#include <string.h>

/* The policy that runs now. */
struct answer {
	uint32_t generation;
	bool runs;
};

static int got_answer(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_POLICY_MAX + 1];
	struct answer *answer = arg;

	if (nla_parse(tb, UMBRA_A_POLICY_MAX, reply->attrs, reply->len, NULL) ||
	    !tb[UMBRA_A_POLICY_GENERATION])
		return -EPROTO;
	answer->generation = nla_get_u32(tb[UMBRA_A_POLICY_GENERATION]);
	answer->runs = tb[UMBRA_A_POLICY_RUNS];
	return 0;
}

static void tell(struct out *out, const char *done, const struct answer *answer)
{
	if (out_is_json(out)) {
		out_record_begin(out, "policy");
		out_string(out, "done", done);
		out_number(out, "generation", answer->generation);
		out_bool(out, "policy", answer->runs);
		out_record_end(out);
		return;
	}
	out_line_begin(out);
	if (answer->runs)
		out_text(out, "done", "%s: policy %u runs", done, answer->generation);
	else
		out_text(out, "done", "there was none before: no policy runs, and traffic is "
			 "untouched");
	out_line_end(out);
}

/* The policy that is meant: the one given, or the waiting one if it was committed from here. */
static int choose(struct fw *fw, const struct fw_args *args, const char *command,
		  uint32_t *generation)
{
	char from[END_TEXT_MAX + 8];
	struct pending pending;
	int ret;

	if (args->argc) {
		const char *text = args->argv[0];

		if (number_parse(&text, UINT32_MAX, generation) && !*text)
			return FW_OK;
		return fw_usage("%s: '%s' is not the number of a policy: give the one that the commit printed",
				command, args->argv[0]);
	}
	ret = pending_read(fw, &pending);
	if (ret)
		return ret;
	*generation = pending.generation;
	if (!pending.seconds || pending_is_own(&pending))
		return FW_OK;
	fw_error("policy %u, which waits for confirmation, was committed %s: if you mean that one, "
		 "say 'fwtool %s %u'", pending.generation, pending_from(&pending, from), command,
		 pending.generation);
	return FW_REFUSED;
}

/* The kernel also refuses root, with EPERM and a text, if the SSH connection would be cut. */
static int fail(const struct unl *nl, const char *failed)
{
	const struct unl_error *error = unl_last_error(nl);

	if (error->code != EPERM || !strcmp(error->text, strerror(EPERM)))
		return unl_fail(nl, failed);
	fw_error("%s: %s, or use --force", failed, error->text);
	return FW_REFUSED;
}

static int ask(struct fw *fw, const struct fw_args *args, uint8_t command,
	       const char *done, const char *failed)
{
	bool guards = command == UMBRA_CMD_REVERT && !fw_option(args, "force");
	struct answer answer = { 0 };
	uint32_t generation = 0;
	struct tuple guard;
	struct nl_msg *msg;
	int ret;

	ret = fw_no_more(args, 1);
	if (!ret)
		ret = fw_connect(fw);
	if (!ret)
		ret = choose(fw, args, command == UMBRA_CMD_REVERT ? "revert" : "confirm",
			     &generation);
	if (ret)
		return ret;
	msg = unl_message(fw->nl, command);
	if (msg)
		nla_put_u32(msg, UMBRA_A_POLICY_GENERATION, generation);
	if (msg && guards && guard_find(&guard))
		tuple_put(msg, UMBRA_A_POLICY_GUARD, &guard);
	if (unl_request_reply(fw->nl, msg, got_answer, &answer))
		return fail(fw->nl, failed);
	tell(fw->out, done, &answer);
	return FW_OK;
}

static int run_confirm(struct fw *fw, const struct fw_args *args)
{
	return ask(fw, args, UMBRA_CMD_CONFIRM, "confirmed, for good",
		   "nothing confirmed");
}

static int run_revert(struct fw *fw, const struct fw_args *args)
{
	return ask(fw, args, UMBRA_CMD_REVERT, "the previous policy is back",
		   "nothing reverted");
}

static const struct fw_option revert_options[] = {
	{ "force", NULL, "return even if it cuts the SSH connection that you type in", 'f' },
	{ NULL, NULL, NULL, 0 },
};

const struct fw_command cmd_confirm = {
	.name = "confirm",
	.synopsis = "[POLICY]",
	.help = "keep the policy that waits for confirmation",
	.details =
		"POLICY is the number that a commit with --confirm SECONDS printed. If\n"
		"another policy waits by then, nothing is confirmed. You can leave POLICY\n"
		"out if you committed it yourself: by SSH from the same address, or both\n"
		"times without SSH. A policy that somebody else committed needs its number.\n"
		"If no confirmation comes in time, the previous policy returns by itself.\n",
	.run = run_confirm,
};

const struct fw_command cmd_revert = {
	.name = "revert",
	.synopsis = "[POLICY]",
	.help = "return to the policy before the one that waits for 'confirm'",
	.details =
		"POLICY is the number of the policy that waits, as for 'confirm'. The one\n"
		"before does not return if it would cut the SSH connection that you type in.\n",
	.options = revert_options,
	.run = run_revert,
};
