// SPDX-License-Identifier: GPL-2.0
/* Commands about conversations. */
#include "talk.h"
#include "packet.h"
#include "play.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TALKS_MAX 64

static struct talk talks[TALKS_MAX];

static const struct {
	const char *name;
	enum outcome outcome;
} outcomes[] = {
	{ "passed", OUTCOME_PASSED },
	{ "reset", OUTCOME_RESET },
	{ "prohibited", OUTCOME_PROHIBITED },
	{ "unreachable", OUTCOME_UNREACHABLE },
	{ "silent", OUTCOME_SILENT },
	{ "oneway", OUTCOME_ONEWAY },
	{ "broken", OUTCOME_BROKEN },
};

static const char *outcome_name(enum outcome outcome)
{
	return outcomes[outcome].name;
}

static const char *parse_address(struct end *e, const char *word)
{
	uint8_t address[16] = {};
	uint16_t port = 0;
	bool has_port;
	int family;

	e->fd = -1;
	if (!packet_address(word, &family, address, &port, &has_port) || family == AF_UNSPEC)
		return sentence("'%s' is not ADDRESS[,PORT]", word);
	e->address.sa.sa_family = family;
	if (family == AF_INET6) {
		e->size = sizeof(e->address.in6);
		memcpy(&e->address.in6.sin6_addr, address, 16);
		e->address.in6.sin6_port = htons(port);
	} else {
		e->size = sizeof(e->address.in);
		memcpy(&e->address.in.sin_addr, address, 4);
		e->address.in.sin_port = htons(port);
	}
	return NULL;
}

static const char *parse_end(struct end *e, char **argv)
{
	e->at = station_find(argv[0]);
	return e->at ? parse_address(e, argv[1]) : sentence("no station '%s'", argv[0]);
}

static const char *parse_option(struct talk *t, const char *word)
{
	char *end;

	if (!strcmp(word, "closed")) {
		t->closed = true;
		return NULL;
	}
	if (!strncmp(word, "via=", 4))
		return parse_address(&t->asked, word + 4);
	if (!strncmp(word, "as=", 3))
		return parse_address(&t->as, word + 3);
	t->bytes = strtoul(word, &end, 10);
	return *end ? sentence("'%s' is not via=, as=, closed or BYTES", word) : NULL;
}

const char *talk_parse(struct talk *t, int argc, char **argv)
{
	static uint16_t ident;
	const char *wrong;
	int i;

	memset(t, 0, sizeof(*t));
	t->ident = getpid() + ++ident;
	t->listener = -1;
	t->patience = wait_ms;
	if (argc < 5)
		return "PROTO STATION ADDRESS STATION ADDRESS";
	t->proto = !strcmp(argv[0], "tcp") ? IPPROTO_TCP :
		!strcmp(argv[0], "udp") ? IPPROTO_UDP :
		!strcmp(argv[0], "udplite") ? IPPROTO_UDPLITE :
		!strcmp(argv[0], "ping") ? IPPROTO_ICMP : -1;
	if (t->proto < 0)
		return sentence("'%s' is not tcp, udp, udplite or ping", argv[0]);
	wrong = parse_end(&t->client, argv + 1);
	if (!wrong)
		wrong = parse_end(&t->server, argv + 3);
	t->asked = t->server;
	t->peer = t->client;
	for (i = 5; !wrong && i < argc; i++)
		wrong = parse_option(t, argv[i]);
	return wrong;
}

static struct talk *find(const char *name)
{
	int i;

	for (i = 0; i < TALKS_MAX; i++)
		if (!strcmp(talks[i].name, name))
			return &talks[i];
	return NULL;
}

static const char *finish_tcp(struct talk *t)
{
	long long until = now_ms() + wait_ms;
	char byte;

	shutdown(t->client.fd, SHUT_WR);
	if (!talk_wait(t->server.fd, POLLIN, until) || recv(t->server.fd, &byte, 1, 0))
		return "the server did not see the client's FIN";
	shutdown(t->server.fd, SHUT_WR);
	if (!talk_wait(t->client.fd, POLLIN, until) || recv(t->client.fd, &byte, 1, 0))
		return "the client did not see the server's FIN";
	return NULL;
}

/* Both ways, and the client that the server is to see. */
static const char *begin_as(struct talk *t)
{
	enum outcome outcome;
	const char *why;

	outcome = talk_begin(t, &why);
	if (outcome != OUTCOME_PASSED)
		return sentence("%s: %s", outcome_name(outcome), why);
	return t->as.size ? talk_seen(t, &t->as) : NULL;
}

