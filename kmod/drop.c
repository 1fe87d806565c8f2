// SPDX-License-Identifier: GPL-2.0
#include <linux/umbra.h>

#include "event.h"
#include "passage.h"
#include "policy.h"
#include "reject.h"
#include "umbra.h"

u8 umbra_pass(struct umbra_passage *w, u8 reason)
{
	if (w->dry)
		w->passed = reason;
	else
		umbra_count(w->un, passed[reason]);
	return 0;
}

unsigned int umbra_drop(struct umbra_passage *w, u8 reason)
{
	u32 rule = w->verdict ? w->verdict->row->id : 0;

	umbra_count(w->un, dropped[reason]);
	umbra_event_drop(w->un, &w->packet.key, w->iif, reason, w->action, rule);
	if (w->action == UMBRA_ACTION_REJECT)
		umbra_reject(w->skb, &w->packet, w->hook, reason);
	return NF_DROP;
}
