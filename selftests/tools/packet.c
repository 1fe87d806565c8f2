// SPDX-License-Identifier: GPL-2.0
/* Packets: between fields and bytes. */
#include "packet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void put16(uint8_t *to, uint16_t v)
{
	to[0] = v >> 8;
	to[1] = v;
}

static void put32(uint8_t *to, uint32_t v)
{
	put16(to, v >> 16);
	put16(to + 2, v);
}

static uint16_t get16(const uint8_t *from)
{
	return from[0] << 8 | from[1];
}

static uint32_t get32(const uint8_t *from)
{
	return (uint32_t)get16(from) << 16 | get16(from + 2);
}

uint32_t packet_sum(const void *data, size_t size, uint32_t sum)
{
	const uint8_t *d = data;

	for (; size > 1; d += 2, size -= 2)
		sum += get16(d);
	if (size)
		sum += d[0] << 8;
	return sum;
}

uint16_t packet_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static size_t address_size(const struct packet *p)
{
	return p->family == AF_INET6 ? 16 : 4;
}

uint32_t packet_pseudo(const struct packet *p, uint8_t proto, uint32_t size)
{
	uint32_t sum = packet_sum(p->src, address_size(p), 0);

	return packet_sum(p->dst, address_size(p), sum) + proto + (size >> 16) +
	       (size & 0xffff);
}

/* --- Fields to bytes ---------------------------------------------------------------- */

static void fill(uint8_t *to, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		to[i] = 'a' + i % 26;
}

static size_t build_icmp(const struct packet *p, uint8_t *to)
{
	size_t size = 8;
	bool echo = p->family == AF_INET6 ? p->type >= 128 : !p->about;

	memset(to, 0, 8);
	to[0] = p->type;
	to[1] = p->code;
	if (p->about) {
		/* IPv4 has a path MTU in the lower half of the word */
		put32(to + 4, p->mtu);
		size += packet_build(p->about, to + 8);
	} else if (p->family == AF_INET6 && p->type == 135) {
		memcpy(to + 8, p->dst, 16);
		size += 16;
	} else {
		if (echo) {
			put16(to + 4, p->sport);
			put16(to + 6, p->seq);
		}
		fill(to + 8, p->len);
		size += p->len;
	}
	put16(to + 2, packet_fold(packet_sum(to, size, p->family == AF_INET6 ?
					     packet_pseudo(p, IPPROTO_ICMPV6, size) : 0)));
	return size;
}

/* No meaning (1), then the scale (3). */
static size_t build_tcp_options(const struct packet *p, uint8_t *to)
{
	if (!(p->have & HAVE_SCALE))
		return 0;
	memcpy(to, (uint8_t[]){ 1, 3, 3, p->scale }, 4);
	return 4;
}

static size_t build_tcp(const struct packet *p, uint8_t *to)
{
	size_t header = 20 + build_tcp_options(p, to + 20), size = header + p->len;

	memset(to, 0, 20);
	put16(to, p->sport);
	put16(to + 2, p->dport);
	put32(to + 4, p->seq);
	put32(to + 8, p->ack);
	to[12] = header / 4 << 4;
	to[13] = p->flags;
	put16(to + 14, p->have & HAVE_WIN ? p->win : 64240);
	fill(to + header, p->len);
	put16(to + 16, packet_fold(packet_sum(to, size, packet_pseudo(p, p->proto, size))));
	return size;
}

static size_t build_udp(const struct packet *p, uint8_t *to)
{
	size_t size = 8 + p->len;
	uint16_t sum;

	memset(to, 0, 8);
	put16(to, p->sport);
	put16(to + 2, p->dport);
	put16(to + 4, size);
	fill(to + 8, p->len);
	sum = packet_fold(packet_sum(to, size, packet_pseudo(p, p->proto, size)));
	put16(to + 6, p->sum == SUM_NONE ? 0 : sum ? sum : 0xffff);
	return size;
}

enum { INIT = 1, INIT_ACK = 2, HEARTBEAT = 4, HEARTBEAT_ACK = 5 };

