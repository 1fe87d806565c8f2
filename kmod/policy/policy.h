/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies: immutable once published.
 */
#ifndef UMBRA_POLICY_H
#define UMBRA_POLICY_H

#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/types.h>
#include <linux/umbra.h>

#include "classify/classify.h"
#include "policy/hours.h"
#include "policy/row.h"
#include "packet/key.h"

struct umbra_net;
struct umbra_refusal;

/**
 * struct umbra_verdict - what a rule of the classifier stands for
 * @row: the row it came from, for counters and limits; held by the policy
 * @timeout: the service's idle timeout in seconds, 0: the setting's
 * @sessions: ceiling of live sessions, 0: none
 * @rate: new sessions a second, 0: no bound
 * @client_sessions: @sessions of one client
 * @client_rate: @rate of one client
 * @action: enum umbra_action
 * @type: UMBRA_SERVICE_TYPE_DYNAMIC or UMBRA_SERVICE_TYPE_PACKET_FILTER
 * @pickup: TCP may begin in mid-stream
 * @window: the service's enum umbra_window_setting, 0: the setting's
 * @ends: the service's enum umbra_ends_setting, 0: the setting's
 * @probes: the service's enum umbra_probes_setting, 0: the setting's
 * @log: the row's log class, its index in umbra_policy.log plus 1; 0: it names none
 * @number: of the row in its table, from 1
 */
struct umbra_verdict {
	struct umbra_row *row;
	u32 timeout;
	u32 sessions;
	u32 rate;
	u32 client_sessions;
	u32 client_rate;
	u8 action;
	u8 type;
	u8 pickup;
	u8 window;
	u8 ends;
	u8 probes;
	u16 log;
	u32 number;
};

/**
 * struct umbra_nat - what a nat row stands for
 * @row: the row; held by the policy
 * @first: first outside address; all zero for a masquerade
 * @last: last outside address, inclusive
 * @ports: outside ports or ICMP identifiers
 * @type: enum umbra_nat_type
 * @endpoint_independent: one outside port per inside socket
 */
struct umbra_nat {
	struct umbra_row *row;
	struct in6_addr first;
	struct in6_addr last;
	struct umbra_port_range ports;
	u8 type;
	bool endpoint_independent;
};

/* The outside ports of a nat row that names none, and of masquerading without a row: RFC 6056. */
extern const struct umbra_port_range umbra_nat_ports;

/**
 * struct umbra_log - what a log row stands for
 * @row: the row, for its count and its rate; held by the policy
 * @prefix: in front of every text, "" for none; the row's
 * @group: of nfnetlink_log
 * @rate: packets a second
 * @silent: nothing is logged
 */
struct umbra_log {
	struct umbra_row *row;
	const char *prefix;
	u16 group;
	u32 rate;
	bool silent;
};

/**
 * struct umbra_relay - what a relay row stands for
 * @verdict: allows its sessions; the row is its @row
 * @listen: address of the firewall
 * @target: server
 * @first: first port that it listens on, host byte order
 * @last: last one, inclusive
 * @target_port: where @first leads; the others follow in order
 * @lifetime: seconds after which a tcp-relay's connection ends, 0: never
 * @family: AF_INET or AF_INET6, of both addresses
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @type: enum umbra_relay_type
 * @proxy_protocol: enum umbra_proxy_protocol, 0: none
 */
struct umbra_relay {
	struct umbra_verdict verdict;
	struct in6_addr listen;
	struct in6_addr target;
	u16 first;
	u16 last;
	u16 target_port;
	u32 lifetime;
	u8 family;
	u8 proto;
	u8 type;
	u8 proxy_protocol;
};

/* Where a port that it listens on leads; both in host byte order. */
static inline u16 umbra_relay_target_port(const struct umbra_relay *r, u16 port)
{
	return r->target_port + (port - r->first);
}

