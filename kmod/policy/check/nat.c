// SPDX-License-Identifier: GPL-2.0
/* Checks of single rows: source NAT. */
#include "policy/row.h"
#include "policy/check/check.h"

#include <linux/errno.h>

#define ADDRESSES	(BIT(UMBRA_A_NAT_FIRST) | BIT(UMBRA_A_NAT_LAST))
#define OF_PORTS	(BIT(UMBRA_A_NAT_PORTS) | BIT(UMBRA_A_NAT_ENDPOINT_INDEPENDENT))

/* In messages, a row without a name is called by its source. */
static void call_it(struct umbra_check *c, u32 seen)
{
	if (seen & BIT(UMBRA_A_NAT_NAME))
		return;
	c->name = "Any";
	if (seen & BIT(UMBRA_A_NAT_FROM_IFNAME))
		c->name = nla_data(umbra_check_find(c->nest, UMBRA_A_NAT_FROM_IFNAME));
	if (seen & BIT(UMBRA_A_NAT_FROM))
		c->name = nla_data(umbra_check_find(c->nest, UMBRA_A_NAT_FROM));
}

static int check_ifnames(struct umbra_check *c)
{
	const struct nlattr *from = umbra_check_find(c->nest, UMBRA_A_NAT_FROM_IFNAME);
	const struct nlattr *to = umbra_check_find(c->nest, UMBRA_A_NAT_TO_IFNAME);
	int err = from ? umbra_check_ifname(c, from) : 0;

	if (err || !to)
		return err;
	return umbra_check_ifname(c, to);
}

/* More than 65536 addresses: the difference is longer than two bytes. */
static bool is_large(const u8 *first, const u8 *last, int len)
{
	int i, borrow = 0;

	for (i = len - 1; i >= 0; i--) {
		int d = last[i] - first[i] - borrow;

		if (i < len - 2 && d & 0xff)
			return true;
		borrow = d < 0;
	}
	return false;
}

static int check_pool(struct umbra_check *c)
{
	static const char remedy[] = "give one that can stand on the wire";
	const struct nlattr *first = umbra_check_find(c->nest, UMBRA_A_NAT_FIRST);
	const struct nlattr *last = umbra_check_find(c->nest, UMBRA_A_NAT_LAST);
	int err = umbra_check_unicast(c, first, "address", remedy);

	if (err || !last)
		return err;
	err = umbra_check_last(c, first, last);
	err = err ?: umbra_check_unicast(c, last, "last address", remedy);
	if (!err && is_large(nla_data(first), nla_data(last), nla_len(first)))
		return umbra_check_refuse(c, last, -EINVAL,
			"the range has more than 65536 addresses: use a smaller one");
	return err;
}

static int check_addresses(struct umbra_check *c, u32 seen, u8 type)
{
	if (type != UMBRA_NAT_TYPE_SOURCE && seen & ADDRESSES)
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"only source has addresses: leave address and last address out");
	if (type != UMBRA_NAT_TYPE_SOURCE)
		return 0;
	if (!(seen & BIT(UMBRA_A_NAT_FIRST)))
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"address is missing: give the one to translate to, or use masquerade");
	return check_pool(c);
}

int umbra_check_nat(struct umbra_check *c, u32 seen)
{
	const struct nlattr *ports = umbra_check_find(c->nest, UMBRA_A_NAT_PORTS);
	u8 type = nla_get_u8(umbra_check_find(c->nest, UMBRA_A_NAT_TYPE));
	u16 first, last;
	int err;

	call_it(c, seen);
	err = check_ifnames(c);
	err = err ?: check_addresses(c, seen, type);
	if (!err && type == UMBRA_NAT_TYPE_NONE && seen & OF_PORTS)
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"none translates nothing: leave ports and endpoint-independent out");
	if (err || !ports)
		return err;
	return umbra_check_real_ports(c, ports, &first, &last);
}
