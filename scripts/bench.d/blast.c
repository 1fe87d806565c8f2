// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of many flows, as fast as one processor makes them.
 *
 *	blast first PROTO FLOWS CLIENT SERVER
 *	blast open PROTO FLOWS CLIENT SERVER [OUTSIDE]
 *	blast run  PROTO FLOWS PACKETS CLIENT SERVER
 *	blast list PROTO FILE CLIENT SERVER
 *
 * PROTO is udp4, udp6, tcp4 or tcp6. CLIENT and SERVER are NETNS,IFACE,MAC,ADDRESS:
 * where their frames leave, for which hardware address, from which protocol address.
 * Flow i comes from the client's address plus i / 1000, port 10000 + i % 1000, and goes
 * to the server's port 7000. "first" sends each flow's first packet. "open" makes every
 * flow established: UDP is answered and goes on, TCP shakes hands; OUTSIDE is the client's
 * address as the server sees it, its ports unchanged. "run" sends so many packets of the
 * flows in turn. "list" sends one packet for each line of FILE: the client's address and
 * port, the server's address and port.
 *
 * Prints the nanoseconds that a packet took; with "open", the first of each flow. Packets
 * are made before the clock starts, and go past the queueing discipline. Their transport
 * checksums are for the device to finish, so nobody on the way has to verify them, as
 * behind a network card that did.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PER_ADDRESS	1000
#define CLIENT_PORT	10000
#define SERVER_PORT	7000
#define BATCH		32
#define FRAME		60	/* bytes of an IPv4 frame; IPv6 needs 20 more */

struct side {
	int fd;
	struct ether_addr mac;
	uint8_t addr[16];
};

struct proto {
	const char *name;
	int family;
	int transport;
};

static const struct proto protos[] = {
	{ "udp4", AF_INET, IPPROTO_UDP }, { "udp6", AF_INET6, IPPROTO_UDP },
	{ "tcp4", AF_INET, IPPROTO_TCP }, { "tcp6", AF_INET6, IPPROTO_TCP },
};

struct frame {
	struct virtio_net_hdr vnet;
	struct ether_header eth;
	uint8_t net[FRAME + 20 - sizeof(struct ether_header)];
} __attribute__((packed));

static const struct proto *proto;

static size_t frame_size(void)
{
	return sizeof(struct virtio_net_hdr) + FRAME + (proto->family == AF_INET6 ? 20 : 0);
}

/* --- Frames ------------------------------------------------------------------------- */

static uint32_t sum_of(const void *data, size_t size, uint32_t sum)
{
	const uint8_t *at = data;
	size_t i;

	for (i = 0; i + 1 < size; i += 2)
		sum += at[i] << 8 | at[i + 1];
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(sum);
}

static size_t put_ip(struct frame *f, const uint8_t *src, const uint8_t *dst)
{
	size_t size = FRAME - sizeof(struct ether_header);
	struct ip *ip4 = (void *)f->net;
	struct ip6_hdr *ip6 = (void *)f->net;

	if (proto->family == AF_INET6) {
		f->eth.ether_type = htons(ETHERTYPE_IPV6);
		ip6->ip6_flow = htonl(6 << 28);
		ip6->ip6_plen = htons(size - sizeof(struct ip));
		ip6->ip6_nxt = proto->transport;
		ip6->ip6_hlim = 64;
		memcpy(&ip6->ip6_src, src, 16);
		memcpy(&ip6->ip6_dst, dst, 16);
		return sizeof(*ip6);
	}
	f->eth.ether_type = htons(ETHERTYPE_IP);
	ip4->ip_v = 4;
	ip4->ip_hl = 5;
	ip4->ip_len = htons(size);
	ip4->ip_ttl = 64;
	ip4->ip_p = proto->transport;
	memcpy(&ip4->ip_src, src, 4);
	memcpy(&ip4->ip_dst, dst, 4);
	ip4->ip_sum = ~fold(sum_of(ip4, sizeof(*ip4), 0));
	return sizeof(*ip4);
}

