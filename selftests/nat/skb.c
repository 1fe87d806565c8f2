// SPDX-License-Identifier: GPL-2.0
#include "skb.h"

bool skb_no_memory;

u32 csum_partial(const void *bytes, int len, u32 sum)
{
	const u8 *b = bytes;
	u16 word;
	int i;

	for (i = 0; i + 1 < len; i += 2) {
		memcpy(&word, b + i, 2);
		sum = csum_add(sum, word);
	}
	return len & 1 ? csum_add(sum, b[len - 1]) : sum;	/* little endian */
}

static void copy_bits(const struct sk_buff *skb, u32 off, u32 len, u8 *to)
{
	u32 i;

	for (i = 0; i < len; i++)
		to[i] = off + i < skb->headlen ? skb->data[off + i] :
						 skb->rest[off + i - skb->headlen];
}

int skb_copy_bits(const struct sk_buff *skb, u32 off, void *to, u32 len)
{
	if (off > skb->len || skb->len - off < len)
		return -EFAULT;
	copy_bits(skb, off, len, to);
	return 0;
}

/* Bit by bit: RFC 9260 appendix A. */
u32 crc32c(u32 crc, const void *bytes, u32 len)
{
	const u8 *b = bytes;
	int bit;

	for (; len--; b++) {
		crc ^= *b;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return crc;
}

/* In memory of exactly their size, which the caller frees. */
static u8 *copy_of(const struct sk_buff *skb, u32 off, u32 len)
{
	u8 *bytes = malloc(len);

	copy_bits(skb, off, len, bytes);
	return bytes;
}

u32 skb_crc32c(const struct sk_buff *skb, u32 off, u32 len, u32 crc)
{
	u8 *bytes = copy_of(skb, off, len);

	crc = crc32c(crc, bytes, len);
	free(bytes);
	return crc;
}

u32 skb_checksum(const struct sk_buff *skb, u32 off, u32 len, u32 sum)
{
	u8 *bytes = copy_of(skb, off, len);

	sum = csum_partial(bytes, len, sum);
	free(bytes);
	return sum;
}

void *skb_header_pointer(const struct sk_buff *skb, u32 off, u32 len, void *buf)
{
	if (off > skb->len || skb->len - off < len)
		return NULL;
	if (off + len <= skb->headlen)
		return skb->data + off;
	copy_bits(skb, off, len, buf);
	return buf;
}

int skb_ensure_writable(struct sk_buff *skb, u32 len)
{
	u8 *data, *rest;

	if (skb_no_memory || len > skb->len)
		return -ENOMEM;
	data = copy_of(skb, 0, len);
	rest = copy_of(skb, len, skb->len - len);
	free(skb->data);
	free(skb->rest);
	skb->data = data;
	skb->cloned = false;
	skb->headlen = len;
	skb->rest = rest;
	return 0;
}

bool pskb_may_pull(struct sk_buff *skb, u32 len)
{
	return len <= skb->headlen || !skb_ensure_writable(skb, len);
}

/* No test reads the sum of the remaining bytes. */
int pskb_trim_rcsum(struct sk_buff *skb, u32 len)
{
	if (len < skb->headlen)
		skb->headlen = len;
	skb->len = len;
	return 0;
}

/* Of ICMP only. */
u16 nf_checksum(struct sk_buff *skb, u32 hook, u32 off, u8 proto, u16 family)
{
	u32 len = skb->len - off, sum = skb_checksum(skb, off, len, 0);
	u8 src_dst[32];

	if (family == AF_INET)
		return csum_fold(sum);
	copy_bits(skb, offsetof(struct ipv6hdr, saddr), 32, src_dst);
	return csum_fold(csum_pseudo(src_dst, 32, len, proto, sum));
}

static bool is_extension(u8 type)
{
	return type == IPPROTO_HOPOPTS || type == IPPROTO_DSTOPTS || type == IPPROTO_ROUTING ||
	       type == IPPROTO_FRAGMENT || type == IPPROTO_AH || type == IPPROTO_NONE;
}

static u32 extension_size(u8 type, const u8 *h)
{
	if (type == IPPROTO_FRAGMENT)
		return 8;
	return type == IPPROTO_AH ? (h[1] + 2) * 4 : (h[1] + 1) * 8;
}

/* Like the kernel's function: the header of a later fragment ends the search, and so does none. */
int ipv6_skip_exthdr(const struct sk_buff *skb, int off, u8 *next, __be16 *frag_off)
{
	u8 buf[4], type;
	const u8 *h;

	while (is_extension(*next)) {
		type = *next;
		h = skb_header_pointer(skb, off, type == IPPROTO_FRAGMENT ? 4 : 2, buf);
		if (!h || type == IPPROTO_NONE)
			return -1;
		if (type == IPPROTO_FRAGMENT && (h[2] || h[3] & 0xf8))
			break;
		*next = h[0];
		off += extension_size(type, h);
	}
	return off;
}
