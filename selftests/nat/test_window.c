// SPDX-License-Identifier: GPL-2.0
/*
 * Windows: random conversations, each segment judged by kmod/track_tcp.c and by a model, and
 * after each what an ICMP error may quote of it.
 *
 * The model does not keep a highest number of anything. It has numbers of 64 bits, which
 * do not wrap, and remembers all that was said, one fact after the other; what is asked of
 * a segment it asks of the facts. Its segments are near every edge, or anywhere.
 *
 * UMBRA_FUZZ_SEED: where the random numbers begin, 1 unless told.
 */
#include <stdio.h>

#include "../classify/tap.h"
#include "skb.h"
#include "track.h"
#include "track_window.h"

#include <linux/umbra.h>

typedef int64_t s64;

#define CONVERSATIONS	10000
#define SEGMENTS	48
#define FACTS		(SEGMENTS * 8)
#define C		UMBRA_DIR_ORIGINAL
#define S		UMBRA_DIR_REPLY
#define WINDOW_MAX	(65535LL << 14)
#define SYN		UMBRA_TCP_SYN
#define ACK		UMBRA_TCP_ACK
#define FIN		UMBRA_TCP_FIN
#define RST		UMBRA_TCP_RST

static u64 seed = 1;

static u32 below(u32 n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 32) % n;
}

/* A segment; what is told of it, in 64 bits. */
struct segment {
	int dir;
	u8 flags;
	s64 seq, end, ack;
	u16 win;
	u8 scale;
};

enum about { END, ACKED, EDGE, WINDOW };

struct fact {
	enum about about;
	int dir;
	s64 value;
};

/**
 * struct model - a connection as the model sees it
 * @state: enum umbra_state
 * @known: both SYNs were seen, or it was picked up
 * @picked_up: no SYN was
 * @began: there was a SYN
 * @renewed: the client has sent one in the midst
 * @syn: number behind the client's last SYN
 * @fin: by direction
 * @heard: by direction, while it is probed: it has answered
 * @shift: by direction, once known
 * @offer: the client's
 * @setting: enum umbra_window_setting
 * @liberal: its service takes any number
 * @nr: of @fact
 * @fact: everything that was said and counts
 */
struct model {
	int state;
	bool known, picked_up, began, renewed, liberal;
	s64 syn;
	bool fin[2];
	bool heard[2];
	u8 shift[2];
	u8 offer;
	u8 setting;
	u32 nr;
	struct fact fact[FACTS];
};

/* --- The model ---------------------------------------------------------------------- */

static void say(struct model *m, enum about about, int dir, s64 value)
{
	assert(m->nr < FACTS);
	m->fact[m->nr++] = (struct fact){ about, dir, value };
}

static s64 highest(const struct model *m, enum about about, int dir)
{
	s64 most = INT64_MIN / 2;
	u32 i;

	for (i = 0; i < m->nr; i++)
		if (m->fact[i].about == about && m->fact[i].dir == dir && m->fact[i].value > most)
			most = m->fact[i].value;
	return most;
}

static void forget(struct model *m, int dir)
{
	u32 i, kept = 0;

	for (i = 0; i < m->nr; i++)
		if (m->fact[i].dir != dir)
			m->fact[kept++] = m->fact[i];
	m->nr = kept;
}

static s64 window(const struct model *m, int dir)
{
	s64 most = highest(m, WINDOW, dir);

	return most < 1 << 20 ? 1 << 20 : (most + (1 << 14) - 1) >> 14 << 14;
}

static bool seq_fits(const struct model *m, const struct segment *g)
{
	return g->end <= highest(m, EDGE, g->dir) + 1 &&
	       g->end >= highest(m, ACKED, !g->dir) - window(m, !g->dir) - 1;
}

static bool ack_fits(const struct model *m, const struct segment *g)
{
	s64 most = m->picked_up ? highest(m, EDGE, !g->dir) + 1 : highest(m, END, !g->dir);

	return g->ack <= most && g->ack >= highest(m, ACKED, g->dir) - window(m, g->dir);
}

