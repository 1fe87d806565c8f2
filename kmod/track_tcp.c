// SPDX-License-Identifier: GPL-2.0
/*
 * TCP: the states of a connection as seen from between its ends.
 *
 *   OPENING -- SYN back --> ANSWERED -- ACK --> ESTABLISHED -- FIN --> CLOSING
 *      |                       |                     |                    |
 *      +--------- RST ---------+--------- RST -------+--- FINs, RST ------+--> CLOSED
 *
 * A simultaneous open (RFC 5382 REQ-2) is two SYNs without ACK: the second one
 * answers the first. Long timeouts apply only from ESTABLISHED on, which takes
 * a packet of the client's after the server's SYN; nothing that one end alone
 * sends leads there. CLOSED lingers, so that retransmissions of the last
 * packets still pass; a new SYN begins anew with a new session.
 *
 * State moves under umbra_session.lock. Sequence numbers are not looked at
 * here: their place is after the flags are known and before the state moves.
 */
#include <linux/umbra.h>

#include "track.h"

static u8 syn_bit(enum umbra_dir dir)
{
	return UMBRA_SESSION_SYN_ORIGINAL << dir;
}

static u8 fin_bit(enum umbra_dir dir)
{
	return UMBRA_SESSION_FIN_ORIGINAL << dir;
}

static u8 after_syn(struct umbra_session *s, enum umbra_dir dir)
{
	s->flags |= syn_bit(dir);
	if (s->state == UMBRA_STATE_OPENING && (s->flags & UMBRA_SESSION_SYNS) == UMBRA_SESSION_SYNS)
		return UMBRA_STATE_ANSWERED;
	return s->state;
}

static u8 after_fin(struct umbra_session *s, enum umbra_dir dir, u8 state)
{
	s->flags |= fin_bit(dir);
	if ((s->flags & UMBRA_SESSION_FINS) == UMBRA_SESSION_FINS)
		return UMBRA_STATE_CLOSED;
	return max_t(u8, state, UMBRA_STATE_CLOSING);
}

u8 umbra_track_tcp(struct umbra_session *s, enum umbra_dir dir, const struct umbra_packet *p)
{
	u8 state = s->state;

	lockdep_assert_held(&s->lock);
	if (p->tcp_flags & UMBRA_TCP_RST)
		return UMBRA_STATE_CLOSED;
	if (p->tcp_flags & UMBRA_TCP_SYN)
		return after_syn(s, dir);
	/*
	 * Before the server has said anything there is nothing for the client to
	 * acknowledge. The server may send a challenge (RFC 5961 4.2).
	 */
	if (state == UMBRA_STATE_OPENING)
		return dir == UMBRA_DIR_ORIGINAL ? 0 : state;
	if (state == UMBRA_STATE_ANSWERED && dir == UMBRA_DIR_ORIGINAL)
		state = UMBRA_STATE_ESTABLISHED;
	if (p->tcp_flags & UMBRA_TCP_FIN)
		return after_fin(s, dir, state);
	return state;
}
