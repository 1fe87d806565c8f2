// SPDX-License-Identifier: GPL-2.0
/*
 * Windows: random conversations of two ends (tcp_end.c) with kmod/session/track_tcp.c between them.
 * Links before it and behind it lose, duplicate and reorder. Every segment of the ends passes, and
 * may be quoted by an ICMP error while it is in flight. The session's view of the
 * connection is right: it closes when both have sent their FIN, and not before.
 *
 * In half of the conversations somebody forges segments: on one of the sides with numbers that
 * fit, and on both sides with numbers that do not. In others the session begins in
 * mid-stream, or is probed.
 *
 * UMBRA_FUZZ_SEED: the seed of the random numbers, 1 by default.
 */
#include "../classify/tap.h"
#include "random.h"
#include "tcp_case.h"

#define CONVERSATIONS	10000
#define STEPS		6000
#define QUEUE		64

/* The links that segments are on. */
struct link {
	u32 nr;
	struct tcp_segment segment[QUEUE];
};

/**
 * struct world - a conversation
 * @s: the session of the router
 * @end: by the direction in which it sends
 * @before: links to the router, by direction
 * @behind: links from the router
 * @shift: of each end's windows
 * @loss: one of @loss segments is lost on each link, and one of @loss comes twice
 * @forger: the side whose windows the forger hits, or -1 without a forger
 * @picked_up: the session has not seen the beginning
 */
struct world {
	struct umbra_session s;
	struct tcp_end end[2];
	struct link before[2], behind[2];
	u8 shift[2];
	u32 loss;
	int forger;
	bool picked_up;
};

static u32 passed, refused, forged, states[UMBRA_STATE_MAX + 1];
static const char *fault;

static bool holds(bool ok, const char *what)
{
	if (!ok && !fault)
		fault = what;
	return ok;
}

/* --- Links -------------------------------------------------------------------------- */

static void put(const struct world *w, struct link *link, struct tcp_segment g)
{
	u32 times = !below(w->loss) ? 0 : !below(w->loss) ? 2 : 1;

	while (times-- && link->nr < QUEUE)
		link->segment[link->nr++] = g;
}

/* Most arrive in the order in which they were sent. */
static struct tcp_segment take(const struct world *w, struct link *link)
{
	u32 i = below(w->loss) ? 0 : below(link->nr);
	struct tcp_segment g = link->segment[i];

	link->nr--;
	memmove(&link->segment[i], &link->segment[i + 1], (link->nr - i) * sizeof(g));
	return g;
}

/* --- The router --------------------------------------------------------------------- */

static bool router(struct world *w, int dir, const struct tcp_segment *g)
{
	struct umbra_session before = w->s;
	bool passes = tcp_router(&w->s, dir, g, w->shift[dir]);

	if (!passes)
		holds(!memcmp(&w->s, &before, sizeof(before)),
		      "what was refused has changed the session");
	states[w->s.state]++;
	passed += passes;
	refused += !passes;
	return passes;
}

static bool can_be_quoted(struct world *w, int dir, u32 seq)
{
	return tcp_is_quotable(&w->s, dir, seq);
}

static bool is_known(const struct world *w)
{
	return (w->s.flags & UMBRA_SESSION_SYNS) == UMBRA_SESSION_SYNS;
}

static bool route(struct world *w, int dir)
{
	struct tcp_segment g = take(w, &w->before[dir]);

	/* Only a segment with ACK alone picks a session up. */
	if (w->picked_up && !is_known(w) && g.flags != ACK)
		return true;
	if (!holds(router(w, dir, &g), "a true segment is refused")) {
		printf("# %c flags %x seq %u ack %u, from the first ones; picked up: %d\n",
		       dir == C ? 'C' : 'S', g.flags, g.seq - w->end[dir].iss,
		       g.ack - w->end[!dir].iss, w->picked_up);
		return false;
	}
	if (is_known(w) && !w->picked_up) {
		if (!holds(can_be_quoted(w, dir, g.seq), "what was sent cannot be quoted") ||
		    !holds(!can_be_quoted(w, dir, g.seq + (1u << 31)), "anything can be quoted"))
			return false;
	}
	put(w, &w->behind[dir], g);
	return true;
}

