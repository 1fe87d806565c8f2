/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An end of an SCTP association by RFC 9260. The router's tracking is compared
 * with it. No part of it comes from kmod/.
 */
#ifndef UMBRA_SELFTEST_NAT_SCTP_END_H
#define UMBRA_SELFTEST_NAT_SCTP_END_H

#include "env.h"

enum sctp_state {
	SCTP_CLOSED, SCTP_COOKIE_WAIT, SCTP_COOKIE_ECHOED, SCTP_ESTABLISHED,
	SCTP_SHUTDOWN_SENT, SCTP_SHUTDOWN_ACK_SENT,
};

/* Types of chunks, section 3.2. */
enum sctp_type {
	SCTP_DATA = 0, SCTP_INIT = 1, SCTP_INIT_ACK = 2, SCTP_SACK = 3, SCTP_HEARTBEAT = 4,
	SCTP_HEARTBEAT_ACK = 5, SCTP_ABORT = 6, SCTP_SHUTDOWN = 7, SCTP_SHUTDOWN_ACK = 8,
	SCTP_ERROR = 9, SCTP_COOKIE_ECHO = 10, SCTP_COOKIE_ACK = 11, SCTP_SHUTDOWN_COMPLETE = 14,
};

/**
 * struct sctp_cookie - what an end sends to itself by way of the other end, 5.1.3
 * @owner: the end that signed it, or NULL: it is forged
 * @local: the owner's tag
 * @peer: the other end's tag
 * @local_tie: the owner's tag of the association that existed meanwhile, or 0
 * @peer_tie: the peer's tag of that association, or 0
 */
struct sctp_cookie {
	const void *owner;
	u32 local, peer;
	u32 local_tie, peer_tie;
};

/**
 * struct sctp_chunk - a packet of one chunk
 * @type: of the chunk
 * @reflected: its T bit
 * @data: data come with it, as COOKIE ECHO and COOKIE ACK may have
 * @tag: its verification tag
 * @initiate: of INIT and INIT ACK
 * @cookie: of INIT ACK and COOKIE ECHO
 */
struct sctp_chunk {
	enum sctp_type type;
	bool reflected;
	bool data;
	u32 tag;
	u32 initiate;
	struct sctp_cookie cookie;
};

/**
 * struct sctp_end - an end
 * @id: identifies its cookies
 * @state: of section 4; those from SHUTDOWN-PENDING on only as far as tags matter
 * @tag: its own tag, which packets to it carry
 * @peer: the other end's tag
 * @next: the next tag that it chooses
 * @restarts: how often the other end has started again, 5.2.4 action A
 * @got: data that came
 */
struct sctp_end {
	const void *id;
	enum sctp_state state;
	u32 tag, peer;
	u32 next;
	u32 restarts;
	u32 got;
};

/**
 * sctp_end_receive() - a packet arrives
 * @e: end; one that is SCTP_CLOSED listens
 * @c: packet
 * @reply: filled: what it answers at once
 *
 * Return: whether there is a reply.
 */
bool sctp_end_receive(struct sctp_end *e, const struct sctp_chunk *c, struct sctp_chunk *reply);

/* Begins an association, or begins it again: returns its INIT. */
struct sctp_chunk sctp_end_init(struct sctp_end *e);

/* Any other packet that it may send with its present tags. */
struct sctp_chunk sctp_end_says(struct sctp_end *e, enum sctp_type type);

#endif
