// SPDX-License-Identifier: GPL-2.0
/*
 * session - list, count and end sessions
 */
#include "base/fwtool.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/nl.h"
#include "live/filter.h"
#include "base/names.h"
#include "base/near.h"
#include "base/proto.h"
#include "live/session.h"
#include "out/out.h"

static const struct out_column columns[] = {
	{ "id", "ID", OUT_RIGHT },
	{ "protocol", "PROTO", 0 },
	{ "client", "CLIENT", 0 },
	{ "server", "SERVER", 0 },
	{ "state", "STATE", 0 },
	{ "rule", "RULE", 0 },
	{ "age", "AGE", OUT_RIGHT },
	{ "idle", "IDLE", OUT_RIGHT },
	{ "expires", "EXPIRES", OUT_RIGHT },
	{ "sent", "SENT", OUT_RIGHT },
	{ "received", "RECEIVED", OUT_RIGHT },
	{ "in", "IN", 0 },
	{ "out", "OUT", 0 },
	{ "nat_row", "NAT", 0 },
	{ "peer_id", "PEER", OUT_RIGHT },
	{ NULL, NULL, 0 },
};

/**
 * struct listing - a list that is being printed
 * @out: printer
 * @names: of rules and interfaces
 * @limit: rows to print at most
 * @printed: rows so far
 */
struct listing {
	struct out *out;
	struct session_names names;
	uint64_t limit;
	uint64_t printed;
};

static void text_traffic(struct out *out, const char *key, const struct traffic *traffic)
{
	char packets[OUT_FORMAT_MAX], bytes[OUT_FORMAT_MAX];

	out_text(out, key, "%s/%s", out_format_number(packets, traffic->packets),
		 out_format_bytes(bytes, traffic->bytes));
}

static void text_duration(struct out *out, const char *key, uint64_t milliseconds)
{
	char text[OUT_FORMAT_MAX];

	out_text(out, key, "%s", out_format_duration(text, milliseconds));
}

static void text_translation(struct out *out, const struct session *session,
			     struct session_names *names)
{
	const struct rule_ref *nat = rulemap_find(&names->rules, session->nat);

	if (nat)
		out_text(out, "nat_row", "%u%s%s", nat->position, nat->name[0] ? "/" : "",
			 nat->name);
	else if (session->nat)
		out_text(out, "nat_row", "gone");
	if (session->peer)
		out_text(out, "peer_id", "%llu", (unsigned long long)session->peer);
}

static void text_session(struct out *out, const struct session *session,
			 struct session_names *names)
{
	char protocol[PROTO_TEXT_MAX], client[SIDE_TEXT_MAX], server[SIDE_TEXT_MAX];
	char rule[RULE_TEXT_MAX];

	if (out_is_json(out))
		return;
	out_text(out, "id", "%llu", (unsigned long long)session->id);
	out_text(out, "protocol", "%s", proto_text(session->original.protocol, protocol));
	out_text(out, "client", "%s", session_client(session, client));
	out_text(out, "server", "%s", session_server(session, server));
	out_text(out, "state", "%s", name_word(names_state, session->state));
	out_text(out, "rule", "%s", rulemap_text(&names->rules, session->rule, rule));
	text_duration(out, "age", session->age);
	text_duration(out, "idle", session->idle);
	text_duration(out, "expires", session->expires);
	text_traffic(out, "sent", &session->sent);
	text_traffic(out, "received", &session->received);
	out_text(out, "in", "%s", ifname_of(&names->interfaces, session->client_ifindex));
	out_text(out, "out", "%s", ifname_of(&names->interfaces, session->server_ifindex));
	text_translation(out, session, names);
}

static int list_one(const struct unl_reply *reply, void *arg)
{
	struct listing *listing = arg;
	struct session session;
	int err;

	if (listing->printed == listing->limit)
		return -ECANCELED;
	err = session_read(&session, reply);
	if (err)
		return err;
	listing->printed++;
	out_row_begin(listing->out);
	text_session(listing->out, &session, &listing->names);
	session_print(&session, &listing->names, listing->out);
	out_row_end(listing->out);
	return 0;
}

static int list_dump(struct fw *fw, const struct filter *filter, struct listing *listing)
{
	struct nl_msg *msg = unl_message(fw->nl, UMBRA_CMD_SESSION_GET);
	int err;

	filter_put(filter, msg);
	out_list_begin(fw->out, "sessions", columns);
	err = unl_dump(fw->nl, msg, list_one, NULL, listing);
	out_list_end(fw->out);
	if (err < 0 && err != -ECANCELED)
		return unl_fail(fw->nl, "cannot list sessions");
	if (err > 0)
		fw_error("the session table was rearranged meanwhile, so sessions may be missing or listed "
			 "twice: list them again");
	return FW_OK;
}

static int session_list(struct fw *fw, const struct fw_args *args, struct filter *filter,
			struct rulemap *rules)
{
	struct listing listing = { .out = fw->out, .limit = UINT64_MAX };

	/* session_run() has checked the number. */
	fw_option_number(args, "limit", 1, UINT64_MAX, &listing.limit);
	/* Borrowed: the caller frees the map. */
	listing.names.rules = *rules;
	return list_dump(fw, filter, &listing);
}

static int got_count(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_SESSION_MAX + 1];
	uint64_t *count = arg;

	if (nla_parse(tb, UMBRA_A_SESSION_MAX, reply->attrs, reply->len, NULL) ||
	    !tb[UMBRA_A_SESSION_COUNT])
		return -EBADMSG;
	*count += nla_get_u32(tb[UMBRA_A_SESSION_COUNT]);
	return 0;
}

