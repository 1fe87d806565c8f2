// SPDX-License-Identifier: GPL-2.0
/* Answers: what the receiver of a packet might send back, or a router on the way to it. */
#include "fuzz.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

static void swap(uint8_t *a, uint8_t *b, size_t n)
{
	uint8_t c[16];

	memcpy(c, a, n);
	memcpy(a, b, n);
	memcpy(b, c, n);
}

static void turn_around(struct frame *f, const struct headers *h)
{
	uint8_t *l4 = f->byte + h->l4;

	if (f->family == AF_INET6) {
		swap(f->byte + 8, f->byte + 24, 16);
		f->byte[7] = 64;
	} else {
		swap(f->byte + 12, f->byte + 16, 4);
		f->byte[8] = 64;
	}
	if (h->piece)
		return;
	if (has_ports(h->proto) && h->end - h->l4 >= 8)
		swap(l4, l4 + 2, 2);
	if (h->proto == IPPROTO_ICMP && h->end - h->l4 >= 8 && l4[0] == 8)
		l4[0] = 0;
	if (h->proto == IPPROTO_ICMPV6 && h->end - h->l4 >= 8 && l4[0] == 128)
		l4[0] = 129;
}

static uint8_t next_flags(uint8_t flags)
{
	static const uint8_t any[] = {
		ACK, ACK, ACK | PSH, ACK | PSH, ACK | FIN, ACK | RST, RST, SYN | ACK, SYN,
	};

	if (chance(16) && (flags & (SYN | ACK)) == SYN)
		return SYN | ACK;
	if (chance(16) && flags & SYN)
		return ACK;
	return any[chance(chance(8) ? 4 : sizeof(any))];
}

/* @h: where the TCP header is in @f, whose ports are swapped already. */
static void acknowledge(struct frame *f, const struct headers *h)
{
	uint8_t *tcp = f->byte + h->l4;
	size_t header = (tcp[12] >> 4) * 4, data = h->end - h->l4;
	uint32_t seq;

	memcpy(&seq, tcp + 4, 4);
	data = data > header ? data - header : 0;
	seq = htonl(ntohl(seq) + data + !!(tcp[13] & SYN) + !!(tcp[13] & FIN));
	memcpy(tcp + 4, tcp + 8, 4);
	memcpy(tcp + 8, &seq, 4);
	tcp[13] = next_flags(tcp[13]);
}

/* The chunk that follows a chunk, by type, with the tag of the seeds: all of them choose 1. */
static void go_on(uint8_t *sctp)
{
	static const uint8_t next[] = { 3, 2, 10, 0, 5, 0, 6, 8, 14, 6, 11, 0, 6, 6, 6 };
	uint8_t type = sctp[12] < sizeof(next) ? next[sctp[12]] : 0;

	sctp[12] = chance(16) ? type : chance(16);
	put16(sctp + 4, 0);
	put16(sctp + 6, sctp[12] != 1);
}

void answer_make(struct frame *f, const struct frame *seen)
{
	struct headers h;

	f->family = seen->family;
	f->size = seen->size;
	memcpy(f->byte, seen->byte, seen->size);
	if (!headers_find(f, &h))
		return;
	f->size = h.end;
	turn_around(f, &h);
	if (h.proto == IPPROTO_TCP && !h.piece && h.end - h.l4 >= 20)
		acknowledge(f, &h);
	if (h.proto == IPPROTO_SCTP && !h.piece && h.end - h.l4 >= 16)
		go_on(f->byte + h.l4);
	headers_fix_ip(f);
	headers_fix_transport(f);
}

/* An IP header to the sender of @seen, from its receiver or from a router before that. */
static size_t put_ip4(uint8_t *ip, const struct frame *seen, enum side side, size_t len)
{
	static const uint8_t before[2][4] = { { 192, 168, 1, 68 }, { 198, 51, 100, 68 } };

	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(ip + 2, 20 + len);
	ip[8] = 64;
	ip[9] = IPPROTO_ICMP;
	memcpy(ip + 12, chance(2) ? seen->byte + 16 : before[side == OUTSIDE], 4);
	memcpy(ip + 16, seen->byte + 12, 4);
	return 20;
}

static size_t put_ip6(uint8_t *ip, const struct frame *seen, enum side side, size_t len)
{
	static const uint8_t before[2][16] = {
		{ 0x20, 1, 0x0d, 0xb8, 0, 1, [15] = 0x68 },
		{ 0x20, 1, 0x0d, 0xb8, 0, 2, [15] = 0x68 },
	};

	memset(ip, 0, 8);
	ip[0] = 0x60;
	put16(ip + 4, len);
	ip[6] = IPPROTO_ICMPV6;
	ip[7] = 64;
	memcpy(ip + 8, chance(2) ? seen->byte + 24 : before[side == OUTSIDE], 16);
	memcpy(ip + 24, seen->byte + 8, 16);
	return 40;
}

void answer_make_error(struct frame *f, const struct frame *seen, enum side side)
{
	static const uint8_t types[2][5] = { { 3, 3, 11, 12, 5 }, { 1, 1, 2, 3, 4 } };
	bool v6 = seen->family == AF_INET6;
	size_t quote = (v6 ? 48 : 28) + chance(chance(4) ? 40 : 1200);
	uint8_t *icmp;

	if (quote > seen->size)
		quote = seen->size;
	f->family = seen->family;
	icmp = f->byte + (v6 ? put_ip6 : put_ip4)(f->byte, seen, side, 8 + quote);
	memset(icmp, 0, 8);
	icmp[0] = types[v6][chance(5)];
	icmp[1] = chance(8);
	put16(icmp + 6, chance(3000));
	memcpy(icmp + 8, seen->byte, quote);
	f->size = icmp + 8 + quote - f->byte;
	headers_fix_ip(f);
	headers_fix_transport(f);
}