static bool fits(const struct model *m, const struct segment *g)
{
	return seq_fits(m, g) && (g->flags & RST || !(g->flags & ACK) || ack_fits(m, g));
}

static bool is_next(const struct model *m, const struct segment *g)
{
	return g->seq == highest(m, END, g->dir) || g->seq == highest(m, ACKED, !g->dir);
}

/* Nobody counts how often the numbers have begun anew since: of these 32 bits are left. */
static bool acks_syn(const struct model *m, const struct segment *g)
{
	return g->flags & ACK && !m->renewed &&
	       (u32)(g->ack - m->syn) <= (u32)(highest(m, END, C) - m->syn);
}

static void model_answer(struct model *m, const struct segment *g)
{
	bool scaled = m->offer != UMBRA_SCALE_NONE && g->scale != UMBRA_SCALE_NONE;
	s64 client_ack = highest(m, ACKED, S), client_end = highest(m, END, C);
	s64 client_window = highest(m, WINDOW, C);

	forget(m, C);
	forget(m, S);
	m->shift[C] = scaled ? m->offer : 0;
	m->shift[S] = scaled ? g->scale : 0;
	say(m, END, C, client_end);
	say(m, END, S, g->end);
	say(m, ACKED, C, g->seq + 1);
	say(m, ACKED, S, g->flags & ACK ? g->ack : client_ack);
	say(m, EDGE, S, g->seq + 1 + client_window);
	say(m, WINDOW, C, client_window);
	say(m, EDGE, C, highest(m, ACKED, S) + g->win);
	m->known = true;
}

static void model_mid_stream(struct model *m, const struct segment *g)
{
	int d = g->dir;

	m->known = m->picked_up = true;
	m->shift[C] = m->shift[S] = 14;
	say(m, END, d, g->end);
	say(m, END, !d, g->ack);
	say(m, ACKED, d, g->ack);
	say(m, ACKED, !d, g->seq);
	say(m, EDGE, d, g->seq + WINDOW_MAX);
	say(m, EDGE, !d, g->ack + WINDOW_MAX);
	say(m, WINDOW, C, WINDOW_MAX);
	say(m, WINDOW, S, WINDOW_MAX);
	m->syn = highest(m, ACKED, S);
}

static void model_learn(struct model *m, const struct segment *g)
{
	s64 window = (s64)g->win << m->shift[g->dir];

	say(m, END, g->dir, g->end);
	say(m, END, !g->dir, g->ack);
	say(m, ACKED, g->dir, g->ack);
	say(m, EDGE, !g->dir, g->ack + window);
	say(m, WINDOW, g->dir, window);
}

static void model_syn(struct model *m, const struct segment *g)
{
	if (m->began && m->syn == g->seq + 1) {
		say(m, END, C, g->end);
		return;
	}
	forget(m, C);
	forget(m, S);
	m->began = true;
	m->syn = g->seq + 1;
	m->offer = g->scale;
	say(m, END, C, g->end);
	say(m, ACKED, S, m->syn);
	say(m, WINDOW, C, g->win);
}

static bool model_client_opens(struct model *m, const struct segment *g)
{
	if (g->flags & RST) {
		if (is_next(m, g))
			m->state = UMBRA_STATE_CLOSED;
		return true;
	}
	if (m->state == UMBRA_STATE_CLOSED)
		return true;
	if (g->flags & ACK)
		return false;
	model_syn(m, g);
	return true;
}

static bool model_server_answers(struct model *m, const struct segment *g)
{
	if (g->flags & RST && !acks_syn(m, g))
		return false;
	if (g->flags & RST)
		m->state = UMBRA_STATE_CLOSED;
	else if (g->flags & SYN && m->state == UMBRA_STATE_OPENING &&
		 (!(g->flags & ACK) || acks_syn(m, g))) {
		model_answer(m, g);
		m->state = UMBRA_STATE_ANSWERED;
	}
	return true;
}