/* Return: where in the transport header its checksum is. */
static size_t put_transport(void *at, size_t size, uint16_t sport, uint16_t dport, uint8_t flags)
{
	struct tcphdr *tcp = at;
	struct udphdr *udp = at;

	if (proto->transport == IPPROTO_UDP) {
		udp->source = htons(sport);
		udp->dest = htons(dport);
		udp->len = htons(size);
		return offsetof(struct udphdr, check);
	}
	tcp->source = htons(sport);
	tcp->dest = htons(dport);
	tcp->seq = htonl(flags & TH_SYN ? 1000 : 1001);
	tcp->ack_seq = htonl(flags & TH_ACK ? 1001 : 0);
	tcp->doff = 5;
	tcp->th_flags = flags;
	tcp->window = htons(8192);
	return offsetof(struct tcphdr, check);
}

static void put_frame(struct frame *f, const struct side *from, const uint8_t *src, uint16_t sport,
		      const uint8_t *dst, uint16_t dport, uint8_t flags)
{
	size_t bytes = proto->family == AF_INET6 ? 16 : 4, ip, size;
	uint32_t sum;
	uint16_t *check;

	memset(f, 0, sizeof(*f));
	memcpy(f->eth.ether_dhost, &from->mac, ETH_ALEN);
	f->eth.ether_shost[0] = 2;
	ip = put_ip(f, src, dst);
	size = FRAME - sizeof(f->eth) - sizeof(struct ip);
	f->vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	f->vnet.csum_start = sizeof(f->eth) + ip;
	f->vnet.csum_offset = put_transport(f->net + ip, size, sport, dport, flags);
	sum = sum_of(src, bytes, sum_of(dst, bytes, size + proto->transport));
	check = (void *)(f->net + ip + f->vnet.csum_offset);
	*check = fold(sum);
}

/* The client's address of a flow. */
static void address_of(const uint8_t *base, size_t flow, uint8_t *addr)
{
	size_t last = proto->family == AF_INET6 ? 15 : 3;
	unsigned int low;

	memcpy(addr, base, 16);
	low = (addr[last - 1] << 8 | addr[last]) + flow / PER_ADDRESS;
	addr[last - 1] = low >> 8;
	addr[last] = low;
}

/* @back: the server's packets. */
static struct frame *frames(size_t flows, const struct side *client, const struct side *server,
			    const uint8_t *seen_as, uint8_t flags, bool back)
{
	struct frame *f = calloc(flows, sizeof(*f));
	uint8_t addr[16];
	size_t i;

	if (!f)
		err(1, "memory for %zu flows", flows);
	for (i = 0; i < flows; i++) {
		uint16_t port = CLIENT_PORT + i % PER_ADDRESS;

		address_of(seen_as, i, addr);
		if (back)
			put_frame(&f[i], server, server->addr, SERVER_PORT, addr, port, flags);
		else
			put_frame(&f[i], client, addr, port, server->addr, SERVER_PORT, flags);
	}
	return f;
}

/* --- Sending ------------------------------------------------------------------------ */

static struct side side_of(char *word)
{
	char *netns = strtok(word, ","), *iface = strtok(NULL, ","), *mac = strtok(NULL, ",");
	char *addr = strtok(NULL, ","), path[256];
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	struct side s = { 0 };
	int fd, one = 1, room = 1 << 24;

	if (!addr || sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &s.mac.ether_addr_octet[0],
			    &s.mac.ether_addr_octet[1], &s.mac.ether_addr_octet[2],
			    &s.mac.ether_addr_octet[3], &s.mac.ether_addr_octet[4],
			    &s.mac.ether_addr_octet[5]) != 6 ||
	    inet_pton(proto->family, addr, s.addr) != 1)
		errx(2, "a side is NETNS,IFACE,MAC,ADDRESS");
	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err(1, "%s", path);
	close(fd);
	s.fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = if_nametoindex(iface);
	if (s.fd < 0 || setsockopt(s.fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) ||
	    setsockopt(s.fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) ||
	    setsockopt(s.fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) ||
	    bind(s.fd, (struct sockaddr *)&to, sizeof(to)))
		err(1, "%s in %s", iface, netns);
	return s;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Return: nanoseconds a packet. */
