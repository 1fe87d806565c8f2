/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module keeps for one network namespace.
 *
 * The order of locks is in Documentation/architecture.md.
 */
#ifndef UMBRA_H
#define UMBRA_H

#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/umbra.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "egress/adjacency.h"
#include "life/client.h"
#include "path/icmp_error_rate.h"
#include "policy/hours.h"
#include "nat/mapping.h"
#include "nat/portmap.h"
#include "path/verdict_cache.h"
#include "rate.h"
#include "life/source.h"
#include "stats.h"
#include "session/table.h"
#include "life/notify.h"
#include "packet/vrf.h"

struct umbra_policy;
struct umbra_relays;

/**
 * struct umbra_net - a namespace
 * @policy: policy that judges; NULL until one is committed. Written under @lock.
 * @table: sessions
 * @sources: number of sessions of each source
 * @clients: number of sessions of each client, for rules that limit clients
 * @adjacencies: ways out
 * @precedents: recent verdicts
 * @portmaps: outside ports of translated sessions
 * @mappings: outside ports that the sessions of one inside socket share
 * @vrfs: numbers of VRFs in keys
 * @nat_seed: random; decides which address of a pool a client gets
 * @relays: the tcp-relays; written under @lock, or at the end of the namespace
 * @stats: counters
 * @telling: state for notifying the ends of sessions that are cut
 * @error_rates: rates of the ICMP errors that pass
 * @sessions_max: limit of the number of sessions, from the settings
 * @judging_since: jiffies, all 64 bits, of the first commit, from which the adopt setting counts;
 *	written while there are no hooks
 * @last_id: id of the newest session
 * @net: the namespace
 * @lock: guards all members below, and writes of @policy
 * @previous: policy that returns unless @policy is confirmed, or NULL
 * @has_previous: @previous is valid, even if it is NULL (no policy)
 * @revert: work that restores @previous
 * @confirm_at: jiffies at which @revert runs
 * @typed_in: TCP connection in which @policy was committed, while it waits for confirmation;
 *	family 0: none
 * @generation: of the last policy that was published; never reused
 * @rows_since: first generation with the present rows; a policy that is built again because of the
 *	time gets a new generation, but keeps its rows
 * @zone: local time
 * @clock: work that builds the policy again when a time class begins or ends
 * @clock_late: that failed
 * @candidates: one for each socket that has one
 * @rows: row id -> row, for sessions that refer to rows; RCU
 * @last_row: id of the newest row
 * @hooked: the netfilter hooks are registered; read without @lock where a late value does no harm
 * @started: @table, @sources, @clients, @adjacencies, @precedents and @relays exist; set by the
 *	first policy
 * @devices: notifier of devices that are registered, unregistered or renamed
 * @express: hooks at the devices; guarded by RTNL
 * @expressing: @express is to have hooks; guarded by RTNL
 * @walker: work that ends idle sessions
 * @walker_place: where it continues
 * @probe_rate: rate of probed sessions; used by the walker only
 * @nat_sweep: work that ends sessions whose outside address is gone
 * @nat_sweeps: @nat_sweep may be queued
 */
struct umbra_net {
	struct umbra_policy __rcu *policy;
	struct umbra_session_table table;
	struct umbra_sources sources;
	struct umbra_clients clients;
	struct umbra_adjacencies adjacencies;
	struct umbra_precedents precedents;
	struct umbra_portmaps portmaps;
	struct umbra_mappings mappings;
	struct umbra_vrfs vrfs;
	u32 nat_seed;
	struct umbra_relays *relays;
	struct umbra_stats __percpu *stats;
	struct umbra_telling telling;
	struct umbra_error_rates error_rates;
	u32 sessions_max;
	u64 judging_since;
	atomic64_t last_id;
	struct net *net;

	struct mutex lock;
	struct umbra_policy *previous;
	bool has_previous;
	struct delayed_work revert;
	unsigned long confirm_at;
	struct umbra_key typed_in;
	u32 generation;
	u32 rows_since;
	struct umbra_zone zone;
	struct delayed_work clock;
	bool clock_late;
	struct list_head candidates;
	struct xarray rows;
	u32 last_row;
	bool hooked;
	bool started;

	struct notifier_block devices;
	struct list_head express;
	bool expressing;
	struct delayed_work walker;
	u32 walker_place;
	struct umbra_rate probe_rate;
	struct work_struct nat_sweep;
	bool nat_sweeps;
};

extern unsigned int umbra_net_id;

static inline struct umbra_net *umbra_net(const struct net *net)
{
	return net_generic(net, umbra_net_id);
}

/* The policy that runs, or NULL. Context: umbra_net.lock held. */
static inline struct umbra_policy *umbra_running(const struct umbra_net *un)
{
	return rcu_dereference_protected(un->policy, lockdep_is_held(&un->lock));
}

/*
 * Has it judged for less than @seconds? The comparison needs 64 bits: 32-bit jiffies wrap within a
 * router's uptime, and the first commit would then seem recent again.
 */
static inline bool umbra_judges_less_than(const struct umbra_net *un, u32 seconds, u64 now)
{
	return time_before64(now, un->judging_since + (u64)seconds * HZ);
}

#endif
