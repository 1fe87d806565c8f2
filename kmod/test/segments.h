/* SPDX-License-Identifier: GPL-2.0 */
/* TCP segments in tables: short names, and the packet of a segment. */
#ifndef UMBRA_TEST_SEGMENTS_H
#define UMBRA_TEST_SEGMENTS_H

#include "packet/packet.h"
#include "session/session.h"
#include "states.h"

#define SYN		UMBRA_TCP_SYN
#define ACK		UMBRA_TCP_ACK
#define FIN		UMBRA_TCP_FIN
#define RST		UMBRA_TCP_RST

/* A packet of @s from @dir, with @len bytes of data, a window of 1,000, and no scale. */
static inline struct umbra_packet segment_packet(const struct umbra_session *s,
						 enum umbra_dir dir, u8 flags, u32 seq, u32 ack,
						 u32 len)
{
	return (struct umbra_packet) {
		.key = s->half[dir].key, .len = 40 + len, .tcp_flags = flags,
		.seq = seq, .ack = ack, .win = 1000, .scale = UMBRA_SCALE_NONE,
		.end = seq + len + !!(flags & SYN) + !!(flags & FIN),
	};
}

#endif
