// SPDX-License-Identifier: GPL-2.0
#include "address.h"

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
