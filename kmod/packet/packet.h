/* SPDX-License-Identifier: GPL-2.0 */
/* Packet: the headers of an sk_buff, read once with bounds checks. */
#ifndef UMBRA_PACKET_H
#define UMBRA_PACKET_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/umbra.h>

#include "packet/key.h"

enum umbra_packet_kind {
	UMBRA_PACKET_PLAIN,		/* @key is the flow */
	UMBRA_PACKET_ICMP_ANSWER,	/* reply to an ICMP query; opens no session */
	UMBRA_PACKET_ICMP_ERROR,	/* @key is the quoted flow, as sent */
	UMBRA_PACKET_NEIGHBOUR,		/* neighbour discovery, MLD, IGMP */
};

#define UMBRA_SCALE_NONE	15	/* no window scale option: more than any shift, RFC 7323 2.3 */

/**
 * struct umbra_packet - the headers that judging and tracking need
 * @key: flow, as on the wire
 * @outer_src: source of the packet itself; differs from that of @key in an ICMP error
 * @outer_dst: destination of the packet itself
 * @len: bytes from the network header on
 * @l4: offset of the transport header from the network header
 * @error: type << 8 | code of an ICMP error
 * @seq: TCP's sequence number; the only one of TCP's numbers that every error quotes
 * @tag: SCTP's verification tag, which every error quotes as well
 * @end: TCP's sequence number after the last byte; SYN and FIN count one each
 * @initiate: SCTP's initiate tag, of an INIT or INIT ACK; also of an INIT that an error quotes, if
 *	the quote is long enough
 * @ack: TCP's acknowledgement number; only valid with the ACK flag
 * @info: SCTP: fingerprint of the content of a HEARTBEAT or HEARTBEAT ACK
 * @win: TCP's window, before scaling
 * @chunks: SCTP's control chunks, UMBRA_SCTP_INIT, ...
 * @tcp_flags: byte 13 of the TCP header; UMBRA_SCTP_CONTROL for SCTP; 0 for other protocols
 * @scale: shift that a SYN offers, 14 at most, or UMBRA_SCALE_NONE; only set in a SYN
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
 * A bit that TCP's flags do not use: an SCTP packet that begins with a control chunk, so it may
 * change the state. It shares the field with TCP's flags, so that one test covers both protocols.
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
#define UMBRA_SCTP_REFLECTED		0x0400	/* T bit of a chunk that ends: RFC 9260 8.5.1 */

/**
 * umbra_packet_parse() - read the headers
 * @skb: packet, data at the network header
 * @family: AF_INET or AF_INET6
 * @p: gets the headers; wholly initialised, even on failure
 *
 * Bounds: eight IPv6 extension headers of 256 bytes in all.
 *
 * Context: any.
 * Return: 0, or enum umbra_reason if the packet cannot be judged.
 */
u8 umbra_packet_parse(const struct sk_buff *skb, u8 family, struct umbra_packet *p);

/**
 * umbra_packet_parse_plain() - read the headers of a packet before the IP layer
 * @skb: packet, data at the network header
 * @family: AF_INET or AF_INET6
 * @p: if the packet is plain, gets its headers, except for @outer_src, @outer_dst, and fields that
 *	its protocol does not have
 *
 * A packet is plain if
 *
 * - it is UDP, UDP-Lite, or TCP with just one of the flags SYN, ACK, FIN and RST, which is SYN or
 *   ACK;
 * - it is whole, without IP options or extension headers, and has a hop left;
 * - ip_rcv() or ipv6_rcv() would not refuse it.
 *
 * Link padding is trimmed, as these two functions do.
 *
 * Context: any.
 * Return: true if it is plain. If not, umbra_packet_parse() reads it later.
 */
bool umbra_packet_parse_plain(struct sk_buff *skb, u8 family, struct umbra_packet *p);

/* Invert protocols without ports. ICMP: request and reply types of RFC 792, 4443. */
void __umbra_key_invert(const struct umbra_key *key, struct umbra_key *reply);

/* Key of the packets that answer @key. @reply must not be the same object. */
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

/* The reason to refuse a packet that belongs to no session and opens none. */
static inline u8 umbra_packet_stray(const struct umbra_packet *p)
{
	return p->key.proto == IPPROTO_SCTP ? UMBRA_REASON_SCTP_STRAY : UMBRA_REASON_TCP_STRAY;
}

/*
 * Would this TCP or SCTP packet change the state, although its checksum is wrong? Its receiver will
 * ignore it, so we must do the same.
 */
static inline bool umbra_packet_corrupt(struct sk_buff *skb, const struct umbra_packet *p,
					unsigned int hook)
{
	return p->tcp_flags & (UMBRA_TCP_SYN | UMBRA_TCP_FIN | UMBRA_TCP_RST |
			       UMBRA_SCTP_CONTROL) &&
	       __umbra_packet_corrupt(skb, p, hook);
}

#endif