/* A time class: its spans, and whether the policy was made for a moment inside them. */
struct umbra_time {
	u32 first;
	u32 nr;
	bool active;
};

/* Settings, all present, defaults filled in; timeouts in seconds. */
struct umbra_settings {
	u32 value[UMBRA_SETTING_MAX + 1];
};

/* Device index -> interface id, sorted by index; replaced when devices change. */
struct umbra_ifmap_entry {
	int ifindex;
	u32 id;
};

struct umbra_ifmap {
	u32 nr;
	struct umbra_ifmap_entry entry[];
};

/**
 * struct umbra_policy - what judges the packets of a namespace
 * @generation: of the commit that made it, of the revert that brought it back, or of the
 *	time class that began or ended
 * @judged_since: a session of an older generation is judged again
 * @cls: the compiled rules
 * @verdict: by the classifier's rule index
 * @settings: complete
 * @nat_cls: which nat row fits, NULL without nat rows
 * @nat: by the rule index of @nat_cls
 * @nr_nats: of @nat
 * @relay_cls: which relay fits a client's packet, NULL without relays
 * @relay: in the order of the rows, disabled ones and those out of their time left out
 * @nr_relays: of @relay
 * @relay_of: by the rule index of @relay_cls, the index in @relay, plus
 *	UMBRA_RELAY_REFUSED for who is in none of its from networks
 * @nr_relay_of: of @relay_of
 * @named: by setting: who is in the network that it names; NULL for those that name none
 * @log: log classes, in the order of the rows
 * @nr_logs: of @log
 * @log_of: by setting: the class that it names, its index in @log plus 1; else 0
 * @logs: it holds nfnetlink_log
 * @time: time classes, in the order of the rows
 * @nr_times: of @time
 * @span: of all of them
 * @nr_spans: of @span
 * @ifmap: RCU; replaced under umbra_net.lock
 * @ifmap_spare: the next one, as large; no reader has it; guarded by umbra_net.lock
 * @ifname: names of interface ids from UMBRA_IFACE_FIRST on
 * @nr_ifaces: ids are below this
 * @nr_verdicts: of @verdict
 * @rows: by enum umbra_table
 * @bytes: all memory of it, rows included
 * @compile_us: microseconds
 */
struct umbra_policy {
	u32 generation;
	u32 judged_since;
	struct umbra_classifier *cls;
	struct umbra_verdict *verdict;
	struct umbra_settings settings;
	struct umbra_classifier *nat_cls;
	struct umbra_nat *nat;
	struct umbra_classifier *relay_cls;
	struct umbra_classifier *named[UMBRA_SETTING_MAX + 1];
	struct umbra_relay *relay;
	struct umbra_log *log;
	u16 log_of[UMBRA_SETTING_MAX + 1];
	bool logs;
	u32 *relay_of;
	u32 nr_logs;
	u32 nr_nats;
	u32 nr_relays;
	u32 nr_relay_of;
	struct umbra_time *time;
	struct umbra_span *span;
	u32 nr_times;
	u32 nr_spans;
	struct umbra_ifmap __rcu *ifmap;
	struct umbra_ifmap *ifmap_spare;
	char (*ifname)[IFNAMSIZ];
	u32 nr_ifaces;
	u32 nr_verdicts;
	struct umbra_rows rows[UMBRA_TABLE_MAX + 1];
	size_t bytes;
	u64 compile_us;
};

/**
 * umbra_policy_iface() - interface id of a device
 * @p: policy
 * @ifindex: device index; 0 gives UMBRA_IFACE_LOCAL
 *
 * Context: rcu_read_lock() held.
 */
u32 umbra_policy_iface(const struct umbra_policy *p, int ifindex);

/**
 * umbra_policy_silent() - are the ends of a session left without word when it is cut?
 * @p: policy
 * @v: what allows the session, or NULL: a setting of the policy
 *
 * Context: rcu_read_lock() held.
 */
