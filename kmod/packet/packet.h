/* SPDX-License-Identifier: GPL-2.0 */
/* Packet: what the headers of an sk_buff say, read once through bounded helpers. */
#ifndef UMBRA_PACKET_H
#define UMBRA_PACKET_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/umbra.h>

#include "packet/key.h"

enum umbra_packet_kind {
	UMBRA_PACKET_PLAIN,		/* @key is the flow */
	UMBRA_PACKET_ICMP_ANSWER,	/* reply to an ICMP query; opens nothing */
	UMBRA_PACKET_ICMP_ERROR,	/* @key is the flow that it is about, as sent */
	UMBRA_PACKET_NEIGHBOUR,		/* neighbour discovery, MLD, IGMP */
};

#define UMBRA_SCALE_NONE	15	/* no window scale option: more than any shift, RFC 7323 2.3 */

/**
 * struct umbra_packet - the headers that matter
 * @key: flow, as on the wire
 * @outer_src: source of the packet itself, which differs from @key's in an error
 * @outer_dst: its destination
 * @len: bytes from the network header on
 * @l4: offset of the transport header from the network header
 * @error: type << 8 | code of an ICMP error
 * @seq: TCP's sequence number; the only one of these that an error quotes for certain
 * @tag: SCTP's verification tag, which an error quotes as well
 * @end: the one behind its last byte; SYN and FIN count one each
 * @initiate: SCTP's initiate tag, of an INIT or INIT ACK; of an error about one that it
 *	quotes enough of
 * @ack: TCP's acknowledgement number; means nothing without that flag
 * @info: SCTP: of a HEARTBEAT or its ACK, a fingerprint of what it says
 * @win: TCP's window, before scaling
 * @chunks: UMBRA_SCTP_INIT, ...: what else an SCTP packet says
 * @tcp_flags: byte 13 of the TCP header; or UMBRA_SCTP_CONTROL; 0 of all else
 * @scale: shift that a SYN offers, 14 at most, or UMBRA_SCALE_NONE; of a SYN only
 * @kind: enum umbra_packet_kind
 * @cls_kind: UMBRA_CLS_OPEN, ... for the classifier
 * @ttl: time to live or hop limit
 */
struct umbra_packet {
	struct umbra_key key;
	struct in6_addr outer_src;
	struct in6_addr outer_dst;
	u32 len;
	u16 l4;
	u16 error;
	union {
		u32 seq;
		u32 tag;
	};
	union {
		u32 end;
		u32 initiate;
	};
	union {
		u32 ack;
		u32 info;
	};
	union {
		u16 win;
		u16 chunks;
	};
	u8 tcp_flags;
	u8 scale;
	u8 kind;
	u8 cls_kind;
	u8 ttl;
};

#define UMBRA_TCP_FIN	0x01
#define UMBRA_TCP_SYN	0x02
#define UMBRA_TCP_RST	0x04
#define UMBRA_TCP_ACK	0x10

/*
 * No flag of TCP's: an SCTP packet that does not begin with data, so that it may move the
 * state. Next to TCP's that may, for one test of both.
 */
#define UMBRA_SCTP_CONTROL	0x80

#define UMBRA_SCTP_INIT			0x0001
#define UMBRA_SCTP_INIT_ACK		0x0002
#define UMBRA_SCTP_COOKIE_ECHO		0x0004
#define UMBRA_SCTP_COOKIE_ACK		0x0008
#define UMBRA_SCTP_HEARTBEAT		0x0010
#define UMBRA_SCTP_HEARTBEAT_ACK	0x0020
#define UMBRA_SCTP_ABORT		0x0040
#define UMBRA_SCTP_SHUTDOWN		0x0080
#define UMBRA_SCTP_SHUTDOWN_ACK		0x0100
#define UMBRA_SCTP_SHUTDOWN_COMPLETE	0x0200
#define UMBRA_SCTP_REFLECTED		0x0400	/* the T bit of one that ends: RFC 9260 8.5.1 */

/**
 * umbra_packet_parse() - read the headers
 * @skb: packet, data at the network header
 * @family: AF_INET or AF_INET6
 * @p: where to; wholly initialised in any case
 *
 * Bounds: eight IPv6 extension headers of 256 bytes in all.
 *
 * Context: any.
 * Return: 0 or enum umbra_reason why it cannot be judged.
 */
u8 umbra_packet_parse(const struct sk_buff *skb, u8 family, struct umbra_packet *p);

/**
 * umbra_packet_parse_plain() - read the headers of a packet in front of the IP layer
 * @skb: packet, data at the network header
 * @family: AF_INET or AF_INET6
 * @p: filled if the packet is plain, but for @outer_src and @outer_dst, and for what its
 *	protocol does not have; else not
 *
 * Plain is UDP, UDP-Lite, or TCP that has of SYN, ACK, FIN and RST just one of the first two;
 * without IP options or extension headers, whole, with a hop to spare, and with nothing that
 * ip_rcv() or ipv6_rcv() would refuse. A link's padding is taken off, as they do it.
 *
 * Context: any.
 * Return: it is plain. If it is not, umbra_packet_parse() tells what it is, later.
 */
bool umbra_packet_parse_plain(struct sk_buff *skb, u8 family, struct umbra_packet *p);

/* What is other than with ports. ICMP: RFC 792, 4443 request and reply types. */
void __umbra_key_invert(const struct umbra_key *key, struct umbra_key *reply);

/* Key of the packets that answer @key, which is another than @reply. */
static inline void umbra_key_invert(const struct umbra_key *key, struct umbra_key *reply)
{
	*reply = (struct umbra_key) {
		.src = key->dst, .dst = key->src, .sport = key->dport, .dport = key->sport,
		.proto = key->proto, .family = key->family, .vrf = key->vrf,
	};
	if (key->proto != IPPROTO_TCP && !umbra_key_is_udp(key))
		__umbra_key_invert(key, reply);
}

bool __umbra_packet_corrupt(struct sk_buff *skb, const struct umbra_packet *p, unsigned int hook);

/* Why one that belongs to no session, and opens none, does not pass. */
static inline u8 umbra_packet_stray(const struct umbra_packet *p)
{
	return p->key.proto == IPPROTO_SCTP ? UMBRA_REASON_SCTP_STRAY : UMBRA_REASON_TCP_STRAY;
}

/*
 * Is the checksum wrong of a packet of TCP or SCTP that would move the state? The
 * end that it is for will not heed it, so neither must we.
 */
static inline bool umbra_packet_corrupt(struct sk_buff *skb, const struct umbra_packet *p,
					unsigned int hook)
{
	return p->tcp_flags & (UMBRA_TCP_SYN | UMBRA_TCP_FIN | UMBRA_TCP_RST |
			       UMBRA_SCTP_CONTROL) &&
	       __umbra_packet_corrupt(skb, p, hook);
}

#endif
