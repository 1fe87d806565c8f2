/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the tests that put kmod/session/track_tcp.c between two ends of tcp_end.c. */
#ifndef UMBRA_SELFTEST_NAT_TCP_CASE_H
#define UMBRA_SELFTEST_NAT_TCP_CASE_H

#include "tcp_end.h"
#include "session/track.h"

#include <linux/umbra.h>

#define C	UMBRA_DIR_ORIGINAL
#define S	UMBRA_DIR_REPLY
#define SYN	UMBRA_TCP_SYN
#define ACK	UMBRA_TCP_ACK
#define FIN	UMBRA_TCP_FIN
#define RST	UMBRA_TCP_RST

/* As the router reads it, from an end whose windows are shifted by @shift. */
static inline struct umbra_packet tcp_packet(const struct tcp_segment *g, u8 shift)
{
	bool syn = g->flags & SYN;

	return (struct umbra_packet){
		.key.proto = IPPROTO_TCP, .seq = g->seq, .end = tcp_segment_end(g), .ack = g->ack,
		.win = syn ? min(g->win, U16_MAX) : g->win >> shift,
		.scale = syn ? shift : UMBRA_SCALE_NONE, .tcp_flags = g->flags,
	};
}

/* Return: whether it passes; then it has moved @s. */
static inline bool tcp_router(struct umbra_session *s, int dir, const struct tcp_segment *g,
			      u8 shift)
{
	struct umbra_packet p = tcp_packet(g, shift);
	u8 state = s->state, why;

	why = umbra_track_tcp(s, dir, &p, UMBRA_WINDOW_SETTING_STRICT, &state);
	s->state = state;
	return !why;
}

static inline bool tcp_is_quotable(struct umbra_session *s, int dir, u32 seq)
{
	return !umbra_track_tcp_quoted(s, dir, seq, UMBRA_WINDOW_SETTING_STRICT);
}

/* A session that has seen nothing yet. */
static inline struct umbra_session tcp_session(u8 state)
{
	struct umbra_session s = { .life = UMBRA_LIVE, .state = state };

	s.half[C].key.proto = IPPROTO_TCP;
	s.half[S].dir = S;
	return s;
}

#endif
