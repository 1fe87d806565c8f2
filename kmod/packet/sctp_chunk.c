// SPDX-License-Identifier: GPL-2.0
/*
 * Chunks: read SCTP (RFC 9260 section 3).
 *
 * A packet consists of a common header and chunks, each with its length. Control chunks come before
 * data (6.10), so chunks behind data do not change the state, and for a data packet we look at one
 * chunk only. We read at most CHUNKS control chunks, because those that change the state are alone
 * or come first. The exception is an ABORT behind error and acknowledgement chunks. We treat chunks
 * beyond that as data: tracking checks the verification tag, and the receiver decides the rest.
 *
 * A packet is malformed if RFC 9260 forbids its sender to send it and requires its receiver to
 * discard it:
 *
 * - an INIT, INIT ACK or SHUTDOWN COMPLETE that is not alone (6.10);
 * - an initiate tag of 0 (3.3.2, 3.3.3);
 * - a verification tag of 0 without an INIT, or another one with it (8.5.1);
 * - lengths that reach beyond the packet.
 *
 * All bytes are copied through skb_header_pointer(), as in packet.c.
 */
#include "packet/sctp_chunk.h"

#include <linux/crc32c.h>
#include <linux/kernel.h>
#include <linux/sctp.h>
#include <linux/umbra.h>

#include "classify/classify.h"
#include "compat/umbra_crc32c.h"
#include "packet/packet.h"

#define CHUNKS		8
#define INFO_BYTES	64	/* of a heartbeat; they include the nonces of Linux and FreeBSD */
#define INIT_BYTES	20	/* minimum length of INIT and INIT ACK */
#define T_BIT		0x01

#define ALONE		(UMBRA_SCTP_INIT | UMBRA_SCTP_INIT_ACK | UMBRA_SCTP_SHUTDOWN_COMPLETE)
#define REFLECTING	(UMBRA_SCTP_ABORT | UMBRA_SCTP_SHUTDOWN_COMPLETE)

static const u16 chunk_bit[] = {
	[SCTP_CID_INIT] = UMBRA_SCTP_INIT,
	[SCTP_CID_INIT_ACK] = UMBRA_SCTP_INIT_ACK,
	[SCTP_CID_HEARTBEAT] = UMBRA_SCTP_HEARTBEAT,
	[SCTP_CID_HEARTBEAT_ACK] = UMBRA_SCTP_HEARTBEAT_ACK,
	[SCTP_CID_ABORT] = UMBRA_SCTP_ABORT,
	[SCTP_CID_SHUTDOWN] = UMBRA_SCTP_SHUTDOWN,
	[SCTP_CID_SHUTDOWN_ACK] = UMBRA_SCTP_SHUTDOWN_ACK,
	[SCTP_CID_COOKIE_ECHO] = UMBRA_SCTP_COOKIE_ECHO,
	[SCTP_CID_COOKIE_ACK] = UMBRA_SCTP_COOKIE_ACK,
	[SCTP_CID_SHUTDOWN_COMPLETE] = UMBRA_SCTP_SHUTDOWN_COMPLETE,
};

/* One chunk: where it is, and what it is. */
struct chunk {
	u32 off;	/* from skb->data */
	u32 len;	/* without padding */
	u16 bit;
	u8 flags;
};

/* Data, also of RFC 8260. */
static bool is_data(u8 type)
{
	return type == SCTP_CID_DATA || type == SCTP_CID_I_DATA;
}

/* A word that is known to be within the packet. */
static u32 word_at(const struct sk_buff *skb, u32 off)
{
	__be32 buf;
	const __be32 *word = skb_header_pointer(skb, off, sizeof(buf), &buf);

	return word ? ntohl(*word) : 0;
}

/* Of the heartbeat's content, which a HEARTBEAT ACK returns unchanged (RFC 9260 3.3.6). */
static u32 fingerprint(const struct sk_buff *skb, const struct chunk *c)
{
	u32 len = min_t(u32, c->len - sizeof(struct sctp_chunkhdr), INFO_BYTES);
	u8 buf[INFO_BYTES];
	const u8 *info;

	info = skb_header_pointer(skb, c->off + sizeof(struct sctp_chunkhdr), len, buf);
	return info ? crc32c(~0, info, len) ?: 1 : 0;
}

