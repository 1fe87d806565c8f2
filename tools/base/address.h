/* SPDX-License-Identifier: GPL-2.0 */
/* IPv4 and IPv6 addresses as text and as bytes in network order. */
#ifndef UMBRA_TOOL_ADDRESS_H
#define UMBRA_TOOL_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
	uint8_t len;		/* 4 or 16; 0: none */
	uint8_t bytes[16];
};

/* Room for the longest text: an address with "/128", or two with "-" between. */
#define ADDRESS_TEXT	(2 * INET6_ADDRSTRLEN + 2)

static inline unsigned int address_bits(const struct address *a)
{
	return 8 * a->len;
}

/* Is @text an address, and nothing else? */
bool address_parse(const char *text, struct address *a);

/* The address in @sa; its length is 0 when @sa is NULL or no IP address. */
struct address address_of(const struct sockaddr *sa);

/* Return: @buf, of INET6_ADDRSTRLEN bytes or more. */
const char *address_print(const struct address *a, char *buf);

/* Less than, equal to or greater than 0; only within one family. */
int address_compare(const struct address *a, const struct address *b);
bool address_equal(const struct address *a, const struct address *b);

/* Is it an IPv4-mapped IPv6 address, ::ffff:a.b.c.d? No packet carries one. */
bool address_is_mapped(const struct address *a);

/* NULL if the kernel takes @a for the address of one host, else its kind as text. */
const char *address_odd(const struct address *a);

/* Clear all bits after the first @prefix_len. */
void address_mask(struct address *a, unsigned int prefix_len);

#endif
