// SPDX-License-Identifier: GPL-2.0
/*
 * The header of the PROXY protocol. It tells the server of a tcp-relay which client connected to
 * which address. There is a public specification: version 1 (section 2.1) is a line of text,
 * version 2 (section 2.2) is binary.
 */
#include "relay/internal.h"

#include <linux/kernel.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/umbra.h>

struct proxy_v2 {
	u8 signature[12];
	u8 version_command;
	u8 family_protocol;
	__be16 len;
} __packed;

#define VERSION_2_PROXY		0x21
#define TCP_OVER_IPV4		0x11
#define TCP_OVER_IPV6		0x21

static const u8 signature[12] = "\r\n\r\n\0\r\nQUIT\n";

/*
 * IPv6 is written in full, because the specification has hexadecimal digits only. A short form may
 * have dots, for instance for an ISATAP address, which any client may have.
 */
static size_t header_v1(u8 family, const struct umbra_relay_tuple *client, u8 *buf)
{
	return scnprintf(buf, UMBRA_RELAY_PROXY_BYTES,
			 family == AF_INET ? "PROXY TCP4 %pI4 %pI4 %u %u\r\n" :
					     "PROXY TCP6 %pI6 %pI6 %u %u\r\n",
			 &client->src, &client->dst, ntohs(client->sport), ntohs(client->dport));
}

static u8 *put(u8 *to, const void *from, size_t len)
{
	memcpy(to, from, len);
	return to + len;
}

static size_t header_v2(u8 family, const struct umbra_relay_tuple *client, u8 *buf)
{
	size_t address = family == AF_INET ? 4 : 16;
	struct proxy_v2 head = {
		.version_command = VERSION_2_PROXY,
		.family_protocol = family == AF_INET ? TCP_OVER_IPV4 : TCP_OVER_IPV6,
		.len = htons(2 * address + 2 * sizeof(__be16)),
	};
	u8 *at;

	memcpy(head.signature, signature, sizeof(signature));
	at = put(buf, &head, sizeof(head));
	at = put(at, &client->src, address);
	at = put(at, &client->dst, address);
	at = put(at, &client->sport, sizeof(client->sport));
	at = put(at, &client->dport, sizeof(client->dport));
	return at - buf;
}

size_t umbra_relay_proxy_header(u8 version, u8 family, const struct umbra_relay_tuple *client,
				u8 buf[UMBRA_RELAY_PROXY_BYTES])
{
	if (version == UMBRA_PROXY_PROTOCOL_V1)
		return header_v1(family, client, buf);
	return header_v2(family, client, buf);
}
