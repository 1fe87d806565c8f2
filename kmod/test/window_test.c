// SPDX-License-Identifier: GPL-2.0
/*
 * Windows: which TCP segments fit their connection, as tables of segments with the verdict and the
 * next state. Each table is played with several initial sequence numbers of each end, near every
 * place where 32-bit arithmetic could fail. Random conversations are tested by
 * selftests/nat/test_window.c.
 */
#include "world.h"

#include "policy/policy.h"
#include "segments.h"
#include "session/track.h"

#define NONE		UMBRA_SCALE_NONE
#define LARGEST		(65535 << 14)
#define BOUND_5		((2 * 5 << 14) + (16 << 20))	/* limit of a window of 5, picked up */
#define LEAST		(1 << 20)	/* minimum window for late segments */

/**
 * struct segment - one segment and the result
 * @dir: its sender
 * @flags: 0 ends the table
 * @seq: counted from its sender's first number
 * @ack: counted from the other end's first number
 * @len: bytes of data
 * @win: window, before scaling
 * @scale: window scale of a SYN
 * @state: state afterwards, or REFUSED
 */
struct segment {
	u8 dir;
	u8 flags;
	u32 seq;
	u32 ack;
	u32 len;
	u16 win;
	u8 scale;
	u8 state;
};

struct conversation {
	const char *name;
	bool mid_stream;
	bool liberal;
	struct segment segment[16];
};

#define SYN_C(window, shift)	{ C, SYN, 0, 0, 0, window, shift, OPENING }
#define SYN_S(window, shift)	{ S, SYN | ACK, 0, 1, 0, window, shift, ANSWERED }
#define ACK_C(window)		{ C, ACK, 1, 1, 0, window, 0, ESTABLISHED }
/* A handshake with both ends' windows and scales. */
#define OPEN(cw, cs, sw, ss)	SYN_C(cw, cs), SYN_S(sw, ss), ACK_C(cw)
#define OPEN_1000		OPEN(1000, NONE, 1000, NONE)
#define OPEN_64K		OPEN(65535, NONE, 65535, NONE)

