// SPDX-License-Identifier: GPL-2.0
#include "live/candidate.h"

#include "kernel/nl.h"
#include "live/guard.h"
#include "base/names.h"
#include "live/rows.h"
#include "live/zone.h"
#include "out/out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int candidate_running(struct policy *p, void *arg)
{
	struct fw *fw = arg;

	return fw_connect(fw) || rows_fetch(fw->nl, p);
}

int commit_options(const struct fw_args *args, struct commit *commit)
{
	uint64_t seconds = 0;
	int ret;

	ret = fw_option_number(args, "confirm", 1, UMBRA_CONFIRM_MAX,
				&seconds);
	*commit = (struct commit){
		.confirm = seconds,
		.keep_sessions = fw_option(args, "keep-sessions"),
		.force = fw_option(args, "force"),
	};
	return ret ? ret : preview_options(args, commit);
}

#define ATTEMPTS	10

int commit_attempts(struct fw *fw, const struct fw_args *args,
		    int (*attempt)(struct fw *fw, const struct fw_args *args,
				   struct commit *commit, const void *arg,
				   bool *again),
		    const void *arg)
{
	int ret, attempts = 0;
	struct commit commit;
	bool again;

	ret = commit_options(args, &commit);
	if (!ret)
		ret = fw_connect(fw);
	if (ret)
		return ret;
	do {
		again = false;
		ret = attempt(fw, args, &commit, arg, &again);
	} while (again && ++attempts < ATTEMPTS);
	if (again)
		fw_error("another commit came first, %d times in a row: try again",
			 ATTEMPTS);
	return ret;
}

static int got_generation(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_POLICY_MAX + 1];
	uint32_t *generation = arg;

	if (nla_parse(tb, UMBRA_A_POLICY_MAX, reply->attrs, reply->len, NULL))
		return -EPROTO;
	if (tb[UMBRA_A_POLICY_GENERATION])
		*generation = nla_get_u32(tb[UMBRA_A_POLICY_GENERATION]);
	return 0;
}

int candidate_new(struct unl *nl, bool clone, uint32_t *generation)
{
	struct nl_msg *msg = unl_message(nl, UMBRA_CMD_CANDIDATE_NEW);

	if (msg && clone)
		nla_put_flag(msg, UMBRA_A_POLICY_CLONE);
	*generation = 0;
	return unl_request_reply(nl, msg, got_generation, generation);
}

