// SPDX-License-Identifier: GPL-2.0
/*
 * status - what runs in this network namespace
 */
#include "kernel/nl.h"
#include "live/pending.h"
#include "out/out.h"

#include <errno.h>

/**
 * struct status - the module's answer
 * @runs: a policy runs; it may be empty
 * @pending: the policy that waits for `fwtool confirm`; its generation is 0 until the first
 *	commit
 * @networks: rows
 * @services: rows
 * @rules: rows
 * @settings: rows
 * @nats: rows
 * @relays: rows
 * @times: rows
 * @zoned: the module knows local time
 * @offset: seconds that local time is ahead of UTC, if @zoned
 * @sessions: live ones
 * @bytes: all memory of the policy
 * @compile_us: microseconds that compiling the policy took
 */
struct status {
	bool runs;
	struct pending pending;
	uint32_t networks;
	uint32_t services;
	uint32_t rules;
	uint32_t settings;
	uint32_t nats;
	uint32_t relays;
	uint32_t times;
	bool zoned;
	int32_t offset;
	uint32_t sessions;
	uint64_t bytes;
	uint64_t compile_us;
};

static int read_status(const struct unl_reply *reply, void *arg)
{
	struct nlattr *tb[UMBRA_A_POLICY_MAX + 1];
	struct status *status = arg;

	if (nla_parse(tb, UMBRA_A_POLICY_MAX, reply->attrs, reply->len, NULL))
		return -EBADMSG;
	*status = (struct status){
		.runs = tb[UMBRA_A_POLICY_RUNS],
		.networks = unl_number(tb[UMBRA_A_POLICY_NETWORKS]),
		.services = unl_number(tb[UMBRA_A_POLICY_SERVICES]),
		.rules = unl_number(tb[UMBRA_A_POLICY_RULES]),
		.settings = unl_number(tb[UMBRA_A_POLICY_SETTINGS]),
		.nats = unl_number(tb[UMBRA_A_POLICY_NATS]),
		.relays = unl_number(tb[UMBRA_A_POLICY_RELAYS]),
		.times = unl_number(tb[UMBRA_A_POLICY_TIMES]),
		.zoned = tb[UMBRA_A_POLICY_UTC_OFFSET],
		.offset = unl_number(tb[UMBRA_A_POLICY_UTC_OFFSET]),
		.sessions = unl_number(tb[UMBRA_A_POLICY_SESSIONS]),
		.bytes = unl_number(tb[UMBRA_A_POLICY_BYTES]),
		.compile_us = unl_number(tb[UMBRA_A_POLICY_COMPILE_US]),
	};
	return pending_parse(&status->pending, tb);
}

static void json_from(struct out *out, const struct pending *pending)
{
	out_object_begin(out, "confirm_from");
	end_print(&pending->typed_in.source, pending->typed_in.protocol, out);
	out_object_end(out);
}

static void print_confirm(struct out *out, const struct status *status)
{
	const struct pending *pending = &status->pending;
	char from[END_TEXT_MAX + 8];

	if (out_is_json(out)) {
		out_bool(out, "confirm_pending", pending->seconds);
		if (pending->seconds)
			out_number(out, "confirm_seconds", pending->seconds);
		if (pending->typed)
			json_from(out, pending);
	} else if (pending->seconds) {
		out_text(out, "confirm", "waits for 'fwtool confirm %u', committed %s; the "
			 "previous policy returns in %u seconds", pending->generation,
			 pending_from(pending, from), pending->seconds);
	}
}

static void print_generation(struct out *out, const struct status *status)
{
	uint32_t generation = status->pending.generation;

	if (out_is_json(out)) {
		out_number(out, "generation", generation);
		out_bool(out, "policy", status->runs);
	} else if (status->runs) {
		out_number(out, "generation", generation);
	} else {
		out_text(out, "generation", "%u, no policy%s: traffic is untouched", generation,
			 generation ? " any more" : " yet");
	}
}

/* The kernel's offset of local time, which only time classes use. */
static void print_zone(struct out *out, const struct status *status)
{
	int32_t off = status->offset < 0 ? -status->offset : status->offset;

	if (!status->times)
		return;
	out_stringf(out, "utc_offset", "%c%02d:%02d", status->offset < 0 ? '-' : '+',
		    off / 3600, off / 60 % 60);
}

static void print_status(struct out *out, const struct status *status)
{
	out_record_begin(out, "status");
	print_generation(out, status);
	print_confirm(out, status);
	out_number(out, "networks", status->networks);
	out_number(out, "services", status->services);
	out_number(out, "rules", status->rules);
	out_number(out, "settings", status->settings);
	out_number(out, "nats", status->nats);
	out_number(out, "relays", status->relays);
	out_number(out, "times", status->times);
	print_zone(out, status);
	out_number(out, "sessions", status->sessions);
	if (out_is_json(out)) {
		out_number(out, "memory_bytes", status->bytes);
		out_number(out, "compile_us", status->compile_us);
	} else {
		out_bytes(out, "memory", status->bytes);
		out_text(out, "compiled_in", "%llu.%03llu ms",
			 (unsigned long long)status->compile_us / 1000,
			 (unsigned long long)status->compile_us % 1000);
	}
	out_record_end(out);
}

static int status_run(struct fw *fw, const struct fw_args *args)
{
	struct status status = { 0 };
	int ret;

	ret = fw_no_more(args, 0);
	if (!ret)
		ret = fw_query(fw, UMBRA_CMD_POLICY_GET, read_status, &status,
			       "cannot read the state of the policy");
	if (ret)
		return ret;
	print_status(fw->out, &status);
	return FW_OK;
}

const struct fw_command cmd_status = {
	.name = "status",
	.synopsis = "",
	.help = "print the running policy's generation, rows, memory, sessions and pending confirm",
	.run = status_run,
};