static const struct conversation conversations[] = {
	{ "data pass up to the edge of the window, and one byte as a probe", .segment = {
		OPEN_1000,
		{ S, ACK, 1, 1, 1000, 1000, 0, ESTABLISHED },
		{ S, ACK, 1001, 1, 2, 1000, 0, REFUSED },
		{ S, ACK, 1001, 1, 1, 1000, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 1001, 1000, 0, ESTABLISHED },
		{ C, ACK, 1002, 1, 1, 1000, 0, REFUSED } } },
	{ "a window is scaled once both SYNs have offered a scale", .segment = {
		OPEN(1000, 3, 1000, 5),
		{ S, ACK, 1, 1, 8003, 10, 0, REFUSED },
		{ S, ACK, 1, 1, 8001, 10, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 1002, 10, 0, REFUSED },
		{ S, ACK, 8002, 1, 0, 1000, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 32001, 10, 0, ESTABLISHED },
		{ C, ACK, 32002, 1, 1, 10, 0, REFUSED } } },
	{ "a window scale that only the client's SYN offers does not count", .segment = {
		OPEN(1000, 3, 1000, NONE),
		{ S, ACK, 1, 1, 1002, 1000, 0, REFUSED },
		{ S, ACK, 1, 1, 1001, 1000, 0, ESTABLISHED } } },
	{ "a window scale that only the server's SYN offers does not count", .segment = {
		OPEN(1000, NONE, 1000, 3),
		{ S, ACK, 1, 1, 0, 1000, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 1002, 1000, 0, REFUSED },
		{ C, ACK, 1, 1, 1001, 1000, 0, ESTABLISHED } } },
	{ "the window of a SYN itself is not scaled", .segment = {
		SYN_C(1000, 3), SYN_S(1000, 3),
		{ S, ACK, 1, 1, 1002, 1000, 0, ANSWERED },
		{ C, ACK, 1, 1003, 0, 1000, 0, ANSWERED },
		{ S, ACK, 1, 1, 1001, 1000, 0, ANSWERED },
		{ C, ACK, 1, 1002, 8003, 1000, 0, ANSWERED },
		{ C, ACK, 1, 1002, 8001, 1000, 0, ESTABLISHED } } },
	{ "the largest window scale is 14", .segment = {
		OPEN(65535, 14, 65535, 14),
		{ S, ACK, 1, 1, LARGEST + 2, 65535, 0, REFUSED },
		{ S, ACK, 1, 1, LARGEST + 1, 65535, 0, ESTABLISHED },
		{ C, ACK, 1, LARGEST + 2, 0, 65535, 0, ESTABLISHED },
		{ S, ACK, LARGEST + 2, 1, LARGEST, 65535, 0, ESTABLISHED },
		{ C, ACK, 1, 2 * LARGEST + 2, 0, 65535, 0, ESTABLISHED },
		{ S, ACK, LARGEST + 1, 1, 0, 65535, 0, ESTABLISHED },
		{ S, ACK, LARGEST, 1, 0, 65535, 0, REFUSED } } },
	{ "a retransmission passes if it is at most a window old, or 1 MiB", .segment = {
		OPEN_64K,
		{ C, ACK, 1, 1, 60000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 60001, 0, 65535, 0, ESTABLISHED },
		{ C, ACK, 60001, 1, 60000, 65535, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 1460, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 120001, 0, 65535, 0, ESTABLISHED },
		{ C, ACK, 120000 - LEAST - 10, 1, 9, 65535, 0, REFUSED },
		{ C, ACK, 120000 - LEAST - 10, 1, 10, 65535, 0, ESTABLISHED } } },
	{ "a late acknowledgement passes if it is at most a window old, or 1 MiB", .segment = {
		OPEN_64K,
		{ C, ACK, 1, 1, 60000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 60001, 0, 65535, 0, ESTABLISHED },
		{ C, ACK, 60001, 1, 60000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 120001, 0, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 120001 - LEAST, 0, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 120000 - LEAST, 0, 65535, 0, REFUSED } } },
	{ "an acknowledgement of data that were not sent is refused", .segment = {
		OPEN_64K,
		{ S, ACK, 1, 2, 0, 65535, 0, REFUSED },
		{ C, ACK, 1, 2, 0, 65535, 0, REFUSED },
		{ C, ACK, 1, 1, 100, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 101, 0, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 102, 0, 65535, 0, REFUSED } } },
	{ "a hole may stay open as long as the window lets its sender go on", .segment = {
		OPEN_64K,
		{ C, ACK, 1, 1, 30000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 1, 0, 65535, 0, ESTABLISHED },
		{ C, ACK, 30001, 1, 35535, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 1, 0, 65535, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 1460, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 65536, 0, 65535, 0, ESTABLISHED } } },
	{ "a closed window may be probed, and may open again", .segment = {
		OPEN_1000,
		{ S, ACK, 1, 1, 1000, 1000, 0, ESTABLISHED },
		{ C, ACK, 1, 1001, 0, 0, 0, ESTABLISHED },
		{ S, ACK, 1000, 1, 0, 1000, 0, ESTABLISHED },
		{ S, ACK, 1001, 1, 1, 1000, 0, ESTABLISHED },
		{ S, ACK, 1001, 1, 2, 1000, 0, REFUSED },
		{ C, ACK, 1, 1001, 0, 0, 0, ESTABLISHED },
		{ C, ACK, 1, 1002, 0, 0, 0, ESTABLISHED },
		{ C, ACK, 1, 1002, 0, 500, 0, ESTABLISHED },
		{ S, ACK, 1002, 1, 500, 1000, 0, ESTABLISHED } } },
	{ "a window that shrinks does not take back what it allowed", .segment = {
		OPEN_1000,
		{ C, ACK, 1, 1, 0, 0, 0, ESTABLISHED },
		{ S, ACK, 1, 1, 1000, 1000, 0, ESTABLISHED } } },
	{ "a keep-alive with the number before the next passes, with a byte or without",
	  .segment = {
		OPEN_1000,
		{ S, ACK, 0, 1, 0, 1000, 0, ESTABLISHED },
		{ S, ACK, 0, 1, 1, 1000, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 0, 1000, 0, ESTABLISHED } } },
	{ "a packet of many segments counts as one long segment", .segment = {
		OPEN(65535, 7, 65535, 7),
		{ S, ACK, 1, 1, 0, 4000, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 250000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 250001, 0, 4000, 0, ESTABLISHED },
		{ C, ACK, 100001, 1, 500000, 65535, 0, ESTABLISHED } } },
	{ "a FIN counts as one number, and a FIN that does not fit closes nothing", .segment = {
		OPEN_1000,
		{ C, FIN | ACK, 1002, 1, 0, 1000, 0, REFUSED },
		{ C, FIN | ACK, 1, 1, 10, 1000, 0, CLOSING },
		{ S, ACK, 1, 13, 0, 1000, 0, REFUSED },
		{ S, ACK, 1, 12, 0, 1000, 0, CLOSING },
		{ S, FIN | ACK, 1, 12, 0, 1000, 0, CLOSED },
		{ C, ACK, 12, 2, 0, 1000, 0, CLOSED },
		{ C, ACK, 12, 3, 0, 1000, 0, REFUSED } } },

	/* Resets. */
	{ "a reset closes if its number is the next, and passes if it fits", .segment = {
		OPEN_1000,
		{ S, RST, 2, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, 1002, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, 1003, 0, 0, 0, 0, REFUSED },
		{ S, RST, 0, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, -LEAST, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, -LEAST - 1, 0, 0, 0, 0, REFUSED },
		{ C, RST, 2, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, 1, 0, 0, 0, 0, CLOSED } } },
	{ "a reset closes at the last acknowledged number or the end of the data, not between",
	  .segment = {
		OPEN_1000,
		{ S, ACK, 1, 1, 500, 1000, 0, ESTABLISHED },
		{ S, RST, 250, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, 501, 0, 0, 0, 0, CLOSED } } },
	{ "a reset that answers an acknowledgement closes, although more was sent", .segment = {
		OPEN_1000,
		{ S, ACK, 1, 1, 500, 1000, 0, ESTABLISHED },
		{ C, ACK, 1, 301, 0, 1000, 0, ESTABLISHED },
		{ S, RST, 301, 0, 0, 0, 0, CLOSED } } },
	{ "what a reset acknowledges does not matter", .segment = {
		OPEN_1000,
		{ S, RST | ACK, 2, 77777, 0, 0, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 10, 1000, 0, ESTABLISHED },
		{ S, RST | ACK, 1, 77777, 0, 0, 0, CLOSED } } },
	{ "a reset still has to be exact after one end's FIN", .segment = {
		OPEN_1000,
		{ C, FIN | ACK, 1, 1, 0, 1000, 0, CLOSING },
		{ S, RST, 1003, 0, 0, 0, 0, REFUSED },
		{ S, RST, 300, 0, 0, 0, 0, CLOSING },
		{ S, RST, 1, 0, 0, 0, 0, CLOSED } } },
	{ "a segment behind a hole makes no reset exact", .segment = {
		OPEN_64K,
		{ C, ACK, 60001, 1, 0, 65535, 0, ESTABLISHED },
		{ C, RST, 60001, 0, 0, 0, 0, ESTABLISHED },
		{ C, ACK, 50001, 1, 10000, 65535, 0, ESTABLISHED },
		{ C, RST, 60001, 0, 0, 0, 0, ESTABLISHED },
		{ C, RST, 1, 0, 0, 0, 0, CLOSED } } },
	{ "a segment behind an open hole makes no reset exact, even if it is acknowledged",
	  .segment = {
		OPEN_64K,
		{ C, ACK, 50001, 1, 10000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 60001, 0, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 60002, 0, 65535, 0, REFUSED },
		{ C, RST, 60001, 0, 0, 0, 0, ESTABLISHED },
		{ C, ACK, 100001, 1, 0, 65535, 0, REFUSED },
		{ C, RST, 1, 0, 0, 0, 0, CLOSED } } },
	{ "once a hole is filled and all is acknowledged, a reset at the end closes", .segment = {
		OPEN_64K,
		{ C, ACK, 1001, 1, 1000, 65535, 0, ESTABLISHED },
		{ C, ACK, 3001, 1, 1000, 65535, 0, ESTABLISHED },
		{ C, ACK, 2001, 1, 1000, 65535, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 1000, 65535, 0, ESTABLISHED },
		{ C, RST, 4001, 0, 0, 0, 0, ESTABLISHED },
		{ S, ACK, 1, 2001, 0, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 4001, 0, 65535, 0, ESTABLISHED },
		{ C, RST, 4001, 0, 0, 0, 0, CLOSED } } },
	{ "a FIN counts once nothing in front of it is missing", .segment = {
		OPEN_64K,
		{ C, FIN | ACK, 1001, 1, 0, 65535, 0, ESTABLISHED },
		{ S, FIN | ACK, 2001, 1, 0, 65535, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 1000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 1002, 1000, 65535, 0, CLOSING },
		{ S, ACK, 1001, 1002, 0, 65535, 0, CLOSING },
		{ S, ACK, 1001, 1002, 500, 65535, 0, CLOSING },
		{ C, ACK, 1002, 2002, 0, 65535, 0, CLOSED } } },
	{ "a FIN with a number that its sender has already used closes nothing", .segment = {
		OPEN_64K,
		{ C, ACK, 1, 1, 1000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 1001, 500, 65535, 0, ESTABLISHED },
		{ C, FIN | ACK, 1, 1, 0, 65535, 0, ESTABLISHED },
		{ S, FIN | ACK, 1, 1, 0, 65535, 0, ESTABLISHED },
		{ C, FIN | ACK, 1001, 501, 0, 65535, 0, CLOSING },
		{ C, FIN | ACK, 1001, 501, 0, 65535, 0, CLOSING } } },
	{ "a FIN closes nothing if its sender goes on behind it", .segment = {
		OPEN_64K,
		{ C, FIN | ACK, 1001, 1, 0, 65535, 0, ESTABLISHED },
		{ C, ACK, 2001, 1, 1000, 65535, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 2000, 65535, 0, ESTABLISHED },
		{ S, ACK, 1, 3001, 0, 65535, 0, ESTABLISHED } } },
	{ "a server's reset of a SYN has to acknowledge it", .segment = {
		SYN_C(1000, NONE),
		{ S, RST, 0, 0, 0, 0, 0, REFUSED },
		{ S, RST | ACK, 0, 0, 0, 0, 0, REFUSED },
		{ S, RST | ACK, 0, 2, 0, 0, 0, REFUSED },
		{ S, RST | ACK, 0, 1, 0, 0, 0, CLOSED } } },
	{ "a client may give up its SYN with a reset", .segment = {
		SYN_C(1000, NONE), { C, RST, 1, 0, 0, 0, 0, CLOSED },
		{ S, SYN | ACK, 0, 1, 0, 1000, NONE, CLOSED },
		{ C, RST, 1, 0, 0, 0, 0, CLOSED } } },
	{ "a server may answer a SYN and then refuse it", .segment = {
		SYN_C(1000, NONE), SYN_S(1000, NONE),
		{ S, RST | ACK, 500000, 2, 0, 0, 0, ANSWERED },
		{ S, RST | ACK, 500000, 1, 0, 0, 0, CLOSED } } },
	{ "a server that has closed may refuse a late copy of the SYN", .segment = {
		OPEN_1000,
		{ C, FIN | ACK, 1, 1, 0, 1000, 0, CLOSING },
		{ S, RST | ACK, -5000000, 1, 0, 0, 0, REFUSED },
		{ S, FIN | ACK, 1, 2, 0, 1000, 0, CLOSED },
		{ S, RST | ACK, -5000000, 1, 0, 0, 0, CLOSED },
		{ S, RST | ACK, -5000000, 0, 0, 0, 0, REFUSED },
		{ S, RST | ACK, -5000000, 3, 0, 0, 0, REFUSED },
		{ S, RST, -5000000, 0, 0, 0, 0, REFUSED } } },
	{ "a server that has closed may answer a late copy of the SYN, and the client resets it",
	  .segment = {
		OPEN_1000,
		{ C, FIN | ACK, 1, 1, 0, 1000, 0, CLOSING },
		{ S, SYN | ACK, 15625000, 1, 0, 1000, NONE, REFUSED },
		{ S, FIN | ACK, 1, 2, 0, 1000, 0, CLOSED },
		{ C, ACK, 2, 2, 0, 1000, 0, CLOSED },
		{ C, SYN, 0, 0, 0, 1000, NONE, CLOSED },
		{ S, SYN | ACK, 15625000, 1, 0, 1000, NONE, CLOSED },
		{ S, SYN | ACK, 15625000, 0, 0, 1000, NONE, REFUSED },
		{ S, SYN | ACK, 15625000, 3, 0, 1000, NONE, REFUSED },
		{ S, ACK, 15625001, 1, 0, 1000, 0, REFUSED },
		{ C, ACK, 2, 2, 0, 1000, 0, CLOSED },
		{ C, RST, 1, 0, 0, 0, 0, CLOSED } } },

	/* Opening. */
	{ "a SYN may have data, which its answer need not acknowledge", .segment = {
		{ C, SYN, 0, 0, 500, 1000, NONE, OPENING }, SYN_S(1000, NONE),
		{ C, ACK, 1, 1, 500, 1000, 0, ESTABLISHED },
		{ S, ACK, 1, 501, 0, 1000, 0, ESTABLISHED } } },
	{ "an answer may acknowledge a SYN's data, and the server may go on before the client",
	  .segment = {
		{ C, SYN, 0, 0, 500, 1000, NONE, OPENING },
		{ S, SYN | ACK, 0, 502, 0, 1000, NONE, OPENING },
		{ S, SYN | ACK, 0, 501, 0, 1000, NONE, ANSWERED },
		{ S, ACK, 1, 501, 800, 1000, 0, ANSWERED },
		{ S, FIN | ACK, 801, 501, 0, 1000, 0, CLOSING },
		{ C, ACK, 501, 802, 0, 1000, 0, CLOSING } } },
	{ "a SYN that comes again without its data is the same SYN", .segment = {
		{ C, SYN, 0, 0, 500, 1000, NONE, OPENING }, SYN_C(1000, NONE),
		{ S, SYN | ACK, 0, 501, 0, 1000, NONE, ANSWERED } } },
	{ "a server may answer a SYN that has data with data and a FIN at once", .segment = {
		{ C, SYN, 0, 0, 500, 1000, NONE, OPENING },
		{ S, SYN | ACK | FIN, 0, 501, 300, 1000, NONE, CLOSING },
		{ C, ACK, 501, 302, 0, 1000, 0, CLOSING },
		{ C, FIN | ACK, 501, 302, 0, 1000, 0, CLOSED } } },
	{ "a refusal may acknowledge a SYN's data", .segment = {
		{ C, SYN, 0, 0, 500, 1000, NONE, OPENING },
		{ S, RST | ACK, 0, 501, 0, 0, 0, CLOSED } } },
	{ "an older connection's answers pass until there is a right one", .segment = {
		SYN_C(1000, NONE),
		{ S, SYN | ACK, 777777, 5555, 0, 1000, NONE, OPENING },
		{ C, RST, 5555, 0, 0, 0, 0, OPENING },
		{ S, ACK, 888888, 6666, 0, 1000, 0, OPENING },
		{ C, ACK, 1, 888888, 0, 1000, 0, REFUSED },
		{ C, RST, 6666, 0, 0, 0, 0, OPENING },
		OPEN_1000, { S, ACK, 1, 1, 1000, 1000, 0, ESTABLISHED } } },
	{ "a client that tries again with a new number is answered with that number", .segment = {
		SYN_C(1000, 5),
		{ C, SYN, 9000000, 0, 0, 1000, NONE, OPENING },
		{ S, SYN | ACK, 0, 1, 0, 1000, 5, OPENING },
		{ S, SYN | ACK, 0, 9000001, 0, 1000, 5, ANSWERED },
		{ C, ACK, 1, 1, 0, 1000, 0, ANSWERED },
		{ C, ACK, 9000001, 1, 1001, 1000, 0, ESTABLISHED },
		{ C, ACK, 9001002, 1, 1, 1000, 0, REFUSED } } },
	{ "of two answers to a SYN the second counts, with its window scale", .segment = {
		SYN_C(1000, 3), SYN_S(1000, NONE),
		{ S, SYN | ACK, 50000000, 1, 0, 1000, 3, ANSWERED },
		{ C, ACK, 1, 1, 0, 1000, 0, ANSWERED },
		{ C, ACK, 1, 50000001, 0, 1000, 0, ESTABLISHED },
		{ S, ACK, 50000001, 1, 8001, 1000, 0, ESTABLISHED } } },
	{ "a client establishes a connection only by acknowledging the server's SYN", .segment = {
		SYN_C(1000, NONE), SYN_S(1000, NONE),
		{ C, ACK, 1, 0, 0, 1000, 0, ANSWERED },
		{ C, ACK, 1, 2, 0, 1000, 0, ANSWERED },
		{ C, ACK, 1003, 1, 0, 1000, 0, ANSWERED },
		ACK_C(1000) } },
	{ "the segments of a connection that is over pass and close a late copy of its SYN",
	  .segment = {
		SYN_C(1000, NONE), SYN_S(1000, NONE),
		{ C, ACK, 300, 777777, 0, 1000, 0, ANSWERED },
		{ S, RST, 777777, 0, 0, 0, 0, ANSWERED },
		{ C, FIN | ACK, 300, 777777, 0, 1000, 0, ANSWERED },
		{ S, SYN | ACK, 0, 1, 0, 1000, NONE, ANSWERED },
		{ C, RST, 1, 0, 0, 0, 0, CLOSED } } },
	{ "two SYNs that cross open a connection, with their window scales", .segment = {
		SYN_C(1000, 2),
		{ S, SYN, 0, 0, 0, 1000, 3, ANSWERED },
		{ C, SYN | ACK, 0, 1, 0, 1000, 2, ANSWERED },
		{ S, SYN | ACK, 0, 1, 0, 1000, 3, ANSWERED },
		ACK_C(1000),
		{ S, ACK, 1, 1, 4002, 1000, 0, REFUSED },
		{ S, ACK, 1, 1, 4001, 1000, 0, ESTABLISHED },
		{ C, ACK, 1, 1, 8001, 1000, 0, ESTABLISHED } } },
	{ "a forged SYN from the server does not keep a connection from opening", .segment = {
		SYN_C(1000, 2),
		{ S, SYN, 123456789, 0, 0, 1000, NONE, ANSWERED },
		SYN_S(1000, 3), ACK_C(1000),
		{ S, ACK, 1, 1, 4001, 1000, 0, ESTABLISHED } } },

	/* A SYN within a connection. */
	{ "late copies of the first SYN and its answer change nothing", .segment = {
		OPEN_1000,
		{ C, SYN, 0, 0, 0, 1000, NONE, ESTABLISHED },
		{ S, SYN | ACK, 0, 1, 0, 1000, NONE, ESTABLISHED },
		{ C, ACK, 1, 1, 0, 1000, 0, ESTABLISHED } } },
	{ "a client's SYN in an established connection passes, to be challenged", .segment = {
		OPEN_1000,
		{ C, SYN, 5000000, 0, 0, 1000, NONE, ESTABLISHED },
		{ C, ACK, 5000001, 1, 0, 1000, 0, REFUSED },
		{ S, ACK, 1, 1, 0, 1000, 0, ESTABLISHED },
		{ C, RST, 1, 0, 0, 0, 0, CLOSED } } },
	{ "a server's answer to a client's SYN in an established connection is refused",
	  .segment = {
		OPEN_1000,
		{ C, SYN, 5000000, 0, 0, 1000, NONE, ESTABLISHED },
		{ S, SYN | ACK, 333, 5000002, 0, 1000, NONE, REFUSED },
		{ S, SYN | ACK, 333, 5000001, 0, 1000, NONE, REFUSED },
		{ C, SYN, 7000000, 0, 0, 1000, NONE, ESTABLISHED },
		{ C, ACK, 1, 1, 100, 1000, 0, ESTABLISHED },
		{ C, RST, 101, 0, 0, 0, 0, CLOSED } } },
	{ "a server's refusal of a client's SYN in an established connection passes", .segment = {
		OPEN_1000,
		{ S, RST | ACK, 5000000, 5000001, 0, 0, 0, REFUSED },
		{ C, SYN, 5000000, 0, 0, 1000, NONE, ESTABLISHED },
		{ S, RST | ACK, 5000000, 5000001, 0, 0, 0, ESTABLISHED } } },
	{ "a server's SYN in an established connection has to fit", .segment = {
		OPEN_1000,
		{ S, SYN, 9999999, 0, 0, 1000, NONE, REFUSED },
		{ S, SYN | ACK, 9999999, 1, 0, 1000, NONE, REFUSED },
		{ S, SYN, 5, 0, 0, 1000, NONE, ESTABLISHED },
		{ C, SYN | ACK, 9999999, 1, 0, 1000, NONE, REFUSED } } },

	/* Connections that are picked up in mid-stream. */
	{ "a connection picked up in mid-stream allows a largest window until both ends have sent",
	  .mid_stream = true, .segment = {
		{ C, ACK, 1000, 2000, 0, 5, 0, ESTABLISHED },
		{ C, ACK, 1000, 2000, LARGEST + 2, 5, 0, REFUSED },
		{ C, ACK, 1000, 3000000000U, 0, 5, 0, REFUSED },
		{ C, ACK, 1000, 2000, LARGEST + 1, 5, 0, ESTABLISHED } } },
	{ "once both ends have sent, a picked-up connection allows what its windows may scale to",
	  .mid_stream = true, .segment = {
		{ C, ACK, 1000, 2000, 0, 5, 0, ESTABLISHED },
		{ S, ACK, 2000, 1000, 1460, 5, 0, ESTABLISHED },
		{ C, ACK, 1000, 1002000, 0, 5, 0, ESTABLISHED },
		{ S, ACK, 1500, 1000, 500, 5, 0, ESTABLISHED },
		{ C, ACK, 1000, 2000, BOUND_5 + 2, 5, 0, REFUSED },
		{ C, ACK, 1000, 3460, BOUND_5 + 1, 5, 0, ESTABLISHED },
		{ S, ACK, 3460 + BOUND_5 + 1, 1000, 1, 5, 0, REFUSED },
		{ C, ACK, 1000, 3460 + BOUND_5 + 2, 0, 5, 0, REFUSED },
		{ S, ACK, 3460, 1000, 0, 5000, 0, ESTABLISHED },
		{ C, ACK, 1000, 3460, (5000 << 14) + 2, 5, 0, REFUSED },
		{ C, ACK, 1000, 3460, (5000 << 14) + 1, 5, 0, ESTABLISHED },
		{ S, RST, 1002000, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, 2001, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, 3460, 0, 0, 0, 0, CLOSED } } },
	{ "a connection may be picked up by a server's segment, and earlier bytes may come again",
	  .mid_stream = true, .segment = {
		{ S, ACK, 2000, 1000, 1460, 5, 0, ESTABLISHED },
		{ C, ACK, 100, 1000, 20, 5, 0, ESTABLISHED },
		{ C, ACK, 1000, 3460, 20, 5, 0, ESTABLISHED },
		{ C, FIN | ACK, 1020, 3460, 0, 5, 0, CLOSING },
		{ S, FIN | ACK, 3460, 1021, 0, 5, 0, CLOSED } } },

	/* Liberal. */
	{ "liberal: a segment that does not fit passes and makes no reset exact",
	  .liberal = true, .segment = {
		OPEN_1000,
		{ S, ACK, 7000000, 1, 100, 1000, 0, ESTABLISHED },
		{ C, ACK, 1, 7000100, 0, 1000, 0, ESTABLISHED },
		{ S, RST, 7000100, 0, 0, 0, 0, ESTABLISHED },
		{ S, RST, 5, 0, 0, 0, 0, ESTABLISHED },
		{ S, SYN | ACK, 9999999, 1, 0, 1000, NONE, ESTABLISHED },
		{ C, FIN | ACK, 8000000, 1, 0, 1000, 0, CLOSING },
		{ C, RST, 8000000, 0, 0, 0, 0, CLOSING },
		{ S, RST, 1, 0, 0, 0, 0, CLOSED } } },
	{ "liberal: an acknowledgement that does not fit establishes a connection",
	  .liberal = true, .segment = {
		SYN_C(1000, NONE), SYN_S(1000, NONE),
		{ C, ACK, 70000, 80000, 0, 1000, 0, ESTABLISHED } } },
};
KUNIT_ARRAY_PARAM_DESC(conversation, conversations, name);

