// SPDX-License-Identifier: GPL-2.0
#include "live/event.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/address.h"
#include "live/ipfix.h"
#include "base/names.h"
#include "base/proto.h"

uint64_t event_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

void event_begin(struct out *out, const char *event)
{
	uint64_t now = event_clock(CLOCK_REALTIME);
	time_t seconds = now / 1000;
	struct tm local;
	char text[16];

	out_line_begin(out);
	if (out_is_json(out)) {
		out_number(out, "time_ms", now);
	} else {
		localtime_r(&seconds, &local);
		strftime(text, sizeof(text), "%H:%M:%S", &local);
		out_text(out, "time", "%s.%03u", text, (unsigned int)(now % 1000));
	}
	out_string(out, "event", event);
}

static void text_flow(struct out *out, const struct tuple *flow, const char *client,
		      const char *server)
{
	char protocol[PROTO_TEXT_MAX];

	out_text(out, "flow", "%s %s > %s", proto_text(flow->protocol, protocol), client,
		 server);
}

static void text_traffic(struct out *out, const char *word, const struct traffic *traffic)
{
	char packets[OUT_FORMAT_MAX], bytes[OUT_FORMAT_MAX];

	out_text(out, word, "%s %s/%s", word, out_format_number(packets, traffic->packets),
		 out_format_bytes(bytes, traffic->bytes));
}

/* "rule 3/web" or "relay 1/icq": the text of a relay already begins with its table. */
static void text_rule(struct out *out, const struct session_names *names, uint32_t id)
{
	const struct rule_ref *rule = rulemap_find(&names->rules, id);
	bool relay = rule && rule->table == UMBRA_TABLE_RELAY;
	char text[RULE_TEXT_MAX];

	out_text(out, "rule", "%s%s", relay ? "" : "rule ",
		 rulemap_text(&names->rules, id, text));
}

static void text_session(struct out *out, const struct session *session,
			 struct session_names *names, bool ended)
{
	char client[SIDE_TEXT_MAX], server[SIDE_TEXT_MAX];
	char age[OUT_FORMAT_MAX];

	if (out_is_json(out))
		return;
	text_flow(out, &session->original, session_client(session, client),
		  session_server(session, server));
	out_text(out, "in", "in %s", ifname_of(&names->interfaces, session->client_ifindex));
	out_text(out, "out", "out %s", ifname_of(&names->interfaces, session->server_ifindex));
	text_rule(out, names, session->rule);
	out_text(out, "reason", "reason %s", name_word(names_reason, session->reason));
	if (!ended)
		return;
	out_text(out, "age", "age %s", out_format_duration(age, session->age));
	text_traffic(out, "sent", &session->sent);
	text_traffic(out, "received", &session->received);
}

static int print_session(struct out *out, struct session_names *names,
			 const struct unl_reply *event)
{
	bool ended = event->command == UMBRA_CMD_SESSION_END_NTF;
	struct session session;
	int err;

	err = session_read(&session, event);
	if (err)
		return err;
	event_begin(out, ended ? "session-end" : "session-new");
	text_session(out, &session, names, ended);
	session_print(&session, names, out);
	out_line_end(out);
	return 0;
}

int event_print_ipfix(const struct unl_reply *event, struct session_names *names,
		      struct out *out)
{
	struct session session;
	int err = session_read(&session, event);

	if (err)
		return err;
	out_line_begin(out);
	ipfix_print(&session, names, event_clock(CLOCK_REALTIME), out);
	out_line_end(out);
	return 0;
}

/* A refused packet, as the module reports it. For an ICMP error, @flow is the flow it quotes. */
struct drop {
	struct tuple flow;
	struct tuple error;
	uint16_t error_kind;	/* type * 256 + code */
	uint8_t reason;
	uint8_t action;
	uint32_t ifindex;
	uint32_t rule;
	uint32_t unseen;
};

static int error_read(struct drop *drop, struct nlattr *const tb[])
{
	struct nlattr *nest = tb[UMBRA_A_DROP_ERROR], *kind = NULL;

	if (nest)
		kind = nla_find(nla_data(nest), nla_len(nest), UMBRA_A_TUPLE_DESTINATION_PORT);
	if (kind)
		drop->error_kind = nla_get_u16(kind);
	return tuple_read(&drop->error, nest);
}

static int drop_read(struct drop *drop, const struct unl_reply *event)
{
	struct nlattr *tb[UMBRA_A_DROP_MAX + 1];

	if (nla_parse(tb, UMBRA_A_DROP_MAX, event->attrs, event->len, NULL))
		return -EBADMSG;
	*drop = (struct drop){
		.reason = unl_number(tb[UMBRA_A_DROP_REASON]),
		.action = unl_number(tb[UMBRA_A_DROP_ACTION]),
		.ifindex = unl_number(tb[UMBRA_A_DROP_IFINDEX]),
		.rule = unl_number(tb[UMBRA_A_DROP_RULE]),
		.unseen = unl_number(tb[UMBRA_A_DROP_UNSEEN]),
	};
	return tuple_read(&drop->flow, tb[UMBRA_A_DROP_FLOW]) ?: error_read(drop, tb);
}

