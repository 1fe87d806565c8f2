// SPDX-License-Identifier: GPL-2.0
/*
 * Drop: every refusal ends here, and every packet passes here that belongs to no session.
 *
 * umbra_drop() is the only function of the packet path that returns NF_DROP for a packet of its
 * own. First it counts the reason, because a counter cannot fail. The event and the log have rate
 * limits and may be left out. If the action is reject, the answer to the sender comes last, because
 * it runs through LOCAL_OUT: by then all reports about the refused packet are made.
 *
 * Context: softirq or BH off, under RCU. The caller returns the verdict, and the kernel frees the
 * packet.
 */
#include <linux/umbra.h>

#include "report/event.h"
#include "report/log.h"
#include "passage.h"
#include "policy/policy.h"
#include "packet/reject.h"
#include "umbra.h"
#include "under_rcu.h"

u8 umbra_pass(struct umbra_passage *w, u8 reason)
{
	umbra_assert_rcu();
	if (w->dry) {
		w->passed = reason;
		return 0;
	}
	umbra_count(w->un, passed[reason]);
	if (reason == UMBRA_REASON_RULE)
		umbra_log_passed(w, reason);
	return 0;
}

unsigned int umbra_drop(struct umbra_passage *w, u8 reason)
{
	u32 rule = w->verdict ? w->verdict->row->id : 0;

	umbra_assert_rcu();
	umbra_count(w->un, dropped[reason]);
	umbra_event_drop(w->un, &w->packet, w->family, w->iif, reason, w->action, rule);
	umbra_log_refused(w, reason);
	if (w->action == UMBRA_ACTION_REJECT)
		umbra_reject(w->skb, &w->packet, w->hook, reason);
	return NF_DROP;
}
