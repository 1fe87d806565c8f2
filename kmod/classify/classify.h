/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classifier: which row of the rule table is the first that fits a packet.
 *
 * Pure C. Built into the module and, with the same sources, into the
 * user-space test that compares it with a plain first-match walk and fuzzes
 * it. Nothing here knows of netlink, sessions or sk_buffs: the policy
 * compiler (policy/policy.c) flattens networks, services and groups into the plain
 * arrays below, and the packet path asks with a struct umbra_cls_packet.
 *
 * A classifier is immutable once built (its memo apart, which is a cache) and
 * is read under RCU by any number of CPUs.
 */
#ifndef UMBRA_CLASSIFY_H
#define UMBRA_CLASSIFY_H

#include "classify/env.h"

/* Interface ids: small numbers that the policy gives to the names it binds. */
#define UMBRA_IFACE_OTHER	0	/* one that no network row names */
#define UMBRA_IFACE_LOCAL	1	/* the firewall itself: an end, not a way */
#define UMBRA_IFACE_FIRST	2	/* the first one that a row names */
#define UMBRA_IFACE_ANY		0xffffffffU	/* in a row: not bound */

#define UMBRA_CLS_NET_ANY	0xffffffffU	/* in a rule: every address */
#define UMBRA_CLS_PROTO_ANY	256
#define UMBRA_CLS_NO_RULE	0xffffffffU

/* Packet kinds, for the services that tell an opening packet from others. */
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
	bool of_name;			/* an answer of DNS: matches, and owns nothing */
};

struct umbra_cls_range {
	u16 first;			/* host byte order, inclusive */
	u16 last;
};

/*
 * One alternative of a service: protocol and kinds and a source range and a
 * destination range. For ICMP and ICMPv6 the destination is type << 8 | code.
 * A protocol without ports has 0 for both, and terms for it cover 0..65535.
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
	u64 seed[2];			/* random: keys of the memo come from the wire */
	size_t max_bytes;		/* refuse to grow beyond; 0: no bound */
};

struct umbra_cls_packet {
	struct in6_addr src;
	struct in6_addr dst;
	u32 iif;			/* interface id of the source's side */
	u32 oif;			/* and of the destination's */
	u16 sport;			/* host byte order; see umbra_cls_term */
	u16 dport;
	u8 family;
	u8 proto;
	u8 kind;			/* exactly one of UMBRA_CLS_OPEN, ... */
};

struct umbra_classifier;

/**
 * umbra_classifier_build() - compile flattened tables
 * @in: tables; not referred to after return
 * @out: the classifier, owned by the caller
 *
 * Context: process, may sleep. Every id in @in is checked again here.
 * Return: 0, -ENOMEM, -EINVAL on an id or range out of bounds, -E2BIG when
 * @in->max_bytes would be passed.
 */
int umbra_classifier_build(const struct umbra_cls_input *in,
			   struct umbra_classifier **out);
void umbra_classifier_free(struct umbra_classifier *c);

/**
 * umbra_classify() - first rule that fits
 * @c: classifier
 * @p: packet, all fields set
 *
 * Context: any, under rcu_read_lock(). Takes no lock; bounded work.
 * Return: index of the rule, or UMBRA_CLS_NO_RULE.
 */
u32 umbra_classify(const struct umbra_classifier *c,
		   const struct umbra_cls_packet *p);

/**
 * umbra_classify_alike() - which source ports do the rules not tell apart?
 * @c: classifier
 * @kind: UMBRA_CLS_OPEN, ...
 * @proto: IP protocol
 * @sport: source port, host byte order; see struct umbra_cls_term; likewise below
 * @dport: destination port
 *
 * Return: a range that @sport is in; packets that differ by a source port of it alone fall
 * under the same rule.
 */
struct umbra_cls_range umbra_classify_alike(const struct umbra_classifier *c, u8 kind, u8 proto,
					    u16 sport, u16 dport);

/**
 * umbra_classify_spoofed() - can @addr not live behind @iface?
 * @c: classifier
 * @iface: interface id of arrival
 * @family: AF_INET or AF_INET6
 * @addr: source address
 *
 * Of the rows bound to an interface that cover @addr, those with the smallest
 * range own it. The address is spoofed when it has owners and none is bound to
 * @iface. An address that no bound row covers may live anywhere. Rows bound to
 * UMBRA_IFACE_LOCAL do not count.
 */
bool umbra_classify_spoofed(const struct umbra_classifier *c, u32 iface,
			    u8 family, const struct in6_addr *addr);

/* Bytes held by @c, for the commit's answer and for tests. */
size_t umbra_classifier_bytes(const struct umbra_classifier *c);

#endif
