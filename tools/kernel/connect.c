// SPDX-License-Identifier: GPL-2.0
#include "base/fwtool.h"
#include "kernel/nl.h"

int fw_connect(struct fw *fw)
{
	return fw->nl ? FW_OK : unl_open(&fw->nl);
}
