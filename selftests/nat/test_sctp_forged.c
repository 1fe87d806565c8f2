// SPDX-License-Identifier: GPL-2.0
/*
 * What forged packets change in an SCTP association: every sequence of up to four of them,
 * from either side. kmod/session/track_sctp.c runs between two ends of sctp_end.c.
 *
 * The forger knows the forged packets: the initiate tag of an INIT or INIT ACK that was
 * forged on one side is the tag of packets forged on the other side. The forger sees none of the ends'
 * answers, nor any cookie. Each sequence is run with ends that answer and with ends whose
 * answers are lost. Sequences of up to three have packets with the ends' own tags, too.
 *
 * A sequence without a tag of the ends may end nothing. Afterwards the ends are as they were,
 * their data pass both ways, either end may start again and is heard at once, and either end may end the
 * association. If the four packets were a whole exchange, the ends' tags stay beside the new ones: an end
 * that then starts again waits until the old tags have been silent for four minutes.
 */
#include <stdio.h>

#include "../classify/tap.h"
#include "sctp_end.h"
#include "skb.h"
#include "session/track.h"

#include <linux/umbra.h>

#define C	UMBRA_DIR_ORIGINAL
#define S	UMBRA_DIR_REPLY
#define DEPTH	4
#define WRONG	0x9999
#define SILENCE	(240 * HZ)

enum tags { OWN, UNKNOWN, EXACT, TAGS };

static const char *const tags_name[TAGS] = { "what he said", "unknown", "exact" };

static const struct kind {
	const char *name;
	enum sctp_type type;
	bool reflected;
} kinds[] = {
	{ "INIT", SCTP_INIT, false },
	{ "INIT ACK", SCTP_INIT_ACK, false },
	{ "COOKIE ECHO", SCTP_COOKIE_ECHO, false },
	{ "COOKIE ACK", SCTP_COOKIE_ACK, false },
	{ "ABORT", SCTP_ABORT, false },
	{ "ABORT, T bit", SCTP_ABORT, true },
	{ "SHUTDOWN", SCTP_SHUTDOWN, false },
	{ "SHUTDOWN ACK", SCTP_SHUTDOWN_ACK, false },
	{ "SHUTDOWN COMPLETE", SCTP_SHUTDOWN_COMPLETE, false },
	{ "HEARTBEAT", SCTP_HEARTBEAT, false },
	{ "DATA", SCTP_DATA, false },
};

#define KINDS	ARRAY_SIZE(kinds)

static const u16 chunk_of[] = {
	[SCTP_INIT] = UMBRA_SCTP_INIT, [SCTP_INIT_ACK] = UMBRA_SCTP_INIT_ACK,
	[SCTP_COOKIE_ECHO] = UMBRA_SCTP_COOKIE_ECHO, [SCTP_COOKIE_ACK] = UMBRA_SCTP_COOKIE_ACK,
	[SCTP_HEARTBEAT] = UMBRA_SCTP_HEARTBEAT, [SCTP_HEARTBEAT_ACK] = UMBRA_SCTP_HEARTBEAT_ACK,
	[SCTP_ABORT] = UMBRA_SCTP_ABORT, [SCTP_SHUTDOWN] = UMBRA_SCTP_SHUTDOWN,
	[SCTP_SHUTDOWN_ACK] = UMBRA_SCTP_SHUTDOWN_ACK,
	[SCTP_SHUTDOWN_COMPLETE] = UMBRA_SCTP_SHUTDOWN_COMPLETE,
};

/**
 * struct world - an association with the router between
 * @s: the session of the router
 * @end: by the direction in which it sends
 * @said: by side: the last initiate tag that was forged there, or 0
 * @step: by the end that began it: how far a forged exchange has come; at 4 it is whole
 * @exact: the kinds that were forged with the ends' tags, one bit for each
 */
struct world {
	struct umbra_session s;
	struct sctp_end end[2];
	u32 said[2];
	u8 step[2];
	u32 exact;
};

static bool ends_answer;
static struct world start;

