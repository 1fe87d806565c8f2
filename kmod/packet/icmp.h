/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP and ICMPv6 types: which are queries, answers and errors. */
#ifndef UMBRA_ICMP_H
#define UMBRA_ICMP_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/socket.h>
#include <linux/types.h>

enum umbra_icmp_class {
	UMBRA_ICMP_OTHER,	/* none of these; no identifier */
	UMBRA_ICMP_QUERY,
	UMBRA_ICMP_ANSWER,
	UMBRA_ICMP_ERROR,	/* quotes the packet that it is about */
	UMBRA_ICMP_NEIGHBOUR,	/* ICMPv6: RFC 4861, 2710, 3810 */
};

/* The ICMP protocol of this family. The other family's number may occur, but is not ICMP. */
static inline u8 umbra_icmp_proto(u8 family)
{
	return family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
}

/* Context: any. @family: AF_INET or AF_INET6. */
u8 umbra_icmp_class(u8 family, u8 type);

/* Type of the answer to @type, or of the query that @type answers; @type itself if none. */
u8 umbra_icmp_counterpart(u8 family, u8 type);

#endif
