// SPDX-License-Identifier: GPL-2.0
/* Conversations: making the sockets, and exchanging bytes. */
#include "play.h"
#include "talk.h"

#include "packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool talk_wait(int fd, short events, long long until)
{
	struct pollfd pfd = { fd, events, 0 };
	long long left = until - now_ms();

	return poll(&pfd, 1, left > 0 ? left : 0) > 0;
}

/* --- Sockets ------------------------------------------------------------------------ */

static int open_end(const struct end *e, int type, int proto)
{
	bool v6 = e->address.sa.sa_family == AF_INET6;
	int on = 1, fd;

	if (!station_enter(e->at))
		return -1;
	fd = socket(e->address.sa.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, proto);
	station_leave();
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (v6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	else
		setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	if (bind(fd, &e->address.sa, e->size)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The ICMP error in the socket's error queue; OUTCOME_BROKEN if there is none. */
static enum outcome icmp_error(int fd)
{
	uint8_t data[256];
	union {
		struct cmsghdr align;
		char bytes[512];
	} control;
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	const struct sock_extended_err *ee;
	struct cmsghdr *c;

	if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return OUTCOME_BROKEN;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		ee = (const struct sock_extended_err *)CMSG_DATA(c);
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR)
			return ee->ee_origin == SO_EE_ORIGIN_ICMP && ee->ee_type == 3 &&
				ee->ee_code == 13 ? OUTCOME_PROHIBITED : OUTCOME_UNREACHABLE;
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR)
			return ee->ee_origin == SO_EE_ORIGIN_ICMP6 && ee->ee_type == 1 &&
				ee->ee_code == 1 ? OUTCOME_PROHIBITED : OUTCOME_UNREACHABLE;
	}
	return OUTCOME_BROKEN;
}

/* send() failed at once, and nothing was sent. */
static enum outcome send_refused(void)
{
	return errno == EPERM || errno == EACCES ? OUTCOME_PROHIBITED : OUTCOME_BROKEN;
}

/* --- Beginning ---------------------------------------------------------------------- */

static enum outcome begin_tcp(struct talk *t, const char **why)
{
	long long until;
	int error = 0;
	socklen_t size = sizeof(error);
	enum outcome told;

	if (!t->closed)
		t->listener = open_end(&t->server, SOCK_STREAM, 0);
	t->client.fd = open_end(&t->client, SOCK_STREAM, 0);
	if (t->client.fd < 0 || (!t->closed && listen(t->listener, 8))) {
		*why = sentence("socket: %s", strerror(errno));
		return OUTCOME_BROKEN;
	}
	if (connect(t->client.fd, &t->asked.address.sa, t->asked.size) &&
	    errno != EINPROGRESS) {
		*why = sentence("connect: %s", strerror(errno));
		return send_refused();
	}
	until = now_ms() + t->patience;
	if (!talk_wait(t->client.fd, POLLOUT, until)) {
		*why = "no answer to the SYN";
		return OUTCOME_SILENT;
	}
	getsockopt(t->client.fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		*why = sentence("connect: %s", strerror(error));
		told = icmp_error(t->client.fd);
		if (told != OUTCOME_BROKEN)
			return told;
		return error == ECONNREFUSED ? OUTCOME_RESET :
			error == EACCES ? OUTCOME_PROHIBITED : OUTCOME_UNREACHABLE;
	}
	if (t->closed || !talk_wait(t->listener, POLLIN, until)) {
		*why = "the handshake did not reach its end";
		return OUTCOME_ONEWAY;
	}
	t->server.fd = accept4(t->listener, &t->peer.address.sa, &t->peer.size,
			       SOCK_NONBLOCK | SOCK_CLOEXEC);
	return OUTCOME_PASSED;
}

static enum outcome begin_udp(struct talk *t, const char **why)
{
	if (!t->closed)
		t->server.fd = open_end(&t->server, SOCK_DGRAM, t->proto);
	t->client.fd = open_end(&t->client, SOCK_DGRAM, t->proto);
	if ((t->server.fd < 0 && !t->closed) || t->client.fd < 0 ||
	    connect(t->client.fd, &t->asked.address.sa, t->asked.size)) {
		*why = sentence("socket: %s", strerror(errno));
		return OUTCOME_BROKEN;
	}
	return OUTCOME_PASSED;
}

static enum outcome begin_echo(struct talk *t, const char **why)
{
	bool v6 = t->client.address.sa.sa_family == AF_INET6;

