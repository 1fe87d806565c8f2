// SPDX-License-Identifier: GPL-2.0
/*
 * Flowtables: a flowtable of nftables forwards, at a device's ingress, the packets of flows that
 * conntrack has once let through. It does so before anything judges them. Its owner chooses the
 * priority of its hook, so we may run before it or after it.
 *
 * A flow enters a flowtable only from the FORWARD hook, and only with a conntrack entry. Packets
 * that Umbra lets through have none: we untrack them at PRE_ROUTING, and again at FORWARD (gate.c)
 * if a chain in between had them tracked. So no flow enters while there is a policy, and we only
 * have to remove the flows from before the first policy. We do this after each commit, one grace
 * period after the policy was published: a packet with a conntrack entry that was past PRE_ROUTING
 * at that time has left FORWARD by then. The exception is a packet that waits there in a queue
 * (NFQUEUE). So first we empty the queues, as the kernel does when a hook is unregistered, and
 * wait another grace period for the packets released from them. If no device can have flows, we
 * skip all of this.
 *
 * A hook before the flowtable's hook would not work. It would have to judge all packets that the
 * express lane leaves to the IP layer, because the flowtable takes those next. It would also run
 * before the users' ingress chains, which now run before the express lane.
 *
 * The flowtable belongs to another module, which may not be loaded. We look its function up by
 * name, so that loading this module does not load the other one. The kernel calls the same function
 * to remove the flows of a device that goes down.
 */
#include "path/flowtable.h"

#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <net/netfilter/nf_flow_table.h>

#include "path/express.h"
#include "umbra.h"

#ifdef CONFIG_NETFILTER_INGRESS
/* A flow is found at the ingress of its device, so only devices with another hook can have one. */
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

/* RTNL protects the devices, but not their hooks. */
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

/* Unregistering a hook empties all queues of its namespace: packets may wait to resume after it. */
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
	lockdep_assert_not_held(&un->lock);
	void (*clean_up)(struct net_device *dev) = symbol_get(nf_flow_table_cleanup);

	if (!clean_up)
		return;
	if (any_may_have_flows(un)) {
		synchronize_net();
		give_up(un, clean_up);
	}
	symbol_put(nf_flow_table_cleanup);
}
