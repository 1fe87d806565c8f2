/* SPDX-License-Identifier: GPL-2.0 */
/* Walker: ends the sessions that are idle for too long. */
#ifndef UMBRA_WALKER_H
#define UMBRA_WALKER_H

#include <linux/workqueue.h>

#include "umbra.h"

void umbra_walker_init(struct umbra_net *un);
void umbra_walker_exit(struct umbra_net *un);

/* End every session. Context: process; no session may begin meanwhile. */
void umbra_walker_kill_all(struct umbra_net *un, u8 why);

#endif
