// SPDX-License-Identifier: GPL-2.0
/* Checks of single rows: relays. */
#include "policy/row.h"
#include "policy/check/check.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

/* Limit of ports, because each port of a tcp-relay is a listening socket. */
#define LISTENERS	1024

/* In messages, a row without a name is called by its address. */
static void call_it(struct umbra_check *c, u32 seen)
{
	const struct nlattr *listen = umbra_check_find(c->nest, UMBRA_A_RELAY_LISTEN);

	if (seen & BIT(UMBRA_A_RELAY_NAME))
		return;
	if (nla_len(listen) == 4)
		snprintf(c->text, sizeof(c->text), "%pI4", nla_data(listen));
	else if (nla_len(listen) == 16)
		snprintf(c->text, sizeof(c->text), "%pI6c", nla_data(listen));
	c->name = c->text;
}

static bool is_loopback(const struct nlattr *attr)
{
	static const u8 loopback6[16] = { [15] = 1 };
	const u8 *byte = nla_data(attr);

	return nla_len(attr) == 4 ? byte[0] == 127 :
	       nla_len(attr) == 16 && !memcmp(byte, loopback6, 16);
}

static int check_addresses(struct umbra_check *c)
{
	const struct nlattr *listen = umbra_check_find(c->nest, UMBRA_A_RELAY_LISTEN);
	const struct nlattr *target = umbra_check_find(c->nest, UMBRA_A_RELAY_TARGET);
	int err;

	err = umbra_check_unicast(c, listen, "listen", "give an address of the firewall's own");
	if (err)
		return err;
	if (is_loopback(target))
		return umbra_check_refuse(c, target, -EINVAL,
			"target is a loopback address: let the service itself listen where clients reach it, and add a rule");
	err = umbra_check_unicast(c, target, "target", "give the server's own address");
	if (err)
		return err;
	if (nla_len(listen) != nla_len(target))
		return umbra_check_refuse(c, target, -EINVAL,
			"listen and target are IPv4 and IPv6: give both of one kind");
	if (!memcmp(nla_data(listen), nla_data(target), nla_len(listen)))
		return umbra_check_refuse(c, target, -EINVAL,
			"target is the address that it listens on: let the service itself listen there, and add a rule");
	return 0;
}

static int check_ports(struct umbra_check *c, u8 type)
{
	const struct nlattr *target = umbra_check_find(c->nest, UMBRA_A_RELAY_TARGET_PORT);
	const struct nlattr *ports = umbra_check_find(c->nest, UMBRA_A_RELAY_PORTS);
	u16 first, last;
	u32 to;
	int err = umbra_check_real_ports(c, ports, &first, &last);

	if (err)
		return err;
	to = target ? nla_get_u16(target) : first;
	if (to + last - first > U16_MAX)
		return umbra_check_refuse(c, target, -EINVAL,
			"%u ports from target port %u on end above 65535: begin lower, or use fewer",
			last - first + 1, to);
	if (type == UMBRA_RELAY_TYPE_TCP_RELAY && last - first >= LISTENERS)
		return umbra_check_refuse(c, ports, -EINVAL,
			"a tcp-relay has at most %u ports, and these are %u: use several rows, or tcp-forward",
			LISTENERS, last - first + 1);
	return 0;
}

static int check_type(struct umbra_check *c, u32 seen, u8 type)
{
	if (type == UMBRA_RELAY_TYPE_TCP_RELAY)
		return 0;
	if (seen & BIT(UMBRA_A_RELAY_LIFETIME))
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"only a tcp-relay has a lifetime: leave it out, or use timeout");
	if (seen & BIT(UMBRA_A_RELAY_PROXY_PROTOCOL))
		return umbra_check_refuse(c, c->nest, -EINVAL,
			"only a tcp-relay has a proxy-protocol: leave it out, or make it a tcp-relay");
	return 0;
}

int umbra_check_relay(struct umbra_check *c, u32 seen)
{
	u8 type = nla_get_u8(umbra_check_find(c->nest, UMBRA_A_RELAY_TYPE));
	int err;

	call_it(c, seen);
	err = check_addresses(c);
	err = err ?: check_ports(c, type);
	return err ?: check_type(c, seen, type);
}
