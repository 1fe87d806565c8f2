// SPDX-License-Identifier: GPL-2.0
#include "live/tuple.h"

#include <errno.h>
#include <string.h>

#include "base/proto.h"

static int address_read(struct address *address, const struct nlattr *attr)
{
	memset(address, 0, sizeof(*address));
	if (!attr)
		return 0;
	if (nla_len(attr) != 4 && nla_len(attr) != 16)
		return -EBADMSG;
	address->len = nla_len(attr);
	memcpy(address->bytes, nla_data(attr), address->len);
	return 0;
}

int tuple_read(struct tuple *tuple, struct nlattr *nest)
{
	struct nlattr *tb[UMBRA_A_TUPLE_MAX + 1];

	memset(tuple, 0, sizeof(*tuple));
	if (!nest)
		return 0;
	if (nla_parse_nested(tb, UMBRA_A_TUPLE_MAX, nest, NULL) ||
	    address_read(&tuple->source.address, tb[UMBRA_A_TUPLE_SOURCE]) ||
	    address_read(&tuple->destination.address, tb[UMBRA_A_TUPLE_DESTINATION]))
		return -EBADMSG;
	tuple->protocol = unl_number(tb[UMBRA_A_TUPLE_PROTOCOL]);
	tuple->source.port = unl_number(tb[UMBRA_A_TUPLE_SOURCE_PORT]);
	tuple->destination.port = unl_number(tb[UMBRA_A_TUPLE_DESTINATION_PORT]);
	/* A query has one identifier; the destination port may contain its type instead. */
	if (proto_has_id(tuple->protocol))
		tuple->destination.port = tuple->source.port;
	return 0;
}

void tuple_put(struct nl_msg *msg, int attr, const struct tuple *tuple)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest)
		return;
	nla_put(msg, UMBRA_A_TUPLE_SOURCE, tuple->source.address.len,
		tuple->source.address.bytes);
	nla_put(msg, UMBRA_A_TUPLE_DESTINATION, tuple->destination.address.len,
		tuple->destination.address.bytes);
	nla_put_u8(msg, UMBRA_A_TUPLE_PROTOCOL, tuple->protocol);
	nla_put_u16(msg, UMBRA_A_TUPLE_SOURCE_PORT, tuple->source.port);
	nla_put_u16(msg, UMBRA_A_TUPLE_DESTINATION_PORT, tuple->destination.port);
	nla_nest_end(msg, nest);
}

static bool end_equal(const struct end *a, const struct end *b, bool ports)
{
	return address_equal(&a->address, &b->address) && (!ports || a->port == b->port);
}

bool tuple_is_reply(const struct tuple *original, const struct tuple *reply)
{
	bool ports = proto_has_ports(original->protocol) || proto_has_id(original->protocol);

	/* Without a reply tuple no translation is known. */
	return !reply->source.address.len ||
	       (end_equal(&original->source, &reply->destination, ports) &&
		end_equal(&original->destination, &reply->source, ports));
}

const char *end_text(const struct end *end, uint8_t protocol, char text[END_TEXT_MAX])
{
	char address[INET6_ADDRSTRLEN] = "?";
	bool v6 = end->address.len == 16;

	if (end->address.len)
		address_print(&end->address, address);
	if (proto_has_ports(protocol))
		snprintf(text, END_TEXT_MAX, v6 ? "[%s]:%u" : "%s:%u", address, end->port);
	else if (proto_has_id(protocol))
		snprintf(text, END_TEXT_MAX, "%s#%u", address, end->port);
	else
		snprintf(text, END_TEXT_MAX, "%s", address);
	return text;
}

void end_print(const struct end *end, uint8_t protocol, struct out *out)
{
	char address[INET6_ADDRSTRLEN];

	if (end->address.len)
		out_string(out, "address", address_print(&end->address, address));
	if (proto_has_ports(protocol))
		out_number(out, "port", end->port);
	else if (proto_has_id(protocol))
		out_number(out, "id", end->port);
}