/* First numbers of client and server. */
static const u32 firsts[][UMBRA_DIR_MAX] = {
	{ 0, 0 }, { 100, 0xffffffff }, { 0xfffffc18, 0x7fffff00 }, { 0x80000000, 0xfffffe0c },
	{ 0xc0000000, 0x40000000 }, { 0xbffffff0, 0xffff0000 },
};

static u8 tracked(struct umbra_session *s, const struct segment *seg, const u32 *first,
		  bool liberal)
{
	struct umbra_settings set = {};
	struct umbra_packet p = segment_packet(s, seg->dir, seg->flags,
					       first[seg->dir] + seg->seq,
					       first[!seg->dir] + seg->ack, seg->len);
	u8 why, key;

	p.win = seg->win;
	p.scale = seg->scale;
	for (key = 0; key <= UMBRA_SETTING_MAX; key++)
		set.value[key] = 1000;
	set.value[UMBRA_SETTING_TCP_WINDOW] = liberal ? UMBRA_WINDOW_SETTING_LIBERAL :
							UMBRA_WINDOW_SETTING_STRICT;
	local_bh_disable();
	why = umbra_track(s, seg->dir, &p, &set);
	local_bh_enable();
	return why;
}

/* Compare all that a packet may change: the fields after the lock. */
static bool is_as_before(const struct umbra_session *s, const struct umbra_session *before)
{
	const size_t from = offsetofend(struct umbra_session, lock);

	return !memcmp((const void *)s + from, (const void *)before + from, sizeof(*s) - from);
}

