// SPDX-License-Identifier: GPL-2.0
/*
 * What forged packets move of an SCTP association: every sequence of up to four of them,
 * from either side, without a tag of the association's. kmod/track_sctp.c stands between.
 *
 * Who forges knows what he has said himself: the initiate tag of an INIT or INIT ACK that he
 * has forged on one side is the tag of what he forges on the other. An end that gets an INIT
 * within an association answers it (RFC 9260 section 5.2.2), with a tag that he does not see,
 * or that answer is lost.
 *
 * A sequence may end nothing, and afterwards DATA with the association's own tags have to
 * pass both ways, and an end that restarts has to get through (5.2.4.1). There is one exception:
 * who forges the whole exchange, all four packets of it from both sides, is believed.
 */
#include <stdio.h>

#include "../classify/tap.h"
#include "skb.h"
#include "track.h"

#include <linux/umbra.h>

#define C	UMBRA_DIR_ORIGINAL
#define S	UMBRA_DIR_REPLY
#define DEPTH	4

/* Nobody outside knows these: initiate tags, by who has chosen them. */
static const u32 chosen_tag[2] = { 0x1111, 0x2222 };
#define RESTARTED	0x3333
#define ANSWERED	0x4444
#define WRONG		0x9999

enum tags { OWN, UNKNOWN, TAGS };

static const struct kind {
	const char *name;
	u16 chunks;
} kinds[] = {
	{ "INIT", UMBRA_SCTP_INIT },
	{ "INIT-ACK", UMBRA_SCTP_INIT_ACK },
	{ "COOKIE-ECHO", UMBRA_SCTP_COOKIE_ECHO },
	{ "COOKIE-ACK", UMBRA_SCTP_COOKIE_ACK },
	{ "ABORT", UMBRA_SCTP_ABORT },
	{ "ABORT-T", UMBRA_SCTP_ABORT | UMBRA_SCTP_REFLECTED },
	{ "SHUTDOWN", UMBRA_SCTP_SHUTDOWN },
	{ "SHUTDOWN-ACK", UMBRA_SCTP_SHUTDOWN_ACK },
	{ "SHUTDOWN-COMPLETE", UMBRA_SCTP_SHUTDOWN_COMPLETE },
	{ "HEARTBEAT", UMBRA_SCTP_HEARTBEAT },
	{ "DATA", 0 },
};

/**
 * struct world - an association with the router between
 * @s: as the router has it
 * @said: by side: the last initiate tag that was forged on it, or 0
 * @step: by who began it: how far a forged exchange has come, 4: it is whole
 */
struct world {
	struct umbra_session s;
	u32 said[2];
	u8 step[2];
};

static bool ends_answer;

static bool router(struct umbra_session *s, int dir, u16 chunks, u32 tag, u32 initiate)
{
	struct umbra_packet p = {
		.key.proto = IPPROTO_SCTP, .tag = tag, .initiate = initiate, .chunks = chunks,
		.tcp_flags = chunks ? UMBRA_SCTP_CONTROL : 0,
	};
	u8 state = s->state, why;

	why = umbra_track_sctp(s, dir, &p, &state);
	s->state = state;
	return !why;
}

/* 5.1: what @from sends carries the tag that the other end has chosen. */
static bool handshake(struct umbra_session *s, int from, u32 tag, u32 answer)
{
	return router(s, from, UMBRA_SCTP_INIT, 0, tag) &&
	       router(s, !from, UMBRA_SCTP_INIT_ACK, tag, answer) &&
	       router(s, from, UMBRA_SCTP_COOKIE_ECHO, answer, 0) &&
	       router(s, !from, UMBRA_SCTP_COOKIE_ACK, tag, 0) &&
	       router(s, from, 0, answer, 0) && router(s, !from, 0, tag, 0);
}

static struct world established(void)
{
	struct world w = { .s = { .life = UMBRA_LIVE, .state = UMBRA_STATE_OPENING } };
	bool ok = handshake(&w.s, C, chosen_tag[C], chosen_tag[S]);

	assert(ok && w.s.state == UMBRA_STATE_ESTABLISHED);
	return w;
}

