// SPDX-License-Identifier: GPL-2.0
#include "live/preview.h"

#include "kernel/nl.h"
#include "live/candidate.h"
#include "live/guard.h"
#include "base/names.h"
#include "base/proto.h"
#include "live/zone.h"
#include "out/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT	100

int preview_options(const struct fw_args *args, struct commit *commit)
{
	commit->previews = fw_option(args, "preview");
	commit->preview = (struct preview){ .limit = LIMIT };
	if (fw_option(args, "limit") && !commit->previews)
		return fw_usage("--limit is for --preview: add that, or leave --limit out");
	if (commit->previews && commit->confirm)
		return fw_usage("--preview commits nothing, so --confirm has "
				"nothing to wait for: leave one of them out");
	return fw_option_number(args, "limit", 1, UINT64_MAX,
				&commit->preview.limit);
}

void preview_free(struct preview *preview)
{
	rulemap_free(&preview->names.rules);
	free(preview->cuts);
	preview->cuts = NULL;
	preview->nr = preview->room = 0;
}

/* Return: > 0 if @a is printed before @b. */
static int compare(const struct cut *a, const struct cut *b)
{
	if (a->own != b->own)
		return a->own ? 1 : -1;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? 1 : -1;
	return (a->session.id < b->session.id) - (a->session.id > b->session.id);
}

static int compare_printed(const void *a, const void *b)
{
	return compare(b, a);
}

static void exchange(struct cut *a, struct cut *b)
{
	struct cut c = *a;

	*a = *b;
	*b = c;
}

/* The kept sessions are a heap: the first is the one that is printed last. */
static void sift_up(struct cut *cuts, size_t i)
{
	for (; i && compare(&cuts[i], &cuts[(i - 1) / 2]) < 0; i = (i - 1) / 2)
		exchange(&cuts[i], &cuts[(i - 1) / 2]);
}

static void sift_down(struct cut *cuts, size_t nr)
{
	size_t i = 0, least;

	for (;; i = least) {
		least = 2 * i + 1;
		if (least + 1 < nr &&
		    compare(&cuts[least + 1], &cuts[least]) < 0)
			least++;
		if (least >= nr || compare(&cuts[i], &cuts[least]) < 0)
			return;
		exchange(&cuts[i], &cuts[least]);
	}
}

static int make_room(struct preview *preview)
{
	size_t room = preview->room ? 2 * preview->room : 64;
	struct cut *cuts;

	if (preview->nr < preview->room)
		return 0;
	cuts = reallocarray(preview->cuts, room, sizeof(*cuts));
	if (!cuts)
		return -ENOMEM;
	preview->cuts = cuts;
	preview->room = room;
	return 0;
}

int preview_keep(struct preview *preview, const struct cut *cut)
{
	preview->ends++;
	preview->bytes += cut->bytes;
	if (preview->nr == preview->limit) {
		if (compare(cut, preview->cuts) > 0) {
			preview->cuts[0] = *cut;
			sift_down(preview->cuts, preview->nr);
		}
		return 0;
	}
	if (make_room(preview))
		return -ENOMEM;
	preview->cuts[preview->nr++] = *cut;
	sift_up(preview->cuts, preview->nr - 1);
	return 0;
}

void preview_sort(struct preview *preview)
{
	if (preview->nr)
		qsort(preview->cuts, preview->nr, sizeof(*preview->cuts),
		      compare_printed);
}

static bool is_own(const struct preview *preview, const struct session *session)
{
	const struct tuple *a = &preview->guard, *b = &session->original;

	return preview->guarded && a->protocol == b->protocol &&
	       a->source.port == b->source.port &&
	       a->destination.port == b->destination.port &&
	       address_equal(&a->source.address, &b->source.address) &&
	       address_equal(&a->destination.address, &b->destination.address);
}

/* Read which row of the candidate refuses the session, if any. */
static void read_by(struct rule_ref *by, struct nlattr *const tb[])
{
	if (!tb[UMBRA_A_SESSION_BY_TABLE] || !tb[UMBRA_A_SESSION_BY_POSITION])
		return;
	by->table = nla_get_u8(tb[UMBRA_A_SESSION_BY_TABLE]);
	by->position = nla_get_u32(tb[UMBRA_A_SESSION_BY_POSITION]) + 1;
	if (tb[UMBRA_A_SESSION_BY_NAME])
		nla_strlcpy(by->name, tb[UMBRA_A_SESSION_BY_NAME],
			    sizeof(by->name));
}

