/* SPDX-License-Identifier: GPL-2.0 */
/* Wake: a new session wakes the walker (upkeep/walker.c). See wake.c. */
#ifndef UMBRA_WAKE_H
#define UMBRA_WAKE_H

#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "umbra.h"

#define UMBRA_WALKER_STEP		(HZ / 10)

/* The rest of umbra_walker_wake(), for when the walker's work does not wait already. */
void __umbra_walker_wake(struct umbra_net *un);

/* There is a session that the walker must look after. Context: any. */
static inline void umbra_walker_wake(struct umbra_net *un)
{
	if (!delayed_work_pending(&un->walker))
		__umbra_walker_wake(un);
}

#endif
