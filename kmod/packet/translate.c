// SPDX-License-Identifier: GPL-2.0
/*
 * Translate
 *
 * The new bytes replace the old ones, and the difference in one's complement is added to each
 * checksum that covers them (RFC 1624). An address is covered by the IPv4 header's checksum and,
 * through the pseudo header, by the checksum of most transports. A port or an identifier is covered
 * by the transport's checksum only.
 *
 * CHECKSUM_PARTIAL. The transport checksum holds the sum of the pseudo header, and the rest is
 * added when the packet is sent. So only the difference of the addresses is added. This applies to
 * the header that csum_start names, and to an outer header in a GSO packet. In other packets, a
 * tunnel's outer checksum is complete: local checksum offload has computed it from the future inner
 * checksum.
 *
 * CHECKSUM_COMPLETE. skb->csum is the sum from the network header on. Our headers are subtracted
 * before the change and added after it. That is right if a checksum in the headers compensates the
 * change, and also if none does (a UDP checksum of 0, SCTP, GRE).
 *
 * In an ICMP error, we change the outer header, the quoted header and the quoted part of the
 * transport header. Then the ICMP checksum is computed over all bytes.
 */
#include "packet/translate.h"

#include <linux/bitops.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/umbra.h>
#include <net/checksum.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "packet/icmp.h"

/**
 * struct layout - where a transport header has the fields that change
 * @size: bytes from its beginning that contain all of them
 * @check: offset of its checksum
 * @pseudo: the checksum covers the addresses
 * @query: an identifier changes, and only in a query or its answer; else ports change
 * @nonzero: a checksum of 0 means none (RFC 768) or is wrong (RFC 3828), so it stays, and no
 *	other one becomes 0. The sum of a pseudo header alone is never 0.
 */
struct layout {
	u8 size;
	u8 check;
	bool pseudo;
	bool query;
	bool nonzero;
};

static const struct layout tcp = {
	.size = 18, .check = offsetof(struct tcphdr, check), .pseudo = true,
};
static const struct layout udp = {
	.size = 8, .check = offsetof(struct udphdr, check), .pseudo = true, .nonzero = true,
};
static const struct layout icmp = {
	.size = 8, .check = offsetof(struct icmphdr, checksum), .query = true,
};
static const struct layout icmp6 = {
	.size = 8, .check = offsetof(struct icmp6hdr, icmp6_cksum), .pseudo = true, .query = true,
};

/* Bytes of the transport header that every error quotes. */
#define QUOTED	8

/* Return: NULL if only the addresses change. */
static const struct layout *layout_of(u8 family, u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return &tcp;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return &udp;
	case IPPROTO_ICMP:
		return family == AF_INET ? &icmp : NULL;
	case IPPROTO_ICMPV6:
		return family == AF_INET6 ? &icmp6 : NULL;
	}
	return NULL;
}

/*
 * Return: the growth of a sum when @to replaces @old. It includes the carry, so that several can be
 * added before fold().
 */
static __always_inline u64 growth(u32 to, u32 old)
{
	return (u64)to + (u32)~old;
}

static __always_inline __wsum fold(u64 diff)
{
	return csum_add((__force __wsum)(u32)diff, (__force __wsum)(u32)(diff >> 32));
}

/*
 * @at: at an even offset of the summed bytes; @words: number of 32-bit words, constant, so that the
 * loop becomes a few additions. Return: the growth of the sum.
 */
static __always_inline u64 change(void *at, const __be32 *to, int words)
{
	__be32 *old = at;
	u64 diff = 0;
	int i;

	for (i = 0; i < words; i++) {
		diff += growth((__force u32)to[i], (__force u32)old[i]);
		old[i] = to[i];
	}
	return diff;
}

/* New contents of a header. @ports: both, as in a header; @id: identifier of an ICMP query. */
struct tuple {
	const struct in6_addr *src;
	const struct in6_addr *dst;
	__be32 ports;
	__be16 id;
	u8 family;
};

static __be32 ports_of(const struct umbra_key *key)
{
	/* A key has the two ports in the order of a header. */
	static_assert(offsetof(struct umbra_key, dport) == offsetof(struct umbra_key, sport) + 2);
	return *(const __be32 *)&key->sport;
}

static struct tuple tuple_of(const struct umbra_key *key)
{
	return (struct tuple) {
		.src = &key->src, .dst = &key->dst, .ports = ports_of(key), .id = key->sport,
		.family = key->family,
	};
}

