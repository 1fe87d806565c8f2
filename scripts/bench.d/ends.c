// SPDX-License-Identifier: GPL-2.0
/*
 * The two ends of a transfer. They cost as little as the kernel allows, because only what
 * lies between them is to be measured. The sender sends pages that it never
 * writes to (sendfile), and the receiver discards bytes without copying them (MSG_TRUNC).
 *
 *	ends sink PORT				answer until killed
 *	ends bulk ADDRESS PORT MEGABYTES	one connection
 *	ends short ADDRESS PORT NUMBER		connections of 1 KB each, WORKERS at a time
 *
 * The sink closes when its client has, and a client is done when the sink has closed: by
 * then every byte has arrived. Exit status 0 if that happened, each time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK		(1 << 20)
#define SHORT_BYTES	1024
#define WORKERS		8

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static struct sockaddr_in place(const char *address, const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };

	inet_pton(AF_INET, address, &at.sin_addr);
	return at;
}

/* --- The server's end ----------------------------------------------------------------- */

/* Return: whether more may come. */
static int discard(int fd)
{
	static char nothing[1];
	ssize_t n;

	do
		n = recv(fd, nothing, BLOCK, MSG_TRUNC | MSG_DONTWAIT);
	while (n > 0);
	return n < 0 && errno == EAGAIN;
}

static void accept_all(int epoll, int listener)
{
	struct epoll_event event = { .events = EPOLLIN };

	while ((event.data.fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
		epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
}

static int sink(const char *port)
{
	struct sockaddr_in at = place("0.0.0.0", port);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int epoll = epoll_create1(0), n;
	struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, ready[64];

	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 1024) ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event))
		return fail("sink");
	while ((n = epoll_wait(epoll, ready, 64, -1)) > 0 || errno == EINTR)
		for (int i = 0; i < n; i++) {
			if (ready[i].data.fd == listener)
				accept_all(epoll, listener);
			else if (!discard(ready[i].data.fd))
				close(ready[i].data.fd);
		}
	return fail("epoll_wait");
}

/* --- The client's end ----------------------------------------------------------------- */

static int send_all(int fd, int data, size_t bytes)
{
	while (bytes) {
		off_t start = 0;
		ssize_t n = sendfile(fd, data, &start, bytes < BLOCK ? bytes : BLOCK);

		if (n <= 0)
			return fail("sendfile");
		bytes -= n;
	}
	return 0;
}

/* One connection, from its SYN until the other end has closed it. */
static int converse(const struct sockaddr_in *at, int data, size_t bytes)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), err = 1;
	char answer;

	if (connect(fd, (const struct sockaddr *)at, sizeof(*at)))
		fail("connect");
	else if (!send_all(fd, data, bytes) && !shutdown(fd, SHUT_WR))
		err = recv(fd, &answer, 1, 0) ? fail("recv") : 0;
	close(fd);
	return err;
}

static int repeat(const struct sockaddr_in *at, int data, int number)
{
	int err = 0;

	while (!err && number-- > 0)
		err = converse(at, data, SHORT_BYTES);
	return err;
}

static int workers(const struct sockaddr_in *at, int data, int number)
{
	int status, failed = 0;

	for (int i = 0; i < WORKERS; i++)
		if (fork() == 0)
			_exit(repeat(at, data, (number + i) / WORKERS));
	while (wait(&status) > 0)
		failed |= status;
	return !!failed;
}

static int make_data(void)
{
	static char block[BLOCK];
	int fd = memfd_create("bytes", 0);

	memset(block, 'x', BLOCK);
	return fd >= 0 && write(fd, block, BLOCK) == BLOCK ? fd : -1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in at;
	int data;

	if (argc == 3 && !strcmp(argv[1], "sink"))
		return sink(argv[2]);
	if (argc != 5)
		return 2;
	at = place(argv[2], argv[3]);
	data = make_data();
	if (data < 0)
		return fail("memfd_create");
	if (!strcmp(argv[1], "short"))
		return workers(&at, data, atoi(argv[4]));
	return converse(&at, data, (size_t)atoi(argv[4]) << 20);
}
