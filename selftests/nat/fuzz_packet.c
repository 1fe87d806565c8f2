// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as a packet to umbra_packet_parse(). It reads no byte that is not there. It gives
 * the same answer wherever the bytes lie in memory and whatever was in the result before, and
 * its answer agrees with the bytes. What umbra_packet_parse_plain() takes for plain is plain, and
 * both read it alike.
 */
#include "fuzz.h"

#include <linux/umbra.h>

#include "classify/classify.h"
#include "packet/icmp.h"

static u8 parse(const struct fuzz_input *in, u32 linear, u8 stain, struct umbra_packet *p)
{
	struct sk_buff skb;
	u8 why;

	fuzz_skb(&skb, in, linear);
	memset(p, stain, sizeof(*p));
	why = umbra_packet_parse(&skb, in->family, p);
	fuzz_skb_free(&skb);
	return why;
}

static bool has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_SCTP;
}

static u32 least(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 20;
	case IPPROTO_SCTP:
		return sizeof(struct sctphdr) + sizeof(struct sctp_chunkhdr);
	}
	return has_ports(proto) ? 8 : 0;
}

static u32 word(const u8 *at)
{
	return (u32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

/* @h: the TCP header; @size: from there to the end of the packet. */
static void true_numbers(const u8 *h, u32 size, const struct umbra_packet *p)
{
	u8 flags = h[13] & 0x3f;

	fuzz_assert(p->tcp_flags == flags);
	fuzz_assert(p->seq == word(h + 4) && p->ack == word(h + 8));
	fuzz_assert(p->win == (h[14] << 8 | h[15]));
	fuzz_assert(p->end == p->seq + size - (h[12] >> 4) * 4 + !!(flags & UMBRA_TCP_FIN) +
		    !!(flags & UMBRA_TCP_SYN));
	fuzz_assert(p->scale <= (flags & UMBRA_TCP_SYN ? UMBRA_SCALE_NONE : 0));
}

#define ALONE	(UMBRA_SCTP_INIT | UMBRA_SCTP_INIT_ACK | UMBRA_SCTP_SHUTDOWN_COMPLETE)

/* The chunks that have a meaning, read by a reader who trusts all lengths. */
static u16 all_chunks(const u8 *h, u32 size)
{
	static const u8 type[] = { 1, 2, 10, 11, 4, 5, 6, 7, 8, 14 };
	u16 chunks = 0;
	u32 at, i;

	for (at = 12; at + 4 <= size; at += ((h[at + 2] << 8 | h[at + 3]) + 3) & ~3u) {
		for (i = 0; i < ARRAY_SIZE(type); i++)
			chunks |= h[at] == type[i] ? BIT(i) : 0;
		if (h[at] == 0 || h[at] == 64 || (h[at + 2] << 8 | h[at + 3]) < 4)
			break;
	}
	return chunks;
}

/* @h: the common header; @size: from there to the end of the packet. */
static void true_tags(const u8 *h, u32 size, const struct umbra_packet *p)
{
	u16 chunks = p->chunks & ~UMBRA_SCTP_REFLECTED;

	fuzz_assert(p->tag == word(h + 4));
	fuzz_assert(!p->tag == !!(p->chunks & UMBRA_SCTP_INIT));
	fuzz_assert(!(chunks & ALONE) || !(chunks & (chunks - 1)));
	fuzz_assert(!(chunks & ~all_chunks(h, size)));
	fuzz_assert(!p->tcp_flags == (h[12] == 0 || h[12] == 64));
	if (chunks & (UMBRA_SCTP_INIT | UMBRA_SCTP_INIT_ACK))
		fuzz_assert(p->initiate && p->initiate == word(h + 16));
	else
		fuzz_assert(!p->initiate);
	fuzz_assert(!p->info == !(chunks & (UMBRA_SCTP_HEARTBEAT | UMBRA_SCTP_HEARTBEAT_ACK)));
	if (chunks & (chunks - 1))
		fuzz_assert(p->cls_kind == UMBRA_CLS_STRAY);
}

/* The result about the packet itself agrees with its bytes. */
static void true_to_bytes(const struct fuzz_input *in, const struct umbra_packet *p)
{
	bool v6 = in->family == AF_INET6;
	u32 size = v6 ? 16 : 4;

	fuzz_assert(p->key.family == in->family && !p->key.vrf);
	fuzz_assert(!memcmp(&p->outer_src, in->byte + (v6 ? 8 : 12), size));
	fuzz_assert(!memcmp(&p->outer_dst, in->byte + (v6 ? 24 : 16), size));
	fuzz_assert(p->ttl == in->byte[v6 ? 7 : 8]);
	/* RFC 2675 section 3: all who have a payload and say 0 are larger than 16 bits can tell. */
	if (v6 && !in->byte[4] && !in->byte[5])
		fuzz_assert(p->len == 40 || p->len > 40 + 65535);
	fuzz_assert(p->l4 >= (v6 ? 40 : 20) && p->l4 <= p->len && p->len <= in->len);
	if (p->kind == UMBRA_PACKET_ICMP_ERROR)
		return;
	fuzz_assert(!memcmp(&p->key.src, &p->outer_src, 16));
	fuzz_assert(!memcmp(&p->key.dst, &p->outer_dst, 16));
	fuzz_assert(p->len - p->l4 >= least(p->key.proto));
	if (has_ports(p->key.proto))
		fuzz_assert(!memcmp(&p->key.sport, in->byte + p->l4, 4));
	if (p->key.proto == IPPROTO_TCP)
		true_numbers(in->byte + p->l4, p->len - p->l4, p);
	if (p->key.proto == IPPROTO_SCTP)
		true_tags(in->byte + p->l4, p->len - p->l4, p);
}

/* An IPv4 address is in the first four bytes, because the key is hashed as a whole. */
static void clean(const struct umbra_key *key)
{
	static const u8 none[12];

	if (key->family == AF_INET)
		fuzz_assert(!memcmp(&key->src.s6_addr[4], none, 12) &&
			    !memcmp(&key->dst.s6_addr[4], none, 12));
}

/* The inverse of the inverse is the key. ICMP replies have code 0, so codes are lost. */
static void inverts(const struct umbra_key *key)
{
	struct umbra_key once, twice;

	umbra_key_invert(key, &once);
	umbra_key_invert(&once, &twice);
	fuzz_assert(!memcmp(&key->src, &once.dst, 16) && !memcmp(&key->dst, &once.src, 16));
	if (key->proto != umbra_icmp_proto(key->family))
		fuzz_assert(!memcmp(key, &twice, sizeof(twice)));
}

/* An IP header says where its packet ends; bytes behind that do not belong to it. */
static void ends_where_it_says(struct fuzz_input *in, const struct umbra_packet *p)
{
	struct umbra_packet shorter;

	if (in->gso || p->kind == UMBRA_PACKET_ICMP_ERROR || p->len == in->len)
		return;
	in->len = p->len;
	fuzz_assert(!parse(in, in->len, 0, &shorter));
	fuzz_assert(!memcmp(p, &shorter, sizeof(shorter)));
}

/* Is there nothing about it that the IP layer, or a closer look, must handle? */
static bool is_plain(const struct fuzz_input *in, const struct umbra_packet *p)
{
	const u8 *b = in->byte;
	bool v6 = in->family == AF_INET6;
	u32 total = v6 ? 40u + (b[4] << 8 | b[5]) : (u32)(b[2] << 8 | b[3]);
	u8 kind;

	if (p->kind != UMBRA_PACKET_PLAIN || p->l4 != (v6 ? 40 : 20) || p->ttl < 2 ||
	    total != p->len || (!v6 && ip_fast_csum(b, 5)))
		return false;
	kind = p->tcp_flags & (UMBRA_TCP_SYN | UMBRA_TCP_FIN | UMBRA_TCP_RST | UMBRA_TCP_ACK);
	if (p->key.proto == IPPROTO_TCP)
		return kind == UMBRA_TCP_ACK || kind == UMBRA_TCP_SYN;
	return p->key.proto == IPPROTO_UDP || p->key.proto == IPPROTO_UDPLITE;
}

/* @whole: the result of umbra_packet_parse(), or NULL if that refuses the packet. */
static void plain_is_the_same(const struct fuzz_input *in, u32 linear,
			      const struct umbra_packet *whole)
{
	struct umbra_packet p;
	struct sk_buff skb;
	bool plain;

	fuzz_skb(&skb, in, linear);
	memset(&p, 0x55, sizeof(p));
	plain = umbra_packet_parse_plain(&skb, in->family, &p);
	fuzz_assert(plain == (whole && is_plain(in, whole)));
	if (plain) {
		fuzz_assert(!memcmp(&p.key, &whole->key, sizeof(p.key)));
		fuzz_assert(p.len == whole->len && p.len == skb.len && p.l4 == whole->l4);
		fuzz_assert(p.ttl == whole->ttl && p.kind == whole->kind);
		fuzz_assert(p.tcp_flags == whole->tcp_flags && p.cls_kind == whole->cls_kind);
		if (p.key.proto == IPPROTO_TCP)
			fuzz_assert(p.seq == whole->seq && p.end == whole->end &&
				    p.ack == whole->ack && p.win == whole->win);
		if (p.tcp_flags & UMBRA_TCP_SYN)
			fuzz_assert(p.scale == whole->scale);
	}
	fuzz_skb_free(&skb);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct umbra_packet whole, split, none;
	struct fuzz_input in;
	u8 why;

	if (!fuzz_read(&in, data, size))
		return 0;
	why = parse(&in, in.len, 0, &whole);
	fuzz_assert(why <= UMBRA_REASON_MAX);
	fuzz_assert(why == parse(&in, in.split, 0xaa, &split));
	fuzz_assert(why == parse(&in, 0, 0x55, &none));
	fuzz_assert(!memcmp(&whole, &split, sizeof(whole)));
	fuzz_assert(!memcmp(&whole, &none, sizeof(whole)));
	clean(&whole.key);
	plain_is_the_same(&in, in.len, why ? NULL : &whole);
	plain_is_the_same(&in, in.split, why ? NULL : &whole);
	plain_is_the_same(&in, 0, why ? NULL : &whole);
	if (why)
		return 0;
	true_to_bytes(&in, &whole);
	inverts(&whole.key);
	ends_where_it_says(&in, &whole);
	return 0;
}
