// SPDX-License-Identifier: GPL-2.0
/*
 * Sweep: ends the sessions whose outside address is gone.
 *
 * A masqueraded session uses an address for as long as the firewall has it. When an address is
 * removed, or a device goes down, a work of the namespace looks through the sessions and ends those
 * whose address is gone. It is a work, because the notifiers may be called where nothing may sleep
 * or take long.
 */
#include "upkeep/address_sweep.h"

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/umbra.h>
#include <net/addrconf.h>
#include <net/route.h>

#include "life/end.h"
#include "nat/nat.h"
#include "compat/umbra_workqueue.h"
#include "umbra.h"

/* @back: key of packets that come back to the address. */
static bool is_there(struct net *net, struct net_device *dev, const struct umbra_key *back)
{
	if (!dev || !(dev->flags & IFF_UP))
		return false;
	if (back->family == AF_INET)
		return inet_addr_type_dev_table(net, dev, back->dst.s6_addr32[0]) == RTN_LOCAL;
	return ipv6_chk_addr(net, &back->dst, dev, 0);
}

static int end_if_gone(struct umbra_session *s, void *arg)
{
	u8 out = umbra_nat_masquerade_dir(s);
	struct umbra_net *un = arg;
	struct net_device *dev;

	if (!(READ_ONCE(s->flags) & UMBRA_SESSION_MASQUERADE))
		return 0;
	dev = dev_get_by_index_rcu(un->net, READ_ONCE(s->half[out].oif));
	if (!is_there(un->net, dev, &s->half[!out].key))
		umbra_session_kill(s, UMBRA_REASON_NAT_ADDRESS);
	return 0;
}

/*
 * After the grace period every session that took the address before it went is in the table. A
 * resize or an entry that moves may hide sessions from the walk, so it is repeated if there was
 * one.
 */
static void sweep_work(struct work_struct *work)
{
	struct umbra_net *un = container_of(work, struct umbra_net, nat_sweep);
	u32 epoch, place;

	synchronize_rcu();
	do {
		umbra_table_settle(&un->table);
		epoch = umbra_table_epoch(&un->table);
		place = 0;
		while (!umbra_table_walk(&un->table, &place, 256, end_if_gone, un))
			cond_resched();
	} while (!umbra_table_is_epoch(&un->table, epoch));
}

void umbra_address_sweep(struct umbra_net *un)
{
	rcu_read_lock();	/* umbra_address_sweep_stop() waits for readers of nat_sweeps */
	if (READ_ONCE(un->nat_sweeps))
		queue_work(system_dfl_wq, &un->nat_sweep);
	rcu_read_unlock();
}

static int address_event(struct net *net, unsigned long event)
{
	struct umbra_net *un = umbra_net(net);

	umbra_precedents_forget(&un->precedents);	/* first: the sweep waits for their users */
	if (event == NETDEV_DOWN)
		umbra_address_sweep(un);
	return NOTIFY_DONE;
}

static int address_event_v4(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;

	return address_event(dev_net(ifa->ifa_dev->dev), event);
}

static int address_event_v6(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct inet6_ifaddr *ifa = ptr;

	return address_event(dev_net(ifa->idev->dev), event);
}

static struct notifier_block addresses_v4 = { .notifier_call = address_event_v4 };
static struct notifier_block addresses_v6 = { .notifier_call = address_event_v6 };

void umbra_address_sweep_net_init(struct umbra_net *un)
{
	INIT_WORK(&un->nat_sweep, sweep_work);
	un->nat_seed = get_random_u32();
}

void umbra_address_sweep_start(struct umbra_net *un)
{
	WRITE_ONCE(un->nat_sweeps, true);
}

/*
 * The notifiers of addresses are global. So another process may be in one for this namespace at
 * this moment, if it removes an address because it deletes a device's peer.
 */
void umbra_address_sweep_stop(struct umbra_net *un)
{
	WRITE_ONCE(un->nat_sweeps, false);
	synchronize_net();
	cancel_work_sync(&un->nat_sweep);
}

int umbra_address_sweep_init(void)
{
	int err = register_inetaddr_notifier(&addresses_v4);

	if (err)
		return err;
	err = register_inet6addr_notifier(&addresses_v6);
	if (err)
		unregister_inetaddr_notifier(&addresses_v4);
	return err;
}

void umbra_address_sweep_exit(void)
{
	unregister_inet6addr_notifier(&addresses_v6);
	unregister_inetaddr_notifier(&addresses_v4);
}