/* The server's, to the SYN that the client sent last. */
static bool acks_last_syn(const struct model *m, const struct segment *g)
{
	return g->dir == S && g->flags & ACK && g->ack == m->syn;
}

/* Both ends are heard until the client has acknowledged the server's SYN. */
static bool passes_unfit(const struct model *m)
{
	return m->liberal || m->state == UMBRA_STATE_ANSWERED;
}

static bool model_reset(struct model *m, const struct segment *g)
{
	bool unknown = m->state == UMBRA_STATE_ANSWERED || m->state == UMBRA_STATE_CLOSED;
	bool refusal = (g->dir == S && unknown && acks_syn(m, g)) ||
		       (m->renewed && acks_last_syn(m, g));

	if (!refusal && !fits(m, g))
		return passes_unfit(m);
	if (refusal || is_next(m, g) || m->state == UMBRA_STATE_CLOSING ||
	    m->state == UMBRA_STATE_CLOSED)
		m->state = UMBRA_STATE_CLOSED;
	return true;
}

static bool model_again(struct model *m, const struct segment *g)
{
	if (g->dir == C && !(g->flags & ACK)) {
		m->renewed |= m->syn != g->seq + 1;
		m->syn = g->seq + 1;
		return true;
	}
	if (m->renewed && acks_last_syn(m, g)) {
		m->state = UMBRA_STATE_CLOSED;
		return false;
	}
	if (g->dir == S && m->state == UMBRA_STATE_ANSWERED && acks_syn(m, g) &&
	    g->seq + 1 != highest(m, ACKED, C)) {
		model_answer(m, g);
		return true;
	}
	/* To a late copy of the SYN of a connection that is over. */
	if (m->state == UMBRA_STATE_CLOSED && acks_last_syn(m, g))
		return true;
	return fits(m, g) || passes_unfit(m);
}

static bool model_segment(struct model *m, const struct segment *g)
{
	bool good = fits(m, g), first = m->state == UMBRA_STATE_ANSWERED && g->dir == C;

	if (first && g->ack < highest(m, ACKED, C))
		good = false;
	if (!good && !m->liberal)
		return passes_unfit(m);
	m->heard[g->dir] = true;
	if (first || (m->state == UMBRA_STATE_PROBED && m->heard[!g->dir]))
		m->state = UMBRA_STATE_ESTABLISHED;
	if (good)
		model_learn(m, g);
	if (g->flags & FIN) {
		m->fin[g->dir] = true;
		if (m->state != UMBRA_STATE_CLOSED)
			m->state = UMBRA_STATE_CLOSING;
		if (m->fin[C] && m->fin[S])
			m->state = UMBRA_STATE_CLOSED;
	}
	return true;
}

/* Return: whether it passes. */
static bool model_track(struct model *m, const struct segment *g)
{
	if (!m->known && m->state != UMBRA_STATE_ESTABLISHED)
		return g->dir == C ? model_client_opens(m, g) : model_server_answers(m, g);
	if (!m->known)
		model_mid_stream(m, g);
	if (g->flags & RST)
		return model_reset(m, g);
	return g->flags & SYN ? model_again(m, g) : model_segment(m, g);
}

/* May an error quote such a segment? */
static bool model_quoted(const struct model *m, int dir, s64 seq)
{
	if (m->liberal)
		return true;
	if (m->known)
		return (dir == C && seq == m->syn - 1) ||
		       (seq <= highest(m, END, dir) &&
			seq >= highest(m, ACKED, !dir) - window(m, !dir) - 1);
	if (dir == S || m->state == UMBRA_STATE_ESTABLISHED)
		return true;
	return seq >= m->syn - 1 && seq <= highest(m, END, C);
}

/* --- Segments by chance ------------------------------------------------------------- */

/* What is half a round away would stand for another number in 32 bits. */
static s64 within_reach(const struct model *m, int dir, const s64 *first, s64 number)
{
	s64 middle = highest(m, ACKED, !dir);

	if (middle < 0)
		middle = first[dir];
	return number - middle < 1LL << 31 && middle - number < 1LL << 31 ? number : middle;
}

