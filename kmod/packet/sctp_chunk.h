/* SPDX-License-Identifier: GPL-2.0 */
/* Chunk: what the chunks of an SCTP packet say that tracking has to know (RFC 9260). */
#ifndef UMBRA_CHUNK_H
#define UMBRA_CHUNK_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct umbra_packet;

/**
 * umbra_chunks_read() - the tags of an SCTP packet, and what it does
 * @skb: packet
 * @off: of its common header, which is there as a whole, from skb->data
 * @end: first byte that is not of the packet
 * @p: @tag, @initiate, @info, @chunks, @tcp_flags and @cls_kind are filled
 *
 * Bounds: the first eight chunks, and none behind data.
 *
 * Context: any.
 * Return: 0 or UMBRA_REASON_MALFORMED.
 */
u8 umbra_chunks_read(const struct sk_buff *skb, u32 off, u32 end, struct umbra_packet *p);

/**
 * umbra_chunks_quoted() - the tags of an SCTP packet in an ICMP error
 * @skb: error
 * @off: of the common header in it
 * @end: first byte that is not quoted
 * @p: @tag is filled, and @initiate of an INIT that is quoted so far
 *
 * Context: any.
 * Return: 0 or UMBRA_REASON_MALFORMED.
 */
u8 umbra_chunks_quoted(const struct sk_buff *skb, u32 off, u32 end, struct umbra_packet *p);

/**
 * umbra_chunks_corrupt() - is the checksum wrong?
 * @skb: packet, not one that is still to be summed up, or was by a device
 * @off: of the common header
 * @end: first byte that is not of the packet
 *
 * Context: any.
 */
bool umbra_chunks_corrupt(const struct sk_buff *skb, u32 off, u32 end);

#endif