static void send_segment(struct kunit *test, struct umbra_session *s,
			 const struct conversation *c, u32 n, u32 round)
{
	const struct segment *seg = &c->segment[n];
	struct umbra_session before;
	u8 why;

	s->seen -= HZ;
	s->expires -= n ? HZ : 0;
	memcpy(&before, s, sizeof(before));
	why = tracked(s, seg, firsts[round], c->liberal);
	if (seg->state == REFUSED)
		KUNIT_EXPECT_NE_MSG(test, why, 0, "segment %u, round %u", n, round);
	else
		KUNIT_EXPECT_EQ_MSG(test, why, 0, "segment %u, round %u", n, round);
	if (seg->state == REFUSED)
		KUNIT_EXPECT_TRUE_MSG(test, is_as_before(s, &before), "segment %u, round %u", n,
				      round);
	else
		KUNIT_EXPECT_EQ_MSG(test, s->state, seg->state, "segment %u, round %u", n, round);
}

static void each_TCP_segment_gets_the_expected_verdict_and_state(struct kunit *test)
{
	const struct conversation *c = test->param_value;
	struct umbra_session *s;
	u32 round, n;

	for (round = 0; round < ARRAY_SIZE(firsts); round++) {
		s = umbra_test_begun(test, IPPROTO_TCP, c->mid_stream);
		for (n = 0; n < ARRAY_SIZE(c->segment) && c->segment[n].flags; n++)
			send_segment(test, s, c, n, round);
		umbra_test_drop(s);
	}
}