/* talk PROTO END END [OPTION...] */
const char *talk_pass(int argc, char **argv)
{
	const char *wrong;
	struct talk t;

	wrong = talk_parse(&t, argc, argv);
	if (wrong)
		return wrong;
	wrong = begin_as(&t);
	if (!wrong && (t.proto == IPPROTO_TCP || t.bytes))
		wrong = talk_exchange(&t, t.bytes ? t.bytes : 1000);
	if (!wrong && t.proto == IPPROTO_TCP)
		wrong = finish_tcp(&t);
	talk_end(&t);
	return wrong;
}

/* refused HOW PROTO END END [OPTION...] */
const char *talk_refused(int argc, char **argv)
{
	enum outcome want = OUTCOME_BROKEN, outcome;
	const char *why, *wrong;
	struct talk t;
	size_t i;

	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (!strcmp(argv[0], outcomes[i].name))
			want = outcomes[i].outcome;
	wrong = talk_parse(&t, argc - 1, argv + 1);
	if (wrong)
		return wrong;
	if (!strcmp(argv[0], "closed")) {
		t.closed = true;
		want = OUTCOME_UNREACHABLE;
	}
	if (want == OUTCOME_SILENT || want == OUTCOME_ONEWAY)
		t.patience = quiet_ms;
	outcome = talk_begin(&t, &why);
	if (outcome != want)
		wrong = sentence("%s instead of %s: %s", outcome_name(outcome), argv[0], why);
	else if (t.listener >= 0 && want != OUTCOME_ONEWAY && talk_wait(t.listener, POLLIN, 0))
		wrong = "the server accepted it";
	talk_end(&t);
	return wrong;
}

/* open NAME PROTO END END [OPTION...] */
const char *talk_open(int argc, char **argv)
{
	struct talk *t = find(argv[0]);
	const char *wrong;

	if (t)
		return sentence("'%s' is open", argv[0]);
	t = find("");
	if (!t)
		return "too many are open";
	wrong = talk_parse(t, argc - 1, argv + 1);
	if (wrong)
		return wrong;
	wrong = begin_as(t);
	if (wrong) {
		talk_end(t);
		return wrong;
	}
	snprintf(t->name, sizeof(t->name), "%s", argv[0]);
	return NULL;
}

static const char *none_open(const char *name)
{
	return sentence("nothing called '%s' is open", name);
}

/* say NAME [BYTES] */
const char *talk_say(int argc, char **argv)
{
	struct talk *t = find(argv[0]);

	if (!t)
		return none_open(argv[0]);
	return talk_exchange(t, argc > 1 ? strtoul(argv[1], NULL, 10) : 100);
}

/* seen NAME ADDRESS[,PORT] */
const char *talk_saw(int argc, char **argv)
{
	struct talk *t = find(argv[0]);
	const char *wrong;
	struct end as;

	if (!t)
		return none_open(argv[0]);
	wrong = parse_address(&as, argv[1]);
	return wrong ? wrong : talk_seen(t, &as);
}

/* lost NAME */
const char *talk_lost(int argc, char **argv)
{
	struct talk *t = find(argv[0]);

	return t ? talk_unheard(t, &t->client, &t->server) : none_open(argv[0]);
}

/* lostback NAME */
const char *talk_lost_back(int argc, char **argv)
{
	struct talk *t = find(argv[0]);

	return t ? talk_unheard(t, &t->server, &t->client) : none_open(argv[0]);
}

static void drop(struct talk *t)
{
	talk_end(t);
	memset(t, 0, sizeof(*t));
}

/* close NAME */
const char *talk_close(int argc, char **argv)
{
	struct talk *t = find(argv[0]);
	const char *wrong = NULL;

	if (!t)
		return none_open(argv[0]);
	if (t->proto == IPPROTO_TCP)
		wrong = finish_tcp(t);
	drop(t);
	return wrong;
}

/* reset NAME: by the client; the server sees it. */
const char *talk_reset(int argc, char **argv)
{
	struct linger now = { .l_onoff = 1 };
	struct talk *t = find(argv[0]);
	const char *wrong = NULL;
	char byte;

	if (!t)
		return none_open(argv[0]);
	setsockopt(t->client.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(t->client.fd);
	t->client.fd = -1;
	if (!talk_wait(t->server.fd, POLLIN, now_ms() + wait_ms) ||
	    recv(t->server.fd, &byte, 1, 0) >= 0 || errno != ECONNRESET)
		wrong = "the server did not see the reset";
	drop(t);
	return wrong;
}

/* In repair mode a socket closes without sending anything. */
static void vanish(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on));
}

/* forget NAME: as if both hosts had vanished. */
const char *talk_forget(int argc, char **argv)
{
	struct talk *t = find(argv[0]);

	if (!t)
		return none_open(argv[0]);
	if (t->proto == IPPROTO_TCP) {
		vanish(t->client.fd);
		vanish(t->server.fd);
	}
	drop(t);
	return NULL;
}