/* One of the numbers that matter in a direction, or near it, or anywhere near it. */
static s64 some_number(const struct model *m, int dir, const s64 *first)
{
	s64 n[] = {
		first[dir], first[dir] + 1, highest(m, END, dir), highest(m, END, dir),
		highest(m, ACKED, !dir), highest(m, ACKED, !dir), highest(m, EDGE, dir),
		highest(m, ACKED, !dir) - window(m, !dir), m->syn,
	};
	s64 number = within_reach(m, dir, first, n[below(ARRAY_SIZE(n))]);

	switch (below(8)) {
	case 0:
		number += (s64)below(0x7fffffff) - 0x3fffffff;
		break;
	case 1:
	case 2:
		number += (s64)below(5) - 2;
	}
	return within_reach(m, dir, first, number);
}

static u32 some_length(const struct model *m, const struct segment *g)
{
	s64 left = highest(m, EDGE, g->dir) - g->seq;

	switch (below(5)) {
	case 0:
		return below(3);
	case 1:
		return below(65536);
	case 2:
		if (left > 0 && left < 1 << 20)
			return left + below(4);
	}
	return 0;
}

static u8 some_flags(const struct model *m)
{
	static const u8 early[] = { SYN, SYN, SYN | ACK, SYN | ACK, ACK, ACK, RST, RST | ACK },
			late[] = { ACK, ACK, ACK, ACK, ACK, ACK, ACK, ACK, ACK, ACK, ACK, ACK,
				   FIN | ACK, RST, RST | ACK, SYN, SYN | ACK };

	if (!m->known && m->state == UMBRA_STATE_ESTABLISHED)
		return ACK;		/* all else is not picked up */
	if (!m->began && !m->known)
		return SYN;
	return m->known ? late[below(ARRAY_SIZE(late))] : early[below(ARRAY_SIZE(early))];
}

static struct segment some_segment(const struct model *m, const s64 *first)
{
	static const u16 windows[] = { 0, 1, 500, 64240, 65535, 65535 };
	struct segment g = { .dir = below(2), .flags = some_flags(m) };

	if (!m->began && !m->known && m->state == UMBRA_STATE_OPENING)
		g.dir = C;
	g.seq = some_number(m, g.dir, first);
	g.ack = some_number(m, !g.dir, first);
	if (g.flags & SYN && below(4))
		g.seq = within_reach(m, g.dir, first, first[g.dir]);
	if (g.flags == (SYN | ACK) && g.dir == S && below(4))
		g.ack = within_reach(m, C, first, m->syn);
	g.win = windows[below(ARRAY_SIZE(windows))];
	g.scale = below(3) ? below(15) : UMBRA_SCALE_NONE;
	g.end = g.seq + !!(g.flags & SYN) + !!(g.flags & FIN) + some_length(m, &g);
	return g;
}

/* --- The comparison ----------------------------------------------------------------- */

static u32 passed, refused, quoted[2], states[UMBRA_STATE_MAX + 1];

static bool same(const struct umbra_session *s, const struct model *m, const struct segment *g,
		 bool model_passes, bool passes)
{
	if (model_passes == passes && s->state == m->state)
		return true;
	printf("# dir %d flags %x seq %llx end %llx ack %llx: %d, %d; the model: %d, %d\n",
	       g->dir, g->flags, (long long)g->seq, (long long)g->end, (long long)g->ack, passes,
	       s->state, model_passes, m->state);
	return false;
}

static bool quotes(const struct umbra_session *s, const struct model *m, const s64 *first)
{
	int dir = below(2);
	s64 seq = some_number(m, dir, first);
	bool may = !umbra_track_tcp_quoted(s, dir, seq, m->setting);

	quoted[may]++;
	if (may == model_quoted(m, dir, seq))
		return true;
	printf("# dir %d seq %llx, quoted: %d\n", dir, (long long)seq, may);
	return false;
}

