/* SPDX-License-Identifier: GPL-2.0 */
/* Walker: ends the sessions that are idle for too long. */
#ifndef UMBRA_GC_H
#define UMBRA_GC_H

#include <linux/types.h>

struct umbra_net;

void umbra_gc_init(struct umbra_net *un);
void umbra_gc_exit(struct umbra_net *un);

/* There is a session to look after. Context: any. */
void umbra_gc_wake(struct umbra_net *un);

/* End every session. Context: process; nothing opens new ones meanwhile. */
void umbra_gc_kill_all(struct umbra_net *un, u8 why);

#endif