	t->client.fd = open_end(&t->client, SOCK_RAW, v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	if (t->client.fd < 0 ||
	    connect(t->client.fd, &t->asked.address.sa, t->asked.size)) {
		*why = sentence("socket: %s", strerror(errno));
		return OUTCOME_BROKEN;
	}
	return OUTCOME_PASSED;
}

/* --- Words to and fro --------------------------------------------------------------- */

static uint8_t words[PACKET_MAX];

static void make_words(uint32_t turn, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		words[i] = turn + i * 7;
	if (bytes >= sizeof(turn))
		memcpy(words, &turn, sizeof(turn));
}

/*
 * Waits for the datagram in @words at @e, and skips older ones, which were given
 * up. An ICMP error at @complainer, which may be @e itself, ends it too. @from, if
 * given, gets the sender's address.
 */
static enum outcome hear_datagram(struct end *e, size_t bytes, long long until,
				  struct end *complainer, struct end *from)
{
	static uint8_t heard[PACKET_MAX];
	socklen_t size = sizeof(from->address);
	struct pollfd pfd[2] = { { e->fd, POLLIN, 0 }, { complainer->fd, 0, 0 } };
	enum outcome told;
	long long left;
	ssize_t n;

	do {
		left = until - now_ms();
		if (poll(pfd, 2, left > 0 ? left : 0) <= 0)
			continue;
		if (pfd[1].revents & POLLERR) {
			told = icmp_error(complainer->fd);
			if (told != OUTCOME_BROKEN)
				return told;
		}
		n = recvfrom(e->fd, heard, sizeof(heard), 0,
			     from ? &from->address.sa : NULL, from ? &size : NULL);
		if (n == (ssize_t)bytes && !memcmp(heard, words, bytes))
			return OUTCOME_PASSED;
	} while (now_ms() < until);
	return OUTCOME_SILENT;
}

static enum outcome exchange_udp(struct talk *t, size_t bytes, const char **why)
{
	enum outcome heard;

	make_words(++t->turn, bytes);
	if (send(t->client.fd, words, bytes, 0) < 0) {
		*why = sentence("send: %s", strerror(errno));
		heard = icmp_error(t->client.fd);
		return heard != OUTCOME_BROKEN ? heard : send_refused();
	}
	*why = "the server did not hear it";
	heard = hear_datagram(&t->server, bytes, now_ms() + t->patience, &t->client,
			      &t->peer);
	if (heard != OUTCOME_PASSED)
		return heard;
	make_words(++t->turn, bytes);
	if (sendto(t->server.fd, words, bytes, 0, &t->peer.address.sa, t->peer.size) < 0) {
		*why = sentence("the server's send: %s", strerror(errno));
		return OUTCOME_ONEWAY;
	}
	*why = "the client did not hear the answer";
	heard = hear_datagram(&t->client, bytes, now_ms() + t->patience, &t->server, NULL);
	return heard == OUTCOME_PASSED ? heard : OUTCOME_ONEWAY;
}

static enum outcome exchange_echo(struct talk *t, size_t bytes, const char **why)
{
	long long until = now_ms() + t->patience;
	bool v6 = t->client.address.sa.sa_family == AF_INET6;
	uint8_t echo[PACKET_MAX], heard[PACKET_MAX];
	uint16_t sum, ident = t->ident;
	size_t size = 8 + bytes, at;
	enum outcome told;
	ssize_t n;

