// SPDX-License-Identifier: GPL-2.0
/*
 * Wake: the walker of a namespace rests while there is no session that it could end.
 *
 * Each function that opens a session calls umbra_walker_wake(). It is inline, because nearly always
 * the walker's work is waiting already and there is nothing to do.
 */
#include "life/wake.h"

#include "compat/umbra_workqueue.h"

void __umbra_walker_wake(struct umbra_net *un)
{
	queue_delayed_work(system_dfl_wq, &un->walker, UMBRA_WALKER_STEP);
}
