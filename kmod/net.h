/* SPDX-License-Identifier: GPL-2.0 */
/* Namespaces: see net.c. */
#ifndef UMBRA_NET_H
#define UMBRA_NET_H

/* Register umbra with all network namespaces, and with those to come. Context: module init. */
int umbra_net_init(void);

/* Every namespace lets go of what it has. Context: module exit. */
void umbra_net_exit(void);

#endif