/* umbra_key_invert() without a copy. Rotating by half a word is the same in both directions. */
static struct tuple tuple_answered_by(const struct umbra_key *answer)
{
	return (struct tuple) {
		.src = &answer->dst, .dst = &answer->src,
		.ports = (__force __be32)ror32((__force u32)ports_of(answer), 16),
		.id = answer->sport, .family = answer->family,
	};
}

static __always_inline u64 change_addresses(void *header, u8 family, const struct in6_addr *src,
					    const struct in6_addr *dst)
{
	struct ipv6hdr *ip6 = header;
	struct iphdr *ip = header;
	u64 diff;

	if (family == AF_INET6)
		return change(&ip6->saddr, src->s6_addr32, 4) +
		       change(&ip6->daddr, dst->s6_addr32, 4);
	diff = change(&ip->saddr, src->s6_addr32, 1) + change(&ip->daddr, dst->s6_addr32, 1);
	csum_replace_by_diff(&ip->check, fold(diff));
	return diff;
}

static u64 change_identifier(struct icmphdr *h, u8 family, __be16 id)
{
	u8 class = umbra_icmp_class(family, h->type);
	u64 diff;

	if (class != UMBRA_ICMP_QUERY && class != UMBRA_ICMP_ANSWER)
		return 0;
	diff = growth((__force u16)id, (__force u16)h->un.echo.id);
	h->un.echo.id = id;
	return diff;
}

static __always_inline void adjust(const struct layout *l, __sum16 *check, bool partial,
				   u64 addresses, u64 ports)
{
	if (!l->pseudo)
		addresses = 0;
	if (l->nonzero && !*check)
		return;
	if (partial)
		*check = ~csum_fold(csum_add(csum_unfold(*check), fold(addresses)));
	else
		csum_replace_by_diff(check, fold(addresses + ports));
	if (l->nonzero && !*check)
		*check = CSUM_MANGLED_0;
}

/* @room: available bytes of the transport header; @partial: see the top of this file. */
static __always_inline void change_transport(const struct layout *l, void *header, u32 room,
					     bool partial, const struct tuple *to,
					     u64 addresses)
{
	u64 ports = l->query ? change_identifier(header, to->family, to->id) :
			       change(header, &to->ports, 1);

	if (room >= l->check + sizeof(__sum16))
		adjust(l, header + l->check, partial, addresses, ports);
}

static bool is_partial(const struct sk_buff *skb, const void *l4)
{
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       (skb_checksum_start(skb) == l4 || skb_is_gso(skb));
}

/* @l: NULL if only the addresses change. */
static __always_inline void change_headers(struct sk_buff *skb, const struct umbra_packet *p,
					   const struct tuple *to, const struct layout *l)
{
	void *header = skb_network_header(skb), *l4 = header + p->l4;
	u64 diff = change_addresses(header, to->family, to->src, to->dst);

	if (l)
		change_transport(l, l4, l->size, is_partial(skb, l4), to, diff);
}

/* For any protocol, and wherever the headers are. */
static noinline u8 translate_any(struct sk_buff *skb, const struct umbra_packet *p,
				 const struct umbra_key *answer)
{
	const struct layout *l = layout_of(answer->family, answer->proto);
	const struct tuple to = tuple_answered_by(answer);
	u32 len = p->l4 + (l ? l->size : 0);

	if (skb_ensure_writable(skb, skb_network_offset(skb) + len))
		return UMBRA_REASON_NO_MEMORY;
	skb_postpull_rcsum(skb, skb_network_header(skb), len);
	change_headers(skb, p, &to, l);
	skb_postpush_rcsum(skb, skb_network_header(skb), len);
	return 0;
}

/* Is the transport header linear and writable, and is there no sum of the packet to update? */
static __always_inline bool is_at_hand(const struct sk_buff *skb, const struct umbra_packet *p,
				       const struct layout *l)
{
	return skb_network_offset(skb) + p->l4 + l->size <= skb_headlen(skb) && !skb_cloned(skb) &&
	       skb->ip_summed != CHECKSUM_COMPLETE;
}

/* Most packets are changed inline, by a layout that the compiler knows. */
u8 umbra_translate(struct sk_buff *skb, const struct umbra_packet *p,
		   const struct umbra_key *answer)
{
	const struct tuple to = tuple_answered_by(answer);

	if (answer->proto == IPPROTO_TCP && is_at_hand(skb, p, &tcp))
		change_headers(skb, p, &to, &tcp);
	else if (answer->proto == IPPROTO_UDP && is_at_hand(skb, p, &udp))
		change_headers(skb, p, &to, &udp);
	else
		return translate_any(skb, p, answer);
	return 0;
}

