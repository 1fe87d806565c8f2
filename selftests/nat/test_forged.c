// SPDX-License-Identifier: GPL-2.0
/*
 * What forged segments change: every sequence of up to four of them, from either side of an
 * established TCP connection. kmod/session/track_tcp.c runs between two ends of tcp_end.c.
 *
 * A forged segment is one of six kinds, comes from one of two sides, and has one of three
 * kinds of numbers: exact ones, ones that fit both windows, and ones that do not. The forger
 * sees nothing but the forged segments. So a second forged segment answers a first one if it
 * can: it acknowledges what that one sent.
 *
 * Each sequence is run with ends that answer and with ends whose answers are lost. A sequence
 * without an exact number may end nothing. Afterwards what the true ends send next has to
 * pass, and no reset with a number that the forger knows may close.
 */
#include <stdio.h>

#include "../classify/tap.h"
#include "tcp_case.h"
#include "session/window.h"

#define DEPTH		4
#define WINDOW		65535
#define INSIDE		40000		/* how far ahead a number is that fits */
#define OUTSIDE		0x40000000	/* and one that does not */

enum kind { IS_SYN, IS_SYN_ACK, IS_ACK, IS_RST, IS_RST_ACK, IS_FIN, KINDS };
enum numbers { EXACT, FITS, UNFIT, NUMBERS };

static const u8 flags_of[KINDS] = { SYN, SYN | ACK, ACK, RST, RST | ACK, FIN | ACK };
static const char *const kind_name[KINDS] = { "SYN", "SYN-ACK", "ACK", "RST", "RST-ACK", "FIN" };
static const char *const numbers_name[NUMBERS] = { "exact", "in window", "outside" };

/**
 * struct run - how all sequences are run once
 * @name: what it is
 * @ends_answer: the ends' answers arrive
 * @knows: the forger continues from earlier forged segments, and acknowledges them
 * @len: bytes of data in an ACK
 * @shift: of both ends' windows
 * @behind: numbers that fit are of data sent before, not of the next data
 */
struct run {
	const char *name;
	bool ends_answer;
	bool knows;
	u32 len;
	u8 shift;
	bool behind;
};

static const struct run runs[] = {
	{ "the ends answer", true, true, 1000, 0, false },
	{ "their answers are lost", false, true, 1000, 0, false },
	{ "their answers are lost, no data are forged", false, true, 0, 0, false },
	{ "their answers are lost, windows of 1 GiB", false, true, 1000, 14, false },
	{ "the ends answer, each number by itself", true, false, 1000, 0, false },
	{ "the ends answer, numbers that fit are of old data", true, false, 1000, 0, true },
};

/**
 * struct world - a connection with the router between
 * @s: the session of the router
 * @end: by the direction in which it sends
 * @forged: by side, by numbers: the number after the last forged segment, 0 if there is none
 * @said: kinds that were forged, one bit for each, by side, by numbers
 */
struct world {
	struct umbra_session s;
	struct tcp_end end[2];
	u32 forged[2][NUMBERS];
	u8 said[2][NUMBERS];
};

static const struct run *run;
static struct world start;

static bool router(struct umbra_session *s, int dir, const struct tcp_segment *g)
{
	return tcp_router(s, dir, g, run->shift);
}

/* A segment on its way to the end that @dir leads to; answers go back and forth. */
static bool deliver(struct world *w, int dir, struct tcp_segment g, bool answers)
{
	struct tcp_segment reply;
	bool passes = router(&w->s, dir, &g), on = passes;
	u32 i;

	for (i = 0; i < 8 && on; i++) {
		on = tcp_end_receive(&w->end[!dir], &g, &reply) && answers;
		if (!on)
			break;
		dir = !dir;
		g = reply;
		on = router(&w->s, dir, &g);
	}
	return passes;
}

/* An end sends its next data, and gets them acknowledged. */
static bool says(struct world *w, int dir)
{
	struct tcp_end *e = &w->end[dir];
	struct tcp_segment g = tcp_end_ack(e);

	g.len = TCP_UNIT;
	e->nxt += TCP_UNIT;
	return deliver(w, dir, g, true) && e->una == e->nxt;
}

