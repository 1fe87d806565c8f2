/* SPDX-License-Identifier: GPL-2.0 */
/* Chunk: the content of SCTP chunks that tracking needs (RFC 9260). */
#ifndef UMBRA_CHUNK_H
#define UMBRA_CHUNK_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct umbra_packet;

/**
 * umbra_chunks_read() - read the tags and control chunks of an SCTP packet
 * @skb: packet
 * @off: offset of the common header from skb->data; the header is there as a whole
 * @end: first byte after the packet
 * @p: gets @tag, @initiate, @info, @chunks, @tcp_flags and @cls_kind
 *
 * Bounds: the first eight chunks, and none behind data.
 *
 * Context: any.
 * Return: 0 or UMBRA_REASON_MALFORMED.
 */
u8 umbra_chunks_read(const struct sk_buff *skb, u32 off, u32 end, struct umbra_packet *p);

/**
 * umbra_chunks_quoted() - read the tags of an SCTP packet in an ICMP error
 * @skb: error
 * @off: offset of the quoted common header
 * @end: first byte after the quote
 * @p: gets @tag, and @initiate if an INIT is quoted as far as that
 *
 * Context: any.
 * Return: 0 or UMBRA_REASON_MALFORMED.
 */
u8 umbra_chunks_quoted(const struct sk_buff *skb, u32 off, u32 end, struct umbra_packet *p);

/**
 * umbra_chunks_corrupt() - is the checksum wrong?
 * @skb: packet whose checksum is complete, and was not verified by a device
 * @off: offset of the common header
 * @end: first byte after the packet
 *
 * Context: any.
 */
bool umbra_chunks_corrupt(const struct sk_buff *skb, u32 off, u32 end);

#endif
