// SPDX-License-Identifier: GPL-2.0
/*
 * monitor - print events as they happen
 *
 * Two connections: one only listens, so that what it is told does not mix with the
 * answers to questions about rules, which go over the other.
 */
#include "fwtool.h"

#include <errno.h>
#include <time.h>

#include "event.h"
#include "names.h"
#include "near.h"

/**
 * struct monitor - one run
 * @fw: its connection answers questions
 * @listener: this one only listens
 * @names: of rules and interfaces
 * @wanted: bits: EVENT_*
 * @ipfix: only sessions that ended, as IPFIX names them
 * @left: events to go
 * @deadline: on the monotonic clock, milliseconds; 0 for none
 */
struct monitor {
	struct fw *fw;
	struct unl *listener;
	struct session_names names;
	unsigned int wanted;
	bool ipfix;
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
	if (!(monitor->wanted & kind) ||
	    (monitor->ipfix && event->command != UMBRA_CMD_SESSION_END_NTF))
		return 0;
	err = monitor->ipfix ?
	      event_print_ipfix(event, &monitor->names, monitor->fw->out) :
	      event_print(event, &monitor->names, monitor->fw->out);
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
	uint64_t now = event_clock(CLOCK_MONOTONIC);

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
		fw_error("the time is over before %llu more came",
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

static int monitor_ipfix(struct monitor *monitor, const struct fw_args *args)
{
	monitor->ipfix = fw_option(args, "ipfix");
	if (monitor->ipfix && !out_is_json(monitor->fw->out))
		return fw_usage("monitor: --ipfix is for programs: say --json, too");
	if (monitor->ipfix && args->argc)
		return fw_usage("monitor: --ipfix tells of sessions that ended, and of nothing "
				"else: leave '%s' out", args->argv[0]);
	return FW_OK;
}

static int monitor_command(struct fw *fw, const struct fw_args *args)
{
	struct monitor monitor = { .fw = fw, .left = UINT64_MAX };
	uint64_t seconds = 0;
	int ret;

	ret = monitor_words(&monitor, args);
	if (!ret)
		ret = monitor_ipfix(&monitor, args);
	if (!ret)
		ret = fw_option_number(args, "count", 1, UINT64_MAX, &monitor.left);
	if (!ret)
		ret = fw_option_number(args, "timeout", 1, UINT32_MAX, &seconds);
	if (!ret)
		ret = fw_connect(fw);
	if (ret)
		return ret;
	if (seconds)
		monitor.deadline = event_clock(CLOCK_MONOTONIC) + seconds * 1000;
	return monitor_run(&monitor, fw_option(args, "count"));
}

static const struct fw_option options[] = {
	{ "count", "N", "end after N events; exit 1 if fewer came before the timeout", 'n' },
	{ "timeout", "SECONDS", "end after that time", 't' },
	{ "ipfix", NULL, "with --json: sessions that ended, with the names that IPFIX has", 0 },
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
