// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of many flows, as fast as one processor makes them.
 *
 *	blast first PROTO FLOWS CLIENT SERVER
 *	blast open PROTO FLOWS CLIENT SERVER
 *	blast run  PROTO FLOWS PACKETS CLIENT SERVER
 *	blast both PROTO FLOWS PACKETS CLIENT SERVER
 *	blast list PROTO FILE CLIENT SERVER
 *
 * PROTO is udp4, udp6, tcp4 or tcp6. CLIENT and SERVER are NETNS,IFACE,MAC,ADDRESS:
 * where their frames leave, for which hardware address, and the client's protocol address
 * and that which it talks to.
 * Flow i comes from the client's address plus i / 1000, port 10000 + i % 1000, and goes
 * to port 7000 of one of four servers: the address plus 256 for each 25,000 flows. "first"
 * sends each flow's first packet. "open" makes every flow established: UDP is answered and
 * goes on, TCP shakes hands; as whom and to whom a flow comes out on the server's side is
 * heard there. "run" sends so many packets of the flows in turn, "both" so many from each
 * of two processors at once, which have half of the flows each. "list" sends one packet
 * for each line of FILE: the client's address and port, the server's address and port.
 *
 * Prints the nanoseconds that a packet took; with "open", the first of each flow; with
 * "both", how far apart those of both together were. Packets
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
#include <pthread.h>
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
#define PER_SERVER	25000
#define SERVERS		4
#define CLIENT_PORT	10000
#define SERVER_PORT	7000
#define BATCH		32
#define FRAME		60	/* bytes of an IPv4 frame; IPv6 needs 20 more */
#define PATIENCE	10	/* seconds until a flow is heard */

struct side {
	int fd;
	int ifindex;
	struct ether_addr mac;
	uint8_t addr[16];
};

/* The addresses and ports of a flow as the server sees them. */
struct ends {
	uint8_t src[16], dst[16];
	uint16_t sport, dport;
	bool known;
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

static void address_plus(const uint8_t *base, size_t more, uint8_t *addr)
{
	size_t last = proto->family == AF_INET6 ? 15 : 3;
	unsigned int low = (base[last - 1] << 8 | base[last]) + more;

	memcpy(addr, base, 16);
	addr[last - 1] = low >> 8;
	addr[last] = low;
}

/* In the payload, the same before and after a translation. */
static uint32_t *flow_number(struct frame *f)
{
	return (void *)((uint8_t *)f + frame_size() - sizeof(uint32_t));
}

static void *zeroed(size_t flows, size_t size)
{
	void *p = calloc(flows, size);

	if (!p)
		err(1, "memory for %zu flows", flows);
	return p;
}

static struct frame *frames(size_t flows, const struct side *client, const struct side *server,
			    uint8_t flags)
{
	struct frame *f = zeroed(flows, sizeof(*f));
	uint8_t src[16], dst[16];
	size_t i;

	for (i = 0; i < flows; i++) {
		address_plus(client->addr, i / PER_ADDRESS, src);
		address_plus(server->addr, i / PER_SERVER % SERVERS * 256, dst);
		put_frame(&f[i], client, src, CLIENT_PORT + i % PER_ADDRESS, dst, SERVER_PORT,
			  flags);
		*flow_number(&f[i]) = i;
	}
	return f;
}

static struct frame *answers(size_t flows, const struct side *server, const struct ends *heard,
			     uint8_t flags)
{
	struct frame *f = zeroed(flows, sizeof(*f));
	size_t i;

	for (i = 0; i < flows; i++)
		put_frame(&f[i], server, heard[i].dst, heard[i].dport, heard[i].src,
			  heard[i].sport, flags);
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
	s.ifindex = to.sll_ifindex = if_nametoindex(iface);
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
	return send_once(client, frames(flows, client, server, TH_SYN), flows);
}

/* In the namespace that side_of() entered last, the server's. */
static int tap_on(const struct side *side)
{
	struct sockaddr_ll on = { .sll_family = AF_PACKET, .sll_ifindex = side->ifindex };
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	on.sll_protocol = htons(proto->family == AF_INET6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	if (fd < 0 || bind(fd, (struct sockaddr *)&on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)))
		err(1, "to hear what the server does");
	return fd;
}

static void note_ends(const struct frame *f, struct ends *e)
{
	const struct ip6_hdr *ip6 = (const void *)f->net;
	const struct ip *ip4 = (const void *)f->net;
	const struct udphdr *ports;	/* TCP's are in the same place */

	if (proto->family == AF_INET6) {
		memcpy(e->src, &ip6->ip6_src, 16);
		memcpy(e->dst, &ip6->ip6_dst, 16);
		ports = (const void *)(ip6 + 1);
	} else {
		memcpy(e->src, &ip4->ip_src, 4);
		memcpy(e->dst, &ip4->ip_dst, 4);
		ports = (const void *)(ip4 + 1);
	}
	e->sport = ntohs(ports->source);
	e->dport = ntohs(ports->dest);
	e->known = true;
}

/* Return: whether it was a flow that had not been heard. */
static bool hear_one(int tap, struct ends *heard, size_t flows)
{
	struct frame f = { 0 };
	ssize_t size = recv(tap, &f.eth, sizeof(f) - sizeof(f.vnet), MSG_TRUNC);
	uint32_t flow;

	if (size < 0)
		err(1, "a flow does not get through");
	flow = *flow_number(&f);
	if ((size_t)size + sizeof(f.vnet) != frame_size() || flow >= flows || heard[flow].known)
		return false;
	note_ends(&f, &heard[flow]);
	return true;
}

/* One more packet of each flow shows how it leaves. */
static struct ends *hear(size_t flows, const struct side *client, const struct side *server)
{
	struct frame *f = frames(flows, client, server, TH_SYN);
	struct ends *heard = zeroed(flows, sizeof(*heard));
	size_t sent, batch, left;
	int tap = tap_on(server);

