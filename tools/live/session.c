// SPDX-License-Identifier: GPL-2.0
#include "live/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/proto.h"

int session_read(struct session *session, const struct unl_reply *reply)
{
	struct nlattr *tb[UMBRA_A_SESSION_MAX + 1];

	if (nla_parse(tb, UMBRA_A_SESSION_MAX, reply->attrs, reply->len, NULL))
		return -EBADMSG;
	*session = (struct session){
		.id = unl_number(tb[UMBRA_A_SESSION_ID]),
		.age = unl_number(tb[UMBRA_A_SESSION_AGE]),
		.idle = unl_number(tb[UMBRA_A_SESSION_IDLE]),
		.expires = unl_number(tb[UMBRA_A_SESSION_EXPIRES]),
		.sent.packets = unl_number(tb[UMBRA_A_SESSION_ORIGINAL_PACKETS]),
		.sent.bytes = unl_number(tb[UMBRA_A_SESSION_ORIGINAL_BYTES]),
		.received.packets = unl_number(tb[UMBRA_A_SESSION_REPLY_PACKETS]),
		.received.bytes = unl_number(tb[UMBRA_A_SESSION_REPLY_BYTES]),
		.peer = unl_number(tb[UMBRA_A_SESSION_PEER]),
		.nat = unl_number(tb[UMBRA_A_SESSION_NAT]),
		.rule = unl_number(tb[UMBRA_A_SESSION_RULE]),
		.generation = unl_number(tb[UMBRA_A_SESSION_GENERATION]),
		.client_ifindex = unl_number(tb[UMBRA_A_SESSION_CLIENT_IFINDEX]),
		.server_ifindex = unl_number(tb[UMBRA_A_SESSION_SERVER_IFINDEX]),
		.state = unl_number(tb[UMBRA_A_SESSION_STATE]),
		.reason = unl_number(tb[UMBRA_A_SESSION_REASON]),
	};
	if (tuple_read(&session->original, tb[UMBRA_A_SESSION_ORIGINAL]))
		return -EBADMSG;
	return tuple_read(&session->reply, tb[UMBRA_A_SESSION_REPLY]);
}

static const char *side_text(const struct session *session, const struct end *from,
			     const struct end *to, char text[SIDE_TEXT_MAX])
{
	uint8_t protocol = session->original.protocol;
	char before[END_TEXT_MAX], after[END_TEXT_MAX];

	end_text(from, protocol, before);
	end_text(to, protocol, after);
	if (tuple_is_reply(&session->original, &session->reply) || !strcmp(before, after))
		snprintf(text, SIDE_TEXT_MAX, "%s", before);
	else
		snprintf(text, SIDE_TEXT_MAX, "%s=>%s", before, after);
	return text;
}

const char *session_client(const struct session *session, char text[SIDE_TEXT_MAX])
{
	return side_text(session, &session->original.source, &session->reply.destination,
			 text);
}

const char *session_server(const struct session *session, char text[SIDE_TEXT_MAX])
{
	return side_text(session, &session->original.destination, &session->reply.source,
			 text);
}

/* One end as JSON: as in the client's packets, and translated. */
static void side_print(const struct session *session, const struct end *end,
		       const struct end *translated, const char *interface, struct out *out)
{
	uint8_t protocol = session->original.protocol;

	end_print(end, protocol, out);
	out_string(out, "interface", interface);
	if (tuple_is_reply(&session->original, &session->reply))
		return;
	out_object_begin(out, "translated");
	end_print(translated, protocol, out);
	out_object_end(out);
}

static void traffic_print(const struct traffic *traffic, struct out *out, const char *key)
{
	out_object_begin(out, key);
	out_number(out, "packets", traffic->packets);
	out_number(out, "bytes", traffic->bytes);
	out_object_end(out);
}

void session_print(const struct session *session, struct session_names *names,
		   struct out *out)
{
	const struct tuple *original = &session->original;
	const struct tuple *reply = &session->reply;
	char protocol[PROTO_TEXT_MAX];

	if (!out_is_json(out))
		return;
	out_number(out, "id", session->id);
	out_string(out, "protocol", proto_text(original->protocol, protocol));
	out_object_begin(out, "client");
	side_print(session, &original->source, &reply->destination,
		   ifname_of(&names->interfaces, session->client_ifindex), out);
	out_object_end(out);
	out_object_begin(out, "server");
	side_print(session, &original->destination, &reply->source,
		   ifname_of(&names->interfaces, session->server_ifindex), out);
	out_object_end(out);
	out_string(out, "state", name_word(names_state, session->state));
	rulemap_print(&names->rules, session->rule, out, "rule");
	rulemap_print(&names->rules, session->nat, out, "nat");
	if (session->peer)
		out_number(out, "peer", session->peer);
	out_number(out, "generation", session->generation);
	out_string(out, "reason", name_word(names_reason, session->reason));
	out_duration(out, "age_ms", session->age);
	out_duration(out, "idle_ms", session->idle);
	out_duration(out, "expires_ms", session->expires);
	traffic_print(&session->sent, out, "sent");
	traffic_print(&session->received, out, "received");
}