static bool finishes(struct world *w, int dir)
{
	struct tcp_end *e = &w->end[dir];
	struct tcp_segment g = tcp_end_ack(e);

	g.flags |= FIN;
	e->nxt++;
	return deliver(w, dir, g, true) && w->end[!dir].fin_got && e->una == e->nxt;
}

/* No end has sent data yet. */
static struct world just_established(void)
{
	u32 window = WINDOW << run->shift;
	struct world w = { .s = tcp_session(UMBRA_STATE_OPENING) };

	w.end[C] = (struct tcp_end){
		.state = END_SYN_SENT, .iss = 999, .una = 999, .nxt = 1000, .rcv_wnd = window,
		.units = TCP_UNITS,
	};
	w.end[S] = (struct tcp_end){
		.state = END_LISTEN, .iss = 4999, .rcv_wnd = window, .units = TCP_UNITS,
	};
	deliver(&w, C, (struct tcp_segment){ .flags = SYN, .seq = 999, .win = WINDOW }, true);
	assert(w.s.state == UMBRA_STATE_ESTABLISHED);
	return w;
}

static struct world established(void)
{
	struct world w = just_established();

	says(&w, C);
	says(&w, S);
	assert(w.end[C].state == END_OPEN && w.end[S].state == END_OPEN);
	return w;
}

/* --- Forging ------------------------------------------------------------------------ */

static u32 ahead(enum numbers numbers)
{
	if (numbers == EXACT)
		return 0;
	if (numbers == FITS)
		return run->behind ? 0U - INSIDE : (u32)INSIDE << run->shift;
	return run->shift ? 0x80000000 : OUTSIDE;
}

static struct tcp_segment forge(const struct world *w, int side, enum kind kind,
				enum numbers numbers)
{
	const struct tcp_end *e = &start.end[side];
	struct tcp_segment g = {
		.flags = flags_of[kind], .len = kind == IS_ACK ? run->len : 0,
		.win = WINDOW << run->shift, .seq = e->nxt + ahead(numbers),
		.ack = numbers == FITS ? e->rcv_nxt - 1 : e->rcv_nxt + ahead(numbers),
	};

	if (numbers == EXACT || !run->knows)
		return g;
	if (w->forged[side][numbers])
		g.seq = w->forged[side][numbers];
	if (w->forged[!side][numbers])
		g.ack = w->forged[!side][numbers];
	return g;
}

static bool inject(struct world *w, int side, enum kind kind, enum numbers numbers)
{
	struct tcp_segment g = forge(w, side, kind, numbers);

	w->forged[side][numbers] = tcp_segment_end(&g);
	w->said[side][numbers] |= 1 << kind;
	return deliver(w, side, g, run->ends_answer);
}

/* --- What has to hold --------------------------------------------------------------- */

static const char *fault;

static bool holds(bool ok, const char *what)
{
	if (!ok)
		fault = what;
	return ok;
}

/* A reset with any number that the forger knows. */
static bool resists_resets(const struct world *w)
{
	u32 i, off;

	for (i = 0; i < 12; i++) {
		int side = i & 1;
		u32 number = w->forged[i >> 1 & 1][1 + (i >> 2) % 2];

		for (off = 0; number && off < 2; off++) {
			struct tcp_segment g = { .flags = RST, .seq = number - off };
			struct umbra_session s = w->s;

			router(&s, side, &g);
			if (!holds(s.state == UMBRA_STATE_ESTABLISHED, "a blind reset closes"))
				return false;
		}
	}
	return true;
}

/* An error that quotes what cannot have been sent is not believed either, even if that was forged. */
static bool resists_quotes(const struct world *w)
{
	struct umbra_session s = w->s;
	int side;

	for (side = 0; side < 2; side++) {
		u32 number = w->forged[side][UNFIT], off;

		for (off = 0; number && off < 2; off++)
			if (!holds(!tcp_is_quotable(&s, side, number - off),
				   "what is forged can be quoted"))
				return false;
	}
	return true;
}

/* The client's, as it is @w's. */
static bool is_reset(struct world w)
{
	struct tcp_segment g = { .flags = RST, .seq = w.end[C].nxt };

	deliver(&w, C, g, true);
	return w.s.state == UMBRA_STATE_CLOSED;
}

