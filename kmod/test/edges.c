// SPDX-License-Identifier: GPL-2.0
/*
 * Edges: where the tested files end, and packets, sockets and netlink begin. A case can make these
 * functions fail, which the real ones rarely do.
 */
#include "edges.h"

#include <linux/bug.h>
#include <linux/string.h>

#include "report/event.h"
#include "commit/guard.h"
#include "path/flowtable.h"
#include "path/hooks.h"
#include "path/ingress.h"
#include "nat/nat.h"
#include "passage.h"
#include "relay/relay.h"
#include "umbra.h"
#include "upkeep/address_sweep.h"

struct umbra_edges umbra_edges;

int umbra_hooks_register(struct umbra_net *un)
{
	if (umbra_edges.hooks_fail)
		return umbra_edges.hooks_fail;
	un->hooked = true;
	umbra_edges.hooked = true;
	return 0;
}

void umbra_hooks_unregister(struct umbra_net *un)
{
	un->hooked = false;
	umbra_edges.hooked = false;
}

void umbra_ingress_net_init(struct umbra_net *un)
{
}

void umbra_ingress_device_comes(struct umbra_net *un, struct net_device *dev)
{
}

void umbra_ingress_device_goes(struct umbra_net *un, const struct net_device *dev)
{
}

void umbra_ingress_follow(struct umbra_net *un)
{
	umbra_edges.expressing = un->hooked;
}

void umbra_flowtables_give_up(struct umbra_net *un)
{
}

int umbra_relays_init(struct umbra_net *un)
{
	memset(&umbra_edges, 0, sizeof(umbra_edges));
	return 0;
}

void umbra_relays_exit(struct umbra_net *un)
{
}

int umbra_relays_prepare(struct umbra_net *un, const struct umbra_policy *p,
			 struct umbra_refusal *why)
{
	umbra_edges.prepared = !umbra_edges.relays_fail;
	return umbra_edges.relays_fail;
}

void umbra_relays_settle(struct umbra_net *un, const struct umbra_policy *p)
{
	umbra_edges.prepared = false;
}

/* In a case, no session belongs to a relay or has a port of NAT. */
bool umbra_relay_holds(const struct umbra_session *s)
{
	return false;
}

void umbra_relay_session_ended(const struct umbra_session *s)
{
	WARN_ON_ONCE(1);
}

void umbra_nat_release(struct umbra_net *un, struct umbra_session *s)
{
	WARN_ON_ONCE(s->ports);
}

void umbra_address_sweep(struct umbra_net *un)
{
}

void umbra_address_sweep_net_init(struct umbra_net *un)
{
}

void umbra_address_sweep_start(struct umbra_net *un)
{
}

void umbra_address_sweep_stop(struct umbra_net *un)
{
}

void umbra_event_session(struct umbra_session *s, u8 cmd)
{
	umbra_edges.ended += cmd == UMBRA_CMD_SESSION_END_NTF;
}

void umbra_event_policy(struct umbra_net *un, u8 event, u32 seconds)
{
	umbra_edges.policies++;
}

/* In a case, a commit does not come through a connection. */
int umbra_guard_check(struct umbra_net *un, const struct umbra_policy *p, u32 since,
		      const struct umbra_key *key, struct umbra_refusal *why)
{
	return 0;
}

static bool can_be_told(const struct umbra_half *half)
{
	return !(umbra_edges.tell_fails & BIT(half->dir));
}

bool umbra_tell_segment(struct umbra_net *un, const struct umbra_half *half,
			const struct umbra_segment *seg)
{
	struct umbra_told *told = &umbra_edges.told[half->dir];

	switch (seg->flags) {
	case UMBRA_TCP_RST:
		if (told->resets < ARRAY_SIZE(told->seq))
			told->seq[told->resets] = seg->seq;
		told->resets++;
		break;
	case UMBRA_TCP_RST | UMBRA_TCP_ACK:
		told->refused = true;
		told->ack = seg->ack;
		break;
	case UMBRA_TCP_ACK:
		told->probes++;
		told->probe = *seg;
		break;
	default:
		WARN_ON_ONCE(1);
	}
	return can_be_told(half);
}

bool umbra_tell_abort(struct umbra_net *un, const struct umbra_half *half, u32 tag)
{
	umbra_edges.told[half->dir].aborts++;
	umbra_edges.told[half->dir].tag = tag;
	return true;
}

bool umbra_tell_prohibited(struct umbra_net *un, const struct umbra_half *half)
{
	umbra_edges.told[half->dir].prohibited++;
	return can_be_told(half);
}

u8 umbra_judge_session(struct umbra_passage *w, const struct umbra_session *s,
		       const struct umbra_verdict **verdict)
{
	*verdict = umbra_edges.verdict;
	return umbra_edges.obstacle;
}

bool umbra_policy_spoofed(const struct umbra_policy *p, int iif, u8 family,
			  const struct in6_addr *src)
{
	return false;
}
