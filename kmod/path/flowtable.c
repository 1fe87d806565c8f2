// SPDX-License-Identifier: GPL-2.0
/*
 * Flowtables: a flowtable of nftables forwards what conntrack has let through once, at the
 * ingress of a device, in front of all that judges. Its hook has the priority that its owner
 * chose, so we may stand in front of it or behind it.
 *
 * A flow gets into a flowtable only from the FORWARD hook, and only with its conntrack entry.
 * What Umbra lets through has none: it is untracked at PRE_ROUTING, and at FORWARD again (gate.c)
 * where a chain in between had it tracked. So while there is a policy no flow gets in, and all
 * that there is to do is to take out those that are in already: the ones from before the first
 * policy. That is done behind each commit, once a grace period has passed since the policy was
 * published: a packet that was beyond PRE_ROUTING by then, with a conntrack entry, has been
 * through FORWARD. Unless it waits there in a queue (NFQUEUE): so the queues are emptied first,
 * as the kernel does when a hook goes, and another grace period waits for what was just let go.
 * Where no device may have flows, nothing of this is done.
 *
 * A hook in front of the flowtable's would not do: it would have to judge there all that the
 * express lane leaves to the IP layer, for what is left is what the flowtable takes next. And it
 * would come before the chains that users have at ingress, which the express lane is behind.
 *
 * The table is the kernel's, and there may be none: the function is looked up by its
 * name, so that this module does not make the other one come. It is the one by which the kernel
 * itself takes out the flows of a device that goes down.
 */
#include "path/flowtable.h"

#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <net/netfilter/nf_flow_table.h>

#include "path/express.h"
#include "umbra.h"

#ifdef CONFIG_NETFILTER_INGRESS
/* A flow is of the device at whose ingress it is found. */
static bool others_are_at(const struct net_device *dev)
{
	const struct nf_hook_entries *hooks = rcu_dereference(dev->nf_hooks_ingress);
	u16 i;

	for (i = 0; hooks && i < hooks->num_hook_entries; i++)
		if (hooks->hooks[i].hook != umbra_express)
			return true;
	return false;
}
#else
static bool others_are_at(const struct net_device *dev)
{
	return false;
}
#endif

/* RTNL keeps the devices, but not the hooks at them. */
static bool may_have_flows(const struct net_device *dev)
{
	bool may;

	rcu_read_lock();
	may = others_are_at(dev);
	rcu_read_unlock();
	return may;
}

static bool any_may_have_flows(struct umbra_net *un)
{
	struct net_device *dev;
	bool any = false;

	rtnl_lock();
	for_each_netdev(un->net, dev)
		any = any || may_have_flows(dev);
	rtnl_unlock();
	return any;
}

static unsigned int accept(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

/* All of a namespace's are, for a hook that goes may be the one that a packet waits to go on from. */
static void empty_queues(struct net *net)
{
	static const struct nf_hook_ops goes = {
		.hook = accept, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_OUT,
		.priority = INT_MAX,
	};

	if (!nf_register_net_hook(net, &goes))
		nf_unregister_net_hook(net, &goes);
}

static void give_up(struct umbra_net *un, void (*clean_up)(struct net_device *dev))
{
	struct net_device *dev;

	empty_queues(un->net);
	synchronize_net();
	rtnl_lock();
	for_each_netdev(un->net, dev)
		if (may_have_flows(dev))
			clean_up(dev);
	rtnl_unlock();
}

void umbra_flowtables_give_up(struct umbra_net *un)
{
	void (*clean_up)(struct net_device *dev) = symbol_get(nf_flow_table_cleanup);

	if (!clean_up)
		return;
	if (any_may_have_flows(un)) {
		synchronize_net();
		give_up(un, clean_up);
	}
	symbol_put(nf_flow_table_cleanup);
}
