// SPDX-License-Identifier: GPL-2.0
#include "live/pending.h"

#include "kernel/nl.h"
#include "live/guard.h"

#include <errno.h>
#include <stdio.h>

int pending_parse(struct pending *pending, struct nlattr *const tb[])
{
	*pending = (struct pending){
		.generation = unl_number(tb[UMBRA_A_POLICY_GENERATION]),
		.seconds = unl_number(tb[UMBRA_A_POLICY_CONFIRM]),
		.typed = tb[UMBRA_A_POLICY_TYPED_IN],
	};
	return pending->typed ? tuple_read(&pending->typed_in, tb[UMBRA_A_POLICY_TYPED_IN]) : 0;
}

static int got_pending(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_POLICY_MAX + 1];

	if (nla_parse(tb, UMBRA_A_POLICY_MAX, reply->attrs, reply->len, NULL))
		return -EBADMSG;
	return pending_parse(arg, tb);
}

int pending_read(struct fw *fw, struct pending *pending)
{
	*pending = (struct pending){ 0 };
	return fw_query(fw, UMBRA_CMD_POLICY_GET, got_pending, pending,
			"cannot read the state of the policy");
}

bool pending_is_own(const struct pending *pending)
{
	struct tuple here;
	bool typed = guard_find(&here);

	if (!typed || !pending->typed)
		return typed == pending->typed;
	return address_equal(&here.source.address, &pending->typed_in.source.address);
}

const char *pending_from(const struct pending *pending, char text[END_TEXT_MAX + 8])
{
	char address[END_TEXT_MAX];

	if (!pending->typed)
		return "on this machine";
	/* Protocol 0: the port does not help the user. */
	end_text(&(struct end){ .address = pending->typed_in.source.address }, 0, address);
	snprintf(text, END_TEXT_MAX + 8, "from %s", address);
	return text;
}
