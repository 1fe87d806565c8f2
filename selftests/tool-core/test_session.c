// SPDX-License-Identifier: GPL-2.0
/* Sessions: attributes to text and JSON. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "live/session.h"
#include "tap.h"

static void put_tuple(struct nl_msg *msg, int type, uint8_t protocol, const char *source,
		      uint16_t source_port, const char *destination, uint16_t destination_port)
{
	struct nlattr *nest = nla_nest_start(msg, type);
	struct address address;

	address_parse(source, &address);
	nla_put(msg, UMBRA_A_TUPLE_SOURCE, address.len, address.bytes);
	address_parse(destination, &address);
	nla_put(msg, UMBRA_A_TUPLE_DESTINATION, address.len, address.bytes);
	nla_put_u8(msg, UMBRA_A_TUPLE_PROTOCOL, protocol);
	nla_put_u16(msg, UMBRA_A_TUPLE_SOURCE_PORT, source_port);
	nla_put_u16(msg, UMBRA_A_TUPLE_DESTINATION_PORT, destination_port);
	nla_nest_end(msg, nest);
}

static int read_message(struct session *session, struct nl_msg *msg)
{
	struct unl_reply reply = {
		.attrs = nlmsg_attrdata(nlmsg_hdr(msg), 0),
		.len = nlmsg_attrlen(nlmsg_hdr(msg), 0),
	};

	return session_read(session, &reply);
}

static void test_plain(struct tap *tap)
{
	struct nl_msg *msg = nlmsg_alloc_simple(0, 0);
	struct session session;
	char text[SIDE_TEXT_MAX];

	put_tuple(msg, UMBRA_A_SESSION_ORIGINAL, 6, "10.0.0.1", 1024, "10.0.0.2", 80);
	put_tuple(msg, UMBRA_A_SESSION_REPLY, 6, "10.0.0.2", 80, "10.0.0.1", 1024);
	tap_ok(tap, !read_message(&session, msg), "a TCP session is read");
	tap_is(tap, session_client(&session, text), "10.0.0.1:1024",
	       "a TCP session's client has its port");
	tap_is(tap, session_server(&session, text), "10.0.0.2:80",
	       "a TCP session's server has its port");
	nlmsg_free(msg);

	msg = nlmsg_alloc_simple(0, 0);
	put_tuple(msg, UMBRA_A_SESSION_ORIGINAL, 58, "2001:db8::1", 77, "2001:db8::2", 32768);
	put_tuple(msg, UMBRA_A_SESSION_REPLY, 58, "2001:db8::2", 77, "2001:db8::1", 0);
	tap_ok(tap, !read_message(&session, msg), "an ICMPv6 query is read");
	tap_is(tap, session_client(&session, text), "2001:db8::1#77",
	       "a query's client has the query's id");
	tap_is(tap, session_server(&session, text), "2001:db8::2#77",
	       "a query's server has the same id");
	nlmsg_free(msg);

	msg = nlmsg_alloc_simple(0, 0);
	put_tuple(msg, UMBRA_A_SESSION_ORIGINAL, 50, "10.0.0.1", 0, "10.0.0.2", 0);
	tap_ok(tap, !read_message(&session, msg), "an ESP session without a reply tuple is read");
	tap_is(tap, session_server(&session, text), "10.0.0.2",
	       "an ESP session's server has no port");
	nlmsg_free(msg);
}

static void test_translated(struct tap *tap)
{
	struct nl_msg *msg = nlmsg_alloc_simple(0, 0);
	struct session_names names = { 0 };
	struct session session;
	char text[SIDE_TEXT_MAX];
	char *json = NULL;
	size_t size;
	FILE *file = open_memstream(&json, &size);
	struct out *out = out_open(file, true);

	put_tuple(msg, UMBRA_A_SESSION_ORIGINAL, 17, "2001:db8::1", 53, "2001:db8::2", 5353);
	put_tuple(msg, UMBRA_A_SESSION_REPLY, 17, "2001:db8::9", 99, "2001:db8::1", 53);
	nla_put_u64(msg, UMBRA_A_SESSION_ID, 5);
	nla_put_u32(msg, UMBRA_A_SESSION_RULE, 7);
	tap_ok(tap, !read_message(&session, msg), "a translated session is read");
	tap_is(tap, session_client(&session, text), "[2001:db8::1]:53",
	       "a client that is not translated is shown once");
	tap_is(tap, session_server(&session, text), "[2001:db8::2]:5353=>[2001:db8::9]:99",
	       "a translated server is shown with both addresses");
	out_line_begin(out);
	session_print(&session, &names, out);
	out_line_end(out);
	out_close(out);
	fclose(file);
	tap_ok(tap, strstr(json, "\"server\": { \"address\": \"2001:db8::2\", \"port\": 5353, "
			   "\"interface\": \"firewall\", \"translated\": { \"address\": "
			   "\"2001:db8::9\", \"port\": 99 } }"),
	       "a translated server has both addresses in JSON");
	tap_ok(tap, strstr(json, "\"rule\": { \"id\": 7 }"),
	       "a rule that is gone has only its id in JSON");
	free(json);
	nlmsg_free(msg);
}

static void test_broken(struct tap *tap)
{
	struct nl_msg *msg = nlmsg_alloc_simple(0, 0);
	struct session session;
	struct nlattr *nest;

	nest = nla_nest_start(msg, UMBRA_A_SESSION_ORIGINAL);
	nla_put(msg, UMBRA_A_TUPLE_SOURCE, 5, "12345");
	nla_nest_end(msg, nest);
	tap_ok(tap, read_message(&session, msg), "an address of five bytes is refused");
	nlmsg_free(msg);
	msg = nlmsg_alloc_simple(0, 0);
	nla_put(msg, UMBRA_A_SESSION_ID, 3, "abc");
	tap_ok(tap, !read_message(&session, msg) && !session.id,
	       "a number of the wrong size is ignored");
	nlmsg_free(msg);
}

int main(void)
{
	struct tap tap = { 0 };

	test_plain(&tap);
	test_translated(&tap);
	test_broken(&tap);
	return tap_end(&tap);
}
