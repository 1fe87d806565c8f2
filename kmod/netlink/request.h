/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink: what the files of this room share. */
#ifndef UMBRA_NETLINK_H
#define UMBRA_NETLINK_H

#include <net/genetlink.h>

#include "netlink/gen.h"
#include "policy/extack.h"
#include "report/put.h"
#include "session/session.h"
#include "umbra.h"

struct umbra_candidate;
struct umbra_commit;
struct umbra_policy;
struct umbra_row;

extern struct genl_family umbra_nl_family;

/* Open and close the netlink family. Every namespace is initialised in between. */
int umbra_netlink_init(void);
void umbra_netlink_exit(void);

/**
 * struct umbra_request - an operation on the policy; holds umbra_net.lock
 * @un: namespace of the socket
 * @candidate: candidate of the socket, or NULL
 * @why: set to the reason of a refusal
 */
struct umbra_request {
	struct umbra_net *un;
	struct umbra_candidate *candidate;
	struct umbra_refusal why;
};

/*
 * Take the lock and find the socket's candidate. @skb: the request. Return: 0; or -ENOENT, with the
 * lock released, if the socket has none.
 */
int umbra_request_begin(struct umbra_request *r, const struct sk_buff *skb,
			struct genl_info *info);

/* The same for a dump. */
int umbra_request_begin_dump(struct umbra_request *r, struct netlink_callback *cb);

/* Take the lock and find the candidate, if there is one. */
void umbra_request_begin_any(struct umbra_request *r, const struct sk_buff *skb,
			     struct genl_info *info);
void umbra_request_end(struct umbra_request *r);

/* Make a reply to @info with its header and @room bytes for attributes; NULL without memory. */
struct sk_buff *umbra_reply_new(struct genl_info *info, size_t room, void **hdr);

/* Send the reply if @err is 0, else free it. Return: the final error. */
int umbra_reply_send(struct sk_buff *skb, void *hdr, struct genl_info *info, int err);

/* Put the running policy into @skb, or @p if it was only checked. Context: umbra_net.lock held. */
int umbra_put_policy(struct sk_buff *skb, struct umbra_net *un, const struct umbra_policy *p);

/* Read UMBRA_A_TUPLE_*. Return: 0, or -EINVAL with the reason in @extack. */
int umbra_get_tuple(const struct nlattr *nest, struct umbra_key *key,
		    struct netlink_ext_ack *extack);

/*
 * Read a TCP connection to the firewall, if @nest is not NULL; @has is set accordingly. Return: 0,
 * or -EINVAL with the reason in @extack.
 */
int umbra_get_connection(const struct nlattr *nest, struct umbra_key *key, bool *has,
			 struct netlink_ext_ack *extack);

/**
 * umbra_get_zone() - read local time
 * @nlh: message
 * @type: type of the attributes that are offsets, UMBRA_A_OFFSET_*
 * @zone: set to the offsets; UTC if there are none
 * @extack: set to what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int umbra_get_zone(const struct nlmsghdr *nlh, int type, struct umbra_zone *zone,
		   struct netlink_ext_ack *extack);

/**
 * umbra_walk_sessions() - visit all sessions
 * @un: namespace
 * @fn: called for each session; a value other than 0 ends the walk
 * @begin: called first; and again if the table was resized during the walk, which may have
 *	missed some sessions or seen some twice
 * @arg: for both
 *
 * Context: process, may sleep.
 */
void umbra_walk_sessions(struct umbra_net *un, int (*fn)(struct umbra_session *s, void *arg),
			 void (*begin)(void *arg), void *arg);

/**
 * umbra_dump_buckets() - fill one message of a dump of sessions
 * @un: namespace
 * @skb: message
 * @cb: dump; its sequence number is what the caller wants to be added to the table's epoch
 * @place: where the dump continues, 0 at first
 * @fn: puts a session into @skb, or returns -EMSGSIZE
 * @arg: for @fn
 *
 * Context: process, may sleep.
 * Return: number of bytes in the message, 0 at the end, or -EMSGSIZE.
 */
int umbra_dump_buckets(struct umbra_net *un, struct sk_buff *skb, struct netlink_callback *cb,
		       u32 *place, int (*fn)(struct umbra_session *s, void *arg), void *arg);

/*
 * Put a session into a dump as a message. More attributes may be added before genlmsg_end().
 * Return: its header, or NULL without room.
 */
void *umbra_dump_session(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
			 struct umbra_session *s);

/* A filter of sessions: UMBRA_A_FILTER_*. */
struct umbra_filter {
	u32 given;			/* attributes that are given, a bit each */
	u8 family;
	u8 proto;
	u8 state;
	u8 client_prefix, server_prefix, host_prefix;
	u16 client_port, server_port;
	u32 rule;
	u32 ifindex;
	u64 id;
	struct in6_addr client, server, host;
};

/* @nest may be NULL, which fits all. Return: 0, or -EINVAL with the reason in @extack. */
int umbra_filter_read(struct umbra_filter *f, const struct nlattr *nest,
		      struct netlink_ext_ack *extack);
bool umbra_filter_fits(const struct umbra_filter *f, const struct umbra_session *s);

#endif
