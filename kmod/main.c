// SPDX-License-Identifier: GPL-2.0
/* The module: a ladder up, and the same ladder down. */
#include <linux/module.h>
#include <net/genetlink.h>

#include "commit/control.h"
#include "commit/engine.h"
#include "nat/nat.h"
#include "session/session.h"

static int __init umbra_init(void)
{
	int err;

	err = umbra_session_cache_init();
	if (err)
		return err;
	err = umbra_net_init();
	if (err)
		goto err_cache;
	err = umbra_nat_init();
	if (err)
		goto err_net;
	err = umbra_netlink_init();
	if (err)
		goto err_nat;
	return 0;

err_nat:
	umbra_nat_exit();
err_net:
	umbra_net_exit();
err_cache:
	umbra_session_cache_exit();
	return err;
}

static void __exit umbra_exit(void)
{
	umbra_netlink_exit();
	umbra_nat_exit();
	umbra_net_exit();
	umbra_session_cache_exit();
}

module_init(umbra_init);
module_exit(umbra_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The Umbra developers");
MODULE_DESCRIPTION("Umbra, a stateful firewall");
MODULE_VERSION("0.1.0");
MODULE_ALIAS_GENL_FAMILY("umbra");
