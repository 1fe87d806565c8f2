/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a session. See end.c. */
#ifndef UMBRA_END_H
#define UMBRA_END_H

#include <linux/types.h>

struct umbra_session;

/**
 * umbra_session_kill() - end a session
 * @s: session, found under rcu_read_lock() or otherwise known to be alive
 * @why: enum umbra_reason; if the session's ends have closed or reset it, that is the reason
 *	instead, see umbra_track_ended()
 *
 * Context: any, RCU read side held. Takes @s->lock, then the table's stripe locks.
 * Return: true if this call ended it, false if another call had done so.
 */
bool umbra_session_kill(struct umbra_session *s, u8 why);

#endif