/* Return: whether it passes. */
static bool router(struct umbra_session *s, int dir, const struct sctp_chunk *c)
{
	struct umbra_packet p = {
		.key.proto = IPPROTO_SCTP, .tag = c->tag, .initiate = c->initiate,
		.chunks = chunk_of[c->type] | (c->reflected ? UMBRA_SCTP_REFLECTED : 0),
		.tcp_flags = c->type == SCTP_DATA ? 0 : UMBRA_SCTP_CONTROL,
	};
	u8 state = s->state, why;

	why = umbra_track_sctp(s, dir, &p, &state);
	s->state = state;
	return !why;
}

/* A packet on its way to the end that @dir leads to; answers go back and forth. */
static bool deliver(struct world *w, int dir, struct sctp_chunk c, bool answers)
{
	bool passes = router(&w->s, dir, &c), on = passes;
	struct sctp_chunk reply;
	u32 i;

	for (i = 0; i < 8 && on; i++) {
		on = sctp_end_receive(&w->end[!dir], &c, &reply) && answers;
		if (!on)
			break;
		dir = !dir;
		c = reply;
		on = router(&w->s, dir, &c);
	}
	return passes;
}

/* Data arrive and are acknowledged. */
static bool says(struct world *w, int dir)
{
	u32 got = w->end[!dir].got;

	return deliver(w, dir, sctp_end_says(&w->end[dir], SCTP_DATA), true) &&
	       w->end[!dir].got == got + 1;
}

static bool are_open(const struct world *w)
{
	return w->end[C].state == SCTP_ESTABLISHED && w->end[S].state == SCTP_ESTABLISHED;
}

/* An end has lost all that it knew, and starts again. */
static bool begins_anew(struct world *w, int dir)
{
	struct sctp_end *e = &w->end[dir];

	*e = (struct sctp_end){ .id = e->id, .next = e->next + 0x100 };
	deliver(w, dir, sctp_end_init(e), true);
	return are_open(w) && says(w, dir) && says(w, !dir);
}

static struct world established(void)
{
	static const char ids[2];
	struct world w = { .s = { .life = UMBRA_LIVE, .state = UMBRA_STATE_OPENING } };
	bool ok;

	w.s.half[C].key.proto = IPPROTO_SCTP;
	w.s.half[S].dir = S;
	w.end[C] = (struct sctp_end){ .id = &ids[C], .next = 0x1000 };
	w.end[S] = (struct sctp_end){ .id = &ids[S], .next = 0x2000 };
	deliver(&w, C, sctp_end_init(&w.end[C]), true);
	ok = are_open(&w) && says(&w, C) && says(&w, S);
	assert(ok && w.s.state == UMBRA_STATE_ESTABLISHED);
	return w;
}

/* --- Forging ------------------------------------------------------------------------ */

/* The four packets of an exchange that @from began; others may come in between. */
static void follow(struct world *w, int side, enum sctp_type type, enum tags tags)
{
	static const enum sctp_type steps[] = {
		SCTP_INIT, SCTP_INIT_ACK, SCTP_COOKIE_ECHO, SCTP_COOKIE_ACK,
	};
	int from;

	for (from = 0; from < 2; from++) {
		u8 step = w->step[from];
		bool in_turn = step < 4 && type == steps[step] && side == (step % 2 ? !from : from);

		if (in_turn && (!step || tags == OWN))
			w->step[from]++;
	}
}

static u32 tag_for(const struct world *w, int whose, enum tags tags)
{
	if (tags == EXACT)
		return start.end[whose].tag;
	return tags == OWN && w->said[whose] ? w->said[whose] : WRONG;
}

static bool inject(struct world *w, int side, const struct kind *k, enum tags tags)
{
	struct sctp_chunk c = {
		.type = k->type, .reflected = k->reflected,
		.tag = tag_for(w, k->reflected ? side : !side, tags),
	};

	follow(w, side, k->type, tags);
	if (k->type == SCTP_INIT)
		c.tag = 0;
	else if (tags == EXACT)
		w->exact |= 1 << (k - kinds);
	if (k->type == SCTP_INIT || k->type == SCTP_INIT_ACK)
		w->said[side] = c.initiate = 0x7000 + side;
	return deliver(w, side, c, ends_answer);
}

/* --- What has to hold --------------------------------------------------------------- */

static const char *fault;

static bool holds(bool ok, const char *what)
{
	if (!ok)
		fault = what;
	return ok;
}

static bool talk(struct world *w)
{
	return holds(are_open(w), "an end is over") &&
	       holds(says(w, C) && says(w, S), "true data are refused") &&
	       holds(w->s.state == UMBRA_STATE_ESTABLISHED, "it is over");
}