int candidate_add(struct unl *nl, const struct row *row, uint32_t position)
{
	struct nl_msg *msg = unl_message(nl, UMBRA_CMD_ROW_ADD);

	if (msg && position != CANDIDATE_END)
		nla_put_u32(msg, UMBRA_A_ROW_POSITION, position);
	if (msg && row_put(msg, row)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return unl_request(nl, msg);
}

int candidate_delete(struct unl *nl, enum umbra_table table, uint32_t position)
{
	struct nl_msg *msg = unl_message(nl, UMBRA_CMD_ROW_DEL);

	if (msg) {
		nla_put_u8(msg, UMBRA_A_ROW_TABLE, table);
		nla_put_u32(msg, UMBRA_A_ROW_POSITION, position);
	}
	return unl_request(nl, msg);
}

/* The rows to send, and the report that gets the refused ones. */
struct filling {
	const struct policy *p;
	struct report *report;
};

/* A row's table and position, as its cookie in the batch. */
static uint64_t cookie_of(size_t table, size_t position)
{
	return (uint64_t)table << 32 | position;
}

static void row_refused(const struct unl_error *error, uint64_t cookie,
			void *arg)
{
	const struct filling *filling = arg;
	const struct row_list *list = &filling->p->tables[cookie >> 32];
	const struct row *row = &list->row[(uint32_t)cookie];
	const char *name = row_name(row);

	report_error(filling->report, row->place, error->text,
		     name ? name : name_word(names_table, row->table),
		     *error->attribute ? "%s" : NULL, error->attribute);
}

/* Return: 0, -EMSGSIZE after reporting it, or another -errno. */
static int add_row(struct filling *filling, struct unl *nl,
		   struct unl_batch *batch, size_t table, size_t position)
{
	const struct row *row = &filling->p->tables[table].row[position];
	struct nl_msg *msg = unl_message(nl, UMBRA_CMD_ROW_ADD);

	if (msg && row_put(msg, row)) {
		nlmsg_free(msg);
		report_error(filling->report, row->place, "row too large",
			     row_name(row), "fewer items in one row");
		return -EMSGSIZE;
	}
	return unl_batch_add(batch, msg, cookie_of(table, position));
}

int candidate_add_all(struct unl *nl, const struct policy *p,
		      struct report *report)
{
	struct filling filling = { .p = p, .report = report };
	unsigned int before = report->errors;
	struct unl_batch *batch;
	int err = 0, sent;
	size_t table, i;

	batch = unl_batch_begin(nl, row_refused, &filling);
	if (!batch)
		return unl_fail(nl, "cannot send the rows");
	for (table = 1; !err && table <= UMBRA_TABLE_MAX; table++)
		for (i = 0; !err && i < p->tables[table].nr; i++)
			err = add_row(&filling, nl, batch, table, i);
	sent = unl_batch_end(batch);
	if (report->errors > before)
		return FW_REFUSED;
	return sent ? unl_fail(nl, "cannot send the rows") : FW_OK;
}

static void put_guard(struct nl_msg *msg, int type)
{
	struct tuple guard;

	if (guard_find(&guard))
		tuple_put(msg, type, &guard);
}

static struct nl_msg *commit_message(struct unl *nl, const struct commit *commit)
{
	struct nl_msg *msg = unl_message(nl, UMBRA_CMD_COMMIT);

	if (!msg)
		return NULL;
	nla_put_u32(msg, UMBRA_A_POLICY_BASE, commit->base);
	if (commit->confirm)
		nla_put_u32(msg, UMBRA_A_POLICY_CONFIRM, commit->confirm);
	if (commit->keep_sessions)
		nla_put_flag(msg, UMBRA_A_POLICY_KEEP_SESSIONS);
	if (commit->check)
		nla_put_flag(msg, UMBRA_A_POLICY_CHECK);
	else if (commit->confirm)
		put_guard(msg, UMBRA_A_POLICY_TYPED_IN);
	else if (!commit->force)
		put_guard(msg, UMBRA_A_POLICY_GUARD);
	if (commit->timed)
		zone_put(msg, UMBRA_A_POLICY_OFFSET);
	return msg;
}

int candidate_commit(struct unl *nl, struct commit *commit)
{
	if (commit->previews)
		return preview_ask(nl, commit);
	return unl_request_reply(nl, commit_message(nl, commit), got_generation,
				 &commit->generation);
}

int candidate_fail(const struct unl *nl)
{
	const struct unl_error *error = unl_last_error(nl);

	/* The kernel also refuses root, with EPERM and a text, to guard the SSH connection. */
	if (error->code != EPERM || !strcmp(error->text, strerror(EPERM)))
		return unl_fail(nl, "cannot commit");
	fw_error("cannot commit: %s, or use --confirm SECONDS or --force",
		 error->text);
	return FW_REFUSED;
}

/* The row of an error text "TABLE row N: what is wrong"; @what: its part after the colon. */
static const struct row *refused_row(const struct policy *p, const char *text,
				     const char **what)
{
	char word[16];
	unsigned int table, number;
	int len = 0;

	if (sscanf(text, "%15s row %u: %n", word, &number, &len) != 2 || !len)
		return NULL;
	table = name_value(names_table, word);
	if (!table || !number || number > p->tables[table].nr)
		return NULL;
	*what = text + len;
	return &p->tables[table].row[number - 1];
}

int candidate_fail_at(const struct unl *nl, const struct policy *p,
		      struct report *report)
{
	const struct row *row;
	const char *what;

	row = refused_row(p, unl_last_error(nl)->text, &what);
	if (!row)
		return candidate_fail(nl);
	report_error(report, row->place, what, NULL, NULL);
	return FW_REFUSED;
}

int commit_tell(struct fw *fw, struct commit *commit, const char *done)
{
	if (commit->previews)
		return preview_tell(fw, &commit->preview);
	if (out_is_json(fw->out)) {
		out_record_begin(fw->out, "commit");
		out_string(fw->out, "done", done);
		out_number(fw->out, "generation", commit->generation);
		if (commit->confirm)
			out_number(fw->out, "confirm", commit->confirm);
		out_record_end(fw->out);
		return FW_OK;
	}
	out_line_begin(fw->out);
	out_text(fw->out, "done", "%s: policy %u runs", done,
		 commit->generation);
	out_line_end(fw->out);
	if (!commit->confirm)
		return FW_OK;
	out_line_begin(fw->out);
	out_text(fw->out, "confirm", "the previous policy returns in %u "
		 "seconds unless you say 'fwtool confirm %u'", commit->confirm,
		 commit->generation);
	out_line_end(fw->out);
	return FW_OK;
}
