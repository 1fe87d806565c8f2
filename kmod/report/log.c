// SPDX-License-Identifier: GPL-2.0
/*
 * Logs: packets are logged by the kernel's own NFLOG (nfnetlink_log), so every reader of NFLOG can
 * read them: tcpdump, ulogd2, Wireshark. Nothing is built while nobody listens to the group:
 * nfnetlink_log looks for the listener, after the rate was checked here.
 *
 * The log class is the first of these that there is:
 * - the class that the deciding rule or relay names, which may be one that logs nothing;
 * - for spoofed packets and for invalid ones, the class of their setting, by the reason;
 * - none, if a rule without a class refused the packet, because its author chose so;
 * - for a packet to the firewall, the class of that setting;
 * - for a packet that no rule fits, the class of the setting for unmatched packets.
 *
 * All information is in the prefix of NFLOG, which is the only text that it has:
 *
 *	PREFIX ACTION REASON [+MISSED] NAME
 *
 * A row without a name has its number instead. MISSED says how many packets the class has left out
 * since the one before, because they came faster than its rate. The lengths are limited so that the
 * prefix always fits (NF_LOG_PREFIXLEN).
 */
#include "report/log.h"

#include <linux/kmod.h>
#include <linux/umbra.h>
#include <linux/umbra_names.h>
#include <net/dst.h>
#include <net/netfilter/nf_log.h>

#include "policy/judge.h"
#include "passage.h"
#include "policy/policy.h"
#include "umbra.h"

static const char *const reasons[UMBRA_REASON_MAX + 1] = {
#define NAME(value, word, help)	[value] = word,
	UMBRA_NAMES_REASON(NAME)
#undef NAME
};

static const char *const actions[UMBRA_ACTION_MAX + 1] = {
#define NAME(value, word, help)	[value] = word,
	UMBRA_NAMES_ACTION(NAME)
#undef NAME
};

/* "discard", "source-sessions", "+4294967295", a blank after each, a name, and the final 0. */
static_assert(UMBRA_PREFIX_MAX + 1 + 8 + 16 + 12 + UMBRA_NAME_MAX + 1 <= NF_LOG_PREFIXLEN);

void umbra_log_load(const struct umbra_net *un)
{
	lockdep_assert_not_held(&un->lock);
	if (nf_logger_find_get(NFPROTO_INET, NF_LOG_TYPE_ULOG))
		request_module("nfnetlink_log");
	else
		nf_logger_put(NFPROTO_INET, NF_LOG_TYPE_ULOG);
}

/* What is logged of a packet. */
struct note {
	u8 reason;
	u8 action;
	u32 missed;
};

/* The setting that names the class for the packet, or 0. */
static u8 setting_of(const struct umbra_passage *w, const struct note *n)
{
	switch (n->reason) {
	case UMBRA_REASON_SPOOFED:
		return UMBRA_SETTING_LOG_SPOOFED;
	case UMBRA_REASON_MALFORMED:
	case UMBRA_REASON_FRAGMENT:
	case UMBRA_REASON_SOURCE_ROUTE:
	case UMBRA_REASON_TCP_STRAY:
	case UMBRA_REASON_TCP_WINDOW:
	case UMBRA_REASON_SCTP_STRAY:
	case UMBRA_REASON_SCTP_TAG:
	case UMBRA_REASON_ICMP_STRAY:
		return UMBRA_SETTING_LOG_INVALID;
	}
	if (w->verdict && n->action != UMBRA_ACTION_ALLOW)
		return 0;
	if (w->way == UMBRA_WAY_LOCAL && !w->relay &&
	    w->policy->log_of[UMBRA_SETTING_LOG_FIREWALL])
		return UMBRA_SETTING_LOG_FIREWALL;
	return n->action == UMBRA_ACTION_ALLOW ? 0 : UMBRA_SETTING_LOG_UNMATCHED;
}

static const struct umbra_log *class_of(const struct umbra_passage *w, const struct note *n)
{
	u16 class = w->verdict ? w->verdict->log : 0;

	class = class ?: w->policy->log_of[setting_of(w, n)];
	return class ? &w->policy->log[class - 1] : NULL;
}

static bool admit(const struct umbra_log *log, struct note *n)
{
	struct umbra_row *row = log->row;
	bool admitted;

	spin_lock_bh(&row->rate_lock);
	admitted = umbra_rate_has(&row->rate, log->rate, true);
	n->missed = row->missed;
	row->missed = admitted ? 0 : min(row->missed, U32_MAX - 1) + 1;
	spin_unlock_bh(&row->rate_lock);
	return admitted;
}

static void put_name(const struct umbra_passage *w, char *text, size_t room)
{
	const struct umbra_verdict *v = w->verdict;
	bool relay = v && v->row->table == UMBRA_TABLE_RELAY;
	const char *name;

	if (!v)
		return;
	name = umbra_row_text(v->row, relay ? UMBRA_A_RELAY_NAME : UMBRA_A_RULE_NAME);
	if (*name)
		snprintf(text, room, " %s", name);
	else
		snprintf(text, room, " %s %u", relay ? "relay" : "rule", v->number);
}

static void put_missed(const struct note *n, char *text, size_t room)
{
	if (n->missed)
		snprintf(text, room, " +%u", n->missed);
}

static void send(const struct umbra_passage *w, const struct umbra_log *log,
		 const struct note *n)
{
	const struct nf_loginfo to = {
		.type = NF_LOG_TYPE_ULOG, .u.ulog = { .group = log->group, .qthreshold = 1 },
	};
	bool arrives = w->hook == NF_INET_PRE_ROUTING;
	const struct net_device *in = arrives ? w->skb->dev : NULL;
	const struct net_device *out = arrives ? NULL : skb_dst(w->skb)->dev;
	char name[UMBRA_NAME_MAX + 2] = "", missed[16] = "";

	put_name(w, name, sizeof(name));
	put_missed(n, missed, sizeof(missed));
	nf_log_packet(w->un->net, w->family == AF_INET ? NFPROTO_IPV4 : NFPROTO_IPV6, w->hook,
		      w->skb, in, out, &to, "%s%s%s %s%s%s", log->prefix,
		      *log->prefix ? " " : "", actions[n->action], reasons[n->reason], missed,
		      name);
}

void __umbra_log(const struct umbra_passage *w, u8 reason, u8 action)
{
	struct note n = { .reason = reason, .action = action };
	const struct umbra_log *log = class_of(w, &n);

	if (!log || log->silent || !admit(log, &n))
		return;
	umbra_row_hit(log->row);
	send(w, log, &n);
}
