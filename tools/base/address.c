// SPDX-License-Identifier: GPL-2.0
#include "base/address.h"

#include <arpa/inet.h>
#include <string.h>

bool address_parse(const char *text, struct address *a)
{
	*a = (struct address){ 0 };
	if (inet_pton(AF_INET, text, a->bytes) == 1)
		a->len = 4;
	else if (inet_pton(AF_INET6, text, a->bytes) == 1)
		a->len = 16;
	return a->len;
}

struct address address_of(const struct sockaddr *sa)
{
	struct address a = { 0 };

	if (sa && sa->sa_family == AF_INET) {
		a.len = 4;
		memcpy(a.bytes, &((const struct sockaddr_in *)sa)->sin_addr,
		       4);
	} else if (sa && sa->sa_family == AF_INET6) {
		a.len = 16;
		memcpy(a.bytes, &((const struct sockaddr_in6 *)sa)->sin6_addr,
		       16);
	}
	return a;
}

const char *address_print(const struct address *a, char *buf)
{
	if (!inet_ntop(a->len == 4 ? AF_INET : AF_INET6, a->bytes, buf,
		       INET6_ADDRSTRLEN))
		*buf = '\0';
	return buf;
}

int address_compare(const struct address *a, const struct address *b)
{
	return memcmp(a->bytes, b->bytes, a->len);
}

bool address_equal(const struct address *a, const struct address *b)
{
	return a->len == b->len && !address_compare(a, b);
}

void address_mask(struct address *a, unsigned int prefix_len)
{
	unsigned int i = prefix_len / 8;

	if (i >= a->len)
		return;
	if (prefix_len % 8)
		a->bytes[i++] &= 0xff << (8 - prefix_len % 8);
	memset(a->bytes + i, 0, a->len - i);
}

static const char *odd_v4(const uint8_t *a)
{
	static const uint8_t none[4], all[4] = { 255, 255, 255, 255 };

	if (!memcmp(a, none, sizeof(none)))
		return "an address of no host";
	if (a[0] == 127)
		return "a loopback address";
	if (a[0] >> 4 == 0xe)
		return "a multicast address";
	return memcmp(a, all, sizeof(all)) ? NULL : "the broadcast address";
}

bool address_is_mapped(const struct address *a)
{
	static const uint8_t head[12] = { [10] = 0xff, [11] = 0xff };

	return a->len == 16 && !memcmp(a->bytes, head, sizeof(head));
}

static const char *odd_v6(const struct address *a)
{
	static const uint8_t none[16], loopback[16] = { [15] = 1 };

	if (!memcmp(a->bytes, none, 16))
		return "an address of no host";
	if (!memcmp(a->bytes, loopback, 16))
		return "a loopback address";
	if (a->bytes[0] == 0xff)
		return "a multicast address";
	if (address_is_mapped(a))
		return "an IPv4 address in IPv6 dress";
	return a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80 ?
	       "a link-local address" : NULL;
}

const char *address_odd(const struct address *a)
{
	return a->len == 4 ? odd_v4(a->bytes) : odd_v6(a);
}