/* The true ends go on, and their last segments are seen. */
static bool goes_on(const struct world *w)
{
	struct world v = *w;

	if (!holds(says(&v, C) && says(&v, S) && says(&v, C), "a true segment is refused"))
		return false;
	if (!holds(v.s.state == UMBRA_STATE_ESTABLISHED, "it is over later"))
		return false;
	if (!holds(is_reset(v), "a true reset is not seen"))
		return false;
	return holds(finishes(&v, S) && finishes(&v, C) && v.s.state == UMBRA_STATE_CLOSED,
		     "a true end is not seen");
}

#define RESETS	(1 << IS_RST | 1 << IS_RST_ACK)
#define DATA	(1 << IS_ACK | 1 << IS_FIN)

/*
 * A forger who knows the exact number of a side may send data there, then data beyond a hole, and on
 * the other side an acknowledgement of these. Nobody between the ends can tell that from the truth.
 */
static bool may_have_said(const struct world *w, int side, u8 kinds)
{
	const u8 *said = w->said[side];

	return said[EXACT] & kinds ||
	       (said[EXACT] & DATA && said[FITS] & kinds && w->said[!side][FITS] & DATA);
}

/* The session moved no further than the exact segments can have moved it. */
static bool is_due(const struct world *w)
{
	bool reset = may_have_said(w, C, RESETS) || may_have_said(w, S, RESETS);
	bool fin_c = may_have_said(w, C, 1 << IS_FIN), fin_s = may_have_said(w, S, 1 << IS_FIN);

	if (w->s.state == UMBRA_STATE_CLOSED)
		return holds(reset || (fin_c && fin_s), "closed, and nothing exact closes");
	if (w->s.state == UMBRA_STATE_CLOSING)
		return holds(fin_c || fin_s, "closing, and no FIN is exact");
	return holds(w->s.state == UMBRA_STATE_ESTABLISHED, "another state");
}

static bool is_blind(const struct world *w)
{
	return !w->said[C][EXACT] && !w->said[S][EXACT];
}

static bool stands(const struct world *w)
{
	if (!is_blind(w))
		return is_due(w);
	return holds(w->s.state == UMBRA_STATE_ESTABLISHED, "it is over") &&
	       holds(w->end[C].state == END_OPEN && w->end[S].state == END_OPEN,
		     "an end is over") &&
	       resists_resets(w) && resists_quotes(w) && goes_on(w);
}

/* --- All sequences ------------------------------------------------------------------ */

static u32 sequences, blind, ended;
static u8 chosen[DEPTH];

static void print_sequence(u32 depth)
{
	u32 i;

	printf("# %s: %s:", run->name, fault);
	for (i = 0; i <= depth; i++)
		printf(" %c:%s(%s)", chosen[i] % 2 ? 'S' : 'C', kind_name[chosen[i] / 2 % KINDS],
		       numbers_name[chosen[i] / 2 / KINDS]);
	puts("");
}

static u32 try_all(const struct world *before, u32 depth)
{
	u32 faults = 0;
	u8 symbol;

	for (symbol = 0; symbol < 2 * KINDS * NUMBERS; symbol++) {
		struct world w = *before;

		chosen[depth] = symbol;
		inject(&w, symbol % 2, symbol / 2 % KINDS, symbol / 2 / KINDS);
		sequences++;
		blind += is_blind(&w);
		if (!is_blind(&w))
			ended += w.s.state != UMBRA_STATE_ESTABLISHED;
		if (!stands(&w)) {
			if (faults++ < 1)
				print_sequence(depth);
			continue;	/* what begins with it is no better */
		}
		if (depth + 1 < DEPTH)
			faults += try_all(&w, depth + 1);
	}
	return faults;
}

/* --- Both ends begin again ---------------------------------------------------------- */