/* It was idle for too long. */
static void probe(struct umbra_session *s, struct model *m)
{
	s->state = m->state = UMBRA_STATE_PROBED;
	s->heard = 0;
	m->heard[C] = m->heard[S] = false;
}

static bool step(struct umbra_session *s, struct model *m, const s64 *first)
{
	struct segment g = some_segment(m, first);
	struct umbra_packet p = {
		.seq = g.seq, .end = g.end, .ack = g.ack, .win = g.win, .scale = g.scale,
		.tcp_flags = g.flags,
	};
	struct umbra_session before = *s;
	u8 state = s->state, why;
	bool model_passes;

	why = umbra_track_tcp(s, g.dir, &p, m->setting, &state);
	if (why && state == before.state && memcmp(s, &before, sizeof(before))) {
		puts("# what was refused has changed the session");
		return false;
	}
	s->state = state;
	model_passes = model_track(m, &g);
	passed += !why;
	refused += !!why;
	states[state]++;
	return same(s, m, &g, model_passes, !why);
}

/* First numbers that wrap soon, or are half a round from where they do, or anywhere. */
static s64 some_first(void)
{
	static const u32 edges[] = { 0, 0x7fffff00, 0x80000000, 0xc0000000, 0xfffffff0 };

	return (1LL << 40) + (below(2) ? edges[below(ARRAY_SIZE(edges))] :
			      (u32)below(1u << 31) * 2);
}

/* The service's word comes before the setting's. */
static void choose_strictness(struct umbra_session *s, struct model *m)
{
	m->setting = below(5) ? UMBRA_WINDOW_SETTING_STRICT : UMBRA_WINDOW_SETTING_LIBERAL;
	m->liberal = m->setting == UMBRA_WINDOW_SETTING_LIBERAL;
	if (below(3))
		return;
	s->window = below(2) ? UMBRA_WINDOW_SETTING_STRICT : UMBRA_WINDOW_SETTING_LIBERAL;
	m->liberal = s->window == UMBRA_WINDOW_SETTING_LIBERAL;
}

static bool conversation(void)
{
	struct umbra_session s = { .life = UMBRA_LIVE, .state = UMBRA_STATE_OPENING };
	struct model m = { .state = UMBRA_STATE_OPENING };
	s64 first[2] = { some_first(), some_first() };
	u32 i;

	choose_strictness(&s, &m);
	if (!below(4))
		s.state = m.state = UMBRA_STATE_ESTABLISHED;	/* picked up */
	for (i = 0; i < SEGMENTS; i++) {
		if (m.known && m.state == UMBRA_STATE_ESTABLISHED && !below(6))
			probe(&s, &m);
		if (!step(&s, &m, first) || (m.began && !quotes(&s, &m, first)))
			return false;
	}
	return true;
}

int main(void)
{
	const char *text = getenv("UMBRA_FUZZ_SEED");
	bool ok = true, all = true;
	u32 i;

	seed = text && atoll(text) ? (u64)atoll(text) : 1;
	printf("# seed %llu\n", (unsigned long long)seed);
	for (i = 0; i < CONVERSATIONS && ok; i++)
		ok = conversation();
	printf("# %u passed, %u refused\n", passed, refused);
	for (i = UMBRA_STATE_OPENING; i <= UMBRA_STATE_PROBED; i++) {
		if (i >= UMBRA_STATE_UNREPLIED && i <= UMBRA_STATE_STREAM)
			continue;	/* TCP has none of these */
		printf("# state %u: %u\n", i, states[i]);
		all = all && states[i] > CONVERSATIONS / 10;
	}
	tap_ok(ok, "window: random conversations are judged as the model judges them");
	printf("# %u quotations pass, %u do not\n", quoted[1], quoted[0]);
	all = all && quoted[0] > CONVERSATIONS && quoted[1] > CONVERSATIONS;
	tap_ok(all && passed > CONVERSATIONS && refused > CONVERSATIONS,
	       "window: they came to every state, and to both verdicts");
	return tap_done();
}