/* The quoted packet in an error; offsets from skb->data. */
struct quote {
	const struct layout *layout;
	u32 ip;
	u32 l4;
	u32 end;
};

/*
 * umbra_packet_parse() has found the protocol in @p->key behind a bounded number of extension
 * headers. This function walks the same headers.
 */
static u8 v6_quote(const struct sk_buff *skb, u8 proto, struct quote *q)
{
	struct ipv6hdr buf;
	const struct ipv6hdr *ip = skb_header_pointer(skb, q->ip, sizeof(buf), &buf);
	__be16 frag_off;
	int l4;
	u8 next;

	if (!ip)
		return UMBRA_REASON_MALFORMED;
	q->l4 = q->ip + sizeof(*ip);
	if (!q->layout)
		return 0;
	next = ip->nexthdr;
	l4 = ipv6_skip_exthdr(skb, q->l4, &next, &frag_off);
	if (l4 < 0 || next != proto)
		return UMBRA_REASON_MALFORMED;
	q->l4 = l4;
	return 0;
}

static u8 v4_quote(const struct sk_buff *skb, struct quote *q)
{
	struct iphdr buf;
	const struct iphdr *ip = skb_header_pointer(skb, q->ip, sizeof(buf), &buf);

	if (!ip)
		return UMBRA_REASON_MALFORMED;
	q->l4 = q->ip + ip->ihl * 4;
	return 0;
}

static u8 find_quote(const struct sk_buff *skb, const struct umbra_packet *p, struct quote *q)
{
	u32 off = skb_network_offset(skb);
	u8 why;

	q->layout = layout_of(p->key.family, p->key.proto);
	q->ip = off + p->l4 + sizeof(struct icmphdr);
	q->end = off + p->len;
	why = p->key.family == AF_INET ? v4_quote(skb, q) : v6_quote(skb, p->key.proto, q);
	if (why)
		return why;
	if (q->l4 + (q->layout ? QUOTED : 0) > q->end)
		return UMBRA_REASON_MALFORMED;
	if (q->layout)
		q->end = min(q->end, q->l4 + q->layout->size);
	else
		q->end = q->l4;
	return 0;
}

/* Check the IP header only: errors in the rest are between the two ends (RFC 5508 REQ-3). */
static bool is_quote_corrupt(const struct sk_buff *skb, const struct quote *q, u8 family)
{
	return family == AF_INET && csum_fold(csum_partial(skb->data + q->ip, q->l4 - q->ip, 0));
}

static void change_quote(struct sk_buff *skb, const struct quote *q, const struct umbra_key *key)
{
	const struct tuple to = tuple_of(key);
	u64 diff = change_addresses(skb->data + q->ip, to.family, to.src, to.dst);

	if (q->layout)
		change_transport(q->layout, skb->data + q->l4, q->end - q->l4, false, &to, diff);
}

static void sum_icmp(struct sk_buff *skb, const struct umbra_packet *p)
{
	u32 len = p->len - p->l4;
	struct icmphdr *h = (void *)skb_network_header(skb) + p->l4;
	const struct ipv6hdr *ip = ipv6_hdr(skb);
	__wsum sum;

	h->checksum = 0;
	sum = skb_checksum(skb, skb_network_offset(skb) + p->l4, len, 0);
	if (p->key.family == AF_INET)
		h->checksum = csum_fold(sum);
	else
		h->checksum = csum_ipv6_magic(&ip->saddr, &ip->daddr, len, IPPROTO_ICMPV6, sum);
	skb->ip_summed = CHECKSUM_NONE;		/* a receiver that needs the sum computes it */
}

u8 umbra_translate_error(struct sk_buff *skb, const struct umbra_packet *p,
			 const struct in6_addr *src, const struct in6_addr *dst,
			 const struct umbra_key *quoted, unsigned int hook)
{
	u8 proto = umbra_icmp_proto(p->key.family);
	struct quote q;
	u8 why;

	if (nf_checksum(skb, hook, skb_network_offset(skb) + p->l4, proto, p->key.family))
		return UMBRA_REASON_MALFORMED;
	why = find_quote(skb, p, &q);
	if (why)
		return why;
	if (skb_ensure_writable(skb, q.end))
		return UMBRA_REASON_NO_MEMORY;
	if (is_quote_corrupt(skb, &q, p->key.family))
		return UMBRA_REASON_MALFORMED;
	change_addresses(skb_network_header(skb), p->key.family, src, dst);
	change_quote(skb, &q, quoted);
	sum_icmp(skb, p);
	return 0;
}
