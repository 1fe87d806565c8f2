/* SPDX-License-Identifier: GPL-2.0 */
/* Walker: ends the sessions that are idle for too long. */
#ifndef UMBRA_GC_H
#define UMBRA_GC_H

#include <linux/workqueue.h>

#include "umbra.h"

void umbra_gc_init(struct umbra_net *un);
void umbra_gc_exit(struct umbra_net *un);

/* The work behind umbra_gc_wake(), which is not called while it is waiting anyway. */
void __umbra_gc_wake(struct umbra_net *un);

/* There is a session to look after. Context: any. */
static inline void umbra_gc_wake(struct umbra_net *un)
{
	if (!delayed_work_pending(&un->gc))
		__umbra_gc_wake(un);
}

/* End every session. Context: process; nothing opens new ones meanwhile. */
void umbra_gc_kill_all(struct umbra_net *un, u8 why);

#endif
