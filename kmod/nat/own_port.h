/* SPDX-License-Identifier: GPL-2.0 */
/* Own ports: which ports of an address the firewall's sockets have. */
#ifndef UMBRA_OWN_PORT_H
#define UMBRA_OWN_PORT_H

#include <net/net_namespace.h>

#include "session/session.h"

/**
 * umbra_own_port_held() - does a socket of the firewall have a port?
 * @net: namespace
 * @at: key whose source says of which address, protocol and VRF
 * @port: host byte order
 *
 * Any socket that is bound, whoever opened it, a process or the kernel: to the address, or
 * to every one. Protocols without ports, and ICMP, have none.
 *
 * Bounded: where more sockets share a port than are looked at, it is held; where too many others
 * share its place in the kernel's table, it is not.
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 */
bool umbra_own_port_held(struct net *net, const struct umbra_key *at, u16 port);

#endif
