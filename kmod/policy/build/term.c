// SPDX-License-Identifier: GPL-2.0
/*
 * Building a policy: the packets that match a service, as terms.
 *
 *   dynamic TCP       packets that open a connection; others need a session
 *   dynamic, others   every packet
 *   packet-filter     every packet; TCP's answers by the shadow
 *
 * Lists of client and server ports multiply: each pair of ranges is a term.
 */
#include "policy/build/build.h"

#include <linux/errno.h>
#include <linux/in.h>
#include <linux/sched.h>

#define service_refuse(b, row, err, fmt, ...)					\
	umbra_refuse((b)->why, NULL, err, "service row %u: " fmt, (row) + 1, ##__VA_ARGS__)

static const struct umbra_row *service_row(const struct umbra_build *b, u32 i)
{
	return b->policy->rows[UMBRA_TABLE_SERVICE].row[i];
}

static const struct umbra_cls_range whole = { 0, 65535 };

static struct umbra_cls_range range_of(const struct nlattr *item)
{
	const struct nlattr *first = nla_find_nested(item, UMBRA_A_RANGE_FIRST);
	const struct nlattr *last = nla_find_nested(item, UMBRA_A_RANGE_LAST);
	struct umbra_cls_range r = { .first = nla_get_u16(first) };

	r.last = last ? nla_get_u16(last) : r.first;
	return r;
}

static struct umbra_cls_range range_of_icmp(const struct nlattr *item)
{
	const struct nlattr *first = nla_find_nested(item, UMBRA_A_ICMP_CODE_FIRST);
	const struct nlattr *last = nla_find_nested(item, UMBRA_A_ICMP_CODE_LAST);
	u16 type = nla_get_u8(nla_find_nested(item, UMBRA_A_ICMP_TYPE)) << 8;
	struct umbra_cls_range r = { .first = type, .last = type | 0xff };

	if (first) {
		r.first = type | nla_get_u8(first);
		r.last = type | nla_get_u8(last ?: first);
	}
	return r;
}

static int term_push(struct umbra_build *b, const struct umbra_cls_term *t, u32 row)
{
	int err = umbra_build_room(&b->terms, b->nr_terms, &b->room_terms, sizeof(*t));

	if (err)
		return err;
	if (b->nr_terms == UMBRA_BUILD_TERMS)
		return service_refuse(b, row, -E2BIG,
			"all services together have more than %u pairs of client and server ports: use fewer ranges",
			UMBRA_BUILD_TERMS);
	b->terms[b->nr_terms++] = *t;
	return 0;
}

/*
 * Add one pair of client and server ports. The shadow of a packet-filter service lets TCP's answers
 * back: the same ports exchanged, and only packets with ACK or RST.
 */
static int pair_push(struct umbra_build *b, const struct umbra_part *part, u16 proto,
		     struct umbra_cls_range client, struct umbra_cls_range server, u32 row)
{
	bool filter = part->type == UMBRA_SERVICE_TYPE_PACKET_FILTER;
	bool tcp = proto == IPPROTO_TCP || proto == UMBRA_PROTO_ANY;
	bool begins = tcp || proto == IPPROTO_SCTP;
	struct umbra_cls_term t = {
		.service = part->number, .proto = proto, .src = client, .dst = server,
		.kinds = begins && !filter ? UMBRA_CLS_OPEN : UMBRA_CLS_ALL,
	};
	int err = term_push(b, &t, row);

	if (err || !filter || !tcp)
		return err;
	t.service = part->shadow;
	t.proto = IPPROTO_TCP;
	t.kinds = UMBRA_CLS_ANSWER;
	t.src = server;
	t.dst = client;
	return term_push(b, &t, row);
}

/* Add all server ranges with one client range. */
static int servers_push(struct umbra_build *b, const struct umbra_part *part, u16 proto,
			struct umbra_cls_range client, u32 row)
{
	const struct nlattr *attr;
	bool any = true;
	int rem, err;

	umbra_row_for_each(attr, service_row(b, row), rem) {
		struct umbra_cls_range server;

		if (nla_type(attr) == UMBRA_A_SERVICE_SERVER_PORTS)
			server = range_of(attr);
		else if (nla_type(attr) == UMBRA_A_SERVICE_ICMP)
			server = range_of_icmp(attr);
		else
			continue;
		any = false;
		err = pair_push(b, part, proto, client, server, row);
		if (err)
			return err;
		cond_resched();
	}
	return any ? pair_push(b, part, proto, client, whole, row) : 0;
}

/**
 * umbra_terms_push() - add the terms of a member of a part
 * @b: build
 * @part: part that it belongs to
 * @row: the member, which is not a group
 *
 * Return: 0, -ENOMEM or -E2BIG.
 */
int umbra_terms_push(struct umbra_build *b, const struct umbra_part *part, u32 row)
{
	u16 proto = umbra_row_u16(service_row(b, row), UMBRA_A_SERVICE_PROTOCOL, 0);
	const struct nlattr *attr;
	bool any = true;
	int rem, err;

	umbra_row_for_each(attr, service_row(b, row), rem) {
		if (nla_type(attr) != UMBRA_A_SERVICE_CLIENT_PORTS)
			continue;
		any = false;
		err = servers_push(b, part, proto, range_of(attr), row);
		if (err)
			return err;
	}
	return any ? servers_push(b, part, proto, whole, row) : 0;
}