static int got_cut(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_SESSION_MAX + 1];
	struct preview *preview = arg;
	struct cut cut = { 0 };
	int err;

	err = session_read(&cut.session, reply);
	if (err || nla_parse(tb, UMBRA_A_SESSION_MAX, reply->attrs, reply->len,
			     NULL))
		return -EBADMSG;
	if (tb[UMBRA_A_SESSION_OBSTACLE])
		cut.obstacle = nla_get_u8(tb[UMBRA_A_SESSION_OBSTACLE]);
	read_by(&cut.by, tb);
	cut.bytes = cut.session.sent.bytes + cut.session.received.bytes;
	cut.own = is_own(preview, &cut.session);
	return preview_keep(preview, &cut);
}

static void begin_again(void *arg)
{
	struct preview *preview = arg;

	preview->nr = 0;
	preview->ends = 0;
	preview->bytes = 0;
}

static int got_tally(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_SESSION_MAX + 1];
	struct preview *preview = arg;

	if (nla_parse(tb, UMBRA_A_SESSION_MAX, reply->attrs, reply->len,
		      NULL) ||
	    !tb[UMBRA_A_SESSION_COUNT] || !tb[UMBRA_A_SESSION_ENDS])
		return -EBADMSG;
	preview->sessions = nla_get_u32(tb[UMBRA_A_SESSION_COUNT]);
	preview->ends = nla_get_u32(tb[UMBRA_A_SESSION_ENDS]);
	preview->guard_ends = tb[UMBRA_A_SESSION_GUARD_ENDS];
	return 0;
}

static struct nl_msg *question(struct unl *nl, const struct commit *commit)
{
	struct nl_msg *msg = unl_message(nl, UMBRA_CMD_CANDIDATE_PREVIEW);

	if (!msg)
		return NULL;
	nla_put_u32(msg, UMBRA_A_SESSION_BASE, commit->base);
	if (commit->keep_sessions)
		nla_put_flag(msg, UMBRA_A_SESSION_KEEP_SESSIONS);
	if (commit->preview.guarded)
		tuple_put(msg, UMBRA_A_SESSION_GUARD, &commit->preview.guard);
	if (commit->timed)
		zone_put(msg, UMBRA_A_SESSION_OFFSET);
	return msg;
}

/* Ask how many sessions would end, and which ones only if there are any. */
static int ask(struct unl *nl, const struct commit *commit,
	       struct preview *preview)
{
	int err;

	err = unl_request_reply(nl, question(nl, commit), got_tally, preview);
	if (err || !preview->ends)
		return err;
	err = rulemap_load(&preview->names.rules, nl);
	if (err)
		return err;
	begin_again(preview);
	return unl_dump(nl, question(nl, commit), got_cut, begin_again,
			preview);
}

int preview_ask(struct unl *nl, struct commit *commit)
{
	struct preview *preview = &commit->preview;
	int err;

	preview->guarded = guard_find(&preview->guard);
	err = ask(nl, commit, preview);
	if (err)
		preview_free(preview);
	preview_sort(preview);
	return err;
}

static const struct out_column columns[] = {
	{ "rule_row", "RULE", 0 },
	{ "service", "SERVICE", 0 },
	{ "protocol", "PROTO", 0 },
	{ "client", "CLIENT", 0 },
	{ "server", "SERVER", 0 },
	{ "state", "STATE", 0 },
	{ "bytes", "BYTES", OUT_RIGHT },
	{ "packets", "PACKETS", OUT_RIGHT },
	{ "for", "AGE", OUT_RIGHT },
	{ "why", "WHY", 0 },
	{ "by", "BY", 0 },
	{ NULL, NULL, 0 },
};

static const char *service_of(const struct cut *cut,
			      const struct session_names *names)
{
	const struct rule_ref *rule;

	rule = rulemap_find(&names->rules, cut->session.rule);
	return rule && rule->service[0] ? rule->service : "-";
}

