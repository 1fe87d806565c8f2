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

#include "classify.h"
#include "row.h"

struct umbra_net;
struct umbra_refusal;

/**
 * struct umbra_verdict - what a rule of the classifier stands for
 * @row: the row it came from, for counters and limits; held by the policy
 * @timeout: the service's idle timeout in seconds, 0: the setting's
 * @sessions: ceiling of live sessions, 0: none
 * @rate: new sessions a second, 0: no bound
 * @action: enum umbra_action
 * @type: UMBRA_SERVICE_TYPE_DYNAMIC or UMBRA_SERVICE_TYPE_PACKET_FILTER
 * @pickup: TCP may begin in mid-stream
 */
struct umbra_verdict {
	struct umbra_row *row;
	u32 timeout;
	u32 sessions;
	u32 rate;
	u8 action;
	u8 type;
	u8 pickup;
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
 * @generation: of the commit that made it, or of the revert that brought it back
 * @judged_since: a session of an older generation is judged again
 * @cls: the compiled rules
 * @verdict: by the classifier's rule index
 * @settings: complete
 * @ifmap: RCU; replaced under umbra_net.lock
 * @ifmap_spare: the next one, as large; no reader has it; guarded by umbra_net.lock
 * @ifname: names of interface ids from UMBRA_IFACE_FIRST on
 * @nr_ifaces: ids are below this
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

/* A device came, went or was renamed. Context: process, RTNL held. */
void umbra_policy_devices_changed(struct umbra_net *un);

/**
 * umbra_policy_build() - check and compile rows
 * @un: namespace
 * @rows: by enum umbra_table; shared, not taken
 * @why: told what is wrong
 * @out: policy, owned by the caller, not published; its generation is not set
 *
 * Rows equal to running ones become these. Rows that are new have no id yet.
 *
 * Context: process, umbra_net.lock held.
 * Return: 0; -ENOMEM; or -EINVAL, -ENOENT, -EEXIST, -ELOOP, -E2BIG with a reason.
 */
int umbra_policy_build(struct umbra_net *un, const struct umbra_rows *rows,
		       struct umbra_refusal *why, struct umbra_policy **out);

/* Context: process; no reader may have @p any more. NULL is fine. */
void umbra_policy_free(struct umbra_net *un, struct umbra_policy *p);

#endif
