// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a session: the only function that ends one.
 *
 * Everything that a session holds is given back here, in an order that matters. The session leaves
 * the table first, so that no packet finds it any more. Its ends are notified while it still has
 * its outside port, because the notice must leave with that port, and another session could get the
 * port afterwards. Its place in the limits is given back before the event is sent, so that a reader
 * of the event can begin another session.
 *
 * Locks: the caller holds none. The session's own lock is taken and released, then the table's
 * stripes; all other steps have locks of their own.
 */
#include "life/end.h"

#include <linux/umbra.h>

#include "life/limit.h"
#include "life/notify.h"
#include "life/pressure.h"
#include "nat/nat.h"
#include "relay/relay.h"
#include "report/event.h"
#include "session/session.h"
#include "umbra.h"

bool umbra_session_kill(struct umbra_session *s, u8 why)
{
	struct umbra_net *un = s->un;
	struct umbra_claimant who;
	u32 rule;

	umbra_assert_rcu();
	if (!umbra_session_begin_to_die(s, why))
		return false;
	rule = s->rule;		/* does not change any more: see umbra_judge_again() */
	umbra_table_remove(&un->table, s);
	umbra_tell_ends(s);	/* while no other session can have its port */
	umbra_nat_release(un, s);
	umbra_count(un, ended[s->ended]);
	who = umbra_limit_claimant(un, &s->half[UMBRA_DIR_ORIGINAL].key, false);
	umbra_limit_release(un, rule, &who);
	umbra_event_session(s, UMBRA_CMD_SESSION_END_NTF);
	if (s->flags & UMBRA_SESSION_RELAY)
		umbra_relay_session_ended(s);
	umbra_session_free(s);
	return true;
}
