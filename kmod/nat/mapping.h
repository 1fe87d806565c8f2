/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings: one outside port per inside socket (RFC 4787 REQ-1).
 *
 * For nat rows with endpoint-independent. A mapping is shared by all sessions of
 * an inside address and port, whatever they talk to, and lives as long as any of
 * them. While it does, the inside socket can be found by its outside port: who
 * may use that is for the rules to say (RFC 4787 REQ-8), which judge it as what is
 * inside.
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
 * struct umbra_socket - an address with a port, at one side of the firewall
 * @addr: IPv4 in the first four bytes, the rest 0
 * @port: network byte order; the identifier of an ICMP query
 * @vrf: as in struct umbra_key
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol
 * @zero: where the compiler would leave a hole
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
 * struct umbra_mapping - an inside socket and the outside port it has
 * @inside: the inside socket with the outside address that it was mapped to, and the VRF of that
 * @outside: the outside socket
 * @by_inside: in umbra_mappings.inside
 * @by_outside: in umbra_mappings.outside
 * @ports: whose port it is
 * @refs: its sessions, and those about to be
 * @nat: id of the nat row that it was made by
 * @masquerade: that row is one
 * @rcu: freed after a grace period
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
 * struct umbra_mappings - of a namespace
 * @inside: by @inside
 * @outside: by @outside
 * @lock: guards both tables' contents, and references falling to none
 * @nr: how many there are; the packet path asks no further while it is 0
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
 * umbra_mapping_get() - the mapping of an inside socket
 * @m: mappings
 * @ports: port maps, for a new one
 * @key: a packet of the inside socket, which is its source
 * @leaves: its source and VRF are the outside address and that one's VRF
 * @nat: the row that a new one is made by
 * @choice: of the port that a new one gets; the socket's own is preferred
 *
 * Context: softirq or BH off, rcu_read_lock() held; likewise below.
 * Return: a mapping with a reference; ERR_PTR(-ENOSPC) when the range is full,
 * ERR_PTR(-ENOMEM).
 */
struct umbra_mapping *umbra_mapping_get(struct umbra_mappings *m, struct umbra_portmaps *ports,
					const struct umbra_key *key, const struct umbra_key *leaves,
					const struct umbra_nat *nat,
					const struct umbra_port_choice *choice);

/* Another reference. Return: false if it is just going. */
bool umbra_mapping_hold(struct umbra_mapping *map);

/* Give a reference back; the last one gives the port back. Context: any. */
void umbra_mapping_put(struct umbra_mappings *m, struct umbra_portmaps *ports,
		       struct umbra_mapping *map);

/* The mapping whose outside socket a packet is for, or NULL. */
struct umbra_mapping *umbra_mapping_find(struct umbra_mappings *m, const struct umbra_key *key);

#endif