/* The four packets of an exchange that @from began; in between there may be others. */
static void follow(struct world *w, int side, u16 chunks, enum tags tags)
{
	static const u16 steps[] = {
		UMBRA_SCTP_INIT, UMBRA_SCTP_INIT_ACK, UMBRA_SCTP_COOKIE_ECHO, UMBRA_SCTP_COOKIE_ACK,
	};
	int from;

	for (from = 0; from < 2; from++) {
		u8 step = w->step[from];
		bool in_turn = step < 4 && chunks == steps[step] && side == (step % 2 ? !from : from);

		if (in_turn && (!step || tags == OWN))
			w->step[from]++;
	}
}

static void inject(struct world *w, int side, const struct kind *k, enum tags tags)
{
	bool begins = k->chunks & (UMBRA_SCTP_INIT | UMBRA_SCTP_INIT_ACK);
	int whose = k->chunks & UMBRA_SCTP_REFLECTED ? side : !side;
	u32 tag = tags == OWN && w->said[whose] ? w->said[whose] : WRONG;
	u32 initiate = begins ? 0x7000 + side : 0;

	follow(w, side, k->chunks, tags);
	if (k->chunks & UMBRA_SCTP_INIT)
		tag = 0;
	if (begins)
		w->said[side] = initiate;
	if (router(&w->s, side, k->chunks, tag, initiate) && k->chunks & UMBRA_SCTP_INIT && ends_answer)
		router(&w->s, !side, UMBRA_SCTP_INIT_ACK, initiate, ANSWERED);
}

static const char *fault;

static bool holds(bool ok, const char *what)
{
	if (!ok)
		fault = what;
	return ok;
}

static bool stands(const struct world *w)
{
	struct umbra_session s = w->s;
	int dir;

	if (!holds(s.state == UMBRA_STATE_ESTABLISHED, "it is over"))
		return false;
	for (dir = 0; dir < 2; dir++)
		if (!holds(router(&s, dir, 0, chosen_tag[!dir], 0), "true data are refused"))
			return false;
	for (dir = 0; dir < 2; dir++) {
		struct umbra_session again = s;

		if (!holds(handshake(&again, dir, RESTARTED, RESTARTED + 1), "nobody can restart"))
			return false;
		if (!holds(router(&s, dir, UMBRA_SCTP_SHUTDOWN, chosen_tag[!dir], 0) &&
			   s.state == UMBRA_STATE_CLOSING, "a true end is not seen"))
			return false;
	}
	return true;
}

static u32 sequences, whole;
static u8 chosen[DEPTH];

static void print_sequence(u32 depth)
{
	u32 i;

	printf("# %s:", fault);
	for (i = 0; i <= depth; i++)
		printf(" %c:%s(%s)", chosen[i] % 2 ? 'S' : 'C',
		       kinds[chosen[i] / 2 % ARRAY_SIZE(kinds)].name,
		       chosen[i] / 2 / ARRAY_SIZE(kinds) == OWN ? "what he said" : "unknown");
	puts("");
}

static u32 try_all(const struct world *before, u32 depth)
{
	u32 faults = 0;
	u8 symbol;

	for (symbol = 0; symbol < 2 * ARRAY_SIZE(kinds) * TAGS; symbol++) {
		struct world w = *before;

		chosen[depth] = symbol;
		inject(&w, symbol % 2, &kinds[symbol / 2 % ARRAY_SIZE(kinds)],
		       symbol / 2 / ARRAY_SIZE(kinds));
		sequences++;
		if (w.step[C] == 4 || w.step[S] == 4) {
			whole++;
			continue;
		}
		if (!stands(&w)) {
			if (!faults++)
				print_sequence(depth);
			continue;
		}
		if (depth + 1 < DEPTH)
			faults += try_all(&w, depth + 1);
	}
	return faults;
}

int main(void)
{
	struct world start = established();
	u32 faults = 0;

	do {
		sequences = whole = 0;
		faults += try_all(&start, 0);
		printf("# the ends %s: %u sequences, %u of them a whole exchange\n",
		       ends_answer ? "answer" : "do not answer", sequences, whole);
		ends_answer = !ends_answer;
	} while (ends_answer);
	tap_ok(!faults, "sctp: no four packets without a tag end or move an association, but a whole exchange");
	return tap_done();
}
