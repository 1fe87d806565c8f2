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
 * struct umbra_verdict - the decision of a classifier rule
 * @row: row of the rule, with its counters and limits; held by the policy
 * @timeout: idle timeout of the service in seconds, 0: that of the setting
 * @sessions: maximum of live sessions, 0: no limit
 * @rate: maximum of new sessions per second, 0: no limit
 * @client_sessions: @sessions of one client
 * @client_rate: @rate of one client
 * @action: enum umbra_action
 * @type: UMBRA_SERVICE_TYPE_DYNAMIC or UMBRA_SERVICE_TYPE_PACKET_FILTER
 * @pickup: connections may be picked up in mid-stream
 * @window: enum umbra_window_setting of the service, 0: that of the setting
 * @ends: enum umbra_ends_setting of the service, 0: that of the setting
 * @probes: enum umbra_probes_setting of the service, 0: that of the setting
 * @log: log class of the row: index in umbra_policy.log plus 1; 0: it names none
 * @number: position of the row in its table, from 1
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
 * struct umbra_nat - a nat row
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

/* Outside ports of nat rows without ports, and of masquerading without a row: RFC 6056. */
extern const struct umbra_port_range umbra_nat_ports;

/**
 * struct umbra_log - a log row
 * @row: the row, with its counter and its rate; held by the policy
 * @prefix: text before each message, "" for none; owned by the row
 * @group: of nfnetlink_log
 * @rate: maximum of messages per second
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
 * struct umbra_relay - a relay row
 * @verdict: allows its sessions; @row is the relay's row
 * @listen: address of the firewall
 * @target: server
 * @first: first port that it listens on, host byte order
 * @last: last port, inclusive
 * @target_port: server's port for @first; later ports follow in order
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

/* Server's port for a port that the relay listens on; both in host byte order. */
static inline u16 umbra_relay_target_port(const struct umbra_relay *r, u16 port)
{
	return r->target_port + (port - r->first);
}

/* A time class: its spans, and whether one of them holds at the moment of the policy. */
struct umbra_time {
	u32 first;
	u32 nr;
	bool active;
};

/* Settings, complete with defaults; timeouts in seconds. */
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
 * @generation: number given by the commit that made the policy, by the revert that restored it, or
 *	when a time class began or ended
 * @judged_since: sessions of an older generation are judged again
 * @cls: the compiled rules
 * @verdict: indexed by the classifier's rule index
 * @settings: complete
 * @nat_cls: classifier of nat rows, NULL without nat rows
 * @nat: indexed by the rule index of @nat_cls
 * @nr_nats: number of @nat
 * @relay_cls: classifier of relays, for clients' packets; NULL without relays
 * @relay: in the order of the rows, without disabled rows and rows out of their time
 * @nr_relays: number of @relay
 * @relay_of: indexed by the rule index of @relay_cls: index in @relay, plus UMBRA_RELAY_REFUSED for
 *	clients in none of its from networks
 * @nr_relay_of: number of @relay_of
 * @named: indexed by setting: classifier of the network that it names; NULL if it names none
 * @log: log classes, in the order of the rows
 * @nr_logs: number of @log
 * @log_of: indexed by setting: index in @log of the class that it names, plus 1; 0: none
 * @logs: it holds a reference to nfnetlink_log
 * @time: time classes, in the order of the rows
 * @nr_times: number of @time
 * @span: spans of all time classes
 * @nr_spans: number of @span
 * @ifmap: RCU; replaced under umbra_net.lock
 * @ifmap_spare: the next @ifmap, of the same size; has no readers; guarded by umbra_net.lock
 * @ifname: names of interface ids from UMBRA_IFACE_FIRST on
 * @nr_ifaces: ids are below this
 * @nr_verdicts: number of @verdict
 * @rows: indexed by enum umbra_table
 * @bytes: its memory, rows included
 * @compile_us: microseconds
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
 * umbra_policy_iface() - get the interface id of a device
 * @p: policy
 * @ifindex: device index; 0 gives UMBRA_IFACE_LOCAL
 *
 * Context: rcu_read_lock() held.
 */
u32 umbra_policy_iface(const struct umbra_policy *p, int ifindex);

