// SPDX-License-Identifier: GPL-2.0
/*
 * Events: messages to the multicast group.
 *
 * Nothing is built while nobody listens. An event that cannot be sent is counted in events_lost.
 * That happens without memory, or when packets are refused faster than the limit allows. The next
 * refusal that is sent says how many were left out.
 */
#include "report/event.h"
#include "packet/icmp.h"
#include "packet/packet.h"
#include "policy/policy.h"
#include "report/put.h"
#include "umbra.h"
#include "under_rcu.h"

#include <linux/bottom_half.h>
#include <linux/jiffies.h>
#include <linux/umbra.h>
#include <net/genetlink.h>

#define DROPS_A_SECOND	100

static const struct genl_family *family __ro_after_init;
static unsigned int group __ro_after_init;

void __init umbra_event_init(const struct genl_family *of, unsigned int its_group)
{
	family = of;
	group = its_group;
}

static bool anyone(struct umbra_net *un)
{
	return genl_has_listeners(family, un->net, group);
}

static struct sk_buff *event_new(size_t room, u8 cmd, gfp_t gfp, void **hdr)
{
	const struct umbra_message event = { .family = family, .cmd = cmd, .room = room };

	return umbra_message_new(&event, gfp, hdr);
}

/* Send @skb if @err is 0. Otherwise, or if @skb is NULL, count the loss. */
static void event_send(struct umbra_net *un, struct sk_buff *skb, void *hdr, int err, gfp_t gfp)
{
	if (skb && !err) {
		genlmsg_end(skb, hdr);
		genlmsg_multicast_netns(family, un->net, skb, 0, group, gfp);
		return;
	}
	nlmsg_free(skb);
	umbra_count(un, events_lost);
}

static noinline void tell_of(struct umbra_session *s, u8 cmd)
{
	struct sk_buff *skb;
	void *hdr = NULL;
	int err = 0;

	skb = event_new(UMBRA_SESSION_ROOM, cmd, GFP_ATOMIC, &hdr);
	if (skb)
		err = umbra_put_session(skb, s, cmd == UMBRA_CMD_SESSION_END_NTF ?
					s->ended : s->reason);
	event_send(s->un, skb, hdr, err, GFP_ATOMIC);
}

void umbra_event_session(struct umbra_session *s, u8 cmd)
{
	umbra_assert_rcu();
	if (unlikely(anyone(s->un)))
		tell_of(s, cmd);
}

/* May this CPU send one more refusal? @unseen: set to the number that it left out. */
static bool drop_admit(struct umbra_net *un, u32 *unseen)
{
	struct umbra_stats *s;
	bool admit;

	local_bh_disable();
	s = this_cpu_ptr(un->stats);
	/* A difference, because after a long silence a comparison of order would be wrong. */
	if (jiffies - s->event_at >= HZ || !s->event_at) {
		s->event_at = jiffies;
		s->event_left = DROPS_A_SECOND;
	}
	admit = s->event_left;
	if (admit) {
		s->event_left--;
		*unseen = s->unseen;
		s->unseen = 0;
	} else {
		s->unseen++;
	}
	local_bh_enable();
	return admit;
}

/* The flow is that of the packet which an ICMP error quotes, so add the addresses of the error. */
static int put_error(struct sk_buff *skb, const struct umbra_packet *p, u8 family)
{
	struct umbra_key key = {
		.src = p->outer_src,
		.dst = p->outer_dst,
		.dport = htons(p->error),
		.family = family,
		.proto = umbra_icmp_proto(family),
	};

	if (p->kind != UMBRA_PACKET_ICMP_ERROR)
		return 0;
	return umbra_put_tuple(skb, UMBRA_A_DROP_ERROR, &key);
}

static int put_drop(struct sk_buff *skb, const struct umbra_packet *p, u8 family, int iif,
		    u8 reason, u8 action, u32 rule, u32 unseen)
{
	const struct umbra_key *key = &p->key;

	if (nla_put_u8(skb, UMBRA_A_DROP_REASON, reason) ||
	    nla_put_u8(skb, UMBRA_A_DROP_ACTION, action) ||
	    (key->family && umbra_put_tuple(skb, UMBRA_A_DROP_FLOW, key)) ||
	    nla_put_u32(skb, UMBRA_A_DROP_IFINDEX, iif) ||
	    (rule && nla_put_u32(skb, UMBRA_A_DROP_RULE, rule)) ||
	    (unseen && nla_put_u32(skb, UMBRA_A_DROP_UNSEEN, unseen)))
		return -EMSGSIZE;
	return put_error(skb, p, family);
}

void umbra_event_drop(struct umbra_net *un, const struct umbra_packet *packet, u8 family,
		      int iif, u8 reason, u8 action, u32 rule)
{
	struct sk_buff *skb = NULL;
	void *hdr = NULL;
	u32 unseen;
	int err = 0;

	if (!anyone(un))
		return;
	if (!drop_admit(un, &unseen)) {
		umbra_count(un, events_lost);
		return;
	}
	skb = event_new(UMBRA_SESSION_ROOM, UMBRA_CMD_DROP_NTF, GFP_ATOMIC, &hdr);
	if (skb)
		err = put_drop(skb, packet, family, iif, reason, action, rule, unseen);
	event_send(un, skb, hdr, err, GFP_ATOMIC);
}

void umbra_event_policy(struct umbra_net *un, u8 event, u32 seconds)
{
	struct sk_buff *skb;
	void *hdr = NULL;
	int err = 0;

	lockdep_assert_held(&un->lock);
	if (!anyone(un))
		return;
	skb = event_new(NLMSG_DEFAULT_SIZE, UMBRA_CMD_POLICY_NTF, GFP_KERNEL, &hdr);
	if (skb && (nla_put_u8(skb, UMBRA_A_POLICY_EVENT, event) ||
		    nla_put_u32(skb, UMBRA_A_POLICY_GENERATION, un->generation) ||
		    (seconds && nla_put_u32(skb, UMBRA_A_POLICY_CONFIRM, seconds))))
		err = -EMSGSIZE;
	event_send(un, skb, hdr, err, GFP_KERNEL);
}
