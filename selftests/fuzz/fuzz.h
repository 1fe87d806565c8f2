/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of `fuzz-packets`, which sends packets through a router that no good host would send, and
 * judges everything that comes out; see packets.c. The topology is that of lib.sh, the policy that of
 * net/fuzz-packets.sh, and plan.h has the addresses and ports that both share.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum side { INSIDE, OUTSIDE, DMZ, SIDES };

#define FRAME_MAX 66000

/**
 * struct frame - a packet from its network header on
 * @family: the one in the Ethernet header, whatever the bytes are
 * @size: bytes of it that exist
 * @byte: from the network header on
 */
struct frame {
	int family;
	size_t size;
	uint8_t byte[FRAME_MAX];
};

/**
 * struct headers - where the parts of a packet are
 * @l4: offset of what follows the IP header and its extensions
 * @end: first byte that does not belong to the packet
 * @proto: protocol at @l4
 * @piece: a later fragment, without a transport header
 */
struct headers {
	size_t l4;
	size_t end;
	uint8_t proto;
	bool piece;
};

/* Counts of what must have come out; otherwise the run has shown nothing. */
enum seen {
	SEEN_SESSION,		/* outside: translated, from an inside client */
	SEEN_REPLY,		/* inside: of the server's */
	SEEN_ERROR,		/* inside: an ICMP error from outside */
	SEEN_RELAYED,		/* inside: from an outside client, by a relay */
	SEEN_RELAY_REPLY,	/* outside: from the relay's address */
	SEEN_OWN,		/* anywhere: the firewall's own, neighbour discovery too */
	SEENS
};

/* A number below @n; one seed makes one sequence. */
static inline uint32_t chance(uint32_t n)
{
	return (uint32_t)lrand48() % n;
}

static inline uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static inline void put16(uint8_t *at, uint16_t v)
{
	at[0] = v >> 8;
	at[1] = v;
}

static inline bool has_ports(uint8_t proto)
{
	return proto == 6 || proto == 17 || proto == 132 || proto == 136;
}

/* Return: false if the headers contradict each other, or the bytes that exist. */
bool headers_find(const struct frame *f, struct headers *h);
/* The same for @size bytes, which may be cut off behind the headers. */
bool headers_find_quoted(const uint8_t *ip, size_t size, int family, struct headers *h);
bool headers_sum_is_right(const struct frame *f);
/* Make the checksums of the IPv4 header and of the transport right. */
void headers_fix_ip(struct frame *f);
void headers_fix_transport(struct frame *f);

/* A good packet such as hosts on this side might send, with so many bytes of data. */
void seed_make(struct frame *f, enum side side, unsigned int len);
/* A good TCP or UDP packet that a device is to cut up, and to sum. */
void seed_make_large(struct frame *f, enum side side, struct virtio_net_hdr *offload);
/* A packet that would follow @seen, or an error about it, from its receiver. */
void answer_make(struct frame *f, const struct frame *seen);
void answer_make_error(struct frame *f, const struct frame *seen, enum side side);

/* Damage it in one way; it may grow or shrink. */
void mutate(struct frame *f);

/**
 * struct link - one side of the router
 * @tx: packet socket that sends, with a virtio header in front
 * @rx: packet socket that sees the arriving packets
 * @own: hardware address on this side
 * @router: hardware address of the router
 */
struct link {
	int tx;
	int rx;
	uint8_t own[6];
	uint8_t router[6];
};

/* @number: of the link in the topology's hardware addresses */
bool link_open(struct link *l, const char *netns, int number);
bool link_send(const struct link *l, const struct frame *f, const struct virtio_net_hdr *offload);
/* Return: how many of the datagram's fragments were sent, in any order, some lost or twice. */
unsigned int link_send_pieces(const struct link *l, const struct frame *f);
/* Return: false if nothing is left; @f->family is 0 if it is not IP. */
bool link_receive(const struct link *l, struct frame *f);

/* Return: NULL, or why this packet must not have come out there. @seen: counts. */
const char *oracle_judge(enum side side, const struct frame *f, unsigned long seen[SEENS]);

#endif
