// SPDX-License-Identifier: GPL-2.0
#include "live/rows.h"

#include "base/fwtool.h"

int rows_read(struct fw *fw, struct policy *p)
{
	int ret = fw_connect(fw);

	if (ret)
		return ret;
	return rows_fetch(fw->nl, p) ? unl_fail(fw->nl, "cannot read the policy") : FW_OK;
}