/* CRC32c, bit by bit: RFC 9260 appendix A. */
uint32_t packet_crc(const uint8_t *data, size_t size)
{
	uint32_t crc = ~0u;
	size_t i;
	int bit;

	for (i = 0; i < size; i++) {
		/* over the checksum itself as if it were 0 */
		crc ^= i / 4 == 2 ? 0 : data[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return __builtin_bswap32(~crc);
}

/* Bytes that a chunk of this type has at least. */
static size_t build_chunk_body(const struct packet *p, unsigned int type, uint8_t *to)
{
	switch (type) {
	case 0:			/* data, with a byte and more */
		memset(to, 0, 12);
		fill(to + 12, 1 + p->len);
		return 13 + p->len;
	case INIT:
	case INIT_ACK:
		memset(to, 0, 16);
		put32(to, p->have & HAVE_INITIATE ? p->initiate : 1);
		put32(to + 4, 65536);
		put16(to + 8, 1);
		put16(to + 10, 1);
		return 16;
	case 3:			/* of data */
		memset(to, 0, 12);
		return 12;
	case HEARTBEAT:
	case HEARTBEAT_ACK:
		put16(to, 1);
		put16(to + 2, 8);
		put32(to + 4, p->info);
		return 8;
	case 7:			/* shutdown, with an acknowledgement */
	case 10:		/* a cookie */
		memset(to, 0x5c, 4);
		return 4;
	}
	return 0;
}

static size_t build_chunk(const struct packet *p, unsigned int chunk, uint8_t *to)
{
	size_t size = 4 + build_chunk_body(p, chunk & 0xff, to + 4);

	to[0] = chunk;
	to[1] = chunk & CHUNK_T ? 1 : chunk ? 0 : 3;
	put16(to + 2, size);
	while (size % 4)
		to[size++] = 0;
	return size;
}

static size_t build_sctp(const struct packet *p, uint8_t *to)
{
	static const uint16_t init[] = { INIT };
	const uint16_t *chunk = p->have & HAVE_CHUNKS ? p->chunk : init;
	unsigned int i, nr = p->have & HAVE_CHUNKS ? p->nr_chunks : 1;
	size_t size = 12, last = 12;

	memset(to, 0, 12);
	put16(to, p->sport);
	put16(to + 2, p->dport);
	put32(to + 4, p->tag);
	for (i = 0; i < nr; i++) {
		last = size;
		size += build_chunk(p, chunk[i], to + size);
	}
	if (p->chunk_len)
		put16(to + last + 2, p->chunk_len);
	put32(to + 8, packet_crc(to, size));
	return size;
}

static size_t build_gre(const struct packet *p, uint8_t *to)
{
	memset(to, 0, 8);
	to[0] = 0x20;		/* a key follows */
	put16(to + 2, 0x0800);
	put32(to + 4, p->seq);
	fill(to + 8, p->len);
	return 8 + p->len;
}

static size_t sum_place(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
		return 6;
	case IPPROTO_SCTP:
		return 8;
	}
	return 2;
}

static size_t build_transport(const struct packet *p, uint8_t *to)
{
	size_t size;

	switch (p->proto) {
	case IPPROTO_TCP:
		size = build_tcp(p, to);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		size = build_udp(p, to);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		size = build_icmp(p, to);
		break;
	case IPPROTO_SCTP:
		size = build_sctp(p, to);
		break;
	case IPPROTO_GRE:
		size = build_gre(p, to);
		break;
	default:
		/* ESP and AH begin with, or have, an SPI; others do not mind one. */
		memset(to, 0, 24);
		if (p->proto == IPPROTO_AH) {
			to[0] = IPPROTO_UDP;
			to[1] = 4;
			put32(to + 4, p->seq);
		} else {
			put32(to, p->seq);
		}
		fill(to + 24, p->len);
		size = 24 + p->len;
	}
	if (p->bad_sum && size >= (p->proto == IPPROTO_SCTP ? 12 : 18))
		to[sum_place(p->proto)] ^= 0x5a;
	return size;
}

static size_t build_options(const struct packet *p, uint8_t *to)
{
	switch (p->extra) {
	case EXTRA_LSRR:
	case EXTRA_SSRR:
	case EXTRA_RR:
		memset(to, 0, 8);
		to[0] = p->extra == EXTRA_LSRR ? 131 : p->extra == EXTRA_SSRR ? 137 : 7;
		to[1] = 7;
		to[2] = 4;
		memcpy(to + 3, p->extra == EXTRA_RR ? (uint8_t[4]){} : p->dst, 4);
		return 8;
	case EXTRA_NOP:
		memset(to, 1, 4);
		return 4;
	default:
		return 0;
	}
}

static size_t build_extension(const struct packet *p, uint8_t *to, uint8_t *next)
{
	uint8_t inner = *next;

	switch (p->extra) {
	case EXTRA_RH0:
	case EXTRA_RH2:
		memset(to, 0, 24);
		to[0] = inner;
		to[1] = 2;
		to[2] = p->extra == EXTRA_RH0 ? 0 : 2;
		to[3] = 1;
		memcpy(to + 8, p->dst, 16);
		*next = IPPROTO_ROUTING;
		return 24;
	case EXTRA_HBH:
	case EXTRA_DST:
	case EXTRA_ODD:
		memset(to, 0, 8);
		to[0] = inner;
		to[2] = p->extra == EXTRA_ODD ? 0x9e : 1;	/* or PadN; of four bytes */
		to[3] = 4;
		*next = p->extra == EXTRA_DST ? IPPROTO_DSTOPTS : IPPROTO_HOPOPTS;
		return 8;
	default:
		return 0;
	}
}

static size_t build_ip4(const struct packet *p, uint8_t *to)
{
	size_t header = 20 + build_options(p, to + 20);
	size_t size;

	memset(to, 0, 20);
	/* A fragment that is not the first has no transport header. */
	if (p->frag)
		fill(to + header, p->len);
	size = header + (p->frag ? p->len : build_transport(p, to + header));
	to[0] = 0x40 | header / 4;
	to[1] = p->tos;
	put16(to + 2, size);
	put16(to + 4, p->id);
	put16(to + 6, p->df << 14 | p->more << 13 | p->frag / 8);
	to[8] = p->have & HAVE_TTL ? p->ttl : 64;
	to[9] = p->proto;
	memcpy(to + 12, p->src, 4);
	memcpy(to + 16, p->dst, 4);
	put16(to + 10, packet_fold(packet_sum(to, header, 0)) ^ (p->bad_ip_sum ? 0x5a5a : 0));
	return size;
}

static size_t build_ip6(const struct packet *p, uint8_t *to)
{
	uint8_t next = p->proto;
	size_t header = 40 + build_extension(p, to + 40, &next);
	size_t size;

	if (p->frag || p->more) {
		memset(to + header, 0, 8);
		to[header] = next;
		put16(to + header + 2, p->frag | p->more);
		put32(to + header + 4, p->id);
		next = IPPROTO_FRAGMENT;
		header += 8;
	}
	if (p->frag)
		fill(to + header, p->len);
	size = header + (p->frag ? p->len : build_transport(p, to + header));
	memset(to, 0, 8);
	to[0] = 0x60 | p->tos >> 4;
	to[1] = p->tos << 4;
	put16(to + 4, p->no_size ? 0 : size - 40);
	to[6] = next;
	to[7] = p->have & HAVE_TTL ? p->ttl : 64;
	memcpy(to + 8, p->src, 16);
	memcpy(to + 24, p->dst, 16);
	return size;
}

size_t packet_build(const struct packet *p, uint8_t *to)
{
	size_t size = p->family == AF_INET6 ? build_ip6(p, to) : build_ip4(p, to);

	if (p->cut && p->cut < size)
		size = p->cut;
	memset(to + size, 0xa5, p->pad);
	return size + p->pad;
}

/* --- Bytes to fields ---------------------------------------------------------------- */

static const char *decode_icmp(struct packet *p, const uint8_t *data, size_t size)
{
	bool error = p->family == AF_INET6 ? data[0] < 128 :
		data[0] == 3 || data[0] == 11 || data[0] == 12 || data[0] == 5;

	if (size < 8)
		return "a short ICMP header";
	p->type = data[0];
	p->code = data[1];
	p->have |= HAVE_TYPE | HAVE_CODE | HAVE_LEN;
	p->len = size - 8;
	if (error) {
		p->mtu = p->family == AF_INET6 ? get32(data + 4) : get16(data + 6);
		p->have |= HAVE_MTU;
		p->about = calloc(1, sizeof(*p->about));
		if (p->about)
			packet_decode(p->about, data + 8, size - 8, true);
	} else {
		p->sport = get16(data + 4);
		p->seq = get16(data + 6);
		p->have |= HAVE_SPORT | HAVE_SEQ;
	}
	return NULL;
}

/* As build_transport() makes them. */
static const char *decode_other(struct packet *p, const uint8_t *data, size_t size)
{
	size_t header = p->proto == IPPROTO_GRE ? 8 : 24;

	if (size < header)
		return NULL;
	p->seq = get32(p->proto == IPPROTO_GRE || p->proto == IPPROTO_AH ? data + 4 : data);
	p->len = size - header;
	p->have |= HAVE_SEQ | HAVE_LEN;
	return NULL;
}

static void decode_tcp_options(struct packet *p, const uint8_t *data, size_t size)
{
	size_t at, len;

	for (at = 0; at < size && data[at]; at += len) {
		len = data[at] == 1 ? 1 : at + 1 < size ? data[at + 1] : 0;
		if (!len || at + len > size)
			return;
		if (data[at] == 3 && len == 3) {
			p->scale = data[at + 2];
			p->have |= HAVE_SCALE;
		}
	}
}

static void decode_chunks(struct packet *p, const uint8_t *data, size_t size)
{
	size_t at, len;

	p->have |= HAVE_CHUNKS;
	for (at = 12; at + 4 <= size && p->nr_chunks < CHUNKS_MAX; at += (len + 3) & ~3u) {
		len = get16(data + at + 2);
		if (len < 4 || at + len > size)
			return;
		p->chunk[p->nr_chunks++] = data[at] | (data[at] && data[at + 1] & 1 ? CHUNK_T : 0);
		if ((data[at] == INIT || data[at] == INIT_ACK) && len >= 8) {
			p->initiate = get32(data + at + 4);
			p->have |= HAVE_INITIATE;
		}
	}
}

static void decode_sctp(struct packet *p, const uint8_t *data, size_t size)
{
	p->tag = get32(data + 4);
	p->have |= HAVE_TAG;
	if (size >= 12)
		decode_chunks(p, data, size);
}

static const char *decode_transport(struct packet *p, const uint8_t *data, size_t size)
{
	unsigned int header = 8;

	switch (p->proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return decode_icmp(p, data, size);
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
		if (size < 8)
			return "a short transport header";
		p->sport = get16(data);
		p->dport = get16(data + 2);
		p->have |= HAVE_SPORT | HAVE_DPORT;
		break;
	default:
		return decode_other(p, data, size);
	}
	if (p->proto == IPPROTO_TCP) {
		p->seq = get32(data + 4);
		p->have |= HAVE_SEQ;
		if (size < 20)
			return "a short TCP header";
		p->ack = get32(data + 8);
		p->flags = data[13];
		p->win = get16(data + 14);
		p->have |= HAVE_ACK | HAVE_FLAGS | HAVE_WIN;
		header = data[12] >> 4 << 2;
		if (header > 20 && header <= size)
			decode_tcp_options(p, data + 20, header - 20);
	}
	if (p->proto == IPPROTO_SCTP)
		decode_sctp(p, data, size);
	p->len = size - header;
	p->have |= HAVE_LEN;
	return NULL;
}

static const char *check_sum(const struct packet *p, const uint8_t *data, size_t size)
{
	uint32_t pseudo = p->proto == IPPROTO_ICMP ? 0 : packet_pseudo(p, p->proto, size);

	switch (p->proto) {
	case IPPROTO_UDP:
		if (size >= 8 && !get16(data + 6) && p->family == AF_INET)
			return NULL;
		/* fall through */
	case IPPROTO_TCP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return packet_fold(packet_sum(data, size, pseudo)) ?
			"a wrong transport checksum" : NULL;
	case IPPROTO_SCTP:
		return size >= 12 && get32(data + 8) != packet_crc(data, size) ?
			"a wrong transport checksum" : NULL;
	}
	return NULL;
}

/* Fragments and truncated packets have no checksum that could be verified. */
static const char *decode_whole(struct packet *p, const uint8_t *data, size_t size, bool no_sums)
{
	const char *wrong = decode_transport(p, data, size), *bad;

	if (wrong || p->more)
		return wrong;
	bad = check_sum(p, data, size);
	p->sum = bad ? SUM_BAD : SUM_GOOD;
	if (p->proto == IPPROTO_UDP && !get16(data + 6))
		p->sum = SUM_NONE;
	p->have |= HAVE_SUM;
	return no_sums ? NULL : bad;
}

static size_t take_off_padding(struct packet *p, size_t size, size_t total)
{
	p->pad = size > total ? size - total : 0;
	return size - p->pad;
}

static const char *decode_ip4(struct packet *p, const uint8_t *data, size_t size,
			      bool no_sums)
{
	size_t header = (data[0] & 15) * 4u, total;
	uint16_t off;

	if (size < 20 || header < 20 || size < header)
		return "a short IPv4 header";
	if (packet_fold(packet_sum(data, header, 0)))
		return "a wrong IPv4 checksum";
	p->family = AF_INET;
	p->tos = data[1];
	p->id = get16(data + 4);
	off = get16(data + 6);
	p->df = off >> 14 & 1;
	p->more = off >> 13 & 1;
	p->frag = off << 3;
	p->ttl = data[8];
	p->proto = data[9];
	memcpy(p->src, data + 12, 4);
	memcpy(p->dst, data + 16, 4);
	total = get16(data + 2);
	size = take_off_padding(p, size, total);
	if (p->frag) {
		p->len = size - header;
		p->have |= HAVE_LEN;
		return NULL;
	}
	if (total > size)
		return decode_transport(p, data + header, size - header);
	return decode_whole(p, data + header, size - header, no_sums);
}

static const char *decode_ip6(struct packet *p, const uint8_t *data, size_t size,
			      bool no_sums)
{
	size_t header = 40, total;
	uint8_t next;

	if (size < 40)
		return "a short IPv6 header";
	p->family = AF_INET6;
	p->tos = data[0] << 4 | data[1] >> 4;
	p->ttl = data[7];
	memcpy(p->src, data + 8, 16);
	memcpy(p->dst, data + 24, 16);
	total = 40 + get16(data + 4);
	size = take_off_padding(p, size, total);
	for (next = data[6]; header + 8 <= size; ) {
		if (next == IPPROTO_FRAGMENT) {
			p->frag = get16(data + header + 2) & 0xfff8;
			p->more = data[header + 3] & 1;
			p->id = get32(data + header + 4);
			next = data[header];
			header += 8;
		} else if (next == IPPROTO_HOPOPTS || next == IPPROTO_DSTOPTS ||
			   next == IPPROTO_ROUTING) {
			next = data[header];
			header += 8 * (data[header + 1] + 1u);
		} else {
			break;
		}
	}
	p->proto = next;
	if (p->frag || header > size) {
		p->len = size > header ? size - header : 0;
		p->have |= HAVE_LEN;
		return NULL;
	}
	if (total > size)
		return decode_transport(p, data + header, size - header);
	return decode_whole(p, data + header, size - header, no_sums);
}

const char *packet_decode(struct packet *p, const uint8_t *data, size_t size, bool no_sums)
{
	memset(p, 0, sizeof(*p));
	p->have = HAVE_SRC | HAVE_DST | HAVE_TTL | HAVE_ID | HAVE_DF | HAVE_FRAG |
		HAVE_MORE | HAVE_TOS | HAVE_PROTO | HAVE_FAMILY | HAVE_PAD;
	if (size && data[0] >> 4 == 4)
		return decode_ip4(p, data, size, no_sums);
	if (size && data[0] >> 4 == 6)
		return decode_ip6(p, data, size, no_sums);
	return "no IP packet";
}

/* --- Comparison --------------------------------------------------------------------- */

bool packet_fits(const struct packet *p, const struct packet *w)
{
	size_t n = address_size(w);

#define DIFFERS(bit, field) ((w->have & (bit)) && (!(p->have & (bit)) || p->field != w->field))
	if (DIFFERS(HAVE_FAMILY, family) || DIFFERS(HAVE_PROTO, proto) ||
	    DIFFERS(HAVE_SPORT, sport) || DIFFERS(HAVE_DPORT, dport) ||
	    DIFFERS(HAVE_TTL, ttl) || DIFFERS(HAVE_ID, id) || DIFFERS(HAVE_DF, df) ||
	    DIFFERS(HAVE_FRAG, frag) || DIFFERS(HAVE_MORE, more) ||
	    DIFFERS(HAVE_FLAGS, flags) || DIFFERS(HAVE_SEQ, seq) ||
	    DIFFERS(HAVE_ACK, ack) || DIFFERS(HAVE_WIN, win) || DIFFERS(HAVE_TYPE, type) ||
	    DIFFERS(HAVE_CODE, code) || DIFFERS(HAVE_MTU, mtu) || DIFFERS(HAVE_LEN, len) ||
	    DIFFERS(HAVE_TAG, tag) || DIFFERS(HAVE_INITIATE, initiate) ||
	    DIFFERS(HAVE_CHUNKS, nr_chunks) || DIFFERS(HAVE_TOS, tos) ||
	    DIFFERS(HAVE_SUM, sum) || DIFFERS(HAVE_SCALE, scale) || DIFFERS(HAVE_PAD, pad))
		return false;
#undef DIFFERS
	if ((w->have & HAVE_CHUNKS) &&
	    memcmp(p->chunk, w->chunk, w->nr_chunks * sizeof(w->chunk[0])))
		return false;
	if ((w->have & HAVE_SRC) && memcmp(p->src, w->src, n))
		return false;
	if ((w->have & HAVE_DST) && memcmp(p->dst, w->dst, n))
		return false;
	return !w->about || (p->about && packet_fits(p->about, w->about));
}

void packet_clear(struct packet *p)
{
	if (p->about) {
		packet_clear(p->about);
		free(p->about);
		p->about = NULL;
	}
}
