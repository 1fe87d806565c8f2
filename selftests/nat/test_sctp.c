// SPDX-License-Identifier: GPL-2.0
/*
 * SCTP: random associations, with each packet judged by kmod/session/track_sctp.c and by a model, and
 * after each packet what an ICMP error may quote of it.
 *
 * The model keeps no pair of tags and no flag. It writes down what was sent, one fact after
 * the other, and answers each question from the facts, from the last one backwards.
 *
 * UMBRA_FUZZ_SEED: the seed of the random numbers, 1 by default.
 */
#include "../classify/tap.h"
#include "random.h"
#include "skb.h"
#include "session/track.h"

#include <linux/umbra.h>

#define ASSOCIATIONS	20000
#define PACKETS		48
#define C		UMBRA_DIR_ORIGINAL
#define S		UMBRA_DIR_REPLY
#define SILENCE		(240 * HZ)
#define ENDS		(UMBRA_SCTP_ABORT | UMBRA_SCTP_SHUTDOWN_COMPLETE)

enum about {
	CARRIES,	/* @dir's packets carry @a from now on */
	OFFERS,		/* @dir has sent an INIT with @a, not the association's own */
	GIVES,		/* that INIT with @a got an INIT ACK with @b */
	BEATS,		/* @dir's heartbeat said @a */
	ECHOES,		/* @dir has sent a COOKIE ECHO with @a; @b: there was room for its pair */
	SETTLES,	/* the exchange that @dir began was whole */
	JOINS,		/* @dir's packets may carry @a as well from now on */
	LEAVES,		/* and no more */
	ELDER,		/* a packet had the tag of CARRIES, at @a; like all below, about C */
	NEWCOMER,	/* a packet had the tag of JOINS, at @a */
	DOUBTS,		/* a newcomer has ended; since, no packet had the tag of CARRIES */
	TRUSTS,		/* since, a packet had it */
};

struct fact {
	enum about about;
	int dir;
	u32 a, b;
};

/**
 * struct model - an association as the model sees it
 * @state: enum umbra_state
 * @nr: of @fact
 * @fact: everything that was sent and counts
 */
struct model {
	int state;
	u32 nr;
	struct fact fact[PACKETS * 32];
};

/* --- The model ---------------------------------------------------------------------- */

static void say(struct model *m, enum about about, int dir, u32 a, u32 b)
{
	assert(m->nr < ARRAY_SIZE(m->fact));
	m->fact[m->nr++] = (struct fact){ about, dir, a, b };
}

/* The last fact of some kinds about a direction, or NULL. */
static const struct fact *last(const struct model *m, u32 kinds, int dir)
{
	u32 i;

	for (i = m->nr; i--; )
		if (kinds >> m->fact[i].about & 1 && m->fact[i].dir == dir)
			return &m->fact[i];
	return NULL;
}

/* The tag of a direction's packets, or 0 if nobody knows it. */
static u32 carried(const struct model *m, int dir)
{
	const struct fact *f = last(m, 1 << CARRIES, dir);

	return f ? f->a : 0;
}

/* The exchange that an end began within the association, if it goes on. */
static const struct fact *exchange(const struct model *m, int from)
{
	const struct fact *f = last(m, 1 << OFFERS | 1 << GIVES | 1 << BEATS | 1 << SETTLES, from);

	return f && (f->about == OFFERS || f->about == GIVES) ? f : NULL;
}

static u32 offered(const struct model *m, int from)
{
	const struct fact *f = exchange(m, from);

	return f ? f->a : 0;
}

static u32 given(const struct model *m, int from)
{
	const struct fact *f = exchange(m, from);

	return f && f->about == GIVES ? f->b : 0;
}

/* Does its last COOKIE ECHO, since the exchange got as far as it did, have the exchange's tag? */
static bool echoed_anew(const struct model *m, int from)
{
	const struct fact *f = last(m, 1 << ECHOES, from);

	return f && f->b && exchange(m, from) && f > exchange(m, from) &&
	       f->a == given(m, from);
}

/* Or the association's own tag, as known then? When either end's exchange is settled, that is outdated. */
static bool echoed_own(const struct model *m, int from)
{
	const struct fact *f = last(m, 1 << ECHOES, from), *known = last(m, 1 << CARRIES, from);
	const struct fact *c = last(m, 1 << SETTLES, C), *s = last(m, 1 << SETTLES, S);

	return f && known && f > known && (!c || f > c) && (!s || f > s) && f->a == carried(m, from);
}

