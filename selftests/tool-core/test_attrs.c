// SPDX-License-Identifier: GPL-2.0
/* The name of the attribute that an error is about. */
#include <netlink/genl/genl.h>

#include "kernel/attrs.h"
#include "kernel/nl.h"
#include "tap.h"

static unsigned int offset_of(struct nl_msg *msg, const struct nlattr *attr)
{
	return (const char *)attr - (const char *)nlmsg_hdr(msg);
}

static const struct nlattr *last_attr(struct nl_msg *msg, const struct nlattr *nest, int type)
{
	struct nlattr *attr, *found = NULL;
	int left;

	(void)msg;
	nla_for_each_nested(attr, nest, left)
		if (nla_type(attr) == type)
			found = attr;
	return found;
}

/* A network of three addresses, each with `first`. */
static struct nl_msg *network_message(void)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlattr *network, *address;
	int i;

	genlmsg_put(msg, 0, 1, 20, 0, 0, UMBRA_CMD_ROW_ADD, 1);
	nla_put_u8(msg, UMBRA_A_ROW_TABLE, UMBRA_TABLE_NETWORK);
	network = nla_nest_start(msg, UMBRA_A_ROW_NETWORK);
	nla_put_string(msg, UMBRA_A_NETWORK_NAME, "Inside");
	for (i = 0; i < 3; i++) {
		address = nla_nest_start(msg, UMBRA_A_NETWORK_ADDRESS);
		nla_put_u32(msg, UMBRA_A_ADDRESS_FIRST, i);
		nla_nest_end(msg, address);
	}
	nla_nest_end(msg, network);
	return msg;
}

static void test_paths(struct tap *tap)
{
	struct nl_msg *msg = network_message();
	struct nlmsghdr *header = nlmsg_hdr(msg);
	const struct nlattr *table = genlmsg_attrdata(nlmsg_data(header), 0);
	const struct nlattr *network = nlmsg_find_attr(header, GENL_HDRLEN, UMBRA_A_ROW_NETWORK);
	const struct nlattr *address = last_attr(msg, network, UMBRA_A_NETWORK_ADDRESS);
	unsigned int offset;
	char text[64];

	attrs_path(header, offset_of(msg, table), 0, text, sizeof(text));
	tap_is(tap, text, "table", "an error names the first attribute");
	attrs_path(header, offset_of(msg, network), 0, text, sizeof(text));
	tap_is(tap, text, "network", "an error names a nest");
	attrs_path(header, offset_of(msg, nla_data(network)), 0, text, sizeof(text));
	tap_is(tap, text, "network name", "an error names an attribute in a nest");
	attrs_path(header, offset_of(msg, nla_data(address)), 0, text, sizeof(text));
	tap_is(tap, text, "network address 3 first",
	       "an error names an attribute in the third nest of its type");
	attrs_path(header, offset_of(msg, network), UMBRA_A_NETWORK_COMMENT, text, sizeof(text));
	tap_is(tap, text, "network comment",
	       "an error names an attribute that is missing in a nest");
	attrs_path(header, 0, UMBRA_A_ROW_POSITION, text, sizeof(text));
	tap_is(tap, text, "position",
	       "an error names an attribute that is missing outside any nest");
	attrs_path(header, 0, 99, text, sizeof(text));
	tap_is(tap, text, "attribute 99", "an error gives the number of an unknown attribute");
	attrs_path(header, 1000000, 0, text, sizeof(text));
	tap_is(tap, text, "", "an error with an offset beyond the end names no attribute");
	for (offset = 0; offset < header->nlmsg_len + 8; offset++)
		attrs_path(header, offset, offset % 3, text, offset % 7 + 8);
	tap_ok(tap, true, "every offset is handled safely, even with too little room");
	nlmsg_free(msg);
}

static void test_tables(struct tap *tap)
{
	const struct attr_set *set;
	unsigned int command, type, bad = 0;

	for (command = 1; command <= UMBRA_CMD_EXPLAIN; command++) {
		set = attrs_of_command(command);
		bad += !set;
		for (type = 1; set && type <= set->max; type++)
			if (!set->attrs[type].name &&
			    (set != attrs_of_command(UMBRA_CMD_ROW_ADD) ||
			     type != UMBRA_A_ROW_PAD))
				bad += set != attrs_of_command(UMBRA_CMD_SESSION_GET) &&
				       set != attrs_of_command(UMBRA_CMD_STATS_GET);
	}
	tap_ok(tap, !bad, "every attribute of every request has a name");
	tap_ok(tap, !attrs_of_command(200), "an unknown command has no attributes");
}

int main(void)
{
	struct tap tap = { 0 };

	test_paths(&tap);
	test_tables(&tap);
	return tap_end(&tap);
}
