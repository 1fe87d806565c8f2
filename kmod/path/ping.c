// SPDX-License-Identifier: GPL-2.0
/* Pings of the firewall itself: a setting may allow them before the rules are asked. */
#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/route.h>

#include "packet/icmp.h"
#include "passage.h"
#include "policy/policy.h"
#include "egress/route.h"
#include "umbra.h"
#include "under_rcu.h"

bool umbra_ping_here(const struct umbra_passage *w)
{
	u16 type = w->family == AF_INET ? 8 : 128;	/* RFC 792, RFC 4443 */

	umbra_assert_rcu();
	return w->hook == NF_INET_PRE_ROUTING && w->way == UMBRA_WAY_LOCAL &&
	       w->packet.key.proto == umbra_icmp_proto(w->family) &&
	       w->packet.key.dport == htons(type << 8);
}

static bool is_address_of(struct net *net, struct net_device *dev, const struct umbra_key *key)
{
	if (key->family == AF_INET)
		return inet_dev_addr_type(net, dev, key->dst.s6_addr32[0]) == RTN_LOCAL;
	return ipv6_chk_addr(net, &key->dst, dev, 1);
}

bool umbra_ping_allowed(const struct umbra_passage *w, struct net_device *dev,
			const struct umbra_key *key)
{
	umbra_assert_rcu();
	switch (w->policy->settings.value[UMBRA_SETTING_PING]) {
	case UMBRA_PING_SETTING_ANY:
		return true;
	case UMBRA_PING_SETTING_SAME_INTERFACE:
		return is_address_of(w->un->net, dev, key);
	}
	return false;
}
