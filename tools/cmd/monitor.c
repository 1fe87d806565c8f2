// SPDX-License-Identifier: GPL-2.0
/*
 * monitor - print events as they happen
 *
 * There are two connections. One only listens, so that events do not mix with the answers to
 * requests for rules. The other one sends those requests.
 *
 * monitor runs for months. When the module is unloaded, monitor prints an event, waits until the
 * module is loaded again, prints another event and goes on. When its output cannot be written, or
 * nobody reads it any more, monitor ends.
 */
#include "base/fwtool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "kernel/nl.h"
#include "live/event.h"
#include "base/names.h"
#include "base/near.h"
#include "live/presence.h"
#include "out/out.h"

/**
 * struct monitor - one run
 * @fw: has the connection for requests
 * @listener: the connection for events; NULL while the module is not loaded
 * @presence: notifies when the module is loaded or unloaded
 * @names: of rules and interfaces
 * @wanted: bits: EVENT_*
 * @ipfix: print only sessions that ended, with the names of IPFIX
 * @left: events still to print
 * @deadline: on the monotonic clock, milliseconds; 0 for none
 */
struct monitor {
	struct fw *fw;
	struct unl *listener;
	struct presence *presence;
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

/* If the policy cannot be read, the old names stay, and new ids are printed as "gone". */
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

/* Milliseconds until the deadline; -1 without one; 0 when it has passed. */
static int monitor_rest(const struct monitor *monitor)
{
	uint64_t now = event_clock(CLOCK_MONOTONIC);

	if (!monitor->deadline)
		return -1;
	if (now >= monitor->deadline)
		return 0;
	return monitor->deadline - now > INT32_MAX ? INT32_MAX : monitor->deadline - now;
}

/* Return: FW_OK, or an enum fw_exit after printing why. */
static int monitor_listen(struct monitor *monitor)
{
	int ret = unl_open(&monitor->listener);

	if (ret)
		return ret;
	if (unl_listen(monitor->listener))
		return unl_fail(monitor->listener, "cannot listen to events");
	return FW_OK;
}

static void on_presence(struct monitor *monitor, const char *what)
{
	struct out *out = monitor->fw->out;

	event_begin(out, "module");
	out_string(out, "what", what);
	out_line_end(out);
}

/* Connect again: a module that was loaded again has another family number and other rules. */
static int monitor_rejoin(struct monitor *monitor)
{
	int ret;

	unl_close(monitor->listener);
	unl_close(monitor->fw->nl);
	monitor->listener = monitor->fw->nl = NULL;
	ret = monitor_listen(monitor);
	if (!ret)
		ret = fw_connect(monitor->fw);
	if (ret)
		return ret;
	monitor_rules(monitor);
	on_presence(monitor, "loaded");
	return FW_OK;
}

static int monitor_presence(struct monitor *monitor)
{
	enum presence_news news = presence_read(monitor->presence);

	if (news == PRESENCE_SAME)
		return FW_OK;
	if (monitor->listener)
		on_presence(monitor, "unloaded");
	if (news == PRESENCE_CAME)
		return monitor_rejoin(monitor);
	unl_close(monitor->listener);
	monitor->listener = NULL;
	return FW_OK;
}

static int monitor_events(struct monitor *monitor)
{
	int err = unl_receive(monitor->listener, 0, on_event, monitor);

	if (err == -ENOBUFS)
		on_lost(monitor);
	else if (err && err != -ETIMEDOUT && err != -EINTR && err != -EAGAIN)
		return unl_fail(monitor->listener, "cannot read events");
	return FW_OK;
}

/* Act as after a write to a closed pipe: SIGPIPE, or an error if that is ignored. */
static int monitor_unread(void)
{
	raise(SIGPIPE);
	return fw_unwritable(-EPIPE);
}

/* One turn. Events come first, because they arrived before the module was unloaded. */
static int monitor_turn(struct monitor *monitor, int rest)
{
	struct pollfd events = { .fd = monitor->listener ? unl_fd(monitor->listener) : -1,
				 .events = POLLIN };
	struct pollfd presence = { .fd = presence_fd(monitor->presence), .events = POLLIN };
	struct pollfd output = { .fd = out_fd(monitor->fw->out) };
	struct pollfd fds[] = { events, presence, output };
	int ret = FW_OK, err;

	if (poll(fds, 3, rest) < 0)
		return FW_OK;		/* a signal */
	if (fds[0].revents)
		ret = monitor_events(monitor);
	else if (fds[1].revents)
		ret = monitor_presence(monitor);
	else if (fds[2].revents & (POLLERR | POLLHUP))
		ret = monitor_unread();
	err = out_flush(monitor->fw->out);
	return err && !ret ? fw_unwritable(err) : ret;
}

static int monitor_loop(struct monitor *monitor)
{
	int rest, ret;

	while (monitor->left) {
		rest = monitor_rest(monitor);
		if (!rest)
			break;
		ret = monitor_turn(monitor, rest);
		if (ret)
			return ret;
	}
	return FW_OK;
}

static int monitor_run(struct monitor *monitor, bool counted)
{
	int ret;

	monitor->presence = presence_open();
	if (!monitor->presence)
		return FW_REFUSED;
	ret = monitor_listen(monitor);
	if (!ret && rulemap_load(&monitor->names.rules, monitor->fw->nl))
		ret = unl_fail(monitor->fw->nl, "cannot read the rules");
	if (!ret)
		ret = monitor_loop(monitor);
	if (!ret && counted && monitor->left) {
		fw_error("timeout before %llu more events came",
			 (unsigned long long)monitor->left);
		ret = FW_REFUSED;
	}
	rulemap_free(&monitor->names.rules);
	unl_close(monitor->listener);
	presence_close(monitor->presence);
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
		return fw_usage("monitor: --ipfix prints JSON only: add --json");
	if (monitor->ipfix && args->argc)
		return fw_usage("monitor: --ipfix prints sessions that ended, and no other "
				"events: leave '%s' out", args->argv[0]);
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
	{ "timeout", "SECONDS", "end after SECONDS", 't' },
	{ "ipfix", NULL, "with --json: print sessions that ended, with the names of IPFIX", 0 },
	{ NULL, NULL, NULL, 0 },
};

const struct fw_command cmd_monitor = {
	.name = "monitor",
	.synopsis = "[session] [drop] [policy]",
	.help = "print events as they happen: all, or those named",
	.details =
		"Each event is one line of text or one JSON object. A line 'lost' says that\n"
		"events came faster than they could be printed. A line 'module' says that the\n"
		"module was unloaded or loaded again; monitor goes on. It ends with status 1\n"
		"when its output cannot be written, or nobody reads it any more.\n",
	.options = options,
	.words = "session drop policy",
	.run = monitor_command,
};
