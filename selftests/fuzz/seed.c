// SPDX-License-Identifier: GPL-2.0
/*
 * Seeds: good packets, of every kind that packet.h can build. There are few ends, so that
 * many packets belong to one flow; now and then they are ends that should never meet.
 */
#include "fuzz.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "../tools/packet.h"
#include "plan.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5	/* headers before Linux 6.2 lack it */
#endif

static const char *const inside_hosts[][2] = {
	PLAN_GHOST_IN, { "192.168.1.67", "2001:db8:1::67" }, { "192.168.1.10", "2001:db8:1::10" },
};

static const char *const outside_hosts[][2] = {
	{ "198.51.100.66", "2001:db8:2::66" }, { "198.51.100.67", "2001:db8:2::67" },
	{ "198.51.100.10", "2001:db8:2::10" },
};

static const char *const firewall[][2] = {
	PLAN_LISTEN, PLAN_LISTEN, PLAN_LISTEN, PLAN_POOL, PLAN_POOL_LAST, PLAN_FW_IN, PLAN_FW_OUT,
};

/* Ends that an honest packet seldom has, on either side. */
static const char *const strange[][2] = {
	PLAN_GHOST_IN, { "198.51.100.66", "2001:db8:2::66" }, { "203.0.113.66", "2001:db8:3::66" },
	{ "203.0.113.10", "2001:db8:3::10" }, PLAN_FW_DMZ,
	{ "0.0.0.0", "::" }, { "127.0.0.1", "::1" }, { "224.0.0.1", "ff02::1" },
	{ "255.255.255.255", "ff05::2" }, { "192.168.1.255", "fe80::66" },
	{ "203.0.113.255", "::ffff:203.0.113.66" }, { "192.0.2.1", "2001:db8:ffff::1" },
	{ "169.254.0.1", "fe80::1" }, PLAN_POOL, PLAN_FW_IN, PLAN_LISTEN,
};

static void put_address(uint8_t to[16], int family, const char *const pair[2])
{
	inet_pton(family, pair[family == AF_INET6], to);
}

#define PUT_ONE_OF(to, family, list) put_address(to, family, (list)[chance(COUNT(list))])

static void choose_ends(struct packet *p, enum side side)
{
	if (!chance(16))
		PUT_ONE_OF(p->src, p->family, strange);
	else if (side == INSIDE)
		PUT_ONE_OF(p->src, p->family, inside_hosts);
	else
		PUT_ONE_OF(p->src, p->family, outside_hosts);
	if (!chance(8))
		PUT_ONE_OF(p->dst, p->family, strange);
	else if (side == INSIDE && chance(8))
		PUT_ONE_OF(p->dst, p->family, outside_hosts);
	else
		PUT_ONE_OF(p->dst, p->family, firewall);
}

static void choose_ports(struct packet *p, enum side side)
{
	p->sport = chance(16) ? 3000 + chance(4) : chance(65536);
	if (!chance(16))
		p->dport = chance(65536);
	else if (side == INSIDE && chance(8))
		p->dport = PLAN_SERVICE_FIRST + chance(PLAN_REJECT + 1 - PLAN_SERVICE_FIRST);
	else if (chance(4))
		p->dport = PLAN_RELAY_FIRST + chance(PLAN_RELAY_LAST + 1 - PLAN_RELAY_FIRST);
	else
		p->dport = PLAN_PORT_FIRST + chance(PLAN_PORT_LAST + 1 - PLAN_PORT_FIRST);
}

static uint8_t choose_proto(int family)
{
	static const uint8_t others[] = {
		IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_GRE, IPPROTO_ESP, IPPROTO_AH, IPPROTO_IGMP,
		IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_NONE,
	};
	uint8_t echo = family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	switch (chance(12)) {
	case 0 ... 4:
		return IPPROTO_TCP;
	case 5 ... 7:
		return IPPROTO_UDP;
	case 8 ... 9:
		return echo;
	case 10:
		return others[chance(COUNT(others))];
	default:
		return chance(4) ? others[chance(3)] : chance(256);
	}
}

/* A packet that the relay on this port takes; otherwise there would be too few. */
static uint8_t choose_proto_at(uint16_t port)
{
	return port == PLAN_RELAY_UDP || port == PLAN_RELAY_UDP + 1 ? IPPROTO_UDP : IPPROTO_TCP;
}