/* The other tag that its packets may carry, or 0. */
static u32 joined(const struct model *m, int dir)
{
	const struct fact *f = last(m, 1 << JOINS | 1 << LEAVES, dir);

	return f && f->about == JOINS ? f->a : 0;
}

static bool silent(const struct model *m, enum about whose)
{
	const struct fact *f = last(m, 1 << whose, C);

	return (u32)jiffies - f->a >= SILENCE;
}

static void leave(struct model *m)
{
	say(m, LEAVES, C, 0, 0);
	say(m, LEAVES, S, 0, 0);
}

static void take_over(struct model *m)
{
	u32 to_server = joined(m, C), to_client = joined(m, S);

	leave(m);
	say(m, CARRIES, C, to_server, 0);
	say(m, CARRIES, S, to_client, 0);
	say(m, TRUSTS, C, 0, 0);
	m->state = UMBRA_STATE_ESTABLISHED;
}

static bool is_nothing(const struct model *m)
{
	return m->state == UMBRA_STATE_OPENING || m->state == UMBRA_STATE_ANSWERED ||
	       m->state == UMBRA_STATE_UNREPLIED || m->state == UMBRA_STATE_CLOSED;
}

static bool is_room(const struct model *m)
{
	return is_nothing(m) || !joined(m, C) || silent(m, ELDER) || silent(m, NEWCOMER);
}

static void join(struct model *m, int from, u32 init, u32 answer)
{
	bool nothing = is_nothing(m);

	if (joined(m, C) && silent(m, ELDER) && !silent(m, NEWCOMER))
		take_over(m);
	say(m, JOINS, from, answer, 0);
	say(m, JOINS, !from, init, 0);
	say(m, ELDER, C, jiffies, 0);
	say(m, NEWCOMER, C, jiffies, 0);
	if (nothing)
		take_over(m);
}

static bool may_carry(const struct model *m, int dir, u32 tag)
{
	return tag == carried(m, dir) || (tag && tag == joined(m, dir)) || (echoed_anew(m, dir) && tag == given(m, dir)) ||
	       (echoed_anew(m, !dir) && tag == offered(m, !dir));
}

static bool is_early(const struct model *m)
{
	return m->state == UMBRA_STATE_OPENING || m->state == UMBRA_STATE_ANSWERED;
}

static bool model_init(struct model *m, int dir, u32 initiate)
{
	if (!carried(m, C) && !carried(m, S))
		say(m, CARRIES, !dir, initiate, 0);
	else if (initiate != carried(m, !dir) && initiate != offered(m, dir))
		say(m, OFFERS, dir, initiate, 0);
	return true;
}

static bool model_init_ack(struct model *m, int dir, u32 tag, u32 initiate)
{
	int from = !dir;

	if (tag != carried(m, dir) && tag != offered(m, from))
		return tag == joined(m, dir);
	if (tag == carried(m, dir) && !carried(m, from) && is_early(m))
		say(m, CARRIES, from, initiate, 0);
	else if ((tag != carried(m, dir) || initiate != carried(m, from)) &&
		 (tag != offered(m, from) || initiate != given(m, from)))
		say(m, GIVES, from, tag, initiate);
	if (m->state == UMBRA_STATE_OPENING)
		m->state = UMBRA_STATE_ANSWERED;
	return true;
}

static bool model_echo(struct model *m, int dir, u32 tag)
{
	if (tag != carried(m, dir) && (tag != given(m, dir) || !is_room(m)))
		return tag == joined(m, dir);
	say(m, ECHOES, dir, tag, is_room(m));
	return true;
}

static bool model_cookie_ack(struct model *m, int dir, u32 tag)
{
	int from = !dir;
	u32 to = given(m, from);

	if (echoed_anew(m, from) && tag == offered(m, from) && is_room(m)) {
		say(m, SETTLES, from, 0, 0);
		join(m, from, tag, to);
		return true;
	}
	if (tag != carried(m, dir))
		return tag == joined(m, dir);
	if (echoed_own(m, from) && is_early(m))
		m->state = UMBRA_STATE_ESTABLISHED;
	return true;
}

