// SPDX-License-Identifier: GPL-2.0
/* Netlink: explain. */
#include "netlink.h"

int umbra_nl_explain_doit(struct sk_buff *skb, struct genl_info *info)
{
	return -EOPNOTSUPP;
}