static void choose_icmp(struct packet *p)
{
	bool v6 = p->family == AF_INET6;

	p->type = v6 ? 128 : 8;
	if (!chance(4))
		p->type = chance(2) ? chance(256) : v6 ? 133 + chance(5) : 13;
	p->code = chance(8) ? 0 : chance(256);
	p->seq = chance(65536);
	if (chance(4))
		p->sport = 3000 + chance(4);
}

/* An INIT, or a packet of an association whose ends have both chosen 1. */
static void choose_chunks(struct packet *p)
{
	if (chance(2))
		return;
	p->have |= HAVE_CHUNKS;
	p->tag = 1;
	for (p->nr_chunks = 0; p->nr_chunks < 1 + chance(3); p->nr_chunks++)
		p->chunk[p->nr_chunks] = chance(16) | (chance(2) ? CHUNK_T : 0);
}

static void choose(struct packet *p, enum side side, unsigned int len)
{
	static const uint8_t flags[] = { 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x10, 0x18, 0x11, 0x14, 0x04, 0x12 };

	memset(p, 0, sizeof(*p));
	p->family = chance(2) ? AF_INET : AF_INET6;
	p->proto = choose_proto(p->family);
	choose_ends(p, side);
	choose_ports(p, side);
	if (side == OUTSIDE && chance(2))
		p->proto = choose_proto_at(p->dport);
	p->flags = chance(16) ? flags[chance(COUNT(flags))] : chance(256);
	p->seq = chance(1000);
	p->ack = chance(1000);
	p->len = len;
	p->id = chance(65536);
	p->df = chance(2);
	p->have = HAVE_TTL;
	p->ttl = chance(16) ? 64 : chance(3);
	p->extra = chance(8) ? EXTRA_NONE : chance(EXTRA_DST + 1);
	p->bad_sum = !chance(32);
	p->sum = chance(8) ? SUM_GOOD : SUM_NONE;
	if (p->proto == IPPROTO_ICMP || p->proto == IPPROTO_ICMPV6)
		choose_icmp(p);
	if (p->proto == IPPROTO_SCTP)
		choose_chunks(p);
}

/* An error about a packet from the other side. */
static void choose_error(struct packet *p, struct packet *about, enum side side)
{
	choose(about, side == INSIDE ? OUTSIDE : INSIDE, chance(64));
	about->family = p->family;
	about->cut = chance(4) ? 0 : 28 + chance(60);
	choose_ends(about, side == INSIDE ? OUTSIDE : INSIDE);
	p->proto = p->family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	p->type = p->family == AF_INET6 ? 1 + chance(4) : chance(2) ? 3 : 11;
	p->code = chance(6);
	p->mtu = chance(3000);
	p->about = about;
}

void seed_make(struct frame *f, enum side side, unsigned int len)
{
	struct packet p, about;

	choose(&p, side, len);
	if (!chance(16))
		choose_error(&p, &about, side);
	f->family = p.family;
	f->size = packet_build(&p, f->byte);
}

void seed_make_large(struct frame *f, enum side side, struct virtio_net_hdr *offload)
{
	struct headers h = {};
	struct packet p;
	bool tcp;

	choose(&p, side, 1500 + chance(58000));
	p.proto = chance(3) ? IPPROTO_TCP : IPPROTO_UDP;
	p.flags = 0x18;
	p.extra = EXTRA_NONE;
	p.bad_sum = false;
	tcp = p.proto == IPPROTO_TCP;
	f->family = p.family;
	f->size = packet_build(&p, f->byte);
	headers_find(f, &h);
	put16(f->byte + h.l4 + (tcp ? 16 : 6),
	      ~packet_fold(packet_pseudo(&p, p.proto, f->size - h.l4)));
	offload->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	offload->csum_start = 14 + h.l4;
	offload->csum_offset = tcp ? 16 : 6;
	offload->gso_size = 500 + chance(900);
	offload->hdr_len = 14 + h.l4 + (tcp ? 20 : 8);
	offload->gso_type = !tcp ? VIRTIO_NET_HDR_GSO_UDP_L4 :
			    f->family == AF_INET ? VIRTIO_NET_HDR_GSO_TCPV4 :
						   VIRTIO_NET_HDR_GSO_TCPV6;
}