static double send_all(int fd, struct frame *f, size_t flows, size_t packets)
{
	struct mmsghdr msg[BATCH] = { 0 };
	struct iovec iov[BATCH];
	double start = now();
	size_t sent, i;
	int n;

	for (sent = 0; sent < packets; sent += n) {
		for (i = 0; i < BATCH && sent + i < packets; i++) {
			iov[i].iov_base = &f[(sent + i) % flows];
			iov[i].iov_len = frame_size();
			msg[i].msg_hdr.msg_iov = &iov[i];
			msg[i].msg_hdr.msg_iovlen = 1;
		}
		n = sendmmsg(fd, msg, i, 0);
		if (n <= 0)
			err(1, "after %zu packets", sent);
	}
	return (now() - start) / packets;
}

static double send_once(const struct side *from, struct frame *f, size_t flows)
{
	double took = send_all(from->fd, f, flows, flows);

	free(f);
	return took;
}

/* Each flow's first packet. */
static double send_firsts(size_t flows, const struct side *client, const struct side *server)
{
	return send_once(client, frames(flows, client, server, client->addr, TH_SYN, false), flows);
}

static double establish(size_t flows, const struct side *client, const struct side *server,
			const uint8_t *seen_as)
{
	bool tcp = proto->transport == IPPROTO_TCP;
	double first = send_firsts(flows, client, server);

	send_once(server, frames(flows, client, server, seen_as, TH_SYN | TH_ACK, true), flows);
	send_once(client, frames(flows, client, server, client->addr, TH_ACK, false), flows);
	if (!tcp)	/* a stream is one that goes on both ways */
		send_once(server, frames(flows, client, server, seen_as, 0, true), flows);
	send_once(client, frames(flows, client, server, client->addr, TH_ACK, false), flows);
	return first;
}

/* The flows of a file, one packet each. */
static double send_list(const char *path, const struct side *client)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	uint8_t src_addr[16], dst_addr[16];
	size_t flows = 0, room = 1 << 20;
	struct frame *f = calloc(room, sizeof(*f));
	FILE *file = fopen(path, "r");
	uint16_t sport, dport;

	if (!file || !f)
		err(1, "%s", path);
	while (flows < room &&
	       fscanf(file, "%45s %hu %45s %hu", src, &sport, dst, &dport) == 4) {
		if (inet_pton(proto->family, src, src_addr) != 1 ||
		    inet_pton(proto->family, dst, dst_addr) != 1)
			errx(2, "%s: no addresses: %s %s", path, src, dst);
		put_frame(&f[flows++], client, src_addr, sport, dst_addr, dport, TH_SYN);
	}
	fclose(file);
	if (!flows)
		errx(2, "%s: no flows", path);
	return send_once(client, f, flows);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	bool first = !strcmp(what, "first"), opens = !strcmp(what, "open");
	bool list = !strcmp(what, "list"), runs = !strcmp(what, "run");
	int at = runs ? 5 : 4;
	struct side client, server;
	uint8_t outside[16] = { 0 };
	size_t i, flows, packets;
	double took;

	if ((!first && !opens && !list && !runs) || argc < at + 2)
		errx(2, "first or open PROTO FLOWS CLIENT SERVER [OUTSIDE]\n"
		     "or run PROTO FLOWS PACKETS CLIENT SERVER\n"
		     "or list PROTO FILE CLIENT SERVER");
	for (i = 0; i < sizeof(protos) / sizeof(*protos); i++)
		if (!strcmp(argv[2], protos[i].name))
			proto = &protos[i];
	flows = strtoul(argv[3], NULL, 10);
	packets = strtoul(argv[4], NULL, 10);
	if (!proto || (!list && !flows) || (runs && !packets))
		errx(2, "no protocol %s, no flows, or no packets", argv[2]);
	client = side_of(argv[at]);
	server = side_of(argv[at + 1]);
	memcpy(outside, client.addr, 16);
	if (argc > at + 2 && inet_pton(proto->family, argv[at + 2], outside) != 1)
		errx(2, "%s is no address", argv[at + 2]);
	if (first)
		took = send_firsts(flows, &client, &server);
	else if (opens)
		took = establish(flows, &client, &server, outside);
	else if (list)
		took = send_list(argv[3], &client);
	else
		took = send_all(client.fd, frames(flows, &client, &server, client.addr, TH_ACK,
						  false), flows, packets);
	printf("%.1f\n", took);
	return 0;
}
