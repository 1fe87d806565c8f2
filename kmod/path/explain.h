/* SPDX-License-Identifier: GPL-2.0 */
/* Explain: predict how a packet would be judged if it arrived now. */
#ifndef UMBRA_EXPLAIN_H
#define UMBRA_EXPLAIN_H

#include <linux/netdevice.h>

#include "session/session.h"

struct umbra_net;

/**
 * struct umbra_explained - the answer
 * @leaves: flow as the far end would see it, port 0: not chosen yet; family 0: nothing leaves
 * @gateway: next hop, if it is not the destination
 * @session: id of the session that the packet belongs to, or 0
 * @rule: id of the rule row that decided, or 0
 * @relay: id of the relay row, or 0
 * @nat: id of the nat row, or 0
 * @oif: index of the device that it leaves by, or 0
 * @generation: of the policy that judged
 * @gateway_len: 4 or 16, 0: none
 * @action: enum umbra_action
 * @reason: enum umbra_reason
 * @way: enum umbra_way, 0: not determined
 */
struct umbra_explained {
	struct umbra_key leaves;
	struct in6_addr gateway;
	u64 session;
	u32 rule;
	u32 relay;
	u32 nat;
	u32 oif;
	u32 generation;
	u8 gateway_len;
	u8 action;
	u8 reason;
	u8 way;
};

/**
 * umbra_explain() - judge a packet that does not exist
 * @un: namespace
 * @flow: flow of the packet
 * @dev: device where it arrives, held by the caller; NULL: the firewall sends it
 * @e: the answer
 *
 * The functions that judge real packets judge this one. umbra_passage.dry keeps them from
 * changing anything.
 *
 * Context: process.
 * Return: 0; -ENOENT if there is no policy; -ELOOP if the packet would not leave the firewall,
 *	because such packets are not judged; -ENOMEM.
 */
int umbra_explain(struct umbra_net *un, const struct umbra_key *flow, struct net_device *dev,
		  struct umbra_explained *e);

#endif