static inline bool umbra_policy_silent(const struct umbra_policy *p,
				       const struct umbra_verdict *v)
{
	u8 ends = v ? v->ends : 0;

	return (ends ?: p->settings.value[UMBRA_SETTING_ENDS]) == UMBRA_ENDS_SETTING_SILENT;
}

#define UMBRA_RELAY_REFUSED	0x80000000U

/**
 * umbra_policy_nat() - the nat row that a new session falls under
 * @p: policy
 * @key: the client's packets, as they arrive
 * @iif: device index of the client's side
 * @oif: device index of the server's side
 *
 * Context: rcu_read_lock() held.
 * Return: the first row that fits, or NULL when none does or that row says none.
 */
const struct umbra_nat *umbra_policy_nat(const struct umbra_policy *p, const struct umbra_key *key,
					 int iif, int oif);

/**
 * umbra_policy_relay() - the relay whose listening address and port a packet is for
 * @p: policy
 * @key: the client's packets, as they arrive
 * @iif: device index of arrival
 * @allowed: whether the client is in one of its from networks
 *
 * Context: rcu_read_lock() held.
 * Return: the relay, or NULL when the packet is for none.
 */
const struct umbra_relay *umbra_policy_relay(const struct umbra_policy *p,
					     const struct umbra_key *key, int iif, bool *allowed);

/* The relay that a row of the policy stands for, or NULL. */
const struct umbra_relay *umbra_policy_relay_of_row(const struct umbra_policy *p, u32 row);

/**
 * umbra_policy_names() - is the sender in the network that a setting names?
 * @p: policy
 * @setting: enum umbra_setting
 * @key: packet, as it arrives
 * @iif: device index of arrival
 *
 * Context: rcu_read_lock() held.
 */
bool umbra_policy_names(const struct umbra_policy *p, u8 setting, const struct umbra_key *key,
			int iif);

/* Packets a second that a log row tells of. */
u32 umbra_log_row_rate(const struct umbra_row *row);

/* A device came, went or was renamed. Context: process, RTNL held. */
void umbra_policy_devices_changed(struct umbra_net *un);

/**
 * umbra_policy_build() - check and compile rows
 * @un: namespace
 * @rows: by enum umbra_table; shared, not taken
 * @zone: local time
 * @why: told what is wrong
 * @out: policy, owned by the caller, not published; its generation is not set
 *
 * Rows equal to running ones become these. Rows that are new have no id yet. The policy
 * is the one of now; with time classes it was compiled for all of them at once before, so
 * that what is refused does not depend on the hour, nor the rows come to be refused when
 * nobody is there to be told.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0; -ENOMEM; or -EINVAL, -ENOENT, -EEXIST, -ELOOP, -E2BIG with a reason.
 */
int umbra_policy_build(struct umbra_net *un, const struct umbra_rows *rows,
		       const struct umbra_zone *zone, struct umbra_refusal *why,
		       struct umbra_policy **out);

/* The policy of now, from rows that were built before. Return: 0 or -ENOMEM. */
int umbra_policy_rebuild(struct umbra_net *un, const struct umbra_rows *rows,
			 struct umbra_policy **out);

/* Does the time class of row @i hold at @utc? */
bool umbra_policy_time_holds(const struct umbra_policy *p, u32 i, const struct umbra_zone *zone,
			     s64 utc);

/* Is the policy the one for @utc? */
bool umbra_policy_timely(const struct umbra_policy *p, const struct umbra_zone *zone, s64 utc);

/* A moment after @utc, up to which the answer stays the same. */
s64 umbra_policy_next_time(const struct umbra_policy *p, const struct umbra_zone *zone, s64 utc);

/* Where a row of @p stands in its table, from 0: as many steps as that. */
u32 umbra_policy_position(const struct umbra_policy *p, const struct umbra_row *row);

/* Context: process; no reader may have @p any more. NULL is fine. */
void umbra_policy_free(struct umbra_net *un, struct umbra_policy *p);

#endif
