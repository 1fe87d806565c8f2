// SPDX-License-Identifier: GPL-2.0
/* Netlink: filters of sessions. A session fits if it fits all attributes that are given. */
#include "netlink/request.h"
#include "packet/packet.h"

#include <linux/bits.h>
#include <linux/errno.h>
#include <net/ipv6.h>

#define given(f, what)	((f)->given & BIT(UMBRA_A_FILTER_##what))

static int refuse(const struct nlattr *attr, struct netlink_ext_ack *extack, const char *text)
{
	NL_SET_BAD_ATTR(extack, attr);
	if (extack)
		extack->_msg = text;
	return -EINVAL;
}

/* All addresses in a filter must be of the same family. */
static int read_address(struct umbra_filter *f, const struct nlattr *attr,
			struct in6_addr *addr, u8 *prefix, struct netlink_ext_ack *extack)
{
	u8 family = nla_len(attr) == 4 ? AF_INET : AF_INET6;

	if (nla_len(attr) != 4 && nla_len(attr) != 16)
		return refuse(attr, extack, "an address has 4 or 16 bytes");
	if (f->family && f->family != family)
		return refuse(attr, extack, "IPv4 and IPv6 in one filter: no session has both");
	f->family = family;
	memcpy(addr, nla_data(attr), nla_len(attr));
	*prefix = 8 * nla_len(attr);
	return 0;
}

static int read_prefix(const struct nlattr *attr, u8 *prefix, struct netlink_ext_ack *extack)
{
	u8 max = *prefix;

	*prefix = nla_get_u8(attr);
	if (!max)
		return refuse(attr, extack, "a prefix length wants an address in front of it");
	if (*prefix > max)
		return refuse(attr, extack, "the prefix is longer than the address");
	return 0;
}

static int read_numbers(struct umbra_filter *f, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	switch (nla_type(attr)) {
	case UMBRA_A_FILTER_PROTOCOL:
		f->proto = nla_get_u8(attr);
		break;
	case UMBRA_A_FILTER_CLIENT_PORT:
		f->client_port = nla_get_u16(attr);
		break;
	case UMBRA_A_FILTER_SERVER_PORT:
		f->server_port = nla_get_u16(attr);
		break;
	case UMBRA_A_FILTER_RULE:
		f->rule = nla_get_u32(attr);
		break;
	case UMBRA_A_FILTER_STATE:
		f->state = nla_get_u8(attr);
		break;
	case UMBRA_A_FILTER_IFINDEX:
		f->ifindex = nla_get_u32(attr);
		break;
	case UMBRA_A_FILTER_ID:
		f->id = nla_get_u64(attr);
		break;
	}
	return 0;
}

static int read_one(struct umbra_filter *f, const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	switch (nla_type(attr)) {
	case UMBRA_A_FILTER_FAMILY:
		if (nla_get_u8(attr) != AF_INET && nla_get_u8(attr) != AF_INET6)
			return refuse(attr, extack, "the family is AF_INET or AF_INET6");
		if (f->family && f->family != nla_get_u8(attr))
			return refuse(attr, extack, "the addresses are of another family");
		f->family = nla_get_u8(attr);
		return 0;
	case UMBRA_A_FILTER_CLIENT:
		return read_address(f, attr, &f->client, &f->client_prefix, extack);
	case UMBRA_A_FILTER_SERVER:
		return read_address(f, attr, &f->server, &f->server_prefix, extack);
	case UMBRA_A_FILTER_HOST:
		return read_address(f, attr, &f->host, &f->host_prefix, extack);
	}
	return read_numbers(f, attr, extack);
}

static int read_prefixes(struct umbra_filter *f, const struct nlattr *nest,
			 struct netlink_ext_ack *extack)
{
	const struct {
		int type;
		u8 *prefix;
	} lengths[] = {
		{ UMBRA_A_FILTER_CLIENT_PREFIX, &f->client_prefix },
		{ UMBRA_A_FILTER_SERVER_PREFIX, &f->server_prefix },
		{ UMBRA_A_FILTER_HOST_PREFIX, &f->host_prefix },
	};
	int err = 0;
	u32 i;

	for (i = 0; !err && i < ARRAY_SIZE(lengths); i++) {
		const struct nlattr *attr = nla_find_nested(nest, lengths[i].type);

		if (attr)
			err = read_prefix(attr, lengths[i].prefix, extack);
	}
	return err;
}

int umbra_filter_read(struct umbra_filter *f, const struct nlattr *nest,
		      struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rem, err;

	memset(f, 0, sizeof(*f));
	if (!nest)
		return 0;
	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) == UMBRA_A_FILTER_PAD)
			continue;
		if (f->given & BIT(nla_type(attr)))
			return refuse(attr, extack, "given twice");
		f->given |= BIT(nla_type(attr));
		err = read_one(f, attr, extack);
		if (err)
			return err;
	}
	return read_prefixes(f, nest, extack);
}

static bool fits_addresses(const struct umbra_filter *f, const struct umbra_key *key)
{
	if (given(f, CLIENT) && !ipv6_prefix_equal(&key->src, &f->client, f->client_prefix))
		return false;
	if (given(f, SERVER) && !ipv6_prefix_equal(&key->dst, &f->server, f->server_prefix))
		return false;
	return !given(f, HOST) || ipv6_prefix_equal(&key->src, &f->host, f->host_prefix) ||
	       ipv6_prefix_equal(&key->dst, &f->host, f->host_prefix);
}

static bool fits_flow(const struct umbra_filter *f, const struct umbra_key *key)
{
	if (f->family && key->family != f->family)
		return false;
	if (given(f, PROTOCOL) && key->proto != f->proto)
		return false;
	if (given(f, CLIENT_PORT) && ntohs(key->sport) != f->client_port)
		return false;
	if (given(f, SERVER_PORT) && ntohs(key->dport) != f->server_port)
		return false;
	return fits_addresses(f, key);
}

/* A translated session fits if its flow fits as seen from either side. */
bool umbra_filter_fits(const struct umbra_filter *f, const struct umbra_session *s)
{
	const struct umbra_half *half = &s->half[UMBRA_DIR_ORIGINAL];
	struct umbra_key far;

	if (!f->given)
		return true;
	if (given(f, ID) && s->id != f->id)
		return false;
	if (given(f, RULE) && READ_ONCE(s->rule) != f->rule)
		return false;
	if (given(f, STATE) && READ_ONCE(s->state) != f->state)
		return false;
	if (given(f, IFINDEX) && (u32)READ_ONCE(half->iif) != f->ifindex &&
	    (u32)READ_ONCE(half->oif) != f->ifindex)
		return false;
	if (fits_flow(f, &half->key))
		return true;
	umbra_key_invert(&s->half[UMBRA_DIR_REPLY].key, &far);
	return half->translate && fits_flow(f, &far);
}
