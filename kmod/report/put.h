/* SPDX-License-Identifier: GPL-2.0 */
/* Put: writes flows and sessions into messages as attributes. */
#ifndef UMBRA_PUT_H
#define UMBRA_PUT_H

#include <net/netlink.h>

struct umbra_key;
struct umbra_session;

/* Upper limit of the size of a session's attributes, with all headers. */
#define UMBRA_SESSION_ROOM	512

/*
 * Put a u64 without aligning it: clients copy it out, and the YNL client of 6.12 does not know the
 * padding that would align it.
 */
static inline int umbra_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

/**
 * umbra_put_tuple() - write a flow
 * @skb: message
 * @type: attribute that nests UMBRA_A_TUPLE_*
 * @key: flow
 *
 * Return: 0 or -EMSGSIZE.
 */
int umbra_put_tuple(struct sk_buff *skb, int type, const struct umbra_key *key);

/**
 * umbra_put_session() - write a session
 * @skb: message; gets UMBRA_A_SESSION_*
 * @s: session
 * @reason: enum umbra_reason, why it was allowed or has ended
 *
 * Context: rcu_read_lock() held. Return: 0 or -EMSGSIZE.
 */
int umbra_put_session(struct sk_buff *skb, struct umbra_session *s, u8 reason);

#endif
