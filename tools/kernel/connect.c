// SPDX-License-Identifier: GPL-2.0
#include "base/fwtool.h"
#include "kernel/nl.h"

int fw_connect(struct fw *fw)
{
	return fw->nl ? FW_OK : unl_open(&fw->nl);
}

int fw_query(struct fw *fw, uint8_t command, unl_reply_fn fn, void *arg, const char *failed)
{
	int ret = fw_connect(fw);

	if (ret)
		return ret;
	if (unl_request_reply(fw->nl, unl_message(fw->nl, command), fn, arg))
		return unl_fail(fw->nl, failed);
	return FW_OK;
}