static bool model_end(struct model *m, int dir, u32 tag, u16 chunks)
{
	int whose = chunks & UMBRA_SCTP_REFLECTED ? !dir : dir;

	if (tag == carried(m, whose)) {
		if (!(chunks & UMBRA_SCTP_ABORT) && m->state != UMBRA_STATE_CLOSING)
			return true;
		if (joined(m, C) && !silent(m, NEWCOMER))
			take_over(m);
		else
			m->state = UMBRA_STATE_CLOSED;
		return true;
	}
	if (tag == joined(m, whose)) {
		leave(m);
		if (m->state == UMBRA_STATE_ESTABLISHED) {
			say(m, DOUBTS, C, 0, 0);
			m->state = UMBRA_STATE_CLOSING;
		}
		return true;
	}
	if (!carried(m, whose) && m->state == UMBRA_STATE_ESTABLISHED)
		return true;
	return may_carry(m, whose, tag) || tag == offered(m, !whose);
}

static bool model_path(struct model *m, int dir, const struct umbra_packet *p)
{
	const struct fact *f = last(m, 1 << BEATS | 1 << OFFERS | 1 << GIVES, C);

	if (dir == C && p->tag != carried(m, C))
		return false;
	if (dir == C && p->chunks & UMBRA_SCTP_HEARTBEAT)
		say(m, BEATS, C, p->info, 0);
	if (dir == C)
		return true;
	if (p->chunks & UMBRA_SCTP_HEARTBEAT_ACK && f && f->about == BEATS && f->a == p->info) {
		say(m, CARRIES, S, p->tag, 0);
		m->state = UMBRA_STATE_REPLIED;
		return true;
	}
	return p->chunks & UMBRA_SCTP_HEARTBEAT;
}

static bool model_other(struct model *m, int dir, const struct umbra_packet *p)
{
	bool got_going = m->state == UMBRA_STATE_ESTABLISHED || m->state == UMBRA_STATE_REPLIED;

	if (!carried(m, dir) && m->state == UMBRA_STATE_ESTABLISHED && p->tag != joined(m, dir)) {
		if (!p->tcp_flags && carried(m, !dir))
			return true;
		say(m, CARRIES, dir, p->tag, 0);
	}
	if (!may_carry(m, dir, p->tag))
		return false;
	if (p->chunks & (UMBRA_SCTP_SHUTDOWN | UMBRA_SCTP_SHUTDOWN_ACK) && got_going &&
	    p->tag == carried(m, dir))
		m->state = UMBRA_STATE_CLOSING;
	return true;
}

/* Whose words they are. */
static void model_hear(struct model *m, int dir, u32 tag)
{
	const struct fact *doubt = last(m, 1 << DOUBTS | 1 << TRUSTS, C);
	bool elder = tag == carried(m, dir);

	if (elder && doubt && doubt->about == DOUBTS && m->state == UMBRA_STATE_CLOSING) {
		say(m, TRUSTS, C, 0, 0);
		m->state = UMBRA_STATE_ESTABLISHED;
	}
	if (!joined(m, C))
		return;
	if (tag && tag == joined(m, dir))
		say(m, NEWCOMER, C, jiffies, 0);
	if (elder)
		say(m, ELDER, C, jiffies, 0);
	else if (tag && tag == joined(m, dir) && silent(m, ELDER))
		take_over(m);
}

/* Return: whether it passes. */
static bool model_track(struct model *m, int dir, const struct umbra_packet *p)
{
	model_hear(m, p->chunks & UMBRA_SCTP_REFLECTED ? !dir : dir, p->tag);
	if (p->chunks & UMBRA_SCTP_INIT)
		return model_init(m, dir, p->initiate);
	if (m->state == UMBRA_STATE_OPENING && !m->nr) {
		say(m, CARRIES, dir, p->tag, 0);
		say(m, BEATS, dir, p->info, 0);
		m->state = UMBRA_STATE_UNREPLIED;
		return true;
	}
	if (p->chunks & UMBRA_SCTP_INIT_ACK)
		return model_init_ack(m, dir, p->tag, p->initiate);
	if (p->chunks & ENDS)
		return model_end(m, dir, p->tag, p->chunks);
	if (p->chunks & UMBRA_SCTP_COOKIE_ECHO)
		return model_echo(m, dir, p->tag);
	if (p->chunks & UMBRA_SCTP_COOKIE_ACK)
		return model_cookie_ack(m, dir, p->tag);
	if (m->state == UMBRA_STATE_UNREPLIED)
		return model_path(m, dir, p);
	return model_other(m, dir, p);
}

