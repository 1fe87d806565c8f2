// SPDX-License-Identifier: GPL-2.0
/*
 * Interfaces: names in a policy, ids in the classifier, devices in packets.
 *
 * Networks and nat rows are bound to interface names, whether or not such a device exists. The
 * policy numbers these names. The packet path looks up the number of a device index in a small
 * sorted array. When devices are registered, unregistered or renamed, the array is built again in
 * the one of two copies that has no readers, so no memory has to be allocated then.
 */
#include "policy/build/build.h"
#include "umbra.h"

#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/sort.h>
#include <linux/string.h>

int umbra_iface_number(struct umbra_build *b, const char *name, u32 *iface)
{
	u32 n;

	if (!b->ifaces.name && umbra_names_init(&b->ifaces, UMBRA_BUILD_IFACES))
		return -ENOMEM;
	n = umbra_names_add(&b->ifaces, name);
	if (n == UMBRA_NONE)
		return umbra_refuse(b->why, NULL, -E2BIG,
			"interface \"%s\" is one more than the %u that a policy may name", name,
			UMBRA_BUILD_IFACES);
	*iface = n + UMBRA_IFACE_FIRST;
	return 0;
}

static int entry_cmp(const void *pa, const void *pb)
{
	const struct umbra_ifmap_entry *a = pa, *b = pb;

	return a->ifindex < b->ifindex ? -1 : a->ifindex > b->ifindex;
}

/* Names only, not alternative names: one device must not have two ids. */
static void ifmap_fill(struct umbra_ifmap *map, struct umbra_net *un,
		       const struct umbra_policy *p)
{
	struct net_device *dev;
	u32 i;

	map->nr = 0;
	rcu_read_lock();
	for (i = UMBRA_IFACE_FIRST; i < p->nr_ifaces; i++) {
		const char *name = p->ifname[i - UMBRA_IFACE_FIRST];

		dev = dev_get_by_name_rcu(un->net, name);
		if (!dev || strncmp(dev->name, name, IFNAMSIZ))
			continue;
		map->entry[map->nr].ifindex = dev->ifindex;
		map->entry[map->nr++].id = i;
	}
	rcu_read_unlock();
	sort(map->entry, map->nr, sizeof(*map->entry), entry_cmp, NULL);
}

static struct umbra_ifmap *ifmap_alloc(u32 nr)
{
	struct umbra_ifmap *map;

	return kvzalloc(struct_size(map, entry, nr), GFP_KERNEL_ACCOUNT);
}

/* Context: process, umbra_net.lock held. Fills the interfaces of the policy. */
int umbra_ifaces_build(struct umbra_net *un, struct umbra_build *b)
{
	struct umbra_policy *p = b->policy;
	struct umbra_ifmap *map = ifmap_alloc(b->ifaces.nr);
	u32 i;

	lockdep_assert_held(&un->lock);
	p->nr_ifaces = UMBRA_IFACE_FIRST + b->ifaces.nr;
	p->ifname = kvcalloc(b->ifaces.nr, sizeof(*p->ifname), GFP_KERNEL_ACCOUNT);
	p->ifmap_spare = ifmap_alloc(b->ifaces.nr);
	if (!map || !p->ifname || !p->ifmap_spare) {
		kvfree(map);
		return -ENOMEM;
	}
	for (i = 0; i < b->ifaces.nr; i++)
		strscpy(p->ifname[i], b->ifaces.name[i], IFNAMSIZ);
	ifmap_fill(map, un, p);
	rcu_assign_pointer(p->ifmap, map);
	return 0;
}

void umbra_ifaces_free(struct umbra_policy *p)
{
	kvfree(unrcu_pointer(p->ifmap));	/* no reader has the policy any more */
	kvfree(p->ifmap_spare);
	kvfree(p->ifname);
}

u32 umbra_policy_iface(const struct umbra_policy *p, int ifindex)
{
	const struct umbra_ifmap *map = rcu_dereference(p->ifmap);
	u32 low = 0, high = map->nr;

	if (!ifindex)
		return UMBRA_IFACE_LOCAL;
	while (low < high) {
		u32 mid = (low + high) / 2;

		if (map->entry[mid].ifindex == ifindex)
			return map->entry[mid].id;
		if (map->entry[mid].ifindex < ifindex)
			low = mid + 1;
		else
			high = mid;
	}
	return UMBRA_IFACE_OTHER;
}

/* Put the other copy in place, if it differs, and wait until the old one has no readers. */
static void ifmap_refresh(struct umbra_net *un, struct umbra_policy *p)
{
	struct umbra_ifmap *old, *new;

	if (!p)
		return;
	old = rcu_dereference_protected(p->ifmap, lockdep_is_held(&un->lock));
	new = p->ifmap_spare;
	ifmap_fill(new, un, p);
	if (new->nr == old->nr &&
	    !memcmp(new->entry, old->entry, new->nr * sizeof(*new->entry)))
		return;
	rcu_assign_pointer(p->ifmap, new);
	p->ifmap_spare = old;
	synchronize_net();
}

void umbra_policy_devices_changed(struct umbra_net *un)
{
	ASSERT_RTNL();
	mutex_lock(&un->lock);
	ifmap_refresh(un, umbra_running(un));
	ifmap_refresh(un, un->previous);
	mutex_unlock(&un->lock);
}