	for (sent = 0; sent < flows; sent += batch) {
		batch = flows - sent < BATCH ? flows - sent : BATCH;
		send_all(client->fd, f + sent, batch, batch);
		for (left = batch; left; )
			left -= hear_one(tap, heard, flows);
	}
	close(tap);
	free(f);
	return heard;
}

static double establish(size_t flows, const struct side *client, const struct side *server)
{
	double first = send_firsts(flows, client, server);
	struct ends *heard = hear(flows, client, server);

	send_once(server, answers(flows, server, heard, TH_SYN | TH_ACK), flows);
	send_once(client, frames(flows, client, server, TH_ACK), flows);
	if (proto->transport == IPPROTO_UDP)	/* a stream is one that goes on both ways */
		send_once(server, answers(flows, server, heard, 0), flows);
	send_once(client, frames(flows, client, server, TH_ACK), flows);
	free(heard);
	return first;
}

/* One of two processors that send at the same time. */
struct sender {
	int cpu, fd;
	struct frame *f;
	size_t flows, packets;
	pthread_barrier_t *ready;
	double start, end;
};

static void *send_on_cpu(void *arg)
{
	struct sender *s = arg;
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(s->cpu, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu))
		err(1, "processor %d", s->cpu);
	pthread_barrier_wait(s->ready);
	s->start = now();
	send_all(s->fd, s->f, s->flows, s->packets);
	s->end = now();
	return NULL;
}

/* Return: nanoseconds from one packet of either to the next. */
static double send_both(const int fd[2], struct frame *f, size_t flows, size_t packets)
{
	pthread_barrier_t ready;
	struct sender s[2];
	pthread_t thread;

	pthread_barrier_init(&ready, NULL, 2);
	for (int i = 0; i < 2; i++)
		s[i] = (struct sender){
			.cpu = i, .fd = fd[i], .f = f + i * (flows / 2), .flows = flows / 2,
			.packets = packets, .ready = &ready,
		};
	if (flows < 2 || pthread_create(&thread, NULL, send_on_cpu, &s[1]))
		errx(1, "two senders want two flows, and a thread");
	send_on_cpu(&s[0]);
	pthread_join(thread, NULL);
	return ((s[0].end > s[1].end ? s[0].end : s[1].end) -
		(s[0].start < s[1].start ? s[0].start : s[1].start)) / (2 * packets);
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
	bool list = !strcmp(what, "list"), both = !strcmp(what, "both");
	bool runs = both || !strcmp(what, "run");
	int at = runs ? 5 : 4;
	struct side client, server, twin;
	size_t i, flows, packets;
	double took;

	if ((!first && !opens && !list && !runs) || argc != at + 2)
		errx(2, "first or open PROTO FLOWS CLIENT SERVER\n"
		     "or run or both PROTO FLOWS PACKETS CLIENT SERVER\n"
		     "or list PROTO FILE CLIENT SERVER");
	for (i = 0; i < sizeof(protos) / sizeof(*protos); i++)
		if (!strcmp(argv[2], protos[i].name))
			proto = &protos[i];
	flows = strtoul(argv[3], NULL, 10);
	packets = strtoul(argv[4], NULL, 10);
	if (!proto || (!list && !flows) || (runs && !packets))
		errx(2, "no protocol %s, no flows, or no packets", argv[2]);
	twin = side_of(strdup(argv[at]));
	client = side_of(argv[at]);
	server = side_of(argv[at + 1]);
	if (first)
		took = send_firsts(flows, &client, &server);
	else if (opens)
		took = establish(flows, &client, &server);
	else if (list)
		took = send_list(argv[3], &client);
	else if (both)
		took = send_both((int[]){ client.fd, twin.fd },
				 frames(flows, &client, &server, TH_ACK), flows, packets);
	else
		took = send_all(client.fd, frames(flows, &client, &server, TH_ACK), flows, packets);
	printf("%.1f\n", took);
	return 0;
}
