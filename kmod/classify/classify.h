/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classifier: the first row of the rule table that matches a packet.
 *
 * Pure C. The same sources are built into the module and into a user-space test, which compares
 * them with a plain first-match search and fuzzes them. The classifier does not depend on netlink,
 * sessions or sk_buffs: the policy compiler (policy/policy.c) flattens networks, services and
 * groups into the plain arrays below, and the packet path passes a struct umbra_cls_packet.
 *
 * A classifier does not change once built, except for its memo, which is a cache. Any number of
 * CPUs may read it under RCU.
 */
#ifndef UMBRA_CLASSIFY_H
#define UMBRA_CLASSIFY_H

#include "classify/env.h"

/* Interface ids: small numbers that the policy assigns to the interface names in its rows. */
#define UMBRA_IFACE_OTHER	0	/* an interface that no network row names */
#define UMBRA_IFACE_LOCAL	1	/* the firewall itself, as an end of a flow */
#define UMBRA_IFACE_FIRST	2	/* the first interface that a row names */
#define UMBRA_IFACE_ANY		0xffffffffU	/* in a row: not bound to an interface */

#define UMBRA_CLS_NET_ANY	0xffffffffU	/* in a rule: every address */
#define UMBRA_CLS_PROTO_ANY	256
#define UMBRA_CLS_NO_RULE	0xffffffffU

/* Packet kinds, for services that distinguish a packet that opens a session from others. */
#define UMBRA_CLS_OPEN		0x1	/* may open a session; all but TCP and SCTP always */
#define UMBRA_CLS_ANSWER	0x2	/* TCP with ACK or RST */
#define UMBRA_CLS_STRAY		0x4	/* any other SCTP */
#define UMBRA_CLS_ALL		0x7

/* One address range of a network. IPv4 in the first four bytes of @first. */
struct umbra_cls_addr {
	struct in6_addr first;		/* network byte order */
	struct in6_addr last;
	u32 network;			/* 0 .. nr_networks - 1 */
	u32 iface;			/* UMBRA_IFACE_* or an id */
	u8 family;			/* AF_INET or AF_INET6 */
	bool of_name;			/* an answer of DNS: matches, but does not own addresses */
};

struct umbra_cls_range {
	u16 first;			/* host byte order, inclusive */
	u16 last;
};

/*
 * One alternative of a service: a protocol, kinds, a source range and a destination range. For ICMP
 * and ICMPv6 the destination is type << 8 | code. If a protocol has no ports, its packets have 0 as
 * source and as destination, and its terms cover 0..65535.
 */
struct umbra_cls_term {
	u32 service;			/* 0 .. nr_services - 1 */
	u16 proto;			/* 0..255 or UMBRA_CLS_PROTO_ANY */
	u8 kinds;			/* UMBRA_CLS_* mask */
	struct umbra_cls_range src;
	struct umbra_cls_range dst;
};

struct umbra_cls_rule {
	u32 client;			/* network, or UMBRA_CLS_NET_ANY */
	u32 server;
	u32 service;
};

struct umbra_cls_input {
	const struct umbra_cls_addr *addrs;
	const struct umbra_cls_term *terms;
	const struct umbra_cls_rule *rules;	/* first match wins */
	u32 nr_addrs, nr_networks;
	u32 nr_terms, nr_services;
	u32 nr_rules;
	u32 nr_ifaces;			/* ids are below this; at least 2 */
	u64 seed[2];			/* random, because senders choose the keys of the memo */
	size_t max_bytes;		/* refuse to grow beyond; 0: no limit */
};

struct umbra_cls_packet {
	struct in6_addr src;
	struct in6_addr dst;
	u32 iif;			/* interface id of the source's side */
	u32 oif;			/* interface id of the destination's side */
	u16 sport;			/* host byte order; see umbra_cls_term */
	u16 dport;
	u8 family;
	u8 proto;
	u8 kind;			/* exactly one of UMBRA_CLS_OPEN, ... */
};

struct umbra_classifier;

/**
 * umbra_classifier_build() - compile flattened tables
 * @in: tables; not used after return
 * @out: the classifier, owned by the caller
 *
 * Context: process, may sleep. Every id in @in is checked here again.
 * Return: 0; -ENOMEM; -EINVAL if an id or a range is out of bounds; -E2BIG if it would need more
 *	than @in->max_bytes.
 */
int umbra_classifier_build(const struct umbra_cls_input *in,
			   struct umbra_classifier **out);
void umbra_classifier_free(struct umbra_classifier *c);

/**
 * umbra_classify() - find the first rule that matches
 * @c: classifier
 * @p: packet, all fields set
 *
 * Context: any, under rcu_read_lock(). Takes no lock; the work is bounded.
 * Return: index of the rule, or UMBRA_CLS_NO_RULE.
 */
u32 umbra_classify(const struct umbra_classifier *c,
		   const struct umbra_cls_packet *p);

/**
 * umbra_classify_alike() - which source ports do the rules not distinguish?
 * @c: classifier
 * @kind: UMBRA_CLS_OPEN, ...
 * @proto: IP protocol
 * @sport: source port, host byte order; see struct umbra_cls_term; likewise below
 * @dport: destination port
 *
 * Return: a range that contains @sport; packets that differ only by a source port in this range
 *	match the same rule.
 */
struct umbra_cls_range umbra_classify_alike(const struct umbra_classifier *c, u8 kind, u8 proto,
					    u16 sport, u16 dport);

/**
 * umbra_classify_spoofed() - is @addr not allowed behind @iface?
 * @c: classifier
 * @iface: interface id of arrival
 * @family: AF_INET or AF_INET6
 * @addr: source address
 *
 * Of the rows that cover @addr and are bound to an interface, those with the smallest range own it.
 * The address is spoofed if it has owners and none of them is bound to @iface. An address that no
 * bound row covers may be behind any interface. Rows bound to UMBRA_IFACE_LOCAL do not count.
 */
bool umbra_classify_spoofed(const struct umbra_classifier *c, u32 iface,
			    u8 family, const struct in6_addr *addr);

/* Bytes held by @c, for the answer to a commit and for tests. */
size_t umbra_classifier_bytes(const struct umbra_classifier *c);

#endif
