// SPDX-License-Identifier: GPL-2.0
#include "packet/icmp.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/kernel.h>
#include <linux/socket.h>

/* RFC 792, 950: each request with its reply. */
static const u8 pairs_v4[][2] = {
	{ ICMP_ECHO, ICMP_ECHOREPLY },
	{ ICMP_TIMESTAMP, ICMP_TIMESTAMPREPLY },
	{ ICMP_INFO_REQUEST, ICMP_INFO_REPLY },
	{ ICMP_ADDRESS, ICMP_ADDRESSREPLY },
};

/* RFC 4443, 4620. */
static const u8 pairs_v6[][2] = {
	{ ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY },
	{ ICMPV6_NI_QUERY, ICMPV6_NI_REPLY },
};

static const u8 *find_pair(u8 family, u8 type)
{
	const u8 (*pair)[2] = family == AF_INET ? pairs_v4 : pairs_v6;
	size_t nr = family == AF_INET ? ARRAY_SIZE(pairs_v4) : ARRAY_SIZE(pairs_v6);
	size_t i;

	for (i = 0; i < nr; i++)
		if (pair[i][0] == type || pair[i][1] == type)
			return pair[i];
	return NULL;
}

static u8 class_v4(u8 type)
{
	switch (type) {
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return UMBRA_ICMP_ERROR;
	}
	return UMBRA_ICMP_OTHER;
}

static u8 class_v6(u8 type)
{
	if (!(type & ICMPV6_INFOMSG_MASK))
		return UMBRA_ICMP_ERROR;
	/* MLD, router and neighbour discovery, redirect; MLDv2 reports. */
	if ((type >= ICMPV6_MGM_QUERY && type <= 137) || type == ICMPV6_MLD2_REPORT)
		return UMBRA_ICMP_NEIGHBOUR;
	return UMBRA_ICMP_OTHER;
}

u8 umbra_icmp_class(u8 family, u8 type)
{
	const u8 *pair = find_pair(family, type);

	if (pair)
		return pair[0] == type ? UMBRA_ICMP_QUERY : UMBRA_ICMP_ANSWER;
	return family == AF_INET ? class_v4(type) : class_v6(type);
}

u8 umbra_icmp_counterpart(u8 family, u8 type)
{
	const u8 *pair = find_pair(family, type);

	if (!pair)
		return type;
	return pair[0] == type ? pair[1] : pair[0];
}
