// SPDX-License-Identifier: GPL-2.0
/* The module: its parts start in this order, and end in the reverse order. */
#include <linux/module.h>
#include <net/genetlink.h>

#include "net.h"
#include "netlink/request.h"
#include "session/session.h"
#include "upkeep/address_sweep.h"

static int __init umbra_init(void)
{
	int err;

	err = umbra_session_cache_init();
	if (err)
		return err;
	err = umbra_net_init();
	if (err)
		goto err_cache;
	err = umbra_address_sweep_init();
	if (err)
		goto err_net;
	err = umbra_netlink_init();
	if (err)
		goto err_nat;
	return 0;

err_nat:
	umbra_address_sweep_exit();
err_net:
	umbra_net_exit();
err_cache:
	umbra_session_cache_exit();
	return err;
}

static void __exit umbra_exit(void)
{
	umbra_netlink_exit();
	umbra_address_sweep_exit();
	umbra_net_exit();
	umbra_session_cache_exit();
}

module_init(umbra_init);
module_exit(umbra_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The Umbra developers");
MODULE_DESCRIPTION("Umbra, a stateful firewall");
MODULE_VERSION(UMBRA_VERSION);
MODULE_ALIAS_GENL_FAMILY("umbra");
