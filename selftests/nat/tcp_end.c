// SPDX-License-Identifier: GPL-2.0
/*
 * An end of a TCP connection: RFC 9293 section 3.10.7, with the three mitigations of RFC 5961:
 * only an exact reset closes (3.2), a SYN within a connection is challenged whatever its number (4.2),
 * and an acknowledgement has a window, too (5.2). Early data are kept. The end knows
 * nothing of scales, urgent data and timers.
 */
#include "tcp_end.h"

#define SYN	UMBRA_TCP_SYN
#define ACK	UMBRA_TCP_ACK
#define FIN	UMBRA_TCP_FIN
#define RST	UMBRA_TCP_RST

static bool at_most(u32 a, u32 b)
{
	return (s32)(b - a) >= 0;
}

static bool less(u32 a, u32 b)
{
	return (s32)(b - a) > 0;
}

struct tcp_segment tcp_end_ack(const struct tcp_end *e)
{
	return (struct tcp_segment){
		.flags = ACK, .seq = e->nxt, .ack = e->rcv_nxt, .win = e->rcv_wnd,
	};
}

struct tcp_segment tcp_end_unit(const struct tcp_end *e, u32 nr)
{
	struct tcp_segment g = tcp_end_ack(e);

	g.seq = e->iss + 1 + nr * TCP_UNIT;
	if (nr == e->units)
		g.flags |= FIN;
	else
		g.len = TCP_UNIT;
	return g;
}

static bool answer(struct tcp_segment *reply, struct tcp_segment what)
{
	*reply = what;
	return true;
}

/* 3.10.7.1: there is no connection. */
static bool closed_receives(const struct tcp_segment *g, struct tcp_segment *reply)
{
	if (g->flags & RST)
		return false;
	if (g->flags & ACK)
		return answer(reply, (struct tcp_segment){ .flags = RST, .seq = g->ack });
	return answer(reply, (struct tcp_segment){
		.flags = RST | ACK, .ack = tcp_segment_end(g),
	});
}

static void hear_syn(struct tcp_end *e, const struct tcp_segment *g)
{
	e->irs = g->seq;
	e->rcv_nxt = g->seq + 1;
	e->max_wnd = g->win;
}

static struct tcp_segment syn_ack(const struct tcp_end *e)
{
	struct tcp_segment g = tcp_end_ack(e);

	g.flags |= SYN;
	g.seq = e->iss;
	g.win = tcp_end_syn_window(e);
	return g;
}

/* 3.10.7.2 */
static bool listen_receives(struct tcp_end *e, const struct tcp_segment *g,
			    struct tcp_segment *reply)
{
	if (g->flags & RST)
		return false;
	if (g->flags & ACK)
		return closed_receives(g, reply);
	if (!(g->flags & SYN))
		return false;
	hear_syn(e, g);
	e->una = e->iss;
	e->nxt = e->iss + 1;
	e->state = END_SYN_RCVD;
	return answer(reply, syn_ack(e));
}

/* 3.10.7.3 */
static bool syn_sent_receives(struct tcp_end *e, const struct tcp_segment *g,
			      struct tcp_segment *reply)
{
	bool acks = g->flags & ACK && g->ack == e->nxt;

	if (g->flags & ACK && !acks)
		return !(g->flags & RST) && closed_receives(g, reply);
	if (g->flags & RST) {
		if (acks)
			e->state = END_CLOSED;
		return false;
	}
	if (!(g->flags & SYN))
		return false;
	hear_syn(e, g);
	e->state = acks ? END_OPEN : END_SYN_RCVD;
	if (!acks)
		return answer(reply, syn_ack(e));
	e->una = g->ack;
	return answer(reply, tcp_end_ack(e));
}

/* 3.4: does any part of it lie in the window? */
static bool acceptable(const struct tcp_end *e, const struct tcp_segment *g)
{
	u32 len = tcp_segment_end(g) - g->seq, last = g->seq + len - 1;
	u32 edge = e->rcv_nxt + e->rcv_wnd;

	if (!len)
		return at_most(e->rcv_nxt, g->seq) && (less(g->seq, edge) || g->seq == e->rcv_nxt);
	return (at_most(e->rcv_nxt, g->seq) && less(g->seq, edge)) ||
	       (at_most(e->rcv_nxt, last) && less(last, edge));
}

/* Keep what is in whole units of the other end, and go on as far as there is no hole. */
static void keep(struct tcp_end *e, const struct tcp_segment *g)
{
	u32 nr = (g->seq - e->irs - 1) / TCP_UNIT;

	if ((g->seq - e->irs - 1) % TCP_UNIT || nr > TCP_UNITS || (g->len && g->len != TCP_UNIT)) {
		if (g->seq == e->rcv_nxt) {	/* somebody else's, exact: nobody can tell */
			e->rcv_nxt = tcp_segment_end(g);
			e->fin_got |= !!(g->flags & FIN);
		}
		return;
	}
	e->got[nr] = true;
	if (g->flags & FIN)
		e->fin_at = g->seq + 1;
	for (nr = (e->rcv_nxt - e->irs - 1) / TCP_UNIT; nr <= TCP_UNITS && e->got[nr]; nr++) {
		if (e->fin_at && e->rcv_nxt + 1 == e->fin_at) {
			e->rcv_nxt++;
			e->fin_got = true;
			return;
		}
		e->rcv_nxt += TCP_UNIT;
	}
}

/* 3.10.7.4 */
static bool open_receives(struct tcp_end *e, const struct tcp_segment *g,
			  struct tcp_segment *reply)
{
	if (g->flags & SYN && !(g->flags & RST)) {
		if (e->state == END_SYN_RCVD && !(g->flags & ACK) && g->seq == e->irs)
			return answer(reply, syn_ack(e));
		return answer(reply, tcp_end_ack(e));
	}
	if (!acceptable(e, g))
		return !(g->flags & RST) && answer(reply, tcp_end_ack(e));
	if (g->flags & RST) {
		if (g->seq != e->rcv_nxt)
			return answer(reply, tcp_end_ack(e));
		e->state = END_CLOSED;
		return false;
	}
	if (!(g->flags & ACK))
		return false;
	if (!at_most(e->una - e->max_wnd, g->ack) || !at_most(g->ack, e->nxt))
		return answer(reply, tcp_end_ack(e));
	if (less(e->una, g->ack))
		e->una = g->ack;
	if (e->state == END_SYN_RCVD && e->una == e->iss)
		return false;
	e->state = END_OPEN;
	e->fin_acked |= e->una == e->iss + 1 + e->units * TCP_UNIT + 1;
	if (g->win > e->max_wnd)
		e->max_wnd = g->win;
	if (tcp_segment_end(g) == g->seq)
		return false;
	keep(e, g);
	return answer(reply, tcp_end_ack(e));
}

bool tcp_end_receive(struct tcp_end *e, const struct tcp_segment *g, struct tcp_segment *reply)
{
	switch (e->state) {
	case END_CLOSED:
		return closed_receives(g, reply);
	case END_LISTEN:
		return listen_receives(e, g, reply);
	case END_SYN_SENT:
		return syn_sent_receives(e, g, reply);
	default:
		return open_receives(e, g, reply);
	}
}