static u8 read_one(const struct sk_buff *skb, const struct chunk *c, struct umbra_packet *p)
{
	if (c->bit & REFLECTING && c->flags & T_BIT)
		p->chunks |= UMBRA_SCTP_REFLECTED;
	if (c->bit & (UMBRA_SCTP_INIT | UMBRA_SCTP_INIT_ACK)) {
		p->initiate = word_at(skb, c->off + sizeof(struct sctp_chunkhdr));
		if (c->len < INIT_BYTES || !p->initiate)
			return UMBRA_REASON_MALFORMED;
	}
	if (c->bit & (UMBRA_SCTP_HEARTBEAT | UMBRA_SCTP_HEARTBEAT_ACK)) {
		if (c->len < sizeof(struct sctp_chunkhdr) + sizeof(struct sctp_paramhdr))
			return UMBRA_REASON_MALFORMED;
		p->info = fingerprint(skb, c);
	}
	p->chunks |= c->bit;
	return 0;
}

/* Is there room for another chunk? Less than that is padding, and has no meaning. */
static bool goes_on(u32 off, u32 end)
{
	return off < end && end - off >= sizeof(struct sctp_chunkhdr);
}

/* Return: false if there is no chunk, or its length is impossible. */
static bool find_one(const struct sk_buff *skb, u32 end, struct chunk *c, u8 *type)
{
	struct sctp_chunkhdr buf;
	const struct sctp_chunkhdr *h;

	h = goes_on(c->off, end) ? skb_header_pointer(skb, c->off, sizeof(buf), &buf) : NULL;
	if (!h)
		return false;
	*type = h->type;
	c->flags = h->flags;
	c->len = ntohs(h->length);
	c->bit = *type < ARRAY_SIZE(chunk_bit) ? chunk_bit[*type] : 0;
	return c->len >= sizeof(*h) && c->len <= end - c->off;
}

static u8 read_all(const struct sk_buff *skb, u32 off, u32 end, struct umbra_packet *p)
{
	struct chunk c = { .off = off };
	bool more = true;
	u8 type, why;
	u32 i;

	for (i = 0; i < CHUNKS && more; i++) {
		if (!find_one(skb, end, &c, &type))
			return UMBRA_REASON_MALFORMED;
		if (is_data(type))
			break;
		p->tcp_flags = UMBRA_SCTP_CONTROL;
		why = read_one(skb, &c, p);
		c.off += round_up(c.len, 4);
		more = goes_on(c.off, end);
		if (why || (c.bit & ALONE && (i || more)))
			return UMBRA_REASON_MALFORMED;
	}
	return 0;
}

u8 umbra_chunks_read(const struct sk_buff *skb, u32 off, u32 end, struct umbra_packet *p)
{
	u8 why;

	p->tag = word_at(skb, off + offsetof(struct sctphdr, vtag));
	why = read_all(skb, off + sizeof(struct sctphdr), end, p);
	if (why)
		return why;
	if (!p->tag != !!(p->chunks & UMBRA_SCTP_INIT))
		return UMBRA_REASON_MALFORMED;
	if (!(p->chunks & UMBRA_SCTP_INIT) && p->chunks != UMBRA_SCTP_HEARTBEAT)
		p->cls_kind = UMBRA_CLS_STRAY;
	return 0;
}

u8 umbra_chunks_quoted(const struct sk_buff *skb, u32 off, u32 end, struct umbra_packet *p)
{
	struct sctp_chunkhdr buf;
	const struct sctp_chunkhdr *h;
	u32 chunk = off + sizeof(struct sctphdr);

	p->tag = word_at(skb, off + offsetof(struct sctphdr, vtag));
	if (p->tag || chunk > end || end - chunk < sizeof(buf) + sizeof(__be32))
		return 0;
	h = skb_header_pointer(skb, chunk, sizeof(buf), &buf);
	if (!h)
		return UMBRA_REASON_MALFORMED;
	if (h->type == SCTP_CID_INIT)
		p->initiate = word_at(skb, chunk + sizeof(buf));
	return 0;
}

/* Like sctp_compute_cksum(), which would write to the packet. */
bool umbra_chunks_corrupt(const struct sk_buff *skb, u32 off, u32 end)
{
	struct sctphdr h;
	__le32 wanted;
	u32 sum;

	if (skb_copy_bits(skb, off, &h, sizeof(h)))
		return true;
	wanted = h.checksum;
	h.checksum = 0;
	sum = crc32c(~0, &h, sizeof(h));
	off += sizeof(h);
	sum = skb_crc32c(skb, off, end - off, sum);
	return cpu_to_le32(~sum) != wanted;
}
