/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One conversation between two hosts' kernels.
 */
#ifndef TALK_H
#define TALK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct station;

enum outcome {
	OUTCOME_PASSED,		/* both ways */
	OUTCOME_RESET,		/* refused by a TCP reset */
	OUTCOME_PROHIBITED,	/* refused as administratively prohibited */
	OUTCOME_UNREACHABLE,	/* refused by another ICMP error */
	OUTCOME_SILENT,		/* nothing came back, and nothing reached the server */
	OUTCOME_ONEWAY,		/* it reached the server; no answer came back */
	OUTCOME_BROKEN,		/* it could not even be tried */
};

struct end {
	const struct station *at;
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} address;
	socklen_t size;
	int fd;
	uint32_t owed;	/* bytes sent to it that were not to arrive, and may later */
};

/**
 * struct talk - a conversation
 * @name: its name in reports
 * @proto: IPPROTO_TCP, UDP, UDPLITE or ICMP (an echo, of either family)
 * @client: begins
 * @server: answers; an echo needs no socket there
 * @asked: the address to which the client connects: the server's, or one that leads there
 * @peer: the client that the server saw; port 0 until it saw one
 * @as: the client that it is to see, if @as.size
 * @bytes: for each way, or 0 by default
 * @closed: nobody listens at the server's end
 * @listener: TCP's listening socket
 * @ident: identifier of an echo, another one in each conversation
 * @turn: number of the next datagram
 * @patience: milliseconds until an answer is given up
 */
struct talk {
	char name[32];
	int proto;
	struct end client, server;
	struct end asked, peer, as;
	size_t bytes;
	bool closed;
	int listener;
	uint16_t ident;
	uint32_t turn;
	int patience;
};

/** talk_parse() - read PROTO END END [OPTION...]; Return: NULL or what is wrong */
const char *talk_parse(struct talk *t, int argc, char **argv);

/** talk_begin() - make the sockets and send the first bytes; @why gets a remark */
enum outcome talk_begin(struct talk *t, const char **why);

/** talk_exchange() - @bytes each way; Return: NULL or what went wrong */
const char *talk_exchange(struct talk *t, size_t bytes);

/** talk_seen() - did the server see @as, whose port may be 0? Return: NULL, or what it saw */
const char *talk_seen(const struct talk *t, const struct end *as);

/** talk_unheard() - send something that must not arrive within quiet_ms */
const char *talk_unheard(struct talk *t, struct end *from, struct end *to);

/** talk_wait() - poll; Return: whether one of @events happened by @until */
bool talk_wait(int fd, short events, long long until);

void talk_end(struct talk *t);

#endif
