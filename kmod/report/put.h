/* SPDX-License-Identifier: GPL-2.0 */
/* Put: writes flows and sessions into messages as attributes. */
#ifndef UMBRA_PUT_H
#define UMBRA_PUT_H

#include <net/netlink.h>

struct genl_family;
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
 * struct umbra_message - a message of the netlink family
 * @family: the netlink family
 * @portid: port id of the socket that sent the request; 0 for an event
 * @seq: sequence number of the request; 0 for an event
 * @cmd: UMBRA_CMD_*
 * @room: bytes for attributes
 */
struct umbra_message {
	const struct genl_family *family;
	u32 portid;
	u32 seq;
	u8 cmd;
	size_t room;
};

/* Return: a message without attributes, whose header is in place and in @hdr; or NULL. */
struct sk_buff *umbra_message_new(const struct umbra_message *m, gfp_t gfp, void **hdr);

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
