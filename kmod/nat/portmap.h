/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Port maps: the ports of an outside address that are taken.
 *
 * There is one bitmap per (outside address, protocol, VRF), in a table of the namespace. A port
 * belongs to one binding at a time (RFC 4787 REQ-3, RFC 5382 REQ-7: no port overloading). A bit
 * that one CPU has set belongs to nobody else until it is cleared, so two sessions never get the
 * same outside tuple.
 */
#ifndef UMBRA_PORTMAP_H
#define UMBRA_PORTMAP_H

#include <linux/in6.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "packet/key.h"

struct umbra_portmap;

#define UMBRA_PORTMAP_BUCKETS	256

/**
 * struct umbra_portmaps - the port maps of a namespace
 * @lock: guards @bucket, and a map's reference count that falls to 0
 * @bucket: maps by a hash of their subject; RCU
 */
struct umbra_portmaps {
	spinlock_t lock;
	struct hlist_head *bucket;
};

int umbra_portmaps_init(struct umbra_portmaps *m);

/* Every port must have been given back. Context: process. */
void umbra_portmaps_exit(struct umbra_portmaps *m);

/**
 * struct umbra_port_subject - what a port map is for
 * @addr: outside address; IPv4 in the first four bytes, the rest 0
 * @proto: IP protocol
 * @family: AF_INET or AF_INET6
 * @vrf: as in struct umbra_key
 *
 * Hashed and compared as a whole. The last three are in the order of a key, to copy as one word.
 */
struct umbra_port_subject {
	struct in6_addr addr;
	u8 proto;
	u8 family;
	u16 vrf;
};

/**
 * struct umbra_port_choice - the ports from which one is chosen
 * @range: all of them
 * @shun: ports that are chosen only if no other one is free
 * @held: does something have the port of which the map does not know? NULL: never
 * @arg: for @held
 */
struct umbra_port_choice {
	struct umbra_port_range range;
	struct umbra_port_range shun;
	bool (*held)(const void *arg, u16 port);
	const void *arg;
};

/**
 * umbra_port_keep() - reserve a given port of an outside address
 * @m: port maps
 * @subject: address, protocol and VRF
 * @port: host byte order
 *
 * Context: softirq or BH off, RCU read side held. (Packets are there in any case, and a second
 * rcu_read_lock() would cost each new session 18 instructions.) Allocates atomically, at the first
 * port of an address only. This holds for all of the following functions.
 * Return: the port's map, for umbra_port_give(); NULL if the port is taken, or without memory.
 */
struct umbra_portmap *umbra_port_keep(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject, u16 port);

/**
 * umbra_port_pick() - reserve any port of an outside address, at random
 * @m: port maps
 * @subject: address, protocol and VRF
 * @choice: the ports to choose from
 * @port: set to the port, host byte order
 *
 * Bounded: one pass over the range's words, and UMBRA_PORTS_HELD ports that turn out to be held.
 * Return: the port's map; ERR_PTR(-ENOSPC) if none is free, ERR_PTR(-ENOMEM).
 */
struct umbra_portmap *umbra_port_pick(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject,
				      const struct umbra_port_choice *choice, u16 *port);

#define UMBRA_PORTS_HELD	256

/**
 * umbra_port_take() - reserve the wanted port, or pick another one
 * @m: port maps
 * @subject: address, protocol and VRF
 * @want: wanted port, host byte order; taken if it is free, not held, and in the range; 0 for
 *	none. If it is not taken, the other port need not have the same parity (RFC 4787 REQ-4 is
 *	optional).
 * @choice: the other ports to choose from
 * @port: set to the port, host byte order
 *
 * Return: as umbra_port_pick().
 */
struct umbra_portmap *umbra_port_take(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject, u16 want,
				      const struct umbra_port_choice *choice, u16 *port);

/* Give a port back; the last one frees the map. Context: any in which spin_lock_bh() is allowed. */
void umbra_port_give(struct umbra_portmaps *m, struct umbra_portmap *map, u16 port);

#endif
