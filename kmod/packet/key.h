/* SPDX-License-Identifier: GPL-2.0 */
/* Key: one direction of a flow. Sessions, and all that belongs to them, are found by it. */
#ifndef UMBRA_KEY_H
#define UMBRA_KEY_H

#include <linux/build_bug.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

/**
 * struct umbra_key - one direction of a flow as seen on the wire
 * @src: source address; IPv4 in the first four bytes, the rest 0
 * @dst: destination address
 * @sport: source port; identifier of an ICMP query; 0 without ports
 * @dport: destination port; type << 8 | code of an ICMP query
 * @proto: IP protocol
 * @family: AF_INET or AF_INET6
 * @vrf: number of the VRF it arrives in (packet/vrf.h), or 0; VRFs may use the same addresses
 *
 * Hashed and compared as a whole, so every byte must be set.
 */
struct umbra_key {
	struct in6_addr src;
	struct in6_addr dst;
	__be16 sport;
	__be16 dport;
	u8 proto;
	u8 family;
	u16 vrf;
} __aligned(8);

static inline bool umbra_key_equal(const struct umbra_key *a, const struct umbra_key *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;

	BUILD_BUG_ON(sizeof(struct umbra_key) != 5 * sizeof(u64));
	return !((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4]));
}

static inline bool umbra_key_is_udp(const struct umbra_key *key)
{
	return key->proto == IPPROTO_UDP || key->proto == IPPROTO_UDPLITE;
}

/**
 * struct umbra_port_range - a range of ports to choose from
 * @first: host byte order, inclusive
 * @last: inclusive
 */
struct umbra_port_range {
	u16 first;
	u16 last;
};

static inline bool umbra_port_in(const struct umbra_port_range *range, u16 port)
{
	return port >= range->first && port <= range->last;
}

#endif
