// SPDX-License-Identifier: GPL-2.0
/* Put: writes messages, and flows and sessions into them, for replies and for events. */
#include "report/put.h"

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/umbra.h>
#include <net/genetlink.h>

#include "relay/relay.h"
#include "session/session.h"
#include "under_rcu.h"

struct sk_buff *umbra_message_new(const struct umbra_message *m, gfp_t gfp, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(m->room, gfp);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put(skb, m->portid, m->seq, m->family, 0, m->cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static int put_address(struct sk_buff *skb, int type, const struct umbra_key *key,
		       const struct in6_addr *addr)
{
	return nla_put(skb, type, key->family == AF_INET6 ? 16 : 4, addr);
}

int umbra_put_tuple(struct sk_buff *skb, int type, const struct umbra_key *key)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    put_address(skb, UMBRA_A_TUPLE_SOURCE, key, &key->src) ||
	    put_address(skb, UMBRA_A_TUPLE_DESTINATION, key, &key->dst) ||
	    nla_put_u8(skb, UMBRA_A_TUPLE_PROTOCOL, key->proto) ||
	    nla_put_u16(skb, UMBRA_A_TUPLE_SOURCE_PORT, ntohs(key->sport)) ||
	    nla_put_u16(skb, UMBRA_A_TUPLE_DESTINATION_PORT, ntohs(key->dport)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_times(struct sk_buff *skb, const struct umbra_session *s)
{
	u64 age = get_jiffies_64() - s->created;
	u32 idle = (u32)jiffies - READ_ONCE(s->seen);

	if (umbra_put_u64(skb, UMBRA_A_SESSION_AGE, jiffies64_to_msecs(age)) ||
	    umbra_put_u64(skb, UMBRA_A_SESSION_IDLE, jiffies64_to_msecs(idle)) ||
	    umbra_put_u64(skb, UMBRA_A_SESSION_EXPIRES, umbra_session_expires_ms(s)))
		return -EMSGSIZE;
	return 0;
}

static int put_counters(struct sk_buff *skb, struct umbra_session *s)
{
	static const int packets[] = { UMBRA_A_SESSION_ORIGINAL_PACKETS,
				       UMBRA_A_SESSION_REPLY_PACKETS };
	static const int bytes[] = { UMBRA_A_SESSION_ORIGINAL_BYTES,
				     UMBRA_A_SESSION_REPLY_BYTES };
	struct umbra_counters c;
	int d;

	umbra_session_counters(s, &c);
	for (d = 0; d < UMBRA_DIR_MAX; d++)
		if (umbra_put_u64(skb, packets[d], c.packets[d]) ||
		    umbra_put_u64(skb, bytes[d], c.bytes[d]))
			return -EMSGSIZE;
	return 0;
}

static int put_peer(struct sk_buff *skb, const struct umbra_session *s)
{
	const struct umbra_session *peer;

	peer = s->flags & UMBRA_SESSION_RELAY ? umbra_relay_peer(s) : NULL;
	return peer ? umbra_put_u64(skb, UMBRA_A_SESSION_PEER, peer->id) : 0;
}

int umbra_put_session(struct sk_buff *skb, struct umbra_session *s, u8 reason)
{
	const struct umbra_half *half = &s->half[UMBRA_DIR_ORIGINAL];

	umbra_assert_rcu();
	if (umbra_put_u64(skb, UMBRA_A_SESSION_ID, s->id) ||
	    umbra_put_tuple(skb, UMBRA_A_SESSION_ORIGINAL, &half->key) ||
	    umbra_put_tuple(skb, UMBRA_A_SESSION_REPLY, &s->half[UMBRA_DIR_REPLY].key) ||
	    nla_put_u8(skb, UMBRA_A_SESSION_STATE, READ_ONCE(s->state)) ||
	    nla_put_u32(skb, UMBRA_A_SESSION_RULE, READ_ONCE(s->rule)) ||
	    nla_put_u32(skb, UMBRA_A_SESSION_GENERATION, READ_ONCE(s->generation)) ||
	    nla_put_u8(skb, UMBRA_A_SESSION_REASON, reason) ||
	    nla_put_u32(skb, UMBRA_A_SESSION_CLIENT_IFINDEX, READ_ONCE(half->iif)) ||
	    nla_put_u32(skb, UMBRA_A_SESSION_SERVER_IFINDEX, READ_ONCE(half->oif)) ||
	    put_times(skb, s))
		return -EMSGSIZE;
	if (s->nat && nla_put_u32(skb, UMBRA_A_SESSION_NAT, READ_ONCE(s->nat)))
		return -EMSGSIZE;
	if (put_peer(skb, s))
		return -EMSGSIZE;
	return put_counters(skb, s);
}
