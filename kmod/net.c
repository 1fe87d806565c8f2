// SPDX-License-Identifier: GPL-2.0
/*
 * Namespaces: what each has, from its birth to its end.
 *
 * A namespace that never commits a policy has counters and a mutex, and no
 * hooks. The session table and the adjacencies come with the first policy and
 * stay until the namespace or the module goes, in this order: hooks off (no
 * packet is inside any more), walker stopped, relays closed, resize stopped,
 * sessions ended, adjacencies dropped, tables freed.
 *
 * Of devices and routes only adjacencies and hooks are kept beyond a packet, and both go
 * when their device is unregistered. All else names devices by index: a device is deleted
 * when nobody holds it, and whoever deletes it waits.
 */
#include <linux/netdevice.h>
#include <linux/percpu.h>

#include "commit/control.h"
#include "commit/engine.h"
#include "upkeep/walker.h"
#include "path/hooks.h"
#include "path/ingress.h"
#include "nat/nat.h"
#include "policy/policy.h"
#include "relay/relay.h"
#include "umbra.h"

unsigned int umbra_net_id __read_mostly;

int umbra_engine_start(struct umbra_net *un)
{
	int err;

	lockdep_assert_held(&un->lock);
	if (un->started)
		return 0;
	err = umbra_adjacencies_init(&un->adjacencies);
	if (err)
		return err;
	err = umbra_table_init(&un->table);
	if (err)
		goto err_adjacencies;
	err = umbra_sources_init(&un->sources);
	if (err)
		goto err_table;
	err = umbra_clients_init(&un->clients);
	if (err)
		goto err_sources;
	err = umbra_portmaps_init(&un->portmaps);
	if (err)
		goto err_clients;
	err = umbra_mappings_init(&un->mappings);
	if (err)
		goto err_portmaps;
	err = umbra_tell_start(un);
	if (err)
		goto err_mappings;
	err = umbra_error_rates_init(&un->error_rates);
	if (err)
		goto err_tell;
	err = umbra_precedents_init(&un->precedents);
	if (err)
		goto err_error_rates;
	err = umbra_relays_init(un);
	if (err)
		goto err_precedents;
	umbra_nat_start(un);
	un->started = true;
	return 0;

err_precedents:
	umbra_precedents_exit(&un->precedents);
err_error_rates:
	umbra_error_rates_exit(&un->error_rates);
err_tell:
	umbra_tell_stop(un);
err_mappings:
	umbra_mappings_exit(&un->mappings);
err_portmaps:
	umbra_portmaps_exit(&un->portmaps);
err_clients:
	umbra_clients_exit(&un->clients);
err_sources:
	umbra_sources_exit(&un->sources);
err_table:
	umbra_table_stop(&un->table);
	umbra_table_exit(&un->table);
err_adjacencies:
	umbra_adjacencies_exit(&un->adjacencies);
	return err;
}

void umbra_engine_stop(struct umbra_net *un)
{
	if (!un->started)
		return;
	umbra_nat_stop(un);	/* and the last packet that was inside the hooks is out */
	umbra_gc_exit(un);	/* before the table's resize: it may ask for one */
	umbra_relays_exit(un);
	umbra_table_stop(&un->table);
	umbra_gc_kill_all(un, UMBRA_REASON_NAMESPACE);
	umbra_precedents_exit(&un->precedents);
	umbra_error_rates_exit(&un->error_rates);
	umbra_tell_stop(un);
	umbra_adjacencies_exit(&un->adjacencies);
	umbra_table_exit(&un->table);
	umbra_mappings_exit(&un->mappings);
	umbra_portmaps_exit(&un->portmaps);
	umbra_clients_exit(&un->clients);
	umbra_sources_exit(&un->sources);
	un->started = false;
}

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
		umbra_nat_sweep(un);
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
	umbra_gc_init(un);
	umbra_nat_net_init(un);
	err = umbra_control_net_init(un);
	if (err)
		goto err_stats;
	un->devices.notifier_call = device_event;
	err = register_netdevice_notifier_net(net, &un->devices);
	if (err)
		goto err_control;
	return 0;

err_control:
	umbra_control_net_exit(un);
err_stats:
	free_percpu(un->stats);
	return err;
}

/*
 * Hooks go before the devices, for routes hold on to them until then. A policy that
 * returned later would listen for its relays again while they are taken down.
 */
static void __net_exit net_pre_exit(struct net *net)
{
	struct umbra_net *un = umbra_net(net);

	umbra_control_net_stop(un);
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
	umbra_control_net_exit(un);
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
