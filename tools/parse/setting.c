// SPDX-License-Identifier: GPL-2.0
/* set KEY VALUE */
#include "parse/internal.h"
#include "base/setting.h"

#include <errno.h>

static const struct name unmatched[] = {
	{ UMBRA_VERDICT_SETTING_DISCARD, "discard", "silence" },
	{ UMBRA_VERDICT_SETTING_REJECT, "reject", "tell the sender" },
	{ 0 },
};

static const struct name judged[] = {
	{ UMBRA_VERDICT_SETTING_DISCARD, "discard", "silence" },
	{ UMBRA_VERDICT_SETTING_JUDGE, "judge", "ask the rules" },
	{ 0 },
};

#define SECONDS(least, why) \
	{ .min = least, .max = UMBRA_TIMEOUT_MAX, .floor = why }

static const struct setting_kind kinds[UMBRA_SETTING_MAX + 1] = {
	[0] = { .max = UINT32_MAX },
	[UMBRA_SETTING_UNMATCHED] = { .words = unmatched },
	[UMBRA_SETTING_PING] = { .words = names_ping_setting },
	[UMBRA_SETTING_BROADCAST] = { .words = judged },
	[UMBRA_SETTING_MULTICAST] = { .words = judged },
	[UMBRA_SETTING_SESSIONS_MAX] = { .min = 1, .max = UINT32_MAX },
	[UMBRA_SETTING_TIMEOUT_TCP_OPENING] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED] =
		SECONDS(7440, "RFC 5382 REQ-5"),
	[UMBRA_SETTING_TIMEOUT_TCP_CLOSING] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_TCP_CLOSED] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_NAT_TCP_OPENING] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_UDP_UNREPLIED] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_NAT_UDP_UNREPLIED] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_UDP_REPLIED] = SECONDS(120, "RFC 4787 REQ-5"),
	[UMBRA_SETTING_TIMEOUT_UDP_STREAM] = SECONDS(120, "RFC 4787 REQ-5"),
	[UMBRA_SETTING_TIMEOUT_UDP_EXCHANGE] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_ICMP] = SECONDS(60, "RFC 5508 REQ-1"),
	[UMBRA_SETTING_TIMEOUT_SCTP_OPENING] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_SCTP_ESTABLISHED] =
		SECONDS(7440, "as RFC 5382 REQ-5"),
	[UMBRA_SETTING_TIMEOUT_SCTP_PATH] = SECONDS(120, "RFC 9260 8.3"),
	[UMBRA_SETTING_TIMEOUT_SCTP_CLOSING] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_SCTP_CLOSED] = SECONDS(1, NULL),
	[UMBRA_SETTING_TIMEOUT_OTHER] = SECONDS(1, NULL),
	[UMBRA_SETTING_ADOPT] = SECONDS(0, NULL),
	[UMBRA_SETTING_TIMEOUT_NAT_TCP_RESET] = SECONDS(1, NULL),
	[UMBRA_SETTING_TCP_WINDOW] = { .words = names_window_setting },
	[UMBRA_SETTING_MANAGEMENT] = { .network = true },
	[UMBRA_SETTING_STEALTH] = { .network = true },
	[UMBRA_SETTING_ENDS] = { .words = names_ends_setting },
	[UMBRA_SETTING_TCP_PROBES] = { .words = names_probes_setting },
	[UMBRA_SETTING_TIMEOUT_TCP_PROBE] = SECONDS(1, NULL),
	[UMBRA_SETTING_LOG_UNMATCHED] = { .log = true },
	[UMBRA_SETTING_LOG_SPOOFED] = { .log = true },
	[UMBRA_SETTING_LOG_INVALID] = { .log = true },
	[UMBRA_SETTING_LOG_FIREWALL] = { .log = true },
};

const struct setting_kind *setting_kind(enum umbra_setting key)
{
	return &kinds[key <= UMBRA_SETTING_MAX ? key : 0];
}

static int parse_number(struct cursor *c, const struct setting_kind *kind,
			uint32_t *value)
{
	const struct token *token = cursor_word(c, "value");
	const char *text;

	if (!token)
		return -EINVAL;
	text = token->text;
	if (number_parse(&text, kind->max, value) && !*text &&
	    *value >= kind->min)
		return 0;
	return report_error(c->report, c->place, "value out of bounds",
			    token->text, "%s from %u%s%s%s to %u",
			    kind->max == UMBRA_TIMEOUT_MAX ? "seconds" :
			    "a number", kind->min, kind->floor ? " (" : "",
			    kind->floor ? kind->floor : "",
			    kind->floor ? ")" : "", kind->max);
}

int parse_setting(struct cursor *c, struct setting *setting)
{
	const struct setting_kind *kind;
	unsigned int key = 0;
	int err;

	c->form = "set KEY VALUE";
	err = cursor_choice(c, "setting", names_setting, &key);
	if (err)
		return err;
	setting->key = key;
	kind = setting_kind(key);
	if (kind->words)
		err = cursor_choice(c, "value", kind->words, &setting->value);
	else if (kind->network)
		err = cursor_name(c, "network", &setting->network);
	else if (kind->log)
		err = cursor_name(c, "log", &setting->log);
	else
		err = parse_number(c, kind, &setting->value);
	if (!err && !cursor_at_end(c))
		err = report_error(c->report, c->place, "one word too many",
				   c->at->text, "%s", c->form);
	return err;
}
