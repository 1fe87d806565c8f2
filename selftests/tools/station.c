// SPDX-License-Identifier: GPL-2.0
/* Stations: sending packets by hand, and watching what arrives. */
#include "packet.h"
#include "play.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLOOD		1000	/* packets of one command, from which on it is one */
#define BATCH		64
#define FRAME_MAX	2048

static struct station stations[STATIONS_MAX];
static int home = -1;
static uint8_t buffer[PACKET_MAX + ETH_HLEN];

struct station *station_find(const char *name)
{
	int i;

	for (i = 0; i < STATIONS_MAX; i++)
		if (!strcmp(stations[i].name, name))
			return &stations[i];
	return NULL;
}

bool station_enter(const struct station *station)
{
	if (home < 0)
		home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return home >= 0 && setns(station->netns, CLONE_NEWNET) == 0;
}

void station_leave(void)
{
	if (setns(home, CLONE_NEWNET)) {
		perror("play: setns");
		_exit(1);
	}
}

static bool open_socket(struct station *s)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = s->ifindex,
	};
	int on = 1, size = 32 << 20;

	/* Protocol 0 until it is bound, so that no packets of other links get in. */
	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return s->fd >= 0 &&
		!setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) &&
		!setsockopt(s->fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) &&
		!setsockopt(s->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) &&
		!bind(s->fd, (struct sockaddr *)&ll, sizeof(ll));
}

static bool open_interface(struct station *s, const char *ifname)
{
	struct ifreq ifr = {};
	bool done;
	int fd;

	if (!station_enter(s))
		return false;
	s->ifindex = if_nametoindex(ifname);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	done = s->ifindex && !ioctl(fd, SIOCGIFHWADDR, &ifr) && open_socket(s);
	memcpy(s->mac, ifr.ifr_hwaddr.sa_data, 6);
	close(fd);
	station_leave();
	return done;
}

/* station NAME NETNS [INTERFACE MAC]: replaces a station of that name. */
const char *station_new(int argc, char **argv)
{
	struct station *s = station_find(argv[0]);
	char path[128];

	if (s) {
		close(s->netns);
		if (s->ifindex)
			close(s->fd);
		s->count = 0;
	} else {
		s = station_find("");
	}
	if (!s)
		return "too many stations";
	snprintf(path, sizeof(path), "/run/netns/%s", argv[1]);
	s->ifindex = 0;
	s->netns = open(path, O_RDONLY | O_CLOEXEC);
	if (s->netns < 0)
		return sentence("%s: %s", path, strerror(errno));
	snprintf(s->name, sizeof(s->name), "%s", argv[0]);
	if (argc < 4)
		return NULL;
	if (sscanf(argv[3], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &s->via[0], &s->via[1],
		   &s->via[2], &s->via[3], &s->via[4], &s->via[5]) != 6)
		return "a hardware address is six bytes";
	if (!open_interface(s, argv[2]))
		return sentence("%s in %s: %s", argv[2], argv[1], strerror(errno));
	return NULL;
}

/* --- Sending ------------------------------------------------------------------------ */

static void destination_mac(const struct station *s, const struct packet *p, uint8_t mac[6])
{
	memcpy(mac, s->via, 6);
	if (p->broadcast) {
		memset(mac, 0xff, 6);
	} else if (p->family == AF_INET && p->dst[0] >> 4 == 14) {
		memcpy(mac, "\x01\x00\x5e", 3);
		memcpy(mac + 3, p->dst + 1, 3);
		mac[3] &= 0x7f;
	} else if (p->family == AF_INET6 && p->dst[0] == 0xff) {
		memcpy(mac, "\x33\x33", 2);
		memcpy(mac + 2, p->dst + 12, 4);
	}
}

static void put_header(const struct station *s, const struct packet *p, uint8_t *frame)
{
	struct ether_header *eth = (struct ether_header *)frame;

	destination_mac(s, p, eth->ether_dhost);
	memcpy(eth->ether_shost, s->mac, 6);
	eth->ether_type = htons(p->family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP);
}

static bool send_frame(const struct station *s, const struct packet *p, size_t size)
{
	int tries;

	put_header(s, p, buffer);
	for (tries = 0; tries < 1000; tries++) {
		if (send(s->fd, buffer, ETH_HLEN + size, 0) >= 0)
			return true;
		if (errno != EAGAIN && errno != ENOBUFS)
			return false;
		poll(NULL, 0, 1);
	}
	return false;
}

