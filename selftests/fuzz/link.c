// SPDX-License-Identifier: GPL-2.0
/* Links: packet sockets in the hosts' namespaces. */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../tools/packet.h"

static int packet_socket(int ifindex, int proto)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(proto), .sll_ifindex = ifindex,
	};
	/* Protocol 0 until it is bound, so that no packets of other links get in. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd >= 0 && !bind(fd, (struct sockaddr *)&ll, sizeof(ll)) ? fd : -1;
}

static bool open_sockets(struct link *l)
{
	int ifindex = if_nametoindex("eth0"), on = 1, size = 32 << 20;

	l->tx = packet_socket(ifindex, 0);
	l->rx = packet_socket(ifindex, ETH_P_ALL);
	return l->tx >= 0 && l->rx >= 0 &&
	       !setsockopt(l->tx, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) &&
	       !setsockopt(l->tx, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) &&
	       !setsockopt(l->rx, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) &&
	       !setsockopt(l->rx, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
}

bool link_open(struct link *l, const char *netns, int number)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), there;
	char path[128];
	bool opened;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	there = open(path, O_RDONLY | O_CLOEXEC);
	opened = home >= 0 && there >= 0 && !setns(there, CLONE_NEWNET) && open_sockets(l) &&
		 !setns(home, CLONE_NEWNET);
	if (!opened)
		perror(netns);
	memcpy(l->own, (uint8_t[6]){ 2, 0, 0, 0, number, 0x10 }, 6);
	memcpy(l->router, (uint8_t[6]){ 2, 0, 0, 0, number, 1 }, 6);
	close(home);
	close(there);
	return opened;
}

/* Now and then a broadcast: the kernel marks it, and not all of them are forwarded. */
static void put_ethernet(const struct link *l, const struct frame *f, struct ether_header *eth)
{
	static const uint8_t all[3][6] = {
		{ 255, 255, 255, 255, 255, 255 }, { 1, 0, 0x5e, 0, 0, 1 },
		{ 0x33, 0x33, 0, 0, 0, 1 },
	};

	memcpy(eth->ether_dhost, chance(50) ? l->router : all[chance(3)], 6);
	memcpy(eth->ether_shost, l->own, 6);
	eth->ether_type = htons(f->family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP);
}

bool link_send(const struct link *l, const struct frame *f, const struct virtio_net_hdr *offload)
{
	struct ether_header eth;
	struct iovec iov[] = {
		{ (void *)offload, sizeof(*offload) }, { &eth, sizeof(eth) },
		{ (void *)f->byte, f->size },
	};

	put_ethernet(l, f, &eth);
	return writev(l->tx, iov, 3) > 0;
}

/* --- In pieces ---------------------------------------------------------------------- */

static uint8_t datagram;		/* whose pieces they are, in IPv6 */

/* @header: bytes of it before each piece; @at: in the data, of which @n bytes go. */
static void cut_piece(struct frame *piece, const struct frame *f, size_t header, size_t at,
		      size_t n)
{
	bool more = header + at + n < f->size;
	uint8_t *ip = piece->byte;

	piece->family = f->family;
	memcpy(ip, f->byte, header);
	if (f->family == AF_INET6) {
		uint8_t extension[8] = { ip[6], 0, at >> 8, (at & 0xf8) | more, 0, 0, 7, datagram };

		memcpy(ip + header, extension, 8);
		ip[6] = IPPROTO_FRAGMENT;
		put16(ip + 4, header - 40 + 8 + n);
		header += 8;
		memcpy(ip + header, f->byte + header - 8 + at, n);
	} else {
		put16(ip + 2, header + n);
		put16(ip + 6, more << 13 | at >> 3);
		memcpy(ip + header, f->byte + header + at, n);
	}
	piece->size = header + n;
	headers_fix_ip(piece);
}

unsigned int link_send_pieces(const struct link *l, const struct frame *f)
{
	static const struct virtio_net_hdr plain;
	static struct frame piece;
	size_t header = f->family == AF_INET6 ? 40 : (f->byte[0] & 15) * 4;
	size_t step, pieces, i, at, n, sent = 0, turn = chance(2);

	if (header < 20 || f->size <= header)
		return 0;
	step = 8 + 8 * chance((f->size - header) / 8 < 170 ? (f->size - header) / 8 + 1 : 170);
	pieces = (f->size - header + step - 1) / step;
	datagram++;
	for (i = 0; i < pieces && i < 64; i++) {
		at = (turn ? pieces - 1 - i : i) * step;
		n = f->size - header - at < step ? f->size - header - at : step;
		if (at >= 8 && !chance(40))
			at -= 8;	/* over the one before */
		if (!chance(40))
			continue;	/* lost */
		cut_piece(&piece, f, header, at, n);
		sent += link_send(l, &piece, &plain);
		if (!chance(40))
			sent += link_send(l, &piece, &plain);
	}
	return sent;
}

/* --- What arrives ------------------------------------------------------------------- */

bool link_receive(const struct link *l, struct frame *f)
{
	struct ether_header eth;
	struct iovec iov[] = { { &eth, sizeof(eth) }, { f->byte, sizeof(f->byte) } };
	ssize_t size = readv(l->rx, iov, 2);

	if (size < (ssize_t)sizeof(eth))
		return false;
	f->size = size - sizeof(eth);
	f->family = eth.ether_type == htons(ETH_P_IP) ? AF_INET :
		    eth.ether_type == htons(ETH_P_IPV6) ? AF_INET6 : 0;
	return true;
}
