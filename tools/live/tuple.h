/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flows as the module reports them.
 */
#ifndef TUPLE_H
#define TUPLE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "kernel/nl.h"
#include "out/out.h"

/** Room for an address with its port. */
#define END_TEXT_MAX (INET6_ADDRSTRLEN + 16)

/**
 * struct end - an address with its port
 * @address: length 0 if the module did not say
 * @port: of TCP and the like; identifier of ICMP queries; host byte order
 */
struct end {
	struct address address;
	uint16_t port;
};

/**
 * struct tuple - one flow as seen on the wire
 * @source: the sender
 * @destination: the receiver
 * @protocol: of IP
 */
struct tuple {
	struct end source;
	struct end destination;
	uint8_t protocol;
};

/** tuple_read() - read a nested attribute. Return: 0, or -EBADMSG. */
int tuple_read(struct tuple *tuple, struct nlattr *nest);

/** tuple_put() - add a tuple to a message, nested in attribute @attr */
void tuple_put(struct nl_msg *msg, int attr, const struct tuple *tuple);

/** tuple_is_reply() - is @reply the reverse of @original, so that nothing is translated? */
bool tuple_is_reply(const struct tuple *original, const struct tuple *reply);

/**
 * end_text() - an end as text
 * @end: address and port
 * @protocol: decides what the port means
 * @text: buffer
 *
 * Return: @text: 10.0.0.1:80, [2001:db8::1]:80, 10.0.0.1#77 for an ICMP identifier,
 * 10.0.0.1 for other protocols.
 */
const char *end_text(const struct end *end, uint8_t protocol, char text[END_TEXT_MAX]);

/** end_print() - an end as JSON: address, and port or id */
void end_print(const struct end *end, uint8_t protocol, struct out *out);

#endif
