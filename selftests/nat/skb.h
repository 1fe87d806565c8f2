/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for kmod/packet/packet.c and kmod/packet/translate.c in user space: an sk_buff whose first
 * bytes are linear and the rest is not. Making bytes writable moves them into memory of exactly
 * that size, so the address sanitizer sees a write to a byte that was not made writable.
 * Linear bytes are read in place, so it sees a read behind them.
 */
#ifndef UMBRA_SELFTEST_NAT_SKB_H
#define UMBRA_SELFTEST_NAT_SKB_H

#include "env.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/types.h>
#include <netinet/tcp.h>

#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define max_t(type, a, b)	((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define likely(cond)		(cond)
#define unlikely(cond)		(cond)
#define noinline		__attribute__((noinline))
#define lockdep_assert_held(lock)	((void)(lock))
#define lockdep_assert(cond)	((void)0)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define U16_MAX			0xffffU
#define container_of(p, type, member)	((type *)((char *)(p) - offsetof(type, member)))
#define min(a, b)		((a) < (b) ? (a) : (b))

#define CHECKSUM_NONE		0
#define CHECKSUM_UNNECESSARY	1
#define CHECKSUM_COMPLETE	2
#define CHECKSUM_PARTIAL	3
#define CSUM_MANGLED_0		((__sum16)0xffff)

#define IP_OFFSET		0x1fff
#define IP6_OFFSET		0xfff8
#define IPV6_MAXPLEN		65535
#define NEXTHDR_HOP		IPPROTO_HOPOPTS
#define NEXTHDR_ROUTING		IPPROTO_ROUTING
#define NEXTHDR_FRAGMENT	IPPROTO_FRAGMENT
#define NEXTHDR_DEST		IPPROTO_DSTOPTS
#define NF_INET_PRE_ROUTING	0

struct sk_buff;
struct sctphdr { __be16 source, dest; __be32 vtag; __le32 checksum; };
struct sctp_chunkhdr { u8 type, flags; __be16 length; };
struct sctp_paramhdr { __be16 type, length; };

/* RFC 9260 3.2, RFC 8260. */
enum {
	SCTP_CID_DATA, SCTP_CID_INIT, SCTP_CID_INIT_ACK, SCTP_CID_SACK, SCTP_CID_HEARTBEAT,
	SCTP_CID_HEARTBEAT_ACK, SCTP_CID_ABORT, SCTP_CID_SHUTDOWN, SCTP_CID_SHUTDOWN_ACK,
	SCTP_CID_ERROR, SCTP_CID_COOKIE_ECHO, SCTP_CID_COOKIE_ACK,
	SCTP_CID_SHUTDOWN_COMPLETE = 14, SCTP_CID_I_DATA = 64,
};

u32 crc32c(u32 crc, const void *bytes, u32 len);
u32 skb_crc32c(const struct sk_buff *skb, u32 off, u32 len, u32 crc);
#define UMBRA_HAVE_SKB_CRC32C
#define cpu_to_le32(n)		(n)
#define round_up(n, to)		(((n) + (to) - 1) / (to) * (to))
int skb_copy_bits(const struct sk_buff *skb, u32 off, void *to, u32 len);

struct sk_buff {
	u8 *data;
	u32 headlen;		/* bytes in @data; exactly as many are allocated */
	u8 *rest;		/* those after them */
	u32 len;
	u32 csum_start;
	u32 csum;
	u8 ip_summed;
	bool gso;
	bool cloned;		/* others have @data as well */
};

#define skb_network_offset(skb)		0
#define skb_network_header(skb)		((skb)->data)
#define ipv6_hdr(skb)			((struct ipv6hdr *)(skb)->data)
#define skb_headlen(skb)		((skb)->headlen)
#define skb_cloned(skb)			((skb)->cloned)
#define skb_is_gso(skb)			((skb)->gso)
#define skb_csum_unnecessary(skb)	((skb)->ip_summed == CHECKSUM_UNNECESSARY)
#define iph_totlen(skb, ip)		\
	((ip)->tot_len || !(skb)->gso ? ntohs((ip)->tot_len) : (skb)->len)
#define ip_is_fragment(ip)		((ip)->frag_off & htons(0x2000 | IP_OFFSET))
#define skb_checksum_start(skb)		((skb)->data + (skb)->csum_start)

/* Reading bytes that do not exist fails; so does allocating, if a test says so. */
extern bool skb_no_memory;
int skb_ensure_writable(struct sk_buff *skb, u32 len);
void *skb_header_pointer(const struct sk_buff *skb, u32 off, u32 len, void *buf);
bool pskb_may_pull(struct sk_buff *skb, u32 len);
int pskb_trim_rcsum(struct sk_buff *skb, u32 len);

u32 csum_partial(const void *bytes, int len, u32 sum);
u32 skb_checksum(const struct sk_buff *skb, u32 off, u32 len, u32 sum);

static inline u32 csum_add(u32 a, u32 b)
{
	return a + b + (a + b < a);
}

static inline u32 csum_sub(u32 a, u32 b)
{
	return csum_add(a, ~b);
}

static inline u16 csum_fold(u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static inline u16 ip_fast_csum(const void *header, u32 words)
{
	return csum_fold(csum_partial(header, 4 * words, 0));
}

static inline u32 csum_unfold(u16 sum)
{
	return sum;
}

static inline void csum_replace_by_diff(u16 *sum, u32 diff)
{
	*sum = csum_fold(csum_add(diff, ~csum_unfold(*sum)));
}

static inline u32 csum_pseudo(const void *addresses, int size, u32 len, u8 proto, u32 sum)
{
	sum = csum_partial(addresses, size, sum);
	return csum_add(sum, csum_add(htonl(len), htons(proto)));
}

static inline u16 csum_ipv6_magic(const struct in6_addr *src, const struct in6_addr *dst, u32 len,
				  u8 proto, u32 sum)
{
	return csum_fold(csum_pseudo(dst, 16, len, proto, csum_partial(src, 16, sum)));
}

static inline void skb_postpull_rcsum(struct sk_buff *skb, const void *start, u32 len)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_sub(skb->csum, csum_partial(start, len, 0));
}

static inline void skb_postpush_rcsum(struct sk_buff *skb, const void *start, u32 len)
{
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(skb->csum, csum_partial(start, len, 0));
}

#define TCP_MAX_WSCALE		TCP_MAX_WINSHIFT

/* TCP's numbers are modulo 2^32. */
#define before(a, b)		((s32)((a) - (b)) < 0)
#define after(a, b)		before(b, a)
#define between(n, first, last)	((u32)((n) - (first)) <= (u32)((last) - (first)))

u16 nf_checksum(struct sk_buff *skb, u32 hook, u32 off, u8 proto, u16 family);
int ipv6_skip_exthdr(const struct sk_buff *skb, int off, u8 *next, __be16 *frag_off);

#endif