static bool is_whole(const struct world *w)
{
	return w->step[C] == 4 || w->step[S] == 4;
}

/* A true restart is followed. Only a forged pair outlives it, and keeps nobody out. */
static bool may_end(struct world w, int dir)
{
	deliver(&w, dir, sctp_end_says(&w.end[dir], SCTP_SHUTDOWN), true);
	if (!holds(w.end[C].state == SCTP_CLOSED && w.end[S].state == SCTP_CLOSED,
		   "nobody can end it"))
		return false;
	if (!is_whole(&w))
		return holds(w.s.state == UMBRA_STATE_CLOSED, "a true end is not seen");
	return holds(begins_anew(&w, C), "nobody can begin after its end");
}

static bool may_begin_anew(struct world w, int dir)
{
	bool begins;

	if (!is_whole(&w))
		return holds(begins_anew(&w, dir), "nobody can begin anew");
	if (!holds(!begins_anew(&w, dir), "a third pair has got in"))
		return false;
	jiffies += SILENCE;
	begins = begins_anew(&w, dir);
	jiffies -= SILENCE;
	return holds(begins, "no end can start again after four minutes");
}

static bool stands(const struct world *w)
{
	struct world v = *w;
	int dir;

	if (!talk(&v))
		return false;
	for (dir = 0; dir < 2; dir++)
		if (!may_end(v, dir) || !may_begin_anew(v, dir))
			return false;
	return true;
}

/* Only changes that an exact packet can have caused. */
static bool is_due(const struct world *w)
{
	u32 bits = w->exact, i, ends = 0;

	for (i = 0; i < KINDS; i++)
		if (kinds[i].type == SCTP_ABORT || kinds[i].type == SCTP_SHUTDOWN ||
		    kinds[i].type == SCTP_SHUTDOWN_ACK)
			ends |= 1 << i;
	return holds(w->s.state == UMBRA_STATE_ESTABLISHED || bits & ends,
		     "over, and nothing exact ends");
}

/* --- All sequences ------------------------------------------------------------------ */

static u32 sequences, blind, whole;
static u8 chosen[DEPTH];

static void print_sequence(u32 depth)
{
	u32 i;

	printf("# %s:", fault);
	for (i = 0; i <= depth; i++)
		printf(" %c:%s(%s)", chosen[i] % 2 ? 'S' : 'C', kinds[chosen[i] / 2 % KINDS].name,
		       tags_name[chosen[i] / 2 / KINDS]);
	puts("");
}

/* An INIT has no tag at all. */
static bool is_one(const struct kind *k, enum tags tags)
{
	return k->type != SCTP_INIT || tags == UNKNOWN;
}

static bool is_fine(const struct world *w)
{
	return w->exact ? is_due(w) : stands(w);
}

static u32 try_all(const struct world *before, u32 depth)
{
	u32 faults = 0;
	u8 symbol;

	for (symbol = 0; symbol < 2 * KINDS * TAGS; symbol++) {
		const struct kind *k = &kinds[symbol / 2 % KINDS];
		enum tags tags = symbol / 2 / KINDS;
		struct world w = *before;

		if (!is_one(k, tags) || (depth == DEPTH - 1 && (w.exact || tags == EXACT)))
			continue;
		chosen[depth] = symbol;
		inject(&w, symbol % 2, k, tags);
		sequences++;
		blind += !w.exact;
		whole += is_whole(&w);
		if (!is_fine(&w)) {
			if (!faults++)
				print_sequence(depth);
			continue;	/* what begins with it is no better */
		}
		if (depth + 1 < DEPTH)
			faults += try_all(&w, depth + 1);
	}
	return faults;
}

/* --- A whole exchange, and what follows it ------------------------------------------ */

static struct world taken_over(int from)
{
	static const enum sctp_type steps[] = { 0, 1, 2, 3 };
	struct world w = start;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		inject(&w, i % 2 ? !from : from, &kinds[i], OWN);
	return w;
}

