/* SPDX-License-Identifier: GPL-2.0 */
/* Challenge: ask a client that starts again whether it has given up its connection. */
#ifndef UMBRA_CHALLENGE_H
#define UMBRA_CHALLENGE_H

#include "packet/packet.h"
#include "session/session.h"
#include "under_rcu.h"

void __umbra_challenge(struct umbra_session *s, const struct umbra_packet *p);

/**
 * umbra_challenge() - challenge the client if a refused packet answers a SYN within a connection
 * @half: direction of the packet
 * @p: packet, which does not pass
 *
 * Context: softirq or BH off, RCU read side held, no lock.
 */
static inline void umbra_challenge(struct umbra_half *half, const struct umbra_packet *p)
{
	const u8 answer = UMBRA_TCP_SYN | UMBRA_TCP_ACK;

	umbra_assert_rcu();
	if (p->key.proto == IPPROTO_TCP && (p->tcp_flags & answer) == answer &&
	    half->dir == UMBRA_DIR_REPLY)
		__umbra_challenge(umbra_half_session(half), p);
}

#endif
