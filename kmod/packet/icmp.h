/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP and ICMPv6 types: which are queries, answers and errors. */
#ifndef UMBRA_ICMP_H
#define UMBRA_ICMP_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/socket.h>
#include <linux/types.h>

enum umbra_icmp_class {
	UMBRA_ICMP_OTHER,	/* neither; no identifier */
	UMBRA_ICMP_QUERY,
	UMBRA_ICMP_ANSWER,
	UMBRA_ICMP_ERROR,	/* carries the packet it is about */
	UMBRA_ICMP_NEIGHBOUR,	/* ICMPv6: RFC 4861, 2710, 3810 */
};

/* The protocol that is ICMP in packets of this family; its number may come in any. */
static inline u8 umbra_icmp_proto(u8 family)
{
	return family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
}

/* Context: any. @family: AF_INET or AF_INET6. */
u8 umbra_icmp_class(u8 family, u8 type);

/* Type that answers @type, or that @type answers; @type itself if there is none. */
u8 umbra_icmp_counterpart(u8 family, u8 type);

#endif