static int session_ask(struct fw *fw, uint8_t command, const struct filter *filter,
		       uint64_t *count)
{
	struct nl_msg *msg = unl_message(fw->nl, command);

	filter_put(filter, msg);
	return unl_request_reply(fw->nl, msg, got_count, count);
}

/* The text is only the number, for scripts. */
static void print_count(struct out *out, const char *key, uint64_t count)
{
	out_line_begin(out);
	if (out_is_json(out))
		out_number(out, key, count);
	else
		out_text(out, key, "%llu", (unsigned long long)count);
	out_line_end(out);
}

static int session_count(struct fw *fw, const struct fw_args *args, struct filter *filter,
			 struct rulemap *rules)
{
	uint64_t count = 0;

	(void)args;
	(void)rules;
	if (session_ask(fw, UMBRA_CMD_SESSION_COUNT, filter, &count))
		return unl_fail(fw->nl, "cannot count sessions");
	print_count(fw->out, "count", count);
	return FW_OK;
}

/* End the sessions of each family, because the kernel refuses an empty filter. */
static int kill_all(struct fw *fw, uint64_t *killed)
{
	struct filter filter = { .family = AF_INET };
	int err;

	err = session_ask(fw, UMBRA_CMD_SESSION_DEL, &filter, killed);
	if (err)
		return err;
	filter.family = AF_INET6;
	return session_ask(fw, UMBRA_CMD_SESSION_DEL, &filter, killed);
}

static int session_kill(struct fw *fw, const struct fw_args *args, struct filter *filter,
			struct rulemap *rules)
{
	uint64_t killed = 0;
	int err;

	(void)args;
	(void)rules;
	err = filter->all ? kill_all(fw, &killed) :
			    session_ask(fw, UMBRA_CMD_SESSION_DEL, filter, &killed);
	if (err)
		return unl_fail(fw->nl, "cannot end sessions");
	print_count(fw->out, "killed", killed);
	return FW_OK;
}

static const struct verb {
	const char *word;
	bool wants_rules;
	bool wants_filter;
	int (*run)(struct fw *fw, const struct fw_args *args, struct filter *filter,
		   struct rulemap *rules);
} verbs[] = {
	{ "list", true, false, session_list },
	{ "count", false, false, session_count },
	{ "kill", false, true, session_kill },
};

static const struct verb *verb_find(const char *word)
{
	struct near near = { .typed = word ? word : "" };
	char hint[128];
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (word && !strcmp(verbs[i].word, word))
			return &verbs[i];
		near_offer(&near, verbs[i].word);
	}
	if (word)
		fw_usage("session: no verb '%s'%s", word, near_hint(&near, hint, sizeof(hint)));
	else
		fw_usage("session: list, count or kill is missing");
	return NULL;
}

static int verb_run(struct fw *fw, const struct fw_args *args, const struct verb *verb,
		    struct filter *filter)
{
	struct rulemap rules = { 0 };
	int ret = FW_OK;

	if ((verb->wants_rules || filter->rule) && rulemap_load(&rules, fw->nl))
		ret = unl_fail(fw->nl, "cannot read the rules");
	if (!ret)
		ret = filter_resolve(filter, &rules);
	if (!ret)
		ret = verb->run(fw, args, filter, &rules);
	rulemap_free(&rules);
	return ret;
}

static int session_run(struct fw *fw, const struct fw_args *args)
{
	const struct verb *verb = verb_find(args->argv[0]);
	struct filter filter;
	uint64_t limit;
	int ret;

	if (!verb)
		return FW_USAGE;
	if (fw_option(args, "limit") && verb->run != session_list)
		return fw_usage("session %s: only list takes --limit", verb->word);
	ret = fw_option_number(args, "limit", 1, UINT64_MAX, &limit);
	if (!ret)
		ret = filter_parse(&filter, args->argv + 1);
	if (ret)
		return ret;
	if (verb->wants_filter && filter_is_empty(&filter))
		return fw_usage("session %s: which sessions? Give a filter, or 'all'", verb->word);
	ret = fw_connect(fw);
	return ret ? ret : verb_run(fw, args, verb, &filter);
}

static const struct fw_option options[] = {
	{ "limit", "N", "list at most N", 'n' },
	{ NULL, NULL, NULL, 0 },
};

const struct fw_command cmd_session = {
	.name = "session",
	.synopsis = "list|count|kill [FILTER]",
	.help = "list, count or end sessions",
	.details =
		"FILTER is any of these. A session must match all that are given:\n"
		"  client ADDR[/PREFIX]   server ADDR[/PREFIX]   host ADDR[/PREFIX] (either end)\n"
		"  client-port N   server-port N   proto WORD|N   family ipv4|ipv6\n"
		"  rule POSITION|NAME   relay POSITION|NAME   state WORD   interface IFNAME   id N\n"
		"States are opening, answered, established, closing, closed, unreplied, replied,\n"
		"stream and probed.\n"
		"count and kill print a number. kill needs a FILTER, or the word all. Both ends of\n"
		"a killed session are notified, unless its service or 'set ends' is silent.\n"
		"SENT and RECEIVED are the client's packets/bytes. a=>b is a translation: for the\n"
		"client, its own address and the one that the server sees; for the server, the\n"
		"address that the client used and the server's own. PEER is the session with the\n"
		"other end of a tcp-relay.\n",
	.options = options,
	.words = "list count kill all client server host client-port server-port proto rule relay "
		 "state interface family id ipv4 ipv6 tcp udp udplite icmp icmpv6 sctp gre "
		 "esp ah opening answered established closing closed unreplied replied stream probed",
	.run = session_run,
};
