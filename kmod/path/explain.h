/* SPDX-License-Identifier: GPL-2.0 */
/* Explain: what would happen to a packet, if it came now. */
#ifndef UMBRA_EXPLAIN_H
#define UMBRA_EXPLAIN_H

#include <linux/netdevice.h>

#include "session/session.h"

struct umbra_net;

/**
 * struct umbra_explained - the answer
 * @leaves: what the far end would see, port 0 yet to be chosen; family 0: nothing leaves
 * @gateway: next hop, when it is not the destination
 * @session: id of the session that it belongs to, or 0
 * @rule: id of the rule row that decided, or 0
 * @relay: id of the relay row, or 0
 * @nat: id of the nat row, or 0
 * @oif: device index that it leaves by, or 0
 * @generation: of the policy that was asked
 * @gateway_len: 4 or 16, 0: none
 * @action: enum umbra_action
 * @reason: enum umbra_reason
 * @way: enum umbra_way, 0: was not looked at
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
 * umbra_explain() - judge a packet that is not there
 * @un: namespace
 * @flow: the packet's
 * @dev: device it arrives at, held by the caller; NULL: the firewall sends it
 * @e: the answer
 *
 * By the functions that judge those that are there, told by umbra_passage.dry that
 * nothing may come of it.
 *
 * Context: process.
 * Return: 0; -ENOENT when there is no policy; -ELOOP when it would not leave the
 * firewall, where nothing is judged; -ENOMEM.
 */
int umbra_explain(struct umbra_net *un, const struct umbra_key *flow, struct net_device *dev,
		  struct umbra_explained *e);

#endif
