/* SPDX-License-Identifier: GPL-2.0 */
/* Engine: what a namespace needs once packets are judged in it. */
#ifndef UMBRA_ENGINE_H
#define UMBRA_ENGINE_H

struct umbra_net;

/* Start with the first policy; later calls do nothing. Context: umbra_net.lock held. */
int umbra_engine_start(struct umbra_net *un);

/* Stop, when the namespace or the module ends; hooks are unregistered. Context: process. */
void umbra_engine_stop(struct umbra_net *un);

#endif
