// SPDX-License-Identifier: GPL-2.0
/*
 * Ingress: the express lane's hook at each device.
 *
 * Captures of all protocols, traffic control and other ingress hooks run before it and see all
 * packets. Captures of one protocol run after it and miss the packets that the lane takes.
 *
 * Locks: umbra_net.express is a list with one hook for each device, guarded by RTNL, as are the
 * devices. The list follows umbra_net.hooked, which changes under umbra_net.lock. RTNL is the
 * outer of the two locks, so the code that changes umbra_net.hooked cannot update the list there,
 * and calls umbra_ingress_follow() afterwards. Until that is done, packets take the way through the
 * IP layer, or there is no policy.
 */
#include "path/ingress.h"

#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/l3mdev.h>

#include "path/express.h"
#include "umbra.h"

/**
 * struct ingress - the hook at a device
 * @list: in umbra_net.express
 * @ops: hook; it names the device, which exists as long as this struct
 * @rcu: a dump of all hooks of the kernel reads @ops without a lock
 */
struct ingress {
	struct list_head list;
	struct nf_hook_ops ops;
	struct rcu_head rcu;
};

/* Packets at these devices were judged on their way out, or are judged at another device. */
static bool has_no_use(const struct net_device *dev)
{
	return dev->flags & IFF_LOOPBACK || netif_is_l3_master(dev);
}

static void add_hook(struct umbra_net *un, struct net_device *dev)
{
	struct ingress *e;

	if (has_no_use(dev))
		return;
	e = kzalloc(sizeof(*e), GFP_KERNEL_ACCOUNT);
	if (!e)
		return;
	e->ops = (struct nf_hook_ops) {
		.hook = umbra_express, .priv = un, .dev = dev, .pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS, .priority = INT_MAX,
	};
	if (nf_register_net_hook(un->net, &e->ops))
		kfree(e);
	else
		list_add(&e->list, &un->express);
}

static void remove_hook(struct umbra_net *un, struct ingress *e)
{
	nf_unregister_net_hook(un->net, &e->ops);
	list_del(&e->list);
	kfree_rcu(e, rcu);
}

static void remove_hooks(struct umbra_net *un)
{
	struct ingress *e, *next;

	list_for_each_entry_safe(e, next, &un->express, list)
		remove_hook(un, e);
}

void umbra_ingress_follow(struct umbra_net *un)
{
	struct net_device *dev;
	bool wanted;

	lockdep_assert_not_held(&un->lock);
	rtnl_lock();
	wanted = READ_ONCE(un->hooked);
	if (!wanted)
		remove_hooks(un);
	else if (!un->expressing)
		for_each_netdev(un->net, dev)
			add_hook(un, dev);
	un->expressing = wanted;
	rtnl_unlock();
}

void umbra_ingress_device_comes(struct umbra_net *un, struct net_device *dev)
{
	ASSERT_RTNL();
	if (un->expressing)
		add_hook(un, dev);
}

void umbra_ingress_device_goes(struct umbra_net *un, const struct net_device *dev)
{
	struct ingress *e, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(e, next, &un->express, list)
		if (e->ops.dev == dev)
			remove_hook(un, e);
}

void umbra_ingress_net_init(struct umbra_net *un)
{
	INIT_LIST_HEAD(&un->express);
}
