/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An end of a TCP connection by RFC 9293 and RFC 5961. The router's tracking is
 * compared with it. No part of it comes from kmod/.
 */
#ifndef UMBRA_SELFTEST_NAT_TCP_END_H
#define UMBRA_SELFTEST_NAT_TCP_END_H

#include "skb.h"
#include "packet/packet.h"

#define TCP_UNIT	1000	/* bytes of data in a segment of an end's */
#define TCP_UNITS	40	/* segments that an end has to say at most */

enum tcp_state { END_CLOSED, END_LISTEN, END_SYN_SENT, END_SYN_RCVD, END_OPEN };

/**
 * struct tcp_segment - a segment
 * @flags: UMBRA_TCP_*
 * @seq: its number
 * @ack: what it acknowledges, with that flag
 * @len: bytes of data
 * @win: window, in bytes
 */
struct tcp_segment {
	u8 flags;
	u32 seq;
	u32 ack;
	u32 len;
	u32 win;
};

/**
 * struct tcp_end - an end
 * @state: of RFC 9293 section 3.3.2, those from ESTABLISHED to TIME-WAIT in one
 * @iss: its first number
 * @una: SND.UNA
 * @nxt: SND.NXT
 * @max_wnd: the largest window that it was offered (RFC 5961 section 5.2)
 * @irs: the other end's first number
 * @rcv_nxt: RCV.NXT
 * @rcv_wnd: RCV.WND
 * @units: segments that it has to send, and then a FIN
 * @fin_acked: its FIN was acknowledged
 * @fin_got: the other end's FIN came, in its place
 * @got: how many of the other end's segments arrived; the FIN is one more
 * @fin_at: the number after the other end's FIN, once that came
 */
struct tcp_end {
	enum tcp_state state;
	u32 iss, una, nxt, max_wnd;
	u32 irs, rcv_nxt, rcv_wnd;
	u32 units;
	bool fin_acked, fin_got;
	bool got[TCP_UNITS + 1];
	u32 fin_at;
};

/* What follows it. */
static inline u32 tcp_segment_end(const struct tcp_segment *g)
{
	return g->seq + g->len + !!(g->flags & UMBRA_TCP_SYN) + !!(g->flags & UMBRA_TCP_FIN);
}

/* A SYN's window is not scaled (RFC 7323 section 2.2). */
static inline u32 tcp_end_syn_window(const struct tcp_end *e)
{
	return e->rcv_wnd < 65535 ? e->rcv_wnd : 65535;
}

/**
 * tcp_end_receive() - a segment arrives
 * @e: end
 * @g: segment
 * @reply: filled: what it answers at once
 *
 * Return: whether there is a reply.
 */
bool tcp_end_receive(struct tcp_end *e, const struct tcp_segment *g, struct tcp_segment *reply);

/* The acknowledgement that an end may send at any time. */
struct tcp_segment tcp_end_ack(const struct tcp_end *e);

/* Its @nr-th segment of data, counted from 0; after the last one its FIN. */
struct tcp_segment tcp_end_unit(const struct tcp_end *e, u32 nr);

#endif