static void a_packet_that_finds_a_dying_session_leaves_it_unchanged(struct kunit *test)
{
	static const struct segment opens[] = { OPEN_1000 };
	struct umbra_session *s = umbra_test_begun(test, IPPROTO_TCP, false);
	rcu_callback_t func;
	u32 n;

	for (n = 0; n < ARRAY_SIZE(opens); n++)
		KUNIT_EXPECT_EQ(test, tracked(s, &opens[n], firsts[0], false), 0);
	KUNIT_EXPECT_EQ(test, umbra_test_insert(s), 0);
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, umbra_test_kill(s, UMBRA_REASON_KILLED));
	func = s->rcu.func;
	KUNIT_EXPECT_EQ(test, tracked(s, &opens[2], firsts[0], false), UMBRA_REASON_TCP_STRAY);
	KUNIT_EXPECT_PTR_EQ(test, func, s->rcu.func);
	KUNIT_EXPECT_FALSE(test, umbra_test_kill(s, UMBRA_REASON_TIMEOUT));
	KUNIT_EXPECT_EQ(test, s->ended, UMBRA_REASON_KILLED);
	rcu_read_unlock();
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(each_TCP_segment_gets_the_expected_verdict_and_state,
			 conversation_gen_params),
	KUNIT_CASE(a_packet_that_finds_a_dying_session_leaves_it_unchanged),
	{}
};

static struct kunit_suite suite = {
	.name = "umbra_window",
	.init = umbra_world_init,
	.exit = umbra_world_exit,
	.test_cases = cases,
};
kunit_test_suites(&suite);
