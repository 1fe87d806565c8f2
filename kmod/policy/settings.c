// SPDX-License-Identifier: GPL-2.0
/* Settings: their permitted values, and their defaults. */
#include "policy/build/build.h"
#include "policy/check/check.h"

#include <linux/errno.h>
#include <linux/umbra_names.h>

struct setting {
	u32 missing;			/* default, used without a row */
	u32 min;
	u32 max;
	const char *accepts;
	u32 takes;			/* attribute of a name, which it takes instead of a value; or 0 */
};

#define SECONDS(def, least, text) {						\
	.missing = def, .min = least, .max = UMBRA_TIMEOUT_MAX, .accepts = text	\
}
#define ANY_SECONDS(def)	SECONDS(def, 1, "seconds from 1 to 2678400")

#define JUDGED {								\
	.missing = UMBRA_VERDICT_SETTING_DISCARD,				\
	.min = UMBRA_VERDICT_SETTING_DISCARD, .max = UMBRA_VERDICT_SETTING_JUDGE, \
	.accepts = "discard or judge"						\
}

static const struct setting settings[UMBRA_SETTING_MAX + 1] = {
	[UMBRA_SETTING_UNMATCHED] = {
		.missing = UMBRA_VERDICT_SETTING_DISCARD,
		.min = UMBRA_VERDICT_SETTING_DISCARD, .max = UMBRA_VERDICT_SETTING_REJECT,
		.accepts = "discard or reject",
	},
	[UMBRA_SETTING_PING] = {
		.missing = UMBRA_PING_SETTING_SAME_INTERFACE,
		.min = UMBRA_PING_SETTING_NEVER, .max = UMBRA_PING_SETTING_ANY,
		.accepts = "never, same-interface or any",
	},
	[UMBRA_SETTING_BROADCAST] = JUDGED,
	[UMBRA_SETTING_MULTICAST] = JUDGED,
	[UMBRA_SETTING_SESSIONS_MAX] = {
		.missing = 262144, .min = 1, .max = U32_MAX, .accepts = "a number from 1",
	},
	[UMBRA_SETTING_TIMEOUT_TCP_OPENING] = ANY_SECONDS(60),
	[UMBRA_SETTING_TIMEOUT_TCP_ESTABLISHED] =
		SECONDS(7440, 7440, "seconds from 7440 (RFC 5382 REQ-5) to 2678400"),
	[UMBRA_SETTING_TIMEOUT_TCP_CLOSING] = ANY_SECONDS(240),
	[UMBRA_SETTING_TIMEOUT_TCP_CLOSED] = ANY_SECONDS(10),
	[UMBRA_SETTING_TIMEOUT_NAT_TCP_OPENING] = ANY_SECONDS(240),
	[UMBRA_SETTING_TIMEOUT_UDP_UNREPLIED] = ANY_SECONDS(30),
	[UMBRA_SETTING_TIMEOUT_NAT_UDP_UNREPLIED] = ANY_SECONDS(120),
	[UMBRA_SETTING_TIMEOUT_UDP_REPLIED] =
		SECONDS(180, 120, "seconds from 120 (RFC 4787 REQ-5) to 2678400"),
	[UMBRA_SETTING_TIMEOUT_UDP_STREAM] =
		SECONDS(300, 120, "seconds from 120 (RFC 4787 REQ-5) to 2678400"),
	[UMBRA_SETTING_TIMEOUT_UDP_EXCHANGE] = ANY_SECONDS(30),
	[UMBRA_SETTING_TIMEOUT_ICMP] =
		SECONDS(60, 60, "seconds from 60 (RFC 5508 REQ-1) to 2678400"),
	[UMBRA_SETTING_TIMEOUT_SCTP_OPENING] = ANY_SECONDS(60),
	[UMBRA_SETTING_TIMEOUT_SCTP_ESTABLISHED] =
		SECONDS(7440, 7440, "seconds from 7440 (as RFC 5382 REQ-5) to 2678400"),
	[UMBRA_SETTING_TIMEOUT_SCTP_PATH] =
		SECONDS(210, 120, "seconds from 120 (RFC 9260 8.3) to 2678400"),
	[UMBRA_SETTING_TIMEOUT_SCTP_CLOSING] = ANY_SECONDS(300),
	[UMBRA_SETTING_TIMEOUT_SCTP_CLOSED] = ANY_SECONDS(10),
	[UMBRA_SETTING_TIMEOUT_OTHER] = ANY_SECONDS(600),
	[UMBRA_SETTING_ADOPT] = SECONDS(300, 0, "seconds from 0 to 2678400"),
	[UMBRA_SETTING_TIMEOUT_NAT_TCP_RESET] = ANY_SECONDS(240),
	[UMBRA_SETTING_TCP_WINDOW] = {
		.missing = UMBRA_WINDOW_SETTING_STRICT,
		.min = UMBRA_WINDOW_SETTING_STRICT, .max = UMBRA_WINDOW_SETTING_LIBERAL,
		.accepts = "strict or liberal",
	},
	[UMBRA_SETTING_MANAGEMENT] = { .takes = UMBRA_A_SETTING_NETWORK },
	[UMBRA_SETTING_STEALTH] = { .takes = UMBRA_A_SETTING_NETWORK },
	[UMBRA_SETTING_ENDS] = {
		.missing = UMBRA_ENDS_SETTING_TOLD,
		.min = UMBRA_ENDS_SETTING_TOLD, .max = UMBRA_ENDS_SETTING_SILENT,
		.accepts = "told or silent",
	},
	[UMBRA_SETTING_TCP_PROBES] = {
		.missing = UMBRA_PROBES_SETTING_OFF,
		.min = UMBRA_PROBES_SETTING_OFF, .max = UMBRA_PROBES_SETTING_ON,
		.accepts = "off or on",
	},
	[UMBRA_SETTING_TIMEOUT_TCP_PROBE] = ANY_SECONDS(15),
	[UMBRA_SETTING_LOG_UNMATCHED] = { .takes = UMBRA_A_SETTING_LOG },
	[UMBRA_SETTING_LOG_SPOOFED] = { .takes = UMBRA_A_SETTING_LOG },
	[UMBRA_SETTING_LOG_INVALID] = { .takes = UMBRA_A_SETTING_LOG },
	[UMBRA_SETTING_LOG_FIREWALL] = { .takes = UMBRA_A_SETTING_LOG },
};