/* --- The ends ----------------------------------------------------------------------- */

static void receive(struct world *w, int dir)
{
	struct tcp_segment g = take(w, &w->behind[dir]), reply;

	if (tcp_end_receive(&w->end[!dir], &g, &reply))
		put(w, &w->before[!dir], reply);
}

static u32 unit_at(const struct tcp_end *e, u32 number)
{
	return (number - e->iss - 1) / TCP_UNIT;
}

/* One that was not acknowledged: the first that the other end has not received. */
static void send_again(struct world *w, int dir)
{
	struct tcp_end *e = &w->end[dir];
	u32 nr;

	for (nr = unit_at(e, e->una); nr <= e->units; nr++) {
		struct tcp_segment g = tcp_end_unit(e, nr);

		if ((s32)(tcp_segment_end(&g) - e->nxt) > 0)
			return;
		if (w->end[!dir].got[nr] && below(8))
			continue;
		put(w, &w->before[dir], g);
		return;
	}
}

static void send_new(struct world *w, int dir)
{
	struct tcp_end *e = &w->end[dir];
	u32 nr = unit_at(e, e->nxt);
	struct tcp_segment g = tcp_end_unit(e, nr);

	if (nr > e->units || e->nxt == e->iss + 1 + e->units * TCP_UNIT + 1)
		return;
	if (tcp_segment_end(&g) - e->una > e->max_wnd)
		return;
	e->nxt = tcp_segment_end(&g);
	put(w, &w->before[dir], g);
}

static void speak(struct world *w, int dir)
{
	struct tcp_end *e = &w->end[dir];

	if (e->state == END_SYN_SENT)
		put(w, &w->before[dir], (struct tcp_segment){
			.flags = SYN, .seq = e->iss, .win = tcp_end_syn_window(e),
		});
	if (e->state != END_OPEN)
		return;
	switch (below(4)) {
	case 0:
		put(w, &w->before[dir], tcp_end_ack(e));
		break;
	case 1:
		send_again(w, dir);
		break;
	default:
		send_new(w, dir);
	}
}

/* --- The forger --------------------------------------------------------------------- */

/* Never a number of the ends' own: those are multiples of a unit. */
static struct tcp_segment some_forged(struct world *w, int dir)
{
	static const u8 kinds[] = { SYN, SYN | ACK, ACK, ACK, ACK, RST, RST | ACK, FIN | ACK };
	const struct tcp_end *e = &w->end[dir];
	bool fits = dir == w->forger && below(2);
	struct tcp_segment g = {
		.flags = kinds[below(ARRAY_SIZE(kinds))], .win = e->rcv_wnd,
		.len = below(2) * (1 + below(2000)),
	};

	g.seq = e->nxt + 7 + (fits ? 10 * below(1000) : (1u << 30) + 10 * below(1 << 20) +
			      ((u32)below(2) << 30));
	g.ack = fits ? e->rcv_nxt - 7 - 10 * below(500) : e->rcv_nxt + (1u << 31) + 7;
	if (g.flags & (SYN | RST | FIN))
		g.len = 0;
	g.len -= g.len % 10;
	return g;
}

static void somebody_forges(struct world *w)
{
	int dir = below(2);
	struct tcp_segment g = some_forged(w, dir);

	/* In a half-open connection there is no number yet that a forger would have to know. */
	if (!is_known(w) || w->s.state == UMBRA_STATE_ANSWERED)
		return;
	forged++;
	if (router(w, dir, &g))
		put(w, &w->behind[dir], g);
}

/* --- Conversations ------------------------------------------------------------------ */

/* First numbers that wrap soon, or that are half the number space away from that, or any. */
static u32 some_first(void)
{
	static const u32 edges[] = { 0, 0x7fffff00, 0x80000000, 0xc0000000, 0xfffffff0 };

	return below(2) ? edges[below(ARRAY_SIZE(edges))] : below(1u << 31) * 2;
}

static struct tcp_end some_end(enum tcp_state state)
{
	static const u32 windows[] = { 3000, 20000, 65535 };
	u32 first = some_first();

