/* SPDX-License-Identifier: GPL-2.0 */
/* Own ports: ports that the firewall's own sockets have. */
#ifndef UMBRA_OWN_PORT_H
#define UMBRA_OWN_PORT_H

#include <net/net_namespace.h>

#include "session/session.h"

/**
 * umbra_own_port_held() - does a socket of the firewall have a port?
 * @net: namespace
 * @at: key whose source says which address, protocol and VRF
 * @port: host byte order
 *
 * Looks for any socket of a process or of the kernel that is bound to the address or to every
 * address. Protocols without ports, and ICMP, have none.
 *
 * Bounded: a port that more sockets share than are looked at is held. A port whose slot in the
 * kernel's table has too many other sockets is not held.
 *
 * Context: softirq or BH off, rcu_read_lock() held.
 */
bool umbra_own_port_held(struct net *net, const struct umbra_key *at, u16 port);

#endif
