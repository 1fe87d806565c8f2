/* SPDX-License-Identifier: GPL-2.0 */
/* Translate: write other addresses and ports into a packet and update its checksums. */
#ifndef UMBRA_TRANSLATE_H
#define UMBRA_TRANSLATE_H

#include "packet/packet.h"

/**
 * umbra_translate() - give a packet the addresses and ports with which it leaves
 * @skb: packet, data at the network header; its headers may move
 * @p: its headers as parsed; not changed
 * @answer: key of the answers to the translated packet. The packet gets the addresses of this key
 *	in reverse. TCP, UDP and UDP-Lite also get its ports in reverse, and ICMP and ICMPv6
 *	queries its identifier. Other protocols get addresses only.
 *
 * Checksums are adjusted by the difference (RFC 1624), so a wrong one stays wrong. A UDP checksum
 * of 0 over IPv4 stays 0, and no other one becomes 0 (RFC 768). CHECKSUM_PARTIAL,
 * CHECKSUM_COMPLETE, GSO and non-linear packets are handled.
 *
 * Context: any, BH off.
 * Return: 0, or UMBRA_REASON_NO_MEMORY if the headers could not be made writable. Then the packet
 *	is unchanged and must not go on.
 */
u8 umbra_translate(struct sk_buff *skb, const struct umbra_packet *p,
		   const struct umbra_key *answer);

/**
 * umbra_translate_error() - translate an ICMP error and the packet that it quotes
 * @skb: packet, data at the network header
 * @p: its headers as parsed; @p->key is the quoted flow
 * @src: new source of the error itself
 * @dst: new destination of the error itself
 * @quoted: new key of the quoted packet: what its sender sent
 * @hook: where the packet is, for the checksum
 *
 * Checksums of the quoted headers are adjusted if they are within the quote (RFC 5508 REQ-4,
 * REQ-5). The ICMP checksum is verified first and computed again.
 *
 * Context: any, BH off.
 * Return: 0; UMBRA_REASON_MALFORMED if the ICMP checksum or that of the quoted IPv4 header was
 *	wrong; or UMBRA_REASON_NO_MEMORY.
 */
u8 umbra_translate_error(struct sk_buff *skb, const struct umbra_packet *p,
			 const struct in6_addr *src, const struct in6_addr *dst,
			 const struct umbra_key *quoted, unsigned int hook);

#endif