/* The client's challenge, which the router sends; see kmod/path/challenge.c. */
static bool is_challenged(struct world *w, const struct tcp_segment *answer)
{
	struct umbra_packet p = tcp_packet(answer, run->shift);
	struct umbra_segment probe;
	struct tcp_segment g, reply;

	if (!umbra_track_tcp_renewed(&w->s, &p))
		return false;
	probe = umbra_window_probe(&w->s, C);
	g = (struct tcp_segment){ .flags = probe.flags, .seq = probe.seq, .ack = probe.ack };
	return tcp_end_receive(&w->end[C], &g, &reply) && reply.flags & RST &&
	       router(&w->s, C, &reply) && w->s.state == UMBRA_STATE_CLOSED;
}

/* Both have lost the connection, and choose first numbers that fit its windows. */
static bool is_seen_to_begin_anew(int ahead_c, int ahead_s)
{
	struct world w = start;
	struct tcp_segment syn, answer;

	w.end[C] = (struct tcp_end){
		.state = END_SYN_SENT, .iss = start.end[C].nxt + ahead_c,
		.nxt = start.end[C].nxt + ahead_c + 1, .rcv_wnd = WINDOW,
	};
	w.end[S] = (struct tcp_end){
		.state = END_LISTEN, .iss = start.end[S].nxt + ahead_s, .rcv_wnd = WINDOW,
	};
	syn = (struct tcp_segment){ .flags = SYN, .seq = w.end[C].iss, .win = WINDOW };
	if (!router(&w.s, C, &syn) || !tcp_end_receive(&w.end[S], &syn, &answer))
		return false;
	return !router(&w.s, S, &answer) && is_challenged(&w, &answer);
}

static bool are_seen_to_begin_anew(void)
{
	static const int ahead[] = { -INSIDE, -2, 0, 1, INSIDE, OUTSIDE };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ahead) * ARRAY_SIZE(ahead); i++)
		if (!is_seen_to_begin_anew(ahead[i % ARRAY_SIZE(ahead)],
					   ahead[i / ARRAY_SIZE(ahead)]))
			return false;
	return true;
}

/* The server's SYN passes again, after a forged SYN and after a late copy of the client's. */
static bool repeats_its_answer(void)
{
	struct world w = just_established();
	struct tcp_segment forged = { .flags = SYN, .seq = 777777, .win = WINDOW };
	struct tcp_segment late = { .flags = SYN, .seq = 999, .win = WINDOW };
	struct tcp_segment answer = {
		.flags = SYN | ACK, .seq = 4999, .ack = 1000, .win = WINDOW,
	};

	return router(&w.s, C, &forged) && router(&w.s, S, &answer) && router(&w.s, C, &late) &&
	       router(&w.s, S, &answer) && w.s.state == UMBRA_STATE_ESTABLISHED;
}

/* The effect of a single segment, for Documentation/sessions.md. */
static void print_row(enum kind kind)
{
	enum numbers numbers;

	printf("# | %s |", kind_name[kind]);
	for (numbers = EXACT; numbers < NUMBERS; numbers++) {
		struct world c = start, s = start;
		bool passes[2] = { inject(&c, C, kind, numbers), inject(&s, S, kind, numbers) };
		bool moves = c.s.state != UMBRA_STATE_ESTABLISHED;

		printf(" %s%s |", passes[0] && passes[1] ? "passes" : passes[0] ?
		       "the client's passes" : passes[1] ? "the server's passes" : "dropped",
		       !moves ? "" : c.s.state == UMBRA_STATE_CLOSED ? ", `closed`" :
		       ", `closing`");
	}
	puts("");
}

int main(void)
{
	enum kind kind;
	u32 faults = 0;

	for (run = runs; run < runs + ARRAY_SIZE(runs); run++) {
		start = established();
		sequences = blind = ended = 0;
		faults += try_all(&start, 0);
		printf("# %s: %u sequences, %u of them without an exact number; %u end it\n",
		       run->name, sequences, blind, ended);
	}
	tap_ok(!faults, "forged: no sequence of four blind segments ends or moves a connection");
	run = runs;
	start = established();
	tap_ok(are_seen_to_begin_anew(),
	       "forged: a client that starts again with numbers that fit is challenged like any other");
	tap_ok(repeats_its_answer(),
	       "forged: a server may repeat its answer to a SYN, even after a forged SYN");
	for (kind = IS_SYN; kind < KINDS; kind++)
		print_row(kind);
	return tap_done();
}
