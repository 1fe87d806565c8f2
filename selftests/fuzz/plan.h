/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses and ports that the fuzzer and the policy of net/fuzz-packets.sh share. */
#ifndef FUZZ_PLAN_H
#define FUZZ_PLAN_H

/* Each in IPv4 and in IPv6. */
#define PLAN_GHOST_IN	{ "192.168.1.66", "2001:db8:1::66" }
#define PLAN_LISTEN	{ "1.2.3.4", "2001:db8:4::4" }
#define PLAN_POOL	{ "10.9.9.1", "2001:db8:9::1" }
#define PLAN_POOL_LAST	{ "10.9.9.2", "2001:db8:9::2" }
/* Of the host whose conversations must not be disturbed. */
#define PLAN_QUIET	{ "10.9.9.9", "2001:db8:9::9" }
#define PLAN_FW_OUT	{ "198.51.100.1", "2001:db8:2::1" }
/* The link-local address is that of the interface, by its MAC address. */
#define PLAN_FW_LINK	{ "198.51.100.1", "fe80::ff:fe00:201" }
#define PLAN_FW_DMZ	{ "203.0.113.1", "2001:db8:3::1" }
#define PLAN_FW_IN	{ "192.168.1.1", "2001:db8:1::1" }

/* Ports that inside clients may use outside; the last one is a packet-filter service. */
#define PLAN_SERVICE_FIRST	2000
#define PLAN_SERVICE_LAST	2004
/* Ports that are rejected. */
#define PLAN_REJECT		2005
/* The ports where the relays listen, and that of the server; this and the next are UDP. */
#define PLAN_RELAY_UDP		2012
#define PLAN_RELAY_FIRST	2010
#define PLAN_RELAY_LAST		2015
/* The outside ports of the pool. */
#define PLAN_PORT_FIRST		20000
#define PLAN_PORT_LAST		20199
/* Where the quiet host's server is. */
#define PLAN_QUIET_PORT		5190

#endif