/* The ends send something every two minutes, and the forger sends anything. */
static bool outlasts(int from)
{
	struct world w = taken_over(from);
	u32 i, k;

	for (i = 0; i < 20; i++) {
		jiffies += SILENCE / 2 - 1;
		for (k = 0; k < 2 * KINDS * 2; k++)
			inject(&w, k % 2, &kinds[k / 2 % KINDS], k / 2 / KINDS);
		for (k = 0; k < 4; k++)
			inject(&w, k % 2 ? !from : from, &kinds[k], OWN);
		if (!talk(&w))
			return false;
	}
	return true;
}

/* Somebody forges an exchange when an end has just started again. */
static bool resists_after_restart(int dir, int from)
{
	struct world w = start;
	u32 i, k;

	if (!holds(begins_anew(&w, dir), "nobody can begin anew"))
		return false;
	for (i = 0; i < 20; i++) {
		for (k = 0; k < 4; k++)
			inject(&w, k % 2 ? !from : from, &kinds[k], OWN);
		if (!talk(&w))
			return false;
		jiffies += SILENCE / 2 - 1;
	}
	return true;
}

/* An end that starts again sends data at once, behind its COOKIE ECHO. */
static bool speaks_at_once(int dir)
{
	struct world w = start;
	struct sctp_chunk c, reply, data;
	struct sctp_end *e = &w.end[dir];
	u32 got = w.end[!dir].got;

	*e = (struct sctp_end){ .id = e->id, .next = 0x5000 };
	c = sctp_end_init(e);
	router(&w.s, dir, &c);
	sctp_end_receive(&w.end[!dir], &c, &reply);
	router(&w.s, !dir, &reply);
	sctp_end_receive(e, &reply, &c);
	data = sctp_end_says(e, SCTP_DATA);
	if (!router(&w.s, dir, &c) || !router(&w.s, dir, &data))
		return false;
	sctp_end_receive(&w.end[!dir], &c, &reply);
	sctp_end_receive(&w.end[!dir], &data, &c);
	return w.end[!dir].got == got + 1 && router(&w.s, !dir, &c) && router(&w.s, !dir, &reply);
}

/* An end that has started again ends the association soon, before the old tags are given up. */
static bool is_closing_after(int dir)
{
	struct world w = start;

	begins_anew(&w, dir);
	deliver(&w, dir, sctp_end_says(&w.end[dir], SCTP_ABORT), true);
	return w.s.state == UMBRA_STATE_CLOSING && begins_anew(&w, C);
}

/* The effect of a single packet, for Documentation/sessions.md. */
static void print_row(const struct kind *k)
{
	static const enum tags columns[] = { EXACT, UNKNOWN };
	u32 i;

	printf("# | %s |", k->name);
	for (i = 0; i < ARRAY_SIZE(columns); i++) {
		struct world c = start, s = start;
		bool passes = inject(&c, C, k, columns[i]);
		bool as_well = inject(&s, S, k, columns[i]);

		assert(passes == as_well && c.s.state == s.s.state);
		printf(" %s%s |", passes ? "passes" : "dropped",
		       c.s.state == UMBRA_STATE_ESTABLISHED ? "" :
		       c.s.state == UMBRA_STATE_CLOSED ? ", `closed`" : ", `closing`");
	}
	puts("");
}

int main(void)
{
	u32 faults = 0, i;

	start = established();
	do {
		sequences = blind = whole = 0;
		faults += try_all(&start, 0);
		printf("# the ends %s: %u sequences, %u without an exact tag; %u a whole exchange\n",
		       ends_answer ? "answer" : "do not answer", sequences, blind, whole);
		ends_answer = !ends_answer;
	} while (ends_answer);
	tap_ok(!faults, "sctp: no sequence of four packets without a tag ends, moves or takes over an association");
	tap_ok(outlasts(C) && outlasts(S),
	       "sctp: a forged exchange does not displace ends that talk, however long it lasts");
	tap_ok(resists_after_restart(C, C) && resists_after_restart(C, S) &&
	       resists_after_restart(S, C) && resists_after_restart(S, S),
	       "sctp: a forged exchange does not displace an end that has just started again");
	tap_ok(speaks_at_once(C) && speaks_at_once(S), "sctp: an end that starts again may send data at once");
	tap_ok(is_closing_after(C) && is_closing_after(S),
	       "sctp: an end that starts again may end the association, which may then begin once more");
	for (i = 0; i < KINDS; i++)
		print_row(&kinds[i]);
	return tap_done();
}
