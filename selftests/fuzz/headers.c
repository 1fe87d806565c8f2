// SPDX-License-Identifier: GPL-2.0
/* Headers: where they are, read without trusting them; and their checksums. */
#include "fuzz.h"

#include <netinet/in.h>
#include <string.h>

#include "../tools/packet.h"

static bool find_ip4(const uint8_t *ip, size_t size, struct headers *h)
{
	uint16_t off;

	if (size < 20 || ip[0] >> 4 != 4 || (ip[0] & 15) < 5)
		return false;
	h->l4 = (ip[0] & 15) * 4;
	h->end = get16(ip + 2);
	h->proto = ip[9];
	off = get16(ip + 6);
	h->piece = off & 0x1fff;
	return h->l4 <= h->end && h->l4 <= size;
}

static bool is_extension(uint8_t proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING ||
	       proto == IPPROTO_DSTOPTS || proto == IPPROTO_FRAGMENT;
}

static bool find_ip6(const uint8_t *ip, size_t size, struct headers *h)
{
	if (size < 40 || ip[0] >> 4 != 6)
		return false;
	h->l4 = 40;
	h->end = 40 + get16(ip + 4);
	h->proto = ip[6];
	while (!h->piece && is_extension(h->proto)) {
		const uint8_t *at = ip + h->l4;

		if (h->l4 + 8 > size)
			return false;
		if (h->proto == IPPROTO_FRAGMENT)
			h->piece = get16(at + 2) & 0xfff8;
		h->l4 += h->proto == IPPROTO_FRAGMENT ? 8 : (at[1] + 1) * 8;
		h->proto = at[0];
	}
	return h->l4 <= h->end && h->l4 <= size;
}

bool headers_find_quoted(const uint8_t *ip, size_t size, int family, struct headers *h)
{
	memset(h, 0, sizeof(*h));
	return family == AF_INET6 ? find_ip6(ip, size, h) : find_ip4(ip, size, h);
}

bool headers_find(const struct frame *f, struct headers *h)
{
	return headers_find_quoted(f->byte, f->size, f->family, h) && h->end <= f->size;
}

static uint16_t ip_sum(const struct frame *f)
{
	return packet_fold(packet_sum(f->byte, (f->byte[0] & 15) * 4, 0));
}

bool headers_sum_is_right(const struct frame *f)
{
	return f->family == AF_INET6 || !ip_sum(f);
}

void headers_fix_ip(struct frame *f)
{
	if (f->family == AF_INET6 || f->size < (f->byte[0] & 15) * 4u || f->size < 20)
		return;
	put16(f->byte + 10, 0);
	put16(f->byte + 10, ip_sum(f));
}

static uint32_t pseudo(const struct frame *f, const struct headers *h)
{
	size_t len = h->end - h->l4;

	if (h->proto == IPPROTO_ICMP)
		return 0;
	if (f->family == AF_INET6)
		return packet_sum(f->byte + 8, 32, h->proto + len);
	return packet_sum(f->byte + 12, 8, h->proto + len);
}

static void fix_sctp(uint8_t *sctp, size_t size)
{
	uint32_t crc;

	if (size < 12)
		return;
	crc = packet_crc(sctp, size);
	put16(sctp + 8, crc >> 16);
	put16(sctp + 10, crc);
}

void headers_fix_transport(struct frame *f)
{
	static const uint8_t where[256] = {
		[IPPROTO_TCP] = 16, [IPPROTO_UDP] = 6, [IPPROTO_UDPLITE] = 6, [IPPROTO_ICMP] = 2,
		[IPPROTO_ICMPV6] = 2,
	};
	struct headers h;
	uint8_t *check;

	if (!headers_find(f, &h) || h.piece)
		return;
	if (h.proto == IPPROTO_SCTP)
		fix_sctp(f->byte + h.l4, h.end - h.l4);
	if (!where[h.proto] || h.end - h.l4 < where[h.proto] + 2u)
		return;
	check = f->byte + h.l4 + where[h.proto];
	put16(check, 0);
	put16(check, packet_fold(packet_sum(f->byte + h.l4, h.end - h.l4, pseudo(f, &h))));
}
