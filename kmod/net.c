// SPDX-License-Identifier: GPL-2.0
/*
 * Namespaces: the state of each, from its creation to its end.
 *
 * A namespace that has never committed a policy has counters and a mutex, but no hooks. All that
 * packets need is created with the first policy (commit/engine.c).
 *
 * Only adjacencies and hooks hold devices and routes for longer than one packet, and both are
 * released when their device is unregistered. Everything else refers to devices by index. That
 * matters because deleting a device waits until nothing holds it.
 */
#include <linux/netdevice.h>
#include <linux/percpu.h>

#include "commit/commit.h"
#include "commit/engine.h"
#include "net.h"
#include "upkeep/walker.h"
#include "path/hooks.h"
#include "path/ingress.h"
#include "upkeep/address_sweep.h"
#include "policy/policy.h"
#include "umbra.h"

unsigned int umbra_net_id __read_mostly;

static void devices_changed(struct umbra_net *un)
{
	umbra_policy_devices_changed(un);
	umbra_precedents_forget(&un->precedents);
}

static int device_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct umbra_net *un = container_of(nb, struct umbra_net, devices);
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	int err;

	switch (event) {
	case NETDEV_REGISTER:
		err = umbra_vrf_comes(&un->vrfs, dev);
		if (err)
			return notifier_from_errno(err);
		umbra_ingress_device_comes(un, dev);
		devices_changed(un);
		break;
	case NETDEV_UNREGISTER:
		umbra_ingress_device_goes(un, dev);
		umbra_adjacencies_flush(&un->adjacencies);
		umbra_vrf_goes(&un->vrfs, dev);
		devices_changed(un);
		break;
	case NETDEV_CHANGENAME:
		devices_changed(un);
		break;
	case NETDEV_DOWN:
		umbra_address_sweep(un);
		break;
	}
	return NOTIFY_DONE;
}

static int __net_init net_init(struct net *net)
{
	struct umbra_net *un = umbra_net(net);
	int err;

	un->net = net;
	un->stats = alloc_percpu(struct umbra_stats);
	if (!un->stats)
		return -ENOMEM;
	umbra_adjacencies_net_init(&un->adjacencies);
	umbra_vrfs_init(&un->vrfs);
	umbra_ingress_net_init(un);
	umbra_walker_init(un);
	umbra_address_sweep_net_init(un);
	err = umbra_commit_net_init(un);
	if (err)
		goto err_stats;
	un->devices.notifier_call = device_event;
	err = register_netdevice_notifier_net(net, &un->devices);
	if (err)
		goto err_control;
	return 0;

err_control:
	umbra_commit_net_exit(un);
err_stats:
	free_percpu(un->stats);
	return err;
}

/*
 * Unregister the hooks before the devices go, because routes hold devices until then. Also stop a
 * policy from returning later: its relays would listen again while they are being taken down.
 */
static void __net_exit net_pre_exit(struct net *net)
{
	struct umbra_net *un = umbra_net(net);

	umbra_commit_net_stop(un);
	mutex_lock(&un->lock);
	umbra_hooks_unregister(un);
	mutex_unlock(&un->lock);
	umbra_ingress_follow(un);
}

static void __net_exit net_exit(struct net *net)
{
	struct umbra_net *un = umbra_net(net);

	unregister_netdevice_notifier_net(net, &un->devices);
	umbra_engine_stop(un);
	umbra_vrfs_exit(&un->vrfs);
	umbra_commit_net_exit(un);
	free_percpu(un->stats);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &umbra_net_id,
	.size = sizeof(struct umbra_net),
};

int umbra_net_init(void)
{
	return register_pernet_device(&net_ops);
}

void umbra_net_exit(void)
{
	unregister_pernet_device(&net_ops);
}
