// SPDX-License-Identifier: GPL-2.0
/*
 * Mutations: one thing about a packet is made wrong, where a reader of packets would look
 * for it. The caller makes the checksums right again, or not.
 */
#include "fuzz.h"

#include <netinet/in.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define GROWS_TO 1400

static const uint16_t edges[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 19, 20, 39, 40, 127, 128, 255, 256, 576, 1280, 1500, 8191, 8192,
	0x7fff, 0x8000, 0xfff7, 0xfff8, 0xfffe, 0xffff,
};

static uint16_t edge(void)
{
	return chance(4) ? edges[chance(COUNT(edges))] : chance(65536);
}

/* Where the transport header is, or would be. */
static size_t transport(const struct frame *f)
{
	struct headers h;

	if (headers_find(f, &h))
		return h.l4;
	return f->family == AF_INET6 ? 40 : 20;
}

/* Mostly in the headers, of which an ICMP error has two. */
static size_t anywhere(const struct frame *f)
{
	size_t from = chance(2) ? 0 : transport(f);

	if (from >= f->size)
		from = 0;
	if (chance(8) && f->size - from > 64)
		return from + chance(64);
	return from + chance(f->size - from);
}

static void flip(struct frame *f)
{
	f->byte[anywhere(f)] ^= 1 << chance(8);
}

static void set_byte(struct frame *f)
{
	f->byte[anywhere(f)] = edge();
}

static void set_word(struct frame *f)
{
	size_t at = anywhere(f) & ~1u;

	if (at + 2 <= f->size)
		put16(f->byte + at, edge());
}

static void length_of_ip(struct frame *f)
{
	size_t at = f->family == AF_INET6 ? 4 : 2;
	uint16_t now = get16(f->byte + at);

	put16(f->byte + at, chance(2) ? edge() : now + chance(17) - 8);
}

static void length_of_header(struct frame *f)
{
	if (f->family == AF_INET)
		f->byte[0] = 0x40 | chance(16);
	else
		f->byte[0] = chance(16) << 4;
}

static void length_of_transport(struct frame *f)
{
	size_t at = transport(f);

	if (at + 20 > f->size)
		return;
	if (chance(2))
		f->byte[at + 12] = chance(256);		/* TCP's data offset */
	else
		put16(f->byte + at + 4, edge());	/* UDP's length, UDP-Lite's coverage */
}

static void fragment(struct frame *f)
{
	if (f->family == AF_INET)
		put16(f->byte + 6, chance(2) ? 0x2000 : edge());
}

static void protocol(struct frame *f)
{
	static const uint8_t some[] = {
		0, 1, 2, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 132, 135, 136, 139, 140, 255,
	};

	f->byte[f->family == AF_INET6 ? 6 : 9] = some[chance(COUNT(some))];
}

static void flags_of_tcp(struct frame *f)
{
	size_t at = transport(f) + 13;

	if (at < f->size)
		f->byte[at] = chance(256);
}

static void cut_off(struct frame *f)
{
	f->size = 1 + chance(f->size);
}

static void append(struct frame *f)
{
	size_t i, n = chance(64);

	for (i = 0; i < n && f->size < GROWS_TO; i++)
		f->byte[f->size++] = chance(256);
}

/* @n: bytes of noise; the length of the whole includes them. */
static void insert(struct frame *f, size_t at, size_t n)
{
	size_t i, length = f->family == AF_INET6 ? 4 : 2;

	memmove(f->byte + at + n, f->byte + at, f->size - at);
	for (i = 0; i < n; i++)
		f->byte[at + i] = chance(256);
	f->size += n;
	put16(f->byte + length, get16(f->byte + length) + n);
}

static void insert_options(struct frame *f)
{
	static const uint8_t kinds[] = { 0, 1, 7, 68, 130, 131, 137, 148, 255 };
	size_t words = 1 + chance(10), i;

	if ((f->byte[0] & 15) + words > 15 || f->size > GROWS_TO)
		return;
	insert(f, 20, words * 4);
	f->byte[0] += words;
	for (i = 0; i < words * 4; i += 1 + chance(8))
		f->byte[20 + i] = chance(4) ? kinds[chance(COUNT(kinds))] : chance(12);
}

/* A chain of headers; the longer chains are longer than any reader has to follow. */
static void insert_extensions(struct frame *f)
{
	static const uint8_t kinds[] = { 0, 43, 60, 60, 60, 44, 51, 135 };
	size_t n = 1 + chance(12), i, size;

	for (i = 0; i < n && f->size <= GROWS_TO; i++) {
		size = 8 + 8 * chance(chance(4) ? 2 : 33);
		insert(f, 40, size);
		f->byte[40] = f->byte[6];
		f->byte[41] = chance(16) ? size / 8 - 1 : chance(256);
		f->byte[6] = kinds[chance(COUNT(kinds))];
		if (chance(2))		/* no segments left, no offset; an option that pads */
			memcpy(f->byte + 42, "\x01\x04\0\0\0", 6);
	}
}

static void extend(struct frame *f)
{
	if (f->size < 40)
		return;
	if (f->family == AF_INET6)
		insert_extensions(f);
	else
		insert_options(f);
}

static void repeat(struct frame *f)
{
	size_t from = anywhere(f), to = anywhere(f), n = 1 + chance(40);

	if (from + n <= f->size && to + n <= f->size)
		memmove(f->byte + to, f->byte + from, n);
}

/* As in an ICMP error or a tunnel: the header once more, in place of the data. */
static void nest(struct frame *f)
{
	size_t at = transport(f) + 8 * chance(2), n = f->family == AF_INET6 ? 48 : 28;

	if (at + n <= f->size)
		memmove(f->byte + at, f->byte, n);
}

void mutate(struct frame *f)
{
	static void (*const ways[])(struct frame *) = {
		flip, flip, flip, set_byte, set_byte, set_word, set_word, length_of_ip,
		length_of_header, length_of_transport, fragment, protocol, flags_of_tcp, cut_off,
		append, extend, extend, repeat, nest,
	};

	if (f->size >= 20)
		ways[chance(COUNT(ways))](f);
}
