// SPDX-License-Identifier: GPL-2.0
#include "base/proto.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/names.h"

/* The words of the policy language. Some differ from those in /etc/protocols. */
static const struct name protocols[] = {
	{ IPPROTO_TCP, "tcp", NULL },
	{ IPPROTO_UDP, "udp", NULL },
	{ IPPROTO_UDPLITE, "udplite", NULL },
	{ IPPROTO_ICMP, "icmp", NULL },
	{ IPPROTO_ICMPV6, "icmpv6", NULL },
	{ IPPROTO_SCTP, "sctp", NULL },
	{ IPPROTO_GRE, "gre", NULL },
	{ IPPROTO_ESP, "esp", NULL },
	{ IPPROTO_AH, "ah", NULL },
	{ 0, NULL, NULL },
};

bool proto_parse(const char *text, uint8_t *protocol)
{
	struct protoent *entry;
	unsigned long number;
	char *end;

	if (text[0] >= '0' && text[0] <= '9') {
		number = strtoul(text, &end, 10);
		*protocol = number;
		return !*end && number <= UINT8_MAX;
	}
	*protocol = name_value(protocols, text);
	if (*protocol)
		return true;
	entry = getprotobyname(text);
	if (!entry || entry->p_proto < 0 || entry->p_proto > UINT8_MAX)
		return false;
	*protocol = entry->p_proto;
	return true;
}

const char *proto_text(uint8_t protocol, char text[PROTO_TEXT_MAX])
{
	const struct name *name;

	for (name = protocols; name->word; name++)
		if (name->value == protocol)
			return name->word;
	snprintf(text, PROTO_TEXT_MAX, "%u", protocol);
	return text;
}

bool proto_has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
	       protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP;
}

bool proto_has_id(uint8_t protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}
