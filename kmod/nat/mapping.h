/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings: one outside port per inside socket (RFC 4787 REQ-1).
 *
 * Mappings are for nat rows with endpoint-independent. All sessions of an inside address and port
 * share a mapping, whatever they talk to, and it lives as long as any of them. As long as it lives,
 * the inside socket can be reached by its outside port. The rules decide who may use that (RFC 4787
 * REQ-8), and they see the inside socket as the destination.
 */
#ifndef UMBRA_MAPPING_H
#define UMBRA_MAPPING_H

#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>

#include "nat/portmap.h"
#include "session/session.h"

struct umbra_nat;

/**
 * struct umbra_socket - an address with a port, on one side of the firewall
 * @addr: IPv4 in the first four bytes, the rest 0
 * @port: network byte order; the identifier of an ICMP query
 * @vrf: as in struct umbra_key
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol
 * @zero: fills what would be a hole
 *
 * Hashed and compared as a whole.
 */
struct umbra_socket {
	struct in6_addr addr;
	__be16 port;
	u16 vrf;
	u8 family;
	u8 proto;
	u16 zero;
};

/**
 * struct umbra_mapping - an inside socket and its outside port
 * @inside: the inside socket, with the outside address that it is mapped to and that address' VRF
 * @outside: the outside socket
 * @by_inside: node in umbra_mappings.inside
 * @by_outside: node in umbra_mappings.outside
 * @ports: port map that the port belongs to
 * @refs: its sessions, and those about to be
 * @nat: id of the nat row that made it
 * @masquerade: that row is a masquerade row
 * @rcu: to free it after a grace period
 */
struct umbra_mapping {
	struct {
		struct umbra_socket socket;
		struct in6_addr to;
		u64 vrf;	/* u64 leaves no hole */
	} inside;
	struct umbra_socket outside;
	struct rhash_head by_inside;
	struct rhash_head by_outside;
	struct umbra_portmap *ports;
	refcount_t refs;
	u32 nat;
	bool masquerade;
	struct rcu_head rcu;
};

/**
 * struct umbra_mappings - the mappings of a namespace
 * @inside: mappings by @inside
 * @outside: mappings by @outside
 * @lock: guards the contents of both tables, and a reference count that falls to 0
 * @nr: number of mappings; while it is 0, the packet path does no look-up
 */
struct umbra_mappings {
	struct rhashtable inside;
	struct rhashtable outside;
	spinlock_t lock;
	atomic_t nr;
};

int umbra_mappings_init(struct umbra_mappings *m);

/* Every mapping must have been given back. Context: process. */
void umbra_mappings_exit(struct umbra_mappings *m);

/**
 * umbra_mapping_get() - get or make the mapping of an inside socket
 * @m: mappings
 * @ports: port maps, for a new mapping
 * @key: a packet whose source is the inside socket
 * @leaves: its source and VRF are the outside address and the VRF of that
 * @nat: nat row of a new mapping
 * @choice: choice of the port for a new mapping; the socket's own port is preferred
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: a mapping with a reference; ERR_PTR(-ENOSPC) if the range is full,
 * ERR_PTR(-ENOMEM).
 */
struct umbra_mapping *umbra_mapping_get(struct umbra_mappings *m, struct umbra_portmaps *ports,
					const struct umbra_key *key, const struct umbra_key *leaves,
					const struct umbra_nat *nat,
					const struct umbra_port_choice *choice);

/* Take another reference. Return: false if the last one is just being dropped. */
bool umbra_mapping_hold(struct umbra_mapping *map);

/* Give a reference back; the last one gives the port back. Context: any. */
void umbra_mapping_put(struct umbra_mappings *m, struct umbra_portmaps *ports,
		       struct umbra_mapping *map);

/* Find the mapping whose outside socket is the destination of a packet, or NULL. */
struct umbra_mapping *umbra_mapping_find(struct umbra_mappings *m, const struct umbra_key *key);

#endif