static bool model_quoted(const struct model *m, int dir, u32 tag, u32 initiate)
{
	if (tag)
		return may_carry(m, dir, tag);
	return initiate && (initiate == carried(m, !dir) || initiate == offered(m, dir));
}

/* --- Packets by chance -------------------------------------------------------------- */

/* Few values, so that they collide. */
static u32 some_number(void)
{
	return 1 + below(5);
}

static u32 some_tag(const struct model *m, int dir)
{
	u32 known[] = {
		carried(m, dir), carried(m, dir), carried(m, !dir), offered(m, !dir), given(m, dir),
		joined(m, dir), joined(m, !dir),
	};
	u32 tag = below(6) ? known[below(ARRAY_SIZE(known))] : 0;

	return tag ?: some_number();
}

static u16 some_chunks(void)
{
	static const u16 chunks[] = {
		UMBRA_SCTP_INIT, UMBRA_SCTP_INIT, UMBRA_SCTP_INIT_ACK, UMBRA_SCTP_INIT_ACK,
		UMBRA_SCTP_COOKIE_ECHO, UMBRA_SCTP_COOKIE_ECHO, UMBRA_SCTP_COOKIE_ECHO,
		UMBRA_SCTP_COOKIE_ACK, UMBRA_SCTP_COOKIE_ACK, UMBRA_SCTP_COOKIE_ACK,
		UMBRA_SCTP_HEARTBEAT, UMBRA_SCTP_HEARTBEAT_ACK, UMBRA_SCTP_HEARTBEAT_ACK,
		UMBRA_SCTP_SHUTDOWN, UMBRA_SCTP_SHUTDOWN_ACK, UMBRA_SCTP_SHUTDOWN_COMPLETE,
		0, 0, 0, 0,
	};

	if (!below(40))
		return UMBRA_SCTP_ABORT | (below(2) ? UMBRA_SCTP_REFLECTED : 0);
	if (!below(20))
		return UMBRA_SCTP_SHUTDOWN_COMPLETE | (below(2) ? UMBRA_SCTP_REFLECTED : 0);
	return chunks[below(ARRAY_SIZE(chunks))];
}

static struct umbra_packet some_packet(const struct model *m, int *dir)
{
	struct umbra_packet p = { .chunks = some_chunks() };

	*dir = below(2);
	if (!m->nr) {		/* nothing else opens, or is picked up */
		*dir = m->state == UMBRA_STATE_ESTABLISHED ? *dir : C;
		p.chunks = m->state == UMBRA_STATE_ESTABLISHED ? 0 :
			   below(3) ? UMBRA_SCTP_INIT : UMBRA_SCTP_HEARTBEAT;
	}
	p.tcp_flags = p.chunks || below(2) ? UMBRA_SCTP_CONTROL : 0;
	p.tag = p.chunks & UMBRA_SCTP_INIT ? 0 : some_tag(m, *dir);
	if (p.chunks & (UMBRA_SCTP_INIT | UMBRA_SCTP_INIT_ACK))
		p.initiate = some_number();
	else if (p.chunks & (UMBRA_SCTP_HEARTBEAT | UMBRA_SCTP_HEARTBEAT_ACK))
		p.info = some_number();
	p.key.proto = IPPROTO_SCTP;
	return p;
}

/* --- The comparison ----------------------------------------------------------------- */

static u32 passed, refused, quoted[2], newcomers, states[UMBRA_STATE_MAX + 1];

static bool same(const struct umbra_session *s, const struct model *m, int dir,
		 const struct umbra_packet *p, bool model_passes, bool passes)
{
	if (model_passes == passes && s->state == m->state &&
	    s->tags.tag[C] == carried(m, C) && s->tags.tag[S] == carried(m, S) &&
	    s->half[C].newcomer == joined(m, C) && s->half[S].newcomer == joined(m, S))
		return true;
	printf("# dir %d chunks %x tag %u initiate %u info %u: %d, %d; the model: %d, %d\n", dir,
	       p->chunks, p->tag, p->initiate, p->info, passes, s->state, model_passes, m->state);
	return false;
}

