// SPDX-License-Identifier: GPL-2.0
/*
 * confirm, revert - keep a policy that waits for it, or go back
 */
#include "fwtool.h"

#include <errno.h>

static int got_generation(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_POLICY_MAX + 1];
	uint32_t *generation = arg;

	if (nla_parse(tb, UMBRA_A_POLICY_MAX, reply->attrs, reply->len, NULL))
		return -EPROTO;
	if (tb[UMBRA_A_POLICY_GENERATION])
		*generation = nla_get_u32(tb[UMBRA_A_POLICY_GENERATION]);
	return 0;
}

static void tell(struct out *out, const char *done, uint32_t generation)
{
	if (out_is_json(out)) {
		out_record_begin(out, "policy");
		out_string(out, "done", done);
		out_number(out, "generation", generation);
		out_record_end(out);
		return;
	}
	out_line_begin(out);
	out_text(out, "done", "%s: policy %u runs", done, generation);
	out_line_end(out);
}

static int ask(struct fw *fw, const struct fw_args *args, uint8_t command,
	       const char *done, const char *failed)
{
	uint32_t generation = 0;
	int ret;

	ret = fw_no_more(args, 0);
	if (!ret)
		ret = fw_connect(fw);
	if (ret)
		return ret;
	if (unl_request_reply(fw->nl, unl_message(fw->nl, command),
			      got_generation, &generation))
		return unl_fail(fw->nl, failed);
	tell(fw->out, done, generation);
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

const struct fw_command cmd_confirm = {
	.name = "confirm",
	.synopsis = "",
	.help = "keep the running policy, which waits for this",
	.details =
		"After a commit with --confirm SECONDS. Without it the previous policy\n"
		"returns by itself.\n",
	.run = run_confirm,
};

const struct fw_command cmd_revert = {
	.name = "revert",
	.synopsis = "",
	.help = "return to the policy before the one that waits for 'confirm'",
	.run = run_revert,
};
