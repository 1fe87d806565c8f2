// SPDX-License-Identifier: GPL-2.0
/* Checks of single rows: addresses and ports, which occur in several tables. */
#include "policy/row.h"
#include "policy/check/check.h"

#include <linux/errno.h>
#include <linux/in.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/ipv6.h>

static const char *const range_columns[] = {
	[UMBRA_A_RANGE_FIRST] = "first port",
	[UMBRA_A_RANGE_LAST] = "last port",
};

static const struct umbra_columns range = {
	.name = range_columns, .nr = ARRAY_SIZE(range_columns),
	.required = BIT(UMBRA_A_RANGE_FIRST),
};

int umbra_check_ifname(struct umbra_check *c, const struct nlattr *attr)
{
	if (dev_valid_name(nla_data(attr)))
		return 0;
	return umbra_check_refuse(c, attr, -EINVAL,
		"\"%s\" cannot be the name of an interface", (char *)nla_data(attr));
}

int umbra_check_length(struct umbra_check *c, const struct nlattr *attr)
{
	if (nla_len(attr) == 4 || nla_len(attr) == 16)
		return 0;
	return umbra_check_refuse(c, attr, -EINVAL,
		"an address of %d bytes: IPv4 has 4, IPv6 has 16", nla_len(attr));
}

int umbra_check_last(struct umbra_check *c, const struct nlattr *first, const struct nlattr *last)
{
	if (umbra_check_length(c, last))
		return -EINVAL;
	if (nla_len(first) != nla_len(last))
		return umbra_check_refuse(c, last, -EINVAL,
			"the range begins in IPv4 or IPv6 and ends in the other");
	if (memcmp(nla_data(first), nla_data(last), nla_len(first)) > 0)
		return umbra_check_refuse(c, last, -EINVAL,
			"the last address is below the first: exchange them");
	return 0;
}

static const char *odd_v4(__be32 a)
{
	if (ipv4_is_zeronet(a))
		return "an address of no host";
	if (ipv4_is_loopback(a))
		return "a loopback address";
	if (ipv4_is_multicast(a))
		return "a multicast address";
	return ipv4_is_lbcast(a) ? "the broadcast address" : NULL;
}

static const char *odd_v6(const struct in6_addr *a)
{
	if (ipv6_addr_any(a))
		return "an address of no host";
	if (ipv6_addr_loopback(a))
		return "a loopback address";
	if (ipv6_addr_is_multicast(a))
		return "a multicast address";
	if (ipv6_addr_v4mapped(a))
		return "an IPv4 address in IPv6 dress";
	return ipv6_addr_type(a) & IPV6_ADDR_LINKLOCAL ? "a link-local address" : NULL;
}

int umbra_check_unicast(struct umbra_check *c, const struct nlattr *attr, const char *column,
			const char *remedy)
{
	struct in6_addr a = {};
	const char *odd;

	if (umbra_check_length(c, attr))
		return -EINVAL;
	memcpy(&a, nla_data(attr), nla_len(attr));
	odd = nla_len(attr) == 4 ? odd_v4(a.s6_addr32[0]) : odd_v6(&a);
	if (!odd)
		return 0;
	return umbra_check_refuse(c, attr, -EINVAL, "%s is %s: %s", column, odd, remedy);
}

int umbra_check_ports(struct umbra_check *c, const struct nlattr *item, u16 *first, u16 *last)
{
	const struct nlattr *attr;
	u32 seen;
	int err = umbra_check_columns(c, item, &range, &seen);

	if (err)
		return err;
	*first = nla_get_u16(umbra_check_find(item, UMBRA_A_RANGE_FIRST));
	attr = umbra_check_find(item, UMBRA_A_RANGE_LAST);
	*last = attr ? nla_get_u16(attr) : *first;
	if (*first > *last)
		return umbra_check_refuse(c, item, -EINVAL,
			"the last port %u is below the first, %u: exchange them", *last, *first);
	return 0;
}

int umbra_check_real_ports(struct umbra_check *c, const struct nlattr *item, u16 *first, u16 *last)
{
	int err = umbra_check_ports(c, item, first, last);

	if (!err && !*first)
		return umbra_check_refuse(c, item, -EINVAL,
			"ports begin with 0, which is none: begin with 1 or more");
	return err;
}
