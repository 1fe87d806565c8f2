/* SPDX-License-Identifier: GPL-2.0 */
/* Translate: writing other addresses and ports into a packet, checksums included. */
#ifndef UMBRA_TRANSLATE_H
#define UMBRA_TRANSLATE_H

#include "packet/packet.h"

/**
 * umbra_translate() - give a packet the addresses and ports that its session wants it to have
 * @skb: packet, data at the network header; its headers may move
 * @p: its headers as parsed; not changed
 * @answer: key that answers to it will have: it gets their addresses the other way
 *	round, and so their ports if it is TCP, UDP or UDP-Lite, or their identifier if it is
 *	an ICMP or ICMPv6 query; others get addresses only
 *
 * Checksums are adjusted by what changed (RFC 1624), so a wrong one stays wrong; a
 * UDP checksum of 0 over IPv4 stays 0, and none becomes 0 (RFC 768).
 * CHECKSUM_PARTIAL, CHECKSUM_COMPLETE, GSO and non-linear packets are fine.
 *
 * Context: any, BH off.
 * Return: 0, or UMBRA_REASON_NO_MEMORY when the headers could not be made
 * writable: then the packet is as it was and must not go on.
 */
u8 umbra_translate(struct sk_buff *skb, const struct umbra_packet *p,
		   const struct umbra_key *answer);

/**
 * umbra_translate_error() - the same for an ICMP error and the packet in it
 * @skb: packet, data at the network header
 * @p: its headers as parsed; @p->key is the quoted flow
 * @src: source of the error itself afterwards
 * @dst: destination of the error itself afterwards
 * @quoted: what the quoted packet is to say: what its sender sent
 * @hook: where the packet is, for the checksum
 *
 * The quoted headers' own checksums are adjusted where they are within what is
 * quoted (RFC 5508 REQ-4, REQ-5). The ICMP checksum is verified first and
 * written anew.
 *
 * Context: any, BH off.
 * Return: 0, UMBRA_REASON_MALFORMED when the checksum, or the quoted IPv4 header's, was
 * wrong, or
 * UMBRA_REASON_NO_MEMORY.
 */
u8 umbra_translate_error(struct sk_buff *skb, const struct umbra_packet *p,
			 const struct in6_addr *src, const struct in6_addr *dst,
			 const struct umbra_key *quoted, unsigned int hook);

#endif