static void text_error(struct out *out, const struct drop *drop)
{
	const struct tuple *error = &drop->error;
	char source[END_TEXT_MAX], destination[END_TEXT_MAX];

	if (!error->source.address.len)
		return;
	/* Protocol 0: print addresses without ports. */
	out_text(out, "error", "icmp-error %u/%u from %s to %s about",
		 drop->error_kind >> 8, drop->error_kind & 0xff,
		 end_text(&error->source, 0, source), end_text(&error->destination, 0, destination));
}

static void json_error(struct out *out, const struct drop *drop)
{
	const struct tuple *error = &drop->error;
	char address[INET6_ADDRSTRLEN];

	if (!error->source.address.len)
		return;
	out_object_begin(out, "icmp_error");
	out_string(out, "source", address_print(&error->source.address, address));
	out_string(out, "destination", address_print(&error->destination.address, address));
	out_number(out, "type", drop->error_kind >> 8);
	out_number(out, "code", drop->error_kind & 0xff);
	out_object_end(out);
}

static void text_drop(struct out *out, const struct drop *drop, struct session_names *names)
{
	char source[END_TEXT_MAX], destination[END_TEXT_MAX];
	uint8_t protocol = drop->flow.protocol;

	text_error(out, drop);
	if (drop->flow.source.address.len)
		text_flow(out, &drop->flow, end_text(&drop->flow.source, protocol, source),
			  end_text(&drop->flow.destination, protocol, destination));
	out_text(out, "in", "in %s", ifname_of(&names->interfaces, drop->ifindex));
	out_text(out, "action", "%s", name_word(names_action, drop->action));
	out_text(out, "reason", "reason %s", name_word(names_reason, drop->reason));
	if (drop->rule)
		text_rule(out, names, drop->rule);
	if (drop->unseen)
		out_text(out, "unseen", "and %u before it", drop->unseen);
}

static void json_drop(struct out *out, const struct drop *drop, struct session_names *names)
{
	char protocol[PROTO_TEXT_MAX];

	if (drop->flow.source.address.len) {
		out_string(out, "protocol", proto_text(drop->flow.protocol, protocol));
		out_object_begin(out, "source");
		end_print(&drop->flow.source, drop->flow.protocol, out);
		out_object_end(out);
		out_object_begin(out, "destination");
		end_print(&drop->flow.destination, drop->flow.protocol, out);
		out_object_end(out);
	}
	json_error(out, drop);
	out_string(out, "interface", ifname_of(&names->interfaces, drop->ifindex));
	out_string(out, "action", name_word(names_action, drop->action));
	out_string(out, "reason", name_word(names_reason, drop->reason));
	rulemap_print(&names->rules, drop->rule, out, "rule");
	out_number(out, "unseen", drop->unseen);
}

static int print_drop(struct out *out, struct session_names *names,
		      const struct unl_reply *event)
{
	struct drop drop;
	int err;

	err = drop_read(&drop, event);
	if (err)
		return err;
	event_begin(out, "drop");
	if (out_is_json(out))
		json_drop(out, &drop, names);
	else
		text_drop(out, &drop, names);
	out_line_end(out);
	return 0;
}

static int print_policy_event(struct out *out, const struct unl_reply *event)
{
	struct nlattr *tb[UMBRA_A_POLICY_MAX + 1];
	uint32_t generation, confirm;
	uint8_t what;

	if (nla_parse(tb, UMBRA_A_POLICY_MAX, event->attrs, event->len, NULL) ||
	    !tb[UMBRA_A_POLICY_EVENT] || !tb[UMBRA_A_POLICY_GENERATION])
		return -EBADMSG;
	what = nla_get_u8(tb[UMBRA_A_POLICY_EVENT]);
	generation = nla_get_u32(tb[UMBRA_A_POLICY_GENERATION]);
	confirm = unl_number(tb[UMBRA_A_POLICY_CONFIRM]);

	event_begin(out, "policy");
	out_string(out, "what", name_word(names_policy_event, what));
	if (out_is_json(out)) {
		out_number(out, "generation", generation);
		if (confirm)
			out_number(out, "confirm_seconds", confirm);
	} else {
		out_text(out, "generation", "generation %u", generation);
		if (confirm)
			out_text(out, "confirm", "to be confirmed within %us", confirm);
	}
	out_line_end(out);
	return 0;
}

int event_print(const struct unl_reply *event, struct session_names *names, struct out *out)
{
	switch (event->command) {
	case UMBRA_CMD_SESSION_NEW_NTF:
	case UMBRA_CMD_SESSION_END_NTF:
		return print_session(out, names, event);
	case UMBRA_CMD_DROP_NTF:
		return print_drop(out, names, event);
	case UMBRA_CMD_POLICY_NTF:
		return print_policy_event(out, event);
	default:
		return 0;
	}
}