static const char *const names[UMBRA_SETTING_MAX + 1] = {
#define NAME(value, word, help)	[value] = word,
	UMBRA_NAMES_SETTING(NAME)
#undef NAME
};

/* Does the key permit the value? The range of JUDGED includes reject, which is not permitted. */
static bool setting_takes(u8 key, u32 value)
{
	if ((key == UMBRA_SETTING_BROADCAST || key == UMBRA_SETTING_MULTICAST) &&
	    value == UMBRA_VERDICT_SETTING_REJECT)
		return false;
	return value >= settings[key].min && value <= settings[key].max;
}

static const char *word_of(const struct setting *s)
{
	switch (s->takes) {
	case UMBRA_A_SETTING_NETWORK:
		return "network";
	case UMBRA_A_SETTING_LOG:
		return "log";
	}
	return "value";
}

int umbra_check_setting(struct umbra_check *c, u32 seen)
{
	const struct nlattr *value = umbra_check_find(c->nest, UMBRA_A_SETTING_VALUE);
	u8 key = nla_get_u8(umbra_check_find(c->nest, UMBRA_A_SETTING_KEY));
	u32 wanted = settings[key].takes ?: UMBRA_A_SETTING_VALUE;

	c->name = names[key];
	if (seen != (BIT(UMBRA_A_SETTING_KEY) | BIT(wanted)))
		return umbra_check_refuse(c, c->nest, -EINVAL, "it takes a %s and nothing else",
					  word_of(&settings[key]));
	if (settings[key].takes)
		return 0;
	if (setting_takes(key, nla_get_u32(value)))
		return 0;
	return umbra_check_refuse(c, value, -ERANGE, "the value %u is not allowed: it takes %s",
				  nla_get_u32(value), settings[key].accepts);
}

int umbra_settings_build(struct umbra_build *b)
{
	const struct umbra_rows *rows = &b->policy->rows[UMBRA_TABLE_SETTING];
	u32 *value = b->policy->settings.value;
	u64 given = 0;
	u32 i;

	for (i = 1; i <= UMBRA_SETTING_MAX; i++)
		value[i] = settings[i].missing;
	for (i = 0; i < rows->nr; i++) {
		u8 key = umbra_row_u8(rows->row[i], UMBRA_A_SETTING_KEY, 0);

		if (given & BIT_ULL(key))
			return umbra_refuse(b->why, NULL, -EEXIST,
				"setting row %u: %s is set twice: delete one of the rows",
				i + 1, names[key]);
		given |= BIT_ULL(key);
		value[key] = umbra_row_u32(rows->row[i], UMBRA_A_SETTING_VALUE, value[key]);
	}
	return 0;
}