/* One fragment of the packet in @whole, made in the frame buffer. */
static size_t make_fragment(const struct packet *p, const uint8_t *whole, size_t size,
			    size_t at, size_t n)
{
	uint8_t *to = buffer + ETH_HLEN;
	bool v6 = p->family == AF_INET6;
	size_t header = v6 ? 40 : 20;
	bool more = header + at + n < size;
	uint16_t sum;

	memcpy(to, whole, header);
	if (v6) {
		uint8_t extension[8] = {
			whole[6], 0, at >> 8, at | more, 0x12, 0x34, p->id >> 8, p->id,
		};

		to[6] = IPPROTO_FRAGMENT;
		to[4] = (n + 8) >> 8;
		to[5] = n + 8;
		memcpy(to + 40, extension, 8);
		header += 8;
	} else {
		to[2] = (n + 20) >> 8;
		to[3] = n + 20;
		to[6] = (to[6] & 0x40) | more << 5 | at >> 11;	/* and don't-fragment as it was */
		to[7] = at >> 3;
		to[10] = to[11] = 0;
		sum = packet_fold(packet_sum(to, 20, 0));
		to[10] = sum >> 8;
		to[11] = sum;
	}
	memcpy(to + header, whole + (v6 ? 40 : 20) + at, n);
	return header + n;
}

static bool send_split(const struct station *s, const struct packet *p)
{
	static uint8_t whole[PACKET_MAX];
	size_t size = packet_build(p, whole), header = p->family == AF_INET6 ? 40 : 20;
	size_t pieces = (size - header + p->split - 1) / p->split, i, k, at, n;

	for (i = 0; i < pieces; i++) {
		k = p->reverse ? pieces - 1 - i : i;
		at = k * p->split;
		n = size - header - at < p->split ? size - header - at : p->split;
		if (k + 1 == p->skip)
			continue;
		if (!send_frame(s, p, make_fragment(p, whole, size, at, n)))
			return false;
	}
	return true;
}

static void step(struct packet *p)
{
	uint8_t *address = p->step == STEP_SRC ? p->src : p->dst;
	int i = p->family == AF_INET6 ? 15 : 3;

	if (p->step == STEP_SPORT)
		p->sport++;
	else if (p->step == STEP_DPORT)
		p->dport++;
	else if (p->step != STEP_NONE)
		for (; i >= 0 && ++address[i] == 0; i--)
			;
}

/* All of @msg. */
static bool send_all(const struct station *s, struct mmsghdr *msg, int nr)
{
	int sent, tries = 0;

	while (nr > 0) {
		sent = sendmmsg(s->fd, msg, nr, 0);
		if (sent < 0) {
			if ((errno != EAGAIN && errno != ENOBUFS) || ++tries == 1000)
				return false;
			poll(NULL, 0, 1);
			continue;
		}
		msg += sent;
		nr -= sent;
	}
	return true;
}

/*
 * As many of p->times as one call takes. A flood may be millions of small packets, and in User
 * Mode Linux a call costs more than a packet's way through the router.
 */
static bool send_batch(const struct station *s, struct packet *p)
{
	static uint8_t frame[BATCH][FRAME_MAX];
	struct mmsghdr msg[BATCH] = {};
	struct iovec iov[BATCH];
	int n;

	for (n = 0; n < BATCH && p->times; n++, p->times--, step(p)) {
		iov[n].iov_base = frame[n];
		iov[n].iov_len = ETH_HLEN + packet_build(p, frame[n] + ETH_HLEN);
		msg[n].msg_hdr.msg_iov = &iov[n];
		msg[n].msg_hdr.msg_iovlen = 1;
		put_header(s, p, frame[n]);
	}
	return send_all(s, msg, n);
}

/* The part that is cut off is built, too. */
static bool is_small(const struct packet *p)
{
	return !p->split && !p->cut && packet_build(p, buffer + ETH_HLEN) <= FRAME_MAX - ETH_HLEN;
}

static bool send_times(const struct station *s, struct packet *p)
{
	bool sent = true;

	if (p->times >= FLOOD && is_small(p)) {
		while (sent && p->times)
			sent = send_batch(s, p);
		return sent;
	}
	for (; sent && p->times; p->times--, step(p))
		sent = p->split ? send_split(s, p) :
			send_frame(s, p, packet_build(p, buffer + ETH_HLEN));
	return sent;
}

/* send STATION PACKET */
const char *station_send(int argc, char **argv)
{
	struct station *s = station_find(argv[0]);
	const char *wrong;
	struct packet p;
	bool sent = true;

	if (!s || !s->ifindex)
		return sentence("no station '%s' with an interface", argv[0]);
	wrong = packet_parse(&p, argc - 1, argv + 1);
	if (!wrong)
		sent = send_times(s, &p);
	packet_clear(&p);
	return sent ? wrong : sentence("send: %s", strerror(errno));
}

/* --- Watching ----------------------------------------------------------------------- */

static void forget(struct station *s, size_t i)
{
	packet_clear(&s->seen[i]);
	memmove(&s->seen[i], &s->seen[i + 1], (--s->count - i) * sizeof(*s->seen));
}

static bool sums_are_missing(struct msghdr *msg)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA)
			return ((struct tpacket_auxdata *)CMSG_DATA(c))->tp_status &
				TP_STATUS_CSUMNOTREADY;
	return false;
}

