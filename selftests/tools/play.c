// SPDX-License-Identifier: GPL-2.0
/*
 * play - acts as every host of a test's topology
 *
 * Reads commands, one a line, and answers each with lines that begin with "#" and then
 * "ok" or "fail". One process does everything. It enters each host's network namespace for the
 * moment in which it makes a socket there. So a test of a hundred packets costs no
 * more processes than a test of one. lib.sh drives it: `p COMMAND...`.
 *
 *	station NAME NETNS [INTERFACE MAC]	defines a host; MAC is the router's on that link
 *
 * by hand, PACKET as in packet.h:
 *	send STATION PACKET
 *	expect STATION PACKET		such a packet arrives
 *	none STATION PACKET		no such packet has arrived, and none does
 *	count NUMBER STATION PACKET	exactly so many arrive
 *	clear				forget what has arrived
 *
 * by the hosts' own kernels; PROTO is tcp, udp, udplite or ping, an END is STATION
 * ADDRESS[,PORT], the client's first:
 *	talk PROTO END END [OPTION...]	a whole conversation
 *	refused HOW PROTO END END [OPTION...]
 *					HOW: reset, prohibited, unreachable, silent, oneway;
 *					closed: unreachable, because nobody listens (UDP)
 *	open NAME PROTO END END [OPTION...]
 *					begin one that stays
 *	say NAME [BYTES]		both ways
 *	seen NAME ADDRESS[,PORT]	the client as the server sees it
 *	lost NAME, lostback NAME	the client's, the server's bytes do not arrive
 *	close NAME, reset NAME		as TCP does, and both ends see it
 *	forget NAME			drop it, whatever happens to it
 *
 * at random:
 *	turn COMMAND...			one more of the commands of `storm`
 *	storm SECONDS CPU		random turns on that CPU for SECONDS; then prints how often each
 *					succeeded, and why the others failed; arriving packets are not seen
 *
 *   OPTION: BYTES so many each way; via=ADDRESS[,PORT] what the client connects to in place
 *   of the server; as=ADDRESS[,PORT] the client that the server is to see, not for an echo; closed,
 *   nobody listens at the server
 *
 * Environment: UMBRA_WAIT_MS, how long to wait for what must come (5000); UMBRA_QUIET_MS,
 * how long to wait for what must not come (120).
 */
#include "play.h"

#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORDS_MAX 64

int wait_ms = 5000, quiet_ms = 120;

static const struct command {
	const char *name;
	int min;
	const char *(*run)(int argc, char **argv);
} commands[] = {
	{ "station", 2, station_new },
	{ "send", 4, station_send },
	{ "expect", 4, station_expect },
	{ "none", 4, station_none },
	{ "count", 5, station_count },
	{ "clear", 0, station_clear },
	{ "talk", 5, talk_pass },
	{ "refused", 6, talk_refused },
	{ "open", 6, talk_open },
	{ "say", 1, talk_say },
	{ "seen", 2, talk_saw },
	{ "lost", 1, talk_lost },
	{ "lostback", 1, talk_lost_back },
	{ "close", 1, talk_close },
	{ "reset", 1, talk_reset },
	{ "forget", 1, talk_forget },
	{ "turn", 1, turn_new },
	{ "storm", 2, turn_storm },
};

const char *sentence(const char *format, ...)
{
	/* One sentence may quote another. */
	static char texts[4][512];
	static unsigned int turn;
	char *text = texts[turn++ % 4];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(texts[0]), format, args);
	va_end(args);
	return text;
}

long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

const char *play_obey(char *line)
{
	char *words[WORDS_MAX], *save;
	int n = 0;
	size_t i;

	for (words[0] = strtok_r(line, " \t\n", &save); words[n] && n < WORDS_MAX - 1; )
		words[++n] = strtok_r(NULL, " \t\n", &save);
	if (!n)
		return NULL;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(words[0], commands[i].name))
			return n - 1 < commands[i].min ? "too few words" :
				commands[i].run(n - 1, words + 1);
	return "no such command";
}

static void read_ms(const char *name, int *to)
{
	const char *value = getenv(name);

	if (value && atoi(value) > 0)
		*to = atoi(value);
}

int main(void)
{
	const char *wrong;
	char line[4096];
	cpu_set_t one;

	read_ms("UMBRA_WAIT_MS", &wait_ms);
	read_ms("UMBRA_QUIET_MS", &quiet_ms);
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* veth delivers on the sender's CPU: on one CPU, packets stay in order. */
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);

	while (fgets(line, sizeof(line), stdin)) {
		wrong = play_obey(line);
		if (wrong)
			printf("# %s\nfail\n", wrong);
		else
			puts("ok");
		fflush(stdout);
	}
	return 0;
}
