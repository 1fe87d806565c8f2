// SPDX-License-Identifier: GPL-2.0
/* Checks of single rows: networks. */
#include "policy/row.h"
#include "policy/check/check.h"

#include <linux/errno.h>
#include <linux/string.h>

static const char *const address_columns[] = {
	[UMBRA_A_ADDRESS_IFNAME] = "interface",
	[UMBRA_A_ADDRESS_FIRST] = "address",
	[UMBRA_A_ADDRESS_LAST] = "last address",
	[UMBRA_A_ADDRESS_PREFIX_LEN] = "prefix length",
	[UMBRA_A_ADDRESS_NETWORK] = "network",
	[UMBRA_A_ADDRESS_HOST] = "host",
	[UMBRA_A_ADDRESS_UNTIL] = "until",
};

static const struct umbra_columns columns = {
	.name = address_columns, .nr = ARRAY_SIZE(address_columns),
	.text = BIT(UMBRA_A_ADDRESS_IFNAME) | BIT(UMBRA_A_ADDRESS_NETWORK) |
		BIT(UMBRA_A_ADDRESS_HOST),
};

static bool has_host_bits(const struct nlattr *first, u32 prefix_len)
{
	const u8 *byte = nla_data(first);
	u32 at = prefix_len / 8;
	u32 len = nla_len(first);

	if (prefix_len % 8 && byte[at++] & 0xff >> prefix_len % 8)
		return true;
	return at < len && memchr_inv(byte + at, 0, len - at);
}

static int check_prefix(struct umbra_check *c, const struct nlattr *first,
			const struct nlattr *prefix)
{
	u32 prefix_len = nla_get_u8(prefix);

	if (prefix_len > 8 * nla_len(first))
		return umbra_check_refuse(c, prefix, -ERANGE,
			"the prefix length %u is above %d", prefix_len, 8 * nla_len(first));
	if (has_host_bits(first, prefix_len))
		return umbra_check_refuse(c, first, -EINVAL,
			"the address has bits behind its prefix of %u: clear them, or give the address alone",
			prefix_len);
	return 0;
}

static int check_range(struct umbra_check *c, const struct nlattr *item, u32 seen)
{
	const struct nlattr *first = umbra_check_find(item, UMBRA_A_ADDRESS_FIRST);

	if (umbra_check_length(c, first))
		return -EINVAL;
	if (seen & BIT(UMBRA_A_ADDRESS_LAST))
		return umbra_check_last(c, first,
					umbra_check_find(item, UMBRA_A_ADDRESS_LAST));
	if (seen & BIT(UMBRA_A_ADDRESS_PREFIX_LEN))
		return check_prefix(c, first,
				    umbra_check_find(item, UMBRA_A_ADDRESS_PREFIX_LEN));
	return 0;
}

/* Which columns may stand together: those of one range of addresses, or one network. */
static bool is_combination(u32 seen)
{
	switch (seen & ~BIT(UMBRA_A_ADDRESS_IFNAME)) {
	case BIT(UMBRA_A_ADDRESS_NETWORK):
	case BIT(UMBRA_A_ADDRESS_FIRST):
	case BIT(UMBRA_A_ADDRESS_FIRST) | BIT(UMBRA_A_ADDRESS_LAST):
	case BIT(UMBRA_A_ADDRESS_FIRST) | BIT(UMBRA_A_ADDRESS_PREFIX_LEN):
	case BIT(UMBRA_A_ADDRESS_FIRST) | BIT(UMBRA_A_ADDRESS_HOST):
	case BIT(UMBRA_A_ADDRESS_FIRST) | BIT(UMBRA_A_ADDRESS_HOST) | BIT(UMBRA_A_ADDRESS_UNTIL):
		return true;
	}
	return false;
}

static int check_item(struct umbra_check *c, const struct nlattr *item)
{
	const struct nlattr *ifname;
	u32 seen;
	int err = umbra_check_columns(c, item, &columns, &seen);

	if (err)
		return err;
	if (!is_combination(seen))
		return umbra_check_refuse(c, item, -EINVAL,
			"a row is an address, a prefix, a first and a last address, a network, or a host with its address");
	ifname = umbra_check_find(item, UMBRA_A_ADDRESS_IFNAME);
	err = ifname ? umbra_check_ifname(c, ifname) : 0;
	if (err)
		return err;
	return seen & BIT(UMBRA_A_ADDRESS_FIRST) ? check_range(c, item, seen) : 0;
}

int umbra_check_network(struct umbra_check *c, u32 seen)
{
	const struct nlattr *attr;
	int rem, err;

	nla_for_each_nested(attr, c->nest, rem) {
		if (nla_type(attr) != UMBRA_A_NETWORK_ADDRESS)
			continue;
		err = check_item(c, attr);
		if (err)
			return err;
	}
	return 0;
}
