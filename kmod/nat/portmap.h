/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Port maps: which ports of an outside address are taken.
 *
 * One bitmap per (outside address, protocol, VRF), in a table of the
 * namespace. A port belongs to one binding at a time (RFC 4787 REQ-3, RFC 5382
 * REQ-7: no port overloading), so a bit that one CPU has set is nobody
 * else's until it is cleared: no two sessions can be given one outside tuple.
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
 * @lock: guards @bucket and the maps' references falling to none
 * @bucket: maps by a hash of what they are for; RCU
 */
struct umbra_portmaps {
	spinlock_t lock;
	struct hlist_head *bucket;
};

int umbra_portmaps_init(struct umbra_portmaps *m);

/* Every port must have been given back. Context: process. */
void umbra_portmaps_exit(struct umbra_portmaps *m);

/**
 * struct umbra_port_subject - whose ports a map has
 * @addr: outside address; IPv4 in the first four bytes, the rest 0
 * @proto: IP protocol
 * @family: AF_INET or AF_INET6
 * @vrf: as in struct umbra_key
 *
 * Hashed and compared as a whole. The last three are in a key's order, to be copied as one word.
 */
struct umbra_port_subject {
	struct in6_addr addr;
	u8 proto;
	u8 family;
	u16 vrf;
};

/**
 * struct umbra_port_choice - from which ports one is chosen
 * @range: all of them
 * @shun: those that are chosen only where no other one is free
 * @held: does somebody have the port whom the map does not know? NULL: nobody has
 * @arg: for @held
 */
struct umbra_port_choice {
	struct umbra_port_range range;
	struct umbra_port_range shun;
	bool (*held)(const void *arg, u16 port);
	const void *arg;
};

/**
 * umbra_port_keep() - reserve this port of an outside address
 * @m: port maps
 * @subject: address, and the like
 * @port: host byte order
 *
 * Context: softirq or BH off, RCU read side held: packets are there in any case, and a second
 * lock would cost each new session 18 instructions. Atomic allocation at the address' first port
 * only; likewise below.
 * Return: the map that the port is of, for umbra_port_give(); NULL when the port is taken,
 * or without memory.
 */
struct umbra_portmap *umbra_port_keep(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject, u16 port);

/**
 * umbra_port_pick() - reserve any port of an outside address, at random
 * @m: port maps
 * @subject: address, and the like
 * @choice: from which ones
 * @port: the port, host byte order
 *
 * Bounded: one pass over the range's words, and UMBRA_PORTS_HELD answers that a port is held.
 * Return: the map that the port is of; ERR_PTR(-ENOSPC) when none is free, ERR_PTR(-ENOMEM).
 */
struct umbra_portmap *umbra_port_pick(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject,
				      const struct umbra_port_choice *choice, u16 *port);

#define UMBRA_PORTS_HELD	256

/**
 * umbra_port_take() - keep a port, or pick another one
 * @m: port maps
 * @subject: address, and the like
 * @want: port that is taken if it is free, held by nobody, and in the range, host byte
 *	order; 0 for none. Outside of it one with the same parity is not sought (RFC 4787 REQ-4
 *	is optional).
 * @choice: others to choose from
 * @port: the port, host byte order
 *
 * Return: as umbra_port_pick().
 */
struct umbra_portmap *umbra_port_take(struct umbra_portmaps *m,
				      const struct umbra_port_subject *subject, u16 want,
				      const struct umbra_port_choice *choice, u16 *port);

/* Give a port back. Context: any that takes BH-safe locks. The last one frees the map. */
void umbra_port_give(struct umbra_portmaps *m, struct umbra_portmap *map, u16 port);

#endif