	make_words(++t->turn, bytes);
	memset(echo, 0, 8);
	echo[0] = v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
	memcpy(echo + 4, &ident, 2);
	echo[6] = t->turn >> 8;
	echo[7] = t->turn;
	memcpy(echo + 8, words, bytes);
	sum = v6 ? 0 : packet_fold(packet_sum(echo, size, 0));
	echo[2] = sum >> 8;
	echo[3] = sum;
	if (send(t->client.fd, echo, size, 0) < 0) {
		*why = sentence("send: %s", strerror(errno));
		told = icmp_error(t->client.fd);
		return told != OUTCOME_BROKEN ? told : send_refused();
	}
	while (talk_wait(t->client.fd, POLLIN | POLLERR, until)) {
		n = recv(t->client.fd, heard, sizeof(heard), 0);
		if (n < 0) {
			told = icmp_error(t->client.fd);
			if (told != OUTCOME_BROKEN) {
				*why = "an ICMP error came";
				return told;
			}
			continue;
		}
		at = v6 ? 0 : (heard[0] & 15) * 4;
		if (n == (ssize_t)(at + size) && heard[at] == (v6 ? ICMP6_ECHO_REPLY : 0) &&
		    !memcmp(heard + at + 4, echo + 4, size - 4))
			return OUTCOME_PASSED;
	}
	*why = "no echo reply";
	return OUTCOME_SILENT;
}

/* The bytes of a conversation differ from those of any other. */
static uint8_t letter_of(const struct talk *t)
{
	return t->ident;
}

/* All @size bytes equal the first one, so they belong to one conversation. */
static bool is_one(const uint8_t *bytes, size_t size)
{
	return !memcmp(bytes, bytes + 1, size - 1);
}

/*
 * All of @bytes from one end to the other, reading while writing. Sends @letter, and writes
 * the received one into it.
 */
static const char *pour(struct end *from, struct end *to, size_t bytes, uint8_t *letter)
{
	static uint8_t block[65536], sends[65536];
	long long until = now_ms() + wait_ms;
	size_t sent = 0, heard = 0, want = bytes + to->owed;
	ssize_t n;

	memset(sends, *letter, sizeof(sends));
	while (heard < want) {
		n = sent < bytes ? send(from->fd, sends, bytes - sent < sizeof(sends) ?
					bytes - sent : sizeof(sends), 0) : 0;
		if (n < 0 && errno != EAGAIN)
			return sentence("send after %zu bytes: %s", sent, strerror(errno));
		sent += n > 0 ? n : 0;
		n = recv(to->fd, block, sizeof(block), 0);
		if (n == 0)
			return sentence("the end after %zu of %zu bytes", heard, want);
		if (n < 0 && errno != EAGAIN)
			return sentence("read after %zu bytes: %s", heard, strerror(errno));
		if (n > 0 && !to->owed && (!is_one(block, n) || (heard && block[0] != *letter)))
			return "bytes of another conversation";
		if (n > 0 && !to->owed)
			*letter = block[0];
		heard += n > 0 ? n : 0;
		if (n < 0 && now_ms() >= until)
			return sentence("%zu of %zu bytes arrived", heard, want);
		if (n < 0)
			talk_wait(to->fd, POLLIN, now_ms() + 20);
		else
			until = now_ms() + wait_ms;
	}
	to->owed = 0;
	return NULL;
}

/*
 * The server echoes what it received. It may have accepted a connection that its client has
 * given up, and then our client receives nothing. But what our client receives is its own.
 */
static const char *exchange_tcp(struct talk *t, size_t bytes)
{
	uint8_t letter = letter_of(t);
	const char *why = pour(&t->client, &t->server, bytes, &letter);

	if (!why)
		why = pour(&t->server, &t->client, bytes, &letter);
	return !why && letter != letter_of(t) ? "bytes of another conversation" : why;
}

const char *talk_exchange(struct talk *t, size_t bytes)
{
	const char *why = NULL;

	t->patience = wait_ms;
	if (t->proto == IPPROTO_TCP)
		return exchange_tcp(t, bytes);
	if (t->proto == IPPROTO_ICMP)
		return exchange_echo(t, bytes, &why) == OUTCOME_PASSED ? NULL : why;
	return exchange_udp(t, bytes, &why) == OUTCOME_PASSED ? NULL : why;
}

const char *talk_unheard(struct talk *t, struct end *from, struct end *to)
{
	struct end heard = t->client;
	const char *why;

	if (t->proto == IPPROTO_ICMP) {
		t->patience = quiet_ms;
		return exchange_echo(t, 56, &why) == OUTCOME_SILENT ? NULL :
			"it was answered";
	}
	if (t->proto == IPPROTO_TCP) {
		if (send(from->fd, "lost", 4, 0) == 4)
			to->owed += 4;
		return talk_wait(to->fd, POLLIN, now_ms() + quiet_ms) &&
			recv(to->fd, words, sizeof(words), MSG_PEEK) > 0 ?
			"it was heard" : NULL;
	}
	make_words(++t->turn, 32);
	if (from == &t->client)
		send(from->fd, words, 32, 0);
	else
		sendto(from->fd, words, 32, 0, &t->peer.address.sa, t->peer.size);
	return hear_datagram(to, 32, now_ms() + quiet_ms, to, &heard) == OUTCOME_PASSED ?
		"it was heard" : NULL;
}

static uint16_t port_of(const struct end *e)
{
	return ntohs(e->address.sa.sa_family == AF_INET6 ? e->address.in6.sin6_port :
							   e->address.in.sin_port);
}

static const void *address_of(const struct end *e)
{
	return e->address.sa.sa_family == AF_INET6 ? (const void *)&e->address.in6.sin6_addr :
						     &e->address.in.sin_addr;
}

const char *talk_seen(const struct talk *t, const struct end *as)
{
	int family = t->peer.address.sa.sa_family;
	char text[INET6_ADDRSTRLEN] = "?";

	if (as->address.sa.sa_family == family &&
	    !memcmp(address_of(as), address_of(&t->peer), family == AF_INET6 ? 16 : 4) &&
	    (!port_of(as) || port_of(as) == port_of(&t->peer)))
		return NULL;
	inet_ntop(family, address_of(&t->peer), text, sizeof(text));
	return sentence("the server saw %s,%u", text, port_of(&t->peer));
}

enum outcome talk_begin(struct talk *t, const char **why)
{
	enum outcome begun;

	*why = "";
	switch (t->proto) {
	case IPPROTO_TCP:
		return begin_tcp(t, why);
	case IPPROTO_ICMP:
		begun = begin_echo(t, why);
		return begun != OUTCOME_PASSED ? begun :
			exchange_echo(t, 56, why);
	default:
		begun = begin_udp(t, why);
		return begun != OUTCOME_PASSED ? begun :
			exchange_udp(t, 32, why);
	}
}

void talk_end(struct talk *t)
{
	if (t->client.fd >= 0)
		close(t->client.fd);
	if (t->server.fd >= 0)
		close(t->server.fd);
	if (t->listener >= 0)
		close(t->listener);
	t->client.fd = t->server.fd = t->listener = -1;
}
