// SPDX-License-Identifier: GPL-2.0
/* Checks of single rows: logs. */
#include "policy/check/check.h"

#include <linux/errno.h>
#include <linux/umbra.h>

#define OF_NFLOG	(BIT(UMBRA_A_LOG_PREFIX) | BIT(UMBRA_A_LOG_RATE))

int umbra_check_log(struct umbra_check *c, u32 seen)
{
	if (seen & BIT(UMBRA_A_LOG_GROUP) || !(seen & OF_NFLOG))
		return 0;
	return umbra_check_refuse(c, c->nest, -EINVAL,
		"without a group nothing is logged: give one, or leave prefix and rate out");
}
