/* SPDX-License-Identifier: GPL-2.0 */
/* Namespaces: see net.c. */
#ifndef UMBRA_NET_H
#define UMBRA_NET_H

/* Register Umbra with all network namespaces, present and future. Context: module init. */
int umbra_net_init(void);

/* Release the state of every namespace. Context: module exit. */
void umbra_net_exit(void);

#endif