	return (struct tcp_end){
		.state = state, .iss = first, .una = first, .nxt = first + 1,
		.rcv_wnd = windows[below(ARRAY_SIZE(windows))], .units = below(TCP_UNITS),
	};
}

static bool has_finished(const struct world *w, int dir)
{
	const struct tcp_end *e = &w->end[dir];

	return e->nxt == e->iss + 1 + e->units * TCP_UNIT + 1;
}

static bool is_true(const struct world *w)
{
	bool both = has_finished(w, C) && has_finished(w, S);

	if (w->s.state == UMBRA_STATE_CLOSED)
		return holds(both, "closed, and somebody has more to say");
	if (w->s.state == UMBRA_STATE_CLOSING)
		return holds(has_finished(w, C) || has_finished(w, S), "closing, and nobody does");
	return holds(w->end[C].state != END_CLOSED && w->end[S].state != END_CLOSED,
		     "an end was closed");
}

static bool step(struct world *w)
{
	int dir = below(2);

	switch (below(w->forger < 0 ? 6 : 7)) {
	case 0:
		speak(w, dir);
		return true;
	case 1:
	case 2:
	case 3:
		return !w->before[dir].nr || route(w, dir);
	case 6:
		somebody_forges(w);
		return true;
	}
	if (w->behind[dir].nr)
		receive(w, dir);
	return true;
}

static void probe(struct umbra_session *s)
{
	if (s->state != UMBRA_STATE_ESTABLISHED)
		return;
	s->state = UMBRA_STATE_PROBED;
	s->heard = 0;
}

static bool is_over(const struct world *w)
{
	return w->end[C].fin_acked && w->end[S].fin_acked && w->end[C].fin_got &&
	       w->end[S].fin_got;
}

static void scale(struct world *w)
{
	int dir;

	for (dir = 0; dir < 2; dir++) {
		w->shift[dir] = below(15);
		w->end[dir].rcv_wnd <<= w->shift[dir];
	}
}

static struct world some_world(void)
{
	struct world w = {
		.s = tcp_session(UMBRA_STATE_OPENING),
		.end = { some_end(END_SYN_SENT), some_end(END_LISTEN) },
		.loss = below(3) ? 4 + below(20) : 1000000,
		.forger = below(2) ? -1 : (int)below(2),
		.picked_up = !below(4),
	};

	if (below(2))
		scale(&w);
	if (w.picked_up) {
		w.s.state = UMBRA_STATE_ESTABLISHED;
		w.forger = -1;
	}
	return w;
}

static u32 ended;

static bool conversation(void)
{
	struct world w = some_world();
	u32 i;

	for (i = 0; i < STEPS && !is_over(&w); i++) {
		if (!step(&w) || fault || (!w.picked_up && !is_true(&w)))
			return false;
		if (!below(40))
			probe(&w.s);
	}
	ended += is_over(&w);
	if (w.picked_up || w.forger >= 0 || !is_over(&w))
		return true;
	return holds(w.s.state == UMBRA_STATE_CLOSED, "both are done, and it is not closed");
}

int main(void)
{
	bool ok = true, all = true;
	u32 i;

	seed_begin();
	for (i = 0; i < CONVERSATIONS && ok; i++)
		ok = conversation();
	if (fault)
		printf("# conversation %u: %s\n", i, fault);
	printf("# %u passed, %u refused, %u forged; %u came to their end\n", passed, refused,
	       forged, ended);
	tap_ok(ok, "window: all that two ends send passes, and the session closes when they close");
	for (i = UMBRA_STATE_OPENING; i <= UMBRA_STATE_PROBED; i++) {
		if (i >= UMBRA_STATE_UNREPLIED && i <= UMBRA_STATE_STREAM)
			continue;	/* TCP has none of these */
		printf("# state %u: %u\n", i, states[i]);
		all = all && states[i] > CONVERSATIONS / 10;
	}
	tap_ok(all && ended > CONVERSATIONS * 2 / 3 && refused > CONVERSATIONS,
	       "window: random conversations come to every state and end, with some segments refused");
	return tap_done();
}
