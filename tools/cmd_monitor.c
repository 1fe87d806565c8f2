// SPDX-License-Identifier: GPL-2.0
/*
 * monitor - print events as they happen
 *
 * Two connections: one only listens, so that what it is told does not mix with the
 * answers to questions about rules, which go over the other.
 */
#include "fwtool.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "names.h"
#include "near.h"
#include "proto.h"
#include "session.h"

/**
 * struct monitor - one run
 * @fw: its connection answers questions
 * @listener: this one only listens
 * @wanted: bits: EVENT_*
 * @left: events to go
 * @deadline: on the monotonic clock, milliseconds; 0 for none
 */
struct monitor {
	struct fw *fw;
	struct unl *listener;
	struct session_names names;
	unsigned int wanted;
	uint64_t left;
	uint64_t deadline;
};

enum {
	EVENT_SESSION = 1,
	EVENT_DROP = 2,
	EVENT_POLICY = 4,
};

static const struct name events[] = {
	{ EVENT_SESSION, "session", "sessions that begin or end" },
	{ EVENT_DROP, "drop", "packets that are refused" },
	{ EVENT_POLICY, "policy", "commits, confirmations and reverts" },
	{ 0, NULL, NULL },
};

static uint64_t now_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

/* Begin a line with the time and the name of the event. */
static void event_begin(struct out *out, const char *event)
{
	uint64_t now = now_ms(CLOCK_REALTIME);
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

static void text_session(struct out *out, const struct session *session,
			 struct session_names *names, bool ended)
{
	char client[SIDE_TEXT_MAX], server[SIDE_TEXT_MAX], rule[RULE_TEXT_MAX];
	char age[OUT_FORMAT_MAX];

	if (out_is_json(out))
		return;
	text_flow(out, &session->original, session_client(session, client),
		  session_server(session, server));
	out_text(out, "in", "in %s", ifname_of(&names->interfaces, session->client_ifindex));
	out_text(out, "out", "out %s", ifname_of(&names->interfaces, session->server_ifindex));
	out_text(out, "rule", "rule %s", rulemap_text(&names->rules, session->rule, rule));
	out_text(out, "reason", "reason %s", name_word(names_reason, session->reason));
	if (!ended)
		return;
	out_text(out, "age", "age %s", out_format_duration(age, session->age));
	text_traffic(out, "sent", &session->sent);
	text_traffic(out, "received", &session->received);
}

static int on_session(struct monitor *monitor, const struct unl_reply *event)
{
	bool ended = event->command == UMBRA_CMD_SESSION_END_NTF;
	struct out *out = monitor->fw->out;
	struct session session;
	int err;

	err = session_read(&session, event);
	if (err)
		return err;
	event_begin(out, ended ? "session-end" : "session-new");
	text_session(out, &session, &monitor->names, ended);
	session_print(&session, &monitor->names, out);
	out_line_end(out);
	return 0;
}

/* A refused packet, as the module reports it. */
struct drop {
	struct tuple flow;
	uint8_t reason;
	uint8_t action;
	uint32_t ifindex;
	uint32_t rule;
	uint32_t unseen;
};

static int drop_read(struct drop *drop, const struct unl_reply *event)
{
	struct nlattr *tb[UMBRA_A_DROP_MAX + 1];

	memset(drop, 0, sizeof(*drop));
	if (nla_parse(tb, UMBRA_A_DROP_MAX, event->attrs, event->len, NULL))
		return -EBADMSG;
	if (tb[UMBRA_A_DROP_REASON])
		drop->reason = nla_get_u8(tb[UMBRA_A_DROP_REASON]);
	if (tb[UMBRA_A_DROP_ACTION])
		drop->action = nla_get_u8(tb[UMBRA_A_DROP_ACTION]);
	if (tb[UMBRA_A_DROP_IFINDEX])
		drop->ifindex = nla_get_u32(tb[UMBRA_A_DROP_IFINDEX]);
	if (tb[UMBRA_A_DROP_RULE])
		drop->rule = nla_get_u32(tb[UMBRA_A_DROP_RULE]);
	if (tb[UMBRA_A_DROP_UNSEEN])
		drop->unseen = nla_get_u32(tb[UMBRA_A_DROP_UNSEEN]);
	return tuple_read(&drop->flow, tb[UMBRA_A_DROP_FLOW]);
}

static void text_drop(struct out *out, const struct drop *drop, struct session_names *names)
{
	char source[END_TEXT_MAX], destination[END_TEXT_MAX], rule[RULE_TEXT_MAX];
	uint8_t protocol = drop->flow.protocol;

	if (drop->flow.source.address.len)
		text_flow(out, &drop->flow, end_text(&drop->flow.source, protocol, source),
			  end_text(&drop->flow.destination, protocol, destination));
	out_text(out, "in", "in %s", ifname_of(&names->interfaces, drop->ifindex));
	out_text(out, "action", "%s", name_word(names_action, drop->action));
	out_text(out, "reason", "reason %s", name_word(names_reason, drop->reason));
	if (drop->rule)
		out_text(out, "rule", "rule %s",
			 rulemap_text(&names->rules, drop->rule, rule));
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
	out_string(out, "interface", ifname_of(&names->interfaces, drop->ifindex));
	out_string(out, "action", name_word(names_action, drop->action));
	out_string(out, "reason", name_word(names_reason, drop->reason));
	rulemap_print(&names->rules, drop->rule, out, "rule");
	out_number(out, "unseen", drop->unseen);
}

static int on_drop(struct monitor *monitor, const struct unl_reply *event)
{
	struct out *out = monitor->fw->out;
	struct drop drop;
	int err;

	err = drop_read(&drop, event);
	if (err)
		return err;
	event_begin(out, "drop");
	if (out_is_json(out))
		json_drop(out, &drop, &monitor->names);
	else
		text_drop(out, &drop, &monitor->names);
	out_line_end(out);
	return 0;
}

static int on_policy(struct monitor *monitor, const struct unl_reply *event)
{
	struct nlattr *tb[UMBRA_A_POLICY_MAX + 1];
	struct out *out = monitor->fw->out;
	uint32_t generation, confirm;
	uint8_t what;

	if (nla_parse(tb, UMBRA_A_POLICY_MAX, event->attrs, event->len, NULL) ||
	    !tb[UMBRA_A_POLICY_EVENT] || !tb[UMBRA_A_POLICY_GENERATION])
		return -EBADMSG;
	what = nla_get_u8(tb[UMBRA_A_POLICY_EVENT]);
	generation = nla_get_u32(tb[UMBRA_A_POLICY_GENERATION]);
	confirm = tb[UMBRA_A_POLICY_CONFIRM] ? nla_get_u32(tb[UMBRA_A_POLICY_CONFIRM]) : 0;

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

/* A policy that cannot be read leaves the old names, and ids say "gone". */
static void monitor_rules(struct monitor *monitor)
{
	struct rulemap fresh = { 0 };

	if (rulemap_load(&fresh, monitor->fw->nl)) {
		rulemap_free(&fresh);
		return;
	}
	rulemap_free(&monitor->names.rules);
	monitor->names.rules = fresh;
}

static int on_event(const struct unl_reply *event, void *arg)
{
	struct monitor *monitor = arg;
	unsigned int kind;
	int err;

	if (!monitor->left)
		return 0;
	kind = event->command == UMBRA_CMD_POLICY_NTF ? EVENT_POLICY :
	       event->command == UMBRA_CMD_DROP_NTF ? EVENT_DROP : EVENT_SESSION;
	if (kind == EVENT_POLICY)
		monitor_rules(monitor);
	if (!(monitor->wanted & kind))
		return 0;
	err = kind == EVENT_POLICY ? on_policy(monitor, event) :
	      kind == EVENT_DROP ? on_drop(monitor, event) : on_session(monitor, event);
	if (!err)
		monitor->left--;
	return err;
}

static void on_lost(struct monitor *monitor)
{
	struct out *out = monitor->fw->out;

	event_begin(out, "lost");
	out_text(out, "lost", "events came faster than they could be printed");
	out_line_end(out);
}

/* Milliseconds to wait, -1 for ever, 0 when the time is over. */
static int monitor_rest(const struct monitor *monitor)
{
	uint64_t now = now_ms(CLOCK_MONOTONIC);

	if (!monitor->deadline)
		return -1;
	if (now >= monitor->deadline)
		return 0;
	return monitor->deadline - now > INT32_MAX ? INT32_MAX : monitor->deadline - now;
}

static int monitor_loop(struct monitor *monitor)
{
	int rest, err;

	while (monitor->left) {
		rest = monitor_rest(monitor);
		err = rest ? unl_receive(monitor->listener, rest, on_event, monitor) :
			     -ETIMEDOUT;
		if (err == -ETIMEDOUT && !rest)
			break;
		if (err == -ENOBUFS)
			on_lost(monitor);
		else if (err && err != -ETIMEDOUT && err != -EINTR && err != -EAGAIN)
			return unl_fail(monitor->listener, "cannot read events");
	}
	return FW_OK;
}

static int monitor_run(struct monitor *monitor, bool counted)
{
	int ret;

	ret = unl_open(&monitor->listener);
	if (ret)
		return ret;
	if (unl_listen(monitor->listener))
		ret = unl_fail(monitor->listener, "cannot listen to events");
	else if (rulemap_load(&monitor->names.rules, monitor->fw->nl))
		ret = unl_fail(monitor->fw->nl, "cannot read the rules");
	else
		ret = monitor_loop(monitor);
	if (!ret && counted && monitor->left) {
		fw_error("the time is over, and %llu events are missing",
			 (unsigned long long)monitor->left);
		ret = FW_REFUSED;
	}
	rulemap_free(&monitor->names.rules);
	unl_close(monitor->listener);
	return ret;
}

static int monitor_words(struct monitor *monitor, const struct fw_args *args)
{
	struct near near;
	char hint[128];
	unsigned int kind;
	size_t i;
	int word;

	for (word = 0; word < args->argc; word++) {
		kind = name_value(events, args->argv[word]);
		monitor->wanted |= kind;
		if (kind)
			continue;
		near = (struct near){ .typed = args->argv[word] };
		for (i = 0; events[i].word; i++)
			near_offer(&near, events[i].word);
		return fw_usage("monitor: no kind of event '%s'%s", args->argv[word],
				near_hint(&near, hint, sizeof(hint)));
	}
	if (!args->argc)
		monitor->wanted = EVENT_SESSION | EVENT_DROP | EVENT_POLICY;
	return FW_OK;
}

static int monitor_command(struct fw *fw, const struct fw_args *args)
{
	struct monitor monitor = { .fw = fw, .left = UINT64_MAX };
	uint64_t seconds = 0;
	int ret;

	ret = monitor_words(&monitor, args);
	if (!ret)
		ret = fw_option_number(args, "count", 1, UINT64_MAX, &monitor.left);
	if (!ret)
		ret = fw_option_number(args, "timeout", 1, UINT32_MAX, &seconds);
	if (!ret)
		ret = fw_connect(fw);
	if (ret)
		return ret;
	if (seconds)
		monitor.deadline = now_ms(CLOCK_MONOTONIC) + seconds * 1000;
	return monitor_run(&monitor, fw_option(args, "count"));
}

static const struct fw_option options[] = {
	{ "count", "N", "end after N events; exit 1 if fewer came before the timeout", 'n' },
	{ "timeout", "SECONDS", "end after that time", 't' },
	{ NULL, NULL, NULL, 0 },
};

const struct fw_command cmd_monitor = {
	.name = "monitor",
	.synopsis = "[session] [drop] [policy]",
	.help = "print events as they happen, all or those named",
	.details =
		"One line each, or one JSON object a line. When events come faster than they\n"
		"can be printed, a line 'lost' says so.\n",
	.options = options,
	.words = "session drop policy",
	.run = monitor_command,
};
