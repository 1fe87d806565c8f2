/* SPDX-License-Identifier: GPL-2.0 */
/* Engine: what a namespace needs once packets are judged in it. */
#ifndef UMBRA_ENGINE_H
#define UMBRA_ENGINE_H

struct umbra_net;

/* Once, with the first policy; later calls do nothing. Context: umbra_net.lock held. */
int umbra_engine_start(struct umbra_net *un);

/* The namespace or the module goes; hooks are unregistered. Context: process. */
void umbra_engine_stop(struct umbra_net *un);

#endif
