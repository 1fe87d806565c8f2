// SPDX-License-Identifier: GPL-2.0
/* Checks of single rows: services. */
#include "policy/row.h"
#include "policy/check/check.h"

#include <linux/errno.h>
#include <linux/in.h>
#include <linux/in6.h>

#define PORTS	(BIT(UMBRA_A_SERVICE_CLIENT_PORTS) | BIT(UMBRA_A_SERVICE_SERVER_PORTS))
#define OF_TCP	(BIT(UMBRA_A_SERVICE_PICKUP) | BIT(UMBRA_A_SERVICE_TCP_WINDOW) |	\
		 BIT(UMBRA_A_SERVICE_TCP_PROBES))
#define OF_SCTP	BIT(UMBRA_A_SERVICE_PICKUP)
#define OF_SESSIONS	(BIT(UMBRA_A_SERVICE_TIMEOUT) | BIT(UMBRA_A_SERVICE_ENDS) | OF_TCP)

/* Columns that a group may have. */
#define OF_GROUP	(BIT(UMBRA_A_SERVICE_NAME) | BIT(UMBRA_A_SERVICE_TYPE) |	\
			 BIT(UMBRA_A_SERVICE_MEMBER) | BIT(UMBRA_A_SERVICE_ADVISORY) |	\
			 BIT(UMBRA_A_SERVICE_COMMENT))

static const char *const icmp_columns[] = {
	[UMBRA_A_ICMP_TYPE] = "ICMP type",
	[UMBRA_A_ICMP_CODE_FIRST] = "first code",
	[UMBRA_A_ICMP_CODE_LAST] = "last code",
};

static const struct umbra_columns icmp = {
	.name = icmp_columns, .nr = ARRAY_SIZE(icmp_columns),
	.required = BIT(UMBRA_A_ICMP_TYPE),
};

static int check_icmp(struct umbra_check *c, const struct nlattr *item)
{
	const struct nlattr *first, *last;
	u32 seen;
	int err = umbra_check_columns(c, item, &icmp, &seen);

	if (err)
		return err;
	first = umbra_check_find(item, UMBRA_A_ICMP_CODE_FIRST);
	last = umbra_check_find(item, UMBRA_A_ICMP_CODE_LAST);
	if (last && !first)
		return umbra_check_refuse(c, item, -EINVAL,
			"a last code without a first: give both, or none for all codes");
	if (last && nla_get_u8(first) > nla_get_u8(last))
		return umbra_check_refuse(c, item, -EINVAL,
			"the last code %u is below the first, %u: exchange them",
			nla_get_u8(last), nla_get_u8(first));
	return 0;
}

static int check_lists(struct umbra_check *c)
{
	const struct nlattr *attr;
	u16 first, last;
	int err = 0;
	int rem;

	nla_for_each_nested(attr, c->nest, rem) {
		if (BIT(nla_type(attr)) & PORTS)
			err = umbra_check_ports(c, attr, &first, &last);
		else if (nla_type(attr) == UMBRA_A_SERVICE_ICMP)
			err = check_icmp(c, attr);
		if (err)
			return err;
	}
	return 0;
}

static bool has_ports(u16 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_SCTP;
}

static int check_protocol(struct umbra_check *c, u32 seen)
{
	const struct nlattr *attr = umbra_check_find(c->nest, UMBRA_A_SERVICE_PROTOCOL);
	u16 proto = nla_get_u16(attr);

	if (seen & PORTS && !has_ports(proto))
		return umbra_check_refuse(c, attr, -EINVAL,
			"protocol %u has no ports: leave them out, or use tcp, udp, udplite or sctp",
			proto);
	if (seen & BIT(UMBRA_A_SERVICE_ICMP) && proto != IPPROTO_ICMP && proto != IPPROTO_ICMPV6)
		return umbra_check_refuse(c, attr, -EINVAL,
			"protocol %u has no ICMP types: leave them out, or use icmp or icmpv6",
			proto);
	if (proto == IPPROTO_SCTP)
		seen &= ~OF_SCTP;
	if (seen & OF_TCP && proto != IPPROTO_TCP && proto != UMBRA_PROTO_ANY)
		return umbra_check_refuse(c, attr, -EINVAL,
			"pickup is for tcp and sctp, tcp-window and tcp-probes for tcp: leave them out");
	return 0;
}

static int check_group(struct umbra_check *c, u32 seen)
{
	if (!(seen & BIT(UMBRA_A_SERVICE_MEMBER)))
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"the group has no members: name at least one service");
	if (seen & ~OF_GROUP)
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"a group has members only: give protocol, ports and timeout to these");
	return 0;
}

int umbra_check_service(struct umbra_check *c, u32 seen)
{
	u8 type = nla_get_u8(umbra_check_find(c->nest, UMBRA_A_SERVICE_TYPE));

	if (type == UMBRA_SERVICE_TYPE_GROUP)
		return check_group(c, seen);
	if (seen & BIT(UMBRA_A_SERVICE_MEMBER))
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"only a group has members: leave them out, or make it a group");
	if (!(seen & BIT(UMBRA_A_SERVICE_PROTOCOL)))
		return umbra_check_refuse(c, c->nest, -EINVAL, "protocol is missing");
	if (type == UMBRA_SERVICE_TYPE_PACKET_FILTER && seen & OF_SESSIONS)
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"packet-filter opens no sessions: leave timeout, pickup, tcp-window, ends and tcp-probes out, or make it dynamic");
	return check_protocol(c, seen) ?: check_lists(c);
}