static bool quotes(const struct umbra_session *s, const struct model *m)
{
	int dir = below(2);
	struct umbra_packet p = { .tag = below(3) ? some_tag(m, dir) : 0 };
	bool may;

	p.initiate = p.tag || !below(4) ? 0 : some_number();
	may = !umbra_track_sctp_quoted(s, dir, &p);
	quoted[may]++;
	if (may == model_quoted(m, dir, p.tag, p.initiate))
		return true;
	printf("# dir %d tag %u initiate %u, quoted: %d\n", dir, p.tag, p.initiate, may);
	return false;
}

static bool judge(struct umbra_session *s, struct model *m, int dir, struct umbra_packet p)
{
	struct umbra_session before = *s;
	u8 state = s->state, why;
	bool model_passes;

	newcomers += joined(m, C) && !silent(m, ELDER);
	why = umbra_track_sctp(s, dir, &p, &state);
	if (why && (state != before.state || memcmp(s, &before, sizeof(before)))) {
		puts("# a packet that was refused has changed the session");
		return false;
	}
	s->state = state;
	model_passes = model_track(m, dir, &p);
	passed += !why;
	refused += !!why;
	states[state]++;
	return same(s, m, dir, &p, model_passes, !why);
}

static bool step(struct umbra_session *s, struct model *m)
{
	struct umbra_packet p;
	int dir;

	jiffies += below(4) ? 0 : below(SILENCE);
	p = some_packet(m, &dir);
	return judge(s, m, dir, p);
}

/* An end starts again, or somebody forges that for both ends. */
static bool whole_exchange(struct umbra_session *s, struct model *m)
{
	u32 init = some_number() + 5, answer = some_number() + 5, i;
	struct umbra_packet packet[] = {
		{ .chunks = UMBRA_SCTP_INIT, .initiate = init },
		{ .chunks = UMBRA_SCTP_INIT_ACK, .tag = init, .initiate = answer },
		{ .chunks = UMBRA_SCTP_COOKIE_ECHO, .tag = answer },
		{ .chunks = UMBRA_SCTP_COOKIE_ACK, .tag = init },
	};
	int from = below(2);

	for (i = 0; i < ARRAY_SIZE(packet); i++) {
		packet[i].key.proto = IPPROTO_SCTP;
		packet[i].tcp_flags = UMBRA_SCTP_CONTROL;
		if (!judge(s, m, i % 2 ? !from : from, packet[i]))
			return false;
	}
	return true;
}

static bool association(void)
{
	struct umbra_session s = { .life = UMBRA_LIVE, .state = UMBRA_STATE_OPENING };
	struct model m = { .state = UMBRA_STATE_OPENING };
	u32 i;

	if (!below(5))
		s.state = m.state = UMBRA_STATE_ESTABLISHED;	/* picked up */
	for (i = 0; i < PACKETS && s.state != UMBRA_STATE_CLOSED; i++) {
		if (!step(&s, &m) || !quotes(&s, &m))
			return false;
		if (m.state == UMBRA_STATE_ESTABLISHED && !below(12) && !whole_exchange(&s, &m))
			return false;
	}
	return true;
}

int main(void)
{
	bool ok = true, all = true;
	u32 i;

	seed_begin();
	for (i = 0; i < ASSOCIATIONS && ok; i++)
		ok = association();
	printf("# %u passed, %u refused\n", passed, refused);
	for (i = UMBRA_STATE_OPENING; i <= UMBRA_STATE_REPLIED; i++) {
		printf("# state %u: %u\n", i, states[i]);
		all = all && states[i] > ASSOCIATIONS / 100;
	}
	tap_ok(ok, "sctp: random associations are judged as the model judges them");
	printf("# %u quotations pass, %u do not\n", quoted[1], quoted[0]);
	printf("# %u came while there were two pairs of tags\n", newcomers);
	all = all && newcomers > ASSOCIATIONS && quoted[0] > ASSOCIATIONS && quoted[1] > ASSOCIATIONS;
	tap_ok(all && passed > ASSOCIATIONS && refused > ASSOCIATIONS,
	       "sctp: the random associations come to every state, and to both verdicts");
	return tap_done();
}