static ssize_t receive(struct station *s, bool *no_sums)
{
	union {
		struct cmsghdr align;
		char data[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec iov = { buffer, sizeof(buffer) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t size = recvmsg(s->fd, &msg, MSG_DONTWAIT);

	*no_sums = size >= 0 && sums_are_missing(&msg);
	return size;
}

/* Takes in what has arrived; a packet with something wrong is reported and dropped. */
static void look(struct station *s)
{
	const struct ether_header *eth = (const struct ether_header *)buffer;
	const char *wrong;
	char text[2048];
	bool no_sums;
	ssize_t size;

	while ((size = receive(s, &no_sums)) >= ETH_HLEN) {
		if (eth->ether_type != htons(ETH_P_IP) && eth->ether_type != htons(ETH_P_IPV6))
			continue;
		if (s->count == s->room) {
			s->room = s->room ? s->room * 2 : 64;
			s->seen = reallocarray(s->seen, s->room, sizeof(*s->seen));
			if (!s->seen)
				abort();
		}
		wrong = packet_decode(&s->seen[s->count], buffer + ETH_HLEN,
				      size - ETH_HLEN, no_sums);
		if (wrong) {
			printf("# %s saw %s: %s\n", s->name, wrong,
			       packet_print(&s->seen[s->count], text, sizeof(text)));
			packet_clear(&s->seen[s->count]);
		} else {
			s->count++;
		}
	}
}

static bool take(struct station *s, const struct packet *pattern)
{
	size_t i;

	look(s);
	for (i = 0; i < s->count; i++) {
		if (packet_fits(&s->seen[i], pattern)) {
			forget(s, i);
			return true;
		}
	}
	return false;
}

static void await_more(struct station *s, long long until)
{
	struct pollfd pfd = { s->fd, POLLIN, 0 };
	long long left = until - now_ms();

	if (left > 0)
		poll(&pfd, 1, left);
}

static const char *tell_seen(struct station *s, const char *why)
{
	char text[2048];
	size_t i;

	for (i = 0; i < s->count && i < 12; i++)
		printf("# %s saw: %s\n", s->name,
		       packet_print(&s->seen[i], text, sizeof(text)));
	return sentence("%s saw %s among %zu packets", s->name, why, s->count);
}

/* Sets *@sp and *@pattern; Return: NULL or what is wrong. */
static const char *watch(int argc, char **argv, struct station **sp, struct packet *pattern)
{
	memset(pattern, 0, sizeof(*pattern));
	*sp = station_find(argv[0]);
	if (!*sp || !(*sp)->ifindex)
		return sentence("no station '%s' with an interface", argv[0]);
	return packet_parse(pattern, argc - 1, argv + 1);
}

/* expect STATION PACKET: wait until such a packet arrives, and take it. */
const char *station_expect(int argc, char **argv)
{
	long long until = now_ms() + wait_ms;
	struct packet pattern;
	struct station *s;
	const char *wrong = watch(argc, argv, &s, &pattern);

	while (!wrong && !take(s, &pattern)) {
		if (now_ms() >= until)
			wrong = tell_seen(s, "no such packet");
		else
			await_more(s, until);
	}
	packet_clear(&pattern);
	return wrong;
}

/* none STATION PACKET: no such packet has come, and none comes in a moment. */
const char *station_none(int argc, char **argv)
{
	long long until = now_ms() + quiet_ms;
	struct packet pattern;
	struct station *s;
	const char *wrong = watch(argc, argv, &s, &pattern);

	while (!wrong) {
		if (take(s, &pattern))
			wrong = tell_seen(s, "what it must not see");
		else if (now_ms() >= until)
			break;
		else
			await_more(s, until);
	}
	packet_clear(&pattern);
	return wrong;
}

/* count NUMBER STATION PACKET: exactly so many come. */
const char *station_count(int argc, char **argv)
{
	size_t want = strtoul(argv[0], NULL, 10), got = 0;
	long long until = now_ms() + wait_ms;
	struct packet pattern;
	struct station *s;
	const char *wrong = watch(argc - 1, argv + 1, &s, &pattern);

	while (!wrong) {
		while (take(s, &pattern))
			got++;
		if (got == want)
			until = until < now_ms() + quiet_ms ? until : now_ms() + quiet_ms;
		await_more(s, until);
		look(s);
		if (now_ms() >= until)
			break;
	}
	while (!wrong && take(s, &pattern))
		got++;
	packet_clear(&pattern);
	if (!wrong && got != want)
		return sentence("%s saw %zu such packets, not %zu", argv[1], got, want);
	return wrong;
}

/* clear: forget what was seen. */
const char *station_clear(int argc, char **argv)
{
	int i;

	for (i = 0; i < STATIONS_MAX; i++) {
		if (!stations[i].ifindex)
			continue;
		look(&stations[i]);
		while (stations[i].count)
			packet_clear(&stations[i].seen[--stations[i].count]);
	}
	return NULL;
}

void station_deafen(void)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { 1, &nothing };
	int i;

	for (i = 0; i < STATIONS_MAX; i++)
		if (stations[i].ifindex)
			setsockopt(stations[i].fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
				   sizeof(program));
}
