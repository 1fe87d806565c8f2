/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session as the module reports it.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdint.h>

#include "base/ifname.h"
#include "live/rulemap.h"
#include "live/tuple.h"

/** Room for one end of a session with its translation. */
#define SIDE_TEXT_MAX (2 * END_TEXT_MAX + 4)

/**
 * struct traffic - one direction
 * @packets: so far
 * @bytes: of whole IP packets
 */
struct traffic {
	uint64_t packets;
	uint64_t bytes;
};

/**
 * struct session - one allowed flow
 * @id: its number, never reused
 * @age: milliseconds, as are @idle and @expires
 * @idle: since its last packet
 * @expires: until it ends, unless a packet comes
 * @original: the client's packets
 * @reply: the server's packets, as they arrive
 * @sent: by the client
 * @received: by the client
 * @peer: id of the session with the other end of a tcp-relay, or 0
 * @rule: id of the row that allowed it: a rule, or a relay
 * @nat: id of the nat row that translates its source, or 0
 * @generation: of the policy that last judged it
 * @client_ifindex: 0 for the firewall itself
 * @server_ifindex: 0 for the firewall itself
 * @state: enum umbra_state
 * @reason: enum umbra_reason, why it began or ended
 */
struct session {
	uint64_t id;
	uint64_t age;
	uint64_t idle;
	uint64_t expires;
	uint64_t peer;
	struct tuple original;
	struct tuple reply;
	struct traffic sent;
	struct traffic received;
	uint32_t rule;
	uint32_t nat;
	uint32_t generation;
	uint32_t client_ifindex;
	uint32_t server_ifindex;
	uint8_t state;
	uint8_t reason;
};

/** session_read() - read a session from a reply or an event. Return: 0, or -EBADMSG. */
int session_read(struct session *session, const struct unl_reply *reply);

/**
 * session_client() - the client's end
 * @session: session
 * @text: buffer
 *
 * Return: @text: its address and port. If it is translated, "=>" follows, and the address and
 * port that the server sees.
 */
const char *session_client(const struct session *session, char text[SIDE_TEXT_MAX]);

/** session_server() - the server's end, as the client sees it; after "=>" its own, if translated */
const char *session_server(const struct session *session, char text[SIDE_TEXT_MAX]);

/**
 * struct session_names - maps numbers to names
 * @rules: of rules, relays and nat rows
 * @interfaces: of devices
 */
struct session_names {
	struct rulemap rules;
	struct ifnames interfaces;
};

/** session_print() - print all values of a session into an open row or line, in JSON only */
void session_print(const struct session *session, struct session_names *names,
		   struct out *out);

#endif