static void text_cut(struct out *out, const struct cut *cut,
		     struct session_names *names)
{
	char client[SIDE_TEXT_MAX], server[SIDE_TEXT_MAX];
	const struct session *session = &cut->session;
	char rule[RULE_TEXT_MAX], age[OUT_FORMAT_MAX];
	char protocol[PROTO_TEXT_MAX], by[RULE_TEXT_MAX];

	out_text(out, "rule_row", "%s",
		 rulemap_text(&names->rules, session->rule, rule));
	out_text(out, "service", "%s", service_of(cut, names));
	out_text(out, "protocol", "%s",
		 proto_text(session->original.protocol, protocol));
	out_text(out, "client", "%s", session_client(session, client));
	out_text(out, "server", "%s", session_server(session, server));
	out_text(out, "state", "%s", name_word(names_state, session->state));
	out_text(out, "for", "%s", out_format_duration(age, session->age));
	out_text(out, "why", "%s%s", name_word(names_obstacle, cut->obstacle),
		 cut->own ? ", YOUR SSH" : "");
	out_text(out, "by", "%s",
		 cut->by.position ? rule_ref_text(&cut->by, by) : "-");
}

static void json_by(struct out *out, const struct rule_ref *by)
{
	if (!by->position)
		return;
	out_object_begin(out, "by");
	rule_ref_print(by, out);
	out_object_end(out);
}

static void json_cut(struct out *out, const struct cut *cut,
		     struct session_names *names)
{
	out_string(out, "why", name_word(names_obstacle, cut->obstacle));
	json_by(out, &cut->by);
	out_bool(out, "own", cut->own);
	out_string(out, "service", service_of(cut, names));
	session_print(&cut->session, names, out);
}

static void print_cut(struct out *out, const struct cut *cut,
		      struct session_names *names)
{
	const struct session *session = &cut->session;

	out_row_begin(out);
	if (out_is_json(out))
		json_cut(out, cut, names);
	else
		text_cut(out, cut, names);
	out_bytes(out, "bytes", cut->bytes);
	out_number(out, "packets",
		   session->sent.packets + session->received.packets);
	out_row_end(out);
}

static void print_list(struct out *out, struct preview *preview)
{
	size_t i;

	out_list_begin(out, "cut", columns);
	for (i = 0; i < preview->nr; i++)
		print_cut(out, &preview->cuts[i], &preview->names);
	out_list_end(out);
}

static void json_total(struct out *out, const struct preview *preview)
{
	out_record_begin(out, "preview");
	out_number(out, "sessions", preview->sessions);
	out_number(out, "ends", preview->ends);
	out_bytes(out, "bytes", preview->bytes);
	out_bool(out, "own_connection", preview->guard_ends);
	out_record_end(out);
}

static void text_own(struct out *out, const struct preview *preview)
{
	char from[END_TEXT_MAX];

	out_line_begin(out);
	out_text(out, "own", "YOUR OWN SSH CONNECTION, from %s, WOULD BE CUT, "
		 "or not be let in again: add --force to commit it all the same",
		 end_text(&preview->guard.source, IPPROTO_TCP, from));
	out_line_end(out);
}

static void text_total(struct out *out, const struct preview *preview)
{
	char bytes[OUT_FORMAT_MAX];

	if (preview->ends > preview->nr) {
		out_line_begin(out);
		out_text(out, "more", "and %llu more that carried less",
			 (unsigned long long)(preview->ends - preview->nr));
		out_line_end(out);
	}
	out_line_begin(out);
	if (preview->ends)
		out_text(out, "total", "%llu of %llu sessions would end; they "
			 "carried %s; nothing was changed",
			 (unsigned long long)preview->ends,
			 (unsigned long long)preview->sessions,
			 out_format_bytes(bytes, preview->bytes));
	else
		out_text(out, "total", "none of %llu sessions would end; "
			 "nothing was changed",
			 (unsigned long long)preview->sessions);
	out_line_end(out);
}

int preview_tell(struct fw *fw, struct preview *preview)
{
	struct out *out = fw->out;
	bool own = preview->guard_ends;

	if (own && !out_is_json(out))
		text_own(out, preview);
	if (preview->nr || out_is_json(out))
		print_list(out, preview);
	if (out_is_json(out))
		json_total(out, preview);
	else
		text_total(out, preview);
	preview_free(preview);
	return own ? FW_CUTS_OWN : FW_OK;
}