/**
 * umbra_policy_silent() - are the ends of a cut session left without notification?
 * @p: policy
 * @v: verdict that allows the session, or NULL if a setting of the policy does
 */
static inline bool umbra_policy_silent(const struct umbra_policy *p,
				       const struct umbra_verdict *v)
{
	u8 ends = v ? v->ends : 0;

	return (ends ?: p->settings.value[UMBRA_SETTING_ENDS]) == UMBRA_ENDS_SETTING_SILENT;
}

#define UMBRA_RELAY_REFUSED	0x80000000U

/**
 * umbra_policy_nat() - find the nat row of a new session
 * @p: policy
 * @key: key of the client's packets, as they arrive
 * @iif: device index of the client's side
 * @oif: device index of the server's side
 *
 * Context: rcu_read_lock() held.
 * Return: the first row that matches, or NULL if none matches or that row's type is none.
 */
const struct umbra_nat *umbra_policy_nat(const struct umbra_policy *p, const struct umbra_key *key,
					 int iif, int oif);

/**
 * umbra_policy_relay() - find the relay that listens on a packet's address and port
 * @p: policy
 * @key: key of the client's packets, as they arrive
 * @iif: device index of arrival
 * @allowed: set to whether the client is in one of the relay's from networks
 *
 * Context: rcu_read_lock() held.
 * Return: the relay, or NULL if there is none.
 */
const struct umbra_relay *umbra_policy_relay(const struct umbra_policy *p,
					     const struct umbra_key *key, int iif, bool *allowed);

/* The relay of a row of the policy, or NULL. */
const struct umbra_relay *umbra_policy_relay_of_row(const struct umbra_policy *p, u32 row);

/**
 * umbra_policy_names() - is the sender in the network that a setting names?
 * @p: policy
 * @setting: enum umbra_setting
 * @key: of the packet, as it arrives
 * @iif: device index of arrival
 *
 * Context: rcu_read_lock() held.
 */
bool umbra_policy_names(const struct umbra_policy *p, u8 setting, const struct umbra_key *key,
			int iif);

/* Maximum of messages per second of a log row. */
u32 umbra_log_row_rate(const struct umbra_row *row);

/* A device was registered, unregistered or renamed. Context: process, RTNL held. */
void umbra_policy_devices_changed(struct umbra_net *un);

/**
 * umbra_policy_build() - check and compile rows
 * @un: namespace
 * @rows: indexed by enum umbra_table; shared, not taken
 * @zone: local time
 * @why: gets the text of an error
 * @out: gets the policy, owned by the caller, not published, without a generation
 *
 * Rows equal to rows of the running policy are replaced by them. New rows have no id yet.
 *
 * The policy is the one for the present time. If there are time classes, the rows are first
 * compiled once with all of them active. So the errors do not depend on the time of day, and the
 * rows cannot be refused later, when there is no administrator to see the error.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0; -ENOMEM; or -EINVAL, -ENOENT, -EEXIST, -ELOOP, -E2BIG with a text.
 */
int umbra_policy_build(struct umbra_net *un, const struct umbra_rows *rows,
		       const struct umbra_zone *zone, struct umbra_refusal *why,
		       struct umbra_policy **out);

/* Build the policy for the present time from rows that compiled before. Return: 0 or -ENOMEM. */
int umbra_policy_rebuild(struct umbra_net *un, const struct umbra_rows *rows,
			 struct umbra_policy **out);

/* Does the time class of row @i hold at @utc? */
bool umbra_policy_time_holds(const struct umbra_policy *p, u32 i, const struct umbra_zone *zone,
			     s64 utc);

/* Is the policy the right one for @utc? */
bool umbra_policy_timely(const struct umbra_policy *p, const struct umbra_zone *zone, s64 utc);

/* A moment after @utc; until then, umbra_policy_timely() keeps its answer. */
s64 umbra_policy_next_time(const struct umbra_policy *p, const struct umbra_zone *zone, s64 utc);

/* Position of a row of @p in its table, from 0; takes as many steps. */
u32 umbra_policy_position(const struct umbra_policy *p, const struct umbra_row *row);

/* Context: process; @p must have no readers any more. @p may be NULL. */
void umbra_policy_free(struct umbra_net *un, struct umbra_policy *p);

#endif
